"""Every setting, read once: flag, then environment, then segue.toml in the home, then default."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from api.model_settings import DEFAULTS as MODEL_DEFAULTS
from api.model_settings import MEANINGS as MODEL_MEANINGS
from api.model_settings import ModelSettings, read_model_settings
from engine.errors import BadInput, NotFound
from stores.home import Places
from stores.sources import SqlSource


@dataclass(frozen=True)
class Setting:
    """One value and where it came from."""

    name: str
    value: Any = field(repr=False)  # it may be a secret
    source: str
    meaning: str


_MEANINGS = {
    "home": "folder of this installation",
    "database_url": "PostgreSQL that holds the service state; empty: SQLite in the home",
    "chroma_url": "Chroma server that indexes notes; empty: an index in the home",
    "chroma_token": "what that server asks for, if it does",
    "files_url": "object store for records and snapshots, s3://bucket/folder; empty: the home",
    "model": "language model that answers; empty: the built-in planner, nothing is sent out",
    "model_url": "OpenAI-compatible endpoint of the model",
    "model_key": "its key",
    **MODEL_MEANINGS,
    "slack_bot_token": "the bot's token (xoxb-...)",
    "slack_app_token": "the app-level token of Socket Mode (xapp-...)",
    "slack_signing_secret": "proves that a request is Slack's; with it `segue serve` listens",
    "slack_team": "teams that are let in, by id, separated by commas; empty: the token's own",
    "slack_replies": "mention: in channels, when mentioned; thread: every reply, once asked",
    "slack_dataset": "the dataset that Slack talks about; empty: the only one",
    "slack_url": "address of Slack's methods; empty: Slack's own",
    "webhook_hosts": "hosts inside your network that webhooks may reach, separated by commas",
    "webhook_secret": "what the secrets that sign pushed audiences are made from",
    "kafka": "Kafka brokers that events come from, host:port,...; empty: only over the API",
    "kafka_topic": "topic of the events",
    "log_level": "debug, info, warning or error",
}
# Shown as "(set)" and nowhere in clear.
SECRETS = frozenset(
    {
        "chroma_token",
        "database_url",
        "embeddings_key",
        "model_key",
        "slack_app_token",
        "slack_bot_token",
        "slack_signing_secret",
        "webhook_secret",
    }
)
_DEFAULTS = {
    "log_level": "info",
    "slack_replies": "mention",
    "kafka_topic": "segue.events",
    **MODEL_DEFAULTS,
}


@dataclass(frozen=True)
class Settings:
    home: Path
    places: Places
    model: str | None
    model_url: str | None
    model_key: SecretStr | None
    answering: ModelSettings
    slack_bot_token: SecretStr | None
    slack_app_token: SecretStr | None
    slack_signing_secret: SecretStr | None
    slack_team: str | None
    slack_replies: str
    slack_dataset: str | None
    slack_url: str | None
    webhook_hosts: frozenset[str]
    webhook_secret: SecretStr | None
    kafka: str | None
    kafka_topic: str
    log_level: str
    sources: tuple[Setting, ...]
    tables: Mapping[str, SqlSource] = field(default_factory=dict)  # [sources.NAME] of segue.toml

    def table(self, name: str) -> SqlSource:
        """A source that the operator declared: nothing else is pulled for others."""
        if name not in self.tables:
            raise NotFound.named("source", name, self.tables, "segue.toml")
        return self.tables[name]


def default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("segue", appauthor=False)


def read_settings(
    flags: Mapping[str, str | None] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    environment = os.environ if environment is None else environment
    found: dict[str, Setting] = {}
    home = _first(
        "home", given, environment, {}, default=str(default_home())
    )  # the file lies in the home, so it cannot name it
    found["home"] = home
    file, declared = _read_file(Path(home.value).expanduser() / "segue.toml")
    for name in _MEANINGS:
        if name != "home":
            found[name] = _first(name, given, environment, file, _DEFAULTS.get(name))
    if found["model_key"].value is None and environment.get("OPENAI_API_KEY"):
        # Used only when a model is named: a key alone sends nothing out.
        found["model_key"] = Setting(
            "model_key",
            environment["OPENAI_API_KEY"],
            "environment OPENAI_API_KEY",
            _MEANINGS["model_key"],
        )

    def secret(name: str) -> SecretStr | None:
        value = found[name].value
        return SecretStr(value) if value else None

    return Settings(
        home=Path(home.value).expanduser(),
        places=Places(
            database=found["database_url"].value,
            chroma=found["chroma_url"].value,
            files=found["files_url"].value,
            chroma_token=found["chroma_token"].value,
        ),
        model=found["model"].value,
        model_url=found["model_url"].value,
        model_key=secret("model_key"),
        answering=read_model_settings({name: found[name].value for name in MODEL_MEANINGS}),
        slack_bot_token=secret("slack_bot_token"),
        slack_app_token=secret("slack_app_token"),
        slack_signing_secret=secret("slack_signing_secret"),
        slack_team=found["slack_team"].value,
        slack_replies=_one_of(found["slack_replies"], "mention", "thread"),
        slack_dataset=found["slack_dataset"].value,
        slack_url=found["slack_url"].value,
        webhook_hosts=_names(found["webhook_hosts"]),
        webhook_secret=secret("webhook_secret"),
        kafka=found["kafka"].value,
        kafka_topic=found["kafka_topic"].value,
        log_level=_one_of(found["log_level"], "debug", "info", "warning", "error"),
        sources=tuple(found.values()),
        tables={name: _with_password(name, table, environment) for name, table in declared.items()},
    )


def _with_password(name: str, table: SqlSource, environment: Mapping[str, str]) -> SqlSource:
    """SEGUE_SOURCE_<NAME>_PASSWORD keeps the password out of the file."""
    password = environment.get(f"SEGUE_SOURCE_{re.sub('[^A-Z0-9]', '_', name.upper())}_PASSWORD")
    return table.with_password(password) if password else table


def _first(
    name: str,
    flags: Mapping[str, str],
    environment: Mapping[str, str],
    file: Mapping[str, str],
    default: str | None,
) -> Setting:
    meaning = _MEANINGS[name]
    variable = f"SEGUE_{name.upper()}"
    if name in flags:
        return Setting(name, flags[name], f"flag --{name.replace('_', '-')}", meaning)
    if environment.get(variable):
        return Setting(name, environment[variable], f"environment {variable}", meaning)
    if name in file:
        return Setting(name, file[name], "segue.toml", meaning)
    return Setting(name, default, "default", meaning)


def _read_file(path: Path) -> tuple[dict[str, str], dict[str, SqlSource]]:
    if not path.is_file():
        return {}, {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not readable as TOML: {error}.") from None
    declared = found.pop("sources", {})
    unknown = sorted(found.keys() - _MEANINGS.keys())
    if unknown:
        raise BadInput(
            f"{path} names the setting '{unknown[0]}', which does not exist.",
            f"Settings are: {', '.join(_MEANINGS)}.",
        )
    tables = {name: _declared(name, keys, path) for name, keys in dict(declared).items()}
    return {name: str(value) for name, value in found.items()}, tables


def _declared(name: str, keys: Any, path: Path) -> SqlSource:
    known = {"url", "table", "watermark"}
    sound = isinstance(keys, dict) and all(isinstance(value, str) for value in keys.values())
    if not sound or not {"url", "table"} <= keys.keys() <= known:
        raise BadInput(
            f"{path}: [sources.{name}] needs url and table, may have watermark, and nothing else.",
            'Write url = "postgresql://user@host/database" and table = "orders".',
        )
    return SqlSource(**keys)


def _names(setting: Setting) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in str(setting.value or "").split(",")) - {""}


def _one_of(setting: Setting, *words: str) -> str:
    value = str(setting.value).lower()
    if value not in words:
        raise BadInput(
            f"The {setting.name.replace('_', ' ')} '{setting.value}' ({setting.source}) does not "
            "exist.",
            f"Use {', '.join(words[:-1])} or {words[-1]}.",
        )
    return value
