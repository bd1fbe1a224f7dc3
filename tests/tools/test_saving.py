"""Who is worth saving, as the tool and the doors tell it."""

import pytest

from api.score_words import cards_words, summary_words
from api.scores import customer_card, score_card
from engine.errors import NotFound
from tools.catalog import call
from tools.context import Context
from tools.score_table import latest_models, score_table


def test_first_is_who_has_brought_much_and_may_leave_or_stay(context: Context) -> None:
    called = call(context, "worth_saving", {"count": 2})
    table, _ = score_table(context)
    known = context.members.join(table[["churn"]], how="inner")
    worth = known["churn"] * (1 - known["churn"]) * known["monetary"].clip(lower=0)
    wanted = list(worth.sort_values(ascending=False).index[:2])
    assert [text["customer"] for text in called.texts] == wanted
    figures = [fact.figure for fact in called.facts]
    churn = {one.subject.id: one.value for one in figures if one.metric == "churn"}
    assert churn == {name: pytest.approx(table.loc[name, "churn"]) for name in wanted}
    ways = {"raises churn", "lowers churn", "is looked at"}
    assert all(set(text.values()) & ways for text in called.texts)


def test_the_card_shows_every_segment_and_three_customers_with_reasons(context: Context) -> None:
    card = score_card(context)
    assert {row["name"] for row in card["segments"]} >= {s.name for s in context.segments}
    assert len(card["worth_saving"]) == 3
    assert all(one["reasons"] and one["facts"]["churn"]["receipt"] for one in card["worth_saving"])
    words = summary_words(card)
    assert words.startswith("Within 90 days of")
    assert all(one["customer"] in words for one in card["worth_saving"])


def test_a_customer_is_looked_up_with_reasons_for_every_score(context: Context) -> None:
    card = customer_card(context, str(context.members.index[0]))
    assert {"churn", "buy_soon", "expected_value"} <= set(card["facts"])
    assert {reason["target"] for reason in card["reasons"]} >= {"churn", "value"}
    with pytest.raises(NotFound, match="no scores of a customer 'nobody'"):
        customer_card(context, "nobody")


def test_a_card_says_who_answers_for_a_model(context: Context) -> None:
    models = latest_models(context)
    words = cards_words({name: model.report["card"] for name, model in models.items()})
    assert "approved by nobody yet" in words and "It knows orders only" in words
