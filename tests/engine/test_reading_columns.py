"""Recognition: what shops call their columns, in their languages and exports."""

from collections.abc import Sequence

import polars as pl
import pytest

from engine.errors import BadInput, NotFound
from engine.reading import Source, source_of
from engine.reading.guess import ACCEPTED
from engine.records import RecordKind

# Three cells that each of our columns could hold.
CELLS: dict[str, tuple[str, ...]] = {
    "occurred_at": ("2024-03-01 10:00:00", "2024-03-01 11:30:00", "2024-03-02 09:15:00"),
    "customer_id": ("C017", "C018", "C017"),
    "order_id": ("1001", "1001", "1002"),
    "line": ("1", "2", "1"),
    "product_id": ("85123A", "22423", "85123A"),
    "product": ("Blue mug", "Tea pot", "Blue mug"),
    "category": ("Kitchen", "Kitchen", "Kitchen"),
    "brand": ("Alba", "Brio", "Alba"),
    "country": ("France", "France", "Spain"),
    "channel": ("online", "shop", "online"),
    "quantity": ("2", "1", "12"),
    "unit_price": ("3.50", "12.95", "3.50"),
    "total": ("7.00", "12.95", "42.00"),
    "discount": ("0.00", "0.10", "0.00"),
    "currency": ("EUR", "EUR", "EUR"),
    "time": ("10:00", "11:30", "09:15"),
    "action": ("view", "cart", "view"),
    "session_id": ("s-1", "s-1", "s-2"),
    "minutes": ("3", "1", "2"),
    "text": (
        "The mug arrived broken and nobody answered",
        "Very good, I would buy it again",
        "A pot for two, not for four",
    ),
    "rating": ("1", "5", "3"),
    "source": ("review", "review", "survey"),
    "name": ("Anna Berg", "Bo Lind", "Carl Dahl"),
    "email": ("anna@example.com", "bo@example.com", "carl@example.com"),
    "phone": ("+46 70 123 45 67", "+46 70 123 45 68", "+46 70 123 45 69"),
    "gender": ("female", "male", "other"),
    "age": ("31", "45", "28"),
    "birth_date": ("1990-05-01", "1978-11-23", "1995-01-30"),
    "income": ("31000", "45000", "28000"),
    "city": ("Lund", "Paris", "Roma"),
    "region": ("Skåne", "Ile de France", "Lazio"),
    "postcode": ("22100", "75001", "00184"),
    "signup_date": ("2023-01-05", "2023-02-11", "2023-03-20"),
    "opted_out": ("no", "no", "yes"),
    "consent": ("yes", "yes", "no"),
    "": ("x", "y", "z"),
}
PEOPLE = ("C017", "C018", "C019")


def read(columns: str, kind: RecordKind | None = None) -> tuple[Source, dict[str, str]]:
    """Columns as 'theirs=ours; theirs=ours'; nothing after the = is a column we know nothing of."""
    expected = dict(each.strip().rsplit("=", 1) for each in columns.split(";"))
    cells: dict[str, Sequence[str]] = {their: CELLS[ours] for their, ours in expected.items()}
    if not {"occurred_at", "action", "text"} & set(expected.values()):
        cells |= {their: PEOPLE for their, ours in expected.items() if ours == "customer_id"}
    source = source_of(pl.DataFrame(cells), "orders.csv", "0", kind=kind)
    return source, {their: ours for their, ours in expected.items() if ours}


@pytest.mark.parametrize(
    "columns",
    [
        # known exports
        "InvoiceNo=order_id; StockCode=product_id; Description=product; Quantity=quantity; "
        "InvoiceDate=occurred_at; UnitPrice=unit_price; CustomerID=customer_id; Country=country",
        "Invoice=order_id; StockCode=product_id; Description=product; Quantity=quantity; "
        "InvoiceDate=occurred_at; Price=unit_price; Customer ID=customer_id; Country=country",
        "Order Number=order_id; Order Status=; Order Date=occurred_at; Email (Billing)=customer_id;"
        "Country Code (Billing)=country; SKU=product_id; Item #=; Item Name=product; "
        "Quantity=quantity; Item Cost=unit_price; Order Total Amount=",
        "Date=occurred_at; Order #=order_id; Status=; Customer=customer_id; Customer type=; "
        "Product(s)=product; Items sold=quantity; Coupon(s)=; N. Revenue=total",
        "order_id=order_id; order_date=occurred_at; billing_email=customer_id; item_name=product; "
        "item_sku=product_id; item_quantity=quantity; item_total=total; order_total=",
        "order_id=order_id; order_number=; date=occurred_at; status=; customer_id=; "
        "billing_email=customer_id; item_name=product; item_quantity=quantity; item_total=total; "
        "order_total=",
        # short ones
        "customer=customer_id; date=occurred_at; amount=total",
        "user_id=customer_id; timestamp=occurred_at; value=total",
        "Transaction ID=order_id; Date=occurred_at; Customer ID=customer_id; Gender=; Age=; "
        "Product Category=category; Quantity=quantity; Price per Unit=unit_price; Total Amount=",
        "TransactionID=order_id; CustomerID=customer_id; CustGender=; CustLocation=; "
        "TransactionDate=occurred_at; TransactionTime=time; TransactionAmount (INR)=total",
        # languages
        "Bestellnummer=order_id; Kundennummer=customer_id; Bestelldatum=occurred_at; "
        "Artikelnummer=product_id; Artikelbezeichnung=product; Menge=quantity; "
        "Einzelpreis=unit_price; Währung=currency; Land=country",
        "Rechnungsnr.=order_id; Kunden-Nr.=customer_id; Rechnungsdatum=occurred_at; "
        "Anzahl=quantity; Stückpreis=unit_price; Warengruppe=category",
        "Kunde=customer_id; Datum=occurred_at; Betrag=total",
        "Numéro de commande=order_id; N° client=customer_id; Date de commande=occurred_at; "
        "Référence produit=product_id; Désignation=product; Quantité=quantity; "
        "Prix unitaire=unit_price; Pays=country",
        "Identifiant client=customer_id; Date d'achat=occurred_at; Montant TTC=total",
        "Número de pedido=order_id; Código de cliente=customer_id; Fecha de compra=occurred_at; "
        "Artículo=product; Cantidad=quantity; Precio unitario=unit_price; País=country",
        "Cliente=customer_id; Fecha=occurred_at; Importe=total",
        "Numero ordine=order_id; Codice cliente=customer_id; Data ordine=occurred_at; "
        "Codice articolo=product_id; Descrizione=product; Quantità=quantity; "
        "Prezzo unitario=unit_price; Paese=country",
        "Bestelnummer=order_id; Klantnummer=customer_id; Besteldatum=occurred_at; "
        "Artikelcode=product_id; Omschrijving=product; Aantal=quantity; Stukprijs=unit_price",
        "Número do pedido=order_id; Código do cliente=customer_id; Data do pedido=occurred_at; "
        "Produto=product; Quantidade=quantity; Preço unitário=unit_price; País=country",
        "Numer zamówienia=order_id; Numer klienta=customer_id; Data zamówienia=occurred_at; "
        "Nazwa produktu=product; Ilość=quantity; Cena jednostkowa=unit_price; Kraj=country",
        "Ordrenr=order_id; Kundenummer=customer_id; Ordredato=occurred_at; Varenavn=product; "
        "Antall=quantity; Enhetspris=unit_price; Land=country",
        "Ordernummer=order_id; Kundnummer=customer_id; Orderdatum=occurred_at; Antal=quantity; "
        "Styckpris=unit_price; Valuta=currency",
    ],
)
def test_orders_are_recognised(columns: str) -> None:
    source, expected = read(columns)
    assert source.kind == "transactions"
    assert source.mapping == expected


@pytest.mark.parametrize(
    "columns",
    [
        "shop_order_ref=order_id; shopper_id=customer_id; purchased_on=occurred_at; "
        "item_title=product; units_sold=quantity; price_each_eur=unit_price",
        "OrderTimestampUTC=occurred_at; BuyerId=customer_id; OrderValueUSD=total",
        "household_key=customer_id; BASKET_ID=order_id; DAY=occurred_at; PRODUCT_ID=product_id; "
        "QUANTITY=quantity; SALES_VALUE=total",
        "Receipt No.=order_id; Member Number=customer_id; Sale Date=occurred_at; Qty=quantity; "
        "Net Sales=total",
        "Auftrags-Nr=order_id; Käufer=customer_id; bestellt am=occurred_at; Stückzahl=quantity; "
        "VK-Preis=unit_price",
        "ref commande=order_id; acheteur=customer_id; date achat=occurred_at; qté=quantity; "
        "PU TTC=unit_price",
        "Custmer ID=customer_id; Order Dat=occurred_at; Quantty=quantity; Unit Prise=unit_price",
    ],
)
def test_spellings_that_no_list_holds_whole(columns: str) -> None:
    source, expected = read(columns)
    assert source.kind == "transactions"
    assert source.mapping == expected


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("customers", "CustomerID=customer_id; Gender=gender; Age=age; Annual Income (k$)=income; "
         "Spending Score (1-100)="),
        ("customers", "CustomerID=customer_id; Genre=gender; Age=age; Annual Income (k$)=income; "
         "Spending Score (1-100)="),
        ("customers", "customer_id=customer_id; age=age; gender=gender; country=country; "
         "signup_date=signup_date; opted_out=opted_out"),
        ("customers", "Kundennummer=customer_id; Name=name; E-Mail=email; Geburtsdatum=birth_date; "
         "PLZ=postcode; Ort=city; Kunde seit=signup_date"),
        ("customers", "ID client=customer_id; Nom=name; Ville=city; Date de naissance=birth_date; "
         "Consentement=consent"),
        ("events", "event_time=occurred_at; event_type=action; product_id=product_id; "
         "category_id=; category_code=category; brand=brand; price=unit_price; "
         "user_id=customer_id; user_session=session_id"),
        ("events", "event_id=; customer_id=customer_id; occurred_at=occurred_at; kind=action; "
         "product_id=product_id; channel=channel"),
        ("events", "timestamp=occurred_at; visitorid=customer_id; event=action; itemid=product_id"),
        ("texts", "text_id=; customer_id=customer_id; occurred_at=occurred_at; source=source; "
         "rating=rating; product_id=product_id; text=text"),
        ("texts", "Review Text=text; Stars=rating"),
        ("texts", "Kunde=customer_id; Bewertungsdatum=occurred_at; Sterne=rating; Kommentar=text"),
    ],
)  # fmt: skip
def test_other_kinds_are_recognised(kind: RecordKind, columns: str) -> None:
    source, expected = read(columns)
    mapping = {their: ours for their, ours in source.mapping.items() if ours != "event_id"}
    assert (source.kind, mapping) == (kind, expected)
    assert source.assumed["kind"] == f"the rows are {kind}"


def test_ready_sums_are_customers_with_attributes() -> None:
    table = pl.DataFrame({
        "CustomerID": ["1", "2", "3"], "purchases": ["4", "1", "9"], "money": ["40", "5", "99"],
        "frequency": ["0.5", "0.1", "0.9"],
    })  # fmt: skip
    source = source_of(table, "sums.csv", "0")
    assert source.kind == "customers" and source.mapping == {"CustomerID": "customer_id"}
    assert source.ignored == ()
    assert source.assumed["attributes"] == ("kept as attributes: 'purchases', 'money', 'frequency'")


def test_orders_without_a_date_are_asked_about() -> None:
    table = pl.DataFrame(
        {"customer": ["1", "1", "2"], "order": ["7", "8", "9"], "total": ["4"] * 3}
    )
    with pytest.raises(
        BadInput, match="no column recognised as occurred_at .*, read as transactions"
    ):
        source_of(table, "orders.csv", "0")


def test_what_could_be_orders_or_people_is_asked_about() -> None:
    table = pl.DataFrame({
        "customer_id": ["1", "2", "3"], "age": ["31", "45", "28"],
        "date": ["2024-03-01", "2024-03-02", "2024-03-03"], "amount": ["4.00", "5.50", "9.99"],
    })  # fmt: skip
    with pytest.raises(BadInput, match="can be orders or a list of customers.*'age'") as caught:
        source_of(table, "shop.csv", "0")
    assert caught.value.hint == "Say what its rows are: --kind transactions or --kind customers."
    assert source_of(table, "shop.csv", "0", kind="transactions").mapping["amount"] == "total"
    people = source_of(table, "shop.csv", "0", kind="customers")
    assert people.mapping["age"] == "age" and "amount" not in people.mapping


def test_a_kind_that_does_not_exist_is_named() -> None:
    table = pl.DataFrame({"customer": ["1"]})
    with pytest.raises(NotFound, match="No kind of records named 'people'"):
        source_of(table, "shop.csv", "0", kind="people")  # type: ignore[arg-type]


def test_a_doubtful_column_is_shown_not_taken() -> None:
    table = pl.DataFrame({
        "customer_id": ["1", "2"], "total": ["4", "5"], "Ereignis X": ["2024-03-01", "2024-03-02"],
    })  # fmt: skip
    source = source_of(table, "orders.csv", "0", kind="transactions", need_all=False)
    (guess,) = (guess for guess in source.guesses if guess.theirs == "Ereignis X")
    assert guess.ours == "occurred_at" and guess.confidence < ACCEPTED
    assert guess.why == "it holds dates" and source.missing == ("occurred_at",)
    with pytest.raises(BadInput) as caught:
        source_of(table, "orders.csv", "0", kind="transactions")
    assert "Perhaps 'Ereignis X' (2024-03-01, 2024-03-02) is occurred_at." in caught.value.message
    assert '--map "Ereignis X=occurred_at"' in caught.value.hint


def test_two_dates_alike_are_asked_about_with_samples() -> None:
    table = pl.DataFrame({
        "customer_id": ["1"], "total": ["4"], "Order Date": ["2024-03-01"],
        "Invoice Date": ["2024-03-05"],
    })  # fmt: skip
    with pytest.raises(BadInput) as caught:
        source_of(table, "orders.csv", "0")
    assert "2 columns that could be occurred_at: 'Order Date', 'Invoice Date'" in str(caught.value)
    assert "'Invoice Date' holds (2024-03-05)" in caught.value.message
    picked = source_of(table, "orders.csv", "0", {"Invoice Date": "occurred_at"})
    assert picked.mapping["Invoice Date"] == "occurred_at"
    assert "Order Date" in picked.ignored


def test_values_decide_between_names_that_both_could_be() -> None:
    table = pl.DataFrame({
        "customer": ["1", "2"], "created": ["yes", "no"], "when": ["2024-03-01", "2024-03-02"],
        "amount": ["4", "5"],
    })  # fmt: skip
    assert source_of(table, "orders.csv", "0").mapping["when"] == "occurred_at"


def test_a_needed_column_without_any_value_is_named() -> None:
    table = pl.DataFrame(
        {"customer_id": [None, None], "date": ["2024-03-01"] * 2, "total": ["4", "5"]},
        schema={"customer_id": pl.String, "date": pl.String, "total": pl.String},
    )
    with pytest.raises(BadInput, match=r"column 'customer_id' \(customer_id\) holds no value"):
        source_of(table, "orders.csv", "0")


def test_a_price_without_quantity_is_the_money_of_the_row() -> None:
    table = pl.DataFrame({"customer": ["1"], "date": ["2024-03-01"], "price": ["4.00"]})
    source = source_of(table, "orders.csv", "0")
    assert source.mapping["price"] == "total"
    assert source.assumed["total"] == "there is no quantity: 'price' is the money of the whole row"


def test_a_total_beside_price_and_quantity_is_not_counted_twice() -> None:
    source, _ = read("customer_id=customer_id; date=occurred_at; qty=quantity; price=unit_price; "
                     "total=")  # fmt: skip
    assert source.ignored == ("total",)
    wanted = source_of(source.table, "orders.csv", "0", {"total": "total"})
    assert wanted.mapping["total"] == "total"


def test_shopify_cells_of_an_order_are_carried_to_its_rows_and_its_amounts_are_not() -> None:
    table = pl.DataFrame({
        "Name": ["#1", "#1", "#2"],
        "Email": ["anna@example.com", None, "bo@example.com"],
        "Financial Status": ["paid", None, "paid"],
        "Paid at": ["2024-03-01 10:00:00 +0100", None, None],
        "Currency": ["EUR", None, "EUR"],
        "Total": ["19.95", None, "3.50"],
        "Created at": ["2024-03-01 09:59:00 +0100", None, "2024-03-02 12:00:00 +0100"],
        "Lineitem quantity": ["2", "1", "1"],
        "Lineitem name": ["Mug", "Pot", "Mug"],
        "Lineitem price": ["3.50", "12.95", "3.50"],
        "Lineitem sku": ["M1", "P1", "M1"],
        "Shipping Country": ["SE", None, None],
    })  # fmt: skip
    source = source_of(table, "orders_export.csv", "0")
    assert source.rows.to_dicts()[1] == {
        "order_id": "#1", "customer_id": "anna@example.com", "currency": "EUR",
        "occurred_at": "2024-03-01 09:59:00 +0100", "quantity": "1", "product": "Pot",
        "unit_price": "12.95", "product_id": "P1", "country": "SE",
    }  # fmt: skip
    assert source.rows["country"].to_list() == ["SE", "SE", None]
    assert source.table["Total"].to_list() == ["19.95", None, "3.50"]
    assert source.assumed["export"] == "an export of Shopify orders"
    assert source.assumed["carried down"].startswith("'Email', 'Created at', 'Paid at'")


def test_key_columns_are_kept_and_rows_are_numbered() -> None:
    table = pl.DataFrame({"customer": ["1"], "date": ["2024-03-01"], "total": ["4.00"]})
    source = source_of(table, "sqlite:///shop", "abc", key_columns=("customer",))
    assert source.key_columns == ("customer",)
    assert source.lines.to_list() == [1] and source.content_hash == "abc"


def test_a_column_wanted_as_nothing_is_left_out() -> None:
    row = {"customer_id": "ann", "occurred_at": "2025-01-03", "quantity": "2", "unit_price": "5"}
    table = pl.DataFrame({name: [cell] for name, cell in (row | {"country": "France"}).items()})
    assert source_of(table, "orders", "0").mapping["country"] == "country"
    left = source_of(table, "orders", "0", {"country": ""})
    assert "country" not in left.mapping
    assert left.ignored == ("country",)


def test_the_discount_of_a_whole_order_is_not_taken_for_that_of_its_lines() -> None:
    columns = ("Order Number", "Order Date", "Email (Billing)", "Item Name", "Quantity",
               "Item Cost", "Cart Discount Amount", "Order Total Amount")  # fmt: skip
    rows = [("1", "2024-03-13", "a@b.eu", "Mug", "2", "5.00", "3.00", "7.00")] * 2
    woo = source_of(pl.DataFrame(rows, schema=list(columns), orient="row"), "woo.csv", "0")
    assert {"Cart Discount Amount", "Order Total Amount"} <= {*woo.ignored}
    table = pl.DataFrame({
        "customer_id": ["1", "2"], "date": ["2024-03-13"] * 2, "quantity": ["1"] * 2,
        "price": ["5"] * 2, "Order Discount": ["3"] * 2,
    })  # fmt: skip
    assert source_of(table, "orders.csv", "0").ignored == ("Order Discount",)
