"""The playbook and recommendations over the API, and as the command line words them."""

import json

from click.testing import CliRunner
from starlette.testclient import TestClient

from api.cli import Door
from api.commands.playbook import playbook, recommend
from stores.home import Home


def test_a_play_can_be_saved_as_it_is_shown(client: TestClient, home: Home) -> None:
    dataset = client.get("/v1/snapshots").json()["snapshots"]
    found = client.get("/v1/playbook").json()
    play = found["plays"][0]
    assert play["message"] and "{" not in play["message"]
    assert play["facts"]["customers"]["text"] in play["message"]  # Loyalty speaks of them
    wish = {"where": play["where"], "name": play["audience"], "holdout": play["holdout"]}
    saved = client.post("/v1/audiences", json=wish)
    assert saved.status_code == 201
    assert saved.json()["customers"] == play["facts"]["customers"]["value"]
    assert client.get("/v1/snapshots").json()["snapshots"] == dataset  # nothing more is kept
    missing = client.get("/v1/playbook", params={"segment": "Nowhere"})
    assert missing.status_code == 404


def test_products_come_with_reason_and_figure(client: TestClient) -> None:
    found = client.get("/v1/recommendations", params={"whom": "Champions", "count": 2}).json()
    assert len(found["products"]) == 2 == len(found["hit_rates"])
    for one in found["products"]:
        assert one["reason"] == "suggested to Champions" and one["fact"]["receipt"]


def test_the_terminal_says_whom_why_and_how_to_save(home: Home) -> None:
    door = Door(str(home.root), False)
    said = CliRunner().invoke(playbook, [], obj=door, catch_exceptions=False).stdout
    assert "Win back: " in said and "bought within the month anyway" in said
    assert "segue audience --name 'Win back everybody' --holdout " in said
    made = CliRunner().invoke(
        recommend, ["Champions", "--count", "2", "--json"], obj=door, catch_exceptions=False
    )
    assert len(json.loads(made.stdout)["products"]) == 2
