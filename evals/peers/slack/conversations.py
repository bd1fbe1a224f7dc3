"""auth.test, conversations.*, users.info, reactions.add: reading the workspace."""

from collections.abc import Sequence

from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend, Method
from evals.peers.slack.workspace import BOT, BOT_USER, TEAM, Channel, Message, User

PAGE = 1_000


def auth_test(backend: Backend, arguments: Arguments) -> Json:
    return {
        "url": f"{backend.base_url}/",
        "team": "Segue",
        "team_id": TEAM,
        "user": backend.workspace.users[BOT_USER].name,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def _to_channel(channel: Channel) -> Json:
    data: Json = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_private": channel.kind != "channel",
        "is_member": BOT_USER in channel.members,
        "is_archived": channel.archived,
    }
    if channel.kind == "im":
        return data | {"user": next(iter(channel.members - {BOT_USER}), BOT_USER)}
    return data | {"name": channel.name, "num_members": len(channel.members)}


def info(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.workspace.channels.get(arguments.required("channel")[0])
    if channel is None:
        raise Refusal("channel_not_found")
    return {"channel": _to_channel(channel)}


def open_direct(backend: Backend, arguments: Arguments) -> Json:
    if arguments.has("channel"):
        channel = backend.channel(arguments)
    else:
        names = arguments.required("users")[0].split(",")
        user = backend.workspace.users.get(names[0])
        if len(names) > 1 or user is None:
            raise Refusal("user_not_found")
        channel = backend.workspace.direct_channel(user)
    return {"channel": _to_channel(channel) if arguments.truth("return_im") else {"id": channel.id}}


def history(backend: Backend, arguments: Arguments) -> Json:
    """The top of the channel, newest first."""
    channel = backend.channel(arguments)
    top = [
        message
        for message in reversed(channel.messages.values())
        if message.thread_ts in {None, message.ts}
        and not message.deleted
        and message.shown_only_to is None
    ]
    return _page(backend, arguments, top)


def replies(backend: Backend, arguments: Arguments) -> Json:
    """The parent and its replies, oldest first; the parent leads every page."""
    channel = backend.channel(arguments)
    (ts,) = arguments.required("ts")
    message = channel.messages.get(ts)
    if message is None or message.deleted:
        raise Refusal("thread_not_found")
    thread = channel.thread(message.thread_ts or ts)
    return _page(backend, arguments, thread)


def _page(backend: Backend, arguments: Arguments, messages: Sequence[Message]) -> Json:
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    inclusive = arguments.truth("inclusive")
    kept = [
        message
        for message in messages
        if (not oldest or message.ts > oldest or (inclusive and message.ts == oldest))
        and (not latest or message.ts < latest or (inclusive and message.ts == latest))
    ]
    limit = max(1, min(arguments.number("limit", 100), PAGE))
    begin = arguments.number("cursor", 0)
    more = begin + limit < len(kept)
    metadata = arguments.truth("include_all_metadata")
    for message in kept:
        if message.stream:
            message.stream.age(backend.now())
    return {
        "messages": [backend.to_json(m, metadata) for m in kept[begin : begin + limit]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(begin + limit) if more else ""},
    }


def _to_user(user: User) -> Json:
    return {
        "id": user.id,
        "team_id": TEAM,
        "name": user.name,
        "real_name": user.name,
        "is_bot": user.is_bot,
        "deleted": False,
        "tz": user.zone,
        "profile": {"real_name": user.name, "display_name": user.name},
    }


def user_info(backend: Backend, arguments: Arguments) -> Json:
    user = backend.workspace.users.get(arguments.required("user")[0])
    if user is None:
        raise Refusal("user_not_found")
    return {"user": _to_user(user)}


def users_list(backend: Backend, arguments: Arguments) -> Json:
    members = [_to_user(user) for user in backend.workspace.users.values()]
    return {"members": members, "response_metadata": {"next_cursor": ""}}


def add_reaction(backend: Backend, arguments: Arguments) -> Json:
    channel = backend.channel(arguments)
    name, ts = arguments.required("name", "timestamp")
    users = backend.message(channel, ts).reactions.setdefault(name, [])
    if BOT_USER in users:
        raise Refusal("already_reacted")
    users.append(BOT_USER)
    return {}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "conversations.info": info,
    "conversations.open": open_direct,
    "conversations.history": history,
    "conversations.replies": replies,
    "users.info": user_info,
    "users.list": users_list,
    "reactions.add": add_reaction,
}
