"""Bad files through the command itself: one sentence, exit 2, and a home that is as it was."""

import gzip
import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

SEGUE = [sys.executable, "-c", "from api.cli import main; main()"]
HEADER = "Invoice,Customer ID,Invoice Date,Product,Quantity,Price\n"
ROWS = "".join(f"{n},{n % 7},2024-03-{n % 28 + 1:02} 10:00,Mug,2,3.50\n" for n in range(40))
MEBIBYTE = 1 << 20

Write = Callable[[Path], object]


def holding(content: str | bytes) -> Write:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data)


def rows_with(**columns: str) -> str:
    names = ("Invoice", "Customer", "Date", "Product", "Quantity", "Price")
    lines = [line.split(",") for line in ROWS.splitlines()]
    filled = [[columns.get(n, cell) for n, cell in zip(names, line, strict=True)] for line in lines]
    return HEADER + "".join(",".join(line) + "\n" for line in filled)


def one_giant_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(HEADER.encode() + b"1,1,2024-01-01,")
        file.write(b"x" * (17 * MEBIBYTE))


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(3 << 30)


def gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb", 1) as file:
        for _ in range(270):
            file.write(b"0" * MEBIBYTE)


def zipped(**files: str) -> Write:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), text)

    return write


def half_parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"Invoice": [str(n) for n in range(1000)]}), path)
    path.write_bytes(path.read_bytes()[:-20])


JUNK = bytes(n * 7919 % 251 + 1 for n in range(100_000))
MIXED = HEADER.encode() + ROWS.encode().replace(b"Mug", b"Caf\xe9", 2).replace(
    b"Mug", "Tëa".encode(), 2
)
# What it is called, how it is made, what has to be said of it.
CASES: Mapping[str, tuple[Write, str]] = {
    "empty.csv": (holding(""), "empty.csv is empty. Export it again"),
    "blank.csv": (holding("\n\n \n"), "holds blank lines only"),
    "header.csv": (holding(HEADER), "header.csv names its columns but holds no rows"),
    "folder.csv": (Path.mkdir, "is a folder, not a file. Name one file in it"),
    "pipe.csv": (os.mkfifo, "is a pipe, a socket or a device"),
    "circle.csv": (lambda path: path.symlink_to(path), "leads to no file, or in a circle"),
    "absent.csv": (lambda path: None, "No file named 'absent.csv' in"),
    "a" * 300: (lambda path: None, "is too long to be the name of a file"),
    "nobody.csv": (holding(rows_with(Customer="")), "'Customer ID' (customer_id) holds no value"),
    "null.csv": (holding(rows_with(Price="")), "column 'Price' (unit_price) holds no value"),
    "giant.csv": (one_giant_line, "giant.csv, line 2: this line is longer than 16 MB"),
    "sparse.csv": (sparse, "sparse.csv is no text: a byte on line 2 is zero, after '"),
    "bomb.csv.gz": (gzip_bomb, "bomb.csv.gz unpacks to more than"),
    "bomb.zip": (zipped(a_csv="0" * (70 * MEBIBYTE)), "bomb.zip unpacks to more than"),
    "outside.zip": (zipped(**{"..__..__evil_csv": HEADER + ROWS}), "points outside of the archive"),
    "two.zip": (zipped(a_csv=HEADER, b_csv=HEADER), "an archive of 2 files: 'a.csv', 'b.csv'"),
    "junk.csv": (holding(JUNK), "junk.csv"),
    "twice.csv": (holding(HEADER.replace("Product", "Price") + ROWS),
                  "line 1: the column name 'Price' appears 2 times, in columns 4 and 6"),
    "mixed.csv": (holding(MIXED), "mixed.csv, line 2: byte 0xE9 is not UTF-8"),
    "cut.csv.gz": (holding(gzip.compress((HEADER + ROWS).encode())[:-20]),
                   "cannot be unpacked: it is damaged or cut short"),
    "cut.parquet": (half_parquet, "is a Parquet file whose end is missing"),
    "cut.xlsx": (holding(b"PK\3\4" + b"\0" * 400), "cut.xlsx cannot be unpacked"),
    "wide.csv": (holding(",".join(f"c{n}" for n in range(5000)) + "\n" + ",".join("1" * 5000)),
                 "and 4970 more"),
    "emoji.csv": (holding("😀,🛒,📅\na,b,c\n"), '--map "😀=occurred_at"'),
    "zeros.csv": (holding(HEADER + ROWS[:200] + "\0" + ROWS), "a byte on line 8 is zero"),
    "fields.csv": (holding(HEADER + ROWS + "1,2,2024-01-01,Mug, blue,2,3.5\n"),
                   "fields.csv, line 42: 7 fields where line 1 names 6 columns"),
    "quote.csv": (holding(HEADER + '1,2,2024-01-01,"Mug,2,3.5\n' + ROWS),
                  "quote.csv, line 2: a quote"),
    "headless.csv": (holding(ROWS), "line 1: where the names of the columns should be"),
    "dates.csv": (holding(rows_with(Date="03/04/2024")),
                  "line 2, column 'Invoice Date': '03/04/2024' can be read in two ways"),
    "decimal.csv": (holding(rows_with(Price="1.234")),
                    "line 2, column 'Price': '1.234' can be read in two ways"),
    "two_currencies.csv": (holding(rows_with(Price="£3.50") + "9,9,2024-03-01,Mug,1,€4\n"),
                           "mixes currencies: 1 row of EUR, 40 rows of GBP"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Run:
    home: Path
    said: Mapping[str, Said]
    before: Mapping[str, str]
    after: Mapping[str, str]


def segue(home: Path, *arguments: str, cwd: Path | None = None) -> Said:
    path = str(Path(__file__).parents[2])
    environment = os.environ | {"SEGUE_HOME": str(home), "PYTHONPATH": path}
    found = subprocess.run(
        [*SEGUE, *arguments], env=environment, cwd=cwd, capture_output=True, text=True, timeout=300
    )
    return Said(found.returncode, found.stdout, found.stderr)


def bytes_of(home: Path) -> dict[str, str]:
    """Every file but the logs."""
    files = (path for path in home.rglob("*") if path.is_file() and path.suffix != ".log")
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All of them at one home that holds a dataset already."""
    folder = tmp_path_factory.mktemp("bad")
    home = tmp_path_factory.mktemp("home")
    (folder / "sound.csv").write_text(HEADER + ROWS, encoding="utf-8")
    assert segue(home, "load", str(folder / "sound.csv")).code == 0
    for name, (write, _) in CASES.items():
        write(folder / name)
    before = bytes_of(home)
    with ThreadPoolExecutor(3) as pool:
        found = pool.map(lambda name: segue(home, "load", name, cwd=folder), CASES)
        said = dict(zip(CASES, found, strict=True))
    yield Run(home, said, before, bytes_of(home))
    (folder / "sparse.csv").unlink()


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_in_one_sentence(name: str, run: Run) -> None:
    said = run.said[name]
    assert (said.code, said.out) == (2, "")
    message = said.err.splitlines()[-1]
    assert CASES[name][1] in message
    assert name[:40] in message
    assert message.endswith((".", "?", '"', ","))
    assert "Traceback" not in said.err
    assert len(said.err.splitlines()) <= 2  # what is being done, and what is wrong


def test_nothing_of_a_bad_file_is_left_in_the_home(run: Run) -> None:
    assert run.after == run.before


def test_a_file_without_one_row_to_keep_makes_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "never.csv").write_text(rows_with(Date="2024-02-31"), encoding="utf-8")
    said = segue(tmp_path / "home", "load", str(tmp_path / "never.csv"))
    assert said.code == 2
    assert "No row of never.csv can be kept: 40 unparsable date." in said.err
    assert "There is no dataset yet" in segue(tmp_path / "home", "datasets").out
    assert not list((tmp_path / "home").rglob("*.parquet"))


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "growing.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8")
    done = threading.Event()

    def grow() -> None:
        while not done.wait(0.001):
            with file.open("a", encoding="utf-8") as rows:
                rows.write(ROWS[:30] + "\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        said = segue(tmp_path / "home", "load", str(file))
    finally:
        done.set()
        writer.join()
    assert said.code == 2
    assert "growing.csv was written to while it was read" in said.err
    assert not list((tmp_path / "home").rglob("*.parquet"))


def test_odd_files_that_are_sound_are_loaded(tmp_path: Path) -> None:
    """Hundreds of columns, text from right to left, formulas, a header of signs with a map."""
    more = [f"c{n}" for n in range(300)]
    wide = ["Customer ID,Invoice Date,Quantity,Price," + ",".join(more)]
    wide += [f"{n},2024-03-01,1,2.50," + ",".join("1" * 300) for n in range(3)]
    (tmp_path / "wide.csv").write_text("\n".join(wide), encoding="utf-8")
    (tmp_path / "odd.csv").write_text(
        "👤,Invoice Date,Product,Quantity,Price\n"
        'דנה,2024-03-05,"=HYPERLINK(""http://x"")",2,3.50\n\u202eמרים,2024-03-06,כוס,1,4.50\n',
        encoding="utf-8",
    )
    home = tmp_path / "home"
    found = segue(home, "load", str(tmp_path / "wide.csv"))
    assert (found.code, "3 kept" in found.out) == (0, True), found.err
    found = segue(home, "load", str(tmp_path / "odd.csv"), "--map", "👤=customer_id")
    assert (found.code, "2 kept" in found.out) == (0, True), found.err
