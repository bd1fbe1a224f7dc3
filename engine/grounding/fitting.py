"""What a figure looks like: whether it could be what a word names at all."""

from engine.facts import Fact
from engine.grounding.claims import MetricWord
from engine.grounding.cues import derived
from engine.metrics import METRICS

# What people did or will do: it tells what a figure of its clause counts, however near another word.
PREDICATES = frozenset(
    {"churn", "expected_leavers", "new_customers", "removed", "entered", "left", "moved", "late",
     "dead_letters", "duplicates", "lag", "returning_customers"}
)  # fmt: skip
_ALIKE = ({"revenue_per_customer", "mean_monetary"}, {"frequency", "mean_frequency"})
_OF_ONE = {"monetary": "revenue", "frequency": "orders", "revenue_per_customer": "revenue"}
_SHARES = {"customers": "share_of_customers", "revenue": "share_of_revenue"}

# Shares, by the whole that they are parts of: "[[f1]] of customers ordered again".
PARTS_OF = {
    **dict.fromkeys(
        ("repeat_rate", "churn", "purchase_rate", "overlap", "noise", "buy_soon", "enters_top",
         "also_bought", "suggested_share", "hit_rate"), "share_of_customers"),
    "discount_share": "share_of_revenue",
}  # fmt: skip


def own_metrics(fact: Fact) -> set[str]:
    metric = fact.figure.metric
    own = {metric}
    for alike in _ALIKE:
        own |= alike if metric in alike else set()
    if fact.figure.operation == "share" and metric in _SHARES:
        own.add(_SHARES[metric])
    if fact.figure.subject.kind == "customer" and metric in _OF_ONE:
        own.add(_OF_ONE[metric])
    return own


def kind_of(fact: Fact) -> str:
    """The unit that the words for it have: growth of revenue is told as revenue."""
    if fact.figure.operation == "share":
        return "share"
    return METRICS[fact.figure.metric].unit


def fits(word: MetricWord, fact: Fact) -> bool:
    """Whether a figure that looks like this one could be what the word names."""
    unit, kind = METRICS[word.metric].unit, kind_of(fact)
    if word.metric == "churn":  # a rate; only what people do counts them too
        return kind == "share" or (
            kind == "count" and not word.words.casefold().startswith("churn")
        )
    if kind == "share" and word.metric == "customers" and fact.figure.metric in PARTS_OF:
        return False  # whose risk it is
    if kind == "share":
        return unit == "share" or word.metric in _SHARES or word.words[:3].casefold() == "of "
    if (kind, word.metric) in (("money", "share_of_revenue"), ("count", "share_of_customers")):
        return word.words[:2].casefold() == "of"
    if kind == "money" and word.metric in ("orders", "frequency"):
        return derived(word.metric, "money", word.words) == "average_order"
    return unit == kind


_FIRM = frozenset({"revenue", "revenues", "turnover", "sales", "income", "net revenue", "takings"})


def is_weak(word: MetricWord) -> bool:
    """Verbs of money and bare prepositions give way to a noun that says which metric it is."""
    folded = word.words.casefold()
    if word.metric == "revenue":
        return folded not in _FIRM and not folded.endswith("after returns")
    return folded in ("from", "to", "until", "up to", "through", "together")
