"""A text as its words: lower case, as customers wrote them, nothing cut off but length.

A text is data. What stands in it (markup, formulas, orders to a machine) is words like any other;
addresses and names after an @ are left out, because they would name people. In a transcript only
what the customer says is read.
"""

import re
from html import unescape

# Characters of a text that are read: what is said in more than this is said before.
READ = 20_000
_ADDRESS = re.compile(
    r"https?://\S{1,500}|www\.\S{1,500}|[^\s@]{1,80}@[\w-]{1,80}\.[\w.]{1,80}|(?<!\w)@\w+"
)
_OTHER_SPEAKER = re.compile(
    r"^[ \t]*(?:agent|advis[eo]r|assistant|operator|representative|rep|support|staff)[ \t]*:.*$"
    r"|^[ \t]*(?:customer|caller|client|me)[ \t]*:",
    re.MULTILINE,
)
_TAG = re.compile(r"<[^<>]{0,300}>")
_TOKEN = re.compile(
    r"\d+/\d+|[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[.!?;:,()\n]|[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]"
)


def to_tokens(text: str) -> list[str]:
    """Words, numbers, marks and signs, in order."""
    return _TOKEN.findall(_plain(text))


def words_of(tokens: list[str]) -> list[str]:
    """The words alone."""
    return [token for token in tokens if token[0].isalpha()]


def to_words(text: str) -> list[str]:
    return words_of(to_tokens(text))


def _plain(text: str) -> str:
    plain = unescape(text[:READ]).casefold().replace("’", "'").replace("`", "'")
    return _TAG.sub(" ", _ADDRESS.sub(" ", _OTHER_SPEAKER.sub(" ", plain)))
