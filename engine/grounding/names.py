"""How a text names somebody: any case, hyphens, plurals, endings, and peoples for their countries.

A name that is an ordinary word ("Lost", "New", "Loyal") is a name only with its capital.
"""

import re
from functools import cache

from engine.grounding.figures import MONTHS


def words_of(text: str) -> frozenset[str]:
    """A list of words as people read it."""
    return frozenset(text.split())


def fold(name: str) -> str:
    return " ".join(re.sub(r"[-_\s]+", " ", name.casefold()).split())


# Names that are also plain adjectives or participles, in the languages an answer may be in.
_ORDINARY = words_of("""
    new lost loyal active inactive regular regulars lapsed dormant returning others other rest
    nuevos nuevo nuevas fieles fiel dormidos perdidos perdus perdu nouveaux nouveau fidèles fidèle
    neue neuen treue verloren
""")
# Peoples and short names of the countries that exports name most; the folded country comes first.
_PEOPLES = {
    "united kingdom": r"u\.?k\.?|(?:great\s+)?britain|british",
    "eire": r"ireland|irish",
    "ireland": r"eire|irish",
    "germany": r"german|deutschland|deutsche[nr]?|allemagne|alemania",
    "france": r"french|frankreich|francia",
    "spain": r"spanish|españa|spanien|espagne",
    "netherlands": r"dutch|holland",
    "belgium": r"belgian",
    "switzerland": r"swiss",
    "portugal": r"portuguese",
    "italy": r"italian|italia|italien|italie",
    "austria": r"austrian|österreich",
    "poland": r"polish",
    "sweden": r"swedish",
    "norway": r"norwegian",
    "denmark": r"danish",
    "australia": r"australian",
    "canada": r"canadian",
    "mexico": r"mexican",
    "japan": r"japanese",
    "usa": r"u\.?s\.?|united\s+states|american",
    "united states": r"u\.?s\.?a?\.?|american",
}


def _cohort(name: str) -> re.Pattern[str]:
    """Those who first bought in a month: "the 2026-03 cohort", "the March 2026 cohort"."""
    year, month = name.split("-")
    word = MONTHS[int(month) - 1]
    told = rf"{word}(?:\s+{year})?"
    return re.compile(
        rf"(?<![\w-]){re.escape(name)}(?![\w-])|(?<!\w){told}(?=(?:[’']s)?\s+(?:cohort|intake|starters|joiners))"
        rf"|(?<=first\sbought\sin\s){told}|(?<=first\sordered\sin\s){told}|(?<=started\sin\s){told}"
        rf"|(?<=joined\sin\s){told}|(?<=cohort\sof\s){told}",
        re.IGNORECASE,
    )


@cache
def name_pattern(name: str) -> re.Pattern[str]:
    """Where a text may mean `name`; a bare number needs its noun."""
    folded = fold(name)
    words = r"[\s_-]+".join(re.escape(word) for word in re.split(r"[-_\s]+", name.strip()))
    if re.fullmatch(r"(?:19|20)\d\d-[01]\d", name):
        return _cohort(name)
    if re.fullmatch(r"[\d\W]+", name):
        return re.compile(rf"(?<=customer )(?:{words})\b|(?<=customer ID )(?:{words})\b", re.I)
    bare = re.fullmatch(r"customer (\S+)", name.strip(), re.IGNORECASE)
    if bare:
        known = len(bare[1]) > 3 or not bare[1].isdigit()  # no figure is that by chance
        apart = rf"(?<![\d.,£€$-]){re.escape(bare[1])}(?![\d%]|[.,]\d|\s+(?:customers|orders|people|times)\b)"
        plain = f"|{apart}" if known else ""
        return re.compile(
            rf"(?<!\w)(?:{words}{plain}|(?<=[Cc]ustomers )[\w-]*{re.escape(bare[1])}|(?<=¤ and ){re.escape(bare[1])}|(?<=whereas ){re.escape(bare[1])}|(?<=while ){re.escape(bare[1])}|(?<=than ){re.escape(bare[1])}|(?<=but ){re.escape(bare[1])})(?!\w)",
            re.I,
        )
    if folded in _ORDINARY:
        first = f"(?-i:{re.escape(name[0].upper())})"
        plural = "?" if folded == "regulars" else "n?" if folded.endswith("e") else ""
        return re.compile(
            rf"(?<![\w]){first}{words[len(re.escape(name[0])) :]}{plural}(?!\w)", re.I
        )
    stem = words[:-1] if words.endswith("s") and len(name) > 3 else words
    if words.endswith("ies"):
        stem = rf"{words[:-3]}(?:y|ies)"
    if re.search(r"\d", name):
        capital = f"(?-i:{re.escape(name[0])})" if name[0].isupper() else re.escape(name[0])
        return re.compile(rf"(?<!\w)(?:{capital}{words[len(re.escape(name[0])) :]})(?!\w)", re.I)
    ending = "(?:e?s|e?n)?" if len(folded) > 4 else "s?"
    if folded == "at risk":  # as a plain phrase: "is still at risk", "at risk of leaving"
        plain = r"(?<!\bis )(?<!\bare )(?<!\bstill )(?<!\brevenue )(?<!\bmoney )(?<!¤ )(?-i:at[\s_-]+risk)"
        return re.compile(
            rf"(?<!\w)(?:(?-i:A[tT][\s_-]+[rR](?:isk|ISK))|{plain})(?!\w)(?!\s+of\b)", re.I
        )
    others = _PEOPLES.get(folded)
    either = rf"{stem}{ending}|(?:{others})s?" if others else f"{stem}{ending}"
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.I)
