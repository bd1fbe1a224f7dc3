"""Queries over the records: what a person or a model asks, settled by name and answered."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from pydantic import Field

from engine.errors import BadInput, NotFound, NotPossible
from engine.facts import day_text
from engine.features import known_at
from engine.query import (
    DIMENSIONS,
    FILTERS,
    MEASURES,
    Comparison,
    Dimension,
    Keys,
    Known,
    Measure,
    Query,
    Row,
    before,
    clipped,
    folded,
    leads,
    make_query,
    read_period,
    run_query,
    sort_rows,
    with_lost,
)
from stores.consents import consent_of
from tools.context import Context
from tools.prepared import Prepared, prepared
from tools.query_answer import Answer
from tools.query_figures import page_figures
from tools.query_names import Vocabulary
from tools.selection import Selection, select_customers
from tools.tool import Arguments, Result

PAGE = 20  # rows
_MOST_VALUES = 100


class QueryRecords(Arguments):
    measures: list[str] = Field(min_length=1, max_length=4, description=", ".join(MEASURES))
    by: list[str] = Field([], max_length=3, description=", ".join(DIMENSIONS))
    period: str = Field("", description="2025-11, 2025, last month, last 90 days, since 2025-06")
    where: str = Field("", description="which customers, such as: recency > 60 and monetary >= 500")
    segment: list[str] = Field([], max_length=_MOST_VALUES, description="only these")
    country: list[str] = Field([], max_length=_MOST_VALUES, description="only these")
    category: list[str] = Field([], max_length=_MOST_VALUES, description="only these")
    product: list[str] = Field([], max_length=_MOST_VALUES, description="only these, code or name")
    channel: list[str] = Field([], max_length=_MOST_VALUES, description="only these")
    best: int | None = Field(None, ge=1, le=99, description="only the customers who brought "
                             "most revenue: so many percent of those who bought")  # fmt: skip
    customer: list[str] = Field([], max_length=_MOST_VALUES, description="only these, by id")
    without: list[str] = Field([], max_length=_MOST_VALUES, description="segments, countries, "
                               "categories, channels, products to omit")  # fmt: skip
    compare: Comparison = Field("none", description="further columns; needs a period")
    share: bool = Field(False, description="each row's part of the total as well")
    sort: str = Field("", description="a measure or dimension of the query, largest or last first")
    ascending: bool = Field(False, description="smallest or earliest first")
    top: int | None = Field(None, ge=1, le=1000, description="only so many rows")
    page: int = Field(1, ge=1, le=1_000, description="of 20 rows")


def query_records(context: Context, arguments: QueryRecords) -> Result:
    """Count anything in the orders: measures along dimensions, over chosen rows and days.

    When to use: whatever no other tool counts: best sellers, revenue by country or month, who came
    back by cohort, the average order of a month, customers who bought in a country, the repeat
    rate of a segment. For the size and habits of all segments use list_segments.
    Arguments: measures, 1 to 4 of revenue, gross_revenue, returns, orders, customers, units,
    products, new_customers, returning_customers, average_order, items_per_order, repeat_rate,
    revenue_per_customer, first_sale, last_sale (both days), discount_share, and median_ or mean_ of
    recency, frequency, monetary, tenure; by, up to 3 of segment, country, category, product,
    channel, customer, year, quarter, month, week, day, weekday, hour, cohort, months_since_first;
    period; segment, country, category, product, channel, customer, each a list of what to keep;
    without, names to leave out; best, only the top so many percent of customers by revenue; where,
    a filter on customers; compare, "previous period" or "same period last year"; share, of the
    total; sort, ascending, top; page.
    Result: a fact for each row and measure, 20 rows a page; when rows are sorted by a measure, also
    the fact of the largest or smallest. A fact's subject is what its row is cut by: name it so.
    """
    answer = answer_query(context, arguments)
    first = (arguments.page - 1) * PAGE
    if first and first >= len(answer.rows):
        raise BadInput(f"There is no page {arguments.page}.", "Ask for an earlier one.")
    texts = [{"customers": answer.sentence}] if answer.sentence else []
    if not answer.rows:
        texts.append({"found": "no record of these days and filters"})
    if len(answer.rows) > first + PAGE:
        texts.append({"more": "further rows are on the next page"})
    return Result(tuple(page_figures(answer, first, first + PAGE)), tuple(texts))


def answer_query(context: Context, arguments: QueryRecords) -> Answer:
    """All rows, sorted and cut to the top."""
    if "transactions" not in context.counts:
        raise NotPossible(
            f"The dataset '{context.dataset.name}' holds no orders to count.", "Load orders first."
        )
    context.need_dates("a query")
    query = make_query(arguments.measures, arguments.by)
    by = _sorted_by(query, arguments)
    selection = select_customers(context, arguments.where) if arguments.where.strip() else None
    with prepared(tuple(context.files), context.as_of) as ready:
        return _Asked(context, arguments, ready, selection).answer(query, by)


@dataclass(frozen=True, eq=False)
class _Asked:
    """One query on its way from names to rows."""

    context: Context
    arguments: QueryRecords
    ready: Prepared
    selection: Selection | None

    def answer(self, query: Query, by: Measure | Dimension | None) -> Answer:
        context, arguments = self.context, self.arguments
        words = Vocabulary(context, self.ready)
        query = self._settled(query, words)
        first, last = self._reach()
        stretch = clipped(query.days, first, last)
        known = self._known(query)
        if self.arguments.best:
            query = replace(query, customers=self._best(query, known, self.arguments.best))
        rows = run_query(query, known)
        earlier = self._earlier(query, first, last)
        compared = run_query(replace(query, days=earlier), known) if earlier else []
        then = {row.keys: row for row in compared}
        rows = self._listable(query, with_lost(query, rows, then))
        if by is not None:
            rows = sort_rows(query, rows, by, arguments.ascending)
        totals = self._totals(query, known)
        return Answer(
            query, rows[: arguments.top], words.names(query), context.dataset.shop,
            context.subject, context.as_of, stretch, len(rows),
            leader=by if isinstance(by, Measure) and leads(rows, by) else None,
            ascending=arguments.ascending,
            where=" ".join((self._top_words() + arguments.where).split()),
            customers=tuple(dict.fromkeys(arguments.customer)),
            left_out=words.left_out(arguments.without),
            sentence=self._whom(),
            earlier=earlier, before=then, totals=totals,
        )  # fmt: skip

    def _settled(self, query: Query, words: Vocabulary) -> Query:
        """The same of the days, rows and customers that are meant."""
        given = {name: getattr(self.arguments, name) for name in FILTERS}
        only = {name: words.keys(name, values) for name, values in given.items() if values}
        for name, gone in words.left_out(self.arguments.without).items():
            out = words.keys(name, gone)
            only[name] = tuple(k for k in only.get(name) or words.all_keys(name) if k not in out)
        return replace(
            query,
            days=read_period(self.arguments.period, self.context.as_of.local_date),
            only=only,
            customers=self._customers(),
        )

    def _best(self, query: Query, known: Known, percent: int) -> frozenset[str]:
        """Who brought most in these days, of those that the query counts."""
        each = make_query(["revenue"], ["customer"])
        each = replace(each, days=query.days, only=query.only, customers=query.customers)
        rows = [row for row in run_query(each, known) if row.keys[0] is not None]
        rows = sort_rows(each, rows, each.measures[0], False)
        return frozenset(str(row.keys[0]) for row in rows[: ceil(len(rows) * percent / 100)])

    def _top_words(self) -> str:
        best = self.arguments.best
        return f"top {best}% of customers " if best else ""

    def _whom(self) -> str:
        """The customers that are meant, as a sentence would call them."""
        said = self.selection.sentence if self.selection else ""
        top = f"the {self._top_words()}".strip()
        if not self.arguments.best:
            return said
        return f"{top}, of {said[:1].lower()}{said[1:]}" if said else f"{top}."

    def _listable(self, query: Query, rows: list[Row]) -> list[Row]:
        """A list of people holds no guests, and nobody who opted out."""
        names = [dimension.name for dimension in query.dimensions]
        if "customer" not in names:
            return rows
        place, out = names.index("customer"), self.context.opted_out
        return [row for row in rows if row.keys[place] is not None and row.keys[place] not in out]

    def _customers(self) -> frozenset[str] | None:
        """Those of the filter, and of them those who are named."""
        meant = self.selection.customers if self.selection else None
        named = frozenset(self.arguments.customer)
        if not named:
            return meant
        known = known_at(self.ready.transactions, self.context.as_of)
        known = known.filter(known.customer_id.isin(sorted(named))).select("customer_id")
        found = {row["customer_id"] for row in known.distinct().to_pyarrow().to_pylist()}
        for customer in sorted(named - (found - self.context.opted_out)):
            raise NotFound(
                f"Nothing is known of a customer '{customer}'.",
                "segue members all --out FILE lists those there are.",
            )
        return named if meant is None else named & meant

    def _reach(self) -> tuple[date, date]:
        """The days of the first kept sale and of what was known last."""
        first = self.ready.first_day
        if first is None:
            raise NotPossible("No sale was kept, so there is nothing to count.", "Load orders.")
        return first, (self.context.as_of.local - timedelta(microseconds=1)).date()

    def _earlier(self, query: Query, first: date, last: date) -> tuple[date, date] | None:
        if self.arguments.compare == "none":
            return None
        if query.grain is not None:
            raise BadInput(
                f"Rows by {query.grain.name} stand beside each other already.",
                "Leave out the comparison or the grain of time.",
            )
        earlier = before(query.days, last, self.arguments.compare)
        if earlier[0] < first:
            raise BadInput(
                f"The records begin on {day_text(first)}: too late for this comparison.",
                "Ask for a later period, or leave out the comparison.",
            )
        return earlier

    def _totals(self, query: Query, known: Known) -> dict[Keys, Row] | None:
        """What each row is a part of: of rows by month, all of the same month."""
        if not self.arguments.share:
            return None
        along = (query.grain,) if query.grain else ()
        if query.dimensions == along:
            raise BadInput(
                "A share needs rows that are parts of something.", "Add a dimension, or no share."
            )
        return {row.keys: row for row in run_query(replace(query, dimensions=along), known)}

    def _known(self, query: Query) -> Known:
        context, segments, features = self.context, {}, None
        if "segment" in query.needs:
            context.need_snapshot()
            segments = {str(k): str(v) for k, v in context.members["segment_id"].items()}
        if any(measure.feature for measure in query.measures):
            out = consent_of(context.home, context.dataset, context.version).opted_out(
                context.as_of
            )
            features = self.ready.features
            features = features[~features.index.isin(list(out))]
        lines = self.ready.lines
        return Known(self.ready.transactions, context.as_of, segments, features, lines)


def _sorted_by(query: Query, arguments: QueryRecords) -> Measure | Dimension | None:
    """None: along the dimensions, where they have an order of their own."""
    if not arguments.sort:
        ordered = any(dimension.is_ordered for dimension in query.dimensions)
        return query.measures[0] if arguments.top is not None or not ordered else None
    named: tuple[Measure | Dimension, ...] = (*query.measures, *query.dimensions)
    columns = {each.name: each for each in named}
    name = folded(arguments.sort)
    if name not in columns:
        raise NotFound.named("column", name, columns, "the rows to be sorted")
    return columns[name]
