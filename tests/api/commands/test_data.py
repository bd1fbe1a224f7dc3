"""What `segue load` is given: one file, one URL with a table, or the name of a declared source."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import Door
from api.commands.data import load
from engine.errors import Fixable


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say what to load"),
        (("orders.csv", "--source", "till"), "Say what to load"),
        (("sqlite:///shop.db",), "--table orders"),
        (("orders.csv", "--table", "orders"), "are for databases"),
        (("orders.csv", "--watermark", "id"), "are for databases"),
        (("--source", "till", "--table", "orders"), "has its table and watermark in segue.toml"),
        (("--source", "tills"), "Did you mean 'till'?"),
        (("https://example.com/orders.csv", "--table", "x"), "kind 'https' cannot be read"),
        (("mysql://ann:s3cret@db/shop", "--table", "x"), "kind 'mysql' cannot be read"),
    ],
)
def test_what_does_not_go_together_is_told(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "segue.toml").write_text(
        '[sources.till]\nurl = "sqlite:///shop.db"\ntable = "orders"\n', encoding="utf-8"
    )
    found = CliRunner().invoke(load, arguments, obj=Door(str(tmp_path), json=False))
    assert isinstance(found.exception, Fixable)
    assert said in str(found.exception)
    assert "s3cret" not in str(found.exception)
