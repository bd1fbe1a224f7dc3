"""All rows of a query as a CSV file that a spreadsheet may open safely."""

import csv
from pathlib import Path

from engine.concepts import Money
from engine.facts import Figure
from engine.query import Dimension, Key, Row, key_text
from engine.render.text import plain_cell
from tools.query_answer import Answer
from tools.query_figures import column_names, row_figures


def write_rows(answer: Answer, file: Path) -> int:
    """Money in whole units of the shop's currency, which has a column of its own."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        keys = [name for each in answer.query.dimensions for name in _key_columns(each)]
        writer.writerow([*keys, *column_names(answer), "currency"])
        for row in answer.rows:
            writer.writerow(_cells(answer, row))
    return len(answer.rows)


def _is_named(dimension: Dimension) -> bool:
    """Has keys that are not their own name."""
    return dimension.name in ("segment", "product")


def _key_columns(dimension: Dimension) -> list[str]:
    return [f"{dimension.name}_id"] * _is_named(dimension) + [dimension.name]


def _cells(answer: Answer, row: Row) -> list[str]:
    keys = [
        cell
        for dimension, key in zip(answer.query.dimensions, row.keys, strict=True)
        for cell in _key_cells(answer, dimension, key)
    ]
    values = [_value_cell(figure) for figure in row_figures(answer, row)]
    return [*keys, *values, answer.shop.currency]


def _key_cells(answer: Answer, dimension: Dimension, key: Key) -> list[str]:
    text = plain_cell(key_text(dimension, key))
    if not _is_named(dimension):
        return [text]
    return [text, "" if key is None else plain_cell(answer.key_name(dimension, key))]


def _value_cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    value = figure.value
    return str(value.major if isinstance(value, Money) else value)
