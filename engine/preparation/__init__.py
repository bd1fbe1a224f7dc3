"""Preparation: from a feature table to points, by steps that are recorded and can be replayed."""

from engine.preparation.preparation import Preparation, PreparedColumn
from engine.preparation.selection import LeftOut, select_features
from engine.preparation.source import column_type, column_values
from engine.preparation.spaces import (
    CHOSEN,
    LEADING,
    SPACES,
    Space,
    as_table,
    columns_of,
    compared_features,
    find_space,
    offered_spaces,
)
from engine.preparation.step import QUANTILE_KNOTS, STEPS, Array, Quantile

__all__ = [
    "CHOSEN",
    "LEADING",
    "QUANTILE_KNOTS",
    "SPACES",
    "STEPS",
    "Array",
    "LeftOut",
    "Preparation",
    "PreparedColumn",
    "Quantile",
    "Space",
    "as_table",
    "column_type",
    "column_values",
    "columns_of",
    "compared_features",
    "find_space",
    "offered_spaces",
    "select_features",
]
