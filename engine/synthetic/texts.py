"""What customers write after an order: reviews with stars, calls with the service, posts."""

from typing import TYPE_CHECKING

from engine.synthetic.latent import COUNTRIES, People
from engine.synthetic.numbers import Numbers
from engine.synthetic.purchases import DAY
from engine.synthetic.recipe import Recipe
from engine.synthetic.wordings import FRAMES, LANGUAGES, SENTIMENTS, TEXTS, TOPICS, WORDINGS

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_SHARE = 0.14  # of orders
_SOURCES = {"review": 0.65, "transcript": 0.15, "social": 0.20}
# Stars from 1 to 5: for an order that stays, and for one of which something comes back.
_STARS_KEPT = (0.02, 0.04, 0.12, 0.37, 0.45)
_STARS_RETURNED = (0.35, 0.30, 0.20, 0.10, 0.05)
_SENTIMENT_OF_STARS = (0, 0, 1, 2, 2)  # position in SENTIMENTS
_TOPIC_SHARES = (0.45, 0.25, 0.15, 0.15)
_BARGAIN_HUNTERS_ON_PRICE = 0.5  # share of their texts, whatever they would write of otherwise
_SPEAKS = {"Germany": "de", "France": "fr"}
_SPANISH = 0.4  # of the texts from the United States


def draw_texts(
    people: People,
    lines: "pl.DataFrame",
    returned: "pl.DataFrame",
    catalogue: "pl.DataFrame",
    recipe: Recipe,
    numbers: Numbers,
    rng: "np.random.Generator",
) -> tuple["pl.DataFrame", "pl.DataFrame"]:
    """The texts in order of time, and of each its true sentiment, topic and language."""
    import numpy as np
    import polars as pl

    first = lines.filter(pl.col("line") == 1)
    said = first.filter(pl.Series(rng.random(len(first)) < _SHARE))
    stars = _stars(said, returned, rng)
    customer = said["customer"].to_numpy()
    name = catalogue["product"].str.to_lowercase()[said["product_row"]]
    source = rng.choice(list(_SOURCES), size=len(said), p=list(_SOURCES.values()))
    described = said.select(
        people.ids[said["customer"]].alias("customer_id"),
        pl.col("second") + pl.Series(rng.integers(DAY, 10 * DAY, len(said))),
        source=pl.Series(source, dtype=pl.String),
        rating=pl.Series(stars + 1),
        product_id=catalogue["product_id"][said["product_row"]],
        name=name,
        sentiment=pl.Series(
            np.array(SENTIMENTS)[np.array(_SENTIMENT_OF_STARS)[stars]], dtype=pl.String
        ),
        topic=pl.Series(np.array(TOPICS)[_topics(people, customer, rng)], dtype=pl.String),
        language=pl.Series(_languages(people, customer, recipe, rng), dtype=pl.String),
        wording=pl.Series(rng.integers(WORDINGS, size=len(said))),
    ).filter(pl.col("second") < recipe.calendar.days * DAY)
    texts = _worded(described).sort("second", "customer_id", maintain_order=True)
    nth = pl.int_range(numbers.text, numbers.text + pl.len())
    texts = texts.with_columns(text_id=pl.format("T{}", nth))
    columns = ("text_id", "customer_id", "second", "source", "rating", "product_id", "text")
    return texts.select(columns), texts.select("text_id", "sentiment", "topic", "language")


def _stars(
    said: "pl.DataFrame", returned: "pl.DataFrame", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    """0 to 4; fewer where the customer brought the thing back."""
    import numpy as np
    import polars as pl

    came_back = pl.struct("customer", "product_row").is_in(
        returned.select(both=pl.struct("customer", "product_row"))["both"].implode()
    )
    unhappy = said.select(came_back).to_series().to_numpy()
    edges = np.where(unhappy[:, None], np.cumsum(_STARS_RETURNED), np.cumsum(_STARS_KEPT))
    drawn = (rng.random(len(said))[:, None] >= edges).sum(axis=1)
    stars: NDArray[np.int64] = np.minimum(drawn, 4)
    return stars


def _topics(
    people: People, customer: "NDArray[np.int64]", rng: "np.random.Generator"
) -> "NDArray[np.int64]":
    import numpy as np

    usual = rng.choice(len(TOPICS), size=len(customer), p=_TOPIC_SHARES)
    on_price = (
        rng.random(len(customer))
        < _BARGAIN_HUNTERS_ON_PRICE * (people.trait("promo_pull")[customer])
    )
    return np.where(on_price, TOPICS.index("price"), usual)


def _languages(
    people: People,
    customer: "NDArray[np.int64]",
    recipe: Recipe,
    rng: "np.random.Generator",
) -> "NDArray[np.str_]":
    import numpy as np

    draw = rng.random(len(customer))
    if not recipe.languages:
        return np.full(len(customer), LANGUAGES[0])
    home = np.array(COUNTRIES)[people.country[customer]]
    spoken = np.array([_SPEAKS.get(country, LANGUAGES[0]) for country in COUNTRIES])
    spanish = (home == "United States") & (draw < _SPANISH)
    return np.where(spanish, "es", spoken[people.country[customer]])


def _worded(described: "pl.DataFrame") -> "pl.DataFrame":
    """Text and rating; only a review has stars."""
    import polars as pl

    phrases = pl.DataFrame(
        [
            (language, topic, sentiment, number, wording)
            for language, topics in TEXTS.items()
            for topic, by_sentiment in topics.items()
            for sentiment, wordings in zip(SENTIMENTS, by_sentiment, strict=True)
            for number, wording in enumerate(wordings)
        ],
        schema=["language", "topic", "sentiment", "wording", "phrase"],
        orient="row",
    )
    frames = pl.DataFrame(
        [
            (s, lang, frame)
            for s, by_language in FRAMES.items()
            for lang, frame in by_language.items()
        ],
        schema=["source", "language", "frame"],
        orient="row",
    )
    keys = ["language", "topic", "sentiment", "wording"]
    return (
        described.join(phrases, on=keys, how="left", maintain_order="left")
        .join(frames, on=["source", "language"], how="left", maintain_order="left")
        .with_columns(text=_filled("phrase", pl.col("name")))
        .with_columns(text=_filled("frame", pl.col("text")))
        .with_columns(rating=pl.when(source="review").then("rating"))
    )


def _filled(column: str, words: "pl.Expr") -> "pl.Expr":
    """The words where the wording leaves room for them."""
    import polars as pl

    parts = pl.col(column).str.split_exact("{}", 1).struct
    return parts.field("field_0") + words + parts.field("field_1")
