"""Lines of orders: sound ones, and one or two planted for every reason that a line can meet."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from evals.ugly.row import EXPONENT, RATE, Row, Table
from evals.ugly.style import Style

_OURS = ("order_id", "customer_id", "occurred_at", "product_id", "product", "quantity",
         "unit_price", "country", "discount", "currency")  # fmt: skip
_HEADERS = {
    "en": "Invoice No,Customer ID,Invoice Date,Stock Code,Description,Quantity,Unit Price,Country,"
    "Discount,Currency",
    "de": "Bestellnummer,Kundennummer,Bestelldatum,Artikelnummer,Artikelbezeichnung,Menge,"
    "Einzelpreis,Land,Rabatt,Währung",
    "fr": "N° commande,Code client,Date de commande,Référence produit,Désignation,Quantité,"
    "Prix unitaire,Pays,Remise,Devise",
    "es": "Número de pedido,ID de cliente,Fecha de pedido,Código de producto,Descripción,Cantidad,"
    "Precio unitario,País,Descuento,Moneda",
    "nl": "Bestelnummer,Klantnummer,Besteldatum,Artikelnummer,Omschrijving,Aantal,Stukprijs,Land,"
    "Korting,Valuta",
    "pl": "Numer zamówienia,ID klienta,Data zamówienia,Kod produktu,Nazwa produktu,Ilość,"
    "Cena jednostkowa,Kraj,Rabat,Waluta",
}
_PRODUCTS = ("Mug, blue; large | two", 'Tray "Crème"', "Two\nlines", "=SUM(A1:A9)", "Café au lait")
_FIRST = datetime(2024, 1, 13, 9, tzinfo=UTC)  # no clock changes in the night hours left out
FUTURE = datetime(2031, 5, 25, 12, tzinfo=UTC)
SOUND_ROWS = 48


def sales_table(style: Style, draw: random.Random) -> Table:
    names = dict(zip(_OURS, _HEADERS[style.language].split(","), strict=True))
    if not style.currency_column:
        del names["currency"]
    sound = [_sale(style, draw, number) for number in range(SOUND_ROWS)]
    planted = [*_dropped(style, draw), *_mended(style, draw)]
    rows = [*sound, *planted]
    draw.shuffle(rows)
    return Table(names, [*rows, *_copies(sound)])


def _sale(style: Style, draw: random.Random, number: int) -> Row:
    quantity = Decimal(draw.choice((1, 2, 3, 12, -1, 1200)))
    price = Decimal(draw.randrange(150, 9_999)) / 100 + draw.choice((0, 0, 0, 1234))
    discount = draw.choice((None, None, Decimal("0.25")))
    return _line(style, draw, number, quantity, price, discount)


def _line(
    style: Style,
    draw: random.Random,
    number: int,
    quantity: Decimal,
    price: Decimal,
    discount: Decimal | None = None,
) -> Row:
    at = _FIRST + timedelta(days=2 * number, minutes=draw.randrange(600))
    product = draw.choice(_PRODUCTS)
    customer = str(13_000 + number % 20)
    cells = {
        "order_id": str(500_000 + number),
        "customer_id": customer,
        "occurred_at": style.moment(at),
        "product_id": f"{21_000 + number}{draw.choice(('', 'A', 'BC'))}",
        "product": product,
        "quantity": style.number(quantity),
        "unit_price": style.price(price),
        "country": draw.choice(("Germany", "France", "Spain")),
        "discount": "" if discount is None else style.number(discount),
        "currency": style.currency,
    }
    written = any(style.is_written(cells[name]) for name in ("quantity", "unit_price"))
    fixed = {"number written with signs"} if written else set()
    values = {"customer_id": customer, "order_id": cells["order_id"], "product": product,
              "product_id": cells["product_id"], "country": cells["country"],
              "occurred_at": at} | amounts(quantity, price, discount)  # fmt: skip
    return Row("transactions", cells, values, fixed=frozenset(fixed))


def amounts(
    quantity: Decimal, price: Decimal, discount: Decimal | None = None
) -> dict[str, object]:
    kept = price.quantize(EXPONENT, ROUND_HALF_EVEN)
    total = quantity * (kept - (discount or 0)) * 100
    minor = int(total.quantize(Decimal(1), ROUND_HALF_EVEN))
    return {"quantity": float(quantity), "unit_price": kept, "total_minor": minor}


def _plain(style: Style, draw: random.Random, number: int) -> Row:
    return _line(style, draw, number, Decimal(2), Decimal("4.50"))


def _dropped(style: Style, draw: random.Random) -> Iterator[Row]:
    huge = Decimal(999_999_999_999)
    wrong: tuple[tuple[str, dict[str, str]], ...] = (
        ("missing date", {"occurred_at": ""}),
        ("unparsable date", {"occurred_at": "some day"}),
        ("unparsable date", {"occurred_at": "2024-02-31 10:00"}),
        ("future date", {"occurred_at": style.moment(FUTURE)}),
        ("missing quantity", {"quantity": ""}),
        ("unparsable quantity", {"quantity": "many"}),
        ("missing price", {"unit_price": ""}),
        ("unparsable price", {"unit_price": "ask"}),
        ("zero quantity", {"quantity": "0"}),
        ("zero price", {"unit_price": style.price(Decimal("0.00"))}),
        ("negative price", {"unit_price": style.price(Decimal("-4.50"))}),
        ("amount too large", {"quantity": style.number(huge), "unit_price": style.price(huge)}),
        ("test row", {"product_id": "TEST001"}),
        # Two faults: the first in the published order is the reason.
        ("missing date", {"occurred_at": "", "quantity": "many", "product_id": "TEST001"}),
    )
    for number, (reason, cells) in enumerate(wrong, start=100):
        yield _plain(style, draw, number).gone(reason, **cells)


def _mended(style: Style, draw: random.Random) -> Iterator[Row]:
    lone, first, second = (_plain(style, draw, number) for number in (200, 201, 202))
    order = first.cells["order_id"]
    yield first
    yield _guest(lone, style, "missing customer id", None)
    by_order = second.with_cells(order_id=order)
    by_order = replace(by_order, values=by_order.values | {"order_id": order})
    if style.guests == "impute":
        yield _guest(by_order, style, "customer found by the order", first.values["customer_id"])
    else:
        yield _guest(by_order, style, "missing customer id", None)
    for number, (reason, cells, values) in enumerate(_mends(style), start=210):
        row = _plain(style, draw, number)
        yield row.mended([reason], {**values}, **cells)
    yield _without_order(_plain(style, draw, 230))
    yield _long(style, draw)
    if style.currency_column:
        other = "EUR" if style.currency == "GBP" else "GBP"
        row = _plain(style, draw, 232)
        worth = amounts(Decimal(2), Decimal("4.50") * RATE)
        yield row.mended(["currency converted"], worth, currency=other)


def _guest(row: Row, style: Style, reason: str, customer: object) -> Row:
    if style.guests == "drop":
        return row.gone("no customer id", customer_id="")
    return row.mended([reason], {"customer_id": customer}, customer_id="")


def _mends(style: Style) -> Iterator[tuple[str, dict[str, str], dict[str, object]]]:
    back = amounts(Decimal(-2), Decimal("4.50"))
    yield "id written as float", {"customer_id": "13085.0"}, {"customer_id": "13085"}
    yield "padded text", {"product": "  Mug "}, {"product": "Mug"}
    yield "lower-case product code", {"product_id": "85123a"}, {"product_id": "85123A"}
    yield "country alias", {"country": "EIRE"}, {"country": "Ireland"}
    yield ("positive quantity on a cancelled order", {"order_id": "C700001"},
           {"order_id": "C700001"} | back)  # fmt: skip
    yield "number written with signs", {"quantity": "2-"}, back
    yield "unreadable value left out", {"discount": "lots"}, {}


def _without_order(row: Row) -> Row:
    """Its order is then one of the customer's at that moment, under whatever id."""
    mended = row.mended(["missing order id"], {}, order_id="")
    return replace(mended, values={n: v for n, v in mended.values.items() if n != "order_id"})


def _long(style: Style, draw: random.Random) -> Row:
    price = Decimal("1.23456789")
    return _line(style, draw, 231, Decimal(2), price).mended(["number rounded to 6 decimals"], {})


def _copies(sound: list[Row]) -> Iterator[Row]:
    """Behind what they repeat: of copies the first one stays."""
    for row in sound[:2]:
        yield row.gone("exact duplicate")
