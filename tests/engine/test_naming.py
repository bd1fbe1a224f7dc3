import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.naming import TITLES, name_segments

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
