"""What a question counts: measures by their everyday words, and what each is called elsewhere."""

import re
from functools import cache

from agent.measure_words import MEASURE_WORDS, PEOPLE

# What lists of segments and the totals of the shop tell at once, without counting anew.
OF_SEGMENTS = ("customers", "revenue", "share_of_customers", "share_of_revenue", "recency",
               "frequency", "monetary")  # fmt: skip
OF_SHOP = ("customers", "orders", "products", "revenue", "average_order", "gross_revenue",
           "countries", "rows", "rows_dropped", "first_order", "last_order")  # fmt: skip
# What a query calls it, where it differs; its fact's metric is the second.
QUERIED = {"recency": ("median_recency", "recency"), "frequency": ("median_frequency", "frequency"),
           "monetary": ("median_monetary", "monetary"), "tenure": ("median_tenure", "tenure"),
           "returns": ("returns", "returns_value"),
           "first_order": ("first_sale", "first_sale"), "last_order": ("last_sale", "last_sale"),
           "share_of_customers": ("customers", "customers"),
           "share_of_revenue": ("revenue", "revenue")}  # fmt: skip
PREDICTED = ("churn", "expected_leavers", "expected_value", "expected_value_per_customer",
             "buy_soon", "revenue_at_risk", "value_at_risk", "next_order_date",
             "next_segment")  # fmt: skip
# What single customers are put in the order of.
RANKED = {"churn": "churn", "expected_leavers": "churn", "buy_soon": "buy_soon",
          "expected_value": "expected_value",
          "expected_value_per_customer": "expected_value"}  # fmt: skip


def queried(measure: str) -> str:
    return QUERIED.get(measure, (measure, measure))[0]


def metric_of(measure: str) -> str:
    """The metric of the fact that answers it."""
    return QUERIED.get(measure, (measure, measure))[1]


def read_measures(text: str) -> tuple[str, ...]:
    """In the order the text names them; each stretch of words counts for one only."""
    places: dict[str, int] = {}
    text_before = text
    for measure, words in MEASURE_WORDS:
        pattern = whole_words(words)
        hit = pattern.search(text)
        if hit:
            places.setdefault(measure, hit.start())
            text = pattern.sub(lambda m: " " * len(m.group()), text)
    if "selling" in places:  # by money, unless something else is said to be counted
        place = places.pop("selling")
        if not {"units", "orders", "revenue"} & places.keys():
            places["revenue"] = place
    if "much" in places:  # "how much did we refund": the money is the refunds
        place = places.pop("much")
        if _BY_HOW_MANY.search(text_before):
            return tuple(sorted(places, key=lambda measure: places[measure]))
        if re.search(r"\bhow many and how much\b", text_before, re.I):
            places.setdefault("customers", place - 1)
        if not places.keys() - {"customers", "orders", "size"}:
            places.setdefault("revenue", place)
    if "items_per_order" in places and _BASKET_SIZE.search(text_before):  # in money, or in pieces
        places.setdefault("average_order", places["items_per_order"])
    if "average_order" in places and _PER_ONE.search(text_before):  # spent per order, not in all
        places.pop("revenue", None)
        places.pop("orders", None)
    if "expected_value" in places and _PER_HEAD.search(text_before):
        places["expected_value_per_customer"] = places.pop("expected_value")
        places.pop("customers", None)
    if "returning_customers" in places and "repeat_rate" in places:
        places.pop("returning_customers" if _RATE.search(text_before) else "repeat_rate")
    if "repeat_rate" in places:  # whose second order it is needs no count of its own
        places = {"repeat_rate": places["repeat_rate"]}
    if "size" in places:  # of a segment its people, of a market or a category its money
        place = places.pop("size")
        sized = "revenue" if _OF_SALES.search(text) and not _OF_PEOPLE.search(text) else "customers"
        if not places.keys() - {"orders"}:
            places.setdefault(sized, place)
    by = _BY_ONE.search(text_before)
    if by and not {"average_order", "items_per_order", *PREDICTED} & places.keys():
        said = read_measures(by["what"])
        places = {measure: place for measure, place in places.items() if measure in said} or places
    if _ON_AVERAGE.search(text_before):
        places = {_MEANS.get(measure, measure): place for measure, place in places.items()}
    if _MEDIAN.search(text_before):
        places = {_MEDIANS.get(measure, measure): place for measure, place in places.items()}
    if "recency" in places and _LAST_OF_ONE.search(text_before):
        places["last_order"] = places.pop("recency")
    if _LOOKS_AHEAD.search(text_before):
        places = {_FORETOLD.get(measure, measure): place for measure, place in places.items()}
        if "expected_value_per_customer" in places:
            places.pop("expected_value", None)
    if not places and re.search(r"\bhow many\b", text, re.IGNORECASE):
        return ("customers",)
    return tuple(sorted(places, key=lambda measure: places[measure]))


_BY_ONE = re.compile(r"\b(?:by|in) (?P<what>units|pieces|orders|quantity|revenue)\b", re.I)
_ON_AVERAGE = re.compile(r"\bon average\b", re.I)
_MEANS = {"frequency": "mean_frequency", "monetary": "mean_monetary", "tenure": "mean_tenure"}
_MEDIAN = re.compile(r"\bmedian\b", re.I)
_MEDIANS = {"revenue_per_customer": "monetary", "mean_monetary": "monetary"}
_LAST_OF_ONE = re.compile(
    r"<CUSTOMER>['’]?s?\W* last (?:order|purchase)|"
    r"last (?:order|purchase) (?:of|from|by|for) <CUSTOMER>",
    re.I,
)
_PER_HEAD = re.compile(rf"(?<!not )\b(?:per|of each|for each) (?:{PEOPLE}|head|capita)\b", re.I)
_RATE = re.compile(r"\b(?:rates?|shares?|percent\w*|proportion)\b|%", re.I)
_LOOKS_AHEAD = re.compile(
    r"\b(?:in (?:the )?future|in the time to come|you expect|going forward|looking ahead|"
    r"from here on|down the line|"
    r"(?:might|may|could|will) (?:still|yet) (?:spend|bring|buy|pay|leave))\b",
    re.I,
)
_FORETOLD = {
    "revenue": "expected_value",
    "monetary": "expected_value",
    "mean_monetary": "expected_value_per_customer",
    "revenue_per_customer": "expected_value_per_customer",
}
_BASKET_SIZE = re.compile(r"\b(?:basket|order|cart) sizes?\b", re.I)
_BY_HOW_MANY = re.compile(  # customers, as segments grow
    r"\bhow much (?:did|has|have) (?:the )?<SEGMENT> (?:grown?|shrinks?|shrunk|changed?)\b", re.I
)
_PER_ONE = re.compile(r"\b(?:per|an|each|one) (?:order|basket|purchase|transaction)\b", re.I)
_OF_SALES = re.compile(
    r"<(?:COUNTRY|CATEGORY|CHANNEL|PRODUCT)>|\b(?:markets?|countr(?:y|ies)|categor(?:y|ies)|"
    r"products?|channels?|sellers?|items?|articles?)\b", re.I)  # fmt: skip
_OF_PEOPLE = re.compile(
    r"<SEGMENT>|\b(?:segments?|groups?|customers?|people|buyers?|in size)\b", re.I
)


@cache
def whole_words(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w<])(?:{words})(?![\w>])", re.IGNORECASE)
