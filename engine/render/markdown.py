"""A report as Markdown: for a wiki, a ticket, a repository.

Every text of the shop is escaped, so that no name becomes a heading, a link, a picture or HTML.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.render.plain import Json, plain_words, sources, to_plain
from engine.render.text import printable
from engine.report import Report

# Signs that mean something anywhere; those that mean something only at the start of a line.
_SIGNS = re.compile(r"([\\`*_\[\]<>|~#&!])")
_STARTS = re.compile(r"^(\s*)([-+=:]|\d+[.)](?=\s|$))")


def to_markdown(report: Report) -> str:
    plain = to_plain(report, escaped)
    parts = [f"# {plain['title']}", plain["subtitle"]]
    for block in plain["blocks"]:
        parts += _parts(block)
    parts.append(f"*{plain['made_for']}, {plain['as_of']}*")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    signs = _SIGNS.sub(r"\\\1", printable(text))
    return _STARTS.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", signs)


def _parts(block: Json) -> Iterator[str]:
    match block["kind"]:
        case "heading":
            yield f"{'#' * (block['level'] + 1)} {block['text']}"
        case "paragraph":
            words = plain_words(block["runs"])
            yield f"**{words}**" if block["lead"] else words
        case "bullets":
            yield "\n".join(f"- {plain_words(item)}" for item in block["items"])
        case "tiles":
            yield "\n".join(
                f"- {tile['label']}: **{plain_words([tile['value']])}**"
                + (f" {plain_words(tile['note'])}" if tile["note"] else "")
                for tile in block["tiles"]
            )
        case "chart":
            yield block["summary"]
            yield from sources(block)
        case "table":
            rows = [[plain_words(cell, numbered=False) for cell in row] for row in block["rows"]]
            yield _table(block["columns"], rows, block["alignments"])
            yield from sources(block)
        case "receipts":
            yield _receipts(block["entries"])


def _receipts(entries: Iterable[Json]) -> str:
    rows = [
        [f"r{one['mark']}", one["value"], one["meaning"],
         f"{one['formula']}. {one['source']}. {one['id']}"]
        for one in entries
    ]  # fmt: skip
    heads = ["Receipt", "Figure", "What it is", "How it was made"]
    return _table(heads, rows, ["left"] * len(heads))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], alignments: Sequence[Any]) -> str:
    rule = [("---:" if one == "right" else "---") for one in alignments]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rule, *rows))
