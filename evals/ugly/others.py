"""Customers, events and texts: sound rows, and one planted for every reason they can meet."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from engine.records import RecordKind
from evals.ugly.row import Row, Table
from evals.ugly.sales import FUTURE, amounts
from evals.ugly.style import Style

_FIRST = datetime(2024, 1, 13, 9, tzinfo=UTC)
_SOUND_ROWS = 40
_HEADERS: dict[RecordKind, dict[str, str]] = {
    "customers": {
        "customer_id": "Customer ID", "name": "Name", "email": "Email", "gender": "Gender",
        "age": "Age", "country": "Country", "signup_date": "Signup Date", "tier": "Loyalty Tier",
    },
    "events": {
        "occurred_at": "Event Time", "action": "Event Type", "product_id": "Product ID",
        "unit_price": "Price", "customer_id": "User ID", "session_id": "Session ID",
        "minutes": "Minutes",
    },
    "texts": {
        "customer_id": "Customer ID", "occurred_at": "Review Date", "text": "Review Text",
        "rating": "Rating", "product_id": "Product ID",
    },
}  # fmt: skip


def other_table(style: Style, draw: random.Random) -> Table:
    make, plant = _MAKERS[style.kind]
    sound = [make(style, draw, number) for number in range(_SOUND_ROWS)]
    planted = list(plant(style, lambda number: make(style, draw, number)))
    rows = [*sound, *planted]
    draw.shuffle(rows)
    copies = [row.gone("exact duplicate") for row in sound[:2]]
    return Table(_HEADERS[style.kind], [*rows, *copies])


Make = Callable[[int], Row]


def _at(draw: random.Random, number: int) -> datetime:
    return _FIRST + timedelta(days=2 * number, minutes=draw.randrange(600))


# ---- customers -----------------------------------------------------------------------------------


def _customer(style: Style, draw: random.Random, number: int) -> Row:
    day = date(2023, 1, 13) + timedelta(days=number)
    cells = {
        "customer_id": str(10_000 + number), "name": f"Zoë {number}", "email": f"c{number}@shop.eu",
        "gender": draw.choice(("female", "male")), "age": str(20 + number % 60),
        "country": draw.choice(("Germany", "Spain")), "signup_date": f"{day:%Y-%m-%d}",
        "tier": draw.choice(("gold, silver", "=1+1", "bronze")),
    }  # fmt: skip
    values = {name: cells[name] for name in ("customer_id", "name", "email", "gender", "country")}
    return Row("customers", cells, values | {"age": float(cells["age"]), "signup_date": day})


def _plant_customers(style: Style, make: Make) -> Iterator[Row]:
    yield make(100).gone("no customer id", customer_id="")
    yield make(101).gone("no customer id", customer_id="NULL")
    yield make(102).mended(["id written as float"], {"customer_id": "13085"}, customer_id="13085.0")
    yield make(103).mended(["padded text"], {"name": "Ann"}, name=" Ann  ")
    yield make(104).mended(["country alias"], {"country": "Ireland"}, country="EIRE")
    yield make(105).mended(["unreadable value left out"], {"age": None}, age="old")
    yield make(106).mended(["inconsistent word"], {"gender": "female"}, gender="Frau")


# ---- events --------------------------------------------------------------------------------------


def _event(style: Style, draw: random.Random, number: int) -> Row:
    """One in eight is a purchase, which becomes a line of an order: one piece at its price."""
    at, sold = _at(draw, number), number % 8 == 7
    price = Decimal(draw.randrange(150, 9_999)) / 100
    cells = {
        "occurred_at": style.moment(at), "action": "purchase" if sold else "view",
        "product_id": f"{21_000 + number}A", "unit_price": style.price(price),
        "customer_id": str(13_000 + number % 20), "session_id": f"s-{number}",
        "minutes": "" if sold else "1.5",
    }  # fmt: skip
    values: dict[str, object] = {"occurred_at": at, "unit_price": price}
    values |= {name: cells[name] for name in ("customer_id", "product_id")}
    if sold:
        fixed = {"number written with signs"} if style.is_written(cells["unit_price"]) else set()
        values |= amounts(Decimal(1), price) | {"order_id": cells["session_id"]}
        return Row("transactions", cells, values, fixed=frozenset(fixed))
    values |= {"action": "view", "minutes": 1.5, "session_id": cells["session_id"]}
    return Row("events", cells, values)


def _plant_events(style: Style, make: Make) -> Iterator[Row]:
    """Numbers that are no purchase."""
    yield make(104).gone("missing date", occurred_at="")
    yield make(105).gone("unparsable date", occurred_at="some day")
    yield make(106).gone("future date", occurred_at=style.moment(FUTURE))
    yield make(112).gone("missing action", action="")
    nobody = make(113)
    if style.guests == "drop":
        yield nobody.gone("no customer id", customer_id="")
    else:
        yield replace(nobody.with_cells(customer_id=""),
                      values=nobody.values | {"customer_id": None})  # fmt: skip
    yield make(114).mended(["id written as float"], {"customer_id": "13085"}, customer_id="13085.0")
    yield make(120).mended(["padded text"], {"session_id": "s"}, session_id=" s ")
    yield make(121).mended(
        ["lower-case product code"], {"product_id": "85123A"}, product_id="85123a"
    )
    yield make(122).mended(["unreadable value left out"], {"unit_price": None}, unit_price="ask")
    yield make(128).mended(["inconsistent word"], {"action": "cart"}, action="addtocart")


# ---- texts ---------------------------------------------------------------------------------------


def _text(style: Style, draw: random.Random, number: int) -> Row:
    at = _at(draw, number)
    said = draw.choice(("came late, and cold", 'the "best" cup', "two\nlines of praise", "=A1+1"))
    cells = {
        "customer_id": str(13_000 + number), "occurred_at": style.moment(at),
        "text": f"Nr {number} I bought here {said}, and would tell anybody so",
        "rating": str(1 + number % 5), "product_id": f"{21_000 + number}A",
    }  # fmt: skip
    values = {name: cells[name] for name in ("customer_id", "text", "product_id")}
    return Row("texts", cells, values | {"occurred_at": at, "rating": float(cells["rating"])})


def _plant_texts(style: Style, make: Make) -> Iterator[Row]:
    yield make(100).gone("future date", occurred_at=style.moment(FUTURE))
    yield make(101).gone("missing text", text="")
    yield make(102).gone("missing text", text="   ")
    if style.guests == "drop":
        yield make(103).gone("no customer id", customer_id="")
    yield make(104).mended(["id written as float"], {"customer_id": "13085"}, customer_id="13085.0")
    yield make(105).mended(["padded text"], {"product_id": "22"}, product_id=" 22 ")
    yield make(106).mended(
        ["lower-case product code"], {"product_id": "85123A"}, product_id="85123a"
    )
    yield make(107).mended(["unreadable value left out"], {"rating": None}, rating="fine")
    yield make(108).mended(
        ["unreadable value left out"], {"occurred_at": None}, occurred_at="some day"
    )


_MAKERS: dict[
    RecordKind,
    tuple[
        Callable[[Style, random.Random, int], Row],
        Callable[[Style, Make], Iterator[Row]],
    ],
] = {
    "customers": (_customer, _plant_customers),
    "events": (_event, _plant_events),
    "texts": (_text, _plant_texts),
}
