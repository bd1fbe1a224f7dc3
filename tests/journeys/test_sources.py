"""A shop's own database: pulled by hand, by a declared name, over the API; no other by any door."""

import json
from pathlib import Path

import pytest
from services import Service, final

from engine.synthetic import make_shop, write_shop


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A home that declares one source: the orders of 60 customers in SQLite."""
    import polars as pl

    orders = write_shop(make_shop(60, seed=3), tmp_path / "files")["transactions"]
    pl.read_csv(orders, infer_schema=False).write_database(
        "orders", f"sqlite:///{tmp_path / 'shop.db'}"
    )
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "segue.toml").write_text(
        f'[sources.till]\nurl = "sqlite://ann:s3cret@/{tmp_path}/shop.db"\ntable = "orders"\n'
        'watermark = "occurred_at"\n',
        encoding="utf-8",
    )
    return Service(tmp_path / "home")


def test_a_table_is_looked_at_then_loaded_then_known(service: Service, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    look = service.run("load", url, "--table", "orders", "--dry-run")
    assert look.returncode == 0, look.stderr
    assert "occurred_at" in look.stdout and "Nothing was changed." in look.stdout
    first = json.loads(service.run("load", "--source", "till", "--json").stdout)
    assert first["rows_in"] == first["kept"] + first["fixed"] + first["dropped"]
    again = service.run("load", "--source", "till")
    assert f"All of sqlite://ann@/{tmp_path}/shop.db orders is already in 'shop'" in again.stdout
    missing = service.run("load", url, "--table", "order", "--json")
    assert missing.returncode == 2
    assert "Did you mean 'orders'?" in json.loads(missing.stdout)["error"]["hint"]


def test_over_the_api_only_declared_sources_are_pulled(service: Service) -> None:
    service.start()
    try:
        with service.client() as client:
            for asked in (
                {"source": "sqlite:////etc/hosts"},
                {"source": "postgresql://127.0.0.1/x"},
                {"source": "tills"},
            ):
                refused = client.post("/v1/loads", json=asked)
                assert refused.status_code == 404
                assert "No source named" in refused.json()["detail"]
            assert client.post("/v1/loads", json={"file": "/etc/hosts"}).status_code == 422
            assert client.post("/v1/loads", json={}).status_code == 400
            seen = client.post("/v1/loads/preview", json={"source": "till"}).json()
            assert seen["mapping"]["occurred_at"] == "occurred_at" and len(seen["sample"]) == 5
            job = client.post("/v1/loads", json={"source": "till", "dataset": "till"}).json()
            done = final(client, job["job_id"])
            assert done["state"] == "done"
            assert done["result"]["rows_in"] == seen["ledger"]["rows_in"]
            assert "s3cret" not in json.dumps([seen, job, done])
    finally:
        service.stop()
    log = "".join(file.read_text(encoding="utf-8") for file in service.home.rglob("*.log*"))
    state = b"".join(file.read_bytes() for file in service.home.glob("state.db*"))
    assert "s3cret" not in log and b"s3cret" not in state
