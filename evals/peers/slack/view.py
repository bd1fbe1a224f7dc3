"""The conversation as a page: channels, threads, streams, files, buttons. No script at all."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.peers.slack.arguments import Json
from evals.peers.slack.workspace import Message

if TYPE_CHECKING:
    from evals.peers.slack.server import FakeSlack

PAGES = Path(__file__).parent / "pages"
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# Only what a browser shows as a picture and never runs: no SVG.
PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}
MARKS = re.compile(r"(\*\*[^*\n]+\*\*|`[^`\n]+`|<https?://[^>\s|]+\|[^>\n]+>|<@[A-Z0-9]+>)")


@dataclass(frozen=True)
class Piece:
    """A run of text of one look: plain, strong, code, link or person (by id)."""

    look: str
    text: str


def to_pieces(text: str) -> list[Piece]:
    """Cut a text at its **strong**, `code`, <url|label> and <@person> marks."""
    return [_piece(part) for part in MARKS.split(text) if part]


def _piece(part: str) -> Piece:
    if part.startswith("**") and part.endswith("**") and len(part) > 4:
        return Piece("strong", part[2:-2])
    if part.startswith("`") and part.endswith("`") and len(part) > 2:
        return Piece("code", part[1:-1])
    if part.startswith("<http") and "|" in part:
        return Piece("link", part[1:-1].split("|", 1)[1])
    if re.fullmatch(r"<@[A-Z0-9]+>", part):
        return Piece("person", part[2:-1])
    return Piece("plain", part)


@dataclass(frozen=True)
class Thread:
    top: Message
    replies: list[Message]
    status: str
    title: str


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["pieces"] = to_pieces
    pages.filters["picture"] = lambda name: name.rpartition(".")[2].lower() in PICTURES
    return pages


def read_threads(slack: "FakeSlack", channel_id: str) -> list[Thread]:
    """Top messages with their replies; deleted ones are gone."""
    transcript = slack.transcript(channel_id)
    shown = [message for message in transcript.messages if not message.deleted]
    tops = [message for message in shown if message.thread_ts in {None, message.ts}]
    return [
        Thread(
            top,
            [reply for reply in shown if reply.thread_ts == top.ts and reply is not top],
            slack.workspace.status(channel_id, top.ts),
            transcript.titles.get(top.ts, ""),
        )
        for top in tops
    ]


def to_page(slack: "FakeSlack", channel_name: str) -> str:
    channels = list(slack.workspace.channels.values())
    wanted = [channel for channel in channels if channel_name in {channel.id, channel.name}]
    channel = next(iter(wanted or channels), None)
    values: Json = {
        "channels": channels,
        "channel": channel,
        "threads": read_threads(slack, channel.id) if channel else [],
        "prompts": slack.workspace.prompts.get(channel.id, []) if channel else [],
        "people": slack.workspace.users,
        "connections": len(slack.sockets.connections),
    }
    return _pages().get_template("conversation.html").render(values)


def add_routes(app: web.Application, slack: "FakeSlack") -> None:
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }

    async def page(request: web.Request) -> web.Response:
        text = to_page(slack, request.query.get("channel", ""))
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def style(request: web.Request) -> web.Response:
        text = (PAGES / "style.css").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/css", headers=headers)

    async def file(request: web.Request) -> web.Response:
        found = slack.workspace.files.get(request.match_info["file"])
        if found is None or found.content is None:
            raise web.HTTPNotFound
        kind = PICTURES.get(found.name.rpartition(".")[2].lower(), "application/octet-stream")
        return web.Response(body=found.content, content_type=kind, headers=headers)

    app.router.add_get("/", page)
    app.router.add_get("/view/style.css", style)
    app.router.add_get("/view/files/{file}", file)
