"""What texts are about: topics found once in a shop's own texts, then kept.

A topic is a few words that customers write together, found by non-negative factors of the weighted
words. Fitted topics are frozen: next month's texts are measured against the same words, so that
their counts can be compared. A text has the topic whose words its own are nearest to, or none.

A word has to come from several customers before a topic knows it, so that nobody's name does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from engine.texts.language import Language
from engine.texts.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

# Texts that are worth looking for topics in, and the most that are looked at.
LEAST_TEXTS, MOST_TEXTS = 40, 4000
NUMBERS = range(2, 13)
# The heaviest words of a topic have long settled by then.
_ROUNDS = 200
# Words that a topic is known by, and named by; none lighter than this share of the heaviest.
_KEPT_WORDS, _NAME_WORDS = 25, 3
_LIGHTEST = 0.01
# How near (cosine) a text's words have to be to a topic's.
_NEAR = 0.25


@dataclass(frozen=True)
class Topic:
    """A name of up to three words, and the words with their weights, the heaviest first."""

    name: str
    words: dict[str, float]


@dataclass(frozen=True)
class Topics:
    """Topics of the texts of one language, and how much each word of that language counts."""

    language: Language | None
    vocabulary: Vocabulary
    topics: tuple[Topic, ...]

    @classmethod
    def fit(
        cls,
        words: Sequence[list[str]],
        customers: Sequence[str | None],
        language: Language,
        seed: int,
    ) -> Self:
        """Of the words of each text, and who wrote it; all in one language."""
        vocabulary = Vocabulary.of(words, customers, language)
        weights = vocabulary.weigh(words[:: max(1, -(-len(words) // MOST_TEXTS))])
        weights = weights[weights.count_nonzero(axis=1) > 0]
        if weights.shape[0] < LEAST_TEXTS or weights.shape[1] < 2 * NUMBERS.start:
            return cls(language, vocabulary, ())
        found = [_topic(row, vocabulary.words) for row in _choose_factors(weights, seed)]
        by_name = {topic.name: topic for topic in reversed(found)}  # of one name, the first
        return cls(
            language, vocabulary, tuple(topic for topic in found if by_name[topic.name] is topic)
        )

    def assign(self, words: Sequence[list[str]]) -> list[str | None]:
        """The topic's name for each text, given as its words."""
        import numpy as np

        if not self.topics or not words:
            return [None] * len(words)
        nearness = self.vocabulary.weigh(words) @ self._directions().T
        best = np.asarray(nearness.argmax(axis=1))
        near = nearness[np.arange(len(words)), best] >= _NEAR
        return [
            self.topics[topic].name if found else None
            for topic, found in zip(best.tolist(), near.tolist(), strict=True)
        ]

    def _directions(self) -> "np.ndarray":
        """One row of unit length a topic, over the words of the vocabulary."""
        import numpy as np

        place = {word: column for column, word in enumerate(self.vocabulary.words)}
        rows = np.zeros((len(self.topics), len(place)))
        for row, topic in zip(rows, self.topics, strict=True):
            for word, weight in topic.words.items():
                row[place[word]] = weight
        return _unit(rows)

    def to_json(self) -> dict[str, Any]:
        """Words as pairs, because their order counts."""
        return {
            "language": self.language,
            "vocabulary": self.vocabulary.to_json(),
            "topics": [
                [topic.name, [list(pair) for pair in topic.words.items()]] for topic in self.topics
            ],
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        topics = tuple(Topic(name, dict(words)) for name, words in found["topics"])
        return cls(found["language"], Vocabulary.from_json(found["vocabulary"]), topics)


def topic_words(topics: Topics, most: int = 8) -> dict[str, list[str]]:
    """Name -> the words that a topic is known by, the heaviest first."""
    return {topic.name: list(topic.words)[:most] for topic in topics.topics}


def count_topics(marks: "pl.DataFrame", members: "pl.DataFrame") -> "pl.DataFrame":
    """Per segment and topic: texts, customers who wrote them, and their mean sentiment.

    `marks` as `mark_texts` gives them; `members` has customer_id and segment_id.
    """
    import polars as pl

    joined = marks.join(members.select("customer_id", "segment_id"), on="customer_id")
    return (
        joined.filter(pl.col("topic").is_not_null())
        .group_by("segment_id", "topic")
        .agg(
            texts=pl.len(),
            customers=pl.col("customer_id").n_unique(),
            sentiment=pl.col("sentiment").mean(),
        )
        .sort("segment_id", "texts", "topic", descending=[False, True, False])
    )


def _choose_factors(weights: Any, seed: int) -> "np.ndarray":
    """The number of topics whose coherence times the share of texts they reach is highest.

    None where that is not above zero: then no words stand together oftener than chance has it.
    """
    most = min(NUMBERS.stop, weights.shape[1] // 2 + 1, weights.shape[0] // 10)
    found = [_factorise(weights, number, seed) for number in range(NUMBERS.start, most)]
    ratings = [_coherence(weights, factors) * _reach(weights, factors) for factors in found]
    best = max(range(len(found)), key=ratings.__getitem__)
    return found[best] if ratings[best] > 0 else found[best][:0]


def _reach(weights: Any, factors: "np.ndarray") -> float:
    """The share of texts that are near enough to a topic."""
    nearness = weights @ _unit(factors).T
    return float((nearness.max(axis=1) >= _NEAR).mean())


def _factorise(weights: Any, number: int, seed: int) -> "np.ndarray":
    """One row a topic, over the words of the vocabulary; all but its heaviest words are zero."""
    from warnings import catch_warnings, simplefilter

    import numpy as np
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    model = NMF(number, init="nndsvd", random_state=seed, max_iter=_ROUNDS, tol=1e-3)
    # one thread, so that the topics are the same whatever number of them the machine has
    with threadpool_limits(1), catch_warnings():
        simplefilter("ignore", ConvergenceWarning)
        model.fit(weights)
    factors: np.ndarray = model.components_
    kept = np.argsort(-factors, axis=1, kind="stable")[:, :_KEPT_WORDS]
    heavy = np.zeros_like(factors)
    np.put_along_axis(heavy, kept, np.take_along_axis(factors, kept, axis=1), axis=1)
    heavy[heavy < _LIGHTEST * heavy.max(axis=1, keepdims=True)] = 0.0
    return heavy[heavy.any(axis=1)]


def _unit(rows: "np.ndarray") -> "np.ndarray":
    import numpy as np

    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _coherence(weights: Any, factors: "np.ndarray") -> float:
    """How much oftener a topic's five first words stand together than chance has it: mean NPMI."""
    import numpy as np

    present = (weights > 0).astype(np.float64)
    texts = present.shape[0]
    alone = np.asarray(present.sum(axis=0)).ravel() / texts
    found: list[float] = []
    for row in factors:
        words = [at for at in np.argsort(-row, kind="stable")[:5] if row[at] > 0]
        columns = present[:, words]
        together = (columns.T @ columns).toarray() / texts
        found += [
            _npmi(together[a, b], alone[words[a]], alone[words[b]]) for a, b in _pairs(len(words))
        ]
    return float(np.mean(found)) if found else 0.0


def _pairs(count: int) -> Iterable[tuple[int, int]]:
    return ((a, b) for b in range(count) for a in range(b))


def _npmi(together: float, first: float, second: float) -> float:
    from math import log

    if together <= 0:
        return -1.0
    return log(together / (first * second)) / -log(together) if together < 1 else 1.0


def _topic(weights: "np.ndarray", words: Sequence[str]) -> Topic:
    import numpy as np

    heaviest = [int(at) for at in np.argsort(-weights, kind="stable") if weights[at] > 0]
    named = {words[at]: round(float(weights[at] / weights[heaviest[0]]), 4) for at in heaviest}
    return Topic(", ".join(list(named)[:_NAME_WORDS]), named)
