"""Random queries over a shop beside a count in other code (`evals/query_truth.py`)."""

import random
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from math import isclose
from pathlib import Path
from typing import Any

from engine.errors import Fixable
from engine.features import fetch, known_at, open_transactions
from engine.query.answering import MOST_CELLS
from engine.query.model import Number
from evals.bench.bars import Setting
from evals.bench.export import CURRENCY, ZONE, export_as_csv
from evals.query_truth import Cell, QueryTruth, Values
from evals.random_queries import RandomQueries
from stores.datasets import DatasetStore
from stores.home import Home
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.query import QueryRecords, answer_query
from tools.segmenting import SegmentRequest, run_segmentation


def measure(setting: Setting) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = _shop(Path(folder), setting)
        home = Home.open(Path(folder) / "home")
        load_file(home, LoadRequest(file, zone=ZONE, currency=CURRENCY), datetime.now(UTC))
        request = SegmentRequest(method="rules")
        dataset = DatasetStore(home).get()
        run_segmentation(home, dataset, request, datetime.now(UTC), lambda text: None)
        context = Context.open(home, "local", None, datetime.now(UTC))
        found = differing(context, 500, setting)
        home.close()
    return float(found)


def _shop(folder: Path, setting: Setting) -> Path:
    if setting.data is not None or setting.full:
        return export_as_csv(setting, folder)
    from engine.synthetic import make_shop, write_shop

    return write_shop(make_shop(120, seed=23), folder / "files")["transactions"]


def differing(context: Context, queries: int, setting: Setting) -> int:
    """How many of the random queries give another answer than the count in pandas."""
    with open_transactions(context.files) as transactions:
        records = fetch(known_at(transactions, context.as_of))
    segments = {str(who): str(segment) for who, segment in context.members["segment_id"].items()}
    truth = QueryTruth(records, segments, context.as_of.local_date)
    draws = RandomQueries(truth, random.Random(7))  # noqa: S311  (no secret)
    wrong = rows = 0
    for _ in range(queries):
        arguments, asked = draws.next()
        found: list[tuple[Cell, Values]] | None
        expected = truth.answer(asked)
        try:
            found = _found(context, arguments)
        except Fixable as error:
            setting.say(f"refused, with {len(expected):,} rows: {arguments}: {error}")
            if len(expected) > MOST_CELLS:
                continue  # rightly: no answer is that long
            found = None
        rows += len(expected)
        if found is None or not _same(found, expected, arguments):
            wrong += 1
            setting.say(f"differs: {arguments}")
    setting.say(f"{queries} queries with {rows:,} rows, {wrong} of them differ")
    return wrong


def _found(context: Context, arguments: dict[str, Any]) -> list[tuple[Cell, Values]]:
    answer = answer_query(context, QueryRecords.model_validate(arguments))
    return [(row.keys, _numbers(row.values)) for row in answer.rows]


def _numbers(values: Mapping[str, Number | None]) -> Values:
    """No random query asks for a date."""
    return {name: value for name, value in values.items() if not isinstance(value, date)}


def _same(
    found: list[tuple[Cell, Values]], expected: dict[Cell, Values], arguments: dict[str, Any]
) -> bool:
    cells = dict(found)
    return (
        len(cells) == len(found)
        and {cell for cell in cells if cell} == {cell for cell in expected if cell}
        and all(_alike(cells[cell], values) for cell, values in expected.items())
        and _in_order([values for _, values in found], arguments)
    )


def _alike(found: Values, expected: Values) -> bool:
    """Counts and money exactly, ratios to 1e-9."""
    for name, value in expected.items():
        one, two = found[name], value
        if one is None or two is None:
            if one is not two:
                return False
        elif isinstance(one, int) and float(two).is_integer():
            if one != two:
                return False
        elif not isclose(one, two, rel_tol=1e-9, abs_tol=1e-12):
            return False
    return True


def _in_order(rows: list[Values], arguments: dict[str, Any]) -> bool:
    if "sort" not in arguments:
        return True
    values = [row[arguments["sort"]] for row in rows]
    known = [value for value in values if value is not None]
    ordered = sorted(known, reverse=not arguments["ascending"])
    return known == ordered and values[: len(known)] == known
