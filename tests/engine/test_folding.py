import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from engine.features import (
    feature_table,
    full_feature_table,
    offered_features,
    open_records,
    open_transactions,
)
from engine.features.assortment import look_over
from engine.features.definition import Definition
from engine.features.lines import (
    DISCOUNTS,
    HABITS,
    LINES,
    channel_columns,
    channel_definitions,
)
from engine.features.products import category_columns, category_definitions
from engine.folding import (
    add_sums,
    fold,
    goods_of,
    kept_orders,
    line_sums,
    live_features,
    live_rows,
    live_schema,
    orders_of,
    sum_features,
)
from engine.records import record_schema
from tests.full_rows import Row, day, row
from tests.shops import Line, at, transactions, write

TODAY = at("2024-03-01")
NOBODY = pl.DataFrame(schema=live_schema())


class Folded:
    """Live rows and known orders, kept as a store keeps them."""

    def __init__(self) -> None:
        self.rows = NOBODY
        self.orders: set[tuple[str, str]] = set()

    def take(self, batch: pa.Table) -> None:
        goods = goods_of(batch)
        orders = orders_of(goods)
        new = [pair not in self.orders for pair in orders.rows()]
        self.orders |= set(orders.rows())
        known = self.rows.join(goods, "customer_id", how="semi")
        folded = fold(goods, known, orders.filter(pl.Series(new, dtype=pl.Boolean)))
        others = self.rows.join(folded, "customer_id", how="anti")
        self.rows = pl.concat([others, folded]).sort("customer_id")

    def mend(self, table: pa.Table) -> None:
        """What a sweep does with dirty rows."""
        dirty = set(self.rows.filter(pl.col("dirty") == 1)["customer_id"])
        with tempfile.TemporaryDirectory() as folder:
            files = write(table, Path(folder))
            with open_transactions(files) as records:
                exact = pl.DataFrame(live_rows(records).to_pyarrow())
                orders = pl.DataFrame(kept_orders(records).to_pyarrow())
        exact = exact.filter(pl.col("customer_id").is_in(dirty))
        others = self.rows.filter(pl.col("dirty") == 0)
        self.rows = pl.concat([others, exact]).sort("customer_id")
        self.orders = {pair for pair in self.orders if pair[0] not in dirty}
        self.orders |= {pair for pair in orders.rows() if pair[0] in dirty}


def folded(lines: Sequence[Line]) -> pl.DataFrame:
    state = Folded()
    state.take(transactions(list(lines)))
    return state.rows


def test_sums_and_days_of_a_batch() -> None:
    rows = folded(
        [
            ("o1", "anna", "2024-01-05 10:00", "P", 2, "1.50"),
            ("o1", "anna", "2024-01-05 10:00", "Q", 1, "2.00"),
            ("o2", "anna", "2024-01-03 10:00", "P", 1, "1.00"),
            ("o3", "ben", "2024-01-04 10:00", "POST", 1, "9.00"),
            ("o4", None, "2024-01-04 10:00", "P", 1, "9.00"),
        ]
    )
    # Only anna: a fee makes no customer, a guest has no row.
    assert rows["customer_id"].to_list() == ["anna"]
    assert rows.select("orders", "revenue", "dirty").rows() == [(2, 600, 0)]
    table = live_features(rows, TODAY.local_date)
    assert table.loc["anna"].to_dict() == {
        "recency": 56, "frequency": 2, "monetary": 600, "tenure": 58
    }  # fmt: skip


def test_a_return_soon_after_a_sale_makes_dirty_and_a_late_one_does_not() -> None:
    sale: Line = ("o1", "anna", "2024-01-05 10:00", "P", 2, "1.50")
    soon = folded([sale, ("c1", "anna", "2024-01-07 10:00", "P", -2, "1.50")])
    late = folded([sale, ("c1", "anna", "2024-01-17 10:00", "P", -2, "1.50")])
    assert soon.select("orders", "revenue", "dirty").rows() == [(1, 0, 1)]
    assert late.select("orders", "revenue", "dirty").rows() == [(1, 0, 0)]


def test_a_sale_that_comes_after_its_return_makes_dirty() -> None:
    state = Folded()
    state.take(transactions([("c1", "anna", "2024-01-07 10:00", "P", -2, "1.50")]))
    assert state.rows["dirty"].to_list() == [0]
    state.take(transactions([("o1", "anna", "2024-01-05 10:00", "P", 2, "1.50")]))
    assert state.rows["dirty"].to_list() == [1]


START = datetime(2024, 1, 1, tzinfo=UTC)
SALES_AT_RANDOM = st.lists(
    st.builds(
        lambda order, customer, minutes, product, quantity: (
            f"{customer}{order}",
            customer,
            (START + timedelta(minutes=minutes, microseconds=minutes)).isoformat(),
            product,
            float(quantity),
            "1.25",
        ),
        st.integers(1, 3),
        st.sampled_from(["anna", "ben", "cleo", None]),
        st.integers(0, 12 * 24 * 60),
        st.sampled_from(["P", "Q", "POST"]),
        st.sampled_from([1, 1, 2, -1, -2]),
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None, max_examples=60)
@given(lines=SALES_AT_RANDOM, data=st.data())
def test_a_shuffled_and_split_shop_folds_to_the_feature_table(
    lines: list[Line], data: st.DataObject
) -> None:
    """After each part: who is not dirty has the batch's features, and after a sweep everybody."""
    table = transactions(lines)
    shuffled = table.take(data.draw(st.permutations(range(len(table)))))
    state, taken = Folded(), 0
    while taken < len(table):
        size = data.draw(st.integers(1, len(table) - taken))
        state.take(shuffled.slice(taken, size))
        taken += size
        so_far = shuffled.slice(0, taken)
        with (
            tempfile.TemporaryDirectory() as folder,
            open_transactions(write(so_far, Path(folder))) as records,
        ):
            batch = feature_table(records, TODAY)
        clean = state.rows.filter(pl.col("dirty") == 0)
        live = live_features(clean, TODAY.local_date)
        wanted = batch[batch.index.isin(clean["customer_id"])]
        assert_frame_equal(live, wanted, check_index_type=False, check_dtype=False)
        if data.draw(st.booleans()):
            state.mend(so_far)
            live = live_features(state.rows, TODAY.local_date)
            assert_frame_equal(live, batch, check_index_type=False, check_dtype=False)


def test_sums_over_lines_by_hand() -> None:
    lines = [
        row(1, "o1", "anna", day("2024-01-06 10:00"), "P", 2, "5.00", "1.00"),  # a Saturday
        row(2, "o2", "anna", day("2024-01-08 20:00"), "P", 1, "10.00"),
        row(3, "c2", "anna", day("2024-01-09 09:00"), "P", -1, "10.00"),
        row(4, "o3", "anna", day("2024-01-09 09:00"), "POST", 1, "4.00"),
        row(5, "o4", None, day("2024-01-09 09:00")),
    ]
    sums = line_sums(pa.Table.from_pylist(lines, schema=record_schema()))
    found = sum_features(sums, (*LINES, *DISCOUNTS, *HABITS)).row(0, named=True)
    assert found == {
        "customer_id": "anna", "lines_sold": 2, "lines_returned": 1, "lines": 3,
        "return_share": 1 / 3, "discount_share": 0.5, "average_discount": 0.1,
        "weekend_share": 0.5, "morning_share": 0.5, "evening_share": 0.5, "hour_spread": 5.0,
    }  # fmt: skip


LINES_AT_RANDOM = st.lists(
    st.builds(
        lambda customer, minutes, product, quantity, discount, category, channel: row(
            0, "o", customer, START + timedelta(minutes=minutes), product, quantity, "1.30",
            discount, category, channel,
        ),
        st.sampled_from(["anna", "ben", None]),
        st.integers(0, 60 * 24 * 60 - 1),  # before TODAY, which the batch looks from
        st.sampled_from(["P", "Q", "POST"]),
        st.sampled_from([1, 1, 2, 3, -2]),
        st.sampled_from([None, "0.00", "0.25"]),
        st.sampled_from([None, "tea", "cups"]),
        st.sampled_from([None, "Web", "web", "shop"]),
    ),
    min_size=1,
    max_size=20,
)  # fmt: skip


@settings(deadline=None, max_examples=15)
@given(lines=LINES_AT_RANDOM, data=st.data())
def test_sums_of_a_shuffled_and_split_shop_are_every_feature_declared_sums(
    lines: list[Row], data: st.DataObject
) -> None:
    numbered = [one | {"event_id": f"{number:032x}"} for number, one in enumerate(lines)]
    table = pa.Table.from_pylist(numbered, schema=record_schema())
    with (
        tempfile.TemporaryDirectory() as folder,
        open_records({"transactions": write(table, Path(folder))}) as records,
    ):
        known = records.until(TODAY)
        assortment = look_over(known.sales)
        channels = channel_columns(assortment).all
        categories = category_columns(assortment).all
        definitions: list[Definition] = [
            *LINES, *DISCOUNTS, *HABITS,
            *channel_definitions(channels), *category_definitions(categories),
        ]  # fmt: skip
        declared = {one.name for one in offered_features(records, TODAY) if one.live == "sums"}
        names = [one.name for one in definitions]
        assert declared - {"frequency", "monetary"} <= set(names)
        batch = full_feature_table(records, TODAY, names=names).frame[names]
    shuffled = table.take(data.draw(st.permutations(range(len(table)))))
    sums, taken = pl.DataFrame(), 0
    while taken < len(table):
        size = data.draw(st.integers(1, len(table) - taken))
        sums = add_sums(sums, line_sums(shuffled.slice(taken, size), channels, categories))
        taken += size
    folded = sum_features(sums, definitions).to_pandas().set_index("customer_id")
    assert_frame_equal(
        folded.loc[batch.index], batch, check_index_type=False, check_dtype=False, rtol=1e-9
    )
