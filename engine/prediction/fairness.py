"""Fairness: whether predictions treat groups of people alike, by gender, age band and country.

Groups are looked at only here: no model sees them, unless somebody wants it (`as_columns`). A gap
is flagged when it is large and beyond chance: of the mean that was predicted, or of how far
prediction lies from what happened.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from engine.prediction.target import Floats

PROTECTED = ("gender", "age_band", "country")
_LEAST = 50  # customers in a group, to say anything of it
_LARGE = 0.05  # of the chance
_SURE = 3.0  # standard errors: there are many groups to look at


def audit(
    truth: "Floats", chance: "Floats", groups: "Mapping[str, NDArray[np.str_]]"
) -> list[dict[str, Any]]:
    """A row for each group of each attribute, beside everybody else who is of a known group."""
    return [
        _row(attribute, str(word), truth, chance, words == word, known)
        for attribute, words in groups.items()
        for known in [words != ""]
        for word in sorted(set(words[known]))
        if (words == word).sum() >= _LEAST and (known & (words != word)).sum() >= _LEAST
    ]


def _row(
    attribute: str, word: str, truth: "Floats", chance: "Floats", own: "NDArray[np.bool_]",
    known: "NDArray[np.bool_]",
) -> dict[str, Any]:  # fmt: skip
    rest = known & ~own
    gap, gap_error = _difference(chance, own, rest)
    miss, miss_error = _difference(chance - truth, own, rest)
    flagged = [
        what
        for what, size, error in (("rate", gap, gap_error), ("calibration", miss, miss_error))
        if abs(size) >= _LARGE and abs(size) > _SURE * error
    ]
    return {
        "attribute": attribute,
        "group": word,
        "customers": int(own.sum()),
        "predicted": float(chance[own].mean()),
        "happened": float(truth[own].mean()),
        "rate_gap": gap,
        "calibration_gap": miss,
        "flagged": flagged,
    }


def _difference(
    values: "Floats", own: "NDArray[np.bool_]", rest: "NDArray[np.bool_]"
) -> tuple[float, float]:
    """Of the means, and its standard error."""
    import numpy as np

    error = np.sqrt(values[own].var() / own.sum() + values[rest].var() / rest.sum())
    return float(values[own].mean() - values[rest].mean()), float(error)


def group_words(
    people: "pd.DataFrame", customers: "NDArray[np.str_]"
) -> "dict[str, NDArray[np.str_]]":
    """The attributes of these customers as words; empty where nothing is known."""
    import pandas as pd

    known = people.reindex(customers)
    found = {}
    if "age" in known:
        edges = [0, 25, 35, 45, 55, 65, 200]
        names = ["under 25", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over"]
        bands = pd.cut(known["age"].astype("float64"), edges, right=False, labels=names)
        known = known.assign(age_band=bands.astype("object"))
    for name in PROTECTED:
        if name in known and known[name].notna().any():
            found[name] = known[name].fillna("").astype(str).to_numpy(dtype=object)
    return found


# ---- for models that may read them ---------------------------------------------------------------


def find_groups(people: "pd.DataFrame") -> tuple[tuple[str, str], ...]:
    """The genders and countries of enough customers to learn anything of."""
    return tuple(
        (attribute, str(word))
        for attribute in ("gender", "country")
        if attribute in people
        for word, customers in people[attribute].value_counts().sort_index().items()
        if customers >= _LEAST
    )


def as_columns(people: "pd.DataFrame", groups: Sequence[tuple[str, str]]) -> "pd.DataFrame":
    """Age as it is, and of each group whether somebody is of it."""
    import pandas as pd

    found = {f"{a} {word}": people[a].eq(word).astype("float64") for a, word in groups}
    if "age" in people:
        found["age"] = people["age"].astype("float64")
    return pd.DataFrame(found, index=people.index)
