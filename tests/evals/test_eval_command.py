"""`segue eval` is a process of its own, and says what it does not know."""

import subprocess
import sys

import pytest

from engine.errors import BadInput
from evals.judge import need_another

SEGUE = [sys.executable, "-c", "from api.cli import main; main()"]


def test_a_split_that_nobody_wrote_is_named_with_those_there_are() -> None:
    done = subprocess.run([*SEGUE, "eval", "--split", "own,jokes"], capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        "No split jokes. There are: strangers, own, languages, dialogues, practice, practice2, "
        "practice3, practice4, practice5, practice6, practice7, practice8, practice9, practice10, "
        "practice11, practice12." in done.stderr
    )


def test_no_model_judges_itself_nor_does_the_planner() -> None:
    for judge, model in (("planner", "openai:a"), ("openai:a", "openai:a")):
        with pytest.raises(BadInput, match="cannot judge"):
            need_another(judge, model)


def test_help_says_that_no_home_is_touched() -> None:
    done = subprocess.run([*SEGUE, "eval", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "makes homes of its own" in done.stdout
    assert "--split" in done.stdout
