"""Who is named in the records of a shop whose orders are not known."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.features import fetch

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class People:
    """How many different customers, and the first and last day of what they did, if it is known."""

    customers: int
    first_day: str | None
    last_day: str | None


def count_people(records: "ibis.Table") -> People:
    """`records`: of any kinds, together in one table."""
    wanted = {"customers": records.customer_id.nunique()}
    if "local_date" in records.columns:
        wanted["first_day"] = records.local_date.min().cast("string")
        wanted["last_day"] = records.local_date.max().cast("string")
    found = fetch(records.aggregate(**wanted)).iloc[0]
    days = [found.get(name) for name in ("first_day", "last_day")]
    first, last = (day if isinstance(day, str) else None for day in days)
    return People(int(found["customers"]), first, last)
