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
_PLANTED = 20  # one customer of so many
_LONG_DAYS = 60
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
    """The share of planted shifts that are told of in the first month: a twentieth of all
    customers, drawn among those not seen for long, buys once more in its last week."""
    months = Snapshots.take(
        setting, Recipe(4000, seed=7, steady=True, drift=False), _MONTH_DAYS, 18, fitted=-6
    )
    draws = range(50 if setting.full else 20)
    found = 0
    for seed in draws:
        planted = replace(months, members=[*months.members[:-1], months.with_a_campaign(seed)])
        found += any(
            shift.significant for shift in planted.shifts(len(months.members) - 1).segments
        )
    quiet = sum(shift.significant for shift in months.shifts(len(months.members) - 1).segments)
    setting.say(f"{found} of {len(draws)} campaigns; without one {quiet} segments are told of")
    return found / len(draws)


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

        *earlier, now = list(pairwise(self.members[: last + 1]))
        return find_shifts(*now, SEGMENTS, earlier[: -_EARLIER - 1 : -1])

    def with_a_campaign(self, seed: int) -> "pd.DataFrame":
        """The last snapshot, had a campaign brought people back."""
        last = self.members[-1]
        lapsed = last[last["recency"] > _LONG_DAYS]
        back = lapsed.sample(len(last) // _PLANTED, random_state=seed)
        bought = back.assign(
            recency=3,
            frequency=back["frequency"] + 1,
            monetary=back["monetary"] + (back["monetary"] // back["frequency"]),
        )
        return place(self.model, bought.combine_first(last)).loc[last.index]


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
