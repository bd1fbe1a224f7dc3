"""One suite that every method passes, and what each promises of its own."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from engine.clustering.method import METHODS, Method, SegmentModel, find_methods
from engine.clustering.rules import BOXES
from engine.errors import NotFound, NotPossible

SEED = 5


def shop(customers: int, seed: int = 1) -> pd.DataFrame:
    """Skewed and tied as shops are: most buy once or twice, a few a lot."""
    draw = np.random.default_rng(seed)
    frequency = draw.geometric(0.3, customers)
    recency = draw.integers(0, 500, customers)
    columns = {
        "recency": recency,
        "frequency": frequency,
        "monetary": (frequency * draw.lognormal(8, 1, customers)).astype(int),
        "tenure": recency + draw.integers(0, 200, customers),
    }
    return pd.DataFrame(columns, index=[f"c{place:05}" for place in range(customers)])


CASES = [
    pytest.param(method, space, id=f"{method.name} on {space}")
    for method in METHODS
    for space in method.spaces
]
every_method = pytest.mark.parametrize(("method", "space"), CASES)


def check_labelling(model: SegmentModel, features: pd.DataFrame) -> None:
    labels, probabilities = model.assign(features)
    assert probabilities.shape == (len(features), model.k)
    assert np.isfinite(probabilities).all() and (probabilities >= 0).all()
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (labels == probabilities.argmax(axis=1)).all()
    for name in model.fitted.names:
        assert name in BOXES
    back = SegmentModel.from_json(json.loads(json.dumps(model.to_json())))
    again, same = back.assign(features)
    assert again.tobytes() == labels.tobytes() and same.tobytes() == probabilities.tobytes()


@every_method
def test_labels_and_probabilities_agree_and_survive_json(method: Method, space: str) -> None:
    features = shop(400)
    check_labelling(SegmentModel.fit(features, space, method, 4, SEED), features)


@every_method
def test_same_seed_same_labels(method: Method, space: str) -> None:
    features = shop(400)
    first, second = (SegmentModel.fit(features, space, method, 5, SEED) for _ in range(2))
    assert first.to_json() == second.to_json()


@every_method
def test_a_customer_alone_gets_what_it_gets_among_others(method: Method, space: str) -> None:
    features = shop(200)
    model = SegmentModel.fit(features, space, method, 4, SEED)
    labels, probabilities = model.assign(features)
    for row in (0, 57, 199):
        label, probability = model.assign(features.iloc[[row]])
        assert label[0] == labels[row]
        assert probability[0].tobytes() == probabilities[row].tobytes()


@every_method
@pytest.mark.parametrize("customers", [10, 3])
def test_a_handful_of_customers(method: Method, space: str, customers: int) -> None:
    features = shop(customers)
    check_labelling(SegmentModel.fit(features, space, method, 3, SEED), features)


@every_method
def test_more_segments_than_customers_is_refused_unless_they_are_rules(
    method: Method, space: str
) -> None:
    features = shop(3)
    if method.sizes:
        with pytest.raises(NotPossible, match="4 segments cannot be made from 3 customers"):
            SegmentModel.fit(features, space, method, 4, SEED)
    else:
        check_labelling(SegmentModel.fit(features, space, method, 4, SEED), features)


@every_method
def test_identical_customers(method: Method, space: str) -> None:
    features = pd.concat([shop(1)] * 60, ignore_index=True)
    if method.sizes:
        with pytest.raises(NotPossible, match="only 1 differ"):
            SegmentModel.fit(features, space, method, 2, SEED)
    else:
        model = SegmentModel.fit(features, space, method, 0, SEED)
        assert len(set(model.assign(features)[0])) == model.k == 1


@every_method
def test_identical_rows_among_others_share_a_segment(method: Method, space: str) -> None:
    features = pd.concat([shop(40), *[shop(1, seed=9)] * 40], ignore_index=True)
    labels = SegmentModel.fit(features, space, method, 4, SEED).assign(features)[0]
    assert len(set(labels[40:])) == 1


@every_method
def test_one_column_a_million_times_the_others(method: Method, space: str) -> None:
    features = shop(400)
    huge = features.assign(monetary=features["monetary"] * 1_000_000)
    model = SegmentModel.fit(huge, space, method, 4, SEED)
    check_labelling(model, huge)
    plain = SegmentModel.fit(features, space, method, 4, SEED).assign(features)[0]
    changed = float(np.mean(model.assign(huge)[0] != plain))
    assert changed < 0.02, "the unit of a column does not decide the segments"


def test_kmeans_is_the_kmeans_of_scikit_learn() -> None:
    from sklearn.cluster import KMeans

    features, later = shop(600), shop(300, seed=2)
    for space in ("quantile RFM", "log RFM"):
        model = SegmentModel.fit(features, space, find_methods("kmeans")[0], 6, SEED)
        theirs = KMeans(6, n_init=4, random_state=SEED).fit(model.preparation.apply(features))
        assert (model.assign(later)[0] == theirs.predict(model.preparation.apply(later))).all()


@pytest.mark.parametrize("covariance", ["full", "tied"])
def test_mixtures_are_those_of_scikit_learn(covariance: str) -> None:
    from sklearn.mixture import GaussianMixture

    features, later = shop(600), shop(300, seed=2)
    model = SegmentModel.fit(
        features, "quantile RFM", find_methods(f"gmm-{covariance}")[0], 4, SEED
    )
    theirs = GaussianMixture(
        4, covariance_type=covariance, reg_covar=1e-3, max_iter=200, random_state=SEED
    ).fit(model.preparation.apply(features))
    points = model.preparation.apply(later)
    labels, probabilities = model.assign(later)
    assert (labels == theirs.predict(points)).all()
    assert np.allclose(probabilities, theirs.predict_proba(points), atol=1e-9)


def test_kmeans_is_sure_at_a_centre_and_torn_between_two() -> None:
    from engine.clustering.kmeans import FittedKMeans

    fitted = FittedKMeans(np.array([[0.0], [1.0]]), variance=0.1)
    found = fitted.probabilities(np.array([[0.0], [0.5], [1.0]]))
    # exp(-1 / (2 x 0.1)) = e^-5 against 1
    assert found[0, 1] == pytest.approx(np.exp(-5) / (1 + np.exp(-5)))
    assert found[1].tolist() == [0.5, 0.5]
    assert found[2, 1] == found[0, 0]


def test_the_rules_put_the_plain_cases_where_a_marketer_expects_them() -> None:
    draw = np.arange(100)
    features = pd.DataFrame(
        {"recency": draw[::-1], "frequency": draw + 1, "monetary": draw, "tenure": draw},
        index=[f"c{place:03}" for place in draw],
    )
    model = SegmentModel.fit(features, "quantile RFM", find_methods("rules")[0], 0, SEED)
    names = [model.fitted.names[label] for label in model.assign(features)[0]]
    assert names[0] == "Lost", "longest ago, fewest orders, least revenue"
    assert names[99] == "Champions"
    gone = pd.DataFrame(
        {"recency": [99], "frequency": [100], "monetary": [99], "tenure": [1]}, index=["gone"]
    )
    last = model.fitted.names[model.assign(gone)[0][0]]
    assert last == "Lapsing", "nobody here was at risk: that box had joined its neighbour"


def test_the_rules_keep_no_empty_box() -> None:
    features = shop(2000)
    model = SegmentModel.fit(features, "quantile RFM", find_methods("rules")[0], 0, SEED)
    shares = np.bincount(model.assign(features)[0], minlength=model.k) / len(features)
    assert shares.min() >= 0.02
    assert len(model.fitted.names) == model.k <= 8


def test_words_for_methods() -> None:
    assert [method.name for method in find_methods("GMM")] == ["GMM full", "GMM tied"]
    assert [method.name for method in find_methods("k-means")] == ["KMeans"]
    assert find_methods("auto") == METHODS
    with pytest.raises(NotFound, match="Did you mean 'kmeans'"):
        find_methods("kmean")


def test_serving_loads_no_scikit_learn() -> None:
    features = shop(60)
    model = SegmentModel.fit(features, "log RFM", find_methods("gmm-full")[0], 3, SEED)
    code = (
        "import json, sys, pandas\n"
        "from engine.clustering.method import SegmentModel\n"
        "model = SegmentModel.from_json(json.load(sys.stdin))\n"
        "row = dict(recency=[3], frequency=[2], monetary=[900], tenure=[40])\n"
        "model.assign(pandas.DataFrame(row, index=['a']))\n"
        "print('sklearn' in sys.modules or 'scipy' in sys.modules)\n"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(model.to_json()),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert asked.stdout.strip() == "False"
