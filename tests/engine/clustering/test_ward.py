"""Ward's tree of six customers, by hand."""

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from engine.clustering.ward import KEPT_MERGES, Ward, ward_labels

SIX = np.array([[0.0], [1.0], [10.0], [11.0], [30.0], [32.0]])


def test_the_tree_of_six_customers() -> None:
    fitted = Ward().fit(SIX, 3, 0)
    assert sorted(fitted.centres.centres[:, 0].tolist()) == [0.5, 10.5, 31.0]
    assert fitted.leaves == (1,) * 6
    assert [merge.customers for merge in fitted.merges] == [2, 2, 2, 4, 6]
    assert [merge.height for merge in fitted.merges[:3]] == [1.0, 1.0, 2.0]
    # the pairs about 0.5 and 10.5: sqrt(2 x 2 x 2 / 4) x 10
    assert np.isclose(fitted.merges[3].height, 2**0.5 * 10)
    assert {fitted.merges[3].left, fitted.merges[3].right} == {6, 7}


def test_only_the_top_of_a_large_tree_is_kept_and_it_holds_everybody() -> None:
    points = np.random.default_rng(1).normal(size=(300, 2))
    fitted = Ward().fit(points, 5, 0)
    assert len(fitted.merges) == KEPT_MERGES
    assert len(fitted.leaves) == KEPT_MERGES + 1
    assert sum(fitted.leaves) == fitted.merges[-1].customers == 300


def test_cuts_are_those_of_scikit_learn() -> None:
    points = np.random.default_rng(2).normal(size=(200, 3))
    for k in (1, 2, 5, 9):
        theirs = AgglomerativeClustering(k).fit_predict(points)
        assert adjusted_rand_score(ward_labels(points, k), theirs) == 1
