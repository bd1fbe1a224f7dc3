"""What the keys of a query are called: by who asks, and in the answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import NotFound
from engine.query import Key, Query
from tools.context import Context
from tools.prepared import Prepared

_NAMED_KINDS = ("country", "category", "channel", "segment", "product")
KeyNames = Mapping[tuple[str, Key], str]  # of a dimension's name and a key


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words of one dataset for its segments, products, countries, ..."""

    context: Context
    ready: Prepared

    def keys(self, dimension: str, names: Sequence[str]) -> tuple[str, ...]:
        """The keys that are meant; whatever the case, and a product by its code or its name."""
        spoken = self._spoken(dimension)
        return tuple(
            dict.fromkeys(key for name in names for key in _meant(dimension, name, spoken))
        )

    def all_keys(self, dimension: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for _, key in self._spoken(dimension)))

    def left_out(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """To which dimension each name belongs; the first that knows it."""
        found: dict[str, list[str]] = {}
        for name in names:
            folded = name.strip().casefold()
            for dimension in _NAMED_KINDS:
                words = [w for w, _ in self._spoken(dimension) if w.casefold() == folded]
                if words:
                    found.setdefault(dimension, []).append(words[0])
                    break
            else:
                known = {word for kind in _NAMED_KINDS for word, _ in self._spoken(kind)}
                raise NotFound.named("name", name, known, "the records")
        return {dimension: tuple(words) for dimension, words in found.items()}

    def names(self, query: Query) -> KeyNames:
        """Of those keys that are not their own name."""
        found: dict[tuple[str, Key], str] = {}
        if "segment" in query.needs:
            found |= {("segment", s.segment_id): s.name for s in self.context.segments}
        if "product" in query.needs:
            found |= {("product", key): name for key, name in self._product_names().items()}
        return found

    def _spoken(self, dimension: str) -> list[tuple[str, str]]:
        """A name and the key that it means."""
        if dimension == "segment":
            self.context.need_snapshot()
            segments = self.context.segments
            by_id = [(segment.segment_id, segment.segment_id) for segment in segments]
            return by_id + [(segment.name, segment.segment_id) for segment in segments]
        if dimension == "product":
            found = self.ready.product_names()
            by_code = [(row["product_id"], row["product_id"]) for row in found]
            return by_code + [
                (row["product"], row["product_id"]) for row in found if row["product"]
            ]
        return [(word, word) for word in self.ready.words(dimension)]

    def _product_names(self) -> dict[str, str]:
        """The most frequent of each; with its code where another product is called the same."""
        names: dict[str, str] = {}
        for row in self.ready.product_names():
            if row["product"]:
                names.setdefault(row["product_id"], row["product"])
        bearers = Counter(names.values())
        return {k: f"{name} ({k})" if bearers[name] > 1 else name for k, name in names.items()}


def _meant(dimension: str, name: str, spoken: Sequence[tuple[str, str]]) -> list[str]:
    """The exact name, else those that differ in case alone; else the nearest are told."""
    exact = sorted({key for word, key in spoken if word == name})
    folded = name.strip().casefold()
    found = exact or sorted({key for word, key in spoken if word.casefold() == folded})
    if not found:
        raise NotFound.named(dimension, name, {word for word, _ in spoken}, "the records")
    return found
