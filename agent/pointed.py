"""A product that is pointed at by what sets it apart from the one before: "the linen one"."""

import re
from dataclasses import replace
from typing import Any

from agent.slots import Slots
from agent.vocabulary import Vocabulary

_THE_ONE = re.compile(r"\bthe ([^\W\d_]{3,}) ones?\b", re.IGNORECASE)


def with_other_product(slots: Slots, remembered: dict[str, Any], vocabulary: Vocabulary) -> Slots:
    """ "The linen one": of the products that are called so, the one most like the one before."""
    before = (remembered.get("filters") or {}).get("product")
    match = _THE_ONE.search(slots.text)
    if not before or match is None or slots.of("product"):
        return slots
    known = set(str(before[0]).casefold().split())
    alike = {
        name: len(known & words) for name in {name for _, name in vocabulary.products}
        if match[1].casefold() in (words := set(name.casefold().split()))
    }  # fmt: skip
    best = max(alike, key=lambda name: (alike[name], name), default="")
    if not best or not alike[best]:
        return slots
    masked = _THE_ONE.sub("<PRODUCT>", slots.masked)
    return replace(slots, names={**slots.names, "product": (best,)}, masked=masked, dimensions=())
