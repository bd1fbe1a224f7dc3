"""Files in the wild: separators, encodings, workbooks, JSON, compression, and what is refused."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.reading import Source, read_source
from engine.reading.forms import read_rows

HEADER = ("order_id", "customer_id", "occurred_at", "product", "quantity", "unit_price")
ROWS = (
    ("1", "7", "2024-03-01 10:00:00", "Mug", "2", "3,50"),
    ("2", "8", "2024-03-02 11:00:00", "Tëa pot", "1", "1.234,50"),
)


def text(separator: str = ",", end: str = "\n", above: str = "", after: str = "") -> str:
    quoted = [
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) + after
        for row in (HEADER, *ROWS)
    ]
    return above + end.join(quoted) + end


def written(folder: Path, content: bytes | str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def assert_both_rows(source: Source) -> None:
    assert source.rows.rows() == list(ROWS)


# ---- delimited text --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("separator", "said"), [(";", "semicolon"), ("\t", "tab"), ("|", "pipe"), (",", None)]
)
def test_separators_are_recognised_and_said(
    tmp_path: Path, separator: str, said: str | None
) -> None:
    source = read_source(written(tmp_path, text(separator), "orders.txt"))
    assert_both_rows(source)
    expected = f"fields are separated by {said}" if said else None
    assert source.assumed.get("separator") == expected


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "the text is UTF-16"),
        ("utf-16-le", "the text is UTF-16-LE"),
        ("utf-16-be", "the text is UTF-16-BE"),
        ("cp1252", "the text is Windows-1252 (Western Europe)"),
    ],
)
def test_encodings_are_recognised_and_said(tmp_path: Path, encoding: str, said: str | None) -> None:
    source = read_source(written(tmp_path, text(";").encode(encoding)))
    assert_both_rows(source)
    assert source.assumed.get("encoding") == said
    assert source.lines.to_list() == [2, 3]


def test_a_byte_that_windows_1252_leaves_empty_makes_it_latin_1(tmp_path: Path) -> None:
    content = text().encode("latin-1").replace(b"Mug", b"M\x81g")
    source = read_source(written(tmp_path, content))
    assert source.rows["product"].to_list() == ["M\x81g", "Tëa pot"]
    assert source.assumed["encoding"] == "the text is Latin-1"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_count_as_lines(tmp_path: Path, end: str) -> None:
    source = read_source(written(tmp_path, text(";", end)))
    assert_both_rows(source)
    assert source.lines.to_list() == [2, 3]
    assert ("line ends" in source.assumed) == (end == "\r")


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("Orders of March\n", 2),
        ("Orders of March;;;;;\n\n\n", 4),
        ("From;2024-03-01\nTo;2024-03-31\n\n", 4),
        ("\n\n", 3),
        ("sep=;\n", 2),
    ],
)
def test_lines_above_the_header_are_no_rows(tmp_path: Path, above: str, line: int) -> None:
    source = read_source(written(tmp_path, text(";", above=above)))
    assert_both_rows(source)
    assert source.assumed["title"] == f"the columns are named on line {line}; above is no row"
    assert source.lines.to_list() == [line + 1, line + 2]


def test_empty_columns_at_the_end_are_left_out(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, text(";", after=";;")))
    assert source.table.columns == list(HEADER)
    assert source.assumed["empty columns"].startswith("2 columns without a name")


def test_empty_fields_beyond_the_last_column_are_left_out(tmp_path: Path) -> None:
    lines = text(";").splitlines()
    source = read_source(written(tmp_path, "\n".join((lines[0], lines[1], lines[2] + ";;"))))
    assert_both_rows(source)
    assert source.assumed["long rows"].endswith("the first on line 3")


def test_rows_that_stop_early_are_said(tmp_path: Path) -> None:
    content = text(";") + '3;9;2024-03-03;"a;b;c;d"\n4;9;2024-03-04;Mug;1;\n'
    source = read_source(written(tmp_path, content))
    assert source.rows["unit_price"].to_list() == ["3,50", "1.234,50", None, None]
    assert source.assumed["short rows"].startswith("1 row has fewer fields")
    assert "the first on line 4" in source.assumed["short rows"]


def test_a_file_without_a_header_is_asked_for_one(tmp_path: Path) -> None:
    content = "17850,2010-12-01,2.55\n13047,2010-12-02,3.39\n"
    with pytest.raises(BadInput, match="line 1: where the names of the columns should be"):
        read_source(written(tmp_path, content))


CELL = st.text(
    st.characters(codec="cp1252", exclude_characters="\r\x00\x1a", exclude_categories=["Cc"])
    | st.sampled_from(',;|\t"\n '),
    max_size=12,
).filter(lambda cell: cell.strip() != "" and not cell.startswith("\ufeff"))


def reads_as_utf8(line: str) -> bool:
    """Windows-1252 whose bytes happen to be UTF-8 cannot be told from it."""
    try:
        return not line.isascii() and bool(line.encode("cp1252").decode("utf-8"))
    except UnicodeDecodeError:
        return False


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(st.tuples(CELL, CELL | st.none(), CELL), min_size=1, max_size=6),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_in_any_dialect_reads_back_cell_by_cell(
    tmp_path: Path,
    cells: list[tuple[str, str | None, str]],
    separator: str,
    encoding: str,
    end: str,
) -> None:
    def field(cell: str | None) -> str:
        if cell is None:
            return ""
        marked = any(mark in cell for mark in '"\n\r,;\t|')
        return '"' + cell.replace('"', '""') + '"' if marked else cell

    written_rows = [separator.join(map(field, row)) + end for row in cells]
    content = separator.join(("first name", "second name", "third name")) + end
    content += "".join(written_rows)
    assume(encoding != "cp1252" or not any(map(reads_as_utf8, content.split("\n"))))
    path = written(tmp_path, content.encode(encoding))
    rows, _ = read_rows(path, "orders.csv")
    assert rows.table.rows() == cells
    breaks = [row.count("\n") for row in written_rows]
    assert rows.lines.to_list() == [2 + sum(breaks[:n]) for n in range(len(cells))]


# ---- workbooks -------------------------------------------------------------------------------


def workbook(sheets: dict[str, list[list[str | float | None]]], extra: str = "") -> bytes:
    """The smallest workbook that Excel would open: numbers as numbers, text inline."""

    def cell(value: str | float | None) -> str:
        if value is None:
            return "<c/>"
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        date = ' s="1"' if isinstance(value, float) else ""
        return f"<c{date}><v>{value}</v></c>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    names = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{links}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>{names}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}'
        f'<Relationship Id="rs" Type="{links}/styles" Target="styles.xml"/>{extra}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for n, rows in enumerate(sheets.values(), start=1):
        filled = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        files[f"xl/worksheets/s{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{filled}</sheetData></worksheet>'
        )
    return zipped(files)


def zipped(files: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


SHEET: list[list[str | float | None]] = [
    ["order_id", "customer_id", "occurred_at", "quantity", "unit_price"],
    [1, 13085, 40878.5, 2, "3.5"],
    [2, 13086, 40879.25, -1, "1.25"],
]


def test_a_workbook_reads_as_the_text_its_cells_show(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, workbook({"Orders": SHEET}), "orders.xlsx"))
    assert source.rows.rows() == [
        ("1", "13085", "2011-12-01 12:00:00", "2", "3.5"),
        ("2", "13086", "2011-12-02 06:00:00", "-1", "1.25"),
    ]
    assert source.lines.to_list() == [2, 3]


def test_a_time_of_day_in_a_workbook_has_no_day(tmp_path: Path) -> None:
    timed: list[list[str | float | None]] = [["customer", "date", "time", "total"]]
    timed.append([7, 40878.0, 0.5, 3])
    source = read_source(written(tmp_path, workbook({"Orders": timed}), "orders.xlsx"))
    assert source.rows.rows() == [("7", "2011-12-01 00:00:00", "12:00:00", "3")]


def test_sheets_of_the_same_columns_are_joined_and_others_left_out(tmp_path: Path) -> None:
    sheets = {"About": [["Orders of the shop"]], "Year 1": SHEET, "Year 2": SHEET[:2]}
    source = read_source(written(tmp_path, workbook(sheets), "orders.xlsx"))
    assert source.rows["order_id"].to_list() == ["1", "2", "1"]
    assert source.assumed["sheets"] == (
        "taken: 'Year 1', 'Year 2', which have the same columns, one after the other; "
        "left out: 'About'"
    )


def test_a_title_above_the_columns_of_a_sheet_is_no_row(tmp_path: Path) -> None:
    title: list[list[str | float | None]] = [["Orders of March"], [], *SHEET]
    source = read_source(written(tmp_path, workbook({"Orders": title}), "orders.xlsx"))
    assert source.rows["order_id"].to_list() == ["1", "2"]
    assert source.assumed["title"] == "sheet 'Orders' names its columns in row 3"
    assert source.lines.to_list() == [4, 5]


def test_two_sheets_of_different_columns_are_asked_about(tmp_path: Path) -> None:
    other: list[list[str | float | None]] = [["who", "what"], ["a", "b"], ["c", "d"]]
    path = written(tmp_path, workbook({"Orders": SHEET, "Lists": other}), "orders.xlsx")
    with pytest.raises(BadInput, match="several sheets of different columns: 'Orders', 'Lists'"):
        read_source(path)


def test_a_workbook_without_rows_and_one_cut_short_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="without a sheet of rows"):
        read_source(written(tmp_path, workbook({"Orders": SHEET[:1]}), "orders.xlsx"))
    with pytest.raises(BadInput, match="damaged or cut short"):
        read_source(written(tmp_path, workbook({"Orders": SHEET})[:-400], "orders.xlsx"))


def test_a_workbook_under_a_password_is_refused(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600
    content += "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(BadInput, match="protected by a password"):
        read_source(written(tmp_path, content, "orders.xlsx"))


# ---- JSON, Parquet, compression ------------------------------------------------------------------


OBJECTS = [
    {"order_id": 1, "customer": {"id": "7", "country": "SE"}, "occurred_at": "2024-03-01",
     "total": 3.5, "tags": ["a", "b"]},
    {"order_id": 12345678901234567890, "customer": {"id": "8"}, "occurred_at": "2024-03-02",
     "total": 4},
]  # fmt: skip


def test_json_lines_read_as_text_with_objects_as_columns(tmp_path: Path) -> None:
    content = json.dumps(OBJECTS[0]) + "\n\n" + json.dumps(OBJECTS[1]) + "\n"
    source = read_source(written(tmp_path, content, "orders.jsonl"))
    assert source.table.columns == [
        "order_id", "customer.id", "customer.country", "occurred_at", "total", "tags",
    ]  # fmt: skip
    assert source.table["order_id"].to_list() == ["1", "12345678901234567890"]
    assert source.table["total"].to_list() == ["3.5", "4"]
    assert json.loads(source.table["tags"][0]) == ["a", "b"]
    assert source.mapping["customer.id"] == "customer_id"
    assert source.lines.to_list() == [1, 3]
    assert source.assumed["nested"] == "objects became columns: customer"


def test_a_json_array_reads_as_its_lines_would(tmp_path: Path) -> None:
    array = read_source(written(tmp_path, json.dumps(OBJECTS, indent=1), "orders.json"))
    lines = read_source(written(tmp_path, "\n".join(map(json.dumps, OBJECTS)), "orders.jsonl"))
    assert array.table.drop("tags").equals(lines.table.drop("tags"), null_equal=True)


def test_a_key_that_holds_both_values_and_objects_stays_json(tmp_path: Path) -> None:
    mixed = '{"who": "a", "extra": {"x": 1}}\n{"who": "b", "extra": 3}\n'
    rows, _ = read_rows(written(tmp_path, mixed, "rows.jsonl"), "rows.jsonl")
    assert rows.table["extra"].to_list() == ['{"x": 1}', "3"]


def test_the_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    content = '{"a": 1}\n{"a": \n{"a": 3}\n'
    with pytest.raises(BadInput, match="orders.jsonl, line 2: this is no JSON object"):
        read_source(written(tmp_path, content, "orders.jsonl"))


@pytest.mark.parametrize("form", ["gzip", "zip"])
def test_a_compressed_file_is_the_file_inside(tmp_path: Path, form: str) -> None:
    plain = read_source(written(tmp_path, text()))
    packed = gzip.compress(text().encode()) if form == "gzip" else zipped({"a/o.csv": text()})
    source = read_source(written(tmp_path, packed, "orders.bin"))
    assert_both_rows(source)
    assert source.content_hash == plain.content_hash
    assert source.assumed["packing"] == form


def test_a_workbook_inside_gzip_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(workbook({"Orders": SHEET}))
    assert len(read_source(written(tmp_path, packed, "orders.gz")).table) == 2


# ---- what is refused -------------------------------------------------------------------------


def parquet_cut_short() -> bytes:
    packed = io.BytesIO()
    pl.DataFrame({"customer_id": ["1"], "total": ["2"]}).write_parquet(packed)
    return packed.getvalue()[:-20]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n  \n", "holds blank lines only"),
        (gzip.compress(b""), "is empty"),
        (
            gzip.compress(text().encode() * 50)[:-20],
            "cannot be unpacked: it is damaged or cut short",
        ),
        (gzip.compress(gzip.compress(text().encode())), "compressed twice"),
        (gzip.compress(b"a" * (80 << 20)), "the bounds are 200 times its size and 8 GB"),
        (zipped({"a.csv": "a", "b.csv": "b"}), "an archive of 2 files: 'a.csv', 'b.csv'"),
        (zipped({"../../etc/orders.csv": text()}), "points outside of the archive"),
        (zipped({"a.csv": b"a" * (80 << 20)}), "the bounds are 200 times its size"),
        (parquet_cut_short(), "a Parquet file whose end is missing"),
        (bytes(range(1, 32)) * 40, "is no text: it is full of control characters"),
        (b"%PDF-1.7 and so on", "is a PDF document"),
        (b"<html><table></table></html>", "is a web page"),
        (b"SQLite format 3\0rest", "is an SQLite database"),
        (b"\xd0\xcf\x11\xe0rest", "a workbook of the old form (.xls)"),
        (text().encode() + b"3,9,2024-03-03,M\0g,1,2\n", "a byte on line 4 is zero"),
        (text().encode("utf-16")[:-1], "looks like UTF-16 but is damaged or cut short"),
        (b"a,b\n" + b"x" * (17 << 20), "line 2: this line is longer than 16 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_source(written(tmp_path, content))
    assert sentence in caught.value.message and "orders.csv" in caught.value.message
    assert caught.value.hint


def test_the_file_is_called_what_the_person_calls_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="^March.csv is empty"):
        read_source(written(tmp_path, b"", "upload-1"), name="March.csv")


def test_a_pipe_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="is a pipe, a socket or a device"):
        read_source(tmp_path / "pipe")
    with pytest.raises(BadInput, match="is a pipe, a socket or a device"):
        read_source(Path("/dev/zero"))


def test_an_endless_line_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n" + b"x" * (20 << 20))
        file.truncate(4 << 30)  # zeros that take no room; reading them all would take long
    with pytest.raises(BadInput, match="line 2: this line is longer than 16 MB"):
        read_source(path)
