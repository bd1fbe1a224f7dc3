"""A question in numbers: what tells two questions apart that mean nearly the same."""

import numpy as np
import pytest

from agent.traits import traits_of
from engine.embedding import TermEmbedder

MEANING = TermEmbedder()
WIDE = MEANING.embed(("",)).shape[1]


def _own(*questions: str) -> np.ndarray:
    """Without the sentence model's part."""
    return traits_of(questions, MEANING)[:, WIDE:]


def test_one_row_a_question() -> None:
    rows = traits_of(("how many customers", "", "<SEGMENT>?"), MEANING)
    assert rows.shape[0] == 3
    assert np.isfinite(rows).all()


def test_words_that_the_rules_read_alike_are_alike() -> None:
    one, same, other = _own("turnover here", "takings here", "weather here")
    assert one @ same > one @ other


def test_a_slip_of_the_pen_leaves_most_letters() -> None:
    right, slip, other = _own("anomalies", "anomalys", "forecasts")
    assert right @ slip > right @ other


@pytest.mark.parametrize("question", ["How Much", "how much"])
def test_case_is_nothing(question: str) -> None:
    assert np.array_equal(_own(question), _own("HOW MUCH"))
