import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from engine.clustering.choice import JUDGED, Segmentation, choose_segmentation
from engine.clustering.evidence import COSTLY, read_weights
from engine.clustering.method import METHODS, SegmentModel
from engine.clustering.race import KEEPING, Chosen
from engine.clustering.wishes import Wishes
from engine.errors import BadInput, NotFound, NotPossible

SEED = 11


def table(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    size = len(columns["recency"])
    features = pd.DataFrame(columns, index=[f"c{place:05}" for place in range(size)])
    return features.assign(tenure=features["recency"] + 100).astype(int)


def camps(customers: int = 400) -> tuple[pd.DataFrame, np.ndarray]:
    """Five groups with empty space between them."""
    draw = np.random.default_rng(2)
    group = draw.integers(0, 5, customers)
    middles = [(10, 30, 8e5), (60, 12, 9e7), (200, 3, 5e4), (30, 2, 6e3), (500, 1, 3e3)]
    around = np.array(middles)[group] * np.exp(draw.normal(0, 0.2, (customers, 3)))
    columns = {
        "recency": around[:, 0],
        "frequency": np.maximum(around[:, 1].round(), 1),
        "monetary": around[:, 2],
    }
    return table(columns), group


def cloud(customers: int = 400, seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
    """One smooth cloud without groups, and what its customers spent later: more by the active."""
    draw = np.random.default_rng(seed)
    active = draw.normal(size=customers)
    noise = draw.normal(size=(customers, 4)) * 0.7
    columns = {
        "recency": np.exp(4.5 - active + noise[:, 0]),
        "frequency": np.maximum(np.exp(1 + active + noise[:, 1]).round(), 1),
        "monetary": np.exp(8 + active + noise[:, 2]),
    }
    features = table(columns)
    later = pd.Series(np.where(active + noise[:, 3] > 0, 5000.0, 0.0), index=features.index)
    return features, later


@cache
def of_cloud() -> Segmentation:
    features, later = cloud(1500)
    return choose_segmentation(features, features, later, SEED, workers=3)


def check_whole(found: Segmentation, features: pd.DataFrame) -> None:
    assert found.labels.shape == (len(features),)
    assert found.probabilities.shape == (len(features), found.k)
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert set(found.labels) <= set(range(found.k))
    served = SegmentModel.from_json(json.loads(json.dumps(found.model.to_json())))
    assert (served.assign(features)[0] == found.labels).all()
    assert not any(letter.isdigit() for letter in found.reason + found.overridden)
    chosen = [c for c in found.candidates if not c.why_not]
    assert [(c.method, c.space, c.k) for c in chosen] == [
        (found.method, found.feature_space, found.k)
    ]


def test_groups_with_space_between_them_are_natural_and_found() -> None:
    features, group = camps()
    found = choose_segmentation(features, None, None, SEED)
    check_whole(found, features)
    assert (found.verdict, found.k) == ("natural", 5)
    assert pd.crosstab(group, found.labels).gt(0).sum().sum() == 5, "one label for each group"
    assert found.null is not None
    best = found.candidates[0]
    assert best.measures["silhouette"] > found.null.percentile_95
    assert best.measures["null_95"] == found.null.percentile_95
    assert found.checks["outcome"].ok is None, "no later: not measured"
    assert all(check.ok for name, check in found.checks.items() if check.value is not None)


def test_cuts_of_a_continuum_are_useful_when_they_separate_what_comes_later() -> None:
    found = of_cloud()
    check_whole(found, cloud(1500)[0])
    assert found.verdict == "useful"
    assert "continuum" in found.reason
    assert all(check.ok for name, check in found.checks.items() if name != "noise")
    assert found.null is not None
    assert found.candidates[0].measures["silhouette"] <= found.null.level


def test_the_same_continuum_without_a_later_gets_the_rules() -> None:
    features, _ = cloud()
    found = choose_segmentation(features, None, None, SEED)
    check_whole(found, features)
    assert (found.verdict, found.method) == ("rules", "RFM rules")
    assert "too little history" in found.reason
    assert found.null is not None, "what was held against the null tables is still shown"


def test_every_candidate_is_kept_with_its_measures_and_why_it_was_not_chosen() -> None:
    found = of_cloud()
    sizes = {
        name: sorted({c.k for c in found.candidates if (c.method, c.space) == (name, "log RFM")})
        for name in ("KMeans", "GMM tied", "Ward")
    }
    assert sizes["KMeans"] == [3, 4, 5, 6, 7, 8, 9], "one beyond the bounds on either side"
    assert sizes["GMM tied"] == sizes["Ward"] == [4, 5, 6, 7, 8]
    assert {c.method for c in found.candidates} == {
        method.name for method in METHODS if method.name != "Bands"
    }
    squashed = [c for c in found.candidates if c.space in ("min-max RFM", "standard RFM")]
    assert squashed and not any(c.passed for c in squashed)
    assert all("shown for comparison" in c.why_not for c in squashed)
    three = [c for c in found.candidates if (c.k, c.method, c.space) == (3, "KMeans", "log RFM")]
    assert all("team cannot work" in c.why_not and not c.passed for c in three)
    assert all(
        "silhouette" in c.measures or "no groups" in c.why_not for c in found.candidates if c.k != 1
    )
    assert all("stability" not in c.measures for c in three), "nothing dear for what cannot win"
    passing = [c.rating or 0 for c in found.candidates if c.passed and c.method != "RFM rules"]
    assert passing == sorted(passing, reverse=True)
    best = max(passing)
    overtaken = [c for c in found.candidates if "would be rated behind" in c.why_not]
    assert all(c.not_measured == COSTLY and c.rating is None for c in overtaken)
    assert best == found.candidates[0].rating
    rules = [c for c in found.candidates if c.method == "RFM rules"]
    assert len(rules) == 1 and "yardstick" in rules[0].why_not and rules[0].rating is not None


def test_the_same_whatever_the_order_of_the_rows_and_the_number_of_workers() -> None:
    features, later = cloud(1500)
    shuffled = features.sample(frac=1, random_state=1)
    found = choose_segmentation(
        shuffled, shuffled[::-1], later.sample(frac=1, random_state=2), SEED, workers=1
    )
    first = of_cloud()
    assert found.model.to_json() == first.model.to_json()
    assert found.candidates == first.candidates and found.null == first.null
    told = pd.Series(found.labels, index=shuffled.index)
    assert told.sort_index().tolist() == first.labels.tolist()


def test_progress_is_told() -> None:
    told: list[str] = []
    features, later = cloud(100)
    choose_segmentation(features, features, later, SEED, Wishes("kmeans", 4), told.append)
    assert "Tried KMeans on quantile RFM" in told


def test_a_person_gets_the_number_they_asked_for() -> None:
    features, later = cloud()
    found = choose_segmentation(features, features, later, SEED, Wishes(k=3))
    check_whole(found, features)
    assert found.k == 3 and found.method != "RFM rules"
    assert found.overridden == "You set the number of segments yourself."
    assert found.checks["segments"].ok


def test_a_person_gets_the_method_they_asked_for_even_when_no_check_speaks_for_it() -> None:
    features, _ = cloud()
    found = choose_segmentation(features, None, None, SEED, Wishes("GMM", 15))
    check_whole(found, features)
    assert found.method.startswith("GMM") and found.k == 15
    assert found.verdict == "rules"
    assert found.overridden == "You set the method and the number of segments yourself."
    assert "because it was asked for" in found.reason
    others = [c for c in found.candidates if not c.method.startswith("GMM")]
    assert {c.why_not for c in others if c.method == "KMeans"} == {"it is not what you asked for"}
    assert found.automatic is not None and found.automatic.method == "RFM rules"


def test_the_rules_can_be_asked_for() -> None:
    features, _ = cloud()
    found = choose_segmentation(features, None, None, SEED, Wishes("rules"))
    check_whole(found, features)
    assert found.verdict == "rules" and len(found.candidates) == 1 and found.automatic is None
    assert found.reason == "The plain rules are used because they were asked for."
    with pytest.raises(BadInput, match="makes its own number of segments, and 5 were asked"):
        choose_segmentation(features, None, None, SEED, Wishes("rules", 5))


def test_large_shops_are_judged_on_a_sample_and_everybody_is_assigned() -> None:
    features, _ = camps(JUDGED + 500)
    found = choose_segmentation(features, None, None, SEED, Wishes("kmeans", 2))
    check_whole(found, features)
    assert found.judged_on == JUDGED


def test_the_weights_that_a_person_sets_decide_and_the_automatic_choice_is_told() -> None:
    features, later = cloud(1500)
    weights = read_weights("stability=0,assignability=0,outcome=1,silhouette=0,touching=0")
    found = choose_segmentation(features, features, later, SEED, Wishes(weights=weights))
    check_whole(found, features)
    assert found.overridden == "You set the weights yourself." and found.weights == weights
    assert found.candidates[0].rating == pytest.approx(1.0, abs=0.1)
    usual = of_cloud()
    assert found.automatic == Chosen(usual.verdict, usual.method, usual.feature_space, usual.k)


def test_the_choice_is_compared_with_plain_kmeans_and_the_rules() -> None:
    found = of_cloud()
    assert [(c.against, c.measure) for c in found.comparisons] == [
        ("KMeans with five segments", "outcome"),
        ("the rules", "outcome"),
    ]
    assert all(c.low <= c.difference <= c.high for c in found.comparisons)
    rules = next(c for c in found.candidates if c.method == "RFM rules")
    gained = found.candidates[0].measures["outcome"] - rules.measures["outcome"]
    assert found.comparisons[1].difference == pytest.approx(gained)
    features, _ = camps()
    apart = choose_segmentation(features, None, None, SEED).comparisons
    assert {c.measure for c in apart} == {"silhouette"}
    assert apart[1].low > 0, "groups with space between them against boxes of ranks"


def test_too_few_customers() -> None:
    features, _ = cloud(49)
    with pytest.raises(NotPossible, match="Only 49 customers have bought.*at least 50"):
        choose_segmentation(features, None, None, SEED)


def test_identical_customers() -> None:
    features, _ = cloud(1)
    same = pd.concat([features] * 80).set_index(pd.Index([f"c{x:02}" for x in range(80)]))
    with pytest.raises(NotPossible, match="All 80 customers have the same recency"):
        choose_segmentation(same, None, None, SEED)


def test_a_handful_of_kinds_of_customers_get_the_rules_or_a_sentence() -> None:
    features, _ = cloud(3)
    kinds = pd.concat([features] * 30).set_index(pd.Index([f"c{x:02}" for x in range(90)]))
    found = choose_segmentation(kinds, None, None, SEED)
    check_whole(found, kinds)
    assert found.verdict == "rules"
    assert any("too many customers are alike" in c.why_not for c in found.candidates)
    with pytest.raises(NotPossible, match="only 3 differ"):
        choose_segmentation(kinds, None, None, SEED, Wishes("gmm"))
    with pytest.raises(NotPossible, match="Ask for 3 segments or fewer"):
        choose_segmentation(kinds, None, None, SEED, Wishes(k=4))


def test_one_constant_column_is_no_obstacle() -> None:
    features, later = cloud()
    check_whole(choose_segmentation(features.assign(frequency=1), features, later, SEED), features)


@pytest.mark.parametrize(("k", "sentence"), [(1, "1 is not a number of"), (500, "only 400 cust")])
def test_impossible_numbers(k: int, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        choose_segmentation(cloud()[0], None, None, SEED, Wishes(k=k))


def test_an_unknown_method_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="No clustering method named 'kmeens'.*'kmeans'"):
        choose_segmentation(cloud()[0], None, None, SEED, Wishes("kmeens"))


def test_the_cut_in_force_stays_while_another_is_hardly_better() -> None:
    features, later = cloud(1500)
    free = of_cloud()
    best = free.candidates[0]
    second = next(c for c in free.candidates[1:] if c.passed and c.method != "RFM rules")
    assert second.rating and best.rating and second.rating > best.rating - KEEPING

    def again(in_force: Chosen) -> Segmentation:
        return choose_segmentation(features, features, later, SEED, workers=3, in_force=in_force)

    kept = again(Chosen("useful", second.method, second.space, second.k))
    check_whole(kept, features)
    assert (kept.method, kept.feature_space, kept.k) == (second.method, second.space, second.k)
    assert kept.verdict == "useful" and "the cut in force" in kept.reason
    higher = next(c for c in kept.candidates if c.rating == best.rating)
    assert "ids and names live on" in higher.why_not
    assert kept.null is not None

    three = again(Chosen("useful", "KMeans", "log RFM", 3))  # holds not every check
    assert (three.method, three.feature_space, three.k) == (best.method, best.space, best.k)
    assert three.reason == free.reason


def test_a_shop_that_knows_words_alone_is_cut_by_them() -> None:
    """Four kinds of customers, and nine answers in ten are those of the kind."""
    draw = np.random.default_rng(3)
    kind = draw.integers(0, 4, 200)
    usual = (np.arange(4)[:, None] + np.arange(4)) % 4
    answers = np.where(draw.random((200, 4)) < 0.9, usual[kind], draw.integers(0, 4, (200, 4)))
    words = np.array(["never", "seldom", "often", "always"])[answers]
    ids = pd.Index([f"c{place:05}" for place in range(200)], name="customer_id")
    features = pd.DataFrame(words, ids, columns=["sport", "theatre", "travel", "garden"])
    found = choose_segmentation(features, None, None, SEED)
    check_whole(found, features)
    assert (found.verdict, found.k) == ("natural", 4)
    assert pd.crosstab(kind, found.labels).max(axis=1).sum() > 180
