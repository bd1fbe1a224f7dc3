"""The checks a candidate must pass, its rating, and why it was not chosen.

A check is one line in CHECKS: the measure, its bounds, and what to say when it fails. The rating
orders the candidates that pass; its weights are below. Both are published with every run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FEWEST_SEGMENTS, MOST_SEGMENTS = 4, 8
# The outcome must separate as well as that of the rules, less what nobody would notice: a
# fiftieth of the variance; and it must separate at all.
OUTCOME_TOLERANCE = 0.02

Measures = Mapping[str, float]


@dataclass(frozen=True)
class Check:
    """One test: what was measured (None: not measured), what it must be, whether it holds."""

    value: float | None
    bound: str
    ok: bool | None


@dataclass(frozen=True)
class Bound:
    """What a check demands. A check that `may_lack` its measure is not failed by having none."""

    name: str
    measure: str
    failing: str
    low: float | None = None
    high: float | None = None
    may_lack: bool = False

    def check(self, measures: Measures) -> Check:
        value = measures.get(self.measure)
        if value is None:
            return Check(None, self.words(), None)
        holds = (self.low is None or value >= self.low) and (
            self.high is None or value <= self.high
        )
        return Check(value, self.words(), holds)

    def words(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        return f"at least {self.low:g}" if self.low is not None else f"at most {self.high:g}"


CHECKS: tuple[Bound, ...] = (
    Bound("segments", "segments", "it makes fewer or more segments than a team can work with",
          low=FEWEST_SEGMENTS, high=MOST_SEGMENTS),
    Bound("smallest", "smallest", "its smallest segment holds too few customers", low=0.02),
    Bound("largest", "largest", "one segment holds more than half of the customers", high=0.50),
    Bound("outcome", "outcome", "its segments hardly differ in what customers spend later",
          low=OUTCOME_TOLERANCE, may_lack=True),
    Bound("outcome_beside_rules", "outcome_gain_low",
          "the rules separate what customers spend later better",
          low=-OUTCOME_TOLERANCE, may_lack=True),
    Bound("stability", "stability", "other customers of the same shop would give other segments",
          low=0.80),
    Bound("assignability", "assignability",
          "a few simple questions cannot tell which segment a customer is in", low=0.80),
)  # fmt: skip
COSTLY = frozenset({"stability", "assignability"})

# What is not measured for a run (no later outcome) leaves its weight to the others.
WEIGHTS: dict[str, float] = {
    "stability": 0.30,
    "assignability": 0.25,
    "outcome": 0.25,
    "silhouette": 0.10,
    "davies_bouldin": 0.10,
}


def bounds(k: int | None) -> tuple[Bound, ...]:
    """The checks of a run; a number of segments that a person set is its own bound."""
    if k is None:
        return CHECKS
    own = Bound("segments", "segments", "it makes another number of segments", low=k, high=k)
    return tuple(own if bound.name == "segments" else bound for bound in CHECKS)


@dataclass(frozen=True)
class Candidate:
    """One way to cut the customers, with everything that was measured about it."""

    method: str
    space: str
    k: int
    measures: Measures
    checks: Mapping[str, Check] = field(default_factory=dict)
    rating: float | None = None
    passed: bool = False
    why_not: str = ""


def judge(measures: Measures, demands: Iterable[Bound]) -> tuple[dict[str, Check], bool, str]:
    """The checks, whether all hold, and the first that does not in words."""
    checks = {bound.name: bound.check(measures) for bound in demands}
    for bound in demands:
        ok = checks[bound.name].ok
        if ok is False or (ok is None and not bound.may_lack):
            return checks, False, bound.failing
    return checks, True, ""


def rate(candidate: Candidate, passing: Iterable[Candidate]) -> float | None:
    """0..1: stability and assignability as they are, the others against the best that passes
    (the silhouette against the best in its own feature space: it compares with no other)."""
    rivals = [*passing, candidate]
    neighbours = [rival for rival in rivals if rival.space == candidate.space]
    parts: dict[str, float | None] = {
        "stability": candidate.measures.get("stability"),
        "assignability": candidate.measures.get("assignability"),
        "outcome": _beside_best(candidate, rivals, "outcome"),
        "silhouette": _beside_best(candidate, neighbours, "silhouette"),
        "davies_bouldin": _beside_least(candidate, rivals, "davies_bouldin"),
    }
    measured = {name: part for name, part in parts.items() if part is not None}
    if not measured.keys() >= COSTLY:
        return None
    whole = sum(WEIGHTS[name] for name in measured)
    return sum(WEIGHTS[name] * part for name, part in measured.items()) / whole


def _beside_best(candidate: Candidate, rivals: list[Candidate], measure: str) -> float | None:
    if measure not in candidate.measures:
        return None
    best = max(rival.measures.get(measure, 0.0) for rival in rivals)
    return max(candidate.measures[measure], 0.0) / best if best > 0 else 0.0


def _beside_least(candidate: Candidate, rivals: list[Candidate], measure: str) -> float | None:
    value = candidate.measures.get(measure)
    if value is None:
        return None
    least = min(rival.measures.get(measure, value) for rival in rivals)
    return least / value if value > 0 else 1.0
