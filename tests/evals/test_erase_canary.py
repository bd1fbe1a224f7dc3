"""The search that looks for an erased customer finds one where there is one."""

import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evals.bench.bars import BARS, Setting
from evals.bench.erase_canary import CUSTOMER, MARKS, measure, places


def test_a_mark_is_found_in_every_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "plain.log").write_text("nothing", encoding="utf-8")
    assert places(tmp_path) == []
    (tmp_path / "named.log").write_text(f"asked of {MARKS[1]}", encoding="utf-8")
    rows = pa.table({"customer_id": ["a", CUSTOMER] * 500})
    pq.write_table(rows, tmp_path / "rows.parquet", compression="zstd", write_statistics=False)
    connection = sqlite3.connect(tmp_path / "state.db")
    connection.execute("CREATE TABLE t (text)")
    connection.execute("INSERT INTO t VALUES (?)", (MARKS[3],))
    connection.commit()
    connection.close()
    assert places(tmp_path) == ["named.log", "rows.parquet", "state.db"]


def test_nothing_is_left_of_an_erased_customer() -> None:
    found = measure(Setting(full=False, say=lambda text: None))
    assert found == 0 and BARS["erase_complete"].reached(found)
