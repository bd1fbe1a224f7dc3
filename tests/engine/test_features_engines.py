"""One expression, several engines: counts and money are the same, ratios to 1e-9."""

from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.errors import NotPossible
from engine.features import FeatureTable, Records, full_feature_table, open_records
from engine.records import RecordKind, record_schema
from evals.peers.postgres import PostgresServer
from evals.peers.spark import fetch_spark
from tests.full_rows import six_customers
from tests.shops import at

MOMENT = at("2024-04-02", "Europe/London")
SEASONS = ["year_end_lean", "april_lean"]  # asked for by name: the shop is young
Tables = dict[RecordKind, pa.Table]
QUICK_SPARK = {
    "ui.enabled": "false",
    "ui.showConsoleProgress": "false",
    "sql.session.timeZone": "UTC",
    "sql.shuffle.partitions": "1",
    "sql.codegen.wholeStage": "false",
    "sql.codegen.factoryMode": "NO_CODEGEN",
    "driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return {
        kind: pa.Table.from_pylist(rows, schema=record_schema(kind))
        for kind, rows in six_customers().items()
    }


@pytest.fixture(scope="module")
def files(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> dict[RecordKind, list[str]]:
    folder = tmp_path_factory.mktemp("records")
    for kind, table in tables.items():
        pq.write_table(table, folder / f"{kind}.parquet")
    return {kind: [str(folder / f"{kind}.parquet")] for kind in tables}


@pytest.fixture(scope="module")
def wanted(files: dict[RecordKind, list[str]]) -> Iterator[FeatureTable]:
    with open_records(files) as records:
        yield full_feature_table(records, MOMENT)


@pytest.fixture(scope="module")
def wanted_seasons(files: dict[RecordKind, list[str]]) -> FeatureTable:
    with open_records(files) as records:
        return full_feature_table(records, MOMENT, names=SEASONS)


def check_same(found: FeatureTable, wanted: FeatureTable) -> None:
    assert found.features == wanted.features
    assert list(found.frame.index) == list(wanted.frame.index) == ["anna", "ben", "cleo", "eve"]
    for feature in wanted.features:
        ours, theirs = wanted.frame[feature.name], found.frame[feature.name]
        assert theirs.isna().tolist() == ours.isna().tolist(), feature.name
        exact = feature.unit in ("word", "count", "days") or ours.dtype.kind in "iu"
        pairs: list[tuple[Any, Any]] = list(zip(theirs.dropna(), ours.dropna(), strict=True))
        for a, b in pairs:
            if exact and feature.name != "gap_mean":
                assert a == b, feature.name
            else:
                assert float(a) == pytest.approx(float(b), rel=1e-9), feature.name


@pytest.mark.full
def test_postgres_agrees(
    tables: Tables, wanted: FeatureTable, wanted_seasons: FeatureTable
) -> None:
    import ibis

    with PostgresServer() as server, ExitStack() as stack:
        connection = ibis.connect(server.url)
        stack.callback(connection.disconnect)
        made: dict[str, Any] = {
            kind: connection.create_table(kind, table) for kind, table in tables.items()
        }
        check_same(full_feature_table(Records(**made), MOMENT), wanted)
        seasons = full_feature_table(Records(**made), MOMENT, names=SEASONS)
        check_same(seasons, wanted_seasons)


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="PySpark is installed")
def test_spark_that_is_not_installed_is_told(files: dict[RecordKind, list[str]]) -> None:
    with (
        pytest.raises(NotPossible, match="needs PySpark, which is not installed. Install it"),
        open_records(files, engine="spark"),
    ):
        pass


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session for tiny tables, which `open_records` takes: one thread, nothing compiled."""
    if find_spec("pyspark") is None:
        try:
            monkeypatch.syspath_prepend(fetch_spark())
        except NotPossible as error:
            pytest.skip(str(error))
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[1]")
    for name, value in QUICK_SPARK.items():
        session = session.config(f"spark.{name}", value)
    session.getOrCreate()


@pytest.mark.full
@pytest.mark.filterwarnings("ignore")  # PySpark 4 speaks of pandas 3 in several ways
@pytest.mark.usefixtures("spark")
def test_spark_agrees(
    files: dict[RecordKind, list[str]], wanted: FeatureTable, wanted_seasons: FeatureTable
) -> None:
    names = [feature.name for feature in (*wanted.features, *wanted_seasons.features)]
    with open_records(files, engine="spark") as records:
        found = full_feature_table(records, MOMENT, names=names)
    assert {feature.name for feature in found.features} == set(names)
    for right in (wanted, wanted_seasons):
        check_same(FeatureTable(found.frame, right.features), right)
