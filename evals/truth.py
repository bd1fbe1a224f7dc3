"""The truth about an Online Retail export, counted in plain pandas.

This file shares nothing with the engine: it says again, in other code, what a kept row, a kept
sale, an order and revenue are, so that a mistake in the engine shows as a difference.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_FEES = {
    "POST", "DOT", "M", "C2", "C3", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "ADJUST",
    "ADJUST2",
}  # fmt: skip
_CANCELLATION_DAYS = 3


@dataclass(frozen=True)
class Truth:
    rows: int  # kept
    net_revenue: float
    gross_revenue: float
    buyers: int
    orders: int


def read_export(file: Path) -> "pd.DataFrame":
    """The columns of Online Retail I and II, whatever the copy calls them."""
    import pandas as pd

    frame = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, dtype=str)
    names = ["invoice", "code", "text", "quantity", "at", "price", "customer", "country"]
    if len(frame.columns) != len(names):
        raise ValueError(f"{file.name} has {len(frame.columns)} columns, not {len(names)}.")
    frame.columns = pd.Index(names)
    frame["row"] = pd.util.hash_pandas_object(frame, index=False)  # as it came: a copy is exact
    for name in ("invoice", "code", "customer"):
        frame[name] = frame[name].astype("string").str.strip().str.replace(r"\.0$", "", regex=True)
    frame["at"] = pd.to_datetime(frame["at"])
    return frame.assign(
        quantity=pd.to_numeric(frame["quantity"]), price=pd.to_numeric(frame["price"])
    )


def count_truth(export: "pd.DataFrame") -> Truth:
    kept = _kept(export)
    goods = kept[~kept["fee"]]
    sales = goods[goods["quantity"] > 0]
    standing = sales[~_taken_back(sales, goods[goods["quantity"] < 0])]
    who = standing["customer"].fillna("")
    return Truth(
        rows=len(kept),
        net_revenue=float(goods["total"].sum()),
        gross_revenue=float(sales["total"].sum()),
        buyers=int(standing["customer"].nunique()),
        orders=len(standing.assign(who=who)[["invoice", "who"]].drop_duplicates()),
    )


def count_dirt(export: "pd.DataFrame") -> dict[str, int]:
    """How many rows show each kind of dirt that such an export is known for."""
    code, text = export["code"], export["text"].astype("string")
    country = export["country"].astype("string")
    cancelled = export["invoice"].str.startswith("C")
    paid = export["price"] > 0  # the others are dropped, and appear under that
    return {
        "missing customer id": int(export["customer"].isna().sum()),
        "exact duplicate": int(export["row"].duplicated().sum()),
        "zero price": int((export["price"] == 0).sum()),
        "negative price": int((export["price"] < 0).sum()),
        "test row": int(code.str.upper().str.match(r"TEST\d*$").sum()),
        "fee": int(_is_fee(code).sum()),
        "cancellation": int(cancelled.sum()),
        "negative quantity, no cancellation": int(((export["quantity"] < 0) & ~cancelled).sum()),
        "padded text": int((text != text.str.strip()).sum()),
        "missing description": int(((text.str.strip().fillna("") == "") & paid).sum()),
        "lower-case product code": int((code != code.str.upper()).sum()),
        "country alias": int(country.isin(["EIRE", "RSA", "USA"]).sum()),
    }


def _kept(export: "pd.DataFrame") -> "pd.DataFrame":
    sound = export[(export["price"] > 0) & (export["quantity"] != 0)]
    sound = sound[~sound["code"].str.upper().str.match(r"TEST\d*$")]
    sound = sound.drop_duplicates("row")
    turned = sound["invoice"].str.startswith("C") & (sound["quantity"] > 0)
    quantity = sound["quantity"].where(~turned, -sound["quantity"])
    total = (quantity * sound["price"]).round(2)
    code = sound["code"].str.upper()
    return sound.assign(code=code, quantity=quantity, total=total, fee=_is_fee(code))


def _is_fee(code: "pd.Series[str]") -> "pd.Series[bool]":
    large = code.str.upper()
    return large.isin(_FEES) | large.str.startswith("GIFT_0001_")


def _taken_back(sales: "pd.DataFrame", returns: "pd.DataFrame") -> "pd.Series[bool]":
    """Which sales a return of the same customer, product and quantity cancels soon after."""
    import pandas as pd

    same = ["customer", "code", "quantity"]
    back = returns.dropna(subset=["customer"]).assign(quantity=-returns["quantity"])
    back = back.reset_index(names="back")[["back", *same, "at"]]
    sold = sales.dropna(subset=["customer"]).reset_index(names="sold")[["sold", *same, "at"]]
    pairs = sold.merge(back, on=same, suffixes=("", "_back"))
    gap = pairs["at_back"] - pairs["at"]
    pairs = pairs[(gap >= pd.Timedelta(0)) & (gap <= pd.Timedelta(days=_CANCELLATION_DAYS))]
    latest = pairs.sort_values(["at", "sold"]).groupby("back")["sold"].last()
    return pd.Series(sales.index.isin(latest.unique()), index=sales.index)
