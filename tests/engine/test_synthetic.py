"""The synthetic shop: the same for a seed, true to its truth, dirty exactly as it says."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from engine.cleaning import DROPPED_REASONS, FIXED_REASONS, Cleaned, clean
from engine.concepts import Shop
from engine.errors import BadInput
from engine.reading import read_source
from engine.synthetic import SyntheticShop, make_shop, write_shop

CUSTOMERS = 600


@pytest.fixture(scope="module")
def shop() -> SyntheticShop:
    return make_shop(CUSTOMERS, seed=5)


@pytest.fixture(scope="module")
def tidy() -> SyntheticShop:
    return make_shop(CUSTOMERS, seed=5, dirt=False)


def cleaned_from(shop: SyntheticShop, folder: Path) -> Cleaned:
    source = read_source(write_shop(shop, folder)["transactions"])
    now = datetime(2026, 1, 15, tzinfo=UTC)
    return clean(source, Shop("Europe/London", "GBP"), "load-1", now)


def test_the_ledger_finds_exactly_the_dirt_that_was_planted(
    shop: SyntheticShop, tmp_path: Path
) -> None:
    ledger = cleaned_from(shop, tmp_path).ledger
    planted = shop.planted
    assert ledger.rows_in == len(shop.transactions)
    assert ledger.fixed_reasons == {r: n for r, n in planted.items() if r in FIXED_REASONS}
    assert ledger.dropped_reasons == {r: n for r, n in planted.items() if r in DROPPED_REASONS}
    assert set(planted) == {
        "missing customer id", "id written as float", "padded text", "lower-case product code",
        "country alias", "zero price", "negative price", "test row", "exact duplicate",
        "postage line", "cancelled line", "missing date", "unparsable date", "missing quantity",
        "zero quantity", "missing price", "positive quantity on a cancelled order",
    }  # fmt: skip


def test_postage_and_cancelled_lines_are_kept_and_counted(
    shop: SyntheticShop, tmp_path: Path
) -> None:
    rows = pl.DataFrame(cleaned_from(shop, tmp_path).rows)
    assert rows.filter(line_kind="fee").height == shop.planted["postage line"]
    cancelling = rows.filter(pl.col("order_id").str.starts_with("C"))
    assert cancelling.height == shop.planted["cancelled line"]
    assert (cancelling["line_kind"] == "return").all()


def test_a_cancelled_order_is_negated_line_by_line_some_minutes_later(
    shop: SyntheticShop, tmp_path: Path
) -> None:
    rows = pl.DataFrame(cleaned_from(shop, tmp_path).rows)
    cancelling = rows.filter(pl.col("order_id").str.starts_with("C"))
    pairs = cancelling.with_columns(pl.col("order_id").str.strip_prefix("C")).join(
        rows, on=["order_id", "line", "customer_id", "product_id"], suffix="_sold"
    )
    assert pairs.height == cancelling.height
    assert (pairs["quantity"] == -pairs["quantity_sold"]).all()
    minutes = (pairs["occurred_at"] - pairs["occurred_at_sold"]).dt.total_minutes()
    assert minutes.is_between(1, 60).all()


def test_dirt_adds_to_what_customers_bought_and_changes_none_of_it(
    shop: SyntheticShop, tidy: SyntheticShop, tmp_path: Path
) -> None:
    what = ["customer_id", "occurred_at", "product_id", "quantity", "unit_price", "line"]
    dirty_rows = pl.DataFrame(cleaned_from(shop, tmp_path / "dirty").rows).select(what)
    tidy_rows = pl.DataFrame(cleaned_from(tidy, tmp_path / "tidy").rows).select(what)
    assert tidy_rows.join(dirty_rows, on=what, how="anti").height == 0


def test_a_shop_without_dirt_passes_unchanged(tidy: SyntheticShop, tmp_path: Path) -> None:
    ledger = cleaned_from(tidy, tmp_path).ledger
    assert ledger.kept == ledger.rows_in == len(tidy.transactions)
    assert tidy.planted == {}


def test_an_order_number_belongs_to_one_moment_customer_and_country(shop: SyntheticShop) -> None:
    orders = shop.transactions.with_columns(
        pl.col("customer_id").str.strip_suffix(".0"),
        pl.col("country").replace({"EIRE": "Ireland", "RSA": "South Africa",
                                   "USA": "United States"}),
    ).group_by("order_id").agg(
        pl.col("occurred_at", "customer_id", "country", "channel").n_unique()
    )  # fmt: skip
    assert orders.select(pl.exclude("order_id").max()).row(0) == (1, 1, 1, 1)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_shop(make_shop(40, seed), tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.csv"))
    assert [str(file) for file in files] == [
        "customers.csv", "events.csv", "texts.csv", "transactions.csv",
        "truth/customers.csv", "truth/planted.csv", "truth/texts.csv",
    ]  # fmt: skip
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
        assert (tmp_path / "a" / file).read_bytes() != (tmp_path / "c" / file).read_bytes()


def test_every_customer_orders_within_the_stretch_and_never_after_leaving(
    tidy: SyntheticShop,
) -> None:
    sales = tidy.transactions.filter(pl.col("quantity") > 0).with_columns(
        day=pl.col("occurred_at").str.slice(0, 10).str.to_date()
    )
    last = sales.group_by("customer_id").agg(pl.col("day").max())
    known = tidy.truth.join(last, on="customer_id")
    assert known.height == CUSTOMERS == tidy.customers.height
    left = known.filter(pl.col("death_date").is_not_null())
    assert (left["day"] == left["death_date"]).all()
    assert sales["day"].is_between(date(2024, 1, 1), date(2025, 12, 31)).all()


def test_eight_kinds_of_customers_differ_as_they_are_meant_to(tidy: SyntheticShop) -> None:
    orders = tidy.transactions.filter(pl.col("quantity") > 0).group_by("customer_id").agg(
        pl.col("order_id").n_unique().alias("orders"),
        pl.col("unit_price").cast(pl.Float64).mean().alias("price"),
        pl.col("occurred_at").str.slice(5, 2).is_in(["11", "12"]).mean().alias("christmas"),
    )  # fmt: skip
    back = tidy.transactions.group_by("customer_id").agg((pl.col("quantity") < 0).mean())
    typical = (
        tidy.truth.join(orders, on="customer_id")
        .join(back, on="customer_id")
        .group_by("segment")
        .agg(pl.col("orders").median(), pl.col("price", "christmas", "quantity").mean())
    )
    assert typical.height == 8

    def leader(column: str) -> str:
        return str(typical.sort(column, descending=True)["segment"][0])

    assert [leader(c) for c in ("orders", "price", "christmas", "quantity")] == [
        "champions", "big_ticket", "seasonal", "returner",
    ]  # fmt: skip
    assert typical.filter(segment="one_and_done")["orders"][0] == 1
    assert set(tidy.truth.filter("drift")["segment"]) == {"champions", "loyal"}


def test_a_promotion_shows_as_a_discount_of_a_fifth(tidy: SyntheticShop) -> None:
    day = pl.col("occurred_at").str.slice(0, 10).str.to_date() - date(2024, 1, 1)
    sales = tidy.transactions.filter(pl.col("quantity") > 0).with_columns(
        promoted=day.dt.total_days() % 60 >= 52
    )
    assert sales.filter(~pl.col("promoted"))["discount"].sum() == 0
    given = sales.filter(pl.col("discount") > 0)
    assert given.height > 0
    price, off = (given[name].cast(pl.Float64) for name in ("unit_price", "discount"))
    assert ((off - 0.2 * price).abs() <= 0.0051).all()


def test_events_and_texts_speak_of_known_customers_and_products(tidy: SyntheticShop) -> None:
    products = set(tidy.transactions["product_id"])
    people = set(tidy.customers["customer_id"])
    assert set(tidy.events["action"]) == {"view", "cart", "abandoned_cart"}
    assert set(tidy.texts["source"]) == {"review", "transcript", "social"}
    assert set(tidy.texts.filter(source="review")["rating"]) == {1, 2, 3, 4, 5}
    assert tidy.texts.filter(pl.col("source") != "review")["rating"].is_null().all()
    assert set(tidy.texts["product_id"]) <= products
    for table in (tidy.events, tidy.texts):
        assert set(table["customer_id"]) <= people
        assert table["occurred_at"].is_sorted()
    assert not tidy.texts["text"].str.contains(r"[{}]").any()


def test_customers_have_attributes_and_few_opted_out(tidy: SyntheticShop) -> None:
    assert tidy.customers.columns == [
        "customer_id", "age", "gender", "country", "city", "income", "lifestyle",
        "brand_preference", "value_sensitivity", "signup_date", "opted_out",
    ]  # fmt: skip
    assert tidy.customers["age"].is_between(18, 90).all()
    assert 0 < tidy.customers["opted_out"].sum() < CUSTOMERS * 0.04


@pytest.mark.parametrize("seed", [0, 3])
def test_a_shop_of_one_customer_can_be_made(seed: int, tmp_path: Path) -> None:
    shop = make_shop(1, seed)
    ledger = cleaned_from(shop, tmp_path).ledger
    assert shop.customers.height == 1 and ledger.kept + ledger.fixed >= 1


def test_an_impossible_shop_is_refused() -> None:
    with pytest.raises(BadInput, match="A shop of 0 customers"):
        make_shop(0, seed=1)
    with pytest.raises(BadInput, match="The seed is -1"):
        make_shop(1, seed=-1)
    with pytest.raises(BadInput, match="open for 2 days"):
        make_shop(1, seed=1, start=date(2024, 1, 1), end=date(2024, 1, 2))
