"""Every tool of the catalogue behind every door, with the same arguments."""

import json
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from agent.langchain_tools import ASKING, bind_catalogue
from api.cli import Door
from api.commands.tools import tool
from api.mcp_calls import offered
from api.services import Services
from engine.errors import BadInput, NotFound
from stores.audiences import AudienceStore
from stores.datasets import DatasetStore
from stores.home import Home
from tools.catalog import catalogue
from tools.context import Context

_OF_DOORS = {"dataset", "confirmation"}  # what a door adds to a tool's own arguments


def run(home: Home, *arguments: str, as_json: bool = True) -> Result:
    return CliRunner().invoke(tool, arguments, obj=Door(str(home.root), json=as_json))


def arguments_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = catalogue()[name].arguments.model_json_schema().get("properties", {})
    return found


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_the_command_takes_what_the_tool_takes(name: str) -> None:
    found = tool.get_command(click.Context(tool), name)
    assert found is not None
    own = {str(parameter.name) for parameter in found.params}
    assert own - {"home", "as_json", "yes"} == set(arguments_of(name)) | _OF_DOORS


def test_every_tool_is_offered_over_mcp_with_its_arguments(services: Services) -> None:
    found = {one.name: one.input_schema for one in offered(services)}
    for name, one in catalogue().items():
        schema = one.arguments.model_json_schema()
        assert set(found[name]["properties"]) - _OF_DOORS == set(schema.get("properties", {}))
        assert found[name].get("required", []) == schema.get("required", [])


def test_an_answer_may_use_every_tool_that_changes_nothing_or_is_asked_for(
    context: Context,
) -> None:
    bound = {one.name: one.args_schema for one in bind_catalogue(context, lambda called: None)}
    reading = {name for name, one in catalogue().items() if one.effect != "changes"}
    assert set(bound) == reading | set(ASKING)
    for name in bound:
        assert bound[name] == catalogue()[name].arguments.model_json_schema()


def test_the_api_names_every_tool_with_its_arguments(client: TestClient) -> None:
    found = {one["name"]: one for one in client.get("/v1/tools").json()["tools"]}
    assert set(found) == set(catalogue())
    for name, one in found.items():
        assert one["arguments"] == catalogue()[name].arguments.model_json_schema()
        assert one["description"] and one["effect"] in ("reads", "computes", "changes")


def test_every_tool_is_reached_over_the_api_and_the_command_line(
    client: TestClient, home: Home
) -> None:
    """An argument that no tool has is refused by the very tool that was named."""
    for name in catalogue():
        answered = client.post(f"/v1/tools/{name}", json={"nonsense": 1})
        assert 400 <= answered.status_code < 500 and f"{name}: " in answered.text
        helped = CliRunner().invoke(tool, [name, "--help"], obj=Door(str(home.root), json=False))
        assert helped.exit_code == 0 and "When to use:" in helped.output


def test_both_find_the_same_figures(client: TestClient, home: Home) -> None:
    given = {"measures": ["revenue"], "by": ["country"], "top": 2}
    over_http = client.post("/v1/tools/query_records", json=given).json()
    options = ("--measures", "revenue", "--by", "country", "--top", "2")
    typed = json.loads(run(home, "query_records", *options).stdout)
    assert [f["value"] for f in typed["facts"]] == [f["value"] for f in over_http["facts"]] != []


def test_receipts_of_earlier_calls_can_be_calculated_with(client: TestClient) -> None:
    found = client.post("/v1/tools/list_segments").json()["facts"]
    one, two = [f for f in found if f["metric"] == "customers"][:2]
    given = {"operation": "sum", "facts": [one["receipt"], two["receipt"]]}
    (total,) = client.post("/v1/tools/calculate", json=given).json()["facts"]
    assert total["value"] == one["value"] + two["value"]


def test_a_change_waits_for_the_agreement_of_who_asks(client: TestClient, home: Home) -> None:
    dataset_id = DatasetStore(home).get().dataset_id
    given = {"name": "big", "where": "frequency >= 2"}
    asked = client.post("/v1/tools/save_audience", json=given).json()
    assert asked["kind"] == "confirm" and "Save an audience" in asked["question"]
    assert AudienceStore(home).of_dataset(dataset_id) == []
    token = asked["confirmation"]
    other = client.post(
        "/v1/tools/save_audience", json=given | {"name": "x"}, params={"confirmation": token}
    )
    assert other.status_code >= 400
    asked = client.post("/v1/tools/save_audience", json=given).json()
    done = client.post(
        "/v1/tools/save_audience", json=given, params={"confirmation": asked["confirmation"]}
    )
    assert done.json()["tool"] == "save_audience"
    assert [a.name for a in AudienceStore(home).of_dataset(dataset_id)] == ["big"]


def test_a_command_that_changes_something_asks_first(home: Home) -> None:
    options = ("save_audience", "--name", "big", "--where", "frequency >= 2")
    assert json.loads(run(home, *options).stdout)["kind"] == "confirm"
    done = run(home, *options, "--yes")
    assert done.exception is None, done.exception
    assert json.loads(done.stdout)["tool"] == "save_audience"


def test_wrong_names_and_values_are_told_in_words(home: Home) -> None:
    wrong = run(home, "list_segment")
    assert isinstance(wrong.exception, NotFound) and "list_segments" in wrong.exception.hint
    wrong = run(home, "query_records", "--measures", "revenue", "--top", "many")
    assert isinstance(wrong.exception, BadInput) and "top" in wrong.exception.message


def test_a_list_may_be_given_as_json(home: Home) -> None:
    typed = json.loads(run(home, "query_records", "--measures", '["revenue", "orders"]').stdout)
    assert typed["arguments"]["measures"] == ["revenue", "orders"]
