"""Queries: measures by dimensions over the records, typed, checked and never a string of SQL."""

from engine.query.answering import Keys, Row, run_query
from engine.query.lines import Known, goods_lines
from engine.query.model import (
    DIMENSIONS,
    FILTERS,
    MEASURES,
    Dimension,
    Key,
    Measure,
    Number,
    Query,
    folded,
    make_query,
)
from engine.query.periods import Comparison, before, cell_days, clipped, read_period
from engine.query.rows import empty, leads, sort_rows, with_lost
from engine.query.words import key_text, key_words

__all__ = [
    "DIMENSIONS",
    "FILTERS",
    "MEASURES",
    "Comparison",
    "Dimension",
    "Key",
    "Keys",
    "Measure",
    "Number",
    "Query",
    "Known",
    "Row",
    "before",
    "cell_days",
    "clipped",
    "empty",
    "folded",
    "goods_lines",
    "key_text",
    "key_words",
    "leads",
    "make_query",
    "read_period",
    "run_query",
    "sort_rows",
    "with_lost",
]
