"""Words written almost as people write them: "mnay diffrent custmers".

`words.txt` holds the words of the phrases that the readers learn from, the commonest first. What
is neither there nor a word of the sentence model is taken for the nearest of them, one slip away.
"""

import re
from calendar import day_name, month_name
from functools import cache
from importlib.resources import files

from agent.languages import language_of
from engine.embedding import is_word

WORDS = "words.txt"
# In small letters: what begins with a large one is somebody's name.
_WORD = re.compile(r"(?<![\w<'’./-])[a-z]{4,}(?![\w>'’]|\.\w)")
_SHORT = 4  # letters: a short word is only another one whose letters it has, in order or swapped
_STAYS = frozenset(
    [
        "arent",
        "mover",
        "movers",
        "wasnt",
        "werent",
        "brits",
        "decode",
        "footfall",
        "gents",
        "gooo",
        "shld",
        "churny",
        "bugger",
    ]
)  # noqa: SIM905


def spelt_right(question: str) -> str:
    """A question in English; those in other languages are left alone."""
    if language_of(question):
        return question
    return _WORD.sub(lambda match: _nearest(match.group()), question)


def slip(one: str, two: str) -> str:
    """What turns the one into the other: a letter that is missing, added, another, or two that are
    swapped; empty where more than one would be needed."""
    if len(one) == len(two):
        apart = [place for place, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        if len(apart) == 1:
            return "another"
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1
        return "swapped" if swapped and _turned(one, apart[0]) == two else ""
    short, long = sorted((one, two), key=len)
    if len(long) - len(short) > 1:
        return ""
    if all(long[:place] + long[place + 1 :] != short for place in range(len(long))):
        return ""
    return "missing" if one == short else "added"


def _turned(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


@cache
def _nearest(word: str) -> str:
    known = _known()
    if word in known or word in _STAYS or is_word(word):
        return word
    for other in known:
        begins = other[0] == word[0] or (other[1:2] == word[0] and other[0] == word[1])
        if not begins or abs(len(other) - len(word)) > 1 or _another_form(word, other):
            continue
        kind = slip(word, other)
        if kind in ("missing", "swapped") or (kind and len(word) > _SHORT):
            return other
    return word


def _another_form(one: str, two: str) -> bool:
    """ "Bargains" is no slip of "bargain"."""
    return one.removesuffix("s") == two.removesuffix("s")


@cache
def _known() -> dict[str, None]:
    """The commonest first, then the names of months and days, which phrases leave out."""
    words = files("agent").joinpath(WORDS).read_text(encoding="utf-8").split()
    return dict.fromkeys([*words, *(name.casefold() for name in (*month_name, *day_name) if name)])
