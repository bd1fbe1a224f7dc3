"""The question benchmark as bars: the planner on a made-up shop, with --data on a real one too."""

import tempfile
from pathlib import Path

from evals.bench.bars import Setting
from evals.questions.question import read_questions
from evals.questions.shop import make_retail, make_synthetic
from evals.running import run_questions
from evals.scoring import Score
from evals.summary import Tally

_CUSTOMERS, _MANY = 1_800, 12_000
_USUAL_SECONDS, _SLOW_SECONDS = 0.150, 0.600


def measure_strangers(setting: Setting) -> float:
    return _least(_asked(setting, "strangers"), setting)


def measure_own(setting: Setting) -> float:
    return _least(_asked(setting, "own"), setting)


def measure_languages(setting: Setting) -> float:
    tally = _asked(setting, "languages")
    return 0.0 if _wrong(tally, setting) else tally.answered


def measure_dialogues(setting: Setting) -> float:
    tally = _asked(setting, "dialogues")
    _wrong(tally, setting)
    return tally.states


def measure_latency(setting: Setting) -> float:
    tally = _asked(setting, "strangers", "own")
    usual, slow = tally.seconds(0.5), tally.seconds(0.95)
    setting.say(f"p50 {usual * 1000:.0f} ms, p95 {slow * 1000:.0f} ms")
    return max(usual / _USUAL_SECONDS, slow / _SLOW_SECONDS)


def _least(tally: Tally, setting: Setting) -> float:
    if _wrong(tally, setting):
        return 0.0
    setting.say(f"answered exactly {tally.answered:.3f}, declined rightly {tally.declined:.3f}")
    return min(tally.answered, tally.declined)


def _wrong(tally: Tally, setting: Setting) -> int:
    for score in tally.scores:
        for wrong in score.wrong:
            setting.say(f"wrong: {score.asked.question.question_id} {score.asked.said!r}: {wrong}")
    return tally.count("wrong")


def _asked(setting: Setting, *splits: str) -> Tally:
    questions = [question for split in splits for question in read_questions(split)]
    customers = _MANY if setting.full else _CUSTOMERS
    scores: list[Score] = []
    with tempfile.TemporaryDirectory() as folder:
        shops = [make_synthetic(Path(folder) / "synthetic", customers, setting.say)]
        if setting.data is not None:
            shops.append(make_retail(Path(folder) / "retail", setting.data, setting.say))
        for shop in shops:
            scores += run_questions(shop, questions, None, setting.say)
    return Tally(" ".join(splits), tuple(scores))
