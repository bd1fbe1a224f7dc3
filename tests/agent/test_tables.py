"""What stands beside an answer: the facts of the same kind as those that it shows."""

from datetime import UTC, datetime

from conftest import Ask

from agent.events import FactsShown
from agent.tables import Table, chart_of, tables_of
from engine.charts import Chart
from engine.concepts import Money
from engine.facts import Fact, Figure, Operation, Period, Subject, Value


def first_of(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


YEAR = Period(end=first_of(2026, 1), start=first_of(2025, 1))
AHEAD = Period(end=first_of(2026, 1), horizon_days=90)
NAMES = {"s1": "Loyal", "s2": "New", "s3": "Lost"}


def fact(
    number: int, subject: str, metric: str, value: Value, period: Period = YEAR,
    operation: Operation | None = None, operands: tuple[str, ...] = (),
) -> Fact:  # fmt: skip
    kind = "segment" if subject in NAMES else "dataset"
    about = Subject(kind, subject, NAMES.get(subject, subject))  # type: ignore[arg-type]
    figure = Figure(about, metric, period, value, "", 1, operation, operands)
    return Fact(f"f{number}", figure, f"r{number}")


REVENUE = [
    fact(1, "s1", "revenue", Money(500_000, "GBP")),
    fact(2, "s2", "revenue", Money(20_000, "GBP")),
    fact(3, "s3", "revenue", Money(1_000, "GBP")),
]
ORDERS = [fact(4, "s1", "orders", 40), fact(5, "s2", "orders", 7), fact(6, "s3", "orders", 1)]
COLOURS = {"s1": 0, "s2": 3, "s3": 1}


def cells(table: Table) -> list[list[str]]:
    return [[row.name, *(cell.text if cell else "" for cell in row.cells)] for row in table.rows]


def test_one_that_is_spoken_of_stands_beside_all_others() -> None:
    (table,) = tables_of(REVENUE[:1], [[*REVENUE, *ORDERS]], COLOURS)
    assert cells(table) == [["Loyal", "£5,000"], ["New", "£200.00"], ["Lost", "£10.00"]]
    assert (table.title, table.head) == ("Revenue by segment", "Segment")
    assert table.note == "From 1 Jan 2025 to 31 Dec 2025."
    assert [row.colour for row in table.rows] == [0, 3, 1]
    assert [row.cells[0].receipt for row in table.rows if row.cells[0]] == ["r1", "r2", "r3"]


def test_columns_are_what_the_answer_says() -> None:
    (table,) = tables_of([ORDERS[1], REVENUE[0]], [[*REVENUE, *ORDERS[:2]]], COLOURS)
    assert [column.label for column in table.columns] == ["Orders", "Revenue"]  # as it is spoken of
    assert cells(table)[2] == ["Lost", "", "£10.00"]


def test_the_largest_is_about_all_that_it_was_compared_with() -> None:
    best = fact(9, "s1", "revenue", Money(500_000, "GBP"), YEAR, "largest", ("r1", "r2", "r3"))
    (table,) = tables_of([best], [REVENUE, [best]], COLOURS)
    assert len(table.rows) == 3


def test_what_is_spoken_of_first_comes_first_and_nothing_twice() -> None:
    said = [ORDERS[0], REVENUE[0]]
    again = [fact(n + 20, one.figure.subject.id, "orders", one.figure.value)
             for n, one in enumerate(ORDERS)]  # fmt: skip
    found = tables_of([*said, again[0]], [REVENUE, ORDERS, again], {})
    assert [table.title for table in found] == ["Orders by segment", "Revenue by segment"]


def test_a_single_row_is_no_table() -> None:
    assert tables_of(REVENUE[:1], [REVENUE[:1]], {}) == ()
    assert tables_of([], [REVENUE], {}) == ()


def test_months_of_the_shop_are_rows() -> None:
    months = [
        fact(m, "shop", "orders", 10 * m,
             Period(end=first_of(2025, m + 1), start=first_of(2025, m)))
        for m in (1, 2, 3)
    ]  # fmt: skip
    (table,) = tables_of(months[:1], [months], {})
    assert cells(table) == [["Jan 2025", "10"], ["Feb 2025", "20"], ["Mar 2025", "30"]]
    assert (table.title, table.note) == ("Orders by time", "")
    chart = chart_of(table)
    assert chart is not None and chart.subtitle == ""


def test_the_horizon_of_forecasts_is_said_once() -> None:
    chances = [fact(n, s, "churn", 0.5, AHEAD) for n, s in enumerate(NAMES, 1)]
    (table,) = tables_of(chances[:1], [chances], {})
    assert cells(table)[0] == ["Loyal", "50.0%"]
    assert table.note == "Within 90 days of 1 Jan 2026."


def test_long_tables_are_cut_and_say_so() -> None:
    many = [
        Fact(f"f{n}", Figure(Subject("product", str(n), f"P{n}"), "units", YEAR, n, "", 1), f"r{n}")
        for n in range(1, 31)
    ]
    (table,) = tables_of(many[:1], [many], {})
    assert (len(table.rows), table.left_out) == (20, 10)


def test_a_table_of_amounts_is_drawn_and_one_of_losses_is_not() -> None:
    (table,) = tables_of(REVENUE[:1], [REVENUE], COLOURS)
    chart = chart_of(table)
    assert chart is not None
    rows = chart.spec["data"]["values"]
    assert [(row["name"], row["value"], row["text"]) for row in rows] == [
        ("Loyal", 5000.0, "£5,000"), ("New", 200.0, "£200.00"), ("Lost", 10.0, "£10.00")
    ]  # fmt: skip
    assert chart.summary == "Revenue by segment. 3 bars; the longest is Loyal, £5,000."
    losing = [*REVENUE[:2], fact(3, "s3", "revenue", Money(-5, "GBP"))]
    (table,) = tables_of(losing[:1], [losing], COLOURS)
    assert chart_of(table) is None


def test_tables_and_charts_come_back_as_they_were_kept() -> None:
    (table,) = tables_of(REVENUE[:1], [[*REVENUE[:2], *ORDERS]], COLOURS)
    assert Table.from_json(table.to_json()) == table
    chart = chart_of(table)
    assert chart is not None
    assert Chart.from_json(chart.to_json()) == chart


def test_an_answer_ends_with_its_table_chart_and_facts(ask: Ask) -> None:
    found, events = ask("which segment brings the most revenue?")
    kinds = [type(event).__name__ for event in events]
    assert kinds[-4:] == ["Table", "Chart", "FactsShown", "Answer"]
    assert events[-2] == FactsShown(found.facts)
    (table,) = found.tables
    assert {row.name for row in table.rows} >= {found.facts[0].figure.subject.name}
    body = found.to_json()
    assert (body["tables"], body["charts"]) == ([table.to_json()], [found.charts[0].to_json()])


def test_an_answer_that_is_recalled_shows_the_same_beside_it(ask: Ask) -> None:
    from agent.loop import NamedModel

    model = NamedModel(recalls=True)
    before, _ = ask("which segment brings the most revenue?", model)
    again, events = ask("which segment brings the most revenue?", model)
    assert again.recalled
    assert (again.tables, again.charts) == (before.tables, before.charts)
    assert before.tables[0] in events
