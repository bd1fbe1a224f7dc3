"""What an audience did beyond its holdout, on outcomes counted a second way."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from engine.concepts import Moment
from engine.errors import NotPossible
from stores.datasets import DatasetStore
from tests.conftest import NOW
from tools.audience_lists import bring_up, people_of
from tools.audiences import keep_audience
from tools.catalog import call
from tools.context import Context
from tools.receipts import receipt_card
from tools.snapshots import make_snapshot


@pytest.fixture
def autumn(context: Context) -> Context:
    """As of September 2025, with the orders of the months after it known."""
    moment = Moment.parse("2025-09-01", "Europe/London")
    return replace(context, snapshot=make_snapshot(context.home, context.dataset, moment, NOW))


def test_both_sides_are_counted_within_the_days(autumn: Context) -> None:
    audience = keep_audience(autumn, "Everybody", "recency >= 0", 0.3)
    people = people_of(autumn, bring_up(autumn, audience))
    called = call(autumn, "audience_readout", {"name": "Everybody", "days": 60})
    values = {(f.figure.subject.name, f.figure.metric): f.figure.value for f in called.facts}
    bought = _buyers(autumn, "2025-09-01", "2025-10-31")
    for name, side in (
        ("Everybody", people.reached),
        ("the holdout of Everybody", people.held_out),
    ):
        assert values[name, "customers"] == len(side) > 50
        assert values[name, "purchase_rate"] == len(side & bought) / len(side)
    rate, low, high = (values["Everybody", one] for one in ("uplift", "uplift_low", "uplift_high"))
    assert isinstance(rate, float) and isinstance(low, float) and isinstance(high, float)
    assert low < rate < high
    # Nobody was sent anything: of who is held out by chance one draw in twenty looks otherwise.
    by_chance = called.texts[0]["verdict"] == "Too few people to tell a difference from chance."
    assert not by_chance or low < 0 < high
    assert int(values["Everybody", "needed_people"]) > len(people.all)  # type: ignore[arg-type]
    for fact in called.facts:
        assert fact.figure.period.words() == "from 1 Sep 2025 to 30 Oct 2025"
        card = receipt_card(autumn.home, "local", fact.receipt, NOW + timedelta(days=3), True)
        assert card["rerun_value"] == card["value"]


def _buyers(context: Context, first: str, last: str) -> set[str]:
    """Customers with a sale in the days; in this shop's last months nothing was taken back."""
    files = DatasetStore(context.home).files(context.dataset, context.version)
    rows = pd.concat([pd.read_parquet(file) for file in files])
    rows = rows[(rows["line_kind"] == "sale") & rows["customer_id"].notna()]
    days = rows["local_date"].astype(str)
    return set(rows.loc[(days >= first) & (days < last), "customer_id"])


def test_records_have_to_reach_to_the_end(context: Context) -> None:
    keep_audience(context, "Everybody", "recency >= 0", 0.3)
    with pytest.raises(NotPossible, match="and the records at"):
        call(context, "audience_readout", {"name": "Everybody", "days": 30})


def test_without_a_holdout_there_is_nothing_to_compare_with(autumn: Context) -> None:
    keep_audience(autumn, "Everybody", "recency >= 0", 0)
    with pytest.raises(NotPossible, match="has 0 people held out"):
        call(autumn, "audience_readout", {"name": "Everybody", "days": 60})
