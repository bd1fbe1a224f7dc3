"""Cut a text, or a stream of its pieces, into sentences without losing a character.

List items, headings, table rows and paragraphs stand alone; any other line break is a space, as it
is in Markdown, so that "over" at the end of a line still belongs to the figure on the next. White
space before a sentence belongs to it: the sentences joined give the text back. Where a sentence
ends depends on the text alone, never on how a stream was cut into pieces.
"""

import re
from collections.abc import Iterable, Iterator

_END = re.compile(r"[.!?…]+[\"'”’»)*_]*")
_STOP = re.compile(r"[\n\[.!?…]")
SENTENCE_LIMIT = 1500  # characters; what is longer is cut there, and is nothing to show a person
_REFERENCE_LENGTH = 40  # characters in which [[ must find its ]]
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Never the end of a sentence; the end unless a figure follows; the end if a capital follows.
_INNER = {"e.g", "i.e", "vs", "approx", "mr", "mrs", "ms", "dr", "cf", "ca", "incl", "excl",
          "resp", "z.b", "d.h", "p.ex"}  # fmt: skip
_BEFORE_FIGURES = {"no", "nr", "nos", "fig", "vol", "p", "pp", "sept", *_MONTHS}
_BEFORE_CAPITALS = {"etc", "inc", "ltd", "co", "u.s", "u.k", "a.m", "p.m", "p.a", "max", "min"}


class SentenceSplitter:
    """Takes pieces of any size; gives each sentence as soon as its end is sure."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        self._text += piece
        return list(self._cut(final=False))

    def finish(self) -> list[str]:
        """The rest; a text that ends in white space gives that as its last sentence."""
        found = list(self._cut(final=True))
        rest, self._text = self._text, ""
        return [*found, rest] if rest else found

    def _cut(self, final: bool) -> Iterator[str]:
        while (end := _sentence_end(self._text, final)) is not None:
            yield self._text[:end]
            self._text = self._text[end:]


def split_sentences(pieces: str | Iterable[str]) -> Iterator[str]:
    splitter = SentenceSplitter()
    for piece in (pieces,) if isinstance(pieces, str) else pieces:
        yield from splitter.feed(piece)
    yield from splitter.finish()


def _sentence_end(text: str, final: bool) -> int | None:
    """Where the first sentence of the text ends, or None while that is not sure."""
    if len(text) >= SENTENCE_LIMIT:
        return _find_end(text[:SENTENCE_LIMIT], final=True) or SENTENCE_LIMIT
    return _find_end(text, final)


def _find_end(text: str, final: bool) -> int | None:
    start = len(text) - len(text.lstrip())
    place = start
    while stop := _STOP.search(text, place):
        place = stop.start()
        if text[place] == "\n":
            parts = _parts_lines(text, start, place, final)
            if parts is None:
                return None
            if parts:
                return place
        if text[place] == "[":
            after = _after_reference(text, place, final)
            if after is None:
                return None
            place = after
            continue
        match = _END.match(text, place)
        if match is None:
            place += 1
            continue
        ends = _is_end(text, start, match, final)
        if ends is None:
            return None
        if ends:
            return match.end()
        place = match.end()
    return None


def _parts_lines(text: str, start: int, place: int, final: bool) -> bool | None:
    """Whether a line break ends a block of Markdown; None while that is not sure."""
    following = text[place + 1 :].lstrip(" \t\r")
    if not final and re.fullmatch(r"[-*+]?|\d{1,3}[.)]?", following):
        return None
    opens = re.match(r"\n|[#|>]|[-*+]\s|\d{1,3}[.)]\s", following)
    return bool(opens) or text[start] in "#|" or not following


def _after_reference(text: str, place: int, final: bool) -> int | None:
    """Past a whole reference, or past one bracket; None while it may still become whole."""
    window = text[place : place + _REFERENCE_LENGTH].split("\n")[0]
    if window == "[" and not final and place + 1 == len(text):
        return None
    if not window.startswith("[["):
        return place + 1
    if (close := window.find("]]")) >= 0:
        return place + close + 2
    may_grow = place + len(window) == len(text) and len(window) < _REFERENCE_LENGTH
    return None if may_grow and not final else place + 1


def _is_end(text: str, start: int, match: re.Match[str], final: bool) -> bool | None:
    if match.end() == len(text):
        return True if final else None
    if not text[match.end()].isspace():
        return False
    if match.group() != ".":
        return True
    before = text[start : match.start()]
    following = text[match.end() :].lstrip(" \t\xa0")
    if following.startswith("\n"):
        return True
    kind = _stop_kind(before)
    if kind == "inner":
        return False
    if kind == "plain":
        return True
    word = re.match(r"[^\W\d_]{0,3}", following)
    if not final and (not following or (word and word.end() == len(following) < 3)):
        return None
    return not _goes_on(kind, following)


def _stop_kind(before: str) -> str:
    """What the word before a full stop says about it."""
    if re.fullmatch(r"(?:[-*+>#]+\s+)*\d{1,3}", before):
        return "inner"  # the number of a list item
    word = re.search(r"(?:^|[\s(\"'*])([\w.]+)$", before)
    folded = word.group(1).casefold() if word else ""
    if folded in _INNER or re.search(r"(?:^|\s)[A-Z]$", before):
        return "inner"  # an abbreviation or an initial
    if folded in _BEFORE_FIGURES:
        return "figure"
    if folded in _BEFORE_CAPITALS:
        return "capital"
    return "day" if re.fullmatch(r"\d{1,2}", folded) else "plain"


def _goes_on(kind: str, following: str) -> bool:
    if kind == "figure":
        return following[:1].isdigit() or following.startswith("[[")
    if kind == "capital":
        return following[:1].islower() or following[:1].isdigit()
    return following[:3].casefold() in _MONTHS  # a day as Germans write it: 3. November
