"""A filter as JSON: how it is kept and sent. What comes in is checked as what is typed is.

{"version": 1, "filter": {"all": [
    {"field": "recency", "is": ">", "value": 60},
    {"field": "country", "in": ["France", "Spain"]},
    {"not": {"bought": "category", "names": ["Kitchen"], "period": {"in": {"last": 90,
     "unit": "day"}}, "least": 1}}]}}
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal, cast, get_args

from engine.errors import BadInput, Fixable
from engine.filters.fields import Fields
from engine.filters.model import (
    DEEPEST,
    LONGEST_TEXT,
    MOST_CONDITIONS,
    And,
    Between,
    Bought,
    Compare,
    Condition,
    Contains,
    Filter,
    Is,
    Missing,
    Not,
    OneOf,
    Operator,
    Or,
    When,
    require_bounded,
    too_deep,
)
from engine.filters.periods import (
    RELATIONS,
    UNITS,
    Ago,
    Dated,
    Last,
    Period,
    Stretch,
    Unit,
    Whole,
)
from engine.filters.writing import filter_text

VERSION = 1
Object = Mapping[str, Any]


def filter_to_json(filter: Filter, fields: Fields | None = None) -> dict[str, Any]:
    """With `fields`, words that stand for something are kept as what they stand for: a segment by
    its id, so that another name changes nobody who is meant."""
    return {"version": VERSION, "filter": _to_json(_by_id(filter, fields) if fields else filter)}


def _by_id(filter: Filter, fields: Fields) -> Filter:
    match filter:
        case And(parts):
            return And(tuple(_by_id(part, fields) for part in parts))
        case Or(parts):
            return Or(tuple(_by_id(part, fields) for part in parts))
        case Not(part):
            return Not(_by_id(part, fields))
        case OneOf(name, words):
            field = fields.get(name)
            return OneOf(name, tuple(field.stored(word) for word in words))
    return filter


def _to_json(filter: Filter) -> dict[str, Any]:
    match filter:
        case And(parts):
            return {"all": [_to_json(part) for part in parts]}
        case Or(parts):
            return {"any": [_to_json(part) for part in parts]}
        case Not(part):
            return {"not": _to_json(part)}
        case Compare(field, operator, value):
            return {"field": field, "is": operator, "value": _number_to_json(value)}
        case Between(field, low, high):
            return {"field": field, "between": [_number_to_json(low), _number_to_json(high)]}
        case OneOf(field, words):
            return {"field": field, "in": list(words)}
        case Contains(field, text):
            return {"field": field, "contains": text}
        case Is(field, truth):
            return {"field": field, "true": truth}
        case When(field, period):
            return {"field": field, "period": _period_to_json(period)}
        case Missing(field):
            return {"field": field, "missing": True}
        case Bought(what, names, bought_in, least):
            return {
                "bought": what,
                "names": list(names),
                "period": _period_to_json(bought_in) if bought_in else None,
                "least": least,
            }


def _number_to_json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _period_to_json(period: Period) -> dict[str, Any]:
    found: dict[str, Any] = {period.relation: _stretch_to_json(period.stretch)}
    return found | ({"and": _stretch_to_json(period.until)} if period.until else {})


def _stretch_to_json(stretch: Stretch) -> dict[str, Any]:
    match stretch:
        case Dated(text):
            return {"date": text}
        case Whole(which, unit):
            return {"calendar": which, "unit": unit}
        case Ago(count, unit):
            return {"ago": count, "unit": unit}
        case Last(count, unit):
            return {"last": count, "unit": unit}


# ---- reading -----------------------------------------------------------------------------------


def filter_from_json(found: object, fields: Fields) -> Filter:
    """The filter, or which place of the object cannot be meant."""
    outer = _object(found, "the filter", {"version", "filter"})
    if outer["version"] != VERSION:
        raise BadInput(
            f"The filter is of version {outer['version']!r}.", f"Version {VERSION} is read here."
        )
    reader = _Reader(fields)
    filter = require_bounded(reader.filter(outer["filter"], "filter", 1))
    length = len(filter_text(filter, fields))
    if length > LONGEST_TEXT:
        raise BadInput(f"The filter is {length:,} characters long.", f"Use up to {LONGEST_TEXT:,}.")
    return filter


class _Reader:
    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.conditions = 0

    def filter(self, found: object, place: str, depth: int) -> Filter:
        if depth > DEEPEST:
            raise too_deep()
        keys = set(found) if isinstance(found, dict) else set()
        if keys == {"all"}:
            return And(self.parts(found, "all", place, depth))
        if keys == {"any"}:
            return Or(self.parts(found, "any", place, depth))
        if keys == {"not"}:
            return Not(self.filter(cast(Object, found)["not"], f"{place}.not", depth + 1))
        return self.leaf(found, place)

    def parts(self, found: object, key: str, place: str, depth: int) -> tuple[Filter, ...]:
        parts = _list(cast(Object, found)[key], f"{place}.{key}")
        if not 2 <= len(parts) <= MOST_CONDITIONS:
            raise _wrong(f"{place}.{key}", f"holds {len(parts):,} filters", "Give two or more.")
        return tuple(
            self.filter(part, f"{place}.{key}[{number}]", depth + 1)
            for number, part in enumerate(parts)
        )

    def leaf(self, found: object, place: str) -> Filter:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise _wrong(place, "is one condition too many", f"Use up to {MOST_CONDITIONS}.")
        condition = _leaf(found, place)
        try:
            return self.fields.checked(condition)
        except Fixable as error:
            raise BadInput(f"{place}: {error.message}", error.hint) from None


def _leaf(found: object, place: str) -> Condition | Bought:
    keys = frozenset(found) if isinstance(found, dict) else frozenset()
    read = _LEAVES.get(keys)
    if read is None:
        given = ", ".join(sorted(str(key)[:20] for key in keys)[:6]) or type(found).__name__
        known = "; ".join(", ".join(sorted(keys)) for keys in _LEAVES)
        raise _wrong(place, f"is no condition: {given}", f"Known are: {known}; all; any; not.")
    return read(cast(Object, found), place)


def _compare(found: Object, place: str) -> Compare:
    operator = _choice(found["is"], get_args(Operator), f"{place}.is")
    value = _number(found["value"], f"{place}.value")
    return Compare(_name(found, place), cast(Operator, operator), value)


def _between(found: Object, place: str) -> Between:
    ends = _list(found["between"], f"{place}.between")
    if len(ends) != 2:
        raise _wrong(f"{place}.between", f"holds {len(ends):,} values", "Give the two ends.")
    low, high = (_number(end, f"{place}.between[{n}]") for n, end in enumerate(ends))
    return Between(_name(found, place), low, high)


def _missing(found: Object, place: str) -> Missing:
    if found["missing"] is not True:
        raise _wrong(f"{place}.missing", "is not true", "Say the opposite with not.")
    return Missing(_name(found, place))


def _bought(found: Object, place: str) -> Bought:
    what = _choice(found["bought"], ("anything", "product", "category"), f"{place}.bought")
    names = _words(found["names"], f"{place}.names")
    if what == "anything" and names:
        raise _wrong(f"{place}.names", "names something, where anything goes", "Leave it empty.")
    period = found["period"]
    return Bought(
        cast(Literal["anything", "product", "category"], what),
        names,
        None if period is None else _period(period, f"{place}.period"),
        _count(found["least"], f"{place}.least"),
    )


_LEAVES: Mapping[frozenset[str], Callable[[Object, str], Condition | Bought]] = {
    frozenset({"field", "is", "value"}): _compare,
    frozenset({"field", "between"}): _between,
    frozenset({"field", "in"}): lambda found, place: OneOf(
        _name(found, place), _words(found["in"], f"{place}.in")
    ),
    frozenset({"field", "contains"}): lambda found, place: Contains(
        _name(found, place), _text(found["contains"], f"{place}.contains")
    ),
    frozenset({"field", "true"}): lambda found, place: Is(
        _name(found, place), _truth(found["true"], f"{place}.true")
    ),
    frozenset({"field", "period"}): lambda found, place: When(
        _name(found, place), _period(found["period"], f"{place}.period")
    ),
    frozenset({"field", "missing"}): _missing,
    frozenset({"bought", "names", "period", "least"}): _bought,
}


def _period(found: object, place: str) -> Period:
    keys = set(found) if isinstance(found, dict) else set()
    for relation in RELATIONS:
        if keys == ({relation, "and"} if relation == "between" else {relation}):
            given = cast(Object, found)
            until = _stretch(given["and"], f"{place}.and") if "and" in keys else None
            return Period(relation, _stretch(given[relation], f"{place}.{relation}"), until)
    raise _wrong(place, "is no period", 'Give for example {"since": {"date": "2025-06"}}.')


def _stretch(found: object, place: str) -> Stretch:
    keys = set(found) if isinstance(found, dict) else set()
    given = cast(Object, found)
    if keys == {"date"}:
        return Dated(_text(given["date"], f"{place}.date"))
    if len(keys) == 2 and "unit" in keys and keys <= {"calendar", "ago", "last", "unit"}:
        unit = cast(Unit, _choice(given["unit"], UNITS, f"{place}.unit"))
        if "ago" in keys:
            return Ago(_count(given["ago"], f"{place}.ago"), unit)
        if "last" in keys:
            return Last(_count(given["last"], f"{place}.last"), unit)
        which = _choice(given["calendar"], ("this", "last"), f"{place}.calendar")
        return Whole(cast(Literal["this", "last"], which), unit)
    raise _wrong(place, "is no stretch of time", 'Give for example {"last": 90, "unit": "day"}.')


# ---- the values of JSON ------------------------------------------------------------------------


def _object(found: object, place: str, keys: set[str]) -> Object:
    if not isinstance(found, dict) or set(found) != keys:
        raise _wrong(place, "is not as expected", f"Give an object with {', '.join(sorted(keys))}.")
    return found


def _list(found: object, place: str) -> list[object]:
    if not isinstance(found, list):
        raise _wrong(place, f"is no list: {type(found).__name__}", "Give a list.")
    return found


def _text(found: object, place: str) -> str:
    if not isinstance(found, str):
        raise _wrong(place, f"is no text: {type(found).__name__}", "Give a text.")
    return found


def _name(found: Object, place: str) -> str:
    return _text(found["field"], f"{place}.field")


def _words(found: object, place: str) -> tuple[str, ...]:
    return tuple(_text(word, f"{place}[{n}]") for n, word in enumerate(_list(found, place)))


def _choice(found: object, choices: tuple[str, ...], place: str) -> str:
    if not isinstance(found, str) or found not in choices:
        raise _wrong(place, f"is {str(found)[:30]!r}", f"Give one of {', '.join(choices)}.")
    return found


def _truth(found: object, place: str) -> bool:
    if not isinstance(found, bool):
        raise _wrong(place, f"is no truth: {type(found).__name__}", "Give true or false.")
    return found


def _count(found: object, place: str) -> int:
    if not isinstance(found, int) or isinstance(found, bool):
        raise _wrong(place, f"is no whole number: {type(found).__name__}", "Give one.")
    return found


def _number(found: object, place: str) -> Decimal:
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise _wrong(place, f"is no number: {type(found).__name__}", "Give a number.")
    return Decimal(repr(found)) if isinstance(found, float) else Decimal(found)


def _wrong(place: str, what: str, hint: str) -> BadInput:
    return BadInput(f"{place} {what}.", hint)
