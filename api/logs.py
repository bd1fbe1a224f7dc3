"""Structured logs: one JSON object a line, with the question or job it belongs to, no secrets."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

_work: ContextVar[str | None] = ContextVar("work", default=None)
# Keys and tokens as their makers shape them, and whatever follows a word that announces one.
_SECRETS = re.compile(
    r"(sk-[\w-]{8,}|xox[abp]-[\w-]+|xapp-[\w-]+|segue_key_\w+"
    r"|(?<=Bearer )\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@))",
    re.IGNORECASE,
)


@contextmanager
def working_on(identifier: str) -> Iterator[None]:
    """Marks every line logged inside with a question's or a job's id."""
    token = _work.set(identifier)
    try:
        yield
    finally:
        _work.reset(token)


def redact(text: str) -> str:
    return _SECRETS.sub("[secret]", text)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": redact(record.getMessage()),
        }
        if work := _work.get():
            line["for"] = work
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def start_logging(home: Path, level: str) -> None:
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "segue.log", maxBytes=5_000_000, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    for before in root.handlers:
        if isinstance(before, RotatingFileHandler):
            before.close()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("segue").setLevel(level.upper())
