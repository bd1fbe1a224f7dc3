"""Files of a home in its folder: whole or not at all; and what is said of places that do not fit.

An object store of one's own is the matter of test_object_store.py.
"""

from pathlib import Path

import pandas as pd
import pytest

from engine.errors import BadInput, Conflict, NotFound
from stores.file_moving import Moved, move_files
from stores.files import Files, check_files
from stores.home import Home


def write(files: Files, name: str, text: str) -> None:
    with files.writing(name) as file:
        file.write_text(text, encoding="utf-8")


def test_what_was_written_is_found_by_its_name(tmp_path: Path) -> None:
    files = Files(tmp_path)
    write(files, "reports/one/a.txt", "hello")
    files.write(pd.DataFrame({"n": [1, 2]}), "scores/m.parquet")
    assert files.get("reports/one/a.txt").read_text(encoding="utf-8") == "hello"
    assert list(pd.read_parquet(files.get("scores/m.parquet"))["n"]) == [1, 2]
    assert files.all("reports") == {"reports/one/a.txt": 5}
    files.delete("reports/one/a.txt")
    files.delete("reports/one/a.txt")  # again: it is gone already
    assert files.find("reports/one/a.txt") is None
    with pytest.raises(NotFound, match="reports/one/a.txt is missing"):
        files.get("reports/one/a.txt")


def test_a_write_that_is_cut_short_leaves_what_was_there(tmp_path: Path) -> None:
    files = Files(tmp_path)
    write(files, "a/b.txt", "whole")
    with pytest.raises(ZeroDivisionError), files.writing("a/b.txt") as file:
        file.write_text("ha", encoding="utf-8")
        raise ZeroDivisionError
    assert files.get("a/b.txt").read_text(encoding="utf-8") == "whole"
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["b.txt"]


@pytest.mark.parametrize(
    "url", ["gs://bucket/a", "s3://", "bucket/a", "s3://key:secret@bucket/a", "s3://bucket?x=1"]
)
def test_a_place_that_is_none_is_refused_in_words(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput, match="no place for files.*s3://bucket/folder"):
        Files(tmp_path, url)


def test_the_check_says_where_files_lie(tmp_path: Path) -> None:
    assert check_files(tmp_path, None) == f"in the home {tmp_path}"


def test_files_move_once_and_never_over_others(tmp_path: Path) -> None:
    source, target = Home.open(tmp_path / "a"), Home.open(tmp_path / "b")
    for name in ("datasets/d/transactions/_delta_log/0.json", "snapshots/s.parquet"):
        write(source.files, name, name)
    write(source.files, "datasets/d/stream.db", "the stream's own")
    write(source.files, "datasets/d/transactions/x.tmp", "half")
    said: list[str] = []
    assert move_files(source, target, said.append) == Moved(2, 60, 0)
    assert said == ["1 of 2 files", "2 of 2 files"]
    assert move_files(source, target) == Moved(0, 60, 2)
    assert sorted(target.files.all("datasets")) == ["datasets/d/transactions/_delta_log/0.json"]
    write(target.files, "snapshots/s.parquet", "another")
    with pytest.raises(Conflict, match="holds another snapshots/s.parquet"):
        move_files(source, target)
    source.close()
    target.close()
