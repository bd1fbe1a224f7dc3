"""`segue query`: a table for people, facts with receipts for programs, a file for spreadsheets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import Door
from api.commands.query import query
from engine.errors import Fixable, NotFound
from stores.home import Home


def run(home: Home, *arguments: str, as_json: bool = False) -> Result:
    return CliRunner().invoke(query, arguments, obj=Door(str(home.root), json=as_json))


def test_people_read_a_table(home: Home) -> None:
    said = run(home, "revenue", "average order", "--by", "country", "--top", "2").output
    lines = said.splitlines()
    assert lines[0] == "Counted from 1 Jan 2024 to 31 Dec 2025."
    assert lines[2].split("  ")[0] == "country" and "average order" in lines[2]
    assert len(lines) == 6 and "United Kingdom" in lines[4] and "£" in lines[4]


def test_a_long_answer_says_that_there_is_more(home: Home) -> None:
    said = run(home, "units", "--by", "product").output
    assert "These are 20 of " in said and "--page, or --out FILE" in said


def test_programs_get_facts_with_receipts_and_the_file(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    asked = ("customers", "--by", "country", "--period", "2025-11", "--compare", "previous")
    found = json.loads(run(home, *asked, "--out", str(out), as_json=True).stdout)
    assert found["tool"] == "query_records"
    assert found["arguments"]["compare"] == "previous period"
    assert all(fact["receipt"].startswith("receipt_") for fact in found["facts"])
    written = out.read_text(encoding="utf-8").splitlines()
    assert found["rows"] == len(written) - 1 > 0
    assert written[0] == "country,customers,customers_before,customers_change,currency"


def test_a_wrong_name_gives_the_nearest(home: Home) -> None:
    for arguments in (("custmers",), ("customers", "--country", "Frence")):
        found = run(home, *arguments)
        assert isinstance(found.exception, NotFound)
        assert "Did you mean" in found.exception.hint


def test_a_period_that_is_none_is_told(home: Home) -> None:
    found = run(home, "revenue", "--period", "lately")
    assert isinstance(found.exception, Fixable)
    assert "'lately' is no period." in str(found.exception)


@pytest.mark.parametrize("option", ["--page=0", "--top=0", "--compare=never"])
def test_options_are_checked(home: Home, option: str) -> None:
    assert run(home, "revenue", option).exit_code == 2
