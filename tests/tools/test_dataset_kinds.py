"""A dataset of four kinds of records: joined, replaced, counted, with dates or without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW

from engine.errors import BadInput, NeedsChoice, NotPossible
from stores.attributes import attributes_held
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from stores.people import PeopleStore
from tools.catalog import call
from tools.context import Context
from tools.datasets import dataset_summary, dataset_versions, load_file, try_load
from tools.load_request import LoadRequest, read_rates
from tools.scoring import ScoreRequest, make_scores
from tools.segmenting import SegmentRequest, run_segmentation

ORDERS = (
    "order_id,customer_id,occurred_at,product_id,quantity,unit_price\n"
    "1,ann,2024-12-31 10:00,tea,2,5.00\n"
    "2,bob,2025-01-04 10:00,cup,1,3.50\n"
)
CUSTOMERS = "customer_id,name,city,age\nann,Ann,Leeds,30\nbob,Bob,York,41\ncid,Cid,York,22\n"
EVENTS = (
    "customer_id,occurred_at,action,product_id,price\n"
    "ann,2025-02-01 09:00:00,view,tea,5.00\n"
    "ann,2025-02-01 09:01:00,cart,tea,5.00\n"
    "ann,2025-02-01 09:02:00,purchase,tea,5.00\n"
    "dot,2025-02-01 09:03:00,view,cup,3.50\n"
)
TEXTS = "customer_id,text,rating\nann,the tea was lovely and it came in time,5\n"


@pytest.fixture
def home(tmp_path: Path, open_home: Callable[[Path], Home]) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def load(home: Home, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def run(text: str, name: str = "file.csv", **asked: Any) -> dict[str, Any]:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return load_file(home, LoadRequest(file, **asked), NOW)

    return run


Load = Callable[..., dict[str, Any]]


def only(home: Home) -> tuple[DatasetStore, Dataset]:
    store = DatasetStore(home)
    return store, store.get()


def counts(home: Home) -> dict[str, int]:
    store, dataset = only(home)
    return {**store.counts(dataset, store.version(dataset))}


def test_four_kinds_live_in_one_dataset(home: Home, load: Load) -> None:
    for text in (ORDERS, CUSTOMERS, EVENTS, TEXTS):
        load(text, currency="GBP")
    assert counts(home) == {"transactions": 3, "customers": 3, "events": 3, "texts": 1}
    summary = dataset_summary(home, only(home)[1])
    assert (summary["rows"], summary["customers"], summary["orders"]) == (10, 2, 3)
    assert summary["revenue"] == {"minor": 1850, "currency": "GBP"}  # 2 x 5 + 3.50 + 5
    assert (summary["from"], summary["to"], summary["has_dates"]) == (
        "2024-12-31", "2025-02-01", True,
    )  # fmt: skip


def test_what_people_looked_at_and_bought_is_one_version(home: Home, load: Load) -> None:
    """An events file that sells brings two kinds in one commit."""
    found = load(EVENTS, currency="GBP")
    assert (found["kind"], found["kinds"]) == ("events", {"transactions": 1, "events": 3})
    assert [v["version"] for v in dataset_versions(home, None)["versions"]] == [0]
    again = load(EVENTS + "eve,2025-02-02 09:00:00,purchase,cup,3.50\n", "more.csv")
    assert again["dropped_reasons"] == {"already in the dataset": 4}
    assert counts(home) == {"transactions": 2, "events": 3}


@pytest.mark.parametrize("turned", [False, True])
def test_kept_copies_are_as_many_as_the_file_with_most(
    home: Home, load: Load, turned: bool
) -> None:
    head, line = ORDERS.splitlines()[:2]
    twice, thrice = ("\n".join([head, *[line] * count]) + "\n" for count in (2, 3))
    for text in (thrice, twice) if turned else (twice, thrice):
        load(text, duplicates="keep", currency="GBP")
    assert counts(home) == {"transactions": 3}


def test_a_copy_is_known_in_another_year_where_the_source_names_its_events(
    home: Home, load: Load
) -> None:
    head, line = ORDERS.splitlines()[:2]
    named = f"event_id,{head}\n{'a' * 32},{line}\n"
    load(named, currency="GBP")
    moved = load(named.replace("2024-12-31", "2025-12-31"))
    assert moved["dropped_reasons"] == {"already in the dataset": 1}


# ---- replace -----------------------------------------------------------------------------------


def test_replacing_puts_new_records_in_place_of_their_kind_alone(home: Home, load: Load) -> None:
    load(ORDERS, currency="GBP")
    load(CUSTOMERS)
    corrected = ORDERS.replace("3.50", "4.00").splitlines()
    found = load("\n".join(corrected[:1] + corrected[2:]) + "\n", mode="replace")
    assert (found["mode"], found["version"], found["kinds"]) == ("replace", 2, {"transactions": 1})
    assert counts(home) == {"transactions": 1, "customers": 3}
    store, dataset = only(home)
    assert store.counts(dataset, 1) == {"transactions": 2, "customers": 3}
    assert len(store.files(dataset, 1)) == 2  # the years of the orders that were replaced


def test_replacing_by_the_same_records_changes_nothing(home: Home, load: Load) -> None:
    first = load(ORDERS, currency="GBP")
    again = load(ORDERS, mode="replace")
    assert (again["already_loaded"], again["version"]) == (True, first["version"])
    lines = ORDERS.splitlines()
    turned = load("\n".join([lines[0], lines[2], lines[1]]) + "\n", "turned.csv", mode="replace")
    assert (turned["already_loaded"], turned["version"]) == (False, first["version"])
    assert len(dataset_versions(home, None)["versions"]) == 1


def test_what_was_replaced_may_come_again(home: Home, load: Load) -> None:
    load(ORDERS, currency="GBP")
    load(ORDERS.replace("tea", "pot"), mode="replace")
    back = load(ORDERS)
    assert (back["already_loaded"], back["kept"]) == (False, 1)  # the cup was never away
    assert counts(home) == {"transactions": 3}


def test_replacing_by_nothing_is_refused(home: Home, load: Load) -> None:
    load(ORDERS, currency="GBP")
    with pytest.raises(BadInput, match="No row of file.csv can be kept"):
        load(ORDERS.replace(",2,", ",0,").replace(",1,3", ",0,3"), mode="replace")
    assert counts(home) == {"transactions": 2}


def test_other_rules_for_the_same_content_are_said_not_to_apply(home: Home, load: Load) -> None:
    load(ORDERS, currency="GBP")
    again = load(ORDERS, guests="drop", zero_price="keep")
    assert again["already_loaded"]
    assert again["not_applied"] == ["guests: drop", "zero_price: keep"]
    assert "not_applied" not in load(ORDERS)


# ---- without dates, without orders --------------------------------------------------------------


def test_customers_alone_have_no_dates_and_are_counted(home: Home, load: Load) -> None:
    load(CUSTOMERS)
    store, dataset = only(home)
    summary = dataset_summary(home, dataset)
    assert (summary["has_dates"], summary["customers"], summary["rows"]) == (False, 3, 3)
    assert (summary["from"], summary["to"], summary["orders"]) == (None, None, 0)
    with pytest.raises(NotPossible, match=r"'shop' has no dates, so when things were cannot be"):
        store.newest(dataset, 0)
    PeopleStore(home).ensure_local(NOW)
    context = Context.open(home, "local", None, NOW)
    facts = {fact.figure.metric: fact for fact in call(context, "describe_dataset", {}).facts}
    assert {name: fact.figure.value for name, fact in facts.items()} == {"customers": 3, "rows": 3}
    with pytest.raises(NotPossible, match="'shop' has no dates, so who moved cannot be said"):
        context.need_dates("who moved")


@pytest.mark.parametrize("text", [CUSTOMERS, EVENTS.replace("purchase", "view")])
def test_without_orders_nothing_is_scored(home: Home, load: Load, text: str) -> None:
    load(text)
    dataset = only(home)[1]
    with pytest.raises(NotPossible, match="has no dates|holds no orders") as refused:
        make_scores(home, dataset, ScoreRequest(), NOW, lambda _: None)
    assert "segue load orders.csv" in refused.value.hint


@pytest.mark.parametrize("text", [CUSTOMERS, EVENTS.replace("purchase", "view")])
def test_a_handful_of_customers_is_not_segmented(home: Home, load: Load, text: str) -> None:
    load(text)
    dataset = only(home)[1]
    with pytest.raises(NotPossible, match="Only [23] customers are known") as refused:
        run_segmentation(home, dataset, SegmentRequest(), NOW, lambda _: None)
    assert refused.value.hint == "Load more customers, or their orders."


def test_events_have_dates(home: Home, load: Load) -> None:
    load(EVENTS.replace("purchase", "view"), zone="Europe/London")
    store, dataset = only(home)
    assert dataset_summary(home, dataset)["has_dates"]
    assert store.newest(dataset, 0).iso() == "2025-02-01T09:03:01+00:00"


def test_zone_and_currency_stay_open_until_they_are_needed(home: Home, load: Load) -> None:
    load(CUSTOMERS)
    load(ORDERS, zone="Asia/Tokyo", currency="JPY")
    assert (only(home)[1].shop.zone, only(home)[1].shop.currency) == ("Asia/Tokyo", "JPY")


# ---- what is asked of a load ---------------------------------------------------------------------


def test_a_look_says_what_it_understood(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS, encoding="utf-8")
    found = try_load(home, LoadRequest(file, currency="GBP"), NOW)
    assert (found["kind"], found["kinds"]) == ("transactions", {"transactions": 2})
    assert {guess["ours"]: guess["confidence"] for guess in found["guesses"]}["quantity"] == 1.0
    assert len(found["sample"]) == 2
    first = found["compared"][0]
    assert first["after"]["total_minor"] == 1000
    assert (first["before"]["product_id"], first["after"]["product_id"]) == ("tea", "tea")


def test_a_date_of_two_readings_is_asked_about(load: Load) -> None:
    text = ORDERS.replace("2024-12-31", "03/04/2024").replace("2025-01-04", "05/06/2024")
    with pytest.raises(NeedsChoice) as asked:
        load(text)
    assert (asked.value.choice, asked.value.options) == ("dates", ("dmy", "mdy"))
    assert load(text, dates="dmy")["kept"] == 2


def test_rates_bring_amounts_to_the_currency_of_the_shop(
    home: Home, load: Load, tmp_path: Path
) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("currency,rate\nEUR,0.80\n", encoding="utf-8")
    head, first, second = ORDERS.splitlines()
    text = f"{head},currency\n{first},GBP\n{second},EUR\n"
    load(text, currency="GBP", rates=read_rates(file))
    revenue = dataset_summary(home, only(home)[1])["revenue"]
    assert revenue == {"minor": 1280, "currency": "GBP"}  # 10.00 + 3.50 x 0.80


def test_a_rate_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("EUR,0.80\nUSD,cheap\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"rates.csv, rate 2: 'USD,cheap' is no currency and rate"):
        read_rates(file)


def test_stars_are_told_of_a_product_and_of_all_that_was_rated(home: Home, load: Load) -> None:
    rated = (
        "text_id,customer_id,occurred_at,product_id,rating,text\n"
        "1,ann,2025-01-05 10:00,tea,5,the tea was lovely\n"
        "2,bob,2025-01-06 10:00,tea,4,good tea\n"
        "3,bob,2025-01-07 10:00,cup,1,the cup came in two parts\n"
        "4,ann,2025-01-08 10:00,cup,,nothing to say of the cup\n"
    )
    for text in (ORDERS + "3,ann,2025-02-01 10:00,tea,1,5.00\n", rated):
        load(text, currency="GBP")
    PeopleStore(home).ensure_local(NOW)
    context = Context.open(home, "local", None, NOW)

    def stars(arguments: dict[str, Any]) -> list[tuple[str, Any]]:
        facts = call(context, "product_ratings", arguments).facts
        return [(fact.figure.subject.name, fact.figure.value) for fact in facts]

    assert stars({"product": ["tea"]}) == [("tea", 4.5)]
    assert stars({}) == [(context.subject.name, pytest.approx(10 / 3))]


def test_countries_are_counted_in_the_days_that_are_asked_for(home: Home, load: Load) -> None:
    load(
        "order_id,customer_id,occurred_at,product_id,quantity,unit_price,country\n"
        "1,ann,2024-12-31 10:00,tea,2,5.00,France\n"
        "2,bob,2025-01-04 10:00,cup,1,3.50,Ireland\n"
        "3,cid,2025-01-05 10:00,cup,1,3.50,France\n",
        currency="GBP",
    )
    PeopleStore(home).ensure_local(NOW)
    context = Context.open(home, "local", None, NOW)

    def countries(**days: str) -> list[Any]:
        asked = {"measures": ["countries"], **days}
        return [fact.figure.value for fact in call(context, "query_records", asked).facts]

    assert countries() == [2] and countries(period="2024") == [1]


def test_what_is_told_of_customers_is_held_for_one_version(home: Home, load: Load) -> None:
    load(ORDERS, currency="GBP")
    store, dataset = only(home)
    before = store.version(dataset)
    assert attributes_held(home, dataset, before, store.newest(dataset, before)) is None
    load(CUSTOMERS)
    first = store.version(dataset)
    load("customer_id,name,city,age\nann,Ann,Bath,31\n")

    def cities(version: int) -> dict[str, str]:
        held = attributes_held(home, dataset, version, store.newest(dataset, version))
        assert held is not None
        return dict(held.table.select("customer_id", "city").iter_rows())

    assert cities(first) == {"ann": "Leeds", "bob": "York", "cid": "York"}
    assert cities(store.version(dataset)) == {"ann": "Bath", "bob": "York", "cid": "York"}
