"""What kind of records a source holds, by what its columns can be and by what stands in them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.errors import BadInput, NotFound
from engine.reading.columns import Recognised, recognise
from engine.reading.contents import Contents
from engine.reading.exports import known_export
from engine.reading.needs import missing_columns, needed_columns, targets
from engine.reading.rows import listed
from engine.records import COLUMNS, RecordKind

if TYPE_CHECKING:
    import polars as pl

_OF_A_PERSON = (
    "name", "email", "phone", "gender", "age", "birth_date", "income", "city", "region",
    "postcode", "signup_date", "opted_out", "consent",
)  # fmt: skip
_OF_AN_ORDER = ("order_id", "product_id", "product", "quantity")
_SURELY_ACTIONS = 0.5  # share of cells that are known actions


def choose_kind(
    table: "pl.DataFrame", measured: Mapping[str, Contents], wanted: Mapping[str, str], where: str
) -> tuple[Recognised, BadInput | None]:
    """The columns as those of the likeliest kind, and the question to ask when two are likely."""
    export = known_export(measured)
    kinds = [export.kind] if export else _possible(wanted)
    read = {kind: recognise(measured, wanted, kind, where) for kind in kinds}
    whole = {kind: found for kind, found in read.items() if not _lacks(found)}
    if "events" in whole and _tells_actions(whole, measured):
        return whole["events"], None
    if "transactions" in whole:
        return _sale_or_else(table, whole, read, measured, where)
    if "texts" in whole and not _is_of_people(table, read):
        return whole["texts"], None
    if "customers" in whole and (_is_of_people(table, read) or "transactions" not in read):
        return whole["customers"], None
    rest = [found for kind, found in read.items() if kind != "customers"] or [*read.values()]
    return max(rest, key=_served), None


def require_kind(kind: str) -> None:
    if kind not in COLUMNS:
        raise NotFound.named("kind of records", kind, COLUMNS)


def _possible(wanted: Mapping[str, str]) -> list[RecordKind]:
    """Kinds that have all columns the person named; all four when none has, to say which lacks."""
    fitting = [kind for kind in COLUMNS if set(wanted.values()) - {""} <= set(targets(kind))]
    return fitting or ["transactions"]


def _lacks(found: Recognised) -> tuple[str, ...]:
    return missing_columns(found.kind, found.mapping.values())


def _served(found: Recognised) -> float:
    return 1 - len(_lacks(found)) / len(needed_columns(found.kind))


def _tells_actions(
    whole: Mapping[RecordKind, Recognised], measured: Mapping[str, Contents]
) -> bool:
    mapping = whole["events"].mapping
    action = next(theirs for theirs, ours in mapping.items() if ours == "action")
    sold = whole["transactions"].mapping.values() if "transactions" in whole else ()
    is_invoice = "order_id" in sold and ("quantity" in sold or "total" in sold)
    return measured[action].action >= _SURELY_ACTIONS and not is_invoice or len(whole) == 1


def _sale_or_else(
    table: "pl.DataFrame",
    whole: Mapping[RecordKind, Recognised],
    read: Mapping[RecordKind, Recognised],
    measured: Mapping[str, Contents],
    where: str,
) -> tuple[Recognised, BadInput | None]:
    sale = whole["transactions"]
    if any(ours in sale.mapping.values() for ours in _OF_AN_ORDER):
        if not ("texts" in whole and _speaks(whole["texts"], measured) and _is_unpriced(sale)):
            return sale, None
        return whole["texts"], None
    person = _of_a_person(read, sale)
    if person and _one_row_each(table, sale):
        return sale, BadInput(
            f"{where} can be orders or a list of customers: every customer stands on one row, with "
            f"{listed(person)} beside a date and an amount.",
            "Say what its rows are: --kind transactions or --kind customers.",
        )
    if "texts" in whole and _speaks(whole["texts"], measured):
        return whole["texts"], None
    return sale, None


def _of_a_person(read: Mapping[RecordKind, Recognised], sale: Recognised) -> list[str]:
    """Columns that say something of a customer and nothing of a sale."""
    people = read.get("customers")
    said = people.mapping.items() if people else ()
    return [name for name, ours in said if ours in _OF_A_PERSON and name not in sale.mapping]


def _speaks(texts: Recognised, measured: Mapping[str, Contents]) -> bool:
    text = next(theirs for theirs, ours in texts.mapping.items() if ours == "text")
    return measured[text].words >= 5


def _is_unpriced(sale: Recognised) -> bool:
    """Without a quantity and an order, an amount beside a text is the price of what it is about."""
    return not {"quantity", "order_id"} & set(sale.mapping.values())


def _is_of_people(table: "pl.DataFrame", read: Mapping[RecordKind, Recognised]) -> bool:
    """One row a customer, or several things that are said of a person and no date of a sale."""
    people = read.get("customers")
    if people is None or _lacks(people):
        return False
    said = sum(ours in _OF_A_PERSON for ours in people.mapping.values())
    texts = read.get("texts")
    if texts is not None and not _lacks(texts) and said < 2:
        return False
    return said >= 2 or _one_row_each(table, people)


def _one_row_each(table: "pl.DataFrame", found: Recognised) -> bool:
    own = next(theirs for theirs, ours in found.mapping.items() if ours == "customer_id")
    ids = table[own].drop_nulls()
    return len(ids) > 1 and ids.n_unique() == len(ids)
