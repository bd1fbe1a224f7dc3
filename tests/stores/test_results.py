"""Kept results: found again as they were, few, and gone with an erasure."""

from datetime import UTC, datetime

from engine.concepts import Money
from engine.facts import Figure, Period, Subject
from stores.home import Home
from stores.results import FOLDER, MOST, KeptResult, ResultStore

AT = datetime(2025, 12, 1, tzinfo=UTC)
FIGURE = Figure(
    Subject("selection", "win_back", "Win back"), "revenue", Period(AT), Money(1250, "GBP"),
    "sum of net revenue", 3,
)  # fmt: skip


def test_a_result_is_found_as_it_was(home: Home) -> None:
    store = ResultStore(home, "dataset_1")
    kept = KeptResult((FIGURE,), ({"play": "Win back", "message": "Schön, dass Sie da sind"},))
    assert store.find("a") is None
    store.keep("a", kept)
    assert store.find("a") == kept
    assert ResultStore(home, "dataset_2").find("a") is None


def test_there_are_never_too_many(home: Home) -> None:
    store = ResultStore(home, "dataset_1")
    for number in range(MOST + 1):
        store.keep(str(number), KeptResult((), ()))
    assert len(home.files.all(FOLDER)) == 1
    assert store.find(str(MOST)) is not None
