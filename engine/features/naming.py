"""What a feature's column is measured in and how people call it, where only its name is at hand."""

from engine.features.feature import Unit
from engine.features.full import FIXED
from engine.features.lines import CHANNEL
from engine.features.products import CATEGORY
from engine.features.texts import TOPIC

_UNITS: dict[str, Unit] = {one.feature.name: one.feature.unit for one in FIXED}
_SHARES = {CHANNEL: "share over", CATEGORY: "share of", TOPIC: "share of texts about"}
_CALLED = {
    "frequency": "orders",
    "monetary": "revenue",
    "year_end_lean": "lean to the turn of the year",
    "april_lean": "lean to April",
}


def unit_of(feature: str) -> Unit:
    """An attribute, of which only the source knows the unit, is a number."""
    if feature in _UNITS:
        return _UNITS[feature]
    return "share" if feature.startswith(tuple(_SHARES)) else "number"


def plain_name(feature: str) -> str:
    """ "average order", "share over app"."""
    for start, called in _SHARES.items():
        if feature.startswith(start):
            return f"{called} {feature.removeprefix(start).replace('_', ' ')}"
    return _CALLED.get(feature, feature.replace("_", " "))
