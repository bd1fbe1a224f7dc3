"""Features of events, texts and customers' records, on a shop that a person can check by hand."""

import json
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.consent import read_consent
from engine.errors import NotFound, NotPossible
from engine.features import Feature, FeatureTable, Records, full_feature_table, open_records
from engine.records import RecordKind, record_schema
from tests.shops import Line, at, transactions, write

TODAY = at("2025-04-01")
ORDERS: list[Line] = [
    ("1", "ann", "2025-01-01T10:00", "tea", 2, "5.00"),
    ("2", "ann", "2025-03-01T09:00", "tea", 1, "5.00"),
    ("3", "bob", "2025-02-01T12:00", "pot", 1, "40.00"),
]


def told(kind: RecordKind, rows: list[dict[str, Any]], folder: Path) -> list[str]:
    path = folder / f"{kind}.parquet"
    numbered = [{"event_id": f"{n:032x}", "load_id": "load_1"} | row for n, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(numbered, schema=record_schema(kind)), path)
    return [str(path)]


@pytest.fixture
def features(tmp_path: Path) -> Any:
    """The table of ORDERS, or of none, and of what else is told."""

    def run(
        moment: str = "2025-04-01", orders: bool = True, names: list[str] | None = None,
        loads: list[str] | None = None, **kinds: list[dict[str, Any]],
    ) -> FeatureTable:  # fmt: skip
        files: dict[Any, list[str]] = {
            kind: told(kind, rows, tmp_path)  # type: ignore[arg-type]
            for kind, rows in kinds.items()
        }
        if orders:
            files["transactions"] = write(transactions(ORDERS), tmp_path)
        with ExitStack() as stack:
            records = stack.enter_context(open_records(files, loads or ["load_1"]))
            return full_feature_table(records, at(moment), names=names)

    return run


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_what_is_done_on_the_web(features: Any) -> None:
    def event(customer: str | None, action: str, minutes: float | None, day: str) -> dict[str, Any]:
        return {
            "customer_id": customer, "action": action, "minutes": minutes, "occurred_at": when(day)
        }  # fmt: skip

    events = [
        event("ann", "view", 1.5, "2025-01-01"),
        event("ann", "view", 2.0, "2025-01-02"),
        event("ann", "cart", None, "2025-01-02"),
        event("ann", "abandoned_cart", None, "2025-01-02"),
        event("ann", "view", 9.0, "2025-05-01"),  # not yet
        event(None, "view", 4.0, "2025-01-01"),
        event("zoe", "view", 4.0, "2025-01-01"),  # never bought: no row
    ]
    names = ["views", "carts", "abandoned_carts", "web_minutes", "views_per_order", "cart_share"]
    table = features(events=events, names=names)
    assert list(table.frame.index) == ["ann", "bob"]
    ann, bob = (table.frame.loc[name] for name in ("ann", "bob"))
    assert [ann[name] for name in names] == [2, 1, 1, 3.5, 1.0, 0.25]
    assert [bob[name] for name in names[:5]] == [0, 0, 0, 0.0, 0.0]
    assert pd.isna(bob["cart_share"])
    assert ann["web_actions"] == 4  # the evidence comes along


def text(customer: str, words: str, day: str | None = "2025-02-01") -> dict[str, Any]:
    return {"customer_id": customer, "text": words, "occurred_at": day and when(day)}


def test_what_is_written(features: Any) -> None:
    texts = [
        text("ann", "Lovely tea, excellent quality, I am very happy with it."),
        text("ann", "Terrible. The pot was broken and the service was awful and rude."),
        text("ann", "Ich habe die Kanne noch nicht bekommen und warte auf das Paket."),
        text("ann", "Awful, broken, terrible, rude.", "2025-06-01"),  # not yet
        text("ann", "Awful, broken, terrible, rude.", None),  # perhaps not yet
    ]
    names = ["texts", "texts_read", "sentiment", "complaint_share"]
    frame = features(texts=texts, names=names).frame
    assert frame.loc["ann", ["texts", "texts_read", "complaint_share"]].tolist() == [3, 2, 0.5]
    assert -1 < frame.loc["ann", "sentiment"] < 1
    assert frame.loc["bob", ["texts", "texts_read"]].tolist() == [0, 0]
    assert frame.loc["bob", ["sentiment", "complaint_share"]].isna().all()  # unknown, not neutral


PARCELS = ("courier", "parcel", "depot", "driver")
SLEEVES = ("sleeves", "waist", "shoulders", "collar")


def test_topics_are_columns_that_say_their_words(features: Any) -> None:
    texts = []
    for number in range(80):
        subject = PARCELS if number < 40 else SLEEVES
        a, b, c = (subject[(number + place) % 4] for place in (1, 2, 3))
        texts.append(text(f"c{number % 20}", f"I think that the {a} was with the {b} or the {c}."))
    texts += [text("ann", texts[0]["text"]), text("ann", texts[1]["text"])]
    texts += [text("ann", texts[40]["text"]), text("ann", "It is what it is and I have no word.")]
    table = features(texts=texts)
    topics = {one.name: one for one in table.features if one.name.startswith("share_topic_")}
    words = {name: name.removeprefix("share_topic_").split("_") for name in topics}
    parcels = [name for name in topics if set(words[name]) <= set(PARCELS)]
    assert parcels
    assert topics[parcels[0]] == Feature(
        parcels[0], f"share of the texts that are about {', '.join(words[parcels[0]])}", "share",
        None, "texts", "sweep", evidence="texts", says=topics[parcels[0]].says,
    )  # fmt: skip
    assert table.frame.loc["ann", parcels].sum() == 0.5
    assert table.frame.loc["ann", list(topics)].sum() == 0.75  # one is about nothing of these


CUSTOMERS: list[dict[str, Any]] = [
    {"customer_id": "ann", "gender": "female", "birth_date": date(1992, 4, 1), "country": "France",
     "attributes": json.dumps({"lifestyle": "family", "kids": 2, "club": True, "tags": ["a"]})},
    {"customer_id": "ann", "occurred_at": when("2025-02-01"), "city": "Lyon",
     "attributes": json.dumps({"lifestyle": "student"})},
    {"customer_id": "ann", "occurred_at": when("2025-06-01"), "city": "Paris"},
    {"customer_id": "bob", "age": 40.0, "income": 52000.0,
     "attributes": json.dumps({"kids": None, "2nd home": "no", "country": "Spain"})},
    {"customer_id": "zoe", "birth_date": date(1992, 4, 2), "region": "Wales"},
]  # fmt: skip


def test_what_is_told_of_a_customer(features: Any) -> None:
    """Of each attribute the newest word that was known; numbers are numbers."""
    table = features(customers=CUSTOMERS)
    told = {
        feature.name: (feature.unit, feature.group)
        for feature in table.features
        if feature.group in ("demographic", "geographic", "psychographic")
    }
    assert told == {
        "gender": ("word", "demographic"),
        "age": ("number", "demographic"),
        "income": ("number", "demographic"),
        "home_country": ("word", "geographic"),
        "region": ("word", "geographic"),
        "city": ("word", "geographic"),
        "attribute_2nd_home": ("word", "psychographic"),
        "attribute_country": ("word", "psychographic"),
        "club": ("word", "psychographic"),
        "kids": ("number", "psychographic"),
        "lifestyle": ("word", "psychographic"),
        "tags": ("word", "psychographic"),
    }
    ann = table.frame.loc["ann", list(told)].to_dict()
    wanted = {"gender": "female", "age": 33.0, "home_country": "France", "city": "Lyon",
              "club": "yes", "kids": 2.0, "lifestyle": "student", "tags": '["a"]'}  # fmt: skip
    assert {name: value for name, value in ann.items() if not pd.isna(value)} == wanted
    assert table.frame.loc["bob", ["age", "income", "attribute_2nd_home"]].tolist() == [
        40.0, 52000.0, "no"
    ]  # fmt: skip
    assert list(table.frame.index) == ["ann", "bob"]  # zoe never bought


def test_a_shop_without_orders_is_its_people(features: Any) -> None:
    table = features(orders=False, customers=CUSTOMERS)
    assert list(table.frame.index) == ["ann", "bob", "zoe"]
    assert "recency" not in table.frame
    assert table.frame["age"].tolist() == [33.0, 40.0, 32.0]  # zoe's birthday is tomorrow
    later = features(moment="2025-07-01", orders=False, customers=CUSTOMERS).frame
    assert later["city"].dropna().to_dict() == {"ann": "Paris"}


def test_of_two_records_without_a_time_the_later_loads_counts(features: Any) -> None:
    rows = [
        {"customer_id": "ann", "city": "Lyon", "load_id": "load_b"},
        {"customer_id": "ann", "city": "Nice", "load_id": "load_a"},
    ]
    for loads, wanted in ((["load_b", "load_a"], "Nice"), (["load_a", "load_b"], "Lyon")):
        frame = features(customers=rows, loads=loads).frame
        assert frame.loc["ann", "city"] == wanted


def test_a_kind_that_is_absent_is_absent_from_the_table(features: Any) -> None:
    groups = {feature.group for feature in features().features}
    assert groups == {"rfm", "rhythm", "basket", "behaviour", "habits"}
    with pytest.raises(NotFound, match="No feature named 'viws'"):
        features(names=["viws"])
    with pytest.raises(NotPossible, match="no records"):
        full_feature_table(Records(), TODAY)


def test_whoever_opted_out_has_no_row(tmp_path: Path) -> None:
    rows = [{"customer_id": "ann", "opted_out": True, "occurred_at": when("2025-03-01")}]
    files: dict[RecordKind, list[str]] = {
        "customers": told("customers", rows, tmp_path),
        "transactions": write(transactions(ORDERS), tmp_path),
    }
    consent = read_consent(files["customers"], ["load_1"])
    with open_records(files) as records:
        before = full_feature_table(records, at("2025-02-28"), consent)
        after = full_feature_table(records, at("2025-03-02"), consent)
    assert list(before.frame.index) == ["ann", "bob"]
    assert list(after.frame.index) == ["bob"]
