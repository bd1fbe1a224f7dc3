"""What a customer writes: how much, how it feels, what about.

Texts are marked (engine.texts) outside of the expression, those that were known at the moment and
no others; one row per customer of what they come to joins it. What cannot be read has no feeling,
which is not the same as a neutral one.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.features.definition import Definition, Part, Ratio
from engine.features.feature import Feature
from engine.features.records import Records
from engine.features.words import column_word

if TYPE_CHECKING:
    import ibis
    import polars as pl

    from engine.texts.topics import Topics

TOPIC = "share_topic_"

TEXTS = (
    Definition(Feature("texts", "texts written", "count", None, "texts", "sweep",
                says="have written {} texts")),
    Definition(Feature("texts_read", "texts in a language whose feeling is read", "count", None,
                       "texts", "sweep",
                says="have written {} texts that can be read")),
    Definition(
        Feature("sentiment", "how glad the texts are that can be read, from -1 to 1, mean",
                "number", True, "texts", "sweep",
                says="have written texts with a sentiment of {}"),
        Ratio("feeling", "texts_read"),
    ),
    Definition(
        Feature("complaint_share", "share of the texts that can be read that are cross", "share",
                False, "texts", "sweep", evidence="texts_read",
                says="are cross in {} of their texts"),
        Ratio("complaints", "texts_read"),
    ),
)  # fmt: skip


_COUNTS = frozenset({"texts", "texts_read"})
_FELT = frozenset({"feeling", "complaints"})


@dataclass(frozen=True, eq=False)
class MarkedTexts:
    """The texts known at the moment, marked once; `fitted` are topics found before.

    Topics take longest, so they are found only if somebody asks what the texts are about.
    """

    records: Records
    about: bool
    fitted: "Topics | None" = None

    @cached_property
    def known(self) -> "pl.DataFrame":
        import polars as pl

        columns = ["event_id", "customer_id", "text"]
        found = pl.DataFrame(self.records.need("texts").select(columns).to_pyarrow())
        return found.sort("event_id")

    @cached_property
    def topics(self) -> "Topics":
        from engine.texts.marks import fit_topics
        from engine.texts.topics import Topics
        from engine.texts.vocabulary import Vocabulary

        if not self.about:
            return Topics(None, Vocabulary({}), ())
        return fit_topics(self.known) if self.fitted is None else self.fitted

    @cached_property
    def _marks(self) -> "pl.DataFrame":
        from engine.texts.marks import mark_texts

        return mark_texts(self.known, self.topics).drop_nulls("customer_id")

    def parts(self) -> list[Part]:
        names = {f"texts_{_column(topic.name)}": topic.name for topic in self.topics.topics}
        felt = Part(_COUNTS | _FELT, self._felt, _COUNTS)
        return [felt, Part(frozenset(names), lambda asked: self._about(names), frozenset(names))]

    def _felt(self, asked: frozenset[str]) -> "ibis.Table":
        import ibis
        import polars as pl

        from engine.texts.sentiment import NEITHER

        sentiment = pl.col("sentiment")
        found = self._marks.group_by("customer_id").agg(
            texts=pl.len().cast(pl.Int64),
            texts_read=sentiment.count().cast(pl.Int64),
            feeling=sentiment.sum(),
            complaints=(sentiment < -NEITHER).sum().cast(pl.Int64),
        )
        return ibis.memtable(found.sort("customer_id"))

    def _about(self, names: dict[str, str]) -> "ibis.Table":
        import ibis
        import polars as pl

        counts = {
            name: (pl.col("topic") == topic).sum().cast(pl.Int64) for name, topic in names.items()
        }
        return ibis.memtable(self._marks.group_by("customer_id").agg(**counts).sort("customer_id"))

    def topic_definitions(self) -> tuple[Definition, ...]:
        return tuple(
            Definition(
                Feature(_column(topic.name), f"share of the texts that are about {topic.name}",
                        "share", None, "texts", "sweep", evidence="texts",
                        says=f"write {{}} of their texts about {topic.name}"),
                Ratio(f"texts_{_column(topic.name)}", "texts"),
            )
            for topic in self.topics.topics
        )  # fmt: skip


def _column(topic: str) -> str:
    return TOPIC + column_word(topic)
