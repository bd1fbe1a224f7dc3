"""Whom to save, who is out of the ordinary, what will sell: asked, told, and nothing withheld."""

import pytest
from conftest import Ask

from agent.found import Found
from agent.watching import NO_ALERTS, NO_PROOF, REFUSED, watch_lines


@pytest.mark.parametrize(
    ("question", "tool", "said"),
    [
        ("who are the customers most worth saving?", "worth_saving", "Start with customer "),
        ("which 2 good customers might leave us?", "worth_saving", "Start with customer "),
        ("any suspicious customers or fraud?", "list_anomalies", "The shop has"),
        ("what will we sell next month?", "demand_forecast", "The expected revenue of the shop"),
        ("why were rows dropped?", "show_ledger", "Rows that came in"),
        ("forecast demand in units by category", "demand_forecast", "Expected units in"),
    ],
)
def test_every_line_passes(ask: Ask, question: str, tool: str, said: str) -> None:
    found, _ = ask(question)
    assert (found.kind, found.withheld) == ("answer", 0), found.text
    assert [used.name for used in found.tools] == [tool]
    assert found.text.startswith(said)


def test_as_many_are_told_of_as_were_asked_for(ask: Ask) -> None:
    found, _ = ask("which 2 good customers might leave us?")
    assert found.text.count("revenue at risk £") == 2


def test_an_alert_is_no_proof() -> None:
    whole = {"id": "f1", "metric": "alerts", "kind": "dataset", "subject": "shop", "shows_as": "1"}
    burst = whole | {"id": "f2", "kind": "selection", "subject": "Burst of orders"}
    day = {"id": "f3", "metric": "busiest_day", "kind": "customer", "subject": "customer 7",
           "shows_as": "20", "period": "on 7 Nov 2025"}  # fmt: skip
    texts = ({"customer": "7", "kind": "Burst of orders", "segment": "Lost"},)
    assert watch_lines("anomalies", Found((whole, burst, day), texts, ())) == [
        "The shop has [[f1]] alerts.",
        "By kind:",
        "- Burst of orders: [[f2]] alerts",
        "Customers to look at:",
        "- customer 7 on 7 Nov 2025: orders at once [[f3]]",
        NO_PROOF,
    ]
    nobody = whole | {"shows_as": "0"}
    assert watch_lines("anomalies", Found((nobody,), (), ())) == [NO_ALERTS]


def test_of_parts_the_coming_month_is_told_and_what_was_refused() -> None:
    facts = tuple(
        {"id": f"f{place}", "metric": "forecast_units", "kind": "category", "subject": name,
         "shows_as": "9", "period": f"from 1 {month} 2026 to {last} {month} 2026"}
        for place, (name, month, last) in enumerate(
            [("Bath", "Jan", 31), ("Bath", "Feb", 28), ("Toys", "Jan", 31), ("Toys", "Feb", 28)])
    )  # fmt: skip
    assert watch_lines("demand", Found(facts, ({"refused": "True"},), ())) == [
        "Expected units in Feb 2026:",
        "- Bath: [[f1]] in Feb 2026",
        "- Toys: [[f3]] in Feb 2026",
        REFUSED,
    ]
