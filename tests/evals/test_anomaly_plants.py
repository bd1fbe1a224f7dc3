"""What the bars plant: named customers are changed as said, and nobody else."""

import polars as pl
import pytest
import shops

from evals.anomaly_plants import PLANTS, plant

LINES: list[shops.Line] = [
    (f"{who}-{nth}", who, f"{2024 + nth // 6}-{1 + 2 * (nth % 6):02}-1{who[1]}T10:00",
     "TEA" if nth % 2 else "CUP", 2, "4.00")
    for who in ("c1", "c2", "c3", "c4")
    for nth in range(12)
]  # fmt: skip
RECORDS = pl.DataFrame(shops.transactions(LINES))


@pytest.mark.parametrize("kind", list(PLANTS))
def test_only_who_is_named_is_changed(kind: str) -> None:
    found = plant(RECORDS, [kind], each=2, seed=1)
    assert len(found.kinds) == 2 and set(found.kinds.values()) == {kind}
    named = pl.col("customer_id").is_in(list(found.kinds))
    assert (
        found.lines.filter(~named).sort("event_id").equals(RECORDS.filter(~named).sort("event_id"))
    )
    assert found.lines.schema == RECORDS.schema
    assert found.lines["event_id"].is_unique().all()
    for who in found.kinds:
        own = pl.col("customer_id") == who
        assert not found.lines.filter(own).equals(RECORDS.filter(own))


def test_each_is_what_it_is_called() -> None:
    def changed(kind: str) -> pl.DataFrame:
        found = plant(RECORDS, [kind], each=1, seed=1)
        return found.lines.filter(pl.col("customer_id").is_in(list(found.kinds)))

    assert int(changed("bulk")["quantity"].max()) >= 24  # type: ignore[arg-type]
    assert int(changed("velocity")["local_date"].value_counts()["count"].max()) >= 10  # type: ignore[arg-type]
    assert (changed("refunds")["quantity"] < 0).sum() >= 7
    assert changed("dormant").sort("occurred_at")["local_date"].diff().dt.total_days().max() > 300  # type: ignore[operator]
    assert changed("country")["country"].to_list().count("Iceland") == 4
    assert (changed("round")["unit_price"].cast(float) % 10 == 0).all()
