import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.features.feature import FEATURES, Feature, FeatureTable
from engine.naming import name_segments, name_tiers
from engine.titles import TITLES

# recency, frequency, monetary, tenure: three customers of each kind
KINDS = {
    "Champions": (5, 20, 90_000, 700),
    "At risk": (250, 14, 70_000, 650),
    "Promising": (15, 6, 20_000, 300),
    "New": (20, 1, 5_000, 20),
    "Lapsing": (280, 5, 18_000, 600),
    "Lost": (600, 1, 3_000, 600),
}


def shop(kinds: dict[str, tuple[int, int, int, int]]) -> tuple[pd.DataFrame, np.ndarray]:
    rows = [
        (recency + step, frequency, monetary + step, tenure + step)
        for recency, frequency, monetary, tenure in kinds.values()
        for step in (0, 1, 2)
    ]
    features = pd.DataFrame(rows, columns=["recency", "frequency", "monetary", "tenure"])
    return features, np.repeat(np.arange(len(kinds)), 3)


def test_plain_kinds_get_the_names_a_marketer_would_give() -> None:
    features, labels = shop(KINDS)
    found = name_segments(features, labels)
    kinds = list(KINDS)
    assert {kinds[segment.label]: segment.name for segment in found} == {k: k for k in kinds}
    revenue = [float(features["monetary"][labels == segment.label].sum()) for segment in found]
    assert revenue == sorted(revenue, reverse=True)


def test_profiles_are_words() -> None:
    features, labels = shop(KINDS)
    profiles = {segment.name: segment.profile for segment in name_segments(features, labels)}
    assert profiles == {
        "Champions": "bought recently, often, and spent a lot",
        "At risk": "bought some time ago, often, and spent a lot",
        "Promising": "bought recently, now and then, and spent a middling amount",
        "New": "bought once, some time ago, and spent little",
        "Lapsing": "bought now and then but not for a long time, and spent a middling amount",
        "Lost": "bought once, a long time ago, and spent little",
    }


def test_a_habit_that_sets_a_segment_apart_is_told_in_its_profile() -> None:
    features, labels = shop({"Loyal": (30, 12, 60_000, 700), "Others": (31, 12, 60_000, 700)})
    features["weekend_share"] = np.where(labels == 0, 0.9, 0.1) + np.arange(6) / 1000
    weekend = Feature("weekend_share", "lines sold at weekends", "share", None, "habits", "sums")
    table = FeatureTable(features, (*FEATURES, weekend))
    profiles = {segment.label: segment.profile for segment in name_segments(table, labels)}
    assert profiles[0].endswith("; they buy at weekends")
    assert profiles[1].endswith("; they buy on weekdays")


def test_settled_names_are_kept_and_given_to_no_other() -> None:
    features, labels = shop(KINDS)
    kinds = list(KINDS)
    settled = {kinds.index("Lost"): "Champions", kinds.index("New"): "First timers"}
    found = {segment.label: segment.name for segment in name_segments(features, labels, settled)}
    assert found[kinds.index("Lost")] == "Champions"
    assert found[kinds.index("New")] == "First timers"
    assert len(set(found.values())) == len(kinds)


def test_the_order_of_the_rows_changes_nothing() -> None:
    features, labels = shop(KINDS)
    order = np.random.default_rng(1).permutation(len(labels))
    assert name_segments(features.iloc[order], labels[order]) == name_segments(features, labels)


def test_one_segment_has_a_name_and_compares_with_nobody() -> None:
    features, _ = shop(KINDS)
    found = name_segments(features, np.zeros(len(features), dtype=np.int64))
    assert [segment.label for segment in found] == [0]
    assert "the most" not in found[0].profile and "the least" not in found[0].profile


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 700), st.integers(1, 30), st.integers(-999, 99_999), st.integers(0, 9)
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(1, 30),
)
def test_names_are_unique_and_nothing_holds_a_figure(
    rows: list[tuple[int, int, int, int]], segments: int
) -> None:
    features = pd.DataFrame(rows, columns=["recency", "frequency", "monetary", "tenure"])
    labels = np.arange(len(rows)) % segments
    found = name_segments(features, labels)
    assert sorted(segment.label for segment in found) == sorted(set(labels.tolist()))
    assert len({segment.name for segment in found}) == len(found)
    assert not any(letter.isdigit() for s in found for letter in s.name + s.profile)


def test_newcomers_are_never_called_new_when_they_are_old() -> None:
    old = {**KINDS, "New": (20, 1, 5_000, 690)}
    found = {s.label: s for s in name_segments(*shop(old))}
    assert found[list(KINDS).index("New")].name != "New"


def test_titles_have_names_of_their_own() -> None:
    assert len({title.name for title in TITLES}) == len(TITLES)


def people(columns: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_segments_of_attributes_are_named_by_what_sets_them_apart() -> None:
    frame = people(
        {
            "age": [20, 21, 60, 61, 40, 41],
            "income": [90, 91, 30, 31, 61, 60],
        }
    )
    labels = np.repeat([0, 1, 2], 2)
    found = {segment.label: segment for segment in name_segments(frame, labels)}
    assert found[0].name == "Younger, high income"
    assert found[1].name == "Older, low income"
    assert found[2].name == "In between"
    assert found[2].profile == "close to the middle in everything that is known"
    assert [trait.feature.name for trait in found[0].because] == ["age", "income"]


def test_two_segments_of_the_same_kind_get_names_of_their_own() -> None:
    frame = people({"age": [20, 20, 20, 20, 60, 60]})
    found = name_segments(frame, np.array([0, 0, 1, 1, 2, 2]))
    assert {segment.name for segment in found} == {"Younger", "Second younger", "Older"}


def test_a_striking_habit_names_a_segment() -> None:
    features, labels = shop(KINDS)
    discount = Feature("discount_share", "at a discount", "share", None, "behaviour", "sums")
    rng = np.random.default_rng(1)
    columns = features.assign(discount_share=rng.random(len(labels)) * 0.1)
    columns.loc[labels == 4, "discount_share"] = 0.9
    columns.loc[labels == 4, ["recency", "frequency", "monetary", "tenure"]] = (100, 5, 15_000, 300)
    table = FeatureTable(columns, (*FEATURES, discount))
    found = {segment.label: segment for segment in name_segments(table, labels)}
    assert found[4].name == "Bargain seekers"
    assert found[4].because[0].feature.name == "discount_share"
    assert [s.name for s in found.values()].count("Bargain seekers") == 1


def test_tiers_go_by_worth_and_further_ones_by_their_number() -> None:
    features, labels = shop(KINDS)
    tiers = name_tiers(features, labels)
    kinds = list(KINDS)
    assert {kinds[label]: name for label, name in tiers.items()} == {
        "Champions": "Premium",
        "At risk": "High-Value",
        "Promising": "Core",
        "Lapsing": "Standard",
        "New": "Basic",
        "Lost": "Sixth tier",
    }
    assert "Premium" not in name_tiers(features, labels, frozenset({"Premium"})).values()
