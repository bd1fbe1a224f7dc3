"""Signed HTTP: the address of Slack's events in `segue serve`, when a signing secret is set."""

import contextlib
import sys
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route

from api.problems import problem
from api.services import Services
from engine.errors import Fixable

EVENTS = "/slack/events"
_LARGEST = 1_000_000  # bytes; an event has a few thousand


@contextlib.asynccontextmanager
async def slack_door(app: FastAPI, services: Services) -> AsyncIterator[None]:
    """Adds the route while the service runs; Bolt checks signature and age of every request."""
    if services.settings.slack_signing_secret is None:
        yield
        return
    from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler

    from api.slack.app import open_slack

    async with contextlib.AsyncExitStack() as opened:
        try:
            slack = await opened.enter_async_context(open_slack(services))
        except Fixable as error:
            # The page and the API are worth having without Slack; who starts it is told.
            sys.stderr.write(f"Slack is off: {error}\n")
            yield
            return
        handler = AsyncSlackRequestHandler(slack.app)

        async def events(request: Request) -> Response:
            length = request.headers.get("content-length", "")
            if not length.isdigit() or int(length) > _LARGEST:
                return problem(413, "A request of Slack has a length, and is not that long.")
            return await handler.handle(request)

        route = Route(EVENTS, events, methods=["POST"])
        app.router.routes.insert(0, route)  # before the page, which takes every other path
        try:
            yield
        finally:
            app.router.routes.remove(route)
