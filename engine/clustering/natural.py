"""Natural groups: the candidate that stands further apart than what groupless shops show.

The feature spaces are looked into one after the other. Where a few null tables leave room for
groups, the candidates are measured until the best rated of the space is settled, and that one is
held against all null tables; the first beyond them is taken. With as few tries as there are spaces,
chance has little to choose from.

Spaces in whose groups the same customers were before go first: what people are like lasts, while
how recently they bought changes from day to day, and would cut the groups that it runs across.
"""

from collections.abc import Mapping, Sequence

from engine.clustering.evidence import Bound, Rating, judge
from engine.clustering.method import METHODS
from engine.clustering.null import MARGIN, measure_null
from engine.clustering.trials import Bench, Plan

SCANNED = 5  # null tables that a space is scanned with


def find_natural(
    bench: Bench,
    plans: Sequence[Plan],
    demands: tuple[Bound, ...],
    weights: Mapping[str, float],
    insists: bool,
) -> Plan | None:
    """None where no candidate that holds the demands is beyond the null tables."""
    running = bench.running(plans, demands, insists)
    rating = bench.rating(running, weights)
    for among in _by_space(bench, running, rating):
        if _leaves_room(bench, among[0]):
            best = _best(bench, among, demands, rating)
            if best is not None and bench.held_against_null(best).is_natural:
                return best
    return None


def _by_space(bench: Bench, plans: list[Plan], rating: Rating) -> list[list[Plan]]:
    """The plans of each space, the most promising first; the most lasting space first, and with
    nothing earlier the most promising."""

    def promise(plan: Plan) -> float:
        return rating.at_most(bench.trials[plan].candidate)

    def lasting(among: list[Plan]) -> tuple[float, float]:
        measures = bench.trials[among[0]].candidate.measures
        return measures.get("persistence", 0.0), promise(among[0])

    ordered = sorted(plans, key=promise, reverse=True)
    spaces = dict.fromkeys(plan.space for plan in plans)
    return sorted(
        ([plan for plan in ordered if plan.space == space] for space in spaces),
        key=lasting,
        reverse=True,
    )


def _leaves_room(bench: Bench, plan: Plan) -> bool:
    """KMeans, the quickest, makes as many segments of a few null tables."""
    candidate, ground = bench.trials[plan].candidate, bench.grounds[plan.space]
    found = candidate.measures.get("silhouette")
    if found is None:
        return False
    null = measure_null(ground, METHODS[0], candidate.k, bench.seed, SCANNED, bench.workers)
    bench.note(plan, {"null_mean": null.mean})
    return found > max(*null.silhouettes, MARGIN * null.mean)


def _best(
    bench: Bench, among: list[Plan], demands: tuple[Bound, ...], rating: Rating
) -> Plan | None:
    bench.measure_until_settled(among, demands, rating)
    holding = [plan for plan in among if judge(bench.trials[plan].candidate.measures, demands)[1]]
    return max(
        holding, key=lambda plan: rating.of(bench.trials[plan].candidate) or 0.0, default=None
    )
