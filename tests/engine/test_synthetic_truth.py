"""What a synthetic shop says of itself is so: dirt, oddities, expectations, switches, pieces."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from engine.errors import BadInput
from engine.synthetic import Recipe, SyntheticShop, draw_shop, generate_shop

CUSTOMERS = 2500


@pytest.fixture(scope="module")
def shop() -> SyntheticShop:
    return draw_shop(Recipe(CUSTOMERS, seed=3, dirt=False))


@pytest.fixture(scope="module")
def plain() -> SyntheticShop:
    plain = Recipe(CUSTOMERS, 3, dirt=False, drift=False, anomalies=False, gender_bias=False)
    return draw_shop(plain)


def sales_of(shop: SyntheticShop, anomaly: str) -> pl.DataFrame:
    odd = shop.truth.filter(anomaly=anomaly)
    assert odd.height > 0
    known = shop.transactions.filter(pl.col("quantity") > 0)
    return known.join(odd, on="customer_id", how="semi")


def day() -> pl.Expr:
    return pl.col("occurred_at").str.slice(0, 10).str.to_date()


@pytest.mark.parametrize(
    ("reason", "shows"),
    [
        ("missing customer id", pl.col("customer_id").is_null()),
        ("id written as float", pl.col("customer_id").str.ends_with(".0")),
        ("padded text", pl.col("product").str.ends_with("  ")),
        ("lower-case product code", pl.col("product_id").str.contains("[a-z]")),
        ("zero price", pl.col("unit_price") == 0),
        ("negative price", pl.col("unit_price") < 0),
        ("missing price", pl.col("unit_price").is_null()),
        ("zero quantity", pl.col("quantity") == 0),
        ("missing quantity", pl.col("quantity").is_null()),
        ("missing date", pl.col("occurred_at").is_null()),
        ("unparsable date", pl.col("occurred_at").str.starts_with("0000")),
        ("postage line", pl.col("product_id") == "POST"),
        ("cancelled line", pl.col("order_id").str.starts_with("C")),
        ("country alias", pl.col("country").is_in(["EIRE", "RSA", "USA"])),
    ],
)
def test_every_planted_row_is_named_with_its_reason(reason: str, shows: pl.Expr) -> None:
    dirty = draw_shop(Recipe(80, seed=9), piece=30)
    planted = dirty.planted_rows.filter(reason=reason)["row"] - 1
    assert len(planted) == dirty.planted[reason] > 0
    assert dirty.transactions[planted].select(shows.fill_null(False).all()).item()


def test_an_exact_duplicate_is_the_row_before_once_more() -> None:
    dirty = draw_shop(Recipe(80, seed=9))
    at = dirty.planted_rows.filter(reason="exact duplicate")["row"] - 1
    assert dirty.transactions[at].equals(dirty.transactions[at - 1])


def test_what_the_oracle_expects_is_what_happens_on_the_average(shop: SyntheticShop) -> None:
    truth = shop.truth.with_columns(bought=pl.col("orders_after") > 0)
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.01)):
        band = truth.filter(pl.col("oracle_buys").is_between(low, high, closed="left"))
        chance = band["oracle_buys"].to_numpy()
        spread = (chance * (1 - chance)).sum() ** 0.5
        assert band.height > 50
        assert abs(band["bought"].sum() - chance.sum()) < 4 * spread
    assert 0.85 < float(truth["oracle_spend"].sum()) / float(truth["spend_after"].sum()) < 1.15


def test_who_has_left_orders_no_more(shop: SyntheticShop) -> None:
    gone = shop.truth.filter(pl.col("death_date").is_not_null())
    assert gone.height > 100
    assert gone["orders_after"].sum() == 0
    assert (gone["death_date"] <= date(2025, 12, 31)).all()


def test_those_who_slow_down_order_less_in_the_last_months(shop: SyntheticShop) -> None:
    steady = shop.truth.filter(
        pl.col("segment").is_in(["champions", "loyal"]), pl.col("death_date").is_null()
    )
    orders = shop.transactions.filter(pl.col("quantity") > 0).unique("order_id")
    late = orders.group_by("customer_id").agg((day() >= date(2025, 9, 3)).mean().alias("late"))
    shares = steady.join(late, on="customer_id").group_by("drift").agg(pl.col("late").mean())
    slowed, others = (shares.filter(drift=drift)["late"].item() for drift in (True, False))
    assert 0.2 < steady["drift"].mean() < 0.4  # type: ignore[operator]
    assert slowed < 0.5 * others


def test_bulk_fraud_is_one_order_of_many_pieces(shop: SyntheticShop) -> None:
    largest = sales_of(shop, "bulk_fraud").group_by("customer_id").agg(pl.col("quantity").max())
    assert (largest["quantity"] >= 12).all()
    honest = shop.transactions.join(
        shop.truth.filter(pl.col("anomaly").is_null()), on="customer_id", how="semi"
    )
    assert honest["quantity"].max() < 12  # type: ignore[operator]


def test_velocity_is_many_orders_in_one_day(shop: SyntheticShop) -> None:
    daily = sales_of(shop, "velocity").group_by("customer_id", day().alias("day")).agg(
        pl.col("order_id").n_unique()
    )  # fmt: skip
    assert (daily.group_by("customer_id").agg(pl.col("order_id").max())["order_id"] >= 10).all()


def test_abused_refunds_bring_most_back(shop: SyntheticShop) -> None:
    odd = shop.truth.filter(anomaly="refund_abuse")
    lines = shop.transactions.join(odd, on="customer_id", how="semi")
    assert 0.35 < (lines["quantity"] < 0).mean() < 0.5  # type: ignore[operator]
    back = lines.group_by("customer_id").agg((pl.col("quantity") < 0).sum())["quantity"]
    assert len(back) == len(odd) and (back >= 3).all()  # it shows in the records of every one


def test_the_dormant_come_back_after_most_of_a_year(shop: SyntheticShop) -> None:
    days = sales_of(shop, "dormant_reactivated").select("customer_id", day=day()).unique()
    gaps = days.sort("customer_id", "day").with_columns(
        gap=pl.col("day").diff().over("customer_id").dt.total_days()
    )
    assert (gaps.group_by("customer_id").agg(pl.col("gap").max())["gap"] >= 299).all()


def test_bots_view_hundreds_of_products_in_one_visit(shop: SyntheticShop) -> None:
    bots = shop.truth.filter(anomaly="bot_views")["customer_id"]
    visits = shop.events.group_by("session_id", "customer_id").len()
    long = visits.filter(pl.col("len") >= 300)
    assert set(long["customer_id"]) == set(bots)


def test_every_plant_can_be_left_out(plain: SyntheticShop) -> None:
    assert plain.truth["anomaly"].is_null().all()
    assert not plain.truth["drift"].any()
    assert plain.truth["discounted"].unique().to_list() == [1.0]
    assert plain.planted == {}


def test_a_biased_shop_gives_women_the_discount_half_as_often(
    shop: SyntheticShop, plain: SyntheticShop
) -> None:
    def ratio(of: SyntheticShop) -> float:
        day_number = (day() - date(2024, 1, 1)).dt.total_days()
        promoted = of.transactions.filter(day_number % 60 >= 52, pl.col("quantity") > 0)
        given = promoted.join(of.customers, on="customer_id").group_by("gender").agg(
            (pl.col("discount") > 0).mean()
        )  # fmt: skip
        women, men = (given.filter(gender=g)["discount"].item() for g in ("female", "male"))
        return float(women / men)

    assert 0.4 < ratio(shop) < 0.6
    assert ratio(plain) == 1


def test_texts_have_a_true_sentiment_topic_and_language() -> None:
    shop = draw_shop(Recipe(800, seed=4, languages=True, events=0))
    known = shop.texts.join(shop.text_truth, on="text_id", validate="1:1")
    assert known.height == shop.texts.height == shop.text_truth.height
    assert set(known["language"]) == {"en", "de", "fr", "es"}
    assert set(known["topic"]) == {"quality", "delivery", "price", "service"}
    stars = known.filter(source="review").group_by("sentiment").agg(pl.col("rating").unique())
    found = {sentiment: sorted(ratings) for sentiment, ratings in stars.iter_rows()}
    assert found == {"negative": [1, 2], "neutral": [3], "positive": [4, 5]}
    german = known.filter(language="de").join(shop.customers, on="customer_id")
    assert german["country"].unique().to_list() == ["Germany"]


def test_prices_are_in_the_currency_of_the_country() -> None:
    pounds = draw_shop(Recipe(200, seed=6, dirt=False))
    mixed = draw_shop(Recipe(200, seed=6, dirt=False, currencies=True))
    rate = mixed.transactions["currency"].replace_strict({"GBP": 1.0, "EUR": 0.85, "USD": 0.8})
    assert set(mixed.transactions["currency"]) == {"GBP", "EUR", "USD"}
    back = mixed.transactions["unit_price"].cast(pl.Float64) * rate
    assert ((back - pounds.transactions["unit_price"].cast(pl.Float64)).abs() <= 0.005).all()


def test_the_rates_are_written_beside_a_shop_of_several_currencies(tmp_path: Path) -> None:
    mixed = generate_shop(Recipe(20, seed=6, currencies=True), tmp_path / "mixed").files
    rates = pl.read_csv(mixed["rates"])
    assert dict(rates.iter_rows()) == {"EUR": 0.85, "USD": 0.8}
    assert "rates" not in generate_shop(Recipe(20, seed=6), tmp_path / "pounds").files


def test_fewer_events_are_kept_on_request(plain: SyntheticShop) -> None:
    few = draw_shop(Recipe(CUSTOMERS, 3, dirt=False, anomalies=False, events=0.1))
    assert 0.08 < few.events.height / plain.events.height < 0.12
    assert draw_shop(Recipe(100, 3, events=0)).events.height == 0
    assert (Recipe(1_000_000, 3).event_share, Recipe(50_000, 3).event_share) == (0.1, 1)


def test_a_more_difficult_shop_has_segments_less_apart() -> None:
    def apart(difficulty: float) -> float:
        shop = draw_shop(Recipe(1500, 8, dirt=False, difficulty=difficulty, events=0))
        price = shop.transactions.group_by("customer_id").agg(
            pl.col("unit_price").cast(pl.Float64).log().mean()
        )
        kinds = price.join(shop.truth, on="customer_id").group_by("segment")
        between = kinds.agg(pl.col("unit_price").mean())["unit_price"].std()
        return float(between)  # type: ignore[arg-type]

    assert apart(3.0) < 0.6 * apart(1.0)


def test_a_shop_written_in_pieces_shares_no_number_and_counts_its_rows(tmp_path: Path) -> None:
    seen: list[int] = []
    recipe = Recipe(50, seed=2)
    written = generate_shop(recipe, tmp_path / "csv", "csv", seen.append, piece=20)
    assert seen == [20, 40, 50]
    rows = pl.read_csv(written.files["transactions"], infer_schema=False)
    assert rows.height == written.transactions
    people = pl.read_csv(written.files["customers"])["customer_id"]
    assert people.is_unique().all() and people.to_list() == list(range(10_001, 10_051))
    orders = rows.select(
        pl.col("order_id"), pl.col("customer_id").str.strip_suffix(".0")
    ).unique()  # fmt: skip
    assert orders["order_id"].is_unique().all()
    for kind, key in (("events", "event_id"), ("texts", "text_id")):
        assert pl.read_csv(written.files[kind])[key].is_unique().all()
    planted = pl.read_csv(written.files["truth"] / "planted.csv")
    zero = rows[planted.filter(reason="zero price")["row"] - 1]
    assert set(zero["unit_price"]) == {"0.00"}


def test_parquet_holds_what_csv_holds(tmp_path: Path) -> None:
    recipe = Recipe(50, seed=2)
    text = generate_shop(recipe, tmp_path / "csv", piece=20).files
    columns = generate_shop(recipe, tmp_path / "parquet", "parquet", piece=20).files
    for kind in ("transactions", "customers", "events", "texts"):
        found = pl.read_parquet(columns[kind])
        found.write_csv(tmp_path / "again.csv")
        assert (tmp_path / "again.csv").read_bytes() == text[kind].read_bytes()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"difficulty": 0.0}, "The difficulty is 0"),
        ({"events": 1.5}, "The share of events is 1.5"),
    ],
)
def test_an_impossible_wish_is_refused(wish: dict[str, float], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Recipe(10, seed=1, **wish)  # type: ignore[arg-type]
