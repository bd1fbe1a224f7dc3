"""Names that a question leaves out: "sales outside the UK"."""

import re

_LEFT_OUT = re.compile(
    r"\b(?:outside(?: of)?|except(?: for| of)?|excluding|excl\.?|without|but not|"
    r"(?<!> )apart from|other than|"
    r"not (?:in|from|of|counting)|all but|leaving out|minus|is not in|are not in|ignoring|"
    r"everywhere but|no)\s+(?:the\s+)?<(?P<kind>SEGMENT|COUNTRY|CATEGORY|CHANNEL|PRODUCT)>"
    r"|\bleav(?:e|ing) (?:the )?<(?P<kind4>SEGMENT|COUNTRY|CATEGORY|CHANNEL|PRODUCT)> out\b"
    r"|<(?P<kind2>SEGMENT|COUNTRY|CATEGORY|CHANNEL|PRODUCT)> (?:excluded|aside|left out)|"
    r"\bnon[- ]<(?P<kind3>"
    r"SEGMENT|COUNTRY|CATEGORY|CHANNEL|PRODUCT)>",
    re.IGNORECASE,
)


# "The second biggest country after the UK" is the biggest of the others.
_RANKED = re.compile(r"\b(?:second|2nd|third|3rd|next)\b", re.I)
_NEXT_AFTER = re.compile(
    r"\b(?:after|behind|besides|beyond) (?:the )?<(?P<kind>SEGMENT|COUNTRY|CATEGORY|CHANNEL)>", re.I
)
_NOT_THERE = re.compile(r"\b(?:abroad|i\.?e\.?|but|and|,)\s*not (?:the )?<(?P<kind>COUNTRY)>", re.I)


def left_out(
    masked: str, names: dict[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """ "Sales outside the UK": the last name of its kind before which such a word stands."""
    match = _LEFT_OUT.search(masked)
    if match is None and masked.count("<COUNTRY>") == 1:
        match = _NOT_THERE.search(masked)
    if match is None and _RANKED.search(masked):
        match = _NEXT_AFTER.search(masked)
    if match is None:
        return names, ()
    kind = next(kind for kind in match.groups() if kind).casefold()
    values = names.get(kind, ())
    if not values:
        return names, ()
    place = masked[: match.end()].count(f"<{kind.upper()}>") - 1
    gone = values[min(max(place, 0), len(values) - 1)]
    kept = tuple(value for value in values if value != gone)
    rest = {each: found for each, found in names.items() if each != kind}
    return (rest | {kind: kept} if kept else rest), (gone,)


def ranked_after(masked: str) -> str:
    """ "The second biggest after the UK": the kind of what is put in order."""
    match = _NEXT_AFTER.search(masked) if _RANKED.search(masked) else None
    return match["kind"].casefold() if match else ""
