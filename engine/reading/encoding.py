"""Text in the wild to UTF-8: one pass over the bytes, and a copy only where they are not UTF-8."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput

PIECE_BYTES = 1 << 20
LONGEST_LINE_BYTES = 16 << 20

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNUSED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_CONTROLS = bytes(range(1, 9)) + bytes(range(14, 27)) + b"\x1c\x1d"
_NO_TEXT = (
    "It may be damaged, or no table: export it again as CSV, Excel workbook, Parquet or JSON lines."
)


@dataclass(frozen=True)
class Survey:
    """What one pass over a text file tells. A line ends with \\n, or with \\r where none does."""

    content_hash: str
    lines: int
    is_utf8: bool


def wide_encoding(start: bytes) -> str | None:
    """UTF-16 and UTF-32, by their mark or by the zeros between the letters."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return None if encoding == "utf-8" else encoding
    even, odd = start[0::2].count(0), start[1::2].count(0)
    many = len(start) // 5
    if odd > many and odd > 10 * even:
        return "utf-16-le"
    if even > many and even > 10 * odd:
        return "utf-16-be"
    return None


def line_end(start: bytes) -> bytes:
    first = start.find(b"\r")
    lonely = first >= 0 and start[first + 1 : first + 2] not in (b"\n", b"")
    return b"\r" if lonely and b"\n" not in start[:first] else b"\n"


def survey(path: Path, name: str) -> Survey:
    """Reads no further than the first zero byte or over-long line."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, lines, open_bytes, end = True, 0, 0, b""
    for piece in pieces(path):
        end = end or line_end(piece)
        digest.update(piece)
        _require_text(piece, lines, end, name)
        is_utf8 = is_utf8 and _decodes(decoder, piece)
        open_bytes = _open_line(piece, end, open_bytes, lines, name)
        lines += piece.count(end)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return Survey(digest.hexdigest(), lines + (open_bytes > 0), is_utf8)


def legacy_encoding(path: Path, name: str) -> str:
    """Of text that is not UTF-8; refuses one that is so in some lines and not in others."""
    bad, seen, sound = None, set[int](), 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8-sig")
                sound += 1
            except UnicodeDecodeError as error:
                seen.update(line)
                bad = bad or (number, line[error.start], line[: error.start][-20:])
    if bad and sound:
        number, byte, before = bad
        raise BadInput(
            f"{name}, line {number}: byte 0x{byte:02X} is not UTF-8, after "
            f"'{before.decode('utf-8', 'replace')}', though {sound} other lines are.",
            "Two encodings are mixed: export it again as 'CSV UTF-8'.",
        )
    return "latin-1" if seen & _UNUSED_IN_CP1252 else "cp1252"


def transcode(path: Path, target: Path, encoding: str, name: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    open_characters, lines = 0, 0
    with target.open("w", encoding="utf-8", newline="") as file:
        for piece in (*pieces(path), b""):
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                raise BadInput(
                    f"{name} looks like {encoding.upper()} but is damaged or cut short near "
                    f"line {lines + 1}.",
                    "Export it again as 'CSV UTF-8'.",
                ) from error
            open_characters = _open_line(text.encode(), b"\n", open_characters, lines, name)
            lines += text.count("\n")
            file.write(text)


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    if piece.isascii() and not final and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _open_line(piece: bytes, end: bytes, before: int, lines: int, name: str) -> int:
    """How much of a line is still open after this piece."""
    first, last = piece.find(end), piece.rfind(end)
    longest = before + (first if first >= 0 else len(piece))
    if longest > LONGEST_LINE_BYTES:
        raise BadInput(
            f"{name}, line {lines + 1}: this line is longer than {LONGEST_LINE_BYTES >> 20} MB.",
            "A table has one row a line: export it again, with line breaks.",
        )
    return len(piece) - last - 1 if last >= 0 else longest


def _require_text(piece: bytes, lines: int, end: bytes, name: str) -> None:
    if 0 in piece:
        at = piece.index(0)
        raise BadInput(
            f"{name} is no text: a byte on line {lines + piece[:at].count(end) + 1} is zero, "
            f"after '{_shown(piece[max(0, at - 20) : at])}'.",
            _NO_TEXT,
        )
    if not lines and len(piece.translate(None, _CONTROLS)) < 0.97 * len(piece):
        raise BadInput(f"{name} is no text: it is full of control characters.", _NO_TEXT)


def _shown(before: bytes) -> str:
    """The end of what stands before, on one line."""
    return " ".join(before.decode("utf-8", "replace").split())
