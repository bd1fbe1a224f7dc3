"""The tools over MCP, driven by the protocol's own client in this process."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from langchain_core.language_models import GenericFakeChatModel
from mcp import Client
from mcp_types import CallToolResult, ElicitResult, TextContent

from agent.loop import NamedModel
from api.mcp import build_server
from api.mcp_tools import DOOR_TOOLS
from api.services import Services
from api.settings import read_settings
from engine.synthetic import make_shop, write_shop
from stores.home import Home
from stores.jobs import JobStore
from stores.people import Person
from tools.catalog import call, catalogue
from tools.context import Context
from tools.datasets import LoadRequest, load_file

MODES = ("auto", "legacy")  # the protocol without and with a handshake


@dataclass(frozen=True)
class AtNoon(Services):
    """Services whose clock stands still, and which may be slow to answer."""

    model_of: Callable[[], NamedModel] = field(default=NamedModel)

    def now(self) -> Any:
        return NOW

    def model(self, name: str | None = None) -> NamedModel:
        return self.model_of()


@pytest.fixture
def services(home: Home) -> AtNoon:
    return AtNoon(read_settings({"home": str(home.root)}), home)


def talk(
    services: Services,
    conversation: Callable[[Client], Awaitable[None]],
    mode: str = "auto",
    answer: str | None = None,
) -> list[str]:
    """Runs a conversation; gives the questions that the client was asked to show."""
    shown: list[str] = []

    async def show(context: Any, params: Any) -> ElicitResult:
        shown.append(params.message)
        return ElicitResult(action=answer, content={} if answer == "accept" else None)  # type: ignore[arg-type]

    async def run() -> None:
        server = build_server(lambda: services)
        showing = show if answer else None
        async with Client(server, mode=mode, elicitation_callback=showing) as client:
            await conversation(client)

    asyncio.run(run())
    return shown


def words(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def jobs_of(services: Services, kind: str) -> list[str]:
    return [job.job_id for job in JobStore(services.home).all("local", kind)]


@pytest.mark.parametrize("mode", MODES)
def test_the_catalogue_is_offered_as_it_is(services: AtNoon, mode: str) -> None:
    async def conversation(client: Client) -> None:
        offered = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(offered) == set(catalogue()) | set(DOOR_TOOLS)
        for tool in catalogue().values():
            found = offered[tool.name]
            assert found.description == tool.description
            schema = {**found.input_schema, "properties": dict(found.input_schema["properties"])}
            assert schema["properties"].pop("dataset")["type"] == "string"
            changes = tool.effect == "changes"
            assert bool(schema["properties"].pop("confirmation", None)) == changes
            assert schema == {"properties": {}} | tool.arguments.model_json_schema()
            assert found.annotations is not None
            assert found.annotations.read_only_hint is not changes
            assert found.annotations.destructive_hint is changes

    talk(services, conversation, mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("describe_dataset", {}),
        ("list_segments", {}),
        ("segment_shifts", {"since": "2025-06-01"}),
        ("churn_by_segment", {}),
        ("search_notes", {"query": "who buys rarely?"}),
    ],
)
def test_a_call_gives_the_facts_of_the_catalogue(
    services: AtNoon, context: Context, name: str, arguments: dict[str, Any], mode: str
) -> None:
    async def conversation(client: Client) -> None:
        result = await client.call_tool(name, arguments)
        assert not result.is_error
        found = result.structured_content
        assert [without_receipt(fact) for fact in found["facts"]] == expected
        assert found["texts"] == list(called.texts)
        assert (found["dataset"], found["as_of"]) == ("corner", context.as_of.iso())
        assert found["version"] == context.version
        for fact in found["facts"]:
            assert f"{fact['text']} ({fact['receipt']})" in words(result)

    called = call(context, name, arguments)
    expected = [without_receipt(fact.to_json()) for fact in called.facts]
    talk(services, conversation, mode)


def without_receipt(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if name != "receipt"}


def test_figures_of_one_call_are_calculated_with_in_the_next(services: AtNoon) -> None:
    async def conversation(client: Client) -> None:
        facts = (await client.call_tool("list_segments")).structured_content["facts"]
        sizes = [fact for fact in facts if fact["metric"] == "customers"]
        asked = {"operation": "sum", "facts": [fact["receipt"] for fact in sizes]}
        (total,) = (await client.call_tool("calculate", asked)).structured_content["facts"]
        assert total["value"] == sum(fact["value"] for fact in sizes)
        shown = await client.call_tool("show_receipt", {"receipt": total["receipt"], "rerun": True})
        card = shown.structured_content
        assert card["rerun_value"] == card["value"] == total["value"]
        assert card["operands"] == asked["facts"]

    talk(services, conversation)


def test_a_question_is_answered_whole(services: AtNoon) -> None:
    async def conversation(client: Client) -> None:
        asked = {"question": "which segment brings most revenue?"}
        result = await client.call_tool("ask", asked)
        found = result.structured_content
        assert found["kind"] == "answer" and found["answer"] in words(result)
        assert found["facts"] and found["follow_ups"]
        for fact in found["facts"]:
            assert fact["text"] in found["answer"] and fact["receipt"] in words(result)
        again = await client.call_tool("ask", asked | {"thread": found["thread"]})
        assert again.structured_content["thread"] == found["thread"]

    talk(services, conversation)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("list_segment", {}, "No tool named 'list_segment'. Did you mean 'list_segments'"),
        ("list_segments", {"limit": 3}, "list_segments: limit: Extra inputs"),
        ("list_segments", {"confirmation": "x"}, "list_segments: confirmation: Extra inputs"),
        ("list_segments", {"dataset": "cornr"}, "No dataset named 'cornr'. Did you mean 'corner'?"),
        ("list_segments", {"dataset": 3}, "list_segments: dataset must be a text."),
        ("find_segments", {"k": 99}, "find_segments: k: Input should be less than"),
        ("calculate", {"operation": "sum", "facts": ["f1", "f2"]}, "There is no fact 'f1'"),
        ("calculate", {"operation": "sum", "facts": ["receipt_x"] * 2}, "no receipt 'receipt_x'"),
        ("ask", {"question": ""}, "ask: question: String should have at least 1"),
        ("ask", {"question": "how many?", "thread": "thread_x"}, "There is no thread 'thread_x'"),
        ("show_receipt", {"receipt": "receipt_x"}, "There is no receipt 'receipt_x'"),
        ("job", {"job": "job_x"}, "There is no job 'job_x'"),
    ],
)
def test_mistakes_are_told_in_plain_words(
    services: AtNoon, name: str, arguments: dict[str, Any], said: str, mode: str
) -> None:
    async def conversation(client: Client) -> None:
        result = await client.call_tool(name, arguments)
        assert result.is_error
        assert said in words(result) and "Traceback" not in words(result)
        assert result.structured_content["error"]["message"]

    talk(services, conversation, mode)


def test_our_own_bug_is_told_by_its_reference(services: AtNoon) -> None:
    def broken() -> NamedModel:
        raise ZeroDivisionError("secret inside")

    async def conversation(client: Client) -> None:
        result = await client.call_tool("ask", {"question": "how many?"})
        assert result.is_error and "reference" in words(result)
        assert "secret" not in words(result)

    talk(replace(services, model_of=broken), conversation)


# ---- what changes something --------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_cannot_ask_is_given_a_token(services: AtNoon, mode: str) -> None:
    wanted = {"k": 3, "draft": True}

    async def conversation(client: Client) -> None:
        asked = (await client.call_tool("find_segments", wanted)).structured_content
        assert asked["kind"] == "confirm"
        assert "'corner'" in asked["question"] and "k 3, draft True" in asked["question"]
        assert jobs_of(services, "segmentation") == []
        token = {"confirmation": asked["confirmation"]}
        other = await client.call_tool("find_segments", {"k": 4, "draft": True} | token)
        assert other.is_error and "given for something else" in words(other)
        elsewhere = await client.call_tool("score_customers", token)
        assert elsewhere.is_error and "given for something else" in words(elsewhere)
        done = (await client.call_tool("find_segments", wanted | token)).structured_content
        assert jobs_of(services, "segmentation") == [done["job"]["job_id"]]
        twice = await client.call_tool("find_segments", wanted | token)
        assert twice.is_error and "used already" in words(twice)
        invented = await client.call_tool("find_segments", {"confirmation": "confirmation_0"})
        assert invented.is_error and "not known here" in words(invented)
        assert len(jobs_of(services, "segmentation")) == 1
        shown = await client.call_tool("job", {"job": done["job"]["job_id"]})
        assert shown.structured_content["state"] == "queued"

    talk(services, conversation, mode)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_can_ask_asks_the_person(services: AtNoon, mode: str) -> None:
    async def conversation(client: Client) -> None:
        result = await client.call_tool("make_snapshots")
        assert result.structured_content["job"]["kind"] == "snapshots"

    (question,) = talk(services, conversation, mode, answer="accept")
    assert "Make the monthly snapshots of 'corner'?" in question
    assert len(jobs_of(services, "snapshots")) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("answer", ["decline", "cancel"])
def test_what_the_person_declines_is_not_done(services: AtNoon, mode: str, answer: str) -> None:
    async def conversation(client: Client) -> None:
        result = await client.call_tool("write_report")
        assert result.structured_content == {"kind": "declined"}

    assert len(talk(services, conversation, mode, answer)) == 1
    assert jobs_of(services, "report") == []


def test_a_made_up_agreement_is_not_one(services: AtNoon) -> None:
    async def conversation(client: Client) -> None:
        result = await client.call_tool(
            "write_report",
            input_responses={"confirmed": ElicitResult(action="accept", content={})},
            request_state="confirmation_of_my_own",
        )
        assert result.is_error and "not known here" in words(result)

    talk(services, conversation)
    assert jobs_of(services, "report") == []


# ---- several datasets --------------------------------------------------------------------------


def test_of_several_datasets_one_is_named(services: AtNoon, tmp_path: Path) -> None:
    orders = write_shop(make_shop(40, seed=3), tmp_path / "other")["transactions"]
    load_file(services.home, LoadRequest(orders, dataset="other", zone="UTC"), NOW)

    async def conversation(client: Client) -> None:
        unsaid = await client.call_tool("describe_dataset")
        assert unsaid.is_error and "corner, other" in words(unsaid)
        for name in ("corner", "other"):
            result = await client.call_tool("describe_dataset", {"dataset": name})
            found = result.structured_content
            receipts.append(found["facts"][0]["receipt"])
            assert found["dataset"] == name
        mixed = {"operation": "sum", "facts": receipts, "dataset": "corner"}
        refused = await client.call_tool("calculate", mixed)
        assert refused.is_error and "about another dataset" in words(refused)
        asked = (await client.call_tool("score_customers", {"dataset": "other"})).structured_content
        token = {"confirmation": asked["confirmation"]}
        refused = await client.call_tool("score_customers", {"dataset": "corner"} | token)
        assert refused.is_error and "given for something else" in words(refused)

    receipts: list[str] = []
    talk(services, conversation)


# ---- calls that are given up -------------------------------------------------------------------


class Waits(GenericFakeChatModel):
    """A model that never comes to an end."""

    begun: Any = None
    given_up: Any = None

    def bind_tools(self, tools: Any, **settings: Any) -> Any:
        return self

    async def _astream(self, *given: Any, **settings: Any) -> Any:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.given_up.set()
        yield None


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_call_ends_and_the_next_is_answered(services: AtNoon, mode: str) -> None:
    begun, given_up = asyncio.Event(), asyncio.Event()
    model = Waits(messages=iter(()), begun=begun, given_up=given_up)
    slow = replace(services, model_of=lambda: NamedModel("waits", model))

    async def conversation(client: Client) -> None:
        asking = asyncio.create_task(client.call_tool("ask", {"question": "how many?"}))
        await begun.wait()
        asking.cancel()
        await asyncio.wait_for(given_up.wait(), 30)
        result = await client.call_tool("describe_dataset")
        assert not result.is_error

    talk(slow, conversation, mode)


def test_people_are_kept_apart(services: AtNoon, home: Home) -> None:
    """The person is settled for each request; here one is let in after the other."""
    from stores.people import PeopleStore

    grace = PeopleStore(home).add("Grace", "member", NOW)

    @dataclass(frozen=True)
    class ForGrace(AtNoon):
        @property
        def local_person(self) -> Person:
            return grace

    tokens: list[dict[str, str]] = []

    async def ask(client: Client) -> None:
        asked = (await client.call_tool("make_snapshots")).structured_content
        tokens.append({"confirmation": asked["confirmation"]})
        facts = (await client.call_tool("describe_dataset")).structured_content["facts"]
        tokens.append({"receipt": facts[0]["receipt"]})

    async def take(client: Client) -> None:
        refused = await client.call_tool("make_snapshots", tokens[0])
        assert refused.is_error and "not known here" in words(refused)
        hidden = await client.call_tool("show_receipt", tokens[1])
        assert hidden.is_error and "There is no receipt" in words(hidden)

    talk(services, ask)
    talk(ForGrace(services.settings, home), take)
    assert jobs_of(services, "snapshots") == []
