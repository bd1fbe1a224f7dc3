"""Playbook: what to do with customers in a situation, whom that means, and what to write to them.

A situation is a filter in its text form, so that whoever reads it can check it, change it and save
it as an audience. Most lean on `overdue`, the wait since the last order divided by the customer's
own usual gap: the same wait is long for one and short for another. What a play brings beyond what
its people do anyway is not known from such a filter; a holdout tells it.

A message holds its figures as {metric}, filled from facts when it is shown.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.filters.writing import word_text

if TYPE_CHECKING:
    import pandas as pd

# Of the usual gap: not due before half of it, slipping after one and a half, gone after five.
NOT_DUE, SLIPPING, GONE = 0.5, 1.5, 5
CLOCKWORK = 0.6  # variation of the gaps; purchases at random moments have 1
TOP = 0.75  # quantile from which a customer counts among those who buy most
LEAST_OFTEN = 3  # orders, below which nobody is a regular
DISCOUNTED = 0.5  # share of lines bought at a discount
RETURNED = 0.2  # share of lines that came back
LATELY_DAYS = 90
LEAST_PEOPLE = 20  # below, a play is not worth its work


@dataclass(frozen=True)
class Known:
    """What a shop knows, as far as plays differ by it; money is in whole units."""

    features: frozenset[str]
    often: int
    much: int
    pair: tuple[str, str] | None = None  # products: who has the first often has the second

    @classmethod
    def of(
        cls, members: "pd.DataFrame", features: Iterable[str], minor_per_unit: int,
        pair: tuple[str, str] | None = None,
    ) -> "Known":  # fmt: skip
        return cls(
            frozenset(features),
            max(LEAST_OFTEN, round(float(members["frequency"].quantile(TOP)))),
            round(float(members["monetary"].quantile(TOP)) / minor_per_unit),
            pair,
        )


@dataclass(frozen=True)
class Play:
    """`needs` are features; `where` gives the filter, or nothing where the play cannot be made."""

    key: str
    title: str
    why: str
    message: str  # empty: nothing is sent
    where: Callable[[Known], str]
    needs: frozenset[str] = frozenset({"overdue"})
    shows: tuple[str, ...] = ()  # metrics of its own, beside those of every play


def _win_back(known: Known) -> str:
    slipping = f"frequency >= 2 and overdue > {SLIPPING} and overdue <= {GONE}"
    return f"{slipping} and {_full_price()}" if "discount_share" in known.features else slipping


def _loyalty(known: Known) -> str:
    return (
        f"frequency >= {known.often} and monetary >= {known.much} and "
        f"overdue >= {NOT_DUE} and overdue <= {SLIPPING}"
    )


def _cross_sell(known: Known) -> str:
    if known.pair is None:
        return ""
    first, second = (word_text(name) for name in known.pair)
    return (
        f"bought product {first} and never bought product {second} and "
        f"overdue >= {NOT_DUE} and overdue <= {SLIPPING}"
    )


def _discount(known: Known) -> str:
    return (
        f"frequency >= 2 and discount_share >= {_percent(DISCOUNTED)} and "
        f"overdue > {SLIPPING} and overdue <= {GONE}"
    )


def _full_price() -> str:
    return f"discount_share < {_percent(DISCOUNTED)}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


PLAYS: tuple[Play, ...] = (
    Play(
        "win_back", "Win back",
        "They came back before, have waited well beyond their own rhythm, and are not gone yet.",
        "We have not seen you for a while. This is what people who buy as you do choose now: "
        "{products}. We would be glad to see you again.",
        _win_back,
    ),
    Play(
        "loyalty", "Loyalty",
        "They buy often, spend much and are on time: thank them before they slip.",
        "You are one of {customers} customers who come back to us most. Thank you. From now on "
        "you see new things first.",
        _loyalty,
    ),
    Play(
        "cross_sell", "Cross-sell",
        "They are on time, and have one of two products that customers of this shop often have "
        "together.",
        "You have {first}. Of those who have it, {also_bought} have {second} too. Have a look?",
        _cross_sell,
        shows=("also_bought", "together"),
    ),
    Play(
        "onboarding", "Onboarding",
        "Their only order is not long ago; whether another one comes is decided now.",
        "Thank you for your first order. This is what others chose next: {products}.",
        lambda known: "frequency = 1 and overdue <= 1",
    ),
    Play(
        "voucher", "Voucher",
        "After their only order the time at which others order again has passed.",
        "A voucher is waiting for your second order, from {average_order} on.",
        lambda known: f"frequency = 1 and overdue > 1 and overdue <= {GONE}",
        shows=("average_order",),
    ),
    Play(
        "discount", "Discount",
        "They buy mostly at a discount and are late; without one they wait for the next.",
        "What you usually save, {usual_saving}, is taken off your next order.",
        _discount,
        frozenset({"overdue", "discount_share", "average_discount"}),
        ("usual_saving",),
    ),
    Play(
        "survey", "Survey",
        "They sent back a good part of what they bought, and bought lately enough to remember why.",
        "You sent something back. What should have been different? One sentence is enough.",
        lambda known: f"return_share >= {_percent(RETURNED)} and recency <= {LATELY_DAYS}",
        frozenset({"return_share"}),
    ),
    Play(
        "do_not_disturb", "Do not disturb",
        "They buy like clockwork and are not due: they come by themselves, and a discount would be "
        "given away.",
        "",
        lambda known: (
            f"frequency >= {LEAST_OFTEN} and gap_variation < {CLOCKWORK} and overdue < {NOT_DUE}"
        ),
        frozenset({"overdue", "gap_variation"}),
    ),
)  # fmt: skip


def possible_plays(known: Known, segment: str = "") -> list[tuple[Play, str]]:
    """The plays that this shop's records allow, each with its filter, within a segment if one is
    named."""
    found = [(play, play.where(known)) for play in PLAYS if play.needs <= known.features]
    within = f"segment = {word_text(segment)} and " if segment else ""
    return [(play, f"{within}{where}") for play, where in found if where]


def audience_name(play: Play, segment: str = "") -> str:
    """What its audience is called, in the characters that such a name may have."""
    whole = f"{play.title} {segment or 'everybody'}"
    return " ".join(re.sub(r"[^\w .-]", " ", whole).split())[:61].strip()
