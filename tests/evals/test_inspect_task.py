"""The same questions in Inspect, where it is installed: `pip install "segue[evals]"`."""

from pathlib import Path

import pytest
from databases import Databases

pytest.importorskip("inspect_ai", reason="Inspect comes with the extra 'evals'")

pytestmark = pytest.mark.filterwarnings("default")  # its many libraries warn of one another


def test_questions_are_asked_and_scored(
    small_shop: Path, databases: Databases, tmp_path: Path
) -> None:
    from inspect_ai import eval as run

    from evals.inspect_task import questions

    databases.copy(small_shop, tmp_path / "home")
    (tmp_path / "files").symlink_to(small_shop.parent / "files")
    task = questions(str(tmp_path), split="own")
    (log,) = run(task, model="none", limit=6, display="none", log_dir=str(tmp_path / "logs"))
    assert log.status == "success"
    assert log.results is not None and len(log.results.scores) == 2
    assert {score.name for score in log.results.scores} == {"right", "wrong"}
