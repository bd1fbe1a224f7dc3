"""What Slack sends to a bot: events, interactions, slash commands, and a message as data."""

from evals.peers.slack.arguments import Json
from evals.peers.slack.workspace import (
    APP,
    BOT,
    BOT_USER,
    TEAM,
    Channel,
    File,
    Message,
    User,
)

CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im"}


def to_file(file: File, base_url: str) -> Json:
    address = f"{base_url}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "user": file.user,
        "filetype": file.name.rpartition(".")[2].lower(),
        "mode": "hosted",
        "url_private": address,
        "url_private_download": address,
    }


def to_message(message: Message, channel: Channel, base_url: str, metadata: bool = False) -> Json:
    """A message as conversations.replies, events and button clicks show it."""
    data: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
        "blocks": message.blocks,
    }
    if message.by_bot:
        data |= {"bot_id": BOT, "app_id": APP}
    if message.files:
        data["subtype"] = "file_share"
        data["files"] = [to_file(file, base_url) for file in message.files]
    if message.attachments:
        data["attachments"] = message.attachments
    if message.metadata and metadata:
        data["metadata"] = message.metadata
    if message.edits:
        data["edited"] = {"user": message.user, "ts": f"{message.edits[-1].at:.6f}"}
    if message.stream:
        going = message.stream.state == "in_progress"
        data["streaming_state"] = "in_progress" if going else "completed"
    if message.reactions:
        data["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ]
    return data | _thread_fields(message, channel)


def _thread_fields(message: Message, channel: Channel) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = channel.messages.get(message.thread_ts)
        return {"thread_ts": message.thread_ts, "parent_user_id": parent.user if parent else ""}
    replies = [reply for reply in channel.thread(message.ts) if reply is not message]
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "latest_reply": replies[-1].ts,
    }


def message_event(message: Message, channel: Channel, base_url: str) -> Json:
    event = to_message(message, channel, base_url)
    for own_field in ("reply_count", "latest_reply", "streaming_state"):
        event.pop(own_field, None)
    return event | {
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "event_ts": message.ts,
    }


def mention_event(message: Message, channel: Channel, base_url: str) -> Json:
    event = message_event(message, channel, base_url) | {"type": "app_mention"}
    event.pop("channel_type")
    return event


def changed_event(
    subtype: str, before: Json, after: Json | None, channel: Channel, event_ts: str
) -> Json:
    """message_changed carries the message after and before, message_deleted only before."""
    event: Json = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "ts": event_ts,
        "event_ts": event_ts,
        "previous_message": before,
    }
    if after is None:
        return event | {"deleted_ts": before["ts"]}
    return event | {"message": after}


def event_callback(event: Json, event_id: str, at: float, team: str = TEAM) -> Json:
    authorization = {
        "enterprise_id": None,
        "team_id": team,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "fake-verification-token",
        "type": "event_callback",
        "team_id": team,
        "api_app_id": APP,
        "event": event,
        "event_id": event_id,
        "event_time": int(at),
        "event_context": f"4-{event_id}",
        "is_ext_shared_channel": False,
        "authorizations": [authorization],
    }


def _person(user: User, team: str) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": team}


def block_actions(
    user: User, channel: Channel, message: Json, action: Json, response_url: str, trigger: str
) -> Json:
    return {
        "type": "block_actions",
        "token": "fake-verification-token",
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": "segue"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": _person(user, TEAM),
        "channel": {"id": channel.id, "name": channel.name},
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "thread_ts": message.get("thread_ts", message["ts"]),
            "is_ephemeral": False,
        },
        "message": message,
        "actions": [action],
        "trigger_id": trigger,
        "response_url": response_url,
    }


def slash_command(
    user: User, channel: Channel, command: str, text: str, response_url: str, trigger: str
) -> Json:
    return {
        "token": "fake-verification-token",
        "command": command,
        "text": text,
        "team_id": TEAM,
        "team_domain": "segue",
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }
