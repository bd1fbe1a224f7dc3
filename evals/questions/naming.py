"""Who and what has to be named: the segment with most churn, the five best products, ..."""

import re
from calendar import day_name
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from evals.questions.times import Stretch, read_period
from evals.questions.truth import Uncountable, Value

if TYPE_CHECKING:
    from evals.questions.meaning import Meaning

_SINGULAR = {"products": "product", "customers": "customer", "categories": "category",
             "countries": "country"}  # fmt: skip


@dataclass(frozen=True)
class Named:
    """All of `all_of`, and so many of `some_of`, where several share the last place.

    `first`: of `rivals` the right one has to be spoken of first, else a list of all would do.
    Each is a tuple of words that mean the same: a product's name, or its code.
    """

    all_of: tuple[tuple[str, ...], ...]
    some_of: tuple[tuple[str, ...], ...] = ()
    count: int = 0
    rivals: tuple[str, ...] = ()

    def missing_from(self, text: str) -> list[str]:
        missing = [words[0] for words in self.all_of if not _said(words, text)]
        said = sum(_said(words, text) for words in self.some_of)
        if said < self.count:
            missing.append(f"{self.count - said} of {', '.join(w[0] for w in self.some_of[:5])}")
        if not missing and self.rivals:
            places = {name: _place(name, text) for name in self.rivals}
            ahead = min((name for name in self.rivals if places[name] >= 0),
                        key=lambda name: places[name], default=None)  # fmt: skip
            right = {word for words in (*self.all_of, *self.some_of) for word in words}
            if ahead is not None and ahead not in right:
                missing.append(f"{self.all_or_some()} before {ahead}")
        return missing

    def all_or_some(self) -> str:
        return " or ".join(words[0] for words in (*self.all_of, *self.some_of))


def named(meaning: "Meaning", wanted: Mapping[str, Any]) -> list[Named]:
    """What would do, each by itself."""
    ((what, asked),) = wanted.items()
    truth = meaning.truth
    if what == "segment":
        return [Named(((truth.names[meaning.roles[asked]],),))]
    if what == "segment_of":
        cut = meaning.cut({"segment_of": asked})
        rivals = tuple(truth.names.values())
        return [Named(((truth.names[cut["segment"]],),), rivals=rivals)]
    if what == "country_of":
        customer = meaning.cut(asked)["customer"]
        return [Named(((name,),)) for name in sorted(truth.countries_of(customer))]
    kind = what.removesuffix("_with")
    kind = _SINGULAR.get(kind, kind)
    return [_leaders(meaning, kind, one) for one in _readings(asked)]


def _readings(asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Of "since last month" every reading of which the moments are usual."""
    if asked.get("period") != "since_last_month":
        return [asked]
    return [{**asked, "period": period} for period in ("since_last_month", "last_month")]


def _leaders(meaning: "Meaning", kind: str, asked: Mapping[str, Any]) -> Named:
    values = ranked(meaning, kind, asked)
    most, count = "most" in asked, asked.get("count", 1)
    order = sorted(values.values(), reverse=most)
    if not order:
        raise Uncountable(f"no {kind} to choose from")
    edge = order[min(count, len(order)) - 1]
    better = [k for k, v in values.items() if (v > edge if most else v < edge)]
    level = [key for key, value in values.items() if value == edge]
    words = {key: _words(meaning, kind, key) for key in (*better, *level)}
    rivals: tuple[str, ...] = ()
    if "count" not in asked and "among" not in asked:
        rivals = tuple(_words(meaning, kind, key)[0] for key in values) if kind != "product" else ()
    return Named(
        tuple(words[key] for key in better),
        tuple(words[key] for key in level),
        min(count, len(order)) - len(better),
        rivals,
    )


def ranked(meaning: "Meaning", kind: str, asked: Mapping[str, Any]) -> dict[str, Value]:
    """The value of each segment, product, customer, ..., or of those among whom is chosen."""
    found = _ranked(meaning, kind, asked)
    if kind != "segment" or "among" not in asked:
        return found
    among = {meaning.cut({"segment": role})["segment"] for role in asked["among"]}
    return {segment: value for segment, value in found.items() if segment in among}


def _ranked(meaning: "Meaning", kind: str, asked: Mapping[str, Any]) -> dict[str, Value]:
    truth, metric = meaning.truth, asked.get("most") or asked["least"]
    inside = meaning.cut(asked.get("in") or {})
    stretch = read_period(asked.get("period", "lifetime"), truth.today)
    if metric in ("churn", "expected_value", "expected_leavers"):
        return _by_score(meaning, kind, metric, inside)
    if kind == "segment":
        plain = metric.removeprefix("abs_")
        found = {s: truth.value(plain, {**inside, "segment": s}, stretch) for s in truth.names}
        if plain != metric:
            return {s: abs(v) for s, v in found.items() if isinstance(v, int | float)}
        return found
    if kind == "customer":
        return _by_customer(meaning, metric, inside, stretch)
    if kind == "gender":
        genders = truth.customers["gender"].dropna().unique()
        return {g: truth.value(metric, {**inside, "gender": g}, stretch) for g in genders}
    cells = truth.count.answer(truth.asked((metric,), (kind,), inside, stretch))
    among = [
        meaning.country(name) if kind == "country" else name for name in asked.get("among", ())
    ]
    return {
        str(cell[0]): values[metric] or 0
        for cell, values in cells.items()
        if cell[0] is not None and (not among or cell[0] in among)
    }


def _by_score(
    meaning: "Meaning", kind: str, metric: str, inside: Mapping[str, Any]
) -> dict[str, Value]:
    truth = meaning.truth
    if kind == "segment":
        cuts = {s: {**inside, "segment": s} for s in truth.names}
        return {s: truth.value(metric, cut, read_period("horizon", truth.today))
                for s, cut in cuts.items()}  # fmt: skip
    column = "churn" if metric == "churn" else "value_minor"
    if column not in truth.scores:
        raise Uncountable(f"the product gives no {column}")
    who = truth.people(inside) & set(truth.labels)
    own = truth.scores[truth.scores.index.isin(list(who))][column].dropna()
    return {str(customer): float(value) for customer, value in own.items()}


def _by_customer(
    meaning: "Meaning", metric: str, inside: Mapping[str, Any], stretch: Stretch
) -> dict[str, Value]:
    """Revenue of each customer, of what was sold within the cut."""
    if metric != "revenue":
        raise Uncountable(f"no {metric} of each customer")
    truth = meaning.truth
    lines = truth.count.lines(truth.asked((metric,), (), inside, stretch))
    lines = lines[lines["customer_id"].isin(list(truth.people(inside)))]
    found = lines.groupby("customer_id")["total_minor"].sum()
    return {str(customer): int(value) for customer, value in found.items()}


def _words(meaning: "Meaning", kind: str, key: str) -> tuple[str, ...]:
    if kind == "segment":
        return (meaning.truth.names[key],)
    if kind == "product":
        goods = meaning.truth.count.goods
        called = goods["product"][goods["product_id"] == key].dropna().unique()
        return (*map(str, called), key)
    if kind == "month":
        day = date.fromisoformat(key[:10])
        return (f"{day:%b %Y}", f"{day:%B %Y}", f"{day:%Y-%m}")
    if kind == "weekday":
        return (day_name[int(key) - 1],)
    return (key,)


def _said(words: Sequence[str], text: str) -> bool:
    return any(_place(word, text) >= 0 for word in words)


def _place(word: str, text: str) -> int:
    """Where a word stands by itself; -1 when it does not."""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    return found.start() if found else -1
