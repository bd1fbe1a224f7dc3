"""Headings, lists and tables: a line of them is read as the sentence it stands for.

"- Customers: [[f1]]" under "### Champions" says "Champions: Customers: [[f1]]"; a row of a table
says each of its cells under the head of its column.
"""

import re

from engine.grounding.claims import REFERENCE

_ITEM = re.compile(r"\s*(?P<indent>[ \t]*)(?:[-*+•]|\d{1,3}[.)])\s")
_HEADING = re.compile(r"\s*#{1,6}\s+\S")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)[^*_\n]+(?:\*\*|__):?\s*$")
_RULE = re.compile(r"\s*\|?[\s|:-]+\|?\s*$")
_MARKS = re.compile(r"^[\s#>*_+•-]+|[\s:*_]+$")


class Blocks:
    """What stands above the line that comes next."""

    def __init__(self) -> None:
        self._heading = ""
        self._lead = ""  # the line that introduces a list
        self._columns: list[str] = []

    def expand(self, line: str) -> str:
        """The line with what it stands under, or as it is."""
        if _is_row(line):
            return self._row(line)
        above = [part for part in (self._heading, self._lead) if part]
        if is_item(line) and above and REFERENCE.search(line):
            return f"{', '.join(above)}: {_ITEM.sub('', line, count=1)}"
        return line

    def keep(self, line: str, released: bool) -> None:
        """Remembers a line that was judged; what was withheld introduces nothing."""
        if not line.strip() or _RULE.fullmatch(line):
            return
        if _is_row(line):
            if not REFERENCE.search(line):
                self._columns = _cells(line) if released else []
            return
        self._columns = []
        words = _MARKS.sub("", line) if released else ""
        if REFERENCE.search(line):
            words = ""
        if _HEADING.match(line) or _BOLD_LINE.fullmatch(line):
            self._heading, self._lead = words, ""
        elif not is_item(line):
            self._lead = words if line.rstrip(" *_").endswith(":") else ""
        elif words and len(words.split()) <= 6:
            self._lead = words  # an item that only names whom the items under it are about

    def _row(self, line: str) -> str:
        cells = _cells(line)
        heads = self._columns
        if len(cells) != len(heads) or not REFERENCE.search(line):
            return line
        label = "" if REFERENCE.search(cells[0]) else cells[0]
        told = [
            f"{label}, {head}: {cell}" if label else f"{head}: {cell}"
            for head, cell in zip(heads, cells, strict=True)
            if REFERENCE.search(cell)
        ]
        return ("; ".join(told)) + "."


def is_item(line: str) -> bool:
    return bool(_ITEM.match(line))


def _is_row(line: str) -> bool:
    return line.strip().startswith("|")


def _cells(line: str) -> list[str]:
    return [cell.strip(" *_") for cell in line.strip().strip("|").split("|")]
