import csv
from io import StringIO

from engine.render.sheet import COLUMNS, to_csv


def rows(report):
    return list(csv.DictReader(StringIO(to_csv(report))))


def test_every_figure_is_a_row_with_its_bare_amount(report):
    found = rows(report)
    assert [row["receipt"] for row in found] == [f"r{place}" for place in range(1, 7)]
    assert found[1] == {
        "receipt": "r2",
        "about": "Champions",
        "figure": "sales less returns, without lines that are no product",
        "period": "as of 9 Dec 2011",
        "amount": "30000.00",
        "unit": "GBP",
        "shown": "£30,000",
        "formula": "sum of revenue",
        "source": "100 rows of shop, version 3",
        "id": "rc_2",
    }
    assert (found[0]["amount"], found[0]["unit"]) == ("100", "count")


def test_no_name_is_a_formula(hostile_report):
    for row in rows(hostile_report):
        assert not row["about"].startswith("=")
        assert set(row) == set(COLUMNS)
