"""Filters as text, as JSON and as a sentence."""

import json
from decimal import Decimal
from typing import Any

import pytest
from filtering import FIELDS, filters
from hypothesis import given, settings
from shops import at

from engine.errors import BadInput, NotPossible
from engine.filters import (
    Fields,
    filter_from_json,
    filter_text,
    filter_to_json,
    parse_filter,
    sentence,
)
from engine.filters.model import And, Between, Bought, Compare, Filter, Not, OneOf, Or, depth_of
from engine.filters.periods import Dated, Last, Period

MOMENT = at("2025-12-01", "Europe/London")
EXAMPLE = (
    'recency > 60 and monetary >= 500 and country in (France, "United Kingdom") '
    "and not segment = Champions and bought category Kitchen in the last 90 days"
)


def read(text: str) -> Filter:
    return parse_filter(text, FIELDS)


def said(text: str) -> str:
    return sentence(read(text), FIELDS, MOMENT)


# ---- text --------------------------------------------------------------------------------------


def test_a_filter_reads_as_it_is_meant() -> None:
    assert read(EXAMPLE) == And(
        (
            Compare("recency", ">", Decimal(60)),
            Compare("monetary", ">=", Decimal(500)),
            OneOf("country", ("France", "United Kingdom")),
            Not(OneOf("segment", ("Champions",))),
            Bought("category", ("Kitchen",), Period("in", Last(90, "day")), 1),
        )
    )


def test_not_binds_closest_then_and_then_or() -> None:
    one, two, three = (Compare("recency", ">", Decimal(n)) for n in (1, 2, 3))
    text = "recency > 1 or not recency > 2 and recency > 3"
    assert read(text) == Or((one, And((Not(two), three))))
    assert read("(recency > 1 or not recency > 2) and recency > 3") == And(
        (Or((one, Not(two))), three)
    )
    assert read("not (recency > 1 and recency > 2)") == Not(And((one, two)))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("COUNTRY = france", "country = France"),
        ("segment = segment_2", 'segment = "At risk"'),
        ("country != 'United Kingdom'", 'country != "United Kingdom"'),
        ("churn > 0.7", "churn > 70%"),
        ("recency <= 60 days", "recency <= 60"),
        ("monetary between 10.50 and 20.00", "monetary between 10.5 and 20"),
        ("country is not missing", "country is not missing"),
        ("not country is missing", "country is not missing"),
        ("city not contains new", "not city contains new"),
        ("opted_out = FALSE", "opted_out = no"),
        ("[loyalty [tier]]] = \"5\"\" pot\"", "[Loyalty [tier]]] = \"5\"\" pot\""),
        ("[not] = 3", "[not] = 3"),
        ("signup_date >= 2025-06", "signup_date since 2025-06"),
        ("signup_date < 2025", "signup_date before 2025"),
        ("signup_date = 2025-06-03", "signup_date in 2025-06-03"),
        ("signup_date since the last 3 months", "signup_date in last 3 months"),
        ("signup_date between 2025-01 and 1 month ago",
         "signup_date between 2025-01 and 1 month ago"),
        ("bought 85123A", "bought 85123A"),
        ("bought product (85123A, 22423)", "bought (85123A, 22423)"),
        ("not bought 'GLASS BALL'", 'never bought "GLASS BALL"'),
        (
            "bought category kitchen in the last 60 days at least 2 times",
            "bought category Kitchen in last 60 days at least 2 times",
        ),
        ("bought anything since last month", "bought anything since last month"),
        ("bought 'last' in 2025", 'bought "last" in 2025'),
    ],
)  # fmt: skip
def test_what_is_typed_is_written_in_one_form(typed: str, written: str) -> None:
    assert filter_text(read(typed), FIELDS) == written
    assert read(written) == read(typed)


@settings(deadline=None)  # the first example imports what the others use
@given(filters)
def test_text_and_json_come_back_the_same(filter: Filter) -> None:
    if depth_of(filter) > 10:
        return
    text = filter_text(filter, FIELDS)
    assert read(text) == filter
    assert filter_text(read(text), FIELDS) == text
    kept = json.loads(json.dumps(filter_to_json(filter)))
    assert filter_from_json(kept, FIELDS) == filter
    assert filter_to_json(filter_from_json(kept, FIELDS)) == kept


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("recncy > 60", 1, "No field named 'recncy'", "Did you mean 'recency'"),
        ("country = Frnace", 11, "No country named 'Frnace'", "Did you mean 'France'?"),
        ("segment = Champion", 11, "No segment named 'Champion'", "Did you mean 'Champions'?"),
        ("bought category Kichen", 17, "No category named 'Kichen'", "Did you mean 'Kitchen'?"),
        ("country > 3", 9, "country is a word, so it has no size", "country = France"),
        ("recency in (3, 4)", 9, "recency is a number of days", "recency between"),
        ("signup_date > soon", 15, "Expected a time, found 'soon'", "2025-06"),
        ("signup_date = 2025-02-30", 15, "'2025-02-30' is no day", "2025-06-03"),
        ("signup_date between 2025-06 and 2025-01", 33, "2025-01 is before", "earlier one"),
        ("signup_date before last 3 months", 27, "can be read two ways", "3 months ago"),
        ("churn > 20", 9, "a share from 0 to 1, and 20 is outside", "20%"),
        ("recency > 20%", 11, "recency is no share", "Leave out"),
        ("monetary >= 1,000", 14, "found ','", "without commas"),
        ("monetary >= £500", 13, "Unexpected '£'", "without a sign"),
        ("monetary >= 1.005", 13, "1.005 GBP is no whole number", "2 decimals"),
        ("recency > 9 && churn > 5%", 13, "Unexpected '&'", "Write and"),
        ("city = New York", 12, "found 'York'", '"New York"'),
        ("city = 'New York", 8, "Unexpected '''", "closing quote"),
        ("country in (France, Spain", 26, "Expected ',' or ')', found the end", ""),
        ("recency", 8, "Expected what is asked of recency", "recency >= 100"),
        ("recency > 5 and", 16, "Expected a condition, found the end", "recency > 60"),
        ("country = and", 11, "Expected a word or a number, found 'and'", ""),
        ("monetary between 5 and 3", 10, "Nothing is between 5 and 3", "between 3 and 5"),
        ("opted_out = maybe", 13, "Expected yes or no", ""),
        ("bought 1 at least 0 times", 10, "At least 0 times", "1 to 10,000"),
        ("recency > 1234567890123456", 11, "more digits", "15"),
    ],
)
def test_an_error_points_at_its_place(text: str, column: int, message: str, hint: str) -> None:
    with pytest.raises(BadInput) as error:
        read(text)
    assert message in error.value.message
    assert hint in error.value.hint
    assert f"(column {column})" in error.value.message
    shown, caret = error.value.message.splitlines()[1:3]
    found = shown[caret.index("^") : caret.rindex("^") + 1]
    assert found == text[column - 1 : column - 1 + len(found)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  ", "empty"),
        ("(" * 11 + "recency > 1" + ")" * 11, "nested more than 10 deep"),
        ("not " * 11 + "recency > 1", "nested more than 10 deep"),
        (" or ".join(["recency > 1"] * 201), "201 conditions"),
        ("city = " + "a" * 201, "201 characters"),
        (f"city in ({', '.join(['a'] * 1001)})", "1,001 words"),
        ("recency > 1" + " " * 20_000, "characters long"),
        ('city = "a\nb"', "cannot be seen"),
        ("city = 'a\0b'", "cannot be seen"),
    ],
)
def test_what_comes_from_outside_is_bounded(text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read(text)


def test_a_shop_without_categories_says_so() -> None:
    with pytest.raises(BadInput, match="no category of any product"):
        parse_filter("bought category Kitchen", Fields(FIELDS.fields, "GBP", ()))
    with pytest.raises(NotPossible):
        Fields(FIELDS.fields, "GBP", ()).category("Kitchen")


# ---- JSON --------------------------------------------------------------------------------------


def test_json_is_stable() -> None:
    text = "churn > 70% and not (signup_date since 2025-06 or never bought 85123A in last 2 weeks)"
    assert filter_to_json(read(text)) == {
        "version": 1,
        "filter": {
            "all": [
                {"field": "churn", "is": ">", "value": 0.7},
                {"not": {"any": [
                    {"field": "signup_date", "period": {"since": {"date": "2025-06"}}},
                    {"not": {"bought": "product", "names": ["85123A"], "least": 1,
                             "period": {"in": {"last": 2, "unit": "week"}}}},
                ]}},
            ]
        },
    }  # fmt: skip


RECENT = {"field": "recency", "is": "<", "value": 30}


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (None, "the filter is not as expected"),
        ({"version": 2, "filter": RECENT}, "version 2"),
        ({"version": 1, "filter": RECENT, "sql": "1=1"}, "the filter is not as expected"),
        (RECENT | {"extra": 1}, "filter is no condition: extra, field, is, value"),
        ({"all": [RECENT]}, r"filter\.all holds 1 filters"),
        ({"all": [RECENT, {"not": 3}]}, r"filter\.all\[1\]\.not is no condition: int"),
        (RECENT | {"is": "<>"}, r"filter\.is is '<>'"),
        (RECENT | {"value": "30"}, r"filter\.value is no number: str"),
        (RECENT | {"value": True}, r"filter\.value is no number: bool"),
        (RECENT | {"value": float("nan")}, "filter: A number"),
        (RECENT | {"value": 10**400}, "filter: A number"),
        (RECENT | {"field": "recncy"}, "filter: No field named 'recncy'"),
        ({"field": "country", "is": ">", "value": 3}, "filter: country is a word"),
        ({"field": "country", "in": ["Frnace"]}, "filter: No country named 'Frnace'"),
        ({"field": "country", "in": []}, "filter: A list of 0 words"),
        ({"field": "city", "in": [3]}, r"filter\.in\[0\] is no text: int"),
        ({"field": "recency", "between": [5, 3]}, "filter: Nothing is between"),
        ({"field": "city", "missing": False}, r"filter\.missing is not true"),
        ({"field": "signup_date", "period": {"since": {"date": "2025-13"}}}, "filter: '2025-13'"),
        ({"field": "signup_date", "period": {"since": {}}}, r"filter\.period\.since is no stretch"),
        ({"bought": "anything", "names": ["x"], "period": None, "least": 1}, r"filter\.names"),
        ({"bought": "category", "names": ["x"], "period": None, "least": 1}, "No category"),
        ({"bought": "product", "names": ["x"], "period": None, "least": 0}, "At least 0 times"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_json_is_told_with_its_place(found: Any, message: str) -> None:
    whole = found if found is None or "version" in found else {"version": 1, "filter": found}
    with pytest.raises(BadInput, match=message):
        filter_from_json(whole, FIELDS)


def test_json_is_bounded() -> None:
    deep: dict[str, Any] = RECENT
    for _ in range(10):
        deep = {"not": deep}
    with pytest.raises(BadInput, match="nested"):
        filter_from_json({"version": 1, "filter": deep}, FIELDS)
    wide = {"any": [{"all": [RECENT] * 100}] * 3}
    with pytest.raises(BadInput, match="one condition too many"):
        filter_from_json({"version": 1, "filter": wide}, FIELDS)
    long = {"field": "city", "in": ["a" * 200] * 200}
    with pytest.raises(BadInput, match="characters long"):
        filter_from_json({"version": 1, "filter": long}, FIELDS)


# ---- sentences ---------------------------------------------------------------------------------


def test_the_sentence_of_the_example() -> None:
    assert said(EXAMPLE) == (
        "Customers who last bought more than 60 days ago, have spent at least GBP 500, are in "
        "France or United Kingdom, are not Champions and have bought something of the category "
        "Kitchen in the last 90 days (3 Sep 2025 to 1 Dec 2025). Whoever has no known country is "
        "found by no condition on it, nor by its opposite."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not recency > 60", "last bought at most 60 days ago"),
        ("not monetary < 1234.5", "have spent at least GBP 1,234.50"),
        ("not frequency = 1", "have ordered not exactly once"),
        ("recency between 30 and 60", "last bought from 30 days to 60 days ago"),
        ("not (recency > 60 or segment = Champions)",
         "last bought at most 60 days ago and are not Champions"),
        ("recency > 60 or (segment = Champions or monetary > 5)",
         "last bought more than 60 days ago, are Champions or have spent more than GBP 5"),
        ("recency > 60 and (segment = Champions or monetary > 5)",
         "meet all of these: last bought more than 60 days ago; "
         "either are Champions or have spent more than GBP 5"),
        ("recency > 60 or segment = Champions and monetary > 5",
         "meet at least one of these: last bought more than 60 days ago; "
         "both are Champions and have spent more than GBP 5"),
        ("recency > 60 or segment = Champions and (monetary > 5 or frequency > 2)",
         "meet at least one of these: last bought more than 60 days ago; both are Champions and "
         "(either have spent more than GBP 5 or have ordered more than 2 times)"),
        ("never bought (85123A, 'GLASS or BALL')", 'have never bought 85123A or "GLASS or BALL"'),
        ("not bought anything in 2025-06", "have not bought anything in Jun 2025"),
        ("bought 85123A on 2025", None),
        ("bought 85123A since last month at least 2 times",
         "have bought 85123A in at least 2 orders since last month (since 1 Nov 2025)"),
        ("not bought 85123A before 3 months ago at least 2 times",
         "have bought 85123A in fewer than 2 orders before 3 months ago (before 1 Sep 2025)"),
    ],
)  # fmt: skip
def test_sentences(text: str, words: str | None) -> None:
    if words is None:
        with pytest.raises(BadInput):
            read(text)
    else:
        assert said(text) == f"Customers who {words}."


def test_a_sentence_says_what_becomes_of_people_without_a_value() -> None:
    assert said("not churn > 70%") == (
        "Customers who have a chance of leaving of at most 70%. Whoever has no known churn is "
        "found by no condition on it, nor by its opposite."
    )
    assert said("country is missing") == "Customers who have no known country."
    assert said("opted_out = no").startswith("Customers who are not opted out. Whoever")


@settings(deadline=None)  # the first example imports what the others use
@given(filters)
def test_every_filter_has_a_sentence_that_says_it_once(filter: Filter) -> None:
    text = sentence(filter, FIELDS, MOMENT)
    assert text.startswith("Customers who ")
    assert sentence(Not(Not(filter)), FIELDS, MOMENT) == text


def test_names_of_fields_are_no_forms() -> None:
    assert said("[{0} {}] > 3").startswith("Customers who have a {0} {} of more than 3. Whoever")


def test_a_currency_that_nobody_knows_is_said() -> None:
    spent = Between("monetary", Decimal(5), Decimal("7.5"))
    assert sentence(spent, Fields(FIELDS.fields), MOMENT) == (
        "Customers who have spent from 5 (currency unknown) to 7.50 (currency unknown)."
    )


def test_dates_of_a_period_are_the_shops() -> None:
    late = at("2025-12-01T00:30", "Pacific/Auckland")  # still November in London
    joined = sentence(read("signup_date in last month"), FIELDS, late)
    assert "joined in last month (1 Nov 2025 to 30 Nov 2025)" in joined
    assert read("signup_date in 2025") == read("signup_date = 2025")
    assert Dated("2025") != Dated("2025-01")
