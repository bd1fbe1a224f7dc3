"""The tools over MCP as programs meet them: a service over HTTP, a command on standard streams."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
from services import SEGUE, Service, final

MODES = ("auto", "legacy")
Talk = Callable[[Client], Awaitable[None]]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
JSON = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def service(small_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("mcp") / "home"
    shutil.copytree(small_shop, home)
    running = Service(home).start()
    yield running
    assert running.stop() == 0


@asynccontextmanager
async def connected(
    service: Service, path: str = "/mcp", key: str | None = None, **settings: Any
) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(headers=headers, timeout=120) as web:
        transport = streamable_http_client(f"{service.address}{path}", http_client=web)
        async with Client(transport, **settings) as client:
            yield client


def talk(service: Service, conversation: Talk, **settings: Any) -> None:
    async def run() -> None:
        async with connected(service, **settings) as client:
            await conversation(client)

    asyncio.run(run())


def spoken(home: Path, conversation: Talk, **settings: Any) -> None:
    """The same on the standard streams of `segue mcp`."""

    async def run() -> None:
        command = StdioServerParameters(
            command=SEGUE, args=["--home", str(home), "mcp"], env=dict(os.environ)
        )
        async with Client(command, **settings) as client:
            await conversation(client)

    asyncio.run(run())


def shown(fact: dict[str, Any]) -> tuple[Any, ...]:
    return fact["subject"]["name"], fact["metric"], fact["period"]["words"], fact["text"]


QUESTION = "which segment brings most revenue?"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_every_door_tells_the_same(service: Service, path: str, mode: str) -> None:
    async def conversation(client: Client) -> None:
        result = await client.call_tool("ask", {"question": QUESTION})
        found.update(result.structured_content)
        receipt = found["facts"][0]["receipt"]
        card = (await client.call_tool("show_receipt", {"receipt": receipt})).structured_content
        with service.client() as rest:
            assert rest.get(f"/v1/receipts/{receipt}").json() == card

    found: dict[str, Any] = {}
    talk(service, conversation, path=path, mode=mode)
    asked = service.run("ask", QUESTION, "--json")
    same = json.loads(asked.stdout)
    assert found["answer"] == same["answer"]
    assert [shown(fact) for fact in found["facts"]] == [shown(fact) for fact in same["facts"]]


def test_what_was_confirmed_is_done_by_a_job(service: Service) -> None:
    async def agree(context: Any, params: Any) -> ElicitResult:
        return ElicitResult(action="accept", content={})

    async def conversation(client: Client) -> None:
        for wanted in ({"method": "rules", "draft": True}, {}):
            name = "find_segments" if wanted else "write_report"
            result = await client.call_tool(name, wanted)
            begun.append(result.structured_content["job"]["job_id"])

    begun: list[str] = []
    for mode in MODES:
        talk(service, conversation, mode=mode, elicitation_callback=agree)
    with service.client() as rest:
        for job_id in begun:
            done = final(rest, job_id)
            assert done["state"] == "done", done
        files = done["result"]["files"]
        assert rest.get(files[0]["url"]).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Authorization": "Bearer segue_key_0_0"}, 401),
        ({"X-Forwarded-Host": "evil.example"}, 200),
    ],
)
def test_the_door_is_kept_like_every_other(
    service: Service, headers: dict[str, str], status: int
) -> None:
    for path in ("/mcp", "/mcp/"):
        with service.client(**(JSON | headers)) as client:
            answered = client.post(path, json=HELLO, follow_redirects=False)
        assert answered.status_code == status, answered.text


def test_sessions_receipts_and_confirmations_are_nobody_elses(
    small_shop: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_shop, tmp_path / "home")
    own = Service(tmp_path / "home")
    ada, grace = (
        json.loads(own.run("key", "make", name, "--json").stdout)["secret"]
        for name in ("ada", "grace")
    )

    async def ask(client: Client) -> None:
        asked = (await client.call_tool("make_snapshots")).structured_content
        hers.update(confirmation=asked["confirmation"])
        answered = (await client.call_tool("ask", {"question": QUESTION})).structured_content
        hers.update(thread=answered["thread"], receipt=answered["facts"][0]["receipt"])

    async def take(client: Client) -> None:
        for name, arguments, said in (
            ("make_snapshots", {"confirmation": hers["confirmation"]}, "not known here"),
            ("show_receipt", {"receipt": hers["receipt"]}, "There is no receipt"),
            ("ask", {"question": QUESTION, "thread": hers["thread"]}, "There is no thread"),
        ):
            refused = await client.call_tool(name, arguments)
            assert refused.is_error
            assert said in refused.structured_content["error"]["message"]

    hers: dict[str, str] = {}
    try:
        own.start()
        talk(own, ask, key=ada)
        talk(own, take, key=grace)
        with own.client() as nobody, own.client(ada) as mine, own.client(grace) as other:
            for client in (nobody, mine, other):
                client.headers.update(JSON)
            refused = nobody.post("/mcp", json=HELLO)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            session = {"Mcp-Session-Id": mine.post("/mcp", json=HELLO).headers["mcp-session-id"]}
            ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
            assert other.post("/mcp", json=ping, headers=session).status_code == 404
            assert mine.post("/mcp", json=ping, headers=session).status_code == 200
    finally:
        own.stop(kill=True)


# ---- on standard streams -----------------------------------------------------------------------


@pytest.fixture
def home(small_shop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_shop, tmp_path / "home"))


@pytest.mark.parametrize("mode", MODES)
def test_a_program_starts_the_command_and_talks(home: Path, mode: str) -> None:
    async def conversation(client: Client) -> None:
        assert "ask" in {tool.name for tool in (await client.list_tools()).tools}
        result = await client.call_tool("describe_dataset")
        found.extend(shown(fact) for fact in result.structured_content["facts"])

    found: list[Any] = []
    spoken(home, conversation, mode=mode)
    assert ("corner", "customers") in {fact[:2] for fact in found}


def test_jobs_are_worked_on_without_a_service(home: Path) -> None:
    async def conversation(client: Client) -> None:
        wanted = {"method": "rules", "draft": True}
        asked = (await client.call_tool("find_segments", wanted)).structured_content
        agreed = wanted | {"confirmation": asked["confirmation"]}
        job = (await client.call_tool("find_segments", agreed)).structured_content["job"]
        until = asyncio.get_running_loop().time() + 120
        while job["state"] not in ("done", "failed"):
            assert asyncio.get_running_loop().time() < until
            await asyncio.sleep(0.1)
            job = (await client.call_tool("job", {"job": job["job_id"]})).structured_content
        assert job["state"] == "done", job
        assert job["result"]["dataset"] == "corner" and job["result"]["segments"]

    spoken(home, conversation)


@pytest.mark.parametrize("ending", ["closed input", "SIGTERM"])
def test_it_ends_when_it_is_told_and_says_nothing_but_protocol(home: Path, ending: str) -> None:
    process = subprocess.Popen(
        [SEGUE, "mcp", "--home", str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("this is no message\n" + json.dumps(HELLO) + "\n")
    process.stdin.flush()
    lines = [json.loads(process.stdout.readline()) for _ in range(1)]
    while lines[-1].get("id") != 1:
        lines.append(json.loads(process.stdout.readline()))
    assert lines[-1]["result"]["serverInfo"]["name"] == "segue"
    if ending == "SIGTERM":
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    rest, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert [json.loads(line) for line in rest.splitlines()] == []
    assert said == ""


def test_a_home_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    failed = subprocess.run(
        [SEGUE, "mcp", "--home", str(tmp_path / "home")],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.count("\n") == 1 and "is a file, not a folder" in failed.stderr
