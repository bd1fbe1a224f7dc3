"""The service: REST, SSE, the OpenAI-compatible door and the page, on one address."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response
from starlette.routing import Route

from api import openai_compat
from api.auth import SameSite, is_loopback, require_admin_key
from api.digests import build_scheduler
from api.mcp import McpDoor
from api.problems import add_handlers
from api.routes import (
    audiences,
    customers,
    datasets,
    events,
    jobs,
    loads,
    notes,
    playbook,
    profile,
    query,
    questions,
    scores,
    segments,
    shifts,
    tools,
)
from api.runner import Runner
from api.running import NOTE
from api.services import Services
from api.slack.http import EVENTS, slack_door
from api.warming import import_slow
from engine.errors import BadInput
from stores.note_index import NoteIndex

WEB = Path(__file__).parent / "web"
_LAST_SECONDS = 10
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def build_app(services: Services, host: str) -> FastAPI:
    started = time.monotonic()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runner = Runner(services)
        app.state.services = services
        app.state.runner = runner
        warming = asyncio.create_task(_warm_up(app, services))
        running = asyncio.create_task(runner.run())
        telling = asyncio.create_task(build_scheduler(services).run())
        talking = asyncio.create_task(mcp.run())
        async with slack_door(app, services):
            yield
        tasks = (running, warming, telling, talking)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        index = app.state.services.index
        if index is not None:
            index.close()

    app = FastAPI(title="Segue", version=version("segue"), lifespan=lifespan, docs_url=None,
                  redoc_url=None)  # fmt: skip
    add_handlers(app)
    mcp = McpDoor(lambda: app.state.services)
    for path in ("/mcp", "/mcp/"):  # clients do not follow a redirect from one to the other
        app.router.routes.append(Route(path, mcp))
    for router in (questions.router, datasets.router, segments.router, jobs.router, events.router,
                   loads.router, profile.router, customers.router, audiences.router, query.router,
                   playbook.router, scores.router,
                   shifts.router, notes.router, tools.router, openai_compat.router):  # fmt: skip
        app.include_router(router)

    @app.get("/health")
    def health() -> dict[str, Any]:
        uptime = round(time.monotonic() - started, 1)
        return {"ok": True, "version": version("segue"), "uptime_seconds": uptime}

    @app.middleware("http")
    async def guard(request: Request, go_on: RequestResponseEndpoint) -> Response:
        response = await go_on(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith("/fonts/"):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    names = frozenset({"127.0.0.1", "localhost", "::1"}) if is_loopback(host) else frozenset()
    signed = frozenset({EVENTS} if services.settings.slack_signing_secret else ())
    app.add_middleware(SameSite, hosts=names, signed=signed)
    app.mount("/", StaticFiles(directory=WEB, html=True))
    return app


async def _warm_up(app: FastAPI, services: Services) -> None:
    """After the door is open: the sentence model, the index when no other process holds it, and
    libraries that answers need.

    Where the service stops meanwhile, the index is let go by whoever comes last.
    """
    opened: list[NoteIndex] = []
    stopped = threading.Event()

    def open_index() -> NoteIndex | None:
        from stores.notes import NoteStore

        store = NoteStore(services.home, services.home.embedder())
        index = services.index or NoteIndex.open(services.home)
        if index is not None:
            index.sync(store)
            opened.append(index)
            if stopped.is_set():
                index.close()
        return index

    try:
        app.state.services = replace(services, index=await asyncio.to_thread(open_index))
    except asyncio.CancelledError:
        stopped.set()
        for index in opened:
            index.close()
        raise
    await import_slow()


def serve(services: Services, host: str, port: int) -> None:
    """Runs until it is told to stop; other commands find it by the note it leaves in the home."""
    require_admin_key(services, host)
    listening = _listen(host, port)
    address = f"http://{_shown(host)}:{listening.getsockname()[1]}"
    settings = uvicorn.Config(
        build_app(services, host), log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(settings)
    found = {"address": address, "pid": os.getpid(), "token": services.own_token}
    with _left_in(services.home.root / NOTE, found):
        # The server takes these signals while it runs and passes them on when it has stopped; one
        # that comes before it runs must not be lost.
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, lambda *_: _stop(server))
        sys.stdout.write(f"Segue is at {address}\n")
        sys.stdout.flush()
        asyncio.run(server.serve(sockets=[listening]))


def _stop(server: uvicorn.Server) -> None:
    """What still computes for a request that nobody waits for does not hold up the end.

    All that is kept is kept in transactions, so a calculation may be cut off anywhere.
    """
    server.should_exit = True
    last = threading.Timer(_LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()


def _listen(host: str, port: int) -> socket.socket:
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(kind, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)  # whoever is told the address now may knock at once
    except OSError as error:
        listening.close()
        raise BadInput(
            f"Nothing can listen on {host}:{port}: {error.strerror}.",
            "Choose another --port; 0 takes any that is free.",
        ) from None
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _left_in(note: Path, found: dict[str, Any]) -> Any:
    note.touch(mode=0o600)
    note.write_text(json.dumps(found), encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
