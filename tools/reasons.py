"""Why customers moved, in words: which features crossed, and what would put them back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.concepts import Money
from engine.facts import count_text, money_text, share_text
from engine.features import plain_name, unit_of
from engine.why import Crossing, Value, crossings, find_reasons

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import SegmentModel
    from engine.shifts import Flow

MOST_FLOWS = 3
EXACT = 1000  # from here on whole numbers have more digits than three


@dataclass(frozen=True)
class FlowReason:
    """The commonest reason of those who moved from one segment to another, and one of them."""

    flow: "Flow"
    features: tuple[str, ...]
    customers: int  # whom these features moved
    example: str
    crossed: tuple[Crossing, ...]


def flow_reasons(
    model: "SegmentModel",
    before: "pd.DataFrame",
    after: "pd.DataFrame",
    flows: "Sequence[Flow]",
) -> list[FlowReason]:
    """Of the largest flows, in their order."""
    reasons = find_reasons(model, before, after)
    was, is_now = before["segment_id"], after["segment_id"]
    found = []
    for flow in flows[:MOST_FLOWS]:
        movers = [c for c in reasons if (was[c], is_now[c]) == (flow.before, flow.after)]
        if not movers:
            continue
        features, customers = Counter(reasons[c] for c in movers).most_common(1)[0]
        example = next(c for c in movers if reasons[c] == features)
        crossed = crossings(model, before.loc[[example]], after.loc[[example]], features)
        found.append(FlowReason(flow, features, customers, example, crossed))
    return found


def reason_words(crossed: Sequence[Crossing], segment: str, currency: str) -> str:
    """ "recency 41 days -> 73 days; with recency 41 days this customer stays Loyal" """
    back = [crossing for crossing in crossed if crossing.would_restore]
    changes = ", ".join(
        f"{plain_name(c.feature)} {value_text(c.feature, c.before, currency)} -> "
        f"{value_text(c.feature, c.after, currency)}"
        for c in back
    )
    restored = joined(
        [f"{plain_name(c.feature)} {value_text(c.feature, c.before, currency)}" for c in back]
    )
    return f"{changes}; with {restored} this customer stays {segment}"


def joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def value_text(feature: str, value: Value, currency: str) -> str:
    if value is None:
        return "unknown"
    unit = unit_of(feature)
    if isinstance(value, str):
        return value
    if unit == "money":
        return money_text(Money(round(value), currency))
    if unit == "share":
        return share_text(float(value))
    if unit == "days":
        return f"{count_text(value)} {'day' if value == 1 else 'days'}"
    whole = float(value).is_integer() or abs(value) >= EXACT
    return count_text(round(value)) if whole else f"{value:.3g}"


def value_json(feature: str, value: Value, currency: str) -> Value | dict[str, object]:
    if unit_of(feature) == "money" and isinstance(value, int | float):
        return Money(round(value), currency).to_json()
    return value


def crossed_json(crossed: Sequence[Crossing], currency: str) -> list[Mapping[str, object]]:
    return [
        {
            "feature": c.feature,
            "from": value_json(c.feature, c.before, currency),
            "to": value_json(c.feature, c.after, currency),
            "would_restore": c.would_restore,
        }
        for c in crossed
    ]
