"""The file of a segment's customers is safe to open in a spreadsheet."""

import csv
from pathlib import Path

from tools.context import Context
from tools.members import write_members


def test_everybody_is_in_one_segment(context: Context, tmp_path: Path) -> None:
    rows = write_members(context, "all", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert rows == len(found) == len({row["customer_id"] for row in found})
    first = context.segments[0]
    mine = write_members(context, first.name, tmp_path / "one.csv")
    assert mine == sum(row["segment_id"] == first.segment_id for row in found)
