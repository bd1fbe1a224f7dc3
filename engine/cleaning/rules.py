"""What is dropped and what is mended, by name; and the choices a person has.

Each policy has one documented default, and the ledger says which were in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal

Duplicates = Literal["drop", "keep"]
DateOrder = Literal["dmy", "mdy"]
DecimalSign = Literal[".", ","]
Guests = Literal["impute", "keep", "drop"]
DropOrKeep = Literal["drop", "keep"]
Discounts = Literal["off", "included"]

MISSING_DATE = "missing date"
UNPARSABLE_DATE = "unparsable date"
FUTURE_DATE = "future date"
MISSING_QUANTITY = "missing quantity"
UNPARSABLE_QUANTITY = "unparsable quantity"
MISSING_PRICE = "missing price"
UNPARSABLE_PRICE = "unparsable price"
ZERO_QUANTITY = "zero quantity"
ZERO_PRICE = "zero price"
NEGATIVE_PRICE = "negative price"
AMOUNT_TOO_LARGE = "amount too large"
NO_CUSTOMER = "no customer id"
MISSING_ACTION = "missing action"
MISSING_TEXT = "missing text"
TEST_ROW = "test row"
EXACT_DUPLICATE = "exact duplicate"
ALREADY_KNOWN = "already in the dataset"
CHANGED_THERE = "changed in the source"
ERASED_CUSTOMER = "erased customer"

# The order decides: a dropped row has exactly one reason, the first that applies to it.
DROPPED_REASONS: tuple[str, ...] = (
    ERASED_CUSTOMER,  # whatever else is wrong with the row; its text is not kept
    MISSING_DATE,
    UNPARSABLE_DATE,
    FUTURE_DATE,  # later than a day after the load
    MISSING_QUANTITY,
    UNPARSABLE_QUANTITY,
    MISSING_PRICE,
    UNPARSABLE_PRICE,
    ZERO_QUANTITY,
    ZERO_PRICE,
    NEGATIVE_PRICE,
    AMOUNT_TOO_LARGE,  # the line total has more minor units than 64 bits hold
    NO_CUSTOMER,  # of a customers row; of any other where guests are dropped
    MISSING_ACTION,
    MISSING_TEXT,
    TEST_ROW,
    EXACT_DUPLICATE,  # of an earlier row that is not dropped
    ALREADY_KNOWN,
    CHANGED_THERE,  # its key is known with other values; the first reading stays in force
)

MISSING_CUSTOMER = "missing customer id"
IMPUTED_CUSTOMER = "customer found by the order"
MISSING_ORDER = "missing order id"
FLOAT_ID = "id written as float"
PADDED_TEXT = "padded text"
LOWER_CASE_CODE = "lower-case product code"
COUNTRY_ALIAS = "country alias"
POSITIVE_CANCELLATION = "positive quantity on a cancelled order"
LONG_DECIMALS = "number rounded to 6 decimals"
WRITTEN_NUMBER = "number written with signs"
CONVERTED = "currency converted"
UNREAD_VALUE = "unreadable value left out"
OTHER_WORD = "inconsistent word"

# A row may be mended for several of these and is still one fixed row.
FIXED_REASONS: tuple[str, ...] = (
    MISSING_CUSTOMER,  # kept as a guest
    IMPUTED_CUSTOMER,  # the order's other rows name exactly one customer
    MISSING_ORDER,  # one order per customer and moment
    FLOAT_ID,  # 13085.0, 1.3085e4
    PADDED_TEXT,
    LOWER_CASE_CODE,
    COUNTRY_ALIAS,
    POSITIVE_CANCELLATION,
    LONG_DECIMALS,
    WRITTEN_NUMBER,  # £1,234.50, (12.00), 12-
    CONVERTED,  # at the given rate
    UNREAD_VALUE,  # of a column that a row can do without
    OTHER_WORD,  # F for female, addtocart for cart
)

# Counted and kept as they are: what a person should know of the rows that were taken.
FEE_LINE = "non-product code kept as fee"
STAFF_NOTE = "staff note as description"
NO_DESCRIPTION = "description without a letter"
SEVERAL_DESCRIPTIONS = "product code with several descriptions"
NO_COUNTRY = "country that is none"
CANCELLED_SALE = "cancelled sale matched"
UNMATCHED_RETURN = "return unmatched"
SEVERAL_ROWS = "customer with several rows"
ANONYMOUS = "event of nobody known"


@dataclass(frozen=True)
class CleaningRules:
    """`duplicates`: one copy per row key (all source columns, or the source's key columns), or
    every copy.

    `dates`, `decimal`: how 03/04/2011 and 1.234 are read; None lets the data decide, or asks.
    `rates`: units of the shop's currency for one of another; without them a second currency is
    refused. `guests`: a row without a customer takes the one its order names and is a guest's
    otherwise (impute), is always a guest's (keep), or goes (drop). `discounts`: come off the
    price that is given (off), or are off it already (included).
    """

    duplicates: Duplicates = "drop"
    dates: DateOrder | None = None
    decimal: DecimalSign | None = None
    rates: Mapping[str, Decimal] | None = None
    guests: Guests = "impute"
    test_rows: DropOrKeep = "drop"
    zero_price: DropOrKeep = "drop"
    future: DropOrKeep = "drop"
    discounts: Discounts = "off"

    def in_force(self) -> dict[str, str]:
        """Every policy with its choice, as the ledger records it."""
        chosen = {each.name: getattr(self, each.name) for each in fields(self)}
        rates = ", ".join(f"{code} {rate}" for code, rate in sorted((self.rates or {}).items()))
        words = {"dates": self.dates or "as the data show", "rates": rates or "none",
                 "decimal": self.decimal or "as the data show"}  # fmt: skip
        return {name: words.get(name, str(choice)) for name, choice in chosen.items()}

    def waived(self) -> frozenset[str]:
        """Reasons that drop no row under these policies."""
        keeps = {TEST_ROW: self.test_rows, ZERO_PRICE: self.zero_price, FUTURE_DATE: self.future}
        return frozenset(reason for reason, choice in keeps.items() if choice == "keep")
