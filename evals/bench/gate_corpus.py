"""The gate on sentences whose verdict a reader wrote down (`evals/corpus`)."""

from evals.bench.bars import Setting
from evals.corpus.cases import read_corpus
from evals.corpus.judging import Judged, judge, tally

WRONG_RELEASED, RIGHT_WITHHELD = 0.01, 0.05
NEWEST = ("fourth", "fifth")


def measure(setting: Setting) -> float:
    """Of the fourth and fifth part: the larger share, each as a part of what it may be."""
    newest: list[Judged] = []
    for name in ("first", "second", "third", *NEWEST):
        judged = [judge(case) for case in read_corpus(name)]
        newest += judged if name in NEWEST else []
        setting.say(f"{name} part: {tally(judged).words()}")
        for each in judged:
            if each.released and not each.case.released:
                setting.say(f"released, and wrong ({each.case.why}): {each.case.text}")
    found = tally(newest)
    setting.say(f"fourth and fifth part: {found.words()}")
    return max(found.share_released / WRONG_RELEASED, found.share_withheld / RIGHT_WITHHELD)
