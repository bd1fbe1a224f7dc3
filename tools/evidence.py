"""Evidence: which way of cutting was chosen, which others were tried, and why not they."""

from typing import Any

from pydantic import Field

from engine.clustering.comparison import PLAIN, PLAIN_K, PLAIN_SPACE
from engine.clustering.method import METHODS, find_methods
from engine.facts import Figure, Subject
from tools.context import Context
from tools.tool import Arguments, Result

# measure of a candidate -> metric, in the order told
TOLD = (
    ("segments", "segments"),
    ("silhouette", "separation"),
    ("null_95", "null_separation"),
    ("stability", "stability"),
    ("assignability", "assignability"),
    ("outcome", "outcome_separation"),
    ("persistence", "persistence"),
    ("overlap", "overlap"),
    ("smallest", "smallest_share"),
    ("largest", "largest_share"),
    ("noise", "noise"),
)
Found = dict[str, Any]


class SegmentEvidence(Arguments):
    method: str = Field(default="", max_length=60)


def segment_evidence(context: Context, arguments: SegmentEvidence) -> Result:
    """Why these segments: the chosen algorithm, the others that were tried, and their measures.

    When to use: "which algorithm and why?", "why not DBSCAN?", "what would plain KMeans give?",
    "how good are the segments?".
    Arguments: method, to ask about one of them (kmeans, minibatch, gmm, dbscan, hdbscan, ward,
    hybrid, rules); without it all are told.
    Result: for the chosen way and the best try of each method: number of segments, separation,
    stability, assignability, later spend explained, smallest and largest segment, rating; a text
    for each with the reason why it was not chosen, and the verdict. By how much the chosen way
    leads plain KMeans and the rules, with the ends of the interval.
    """
    card = context.run.evidence
    asked = {method.name for method in find_methods(arguments.method or "auto")}
    chosen = next(found for found in card["candidates"] if not found["why_not"])
    told = [chosen, *_best_tries(card["candidates"], chosen, asked)]
    if arguments.method and METHODS[0].name in asked:
        told += [found for found in card["candidates"] if _is_plain(found) and found not in told]
    figures = [figure for found in told for figure in _figures(context, found, card)]
    leads = card.get("comparisons", [])
    figures += [figure for found in leads for figure in _lead(context, found, card)]
    texts = [{"verdict": card["verdict"], "reason": card["reason"]}]
    if card.get("overridden"):
        texts.append({"overridden": card["overridden"]})
    texts += [_text(found) for found in told]
    return Result(tuple(figures), tuple(texts))


def _is_plain(found: Found) -> bool:
    plain = (METHODS[0].name, PLAIN_SPACE, PLAIN_K)
    return (found["method"], found["space"], found["k"]) == plain


def _lead(context: Context, found: Found, card: Found) -> list[Figure]:
    """Of the chosen segments over what anybody would have made."""
    against = "plain KMeans" if found["against"] == PLAIN else found["against"]
    subject = Subject("candidate", f"chosen over {against}", f"chosen over {against}")
    measured = (
        (f"{found['measure'].replace('silhouette', 'separation')}_lead", found["difference"]),
        ("lead_low", found["low"]),
        ("lead_high", found["high"]),
    )
    period, rows = context.snapshot_period(), card["judged_on"]
    formula = "chosen less other, on the same draws of customers"
    return [Figure(subject, metric, period, float(v), formula, rows) for metric, v in measured]


def _best_tries(candidates: list[Found], chosen: Found, asked: set[str]) -> list[Found]:
    """One of each method: the best rated, else the one with the groups furthest apart."""
    best: dict[str, Found] = {}
    for found in candidates:
        name = found["method"]
        if name in asked and name != chosen["method"]:
            best[name] = max(best.get(name, found), found, key=_promise)
    return list(best.values())


def _promise(found: Found) -> tuple[float, float]:
    return found["rating"] or 0.0, found["measures"].get("silhouette", -1.0)


def _figures(context: Context, found: Found, card: Found) -> list[Figure]:
    subject = Subject("candidate", f"{_name(found)} {found['k']}", _name(found))
    period, rows = context.snapshot_period(), card["judged_on"]
    measured = [(metric, found["measures"].get(name)) for name, metric in TOLD]
    measured.append(("rating", found["rating"]))
    return [
        Figure(subject, metric, period, _value(metric, value), "measured when it was tried", rows)
        for metric, value in measured
        if value is not None
    ]


def _value(metric: str, value: float) -> int | float:
    return int(value) if metric == "segments" else float(value)


def _text(found: Found) -> dict[str, str]:
    text = {"candidate": _name(found), "why_not": found["why_not"] or "this one was chosen"}
    missing = found.get("not_measured", [])
    return text | ({"not_measured": ", ".join(missing)} if missing else {})


def _name(found: Found) -> str:
    return f"{found['method']} on {found['space']}"
