"""Logs: one JSON object a line, marked with its work, without secrets."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.logs import redact, start_logging, working_on


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    "secret",
    ["sk-proj-abcdefgh1234", "xoxb-1-2-abc", "xapp-1-A-b", "segue_key_0a1b2c", "me:pw"],
)
def test_secrets_are_taken_out(secret: str) -> None:
    text = f"calling postgresql://{secret}@host/db with Bearer {secret}"
    assert secret not in redact(text)


def test_a_line_names_its_work(tmp_path: Path) -> None:
    start_logging(tmp_path, "info")
    with working_on("question_1"):
        logging.getLogger("segue.test").info("asked with key %s", "sk-abcdefgh12345")
    line = json.loads((tmp_path / "logs" / "segue.log").read_text(encoding="utf-8"))
    assert (line["for"], line["level"]) == ("question_1", "info")
    assert line["what"] == "asked with key [secret]"
