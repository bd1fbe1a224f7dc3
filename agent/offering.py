"""What the planner says of plays, products and audiences, in sentences."""

from collections.abc import Callable
from typing import Any

from agent.found import Fact, Found
from agent.phrasing import ref, when
from agent.scheduling import DIGESTS, digest_lines
from engine.grounding.figures import find_figures

_MOST_PLAYS = 3
_MOST_PRODUCTS = 6


def action_lines(intent: str, found: Found) -> list[str]:
    lines = digest_lines(intent, found) if intent in DIGESTS else _LINES[intent](found)
    return lines + [_told(error) for error in found.errors[:1]]


def _told(error: str) -> str:
    """Without figures, which only facts may bring."""
    if "Load newer orders first" in error:
        return (
            "It is too early to tell: the days that are looked at are not over in the records. "
            "Load the orders since, and ask again."
        )
    if error.startswith("No play has"):
        return (
            "No play has enough people there to be worth its work. Ask about another segment, or "
            "what to do for all customers."
        )
    if find_figures(error):
        return "That could not be done; the command line says why: segue audience --help"
    return error


def play_lines(found: Found) -> list[str]:
    """The plays for most money first, each with why, whom, what they do anyway and the proof."""
    plays = [one for one in found.texts if "play" in one][:_MOST_PLAYS]
    lines: list[str] = []
    for text in plays:
        own = {f["metric"]: f for f in found.facts if f["subject"] == text["audience"]}
        lines += [f"{text['play']}: {text['why']}", f"- {text['audience']}: {_figures(own)}"]
    if not plays:
        return []
    known = [f for f in found.plain("uplift") if f["kind"] == "audience"]
    effect = (
        f"The uplift of {known[0]['subject']} was {ref(known[0])}."
        if known
        else "What any of it adds is unknown until an audience with a holdout is read out."
    )
    return [*lines, effect, f'To keep one, say: save "{plays[0]["audience"]}" as an audience.']


def _figures(own: dict[str, Fact]) -> str:
    pieces = [f"{ref(own['customers'])} customers", f"revenue {ref(own['revenue'])}"]
    if "purchase_rate" in own:
        pieces.append(f"purchase rate {ref(own['purchase_rate'])}")
    return ", ".join([*pieces, f"held out {ref(own['held_out'])}"])


def product_lines(found: Found) -> list[str]:
    """Each product with its reason and the figure behind it, then how such suggestions did."""
    chosen = [text for text in found.texts if "product" in text]
    if not chosen:
        return []
    facts = [f for f in found.facts if f["metric"] != "hit_rate"]
    rows = list(zip(chosen, facts, strict=False))[:_MOST_PRODUCTS]
    return [
        "I would suggest:",
        *(f"- {_parts(fact)}: {_because(text, fact)}" for text, fact in rows),
        *(f"The hit rate of {fact['subject']} was {ref(fact)}{when(fact)}."
          for fact in found.plain("hit_rate")),
    ]  # fmt: skip


def _parts(fact: Fact) -> str:
    """A product and whom it is counted within, as the gate knows them: beside each other."""
    product, _, within = str(fact["subject"]).partition(" within ")
    if within.startswith("buyers of "):
        return f"{product} and {within.removeprefix('buyers of ')}"
    return f"{product}, {within}" if within else product


def _because(text: dict[str, str], fact: Fact) -> str:
    match fact["metric"]:
        case "orders":
            return f"{text['reason']}, orders {ref(fact)}"
        case "also_bought":
            return f"often bought by who has the latter, also bought {ref(fact)}"
        case "customers":
            return f"bought there now, customers {ref(fact)}"
    return f"suggested to {ref(fact)}"


def pair_lines(found: Found) -> list[str]:
    shares = found.plain("also_bought")
    if not shares:
        return []
    return [
        "Products that go together; so many who bought the latter also bought the former:",
        *(f"- {_parts(fact)}: also bought {ref(fact)}" for fact in shares),
    ]


# ---- audiences ----------------------------------------------------------------------------------


def save_lines(found: Found) -> list[str]:
    asked = [text for text in found.texts if "ask" in text]
    saved = [text for text in found.texts if "saved" in text]
    if saved:
        return [
            f"Saved as the audience '{saved[0]['saved']}'.",
            "Ask me to export it, and next month what it brought.",
        ]
    if not asked:
        return []
    people = {f["metric"]: f for f in found.facts}
    if "customers" not in people:
        return []
    return ["Whom it means:", f"- {people['customers']['subject']}: {_figures(people)}"]


NOT_DONE = "Then it is left as it was."


def export_lines(found: Found) -> list[str]:
    written = [text for text in found.texts if "address" in text]
    if written:
        return ["The file is written; its holdout and who opted out are not in it."]
    if any("ask" in text for text in found.texts):
        return ["Its holdout and who opted out are left out of the file."]
    return []


_EFFECTS = (
    ("uplift", "uplift interval"), ("spend_uplift", "spend interval"),
)  # fmt: skip


def readout_lines(found: Found) -> list[str]:
    """Whether it can be told, then both effects, each with the ends of its interval."""
    verdict = next((text["verdict"] for text in found.texts if "verdict" in text), "")
    if not verdict:
        return []
    too_few = verdict.startswith("Too few")
    own = {f["metric"]: f for f in found.facts if not f["subject"].startswith("the holdout of ")}
    lines = ["It is too few people to tell." if too_few else "This stands out from chance."]
    for metric, interval in _EFFECTS:
        if metric in own:
            fact, low, high = (own[f"{metric}{end}"] for end in ("", "_low", "_high"))
            ends = f"{interval} starts at {ref(low)}, {interval} ends at {ref(high)}"
            lines.append(f"- {fact['subject']}: {metric.replace('_', ' ')} {ref(fact)}, {ends}")
    for fact in found.plain("purchase_rate"):
        lines.append(f"The purchase rate of {fact['subject']} was {ref(fact)}.")
    if too_few and "needed_people" in own:
        fact = own["needed_people"]
        lines.append(f"Needed people for {fact['subject']}: {ref(fact)}.")
    return lines


_LINES: dict[str, Callable[[Found], list[str]]] = {
    "playbook": play_lines,
    "recommend": product_lines,
    "bought_together": pair_lines,
    "save_audience": save_lines,
    "export_audience": export_lines,
    "readout": readout_lines,
}


def files_of(found: Found) -> list[dict[str, str]]:
    """What was written: its name in the home, and where the service gives it out."""
    return [{name: text[name] for name in ("file", "address")}
            for text in found.texts if "address" in text]  # fmt: skip


def plays_of(found: Found) -> list[dict[str, Any]]:
    """The proposed audiences, for the thread to remember until one is saved."""
    return [
        {"name": text["audience"], "where": text["where"], "holdout": float(text["holdout"])}
        for text in found.texts
        if "play" in text
    ]
