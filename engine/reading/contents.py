"""What the cells of a column look like, whatever the column is called."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_SAMPLED_ROWS = 2_000

_NUMBER = r"^[(+\-−]?\s*(?:[A-Z]{3}|[£$€¥₹]|zł)?\s*[+\-−]?\d[\d., '’\u00a0]*(?:[eE][+\-]?\d+)?\s*(?:[A-Z]{3}|[£$€¥₹%]|zł|k)?\)?-?$"  # noqa: E501
_INTEGER = r"^-?\d+(?:[.,]0+)?$"
_DATE = (
    r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    r"|\d{1,2}[-. ]+\p{L}{3,10}\.?[-, ]+\d{2,4}|\p{L}{3,10}\.? \d{1,2},? \d{4}"
    r"|\d{4}\d{2}\d{2}T\d{4,6}Z?)(?:$|[T ,].{0,30}$)"
)
_EPOCH = r"^1[0-9]{9}(?:[0-9]{3}){0,2}(?:\.\d+)?$"
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_TIME = r"^\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?$"
_PHONE = r"^\+?[\d ()./\-]{7,20}$"
_CODE = r"^[A-Z]{3}$"

_VALUE = re.compile(
    r"^\s*(?:[-+£$€(]*\d[\d.,\s]*\)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?|"
    r"[^@\s]+@[^@\s]+\.[^@\s]+)\s*$"
)


@dataclass(frozen=True)
class Contents:
    """Shares of the filled cells of a sample; `distinct` and `length` likewise."""

    filled: float  # of all cells
    number: float = 0.0
    integer: float = 0.0
    negative: float = 0.0
    date: float = 0.0
    epoch: float = 0.0
    time: float = 0.0
    email: float = 0.0
    phone: float = 0.0
    code: float = 0.0
    letters: float = 0.0
    action: float = 0.0
    distinct: float = 0.0
    length: float = 0.0
    words: float = 0.0
    samples: tuple[str, ...] = ()


ACTIONS: frozenset[str] = frozenset({
    "view", "viewed", "productview", "pageview", "detail", "click", "cart", "addtocart",
    "addcart", "removefromcart", "remove", "removed", "purchase", "purchased", "buy", "order",
    "transaction", "checkout", "visit", "session", "search", "wishlist", "addtowishlist",
    "abandonedcart", "login", "signup", "share", "begincheckout", "viewitem", "viewcontent",
    "impression", "open", "favorite", "like",
})  # fmt: skip


def looks_like_value(text: str) -> bool:
    return bool(_VALUE.match(text))


def measure(table: "pl.DataFrame") -> dict[str, Contents]:
    """Of some rows from all over the table: an export is often sorted."""
    sample = table.gather_every(max(1, len(table) // _SAMPLED_ROWS))
    return {name: _contents(sample[name]) for name in table.columns}


def _contents(column: "pl.Series") -> Contents:
    import polars as pl

    cells = column.str.strip_chars().to_frame("cell").filter(pl.col("cell") != "")
    if not len(cells):
        return Contents(filled=0.0)
    cell = pl.col("cell")
    plain = cell.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    found = cells.select(
        *(cell.str.contains(form).mean().alias(name) for name, form in _FORMS.items()),
        negative=cell.str.contains(r"^\s*[-−(]|-$").mean(),
        letters=cell.str.contains(r"\p{L}").mean(),
        action=plain.is_in(sorted(ACTIONS)).mean(),
        distinct=cell.n_unique() / pl.len(),
        length=cell.str.len_chars().mean(),
        words=(cell.str.count_matches(r"\s+") + 1).mean(),
    ).row(0, named=True)
    shown = cells["cell"].unique(maintain_order=True).head(3).to_list()
    return Contents(filled=len(cells) / len(column), samples=tuple(shown), **found)


_FORMS: dict[str, str] = {
    "number": _NUMBER,
    "integer": _INTEGER,
    "date": _DATE,
    "epoch": _EPOCH,
    "time": _TIME,
    "email": _EMAIL,
    "phone": _PHONE,
    "code": _CODE,
}
