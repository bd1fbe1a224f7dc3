"""What a source of each kind may give, and what it cannot do without."""

from collections.abc import Collection

from engine.records import COLUMNS, WORKED_IN, RecordKind

Way = tuple[str, ...]  # columns that together serve a need

# Each need, and the ways to serve it.
NEEDS: dict[RecordKind, tuple[tuple[Way, ...], ...]] = {
    "transactions": (
        (("occurred_at",),),
        (("customer_id",),),
        (("quantity", "unit_price"), ("total",)),
    ),
    "customers": ((("customer_id",),),),
    "events": ((("occurred_at",),), (("action",),), (("customer_id",), ("session_id",))),
    "texts": ((("text",),),),
}


def targets(kind: RecordKind) -> tuple[str, ...]:
    """Our columns that a source column may be."""
    given = tuple(name for name, _, given, _ in COLUMNS[kind] if given)
    return given + tuple(name for name, _ in WORKED_IN[kind])


def meanings(kind: RecordKind) -> dict[str, str]:
    given = {name: meaning for name, _, given, meaning in COLUMNS[kind] if given}
    return given | dict(WORKED_IN[kind])


def needed_columns(kind: RecordKind) -> tuple[str, ...]:
    """By the first way to serve each need."""
    return tuple(name for ways in NEEDS[kind] for name in ways[0])


def missing_columns(kind: RecordKind, mapped: Collection[str]) -> tuple[str, ...]:
    """Of each need that is not served, what lacks in the way that lacks least."""
    lacking = (
        min(([name for name in way if name not in mapped] for way in ways), key=len)
        for ways in NEEDS[kind]
    )
    return tuple(name for names in lacking for name in names)
