"""Which categories a customer buys from, how dear within them; where the latest sale was made."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine.features.assortment import Assortment
from engine.features.definition import Definition, Part, Ratio, pick
from engine.features.feature import Feature
from engine.features.records import Records
from engine.features.words import WordColumn, WordColumns, word_columns

if TYPE_CHECKING:
    import ibis

Column = Callable[["ibis.Table"], "ibis.Value"]

CATEGORY = "share_category_"
MOST_CATEGORIES = 8

PRODUCTS = (
    Definition(Feature("top_category", "category that most lines were sold of", "word", None,
                       "products", "sweep",
                says="buy most of {}")),
    Definition(Feature("category_entropy", "how evenly lines are spread over categories: 0 is one",
                       "number", None, "products", "sweep",
                says="have a spread over categories of {}")),
    Definition(
        Feature("price_level", "prices paid by what is usual in the category: 1 is usual, mean of"
                " logarithms over lines sold", "ratio", None, "basket", "sweep",
                evidence="lines_sold", says="buy at {} times the usual price of a category"),
    ),
)  # fmt: skip

COUNTRY = (
    Definition(Feature("country", "where the latest kept sale was made", "word", None, "place",
                       "sweep",
                says="are in {}")),
)  # fmt: skip


def category_columns(assortment: Assortment) -> WordColumns:
    return word_columns(assortment.rows("category"), CATEGORY, MOST_CATEGORIES)


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
    counts = {f"lines_{one.name}": _lines_of(one) for one in categories}
    columns = _COLUMNS | counts

    def build(asked: frozenset[str]) -> "ibis.Table":
        return _by_category(records).group_by("customer_id").aggregate(**pick(columns, asked))

    return [Part(frozenset(columns), build, frozenset(counts))]


def country_part(records: Records) -> Part:
    return Part(frozenset({"country"}), lambda asked: _country(records))


def _by_category(records: Records) -> "ibis.Table":
    """What each customer bought of each category, most first; of equally many, the first by name.

    `dearness`: by how much the logarithms of the prices lie above what is usual there, summed.
    """
    import ibis

    sales = records.sales
    sales = sales.filter(sales.category.notnull())
    price = sales.unit_price.cast("float64")
    price = ibis.ifelse(price > 0, price, ibis.null("float64")).ln()
    found = sales.group_by("customer_id", "category").aggregate(
        lines=sales.count(), priced=price.count(), prices=price.sum()
    )
    order = [found.lines.desc(), found.category]
    everybody = ibis.window(group_by=found.category)
    usual = found.prices.sum().over(everybody) / found.priced.sum().over(everybody).nullif(0)
    return found.mutate(
        nth=ibis.row_number().over(group_by=found.customer_id, order_by=order),
        dearness=found.prices - found.priced * usual,
    )


def _lines_of(category: WordColumn) -> Column:
    return lambda t: t.lines.sum(where=t.category.isin(category.words)).cast("int64").fill_null(0)


def _entropy(lines: "ibis.Table") -> "ibis.Value":
    """log n - sum(lines * log lines) / n, in nats."""
    number = lines.lines.cast("float64")
    n = number.sum()
    return (lines.count() > 1).ifelse(n.ln() - (number * number.ln()).sum() / n, 0.0)


_COLUMNS: dict[str, Column] = {
    "top_category": lambda t: t.category.max(where=t.nth == 0),
    "category_entropy": _entropy,
    "price_level": lambda t: (t.dearness.sum() / t.priced.sum().nullif(0)).exp(),
}


def _country(records: Records) -> "ibis.Table":
    """Of several at once, the first by name."""
    import ibis

    visits = records.visits
    visits = visits.filter(visits.country.notnull())
    latest = visits.group_by("customer_id", "country").aggregate(at=visits.last_at.max())
    order = [latest["at"].desc(), latest.country]
    latest = latest.mutate(nth=ibis.row_number().over(group_by="customer_id", order_by=order))
    return latest.filter(latest.nth == 0).select("customer_id", "country")
