"""One suite that every method passes, and what each promises of its own."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from tables import rich, rows, shop

from engine.clustering.bands import EVERYONE, FIFTHS
from engine.clustering.centres import Centres
from engine.clustering.method import METHODS, Method, SegmentModel, find_methods
from engine.clustering.mixture import FittedMixture
from engine.clustering.rules import BOXES
from engine.errors import NotFound, NotPossible
from engine.features import FeatureTable

SEED = 5


# One space of orders, one of attributes with words and gaps, one of components of everything.
SPACES = ("quantile RFM", "attributes", "all PCA", "leading attribute")
CASES = [
    pytest.param(method, space, id=f"{method.name} on {space}")
    for method in METHODS
    for space in SPACES
    if space in method.spaces
]
every_method = pytest.mark.parametrize(("method", "space"), CASES)


def check_labelling(model: SegmentModel, features: "FeatureTable | pd.DataFrame") -> None:
    labels, probabilities = model.assign(features)
    assert probabilities.shape == (len(labels), model.k)
    assert np.isfinite(probabilities).all() and (probabilities >= 0).all()
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (labels == probabilities.argmax(axis=1)).all()
    for name in model.fitted.names:
        assert name in (*BOXES, *FIFTHS, EVERYONE)
    back = SegmentModel.from_json(json.loads(json.dumps(model.to_json())))
    again, same = back.assign(features)
    assert again.tobytes() == labels.tobytes() and same.tobytes() == probabilities.tobytes()


def fit(table: FeatureTable, space: str, method: Method, k: int) -> SegmentModel | None:
    """None where the method says in a sentence that it cannot."""
    try:
        return SegmentModel.fit(table, space, method, k, SEED)
    except NotPossible as error:
        assert error.message.endswith(".") and error.hint.endswith(".")
        return None


def must_fit(table: FeatureTable, space: str, method: Method, k: int) -> SegmentModel:
    model = SegmentModel.fit(table, space, method, k, SEED)
    assert method.sizes == () or model.k == k
    return model


@every_method
def test_labels_and_probabilities_agree_and_survive_json(method: Method, space: str) -> None:
    table = rich(250)
    check_labelling(must_fit(table, space, method, 4), table)


@every_method
def test_same_seed_same_labels_whatever_the_order_of_the_rows(method: Method, space: str) -> None:
    table = rich(150)
    shuffled = FeatureTable(table.frame.sample(frac=1, random_state=3), table.features)
    first, again, other = (must_fit(t, space, method, 5) for t in (table, table, shuffled))
    assert first.to_json() == again.to_json() == other.to_json()


@every_method
def test_a_customer_alone_gets_what_it_gets_among_others(method: Method, space: str) -> None:
    table = rich(200)
    model = must_fit(table, space, method, 4)
    labels, probabilities = model.assign(table)
    for place in (0, 57, 199):
        label, probability = model.assign(rows(table, [place]))
        assert label[0] == labels[place]
        assert probability[0].tobytes() == probabilities[place].tobytes()


@every_method
@pytest.mark.parametrize("customers", [10, 3, 1])
def test_a_handful_of_customers(method: Method, space: str, customers: int) -> None:
    table = rich(customers)
    model = fit(table, space, method, min(3, customers))
    if model is not None:
        check_labelling(model, table)


@every_method
def test_more_segments_than_customers_are_refused(method: Method, space: str) -> None:
    table = rich(3)
    if method.sizes:
        with pytest.raises(NotPossible, match="4 segments cannot be made from 3 customers"):
            SegmentModel.fit(table, space, method, 4, SEED)
    else:
        model = fit(table, space, method, 4)
        assert model is None or model.k <= 3


@every_method
def test_identical_customers(method: Method, space: str) -> None:
    table = rich(1)
    frame = pd.concat([table.frame] * 60, ignore_index=True)
    model = fit(FeatureTable(frame, table.features), space, method, 2)
    assert model is None or len(set(model.assign(frame)[0])) == 1
    if method.sizes:
        assert model is None


@every_method
def test_identical_rows_among_others_share_a_segment(method: Method, space: str) -> None:
    table = rich(60)
    frame = pd.concat([table.frame, *[table.frame.iloc[:1]] * 40], ignore_index=True)
    model = fit(FeatureTable(frame, table.features), space, method, 4)
    assert model is None or len(set(model.assign(frame)[0][60:])) == 1


@every_method
def test_the_unit_of_a_column_does_not_decide_the_segments(method: Method, space: str) -> None:
    table = rich(250)
    huge = table.frame.assign(
        monetary=table.frame["monetary"] * 1_000_000, income=table.frame["income"] * 1_000_000
    )
    model = must_fit(FeatureTable(huge, table.features), space, method, 4)
    check_labelling(model, huge)
    plain = must_fit(table, space, method, 4).assign(table)[0]
    assert adjusted_rand_score(model.assign(huge)[0], plain) > 0.95


@pytest.mark.parametrize(
    "method", [m for m in METHODS if "attributes" in m.spaces], ids=lambda m: m.name
)
def test_two_far_groups_are_told_apart(method: Method) -> None:
    draw = np.random.default_rng(1)
    group = np.arange(200) % 2
    frame = pd.DataFrame(draw.normal(group[:, None] * 30, 1, (200, 2)), columns=["age", "score"])
    model = SegmentModel.fit(frame, "attributes", method, 2, SEED)
    labels = model.assign(frame)[0]
    assert model.k == 2 and adjusted_rand_score(labels, group) == 1


def test_a_large_shop_is_fitted_to_a_sample_and_assigned_whole() -> None:
    seen = []

    class Counting(type(METHODS[0])):  # type: ignore[misc]
        def fit(self, points: np.ndarray, k: int, seed: int) -> Centres:
            seen.append(len(points))
            found: Centres = super().fit(points, k, seed)
            return found

    table = shop(500)
    model = SegmentModel.fit(table, "log RFM", Counting(fitted_on=200), 4, SEED)
    assert seen == [200]
    assert len(model.assign(table)[0]) == 500
    assert model.preparation.customers == 500


@pytest.mark.parametrize("space", ["quantile RFM", "log RFM"])
def test_kmeans_is_as_tight_as_the_best_of_many_of_scikit_learn(space: str) -> None:
    from sklearn.cluster import KMeans

    features = shop(600)
    model = SegmentModel.fit(features, space, find_methods("kmeans")[0], 6, SEED)
    points = model.preparation.apply(features)
    assert isinstance(model.fitted, Centres)
    inertia = model.fitted.distances(points).min(axis=1).sum()
    theirs = KMeans(6, n_init=8, random_state=SEED).fit(points)
    assert inertia <= 1.02 * theirs.inertia_
    assert model.fitted.variance == pytest.approx(inertia / points.size)


@pytest.mark.parametrize("covariance", ["full", "tied", "diagonal"])
def test_mixtures_are_those_of_scikit_learn(covariance: str) -> None:
    from sklearn.mixture import GaussianMixture

    features, later = shop(600), shop(300, seed=2)
    model = SegmentModel.fit(
        features, "quantile RFM", find_methods(f"gmm-{covariance}")[0], 4, SEED
    )
    assert isinstance(model.fitted, FittedMixture)
    ours = model.fitted
    theirs = GaussianMixture(4, covariance_type="full")
    theirs.weights_, theirs.means_ = ours.shares, ours.means
    theirs.precisions_cholesky_ = ours.whitening
    theirs.precisions_ = np.array([matrix @ matrix.T for matrix in ours.whitening])
    theirs.covariances_ = np.linalg.inv(theirs.precisions_)
    points = model.preparation.apply(later)
    labels, probabilities = model.assign(later)
    assert (labels == theirs.predict(points)).all()
    assert np.allclose(probabilities, theirs.predict_proba(points), atol=1e-9)
    parameters = {"full": 4 * 6, "tied": 6, "diagonal": 4 * 3}[covariance] + 4 * 3 + 3
    likelihood = theirs.score_samples(points).sum()
    assert ours.bic(points) == pytest.approx(parameters * np.log(300) - 2 * likelihood)


@pytest.mark.parametrize("covariance", ["full", "tied", "diagonal"])
def test_mixtures_find_small_groups_beside_large_ones(covariance: str) -> None:
    draw = np.random.default_rng(1)
    group = np.repeat([0, 1, 2, 3], [480, 360, 110, 50])
    middles = np.array([[0, 0], [10, 0], [0, 10], [10, 10]])
    frame = pd.DataFrame(middles[group] + draw.normal(0, 1.2, (1000, 2)), columns=["age", "score"])
    (method,) = find_methods(f"gmm-{covariance}")
    labels = SegmentModel.fit(frame, "attributes", method, 4, SEED).assign(frame)[0]
    assert adjusted_rand_score(labels, group) > 0.99


def test_kmeans_is_sure_at_a_centre_and_torn_between_two() -> None:
    fitted = Centres(np.array([[0.0], [1.0]]), variance=0.1)
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
    assert [method.name for method in find_methods("GMM")] == [
        "GMM full",
        "GMM tied",
        "GMM diagonal",
    ]
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
