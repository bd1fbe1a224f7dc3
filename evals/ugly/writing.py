"""The file itself, in its form, and the line on which each row starts."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from evals.ugly.others import other_table
from evals.ugly.row import Row, Table
from evals.ugly.sales import sales_table
from evals.ugly.style import Style, draw_style

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_ENDINGS = {"comma": "csv", "semicolon": "csv", "tab": "tsv", "pipe": "txt"}
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class UglyFile:
    path: Path
    style: Style
    rows: dict[int, Row]  # by the line they start on


def write_ugly(seed: int, folder: Path) -> UglyFile:
    style = draw_style(seed)
    draw = random.Random(seed + 1)  # noqa: S311  (no secret)
    table = (sales_table if style.kind == "transactions" else other_table)(style, draw)
    content, lines = _content(style, table)
    name = f"ugly-{seed}.{_ENDINGS.get(style.form, style.form)}"
    path = folder / (f"{name}.gz" if style.gzipped else name)
    path.write_bytes(gzip.compress(content, mtime=0) if style.gzipped else content)
    return UglyFile(path, style, dict(zip(lines, table.rows, strict=True)))


def _content(style: Style, table: Table) -> tuple[bytes, list[int]]:
    records = [[row.cells[name] for name in table.header] for row in table.rows]
    header = list(table.header.values())
    titles = [["Export of all rows"], [""]][: style.title_lines]
    below = range(style.title_lines + 2, style.title_lines + 2 + len(records))
    if style.form == "jsonl":
        objects = (dict(zip(header, _natural(record), strict=True)) for record in records)
        lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in objects]
        return "".join(lines).encode(), list(range(1, len(records) + 1))
    if style.form == "parquet":
        return _parquet(header, records), list(range(1, len(records) + 1))
    if style.form == "xlsx":
        return _workbook([*titles, header, *records]), list(below)
    return _delimited(style, titles, header, records)


def _natural(record: Sequence[str]) -> Iterator[object]:
    """Small whole numbers as numbers and nothing as null, as programs write them."""
    for cell in record:
        yield int(cell) if cell.isdigit() and len(cell) < 4 and cell[0] != "0" else cell or None


def _delimited(
    style: Style, titles: list[list[str]], header: list[str], records: list[list[str]]
) -> tuple[bytes, list[int]]:
    mark, end = _SEPARATORS[style.form], style.line_end
    parts = [f"{title[0]}{end}" for title in titles]
    parts.append(_joined(header, mark) + end)
    starts, line = [], len(titles) + 2
    for record in records:
        text = _joined(record, mark)
        starts.append(line)
        line += 1 + text.count("\n")
        parts.append(text + end)
    return "".join(parts).encode(style.encoding), starts


def _joined(record: Sequence[str], mark: str) -> str:
    quoted = (
        '"' + cell.replace('"', '""') + '"' if set(cell) & {mark, '"', "\n"} else cell
        for cell in record
    )
    return mark.join(quoted)


def _parquet(header: list[str], records: list[list[str]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        name: pa.array([record[n] or None for record in records], pa.string())
        for n, name in enumerate(header)
    }
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """The least that is a workbook: one sheet, numbers as numbers, everything else inline text."""
    cells = "".join(
        f'<row r="{n}">' + "".join(_cell(text, n, k) for k, text in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Export" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return target.getvalue()


def _cell(text: str, row: int, column: int) -> str:
    place = f"{chr(ord('A') + column)}{row}"
    if not text:
        return ""
    if _is_number(text):
        return f'<c r="{place}"><v>{text}</v></c>'
    kept = f'<t xml:space="preserve">{escape(text)}</t>'
    return f'<c r="{place}" t="inlineStr"><is>{kept}</is></c>'


def _is_number(text: str) -> bool:
    """What a spreadsheet would keep as a number and give back as it is."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    exact = len(whole + fraction) <= 10 and not (fraction and fraction.endswith("0"))
    return whole.isdigit() and exact and (not fraction or fraction.isdigit())
