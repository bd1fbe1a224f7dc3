"""Shifts: whether they balance, whether only real ones are told, and whether reasons restore."""

import tempfile
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from engine.synthetic import Recipe
from evals.bench.bars import Setting
from evals.bench.cuts import SEGMENTS, cut_data, fit_model, place

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import SegmentModel
    from engine.shifts import Account, Shifts

_EARLIER = 12
_WEEKS = 52
_MONTH_DAYS = 30
_DRIFT_MONTHS = 4  # before the end of a generated shop, some of its customers slow down
_MOVERS = 1000


def measure_balance(setting: Setting) -> float:
    """Accounts that do not balance, over every pair of 24 monthly snapshots."""
    from engine.shifts import find_shifts

    wrong = 0
    months = Snapshots.take(setting, Recipe(1500, seed=7), _MONTH_DAYS, 24)
    pairs = list(combinations([one for one in months.members if len(one)], 2))
    for before, after in pairs:
        shifts = find_shifts(before, after, SEGMENTS)
        wrong += sum(_imbalances(shifts, where, before, after) for where in range(len(SEGMENTS)))
    setting.say(f"{len(pairs)} pairs, {len(pairs) * len(SEGMENTS) * 2:,} accounts")
    return wrong


def measure_false(setting: Setting) -> float:
    """Segments told of as news in 52 weeks of a shop in which nothing changes."""
    recipe = Recipe(12_000 if setting.full else 4000, seed=7, steady=True, drift=False)
    weeks = Snapshots.take(setting, recipe, 7, _WEEKS + _EARLIER + 1, fitted=-_WEEKS)
    told = [
        sum(shift.significant for shift in weeks.shifts(week).segments)
        for week in range(_EARLIER + 1, len(weeks.members))
    ]
    setting.say(f"{len(told)} weeks, {sum(map(bool, told))} with news")
    return sum(told)


def measure_found(setting: Setting) -> float:
    """The share of shops in which a planted shift is told of in the first month after it."""
    found = 0
    seeds = range(7, 17 if setting.full else 10)
    for seed in seeds:
        recipe = Recipe(8000, seed=seed, steady=True)
        generated = replace(setting, data=None)  # nothing is planted in an export
        months = Snapshots.take(generated, recipe, _MONTH_DAYS, 18, -6)
        first = len(months.members) - _DRIFT_MONTHS
        news = [s for s in months.shifts(first).segments if s.significant]
        found += bool(news)
        setting.say(f"seed {seed}: " + (", ".join(
            f"{s.segment_id} {s.customers.opening:,} -> {s.customers.closing:,}, expected "
            f"{s.expected:,.0f}, p {s.p_value:.2g}" for s in news) or "nothing"))  # fmt: skip
    return found / len(seeds)


def measure_why(setting: Setting) -> float:
    """The share of movers whom the features that are named put back, when they are put back."""
    from engine.why import find_reasons

    months = Snapshots.take(setting, Recipe(4000, seed=7), _MONTH_DAYS, 6)
    restored: list[bool] = []
    for before, after in pairwise(months.members):
        for customer, features in find_reasons(months.model, before, after).items():
            kept = after.loc[[customer]].drop(columns=list(features))
            back = kept.join(before.loc[[customer], list(features)])
            now = place(months.model, back)["segment_id"].iloc[0]
            restored.append(now == before.at[customer, "segment_id"])
    setting.say(f"{len(restored):,} movers; counted are the first {_MOVERS:,}")
    return sum(restored[:_MOVERS]) / len(restored[:_MOVERS])


@dataclass(frozen=True, eq=False)
class Snapshots:
    """Who was where at moments that lie evenly apart, under one frozen model."""

    model: "SegmentModel"
    members: "list[pd.DataFrame]"

    @classmethod
    def take(
        cls, setting: Setting, recipe: Recipe, days: int, times: int, fitted: int = -1
    ) -> "Snapshots":
        """The model is fitted to the table at the place `fitted`."""
        with tempfile.TemporaryDirectory() as folder:
            cuts = cut_data(setting, recipe, Path(folder))
            tables = cuts.tables(cuts.every(days, times))
        model = fit_model(tables[fitted])
        return cls(model, [place(model, table) for table in tables])

    def shifts(self, last: int) -> "Shifts":
        """Of the stretch that ends at the place `last`, compared with those before it."""
        from engine.shifts import find_shifts

        pairs = list(pairwise(self.members))
        *earlier, now = pairs[max(0, last - 1 - _EARLIER) : last]
        return find_shifts(*now, SEGMENTS, earlier)


def _imbalances(shifts: "Shifts", where: int, before: "pd.DataFrame", after: "pd.DataFrame") -> int:
    """Counted again from the members, in other code: opening, closing and the sum of the parts."""
    shift, segment = shifts.segments[where], SEGMENTS[where]
    old, new = (side[side["segment_id"] == segment]["monetary"] for side in (before, after))
    accounts = (
        (shift.customers, len(old), len(new)),
        (shift.money, sum(map(int, old)), sum(map(int, new))),
    )
    return sum(not _balances(*account) for account in accounts)


def _balances(account: "Account", opening: int, closing: int) -> bool:
    came = account.entered + account.new - account.left - account.lost + account.stayed_change
    return (account.opening, account.closing) == (opening, closing) and opening + came == closing
