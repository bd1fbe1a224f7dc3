"""Source rows to what is said of customers: typed columns, and all else as attributes.

Every row is kept, also several of one customer: a reader takes the newest by `occurred_at`, and
among equals the last. A value that cannot be read is left out and the row marked.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.cleaning import rules as named
from engine.cleaning.cells import Cells
from engine.cleaning.mending import mend_countries, mend_ids
from engine.cleaning.moments import read_distinct
from engine.cleaning.numbers import read_numbers
from engine.cleaning.rules import CleaningRules
from engine.cleaning.words import GENDERS, TRUTHS, meant, unlike
from engine.cleaning.worked import Worked, cells_of, first_reason, optional_moments, place_of_choice
from engine.concepts import Shop
from engine.errors import NeedsChoice
from engine.reading import Source

if TYPE_CHECKING:
    import polars as pl

_TEXTS = ("name", "email", "phone", "city", "region", "postcode")
_NUMBERS = ("age", "income")
_DAYS = ("birth_date", "signup_date")
_OLDEST = 120  # years; an age beyond is no age
_NUMBER = r"^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$"  # 007 and longer runs of digits are codes


def work_customers(source: Source, shop: Shop, now: datetime, rules: CleaningRules) -> Worked:
    import polars as pl

    cells, padded = cells_of(source)
    customers, floats = mend_ids(cells["customer_id"])
    countries, aliases = mend_countries(cells.get("country", _absent(source)))
    moments, assumed = optional_moments(cells, source, shop.zone, rules)
    typed, unread, other_words = _typed(cells, source, shop, rules, now)
    rows = pl.DataFrame([
        moments["moment"], padded,
        *(cells[name].texts().alias(name) for name in _TEXTS if name in cells),
        *typed.values(),
    ]).with_columns(
        (unread | moments["unread"]).alias(named.UNREAD_VALUE),
        other_words.alias(named.OTHER_WORD),
        floats.alias(named.FLOAT_ID),
        aliases.alias(named.COUNTRY_ALIAS),
        customers.texts().alias("customer_id"),
        countries.texts().alias("country"),
        _attributes(source),
    )  # fmt: skip
    applies = {named.NO_CUSTOMER: pl.col("customer_id").is_null()}
    rows = rows.with_columns(first_reason(applies, rules))
    repeated = int((customers.codes.drop_nulls().value_counts()["count"] > 1).sum())
    noted = {named.SEVERAL_ROWS: repeated} if repeated else {}
    return Worked(rows, shop, assumed, noted)


def _absent(source: Source) -> Cells:
    return Cells.absent("", len(source.table))


def _typed(
    cells: Mapping[str, Cells], source: Source, shop: Shop, rules: CleaningRules, now: datetime
) -> tuple[dict[str, "pl.Series"], "pl.Series", "pl.Series"]:
    """The typed columns, rows with a value left out, rows with another word for the same."""
    import polars as pl

    found = _numbers(cells, source, rules) | _days(cells, source, shop, rules, now)
    other = pl.repeat(False, len(source.table), dtype=pl.Boolean, eager=True)
    if "gender" in cells:
        genders = meant(cells["gender"], GENDERS)
        found["gender"] = cells["gender"].spread(genders)
        other = other | cells["gender"].marked(unlike(cells["gender"].values, genders))
    unread = pl.repeat(False, len(source.table), dtype=pl.Boolean, eager=True)
    for name, values in found.items():
        unread = unread | (cells[name].codes.is_not_null() & values.is_null())
    for name in ("opted_out", "consent"):
        if name in cells and "opted_out" not in found:
            truths = meant(cells[name], TRUTHS) == "true"
            unread = unread | cells[name].marked(truths.is_null())
            said = cells[name].spread(truths)
            # Consent that cannot be read was not given.
            given = said if name == "opted_out" else ~said
            found["opted_out"] = given.set(cells[name].codes.is_not_null() & given.is_null(), True)
    return {name: values.alias(name) for name, values in found.items()}, unread, other


def _numbers(
    cells: Mapping[str, Cells], source: Source, rules: CleaningRules
) -> dict[str, "pl.Series"]:
    import polars as pl

    columns = {name: cells[name] for name in _NUMBERS if name in cells}
    try:
        numbers, _ = read_numbers(columns, rules.decimal)
    except NeedsChoice as error:
        raise place_of_choice(error, source, columns) from error
    values = {name: found.value.cast(pl.Float64) for name, found in numbers.items()}
    if "age" in values:
        age = values["age"]
        values["age"] = age.set(~age.is_between(0, _OLDEST), None)
    return {name: columns[name].spread(value) for name, value in values.items()}


def _days(
    cells: Mapping[str, Cells], source: Source, shop: Shop, rules: CleaningRules, now: datetime
) -> dict[str, "pl.Series"]:
    """Days on the shop's calendar; a day after tomorrow is none, nor a birth 120 years ago."""
    found = {}
    for name in (column for column in _DAYS if column in cells):
        try:
            moments, _ = read_distinct(cells[name].values, shop.zone, rules.dates)
        except NeedsChoice as error:
            raise place_of_choice(error, source, {name: cells[name]}) from error
        days = moments.dt.convert_time_zone(shop.zone).dt.date()
        first = (now - timedelta(days=366 * _OLDEST)).date()
        possible = days.is_between(first, (now + timedelta(days=1)).date())
        found[name] = cells[name].spread(days.set(~possible, None))
    return found


# ---- everything else -----------------------------------------------------------------------------


def _attributes(source: Source) -> "pl.Series":
    """One JSON object a row of the columns that are none of ours, in the order of their names."""
    import polars as pl

    names = sorted(name for name in source.table.columns if name not in source.mapping)
    parts = [_pairs(name, source.table[name]) for name in names]
    if not parts:
        return pl.repeat(None, len(source.table), dtype=pl.String, eager=True).alias("attributes")
    joined = pl.DataFrame(parts).select(
        pl.concat_str(pl.all(), separator=", ", ignore_nulls=True).alias("joined")
    )
    filled = pl.when(pl.col("joined") != "").then(pl.concat_str(pl.lit("{"), "joined", pl.lit("}")))
    return joined.select(filled.alias("attributes"))["attributes"]


def _pairs(name: str, column: "pl.Series") -> "pl.Series":
    """`"name": value` of each row as JSON; null where there is none."""
    import polars as pl

    cells, _ = Cells.of(column).trimmed()
    numeric = cells.values.str.contains(_NUMBER)
    values = [
        f"{json.dumps(name)}: {text if number else json.dumps(text, ensure_ascii=False)}"
        for text, number in zip(cells.values, numeric, strict=True)
    ]
    return cells.spread(pl.Series(name, values, dtype=pl.String)).alias(name)
