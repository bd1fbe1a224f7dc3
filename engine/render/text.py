"""Other people's text, made safe to show: names come from a shop's data and may hold anything."""

import unicodedata

ZERO_WIDTH_SPACE = "\u200b"
LONGEST_WORD = 20
# Spreadsheets in East Asia take the wide signs too.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def printable(text: str) -> str:
    """Without control characters and lone surrogates, which no XML and no PDF can hold."""
    spaced = " ".join(text.split()) if any(mark in text for mark in "\t\r\n\v\f") else text
    return "".join(letter for letter in spaced if _can_be_drawn(letter))


def _can_be_drawn(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs") and letter not in "\ufffe\uffff"


def breakable(text: str) -> str:
    """Lets a line break inside words of more than 20 letters, which else run over their column."""
    return " ".join(
        _with_breaks(word) if len(word) > LONGEST_WORD else word for word in text.split(" ")
    )


def _with_breaks(word: str) -> str:
    found: list[str] = []
    for place, letter in enumerate(word):
        if place and place % 10 == 0 and not _belongs_to_the_one_before(word, place):
            found.append(ZERO_WIDTH_SPACE)
        found.append(letter)
    return "".join(found)


def _belongs_to_the_one_before(word: str, place: int) -> bool:
    letter, before = word[place], word[place - 1]
    return unicodedata.combining(letter) != 0 or letter in _JOINERS or before in _JOINERS


def plain_cell(text: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
