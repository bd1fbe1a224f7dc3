"""What is said of a customer: who they are, where they live, how they see things.

Of every column and every key of `attributes` the newest word that was known counts; a record that
says nothing of one leaves it as it was. The JSON is unpacked outside of the expression into a wide
table that joins it: numbers as numbers, all else as words.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.concepts import Moment
from engine.features.definition import Definition, Part
from engine.features.feature import Feature, Unit
from engine.features.records import Records
from engine.features.words import column_word

if TYPE_CHECKING:
    import polars as pl

MOST_ATTRIBUTES = 60  # of the keys of `attributes`, those known of most customers

_KNOWN = (
    Feature("gender", "gender", "word", None, "demographic", "sweep"),
    Feature("age", "age in years", "number", None, "demographic", "sweep"),
    Feature("income", "income per year, as the source counts it", "number", None, "demographic",
            "sweep"),
    Feature("home_country", "country where they live", "word", None, "geographic", "sweep"),
    Feature("region", "region where they live", "word", None, "geographic", "sweep"),
    Feature("city", "city where they live", "word", None, "geographic", "sweep"),
)  # fmt: skip
_COLUMNS = ("gender", "age", "birth_date", "income", "country", "region", "city")
_NAME_OF_KEY = "attribute_"  # before the name of a key that another feature has


@dataclass(frozen=True, eq=False)
class Attributes:
    """`taken`: names of other features, which a key of `attributes` cannot have."""

    records: Records
    moment: Moment
    taken: Collection[str]

    @cached_property
    def table(self) -> "pl.DataFrame":
        """customer_id and a column an attribute; one that nobody has is left out."""
        import polars as pl

        known = self._columns()
        keys = self._keys()
        wide = known.join(keys, "customer_id", how="left", maintain_order="left")
        kept = [column for column in wide.columns if wide[column].null_count() < wide.height]
        return wide.select(pl.col(kept))

    @property
    def definitions(self) -> tuple[Definition, ...]:
        known = {feature.name: feature for feature in _KNOWN}
        return tuple(
            Definition(known.get(name) or self._of_key(name))
            for name in self.table.columns
            if name != "customer_id"
        )

    def part(self) -> Part:
        import ibis

        columns = frozenset(self.table.columns) - {"customer_id"}
        return Part(
            columns, lambda asked: ibis.memtable(self.table.select("customer_id", *sorted(asked)))
        )

    def _of_key(self, name: str) -> Feature:
        spoken = name.removeprefix(_NAME_OF_KEY).replace("_", " ")
        unit: Unit = "number" if self.table[name].dtype.is_numeric() else "word"
        return Feature(name, f"{spoken}, as told", unit, None, "psychographic", "sweep")

    @cached_property
    def _records(self) -> "pl.DataFrame":
        """Oldest first; without a time: always known, so before all others."""
        import polars as pl

        columns = ["customer_id", "occurred_at", "load_id", "event_id", *_COLUMNS, "attributes"]
        found = pl.DataFrame(self.records.need("customers").select(columns).to_pyarrow())
        place = {load_id: number for number, load_id in enumerate(self.records.loads)}
        order = pl.col("load_id").replace_strict(place, default=len(place), return_dtype=pl.Int64)
        return (
            found.drop_nulls("customer_id")
            .with_columns(order=order)
            .sort("occurred_at", "order", "event_id", nulls_last=False)
        )

    def _columns(self) -> "pl.DataFrame":
        import polars as pl

        newest = self._records.group_by("customer_id").agg(
            pl.col(column).drop_nulls().last() for column in _COLUMNS
        )
        return newest.select(
            "customer_id",
            "gender",
            age=pl.coalesce(_age(self.moment), "age"),
            income=pl.col("income"),
            home_country=pl.col("country"),
            region=pl.col("region"),
            city=pl.col("city"),
        ).sort("customer_id")

    def _keys(self) -> "pl.DataFrame":
        """The keys of the JSON objects, wide: of each the newest value."""
        import polars as pl

        values: dict[str, dict[str, Any]] = {}
        names: dict[str, str] = {}  # the same few keys on every row
        told = self._records.select("customer_id", "attributes").drop_nulls()
        said = {text: _read(text) for text in told["attributes"].unique()}
        for customer_id, text in told.iter_rows():
            for key, value in said[text].items():
                if value is not None:
                    name = names.get(key) or names.setdefault(key, self._name(key))
                    values.setdefault(name, {})[customer_id] = value
        most = sorted(values, key=lambda name: (-len(values[name]), name))[:MOST_ATTRIBUTES]
        customers = self._records["customer_id"].unique().sort()
        return pl.DataFrame([customers, *(_column(name, customers, values[name])
                                          for name in sorted(most))])  # fmt: skip

    def _name(self, key: str) -> str:
        name = column_word(key)
        used = name in self.taken or name in {feature.name for feature in _KNOWN}
        return _NAME_OF_KEY + name if used or name[0].isdigit() else name


def _age(moment: Moment) -> "pl.Expr":
    """In whole years, from the day of birth."""
    import polars as pl

    today, born = moment.local_date, pl.col("birth_date").dt
    day_of_birth = born.month().cast(pl.Int32) * 100 + born.day()
    before_birthday = day_of_birth > today.month * 100 + today.day
    return (today.year - born.year() - before_birthday.cast(pl.Int32)).cast(pl.Float64)


def _read(text: str) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(text)
    return found


def _column(name: str, customers: "pl.Series", values: dict[str, Any]) -> "pl.Series":
    """Numbers if all of them are."""
    import polars as pl

    found = [values.get(customer_id) for customer_id in customers]
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values.values()):
        return pl.Series(name, [None if v is None else float(v) for v in found], pl.Float64)
    return pl.Series(name, [None if v is None else _word(v) for v in found], pl.String)


def _word(value: Any) -> str:
    import json

    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
