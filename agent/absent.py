"""What a question speaks of and the records do not know: a country, men and women, channels."""

import re

from agent.places import absent_place
from agent.vocabulary import Vocabulary

_GENDER = re.compile(
    r"\b(?:wom[ae]n|m[ae]n|females?|males?|lad(?:y|ies)|gender|frauen|männer|mujeres|"
    r"hombres|femmes|hommes|(?:girls|gals) (?:or|and|vs\.?|versus|than) (?:guys|boys|lads|gents)|"
    r"(?:guys|boys|lads|gents) (?:or|and|vs\.?|versus|than) (?:girls|gals))\b", re.I)  # fmt: skip
_CHANNEL = re.compile(
    r"\b(?:channels?|online|offline|in[- ]store|the (?:mobile )?app|(?:the|our) web ?site|"
    r"web ?shop)\b",
    re.I,
)
_CATEGORY = re.compile(r"\b(?:categor(?:y|ies)|departments?)\b", re.I)


def what_is_absent(masked: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """A country without a sale; men and women, channels or categories where none are recorded."""
    if vocabulary.countries and (place := absent_place(masked, vocabulary.countries)):
        return "country", place
    attributes = {name for name, _ in vocabulary.attributes}
    for kind, pattern, held in (
        ("gender", _GENDER, "gender" in attributes),
        ("channel", _CHANNEL, bool(vocabulary.channels)),
        ("category", _CATEGORY, bool(vocabulary.categories)),
    ):
        match = pattern.search(masked)
        if match and not held and vocabulary.countries:
            return kind, match.group()
    return "", ""
