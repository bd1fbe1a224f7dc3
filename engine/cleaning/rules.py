"""What is dropped and what is mended, by name."""

from dataclasses import dataclass
from typing import Literal

Duplicates = Literal["drop", "keep"]
DateOrder = Literal["dmy", "mdy"]

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
TEST_ROW = "test row"
EXACT_DUPLICATE = "exact duplicate"
ALREADY_KNOWN = "already in the dataset"
CHANGED_THERE = "changed in the source"

# The order decides: a dropped row has exactly one reason, the first that applies to it.
DROPPED_REASONS: tuple[str, ...] = (
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
    TEST_ROW,
    EXACT_DUPLICATE,  # of an earlier row that is not dropped
    ALREADY_KNOWN,
    CHANGED_THERE,  # its key is known with other values; the first reading stays in force
)

MISSING_CUSTOMER = "missing customer id"
MISSING_ORDER = "missing order id"
FLOAT_ID = "id written as float"
PADDED_TEXT = "padded text"
LOWER_CASE_CODE = "lower-case product code"
COUNTRY_ALIAS = "country alias"
POSITIVE_CANCELLATION = "positive quantity on a cancelled order"
LONG_DECIMALS = "number rounded to 6 decimals"

# A row may be mended for several of these and is still one fixed row.
FIXED_REASONS: tuple[str, ...] = (
    MISSING_CUSTOMER,  # kept as a guest
    MISSING_ORDER,  # one order per customer and moment
    FLOAT_ID,  # 13085.0
    PADDED_TEXT,
    LOWER_CASE_CODE,
    COUNTRY_ALIAS,
    POSITIVE_CANCELLATION,
    LONG_DECIMALS,
)


@dataclass(frozen=True)
class CleaningRules:
    """`duplicates`: one copy per row key (all source columns), or every copy.

    `dates`: how 03/04/2011 is read; None lets the data decide, or asks when it cannot.
    """

    duplicates: Duplicates = "drop"
    dates: DateOrder | None = None
