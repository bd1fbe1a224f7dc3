from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shops import transactions

from engine.consent import read_consent
from engine.profile import Correlation, profile_records, profile_table
from engine.records import record_schema


def test_every_column_has_a_type_and_its_missing_cells() -> None:
    found = profile_table(
        "customers",
        pl.DataFrame({
            "customer_id": ["1", "2", "3", "4"],
            "age": [31.0, None, 45.0, 52.0],
            "city": ["York", "York", None, "Hull"],
            "signup_date": [None, None, None, date(2025, 1, 31)],
            "region": [None, None, None, None],
        }),
    )  # fmt: skip
    assert found.types == {
        "customer_id": "id", "age": "numeric", "city": "categorical", "signup_date": "date",
        "region": "empty",
    }  # fmt: skip
    assert found.missing["age"] == {"count": 1, "share": 0.25}
    assert found.missing["region"] == {"count": 4, "share": 1.0}
    assert "region" not in found.distributions
    top = found.distributions["city"]["top"]
    assert top == [{"value": "York", "count": 2}, {"value": "Hull", "count": 1}]
    age = found.distributions["age"]
    assert (age["least"], age["median"], age["most"], age["distinct"]) == (31, 45, 52, 3)


def test_who_somebody_is_is_counted_and_never_shown() -> None:
    people = pl.DataFrame({
        "customer_id": ["c-9"], "name": ["Ada"], "email": ["ada@shop.example"], "phone": ["01"],
    })  # fmt: skip
    found = profile_table("customers", people)
    assert found.distributions == {name: {"distinct": 1} for name in people.columns}
    for secret in ("Ada", "ada@", "c-9"):
        assert secret not in str(found.to_json())


def test_a_histogram_counts_every_value_once() -> None:
    values = [float(n) for n in range(1000)] + [1e9]
    histogram = profile_table("customers", pl.DataFrame({"age": values})).distributions["age"][
        "histogram"
    ]
    assert sum(histogram["counts"]) + histogram["below"] + histogram["above"] == len(values)
    assert histogram["to"] < 1e9 and histogram["above"] >= 1


def test_one_value_alone_is_one_bar() -> None:
    found = profile_table("customers", pl.DataFrame({"age": [40.0] * 50, "income": [1.0] * 50}))
    assert found.distributions["age"]["histogram"]["counts"] == [50]
    assert found.correlations == ()  # a constant column has none


def test_correlations_come_strongest_first_over_the_rows_that_have_both() -> None:
    n = list(range(40))
    rows = {"age": n, "income": [x**3 for x in n], "visits": [(x * 17) % 40 for x in n]}
    people = pl.DataFrame(rows).with_columns(
        income=pl.when(pl.col("age") > 4).then(pl.col("income"))
    )
    strongest = profile_table("customers", people).correlations[0]
    assert strongest == Correlation("age", "income", pytest.approx(1.0), 35)


def test_records_are_read_from_their_files_with_attributes_as_columns(tmp_path: Path) -> None:
    lines = transactions([("1", "10", "2025-01-02 10:00", "A", 2, "3.50")])
    pq.write_table(lines, tmp_path / "sold.parquet")
    sold = profile_records("transactions", [str(tmp_path / "sold.parquet")])
    assert sold.rows == 1
    assert (sold.types["total_minor"], sold.types["weekday"]) == ("numeric", "categorical")
    said = [
        {"customer_id": "1", "attributes": '{"spending score": 39, "plan": "gold"}'},
        {"customer_id": "2", "attributes": None},
    ]
    people = pa.Table.from_pylist(said, schema=record_schema("customers"))
    pq.write_table(people, tmp_path / "people.parquet")
    found = profile_records("customers", [str(tmp_path / "people.parquet")])
    assert found.types["spending score"] == "numeric" and found.types["plan"] == "categorical"
    assert found.missing["plan"]["count"] == 1 and "attributes" not in found.types


def test_people_who_opted_out_are_not_described(tmp_path: Path) -> None:
    rows = [
        ("ann", 10.0, datetime(2025, 1, 1, tzinfo=UTC), True),
        ("ann", 11.0, datetime(2025, 2, 1, tzinfo=UTC), False),  # came back
        ("bob", 20.0, None, False),
        ("bob", 21.0, datetime(2025, 1, 1, tzinfo=UTC), True),
        ("cat", 30.0, None, None),
        ("dan", 40.0, None, True),
        ("dan", 41.0, None, False),  # equally new: the stricter one holds
    ]
    names = ["customer_id", "age", "occurred_at", "opted_out"]
    file = tmp_path / "customers.parquet"
    pl.DataFrame(
        rows, schema=names, orient="row",
        schema_overrides={"occurred_at": pl.Datetime("us", "UTC")},
    ).with_columns(load_id=pl.lit("load_1")).write_parquet(file)  # fmt: skip
    without = read_consent([str(file)], ["load_1"]).opted_out()
    assert without == {"bob", "dan"}
    found = profile_records("customers", [str(file)], without=without)
    assert (found.rows, found.left_out) == (3, 4)
    assert found.distributions["age"]["most"] == 30.0
