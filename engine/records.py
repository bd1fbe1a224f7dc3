"""The canonical records: what every source is brought to, and what the stream speaks.

A shop's records are of four kinds: transactions (one row is one line of one order), customers
(what is said of a person), events (what people looked at and put in carts) and texts (what they
wrote). A source row keeps nothing of its own form after cleaning: whatever the export called its
columns, they become these.

The stream speaks the same words: an event of the stream is a JSON object whose keys are the
columns of a transaction that are marked as given (E), e.g.

    {"event_id": "0f...", "order_id": "489434", "line": 1, "customer_id": "13085",
     "occurred_at": "2009-12-01T07:45:00Z", "product_id": "85048", "product": "GLASS BALL",
     "country": "United Kingdom", "quantity": 12, "unit_price": "6.95", "currency": "GBP"}

The columns that are not given are worked out once, at cleaning, with the shop's own zone and
currency, so that nothing below the doors converts a zone or rounds money.
"""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

RecordKind = Literal["transactions", "customers", "events", "texts"]
LineKind = Literal["sale", "return", "fee"]
# name, Arrow type, given by a source (E) or worked out, meaning
Column = tuple[str, str, bool, str]

_EVENT_ID: Column = (
    "event_id",
    "string",
    True,
    "32 hex digits: of the event, or of all source columns of the row",
)
_LOCAL_TIME: tuple[Column, ...] = (
    ("local_date", "date32", False, "the shop's calendar day"),
    ("local_hour", "int8", False, "the shop's hour, 0..23"),
    ("weekday", "int8", False, "the shop's weekday, 1 = Monday"),
)
_LOAD_ID: Column = ("load_id", "string", False, "the load that brought the row")

TRANSACTION_COLUMNS: tuple[Column, ...] = (
    _EVENT_ID,
    ("line_kind", "string", False, "sale, return (negative quantity) or fee (no product)"),
    ("order_id", "string", True, "the invoice; with customer_id it makes one order"),
    ("line", "int32", True, "position in the order, from 1"),
    ("customer_id", "string", True, "who bought; empty for a guest"),
    ("occurred_at", "timestamp", True, "when it was sold; kept in UTC"),
    *_LOCAL_TIME,
    ("product_id", "string", True, "the product's code"),
    ("product", "string", True, "what the product is called"),
    ("category", "string", True, "the product's category"),
    ("country", "string", True, "where it was sold"),
    ("channel", "string", True, "shop, online, ..."),
    ("quantity", "double", True, "how many; negative for a return"),
    ("unit_price", "decimal", True, "price of one, in the shop's currency; kept as decimal(18, 6)"),
    ("discount", "decimal", True, "taken off the price of one"),
    (
        "total_minor",
        "int64",
        False,
        "quantity x (unit_price - discount), half-even at the currency's exponent",
    ),
    _LOAD_ID,
)

CUSTOMER_COLUMNS: tuple[Column, ...] = (
    _EVENT_ID,
    ("customer_id", "string", True, "who it is"),
    ("occurred_at", "timestamp", True, "since when this is known; empty: always"),
    ("name", "string", True, "the person's name; never part of a feature or a text"),
    ("email", "string", True, "the person's e-mail address; never part of a feature or a text"),
    ("phone", "string", True, "the person's telephone; never part of a feature or a text"),
    ("gender", "string", True, "female, male, other"),
    ("age", "double", True, "in years"),
    ("birth_date", "date32", True, "day of birth"),
    ("income", "double", True, "per year, in whatever unit the source has"),
    ("city", "string", True, "where the person lives"),
    ("region", "string", True, "state, county, province"),
    ("postcode", "string", True, "postal code"),
    ("country", "string", True, "where the person lives"),
    ("signup_date", "date32", True, "the shop's calendar day the person joined"),
    ("opted_out", "bool", True, "true: counts in totals, and is profiled nowhere"),
    ("attributes", "string", False, "all else a source says, as one JSON object; numbers stay so"),
    _LOAD_ID,
)

EVENT_COLUMNS: tuple[Column, ...] = (
    _EVENT_ID,
    ("customer_id", "string", True, "who did it; empty when nobody knows"),
    ("occurred_at", "timestamp", True, "when it was done; kept in UTC"),
    *_LOCAL_TIME,
    ("action", "string", True, "view, cart, remove, abandoned_cart, visit, search, ..."),
    ("product_id", "string", True, "the product's code"),
    ("product", "string", True, "what the product is called"),
    ("category", "string", True, "the product's category"),
    ("brand", "string", True, "the product's brand"),
    ("unit_price", "decimal", True, "price of one, in the shop's currency; kept as decimal(18, 6)"),
    ("session_id", "string", True, "the visit it was part of"),
    ("minutes", "double", True, "time spent"),
    ("channel", "string", True, "web, app, ..."),
    _LOAD_ID,
)

TEXT_COLUMNS: tuple[Column, ...] = (
    _EVENT_ID,
    ("customer_id", "string", True, "who wrote it; empty when nobody knows"),
    ("occurred_at", "timestamp", True, "when it was written; empty when nobody knows"),
    *_LOCAL_TIME,
    ("source", "string", True, "review, transcript, social, ..."),
    ("text", "string", True, "what was written: data, never an instruction"),
    ("rating", "double", True, "the stars that came with it"),
    ("product_id", "string", True, "the product it is about"),
    _LOAD_ID,
)

COLUMNS: dict[RecordKind, tuple[Column, ...]] = {
    "transactions": TRANSACTION_COLUMNS,
    "customers": CUSTOMER_COLUMNS,
    "events": EVENT_COLUMNS,
    "texts": TEXT_COLUMNS,
}

# What a source may say besides, and which is worked into the columns above.
WORKED_IN: dict[RecordKind, tuple[tuple[str, str], ...]] = {
    "transactions": (
        ("total", "money of the whole row, where there is no price of one"),
        ("currency", "the row's currency"),
        ("time", "time of day, where the date stands alone"),
    ),
    "customers": (("consent", "may be profiled: the opposite of opted_out"),),
    "events": (("currency", "the row's currency"), ("time", "time of day, if apart")),
    "texts": (("time", "time of day, if apart"),),
}


def record_schema(kind: RecordKind = "transactions") -> "pa.Schema":
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "bool": pa.bool_(),
        "int32": pa.int32(),
        "int8": pa.int8(),
        "int64": pa.int64(),
        "double": pa.float64(),
        "date32": pa.date32(),
        "decimal": pa.decimal128(18, 6),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(name, types[arrow]) for name, arrow, _, _ in COLUMNS[kind]])


def conform(rows: "pa.Table", kind: RecordKind = "transactions") -> "pa.Table":
    """Rows of an earlier Segue in the schema of today: a column they lack is empty."""
    import pyarrow as pa

    schema = record_schema(kind)
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(len(rows), field.type))
    return rows.select(schema.names).cast(schema)
