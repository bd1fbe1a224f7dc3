from functools import partial
from importlib import import_module

import pytest

from evals.bench.__main__ import main, measure
from evals.bench.bars import BARS, Bar, Setting

SETTING = Setting(False, lambda text: None)


@pytest.mark.parametrize(
    ("bar", "line", "code"),
    [
        (Bar("a_rate", "quick", "higher", 0.25, "", lambda s: 0.25), "value=0.25 bar=0.25 ok", 0),
        (Bar("a_rate", "quick", "higher", 0.25, "", lambda s: 0.2), "value=0.2 bar=0.25 short", 1),
        (Bar("a_loss", "full", "lower", 0, "", lambda s: 0.0), "value=0 bar=0 ok", 0),
        (Bar("a_loss", "full", "lower", 0, "", lambda s: 3.0), "value=3 bar=0 short", 1),
    ],
)
def test_the_last_line_and_the_exit_say_whether_the_bar_is_reached(
    bar: Bar, line: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert measure(bar, SETTING) == code
    assert capsys.readouterr().out == f"{bar.name} {line}\n"


def test_every_bar_is_listed_with_its_tier(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    listed = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert listed == [[bar.name, bar.tier] for bar in BARS.values()]


def test_every_bar_has_its_function() -> None:
    for bar in BARS.values():
        assert isinstance(bar.measure, partial)
        module, function = bar.measure.args
        assert callable(getattr(import_module(f"evals.bench.{module}"), function))


def test_an_unknown_bar_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stream_rat"]) == 2
    assert "Did you mean 'stream_rate'" in capsys.readouterr().err
