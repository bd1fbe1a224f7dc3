"""What is unusual about a customer, in one sentence: beside the own past, and beside peers."""

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.anomalies.detector import Detector
from engine.concepts import Money
from engine.facts import count_text, day_text, money_text, ratio_text, share_text

if TYPE_CHECKING:
    import pandas as pd

_OWN_PAST = 4  # orders, lines, days or gaps from which on somebody has a past of their own
_PEERS = 20  # fewer are no measure: then everybody is
_BOUND = 0.99


def sentence(
    detector: Detector,
    row: "pd.Series[Any]",
    peers: "pd.DataFrame",
    segment: str | None,
    currency: str,
) -> str:
    words = {
        "most": _text(detector, float(row[detector.most]), currency),
        "usual": _usual(detector, row, currency),
        "on": _day(row[detector.on]),
        "lines_returned": count_text(int(row["lines_returned"])),
        "lines_sold": count_text(int(row["lines_sold"])),
    }
    if "woken_orders" in row and np.isfinite(row["woken_orders"]):
        words["woken_orders"] = _orders(int(row["woken_orders"]))
    said = detector.says.format_map(words)
    beside = _beside(detector, peers, segment, currency)
    return f"{said}; {beside}." if beside else f"{said}."


def general_sentence(stands_out: tuple[tuple[str, bool], ...], segment: str | None) -> str:
    """No single thing is it: the features that do most to set the customer apart."""
    if not stands_out:
        return "Unlike other customers."
    named = [f"{name.replace('_', ' ')} ({'high' if high else 'low'})" for name, high in stands_out]
    where = f", {segment} included" if segment else ""
    return f"Unlike other customers{where}, most of all in {' together with '.join(named)}."


def _usual(detector: Detector, row: "pd.Series[Any]", currency: str) -> str:
    if detector.usual is None:
        return ""
    usual = _text(detector, float(row[detector.usual]), currency)
    whose = "this customer" if row[detector.seen] >= _OWN_PAST else "customers of this shop"
    return f"{usual} is usual for {whose}"


def _beside(detector: Detector, peers: "pd.DataFrame", segment: str | None, currency: str) -> str:
    """Nothing where there are too few to compare with."""
    values = peers[detector.most].dropna()
    if len(values) < _PEERS:
        return ""
    bound = _text(detector, float(values.quantile(_BOUND, interpolation="higher")), currency)
    who = f"in {segment}" if segment else "customers"
    return detector.peers_say.format_map({"peers": who, "bound": bound})


def _text(detector: Detector, value: float, currency: str) -> str:
    if detector.unit == "money":
        return money_text(Money(round(value), currency))
    if detector.unit == "share":
        return share_text(round(value, 4))
    if detector.unit == "ratio":
        return f"{ratio_text(value)} times"
    rounded = float(round(value) if value >= 10 else round(value, 1))
    text = count_text(rounded)
    return text if detector.unit == "count" else f"{text} {'day' if rounded == 1 else 'days'}"


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count_text(count)} orders"


def _day(found: Any) -> str:
    import pandas as pd

    return "an unknown day" if pd.isna(found) else day_text(pd.Timestamp(found).date())
