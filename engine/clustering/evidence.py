"""The checks a candidate must pass, its rating, and why it was not chosen.

A check is one line in CHECKS: the measure, its bounds, and what to say when it fails. The rating
orders the candidates that pass; its weights are below. Both are published with every run.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import BadInput, NotFound

FEWEST_SEGMENTS, MOST_SEGMENTS = 4, 8
# The outcome must separate at all, and as well as that of the rules, less what nobody would
# notice: a fiftieth of the variance. A twentieth is the most that chance may hide.
OUTCOME_TOLERANCE = 0.02
OUTCOME_HIDDEN = 0.05

Measures = Mapping[str, float]


@dataclass(frozen=True)
class Check:
    """One test: what was measured (None: not measured), what it must be, whether it holds."""

    value: float | None
    bound: str
    ok: bool | None


@dataclass(frozen=True)
class Bound:
    """What a check demands. A check that `may_lack` its measure is not failed by having none; one
    `of_cuts` is asked of cuts through a continuum alone: natural groups are there without it."""

    name: str
    measure: str
    failing: str
    low: float | None = None
    high: float | None = None
    may_lack: bool = False
    of_cuts: bool = False

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
    Bound("segments", "segments", "a team cannot work with that number of segments",
          low=FEWEST_SEGMENTS, high=MOST_SEGMENTS),
    Bound("smallest", "smallest", "it makes a segment that holds too few customers", low=0.02),
    Bound("largest", "largest", "it makes a segment that holds too many of the customers",
          high=0.50),
    Bound("noise", "noise", "it leaves too many customers outside of its groups",
          high=0.10, may_lack=True),
    Bound("outcome", "outcome", "its segments do not tell what customers spend later",
          low=OUTCOME_TOLERANCE, may_lack=True),
    Bound("outcome_beside_rules", "outcome_gain",
          "it does not tell what customers spend later as well as the rules do",
          low=-OUTCOME_TOLERANCE, may_lack=True, of_cuts=True),
    Bound("outcome_beside_rules_low", "outcome_gain_low",
          "too little is known to say that it tells later spending as well as the rules do",
          low=-OUTCOME_HIDDEN, may_lack=True, of_cuts=True),
    Bound("stability", "stability", "other customers of the same shop would give other segments",
          low=0.80),
    Bound("assignability", "assignability",
          "a few simple questions cannot tell which segment a customer is in", low=0.80),
)  # fmt: skip
COSTLY = ("stability", "assignability")

# What is not measured for a run (no later outcome) leaves its weight to the others.
WEIGHTS: dict[str, float] = {
    "stability": 0.30,
    "assignability": 0.25,
    "outcome": 0.25,
    "silhouette": 0.08,
    "touching": 0.12,
}
# Four questions tell few segments apart more easily than many; nine right in ten is as good as all.
ASSIGNED = 0.9
BY_MIDDLES = ("silhouette", "touching")
CLEAR = 0.5  # gaps: planted groups that touch nowhere reach 0.5 to 0.9, a cut crowd less than 0


def bounds(k: int | None) -> tuple[Bound, ...]:
    """The checks of a run; a number of segments that a person set is its own bound."""
    if k is None:
        return CHECKS
    own = Bound("segments", "segments", "it makes another number of segments", low=k, high=k)
    return tuple(own if bound.name == "segments" else bound for bound in CHECKS)


def of_natural(demands: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """What is asked of groups that are there whether or not they tell what comes later."""
    return tuple(bound for bound in demands if not bound.of_cuts)


def read_weights(text: str) -> dict[str, float]:
    """ "stability=.5, outcome=.3": the weights named; the others keep theirs."""
    found = dict(WEIGHTS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in WEIGHTS:
            raise NotFound.named("weight", name, WEIGHTS)
        found[name] = _weight(name, value)
    if sum(found.values()) <= 0:
        raise BadInput("All weights are zero, so nothing would be rated.", "Give one a weight.")
    return found


def _weight(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BadInput(
            f"The weight of {name} is '{text}', which is no number from 0 to 1.",
            f"Write {name}=0.5.",
        )
    return value


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
    seconds: float = field(default=0.0, compare=False)
    fitted_on: int = 0

    @property
    def not_measured(self) -> tuple[str, ...]:
        """The measures of checks that were left out."""
        return tuple(name for name in COSTLY if name not in self.measures)


def judge(measures: Measures, demands: Iterable[Bound]) -> tuple[dict[str, Check], bool, str]:
    """The checks, whether all hold, and the first that does not in words."""
    checks = {bound.name: bound.check(measures) for bound in demands}
    for bound in demands:
        ok = checks[bound.name].ok
        if ok is False or (ok is None and not bound.may_lack):
            return checks, False, bound.failing
    return checks, True, ""


@dataclass(frozen=True)
class Rating:
    """0..1: stability as it is, assignability against what is plenty, the others against the best
    of the rivals, who hold every check that costs little (what goes by distances against the best
    in its own feature space: they compare with no other).

    Where the best silhouette of a space cuts through a crowd while another candidate has clear gaps
    around its segments, they are not round, and gaps take the weight of what goes by middles and
    mean distances there."""

    weights: Mapping[str, float]
    clear_gaps: Mapping[str, float]  # the widest of each space whose segments are not round
    best_outcome: float
    best_silhouettes: Mapping[str, float]
    least_touching: Mapping[str, float]

    @classmethod
    def among(cls, rivals: Iterable[Candidate], weights: Mapping[str, float]) -> "Rating":
        known = [rival for rival in rivals if "silhouette" in rival.measures]
        by_space: dict[str, list[Measures]] = {}
        for rival in known:
            by_space.setdefault(rival.space, []).append(rival.measures)
        roundest = {s: max(rivals, key=_silhouette) for s, rivals in by_space.items()}
        gaps = {s: max(map(_gaps, rivals)) for s, rivals in by_space.items()}
        return cls(
            weights,
            {s: found for s, found in gaps.items() if found >= CLEAR and _gaps(roundest[s]) < 0},
            max((rival.measures.get("outcome", 0.0) for rival in known), default=0.0),
            {space: max(_silhouette(found), 0.0) for space, found in roundest.items()},
            {space: min(map(_touching, found)) for space, found in by_space.items()},
        )

    def of(self, candidate: Candidate) -> float | None:
        """None when what costs more was not measured."""
        if candidate.not_measured:
            return None
        return self._of(candidate.measures, candidate.space)

    def at_most(self, candidate: Candidate) -> float:
        """What it would be with all that was not measured at its best."""
        return self._of(dict.fromkeys(COSTLY, 1.0) | dict(candidate.measures), candidate.space)

    def _of(self, measures: Measures, space: str) -> float:
        if measures.get("segments", 2.0) < 2:
            return 0.0  # nothing is told apart, however stably
        parts: dict[str, float] = {
            "stability": measures["stability"],
            "assignability": min(measures["assignability"] / ASSIGNED, 1.0),
        }
        if "outcome" in measures:
            parts["outcome"] = _share(measures["outcome"], self.best_outcome)
        weights = self.weights
        if space in self.clear_gaps:
            parts["gaps"] = _share(_gaps(measures), self.clear_gaps[space])
            weights = {**weights, "gaps": sum(weights[name] for name in BY_MIDDLES)}
            measures = {name: found for name, found in measures.items() if name not in BY_MIDDLES}
        if "silhouette" in measures:
            best = self.best_silhouettes.get(space, 0.0)
            parts["silhouette"] = _share(measures["silhouette"], best)
        if "touching" in measures:
            value, least = measures["touching"], self.least_touching.get(space, 0.0)
            parts["touching"] = min(least / value, 1.0) if value else 1.0
        whole = sum(weights[name] for name in parts)
        if whole <= 0:
            return 0.0
        return sum(weights[name] * part for name, part in parts.items()) / whole


def _silhouette(measures: Measures) -> float:
    return measures["silhouette"]


def _touching(measures: Measures) -> float:
    return measures.get("touching", math.inf)


def _gaps(measures: Measures) -> float:
    return measures.get("gaps", 0.0)


def _share(value: float, best: float) -> float:
    return min(max(value, 0.0) / best, 1.0) if best > 0 else 0.0
