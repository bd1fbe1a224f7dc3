"""Settings: flag, then environment, then segue.toml, then default; and where each came from."""

from pathlib import Path

import pytest

from api.settings import SECRETS, Settings, read_settings
from engine.errors import BadInput, NotFound


def source(settings: Settings, name: str) -> str:
    return next(s.source for s in settings.sources if s.name == name)


def test_precedence(tmp_path: Path) -> None:
    (tmp_path / "segue.toml").write_text('model = "from-file"\nlog_level = "debug"\n')
    environment = {"SEGUE_HOME": str(tmp_path), "SEGUE_MODEL": "from-environment"}
    settings = read_settings({}, environment)
    assert settings.model == "from-environment"
    assert source(settings, "model") == "environment SEGUE_MODEL"
    assert (settings.log_level, source(settings, "log_level")) == ("debug", "segue.toml")
    assert read_settings({"model": "from-flag"}, environment).model == "from-flag"
    assert read_settings({"home": "/elsewhere"}, environment).home == Path("/elsewhere")


def test_a_key_alone_turns_no_model_on(tmp_path: Path) -> None:
    settings = read_settings({}, {"SEGUE_HOME": str(tmp_path), "OPENAI_API_KEY": "sk-123456789"})
    assert settings.model is None
    assert "sk-123456789" not in repr(settings.model_key)


def test_a_misspelt_setting_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "segue.toml").write_text('modle = "x"\n')
    with pytest.raises(BadInput, match="names the setting 'modle'"):
        read_settings({}, {"SEGUE_HOME": str(tmp_path)})


def test_the_secrets_of_slack_are_never_shown(tmp_path: Path) -> None:
    environment = {
        "SEGUE_HOME": str(tmp_path),
        "SEGUE_SLACK_BOT_TOKEN": "xoxb-one",
        "SEGUE_SLACK_APP_TOKEN": "xapp-two",
        "SEGUE_SLACK_SIGNING_SECRET": "three",
    }
    settings = read_settings({}, environment)
    shown = f"{settings.slack_bot_token} {settings.slack_app_token} {settings.slack_signing_secret}"
    assert not any(secret in shown for secret in ("xoxb-one", "xapp-two", "three"))
    others = ("model_key", "embeddings_key", "database_url")
    assert {s.name for s in settings.sources if s.name.endswith(("_token", "_secret"))
                       or s.name in others} == SECRETS  # fmt: skip
    assert settings.slack_replies == "mention"
    with pytest.raises(BadInput, match="slack replies 'always'"):
        read_settings({}, environment | {"SEGUE_SLACK_REPLIES": "always"})


def test_sources_are_declared_in_the_file_and_their_passwords_may_stand_elsewhere(
    tmp_path: Path,
) -> None:
    (tmp_path / "segue.toml").write_text(
        'model = "m"\n[sources.my-shop]\nurl = "postgresql://ann:one@db/shop"\ntable = "orders"\n'
        'watermark = "updated_at"\n'
    )
    environment = {"SEGUE_HOME": str(tmp_path)}
    declared = read_settings({}, environment).table("my-shop")
    assert (declared.table, declared.watermark) == ("orders", "updated_at")
    environment["SEGUE_SOURCE_MY_SHOP_PASSWORD"] = "t/w@"
    settings = read_settings({}, environment)
    assert settings.table("my-shop").url == "postgresql+psycopg://ann:t%2Fw%40@db/shop"
    assert "t%2Fw%40" not in repr(settings) and "one" not in repr(settings.tables)
    with pytest.raises(NotFound, match=r"No source named 'shop' in segue.toml"):
        settings.table("shop")


@pytest.mark.parametrize(
    "body", ['url = "sqlite:///a"', 'url = 1\ntable = "t"', 'url = "x"\ntable = "t"\nkey = "k"']
)
def test_a_source_that_is_declared_wrongly_is_named(tmp_path: Path, body: str) -> None:
    (tmp_path / "segue.toml").write_text(f"[sources.till]\n{body}\n")
    with pytest.raises(BadInput, match=r"\[sources.till\] needs url and table"):
        read_settings({}, {"SEGUE_HOME": str(tmp_path)})
