"""Who plays which part: the segments and customers behind {top}, {second}, {customer}, ..."""

from collections import Counter

from evals.questions.times import LIFETIME
from evals.questions.truth import QuestionTruth

_FEWEST_ORDERS = 3


def choose_cast(truth: QuestionTruth) -> tuple[dict[str, str], dict[str, str]]:
    """The ids of the segments that have a part, and all names by part."""
    revenue = {
        segment: truth.value("revenue", {"segment": segment}, LIFETIME) for segment in truth.names
    }
    ranking = sorted(revenue, key=lambda segment: (revenue[segment], segment), reverse=True)
    sizes = Counter(truth.labels.values())
    roles = {
        "top": ranking[0],
        "second": ranking[min(1, len(ranking) - 1)],
        "bottom": ranking[-1],
        "biggest": max(ranking, key=lambda segment: (sizes[segment], segment)),
    }
    one, two = _two_customers(truth)
    cast = {part: truth.names[segment] for part, segment in roles.items()}
    return roles, cast | {"customer": one, "customer2": two}


def _two_customers(truth: QuestionTruth) -> tuple[str, str]:
    """Two of different segments with several orders, scored, from the middle of all."""
    people = truth.count.people
    known = people.index[people["frequency"] >= _FEWEST_ORDERS]
    eligible = sorted({str(who) for who in known} & truth.labels.keys() & set(truth.scores.index))
    one = eligible[len(eligible) // 3]
    others = [who for who in eligible if truth.labels[who] != truth.labels[one]]
    return one, others[len(others) // 2]
