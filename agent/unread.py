"""What a question is about, where no name that is known stands in that place: "georgia sales"."""

import re

from agent.goods import everyday

_WORDS = r"(?P<{}>[^\W\d_][\w-]{{2,}}(?: (?!{})[^\W\d_][\w-]{{2,}})?)"
_SMALL = (
    r"(?:did|do|does|in|on|by|per|and|or|for|of|from|to|with|last|this|we|was|is|are|it|they|"
    r"please|so|ever|total|overall)\b"
)
_COUNTED = (
    r"(?:sales|revenue|turnover|takings|units|orders|returns|refunds|buyers|demand|figures|numbers)"
)
_OF = r"(?:of|for|from|on|in|at|through|via)"
_ABOUT = re.compile(
    "|".join(
        form.format(words=_WORDS.format(f"said{number}", _SMALL))
        for number, form in enumerate(
            (
                rf"^\W*{{words}} {_COUNTED}\b",
                rf"\b{_COUNTED} {_OF} (?:the |our |a )?{{words}}",
                r"\bhow (?:did|do|does|are|is|have|has) (?:the |our )?{words} "
                r"(?:do|go|sell|perform|doing|going|selling)\b",
                r"\bwhat (?:did|do|does|have|has) (?:the |our )?{words} "
                r"(?:bring|make|earn|sell|brought|made)\b",
                r"\bhow (?:much|many) (?:of )?(?:the |our )?{words} "
                r"(?:did|do|have|was|were|sold)\b",
                r"^\W*(?:the |our )?{words}\s?[,:;–-]+ (?:so )?(?:how|what|which)\b.{{0,30}}\b"
                r"(?:they|it|that|those|these|them)\b",
                rf"\b{_COUNTED} {{words}}(?=\s*(?:<PERIOD>|ever\b|all time|lifetime|\W*$))",
                rf"\b{{words}}['’]s (?:<PERIOD> )?(?:\w+ )?{_COUNTED}",
                r"\b(?:the |our |of |in ){words} (?:segment|group|category|range)\b",
            )
        )
    ),
    re.IGNORECASE,
)
_PLAIN = frozenset(
    ("abroad", "overseas", "elsewhere", "outside", "everyone", "everybody", "break", "split")
)


def unread_subject(masked: str) -> str:
    """Words that no question is made of, where it says what is counted; else empty."""
    for match in _ABOUT.finditer(masked):
        said = next(words for words in match.groups() if words)
        unknown = [word for word in re.findall(r"[^\W\d_]{3,}", said) if _is_unknown(word)]
        if unknown:
            return " ".join(unknown)
    return ""


def _is_unknown(word: str) -> bool:
    folded = word.casefold()
    if folded.endswith(("ed", "ing", "ly")):  # "returns booked", "sales actually"
        return False
    return not {folded, f"{folded}s", folded.rstrip("s")} & (everyday() | _PLAIN)
