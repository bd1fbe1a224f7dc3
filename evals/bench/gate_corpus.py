"""The gate on sentences whose verdict a reader wrote down (`evals/corpus`)."""

from evals.bench.bars import Setting
from evals.corpus.cases import read_corpus
from evals.corpus.judging import judge, tally

WRONG_RELEASED, RIGHT_WITHHELD = 0.01, 0.05


def measure(setting: Setting) -> float:
    """Of the third part: the larger of the two shares, each as a part of what it may be."""
    for name in ("first", "second", "third"):
        judged = [judge(case) for case in read_corpus(name)]
        found = tally(judged)
        setting.say(f"{name} part: {found.words()}")
        for each in judged:
            if each.released and not each.case.released:
                setting.say(f"released, and wrong ({each.case.why}): {each.case.text}")
    return max(found.share_released / WRONG_RELEASED, found.share_withheld / RIGHT_WITHHELD)
