"""The read-out of an audience: what its people did beyond those who were held out.

Both sides are counted as they were drawn, at the snapshot of the first push that arrived (without
one, at the snapshot the audience was saved at), whether or not anybody read what they were sent; so
chance alone made the sides. Whoever has opted out since is on neither side.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from engine.concepts import Moment, Money
from engine.errors import NotPossible
from engine.facts import Figure, Period, Subject, Value, count_text
from engine.features import later_outcomes, open_transactions
from engine.uplift import Arm, Effect, mean_effect, needed_people, rate_effect
from stores.audiences import Audience, AudienceList, AudienceStore
from stores.pushes import PushStore
from tools.audience_lists import People, people_of
from tools.audiences import audience_subject
from tools.context import Context
from tools.exports import find_audience
from tools.tool import Arguments, Result

if TYPE_CHECKING:
    import pandas as pd

    from engine.uplift import Amounts

RATE_METHOD = "Newcombe's interval for a difference of rates, 95 %"
SPEND_METHOD = "Welch's interval for a difference of means, 95 %"


class AudienceReadout(Arguments):
    name: str
    days: int = Field(default=30, ge=1, le=730)


def audience_readout(context: Context, arguments: AudienceReadout) -> Result:
    """What an audience did beyond its holdout, with how sure that is.

    When to use: when asked whether a campaign or an audience worked, what it brought, its uplift.
    Arguments: name of the audience; days, how long after the push (or the saving) to look.
    Result: for the audience and its holdout people, purchase rate and spend per person; the
    differences (uplift, spend uplift) with the ends of their intervals; one text that says whether
    they can be told from chance. If not, say so, and how many people would be needed.
    """
    readout = read_out(context, find_audience(context, arguments.name), arguments.days)
    texts = ({"audience": readout.audience.name, "verdict": readout.verdict},)
    return Result(tuple(readout.figures()), texts)


@dataclass(frozen=True)
class Side:
    """The audience or its holdout: what its people did within the days."""

    arm: Arm
    spend: "Amounts"  # in minor units, one per person

    @property
    def mean_spend(self) -> float:
        return float(self.spend.mean())


@dataclass(frozen=True)
class Readout:
    audience: Audience
    since: Moment
    until: Moment
    currency: str
    reached: Side
    held: Side
    rate: Effect
    spend: Effect | None

    @property
    def needed(self) -> int | None:
        people = self.reached.arm.people + self.held.arm.people
        return needed_people(self.held.arm.rate, self.held.arm.people / people)

    @property
    def verdict(self) -> str:
        told = [
            f"{'higher' if effect.value > 0 else 'lower'} {what}"
            for what, effect in (("purchase rate", self.rate), ("spend per person", self.spend))
            if effect is not None and effect.is_told
        ]
        if told:
            return f"The audience has a {' and a '.join(told)} than its holdout, beyond chance."
        return "Too few people to tell a difference from chance."

    def figures(self) -> list[Figure]:
        subject = audience_subject(self.audience)
        apart = Subject("audience", f"{subject.id}/holdout", f"the holdout of {subject.name}")
        rows = self.reached.arm.people + self.held.arm.people
        found = [
            *((subject, *one) for one in self._side(self.reached, "reached")),
            *((apart, *one) for one in self._side(self.held, "held out")),
            *((subject, *one) for one in self._effects()),
        ]
        stretch = Period(start=self.since.local, end=self.until.local)
        return [
            Figure(about, metric, stretch, value, formula, rows)
            for about, metric, value, formula in found
        ]

    def _side(self, side: Side, which: str) -> list[tuple[str, Value, str]]:
        return [
            ("customers", side.arm.people, f"people {which}"),
            ("purchase_rate", side.arm.rate, f"people {which} with a kept sale / people {which}"),
            ("revenue_per_customer", self._money(side.mean_spend),
             f"net revenue of people {which} / people {which}"),
        ]  # fmt: skip

    def _effects(self) -> list[tuple[str, Value, str]]:
        found: list[tuple[str, Value, str]] = [
            ("uplift", self.rate.value, "purchase rate reached less held out"),
            ("uplift_low", self.rate.low, RATE_METHOD),
            ("uplift_high", self.rate.high, RATE_METHOD),
        ]
        if self.spend is not None:
            found += [
                ("spend_uplift", self._money(self.spend.value), "mean spend reached less held out"),
                ("spend_uplift_low", self._money(self.spend.low), SPEND_METHOD),
                ("spend_uplift_high", self._money(self.spend.high), SPEND_METHOD),
            ]
        if self.needed is not None:
            formula = "both sides together, to see a rate a tenth higher four times in five"
            found.append(("needed_people", self.needed, formula))
        return found

    def _money(self, minor: float) -> Money:
        return Money(round(minor), self.currency)


def read_out(context: Context, audience: Audience, days: int) -> Readout:
    found = _start(context, audience)
    since = Moment.of(found.as_of, context.dataset.shop.zone)
    until = since.days_before(-days)
    _require_records(context, audience, until, days)
    people = people_of(context, found)
    _require_sides(audience, people)
    reached, held = _outcomes(context, people, since, until)
    return Readout(
        audience=audience,
        since=since,
        until=until,
        currency=context.dataset.shop.currency,
        reached=reached,
        held=held,
        rate=rate_effect(reached.arm, held.arm),
        spend=mean_effect(reached.spend, held.spend),
    )


def _start(context: Context, audience: Audience) -> AudienceList:
    store = AudienceStore(context.home)
    for push in PushStore(context.home).all(audience):
        if push.state == "sent":
            return store.get_list(push.list_id)
    return store.lists(audience)[0]


def _require_records(context: Context, audience: Audience, until: Moment, days: int) -> None:
    if context.as_of.at >= until.at:
        return
    raise NotPossible(
        f"The {days} days of the audience '{audience.name}' end at {until.iso()}, and the records "
        f"at {context.as_of.iso()}.",
        "Load newer orders first, or look at fewer days.",
    )


def _require_sides(audience: Audience, people: People) -> None:
    if people.reached and people.held_out:
        return
    raise NotPossible(
        f"The audience '{audience.name}' has {count_text(len(people.held_out))} people held out of "
        f"{count_text(len(people.all))}, so there is nothing to compare with.",
        "Save the next one with a holdout, such as --holdout 0.1.",
    )


def _outcomes(context: Context, people: People, since: Moment, until: Moment) -> tuple[Side, Side]:
    import pandas as pd

    customers = pd.Index(sorted(people.all), dtype="str")
    with open_transactions(context.files) as transactions:
        found = later_outcomes(transactions, since, until, customers)
    apart = found.index.isin(list(people.held_out))
    return _side(found[~apart]), _side(found[apart])


def _side(outcomes: "pd.DataFrame") -> Side:
    spend = outcomes["revenue"].to_numpy("float64")
    return Side(Arm(len(outcomes), int(outcomes["bought"].sum())), spend)
