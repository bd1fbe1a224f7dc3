"""Which source column is which of ours: by exact name, or as the person says."""

from collections.abc import Mapping, Sequence

from engine.errors import BadInput, NotFound
from engine.records import TRANSACTION_COLUMNS

GIVEN: tuple[str, ...] = tuple(name for name, _, given, _ in TRANSACTION_COLUMNS if given)
NEEDED: tuple[str, ...] = ("occurred_at", "customer_id", "quantity", "unit_price")

# UCI Online Retail I and II, in the spellings of their workbooks and common copies.
_ONLINE_RETAIL = {
    "invoiceno": "order_id",
    "invoice": "order_id",
    "stockcode": "product_id",
    "description": "product",
    "invoicedate": "occurred_at",
    "unitprice": "unit_price",
    "price": "unit_price",
    "customerid": "customer_id",
    "customer id": "customer_id",
}
_BY_NAME: dict[str, str] = {name: name for name in GIVEN} | _ONLINE_RETAIL


def recognise(
    found: Sequence[str], wanted: Mapping[str, str] | None, where: str, need_all: bool = True
) -> dict[str, str]:
    """Source column -> our column; what the person wants comes first."""
    mapping = _as_wanted(found, wanted or {}, where)
    taken = set(mapping.values())
    for name in found:
        canonical = _BY_NAME.get(name.strip().casefold())
        if name not in mapping and canonical is not None and canonical not in taken:
            mapping[name] = canonical
    _refuse_rivals(found, mapping, taken, where)
    if need_all:
        _require_needed(found, mapping, where)
    return {name: mapping[name] for name in found if name in mapping}


def _as_wanted(found: Sequence[str], wanted: Mapping[str, str], where: str) -> dict[str, str]:
    for name, canonical in wanted.items():
        if name not in found:
            raise NotFound.named("column", name, found, where)
        if canonical not in GIVEN:
            raise NotFound.named("column", canonical, GIVEN, "the columns of a transaction")
    for canonical in set(wanted.values()):
        rivals = [name for name, meant in wanted.items() if meant == canonical]
        if len(rivals) > 1:
            raise BadInput(
                f"--map gives {canonical} two columns of {where}: {_listed(rivals)}.",
                "Map only one of them.",
            )
    return dict(wanted)


def _refuse_rivals(
    found: Sequence[str], mapping: Mapping[str, str], settled: set[str], where: str
) -> None:
    """Two columns that both look like one of ours, with no word from the person."""
    for canonical in set(mapping.values()) - settled:
        rivals = [name for name in found if _BY_NAME.get(name.strip().casefold()) == canonical]
        unclaimed = [name for name in rivals if mapping.get(name, canonical) == canonical]
        if len(unclaimed) > 1:
            raise BadInput(
                f"{where} has {len(unclaimed)} columns that could be {canonical}: "
                f"{_listed(unclaimed)}.",
                f'Say which: --map "{unclaimed[0]}={canonical}".',
            )


def _require_needed(found: Sequence[str], mapping: Mapping[str, str], where: str) -> None:
    missing = [name for name in NEEDED if name not in mapping.values()]
    if not missing:
        return
    free = [name for name in found if name not in mapping]
    example = free[0] if free else "Their column"
    message = (
        f"{where} has no column recognised as {_and(missing)}. Columns found: {_listed(found)}."
    )
    hint = f'Say which column is which: --map "{example}={missing[0]}".'
    if len(found) == 1 and any(mark in found[0] for mark in ";\t|"):
        hint = "The file seems not to be separated by commas: save it as comma-separated CSV."
    raise BadInput(message, hint)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:30])
    return shown + (f" and {len(names) - 30} more" if len(names) > 30 else "")


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
