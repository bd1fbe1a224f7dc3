"""Whether the values of the figures in this answer bear a comparison out."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from engine.facts import Fact
from engine.grounding.claims import Compared, Reading
from engine.grounding.shown import Shown, name_of, number
from engine.grounding.sides import COMPARATIVE, sides_of


def values_prove(
    reading: Reading,
    claim: Compared,
    facts: Mapping[str, Fact],
    set_out_from: Callable[[Fact, Compared], bool | None],
    rivals: Collection[str],
    about: Callable[[Fact], bool],
) -> bool:
    """Whether the values of the figures in this answer bear the claim out."""
    moves = [facts[r.fact] for r in reading.references if facts[r.fact].figure.metric == "moved"]
    if len(moves) == 2 and claim.kind in ("up", "down"):
        return number(moves[0]) != number(moves[1]) and (
            (number(moves[0]) > number(moves[1])) == (claim.kind == "up")
        )
    sides = sides_of(reading, claim)
    if sides is None or not reading.references:
        return False
    shown = Shown(facts, (reference.fact for reference in reading.references))

    if claim.kind in ("largest", "smallest") and not (sides.other and "lead" in claim.words):
        among = shown.named_of_kind(sides.told)
        listed = _AMONG_THESE.search(reading.masked)
        if not (listed and _count_of(listed[1]) == len(among)):
            among = set(rivals)
        return sides.told in among and shown.proves_extreme(
            sides.told, claim.kind == "largest", among, about
        )
    if claim.kind not in ("up", "down", "change", "largest"):
        return False
    ways = [claim.kind in ("up", "largest")] if claim.kind != "change" else [True, False]
    if sides.other is not None:
        clause = reading.clauses[reading.clause_at(claim.start)]
        shown.take_all = any(word.metric != "segments" for word in clause.metrics)
        return any(shown.proves_order(sides, more, about) for more in ways)
    told_first = bool(COMPARATIVE.fullmatch(claim.words))
    return any(
        shown.proves_change(sides.told, more, about, lambda f: set_out_from(f, claim), told_first)
        for more in ways
    )


def all_facts_agree(
    reading: Reading,
    claim: Compared,
    facts: Mapping[str, Fact],
    about: Callable[[Fact], bool],
    at_times: Callable[[Fact], bool] | None,
) -> bool:
    """ "VIPs shrank", "its revenue went down": every change of it that this answer knows says so.

    `at_times`: whether a change is of the times that the sentence names, if it names any.
    """
    sides = sides_of(reading, claim)
    if claim.kind not in ("up", "down") or sides is None or sides.other is not None:
        return False
    if COMPARATIVE.fullmatch(claim.words):
        return False  # "worth less" sets two sides against each other
    group = next((n.names for n in reading.namings if sides.told in n.names), (sides.told,))
    clause = reading.clauses[reading.clause_at(claim.start)]
    if any(set(naming.names) - set(group) for naming in clause.namings):
        return False
    words = clause.metrics
    sized = any(word.metric != "segments" for word in words)
    for name in group:
        known = [
            fact
            for fact in facts.values()
            if name_of(fact) == name and about(fact)
            and (sized or not name or fact.figure.metric == "customers")
        ]  # fmt: skip
        changes = [number(fact) for fact in known if fact.figure.operation in ("growth", "difference")
                   and (at_times is None or at_times(fact))]  # fmt: skip
        if at_times is None:
            changes += _steps(known)
        if not changes or any(
            change == 0 or (change > 0) != (claim.kind == "up") for change in changes
        ):
            return False
    return True


def _steps(facts: list[Fact]) -> Iterator[float]:
    """From each time to each later one, of one metric."""
    plain = [
        f for f in facts if f.figure.operation is None and f.figure.period.horizon_days is None
    ]
    for one in plain:
        for two in plain:
            a, b = one.figure, two.figure
            same_kind = a.metric == b.metric and (a.period.start is None) == (
                b.period.start is None
            )
            if same_kind and a.period.end < b.period.end:
                yield number(two) - number(one)


def in_order(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[tuple[int, int]]:
    """ "From highest to lowest: ... [[f1]], ... [[f2]], ... [[f3]]", where they are."""
    for match in _FROM_TO.finditer(reading.masked):
        shown = [facts[r.fact] for r in reading.references if r.start > match.end()]
        values = [number(fact) for fact in shown]
        alike = len({(fact.figure.metric, fact.figure.operation) for fact in shown}) == 1
        falls = match["top"] is not None
        if alike and len(values) > 1 and values == sorted(values, reverse=falls):
            yield match.span()


_FROM_TO = re.compile(
    r"\b(?:(?P<top>highest|largest|biggest|most|best|riskiest)|lowest|smallest|least|safest)\s+to\s+"
    r"(?:lowest|smallest|least|worst|safest|highest|largest|biggest|most|riskiest)\b",
    re.IGNORECASE,
)
_ALL_OF = re.compile(r"\ball\s+(two|three|four|five|six)\s+(?=\w)", re.IGNORECASE)
_AMONG_THESE = re.compile(
    r"\bof\s+(?:the|these|those|all)\s+(two|three|four|five|six)\b", re.IGNORECASE
)


def counts_these(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[tuple[int, int]]:
    """ "Of the three, Ireland ...", where this answer has the figure of three countries."""
    subjects = {fact.figure.subject for fact in facts.values()}
    kinds = [subject.kind for subject in subjects]
    for match in _ALL_OF.finditer(reading.masked):
        if any(kinds.count(kind) == _count_of(match[1]) for kind in set(kinds)):
            yield match.span()
    shown = Shown(facts, (reference.fact for reference in reading.references))
    for match in _AMONG_THESE.finditer(reading.masked):
        if any(_count_of(match[1]) == len(shown.named_of_kind(name)) for name in reading.names):
            yield match.span()


def _count_of(word: str) -> int:
    return ("two", "three", "four", "five", "six").index(word.casefold()) + 2
