"""A report as plain text, for an e-mail or a terminal: lines of at most 78 letters."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

from engine.render.plain import Json, plain_words, sources, to_plain
from engine.render.text import printable
from engine.report import Report

_WIDTH = 78


def to_letter(report: Report) -> str:
    plain = to_plain(report, printable)
    parts = [_underlined(plain["title"], "="), _filled(plain["subtitle"])]
    for block in plain["blocks"]:
        parts += _parts(block)
    parts.append(_filled(f"{plain['made_for']}, {plain['as_of']}"))
    return "\n\n".join(parts) + "\n"


def _parts(block: Json) -> Iterator[str]:
    match block["kind"]:
        case "heading":
            yield _underlined(block["text"], "-")
        case "paragraph":
            yield _filled(plain_words(block["runs"]))
        case "bullets":
            yield "\n".join(_filled(plain_words(item), "- ") for item in block["items"])
        case "tiles":
            tiles = block["tiles"]
            rows = [[one["label"], plain_words([one["value"], *one["note"]])] for one in tiles]
            yield _columns(rows)
        case "chart":
            yield _filled(block["summary"])
            yield from (_filled(line) for line in sources(block))
        case "table":
            rows = [[plain_words(cell, numbered=False) for cell in row] for row in block["rows"]]
            yield _columns([block["columns"], *rows])
            yield from (_filled(line) for line in sources(block))
        case "receipts":
            yield "\n".join(_receipt(entry) for entry in block["entries"])


def _receipt(entry: Json) -> str:
    made = f"{entry['formula']}. {entry['source']}. {entry['id']}"
    return _filled(f"{entry['value']} is {entry['meaning']}: {made}", f"r{entry['mark']} ")


def _underlined(text: str, line: str) -> str:
    return f"{text}\n{line * min(len(text), _WIDTH)}"


def _filled(text: str, start: str = "") -> str:
    return fill(text, _WIDTH, initial_indent=start, subsequent_indent=" " * len(start))


def _columns(rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the figures to the right; where they need too much room,
    one line a figure."""
    table = [list(row) for row in rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    if sum(widths) + 2 * (len(widths) - 1) <= _WIDTH:
        return "\n".join(_line(row, widths) for row in table)
    heads, *bodies = table
    return "\n\n".join(_card(heads, body) for body in bodies)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join((first, *others)).rstrip()


def _card(heads: Sequence[str], row: Sequence[str]) -> str:
    width = max(len(head) for head in heads)
    pairs = zip(heads[1:], row[1:], strict=True)
    return "\n".join([row[0], *(f"  {head.ljust(width)}  {cell}".rstrip() for head, cell in pairs)])
