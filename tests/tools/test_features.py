"""`segue features`: the list, the file, shares as they are and shrunk."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.errors import BadInput, NotFound
from engine.features.shrinkage import Prior, shrink
from tools.context import Context
from tools.features import FeatureRequest, list_features, write_features


def test_the_list_says_what_each_is_and_rests_on(context: Context) -> None:
    found = list_features(context.home, context.dataset, FeatureRequest())
    by_name = {feature["name"]: feature for feature in found["features"]}
    assert by_name["return_share"] == {
        "name": "return_share", "meaning": "share of all lines that were sent back",
        "unit": "share", "higher_is_better": False, "group": "behaviour", "live": "sums",
        "evidence": "lines",
    }  # fmt: skip
    assert {"share_channel_online", "share_category_kitchen", "overdue"} <= set(by_name)
    assert "sentiment" not in by_name  # nobody loaded texts


def test_the_file_has_a_row_a_customer_and_shares_twice(context: Context, tmp_path: Path) -> None:
    out = tmp_path / "features.parquet"
    found = write_features(context.home, context.dataset, FeatureRequest(), out)
    frame = pd.read_parquet(out)
    assert found["rows"] == len(frame) == len(context.members)
    assert list(frame["customer_id"]) == list(context.members.index)
    assert frame["monetary"].tolist() == context.members["monetary"].tolist()
    prior = Prior(**found["priors"]["return_share"])
    drawn = shrink(frame["return_share"].to_numpy(), frame["lines"].to_numpy("float64"), prior)
    assert np.allclose(frame["return_share_shrunk"], drawn)
    assert (frame["return_share_shrunk"] != frame["return_share"]).any()


def test_only_some_of_some(context: Context, tmp_path: Path) -> None:
    out = tmp_path / "features.csv"
    request = FeatureRequest(where="return_share > 20%", names=("return_share",))
    found = write_features(context.home, context.dataset, request, out)
    frame = pd.read_csv(out, dtype={"customer_id": str})
    assert list(frame) == ["customer_id", "lines", "return_share", "return_share_shrunk"]
    assert 0 < found["rows"] == len(frame) < len(context.members)
    assert (frame["return_share"] > 0.2).all()
    assert found["sentence"] == "Customers who send back more than 20% of all lines."


def test_as_of_an_earlier_moment_only_those_known_by_then(context: Context, tmp_path: Path) -> None:
    early = context.as_of.days_before(400).local_date.isoformat()
    request = FeatureRequest(as_of=early, names=("tenure",))
    found = write_features(context.home, context.dataset, request, tmp_path / "then.csv")
    assert 0 < found["rows"] < len(context.members)
    assert (pd.read_csv(tmp_path / "then.csv")["tenure"] >= 0).all()


def test_slips_of_the_pen_are_told(context: Context, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="No feature named 'retrun_share'"):
        request = FeatureRequest(names=("retrun_share",))
        write_features(context.home, context.dataset, request, tmp_path / "features.csv")
    with pytest.raises(BadInput, match="No field named 'segment' here") as error:
        request = FeatureRequest(where="segment = Champions")
        write_features(context.home, context.dataset, request, tmp_path / "features.csv")
    assert "members all --where" in error.value.hint
    with pytest.raises(BadInput, match="neither in .csv nor in .parquet"):
        write_features(context.home, context.dataset, FeatureRequest(), tmp_path / "features.xls")
