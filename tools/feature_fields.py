"""Features as the fields of a filter."""

import re
from typing import TYPE_CHECKING

from engine.features import Feature, Unit
from engine.filters import Field
from engine.filters.fields import Kind

if TYPE_CHECKING:
    import pandas as pd

_KINDS: dict[Unit, Kind] = {"days": "days", "money": "money", "share": "share", "word": "word"}
_MOST_WORDS = 1000  # beyond, a word is not checked against those that are known


def words_in(where: str) -> frozenset[str]:
    """Whatever in a filter's text could be the name of a feature."""
    return frozenset(re.findall(r"\w+", where.casefold()))


def field_of(feature: Feature, values: "pd.Series | None") -> Field:
    """With its values the field knows whether everybody has one, and which words there are."""
    kind = _KINDS.get(feature.unit, "number")
    known = {}
    if kind == "word" and values is not None and values.nunique() <= _MOST_WORDS:
        known = {str(word): str(word) for word in sorted(values.dropna().unique())}
    always = values is not None and not values.isna().any()
    return Field(feature.name, kind, feature.meaning, feature.says, known, always)
