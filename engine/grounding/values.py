"""Whether the values of the figures in this answer bear a comparison out."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from engine.facts import Fact
from engine.grounding.claims import Compared, Reading
from engine.grounding.shown import Shown, number
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


_AMONG_THESE = re.compile(
    r"\bof\s+(?:the|these|those|all)\s+(two|three|four|five|six)\b", re.IGNORECASE
)


def counts_these(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[tuple[int, int]]:
    """ "Of the three, Ireland ...", where this answer has the figure of three countries."""
    shown = Shown(facts, (reference.fact for reference in reading.references))
    for match in _AMONG_THESE.finditer(reading.masked):
        if any(_count_of(match[1]) == len(shown.named_of_kind(name)) for name in reading.names):
            yield match.span()


def _count_of(word: str) -> int:
    return ("two", "three", "four", "five", "six").index(word.casefold()) + 2
