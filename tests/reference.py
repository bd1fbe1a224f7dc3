"""Features worked out slowly and obviously, customer by customer, from what each is said to mean.

It shares nothing with the engine: rows are plain dictionaries with the columns of a transaction.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import cos, exp, log, pi, sin, sqrt
from typing import Any

Row = dict[str, Any]
Found = dict[str, dict[str, Any]]  # customer -> feature -> value


def reference_features(rows: list[Row], at: datetime, today: date) -> Found:
    known = [row for row in rows if row["occurred_at"] < at]
    cancelled = cancelled_sales(known)
    channels = most_used(known, "channel", 6)
    categories = most_used(known, "category", 8)
    customers = sorted({row["customer_id"] for row in known if row["customer_id"]})
    found: Found = {}
    gaps_of_shop: list[int] = []
    for customer in customers:
        own = [row for row in known if row["customer_id"] == customer]
        kept = [
            row for row in own if row["line_kind"] == "sale" and row["event_id"] not in cancelled
        ]
        if kept:
            gaps_of_shop += gaps_between(kept)
            found[customer] = orders_of(kept, own, today) | lines_of(own, channels)
            found[customer] |= categories_of(own, categories)
            found[customer] |= {"price_level": price_level(own, known)}
    for customer, features in found.items():
        own = [row for row in known if row["customer_id"] == customer]
        kept = [
            row for row in own if row["line_kind"] == "sale" and row["event_id"] not in cancelled
        ]
        features["overdue"] = overdue(kept, gaps_of_shop, today)
    return found


def cancelled_sales(known: list[Row]) -> set[str]:
    """Each return takes back the latest sale before it, of the same customer, product and
    quantity, if that is at most three days ago; of two at once the first by id."""
    cancelled = set()
    for back in known:
        if back["line_kind"] != "return" or not back["customer_id"] or not back["product_id"]:
            continue
        sales = [
            sale
            for sale in known
            if sale["line_kind"] == "sale"
            and sale["customer_id"] == back["customer_id"]
            and sale["product_id"] == back["product_id"]
            and sale["quantity"] == -back["quantity"]
            and timedelta(0) <= back["occurred_at"] - sale["occurred_at"] <= timedelta(days=3)
        ]
        if sales:
            latest = max(sale["occurred_at"] for sale in sales)
            cancelled.add(min(s["event_id"] for s in sales if s["occurred_at"] == latest))
    return cancelled


def most_used(known: list[Row], column: str, most: int) -> list[str]:
    """In lines sold to customers; of equal counts the first by name."""
    counts = Counter(
        row[column]
        for row in known
        if row["line_kind"] == "sale" and row["customer_id"] and row[column]
    )
    return sorted(counts, key=lambda word: (-counts[word], word))[:most]


def orders_of(kept: list[Row], own: list[Row], today: date) -> dict[str, Any]:
    orders: dict[str, list[Row]] = {}
    for row in kept:
        orders.setdefault(row["order_id"], []).append(row)
    count = len(orders)
    first = min(orders, key=lambda order: (min(r["occurred_at"] for r in orders[order]), order))
    recent = [
        order
        for order, lines in orders.items()
        if any((today - line["local_date"]).days <= 90 for line in lines)
    ]
    named = [row["product_id"] for row in kept if row["product_id"]]
    days = sorted({row["local_date"] for row in kept})
    gaps = gaps_between(kept)
    angles = [
        min(line["local_date"] for line in lines).timetuple().tm_yday / 365.25 * 2 * pi
        for lines in orders.values()
    ]
    return {
        "recency": (today - days[-1]).days,
        "frequency": count,
        "monetary": sum(row["total_minor"] for row in own if row["line_kind"] != "fee"),
        "tenure": (today - days[0]).days,
        "order_days": len(days),
        "gap_mean": sum(gaps) / len(gaps) if gaps else None,
        "gap_variation": variation(gaps) if len(gaps) > 1 else None,
        "average_order": sum(row["total_minor"] for row in kept) / count,
        "first_order_value": sum(row["total_minor"] for row in orders[first]),
        "units_per_order": sum(row["quantity"] for row in kept) / count,
        "lines_per_order": len(kept) / count,
        "products_per_order": len(set(named)) / count,
        "product_lines": len(named),
        "repeat_share": (len(named) - len(set(named))) / len(named) if named else None,
        "recent_share": len(recent) / count,
        "country": latest_country(kept),
        "year_end_lean": sum(cos(angle) for angle in angles) / count,
        "april_lean": sum(sin(angle) for angle in angles) / count,
    }


def gaps_between(kept: list[Row]) -> list[int]:
    days = sorted({row["local_date"] for row in kept})
    return [(after - before).days for before, after in zip(days, days[1:], strict=False)]


def deviation(values: list[int]) -> float:
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def variation(gaps: list[int]) -> float:
    return deviation(gaps) / (sum(gaps) / len(gaps))


def overdue(kept: list[Row], gaps_of_shop: list[int], today: date) -> float | None:
    """The usual gap is the mean of the own gaps and two more of the shop's mean."""
    if not gaps_of_shop:
        return None
    shop = sum(gaps_of_shop) / len(gaps_of_shop)
    gaps = [*gaps_between(kept), shop, shop]
    since: int = (today - max(row["local_date"] for row in kept)).days
    return since / (sum(gaps) / len(gaps))


def latest_country(kept: list[Row]) -> str | None:
    told = [row for row in kept if row["country"]]
    latest = max((row["occurred_at"] for row in told), default=None)
    return min((row["country"] for row in told if row["occurred_at"] == latest), default=None)


def lines_of(own: list[Row], channels: list[str]) -> dict[str, Any]:
    goods = [row for row in own if row["line_kind"] != "fee"]
    sold = [row for row in goods if row["line_kind"] == "sale"]
    listed = sum(float(row["unit_price"]) * row["quantity"] for row in sold)
    off = sum(float(row["discount"] or 0) * row["quantity"] for row in sold)
    hours = [row["local_hour"] for row in sold]

    def share(meant: Callable[[Row], bool]) -> float:
        return sum(map(meant, sold)) / len(sold)

    found = {
        "lines": len(goods),
        "lines_sold": len(sold),
        "lines_returned": len(goods) - len(sold),
        "return_share": (len(goods) - len(sold)) / len(goods),
        "discount_share": share(lambda row: bool(row["discount"] and row["discount"] > 0)),
        "average_discount": off / listed if listed else None,
        "weekend_share": share(lambda row: row["local_date"].weekday() >= 5),
        "morning_share": share(lambda row: 6 <= row["local_hour"] <= 11),
        "evening_share": share(lambda row: row["local_hour"] >= 18 or row["local_hour"] <= 5),
        "hour_spread": deviation(hours),
    }
    for name in channels:
        over = sum(row["channel"] == name for row in sold)
        found[f"share_channel_{name}"] = over / len(sold)
    return found


def categories_of(own: list[Row], categories: list[str]) -> dict[str, Any]:
    sold = [row for row in own if row["line_kind"] == "sale"]
    counts = Counter(row["category"] for row in sold if row["category"])
    shares = [count / sum(counts.values()) for count in counts.values()]
    return {
        "top_category": min(counts, key=lambda word: (-counts[word], word), default=None),
        "category_entropy": sum(-share * log(share) for share in shares) if counts else None,
    } | {f"share_category_{word.casefold()}": counts[word] / len(sold) for word in categories}


def price_level(own: list[Row], known: list[Row]) -> float | None:
    """How far the logarithms of the prices lie above the mean of their category, turned back."""
    prices: dict[str, list[float]] = {}
    for row in known:
        if row["line_kind"] == "sale" and row["customer_id"] and row["unit_price"] > 0:
            prices.setdefault(row["category"] or "", []).append(log(row["unit_price"]))
    above = [
        log(row["unit_price"]) - sum(usual) / len(usual)
        for row in own
        if row["line_kind"] == "sale" and row["category"] and row["unit_price"] > 0
        if (usual := prices[row["category"]])
    ]
    return exp(sum(above) / len(above)) if above else None
