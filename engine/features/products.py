"""Which categories a customer buys from, and where the latest sale was made."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.features.definition import Definition, Part, Ratio
from engine.features.feature import Feature
from engine.features.known import holds
from engine.features.records import Records
from engine.features.words import WordColumn, WordColumns, word_columns

if TYPE_CHECKING:
    import ibis

CATEGORY = "share_category_"
MOST_CATEGORIES = 8

PRODUCTS = (
    Definition(Feature("top_category", "category that most lines were sold of", "word", None,
                       "products", "sweep",
                says="buy most of {}")),
    Definition(Feature("category_entropy", "how evenly lines are spread over categories: 0 is one",
                       "number", None, "products", "sweep",
                says="have a spread over categories of {}")),
)  # fmt: skip

COUNTRY = (
    Definition(Feature("country", "where the latest kept sale was made", "word", None, "place",
                       "sweep",
                says="are in {}")),
)  # fmt: skip


def category_columns(records: Records) -> WordColumns:
    return word_columns(records.sales, "category", CATEGORY, MOST_CATEGORIES)


def category_definitions(columns: Iterable[WordColumn]) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            Feature(column.name, f"share of lines sold of {column.spoken}", "share", None,
                    "products", "sums", evidence="lines_sold",
                    says=f"buy {{}} of their lines of {column.spoken}"),
            Ratio(f"lines_{column.name}", "lines_sold"),
        )
        for column in columns
    )  # fmt: skip


def product_parts(records: Records, categories: Iterable[WordColumn]) -> list[Part]:
    counts = {f"lines_{one.name}": one.words for one in categories}
    return [
        Part(
            frozenset(counts),
            lambda asked: _counts(records, {name: counts[name] for name in asked}),
            frozenset(counts),
        ),
        Part(frozenset({"top_category"}), lambda asked: _top(records)),
        Part(frozenset({"category_entropy"}), lambda asked: _entropy(records)),
    ]


def knows_countries(records: Records) -> bool:
    return holds(records.sales, records.sales.country.notnull())


def country_part(records: Records) -> Part:
    return Part(frozenset({"country"}), lambda asked: _country(records))


def _by_category(records: Records) -> "ibis.Table":
    sales = records.sales
    sales = sales.filter(sales.category.notnull())
    return sales.group_by("customer_id", "category").aggregate(lines=sales.count())


def _counts(records: Records, counts: dict[str, tuple[str, ...]]) -> "ibis.Table":
    lines = _by_category(records)
    found = {
        name: lines.lines.sum(where=lines.category.isin(words)).cast("int64").fill_null(0)
        for name, words in counts.items()
    }
    return lines.group_by("customer_id").aggregate(**found)


def _top(records: Records) -> "ibis.Table":
    """Of equally many lines, the first by name."""
    import ibis

    lines = _by_category(records)
    order = [lines.lines.desc(), lines.category]
    lines = lines.mutate(nth=ibis.row_number().over(group_by="customer_id", order_by=order))
    first = lines.filter(lines.nth == 0)
    return first.select("customer_id", top_category=first.category)


def _entropy(records: Records) -> "ibis.Table":
    """log n - sum(lines * log lines) / n, in nats."""
    lines = _by_category(records)
    number = lines.lines.cast("float64")
    found = lines.group_by("customer_id").aggregate(
        n=number.sum(), several=lines.count() > 1, weighed=(number * number.ln()).sum()
    )
    entropy = found.several.ifelse(found.n.ln() - found.weighed / found.n, 0.0)
    return found.select("customer_id", category_entropy=entropy)


def _country(records: Records) -> "ibis.Table":
    """Of several at once, the first by name."""
    import ibis

    visits = records.visits
    visits = visits.filter(visits.country.notnull())
    latest = visits.group_by("customer_id", "country").aggregate(at=visits.last_at.max())
    order = [latest["at"].desc(), latest.country]
    latest = latest.mutate(nth=ibis.row_number().over(group_by="customer_id", order_by=order))
    return latest.filter(latest.nth == 0).select("customer_id", "country")
