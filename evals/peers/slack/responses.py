"""response_url: the address by which a bot answers a click or a command for half an hour."""

import secrets
from dataclasses import dataclass

from evals.peers.slack import rules
from evals.peers.slack.arguments import Arguments, Json, Refusal
from evals.peers.slack.backend import Backend
from evals.peers.slack.workspace import BOT_USER, Channel, Edit, Message

USES = 5
SECONDS = 1800.0


@dataclass
class Address:
    channel: Channel
    user: str
    message: Message | None  # the one that carried the button
    thread_ts: str | None
    opened_at: float
    uses: int = 0


class Responses:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._addresses: dict[str, Address] = {}

    def open(self, channel: Channel, user: str, message: Message | None = None) -> str:
        key = secrets.token_urlsafe(12)
        thread_ts = message.thread_ts if message else None
        self._addresses[key] = Address(channel, user, message, thread_ts, self._backend.now())
        return f"{self._backend.base_url}/response/{key}"

    def take(self, key: str, values: Json) -> Json:
        try:
            self._take(key, Arguments(values))
        except Refusal as refusal:
            return refusal.to_body()
        return {"ok": True}

    def _take(self, key: str, arguments: Arguments) -> None:
        address = self._addresses.get(key)
        if address is None or self._backend.now() - address.opened_at > SECONDS:
            raise Refusal("expired_url")
        if address.uses >= USES:
            raise Refusal("used_url")
        address.uses += 1
        self.post(address, arguments)

    def post(self, address: Address, arguments: Arguments) -> None:
        """Replace or delete the message of the button, or write a new one."""
        if arguments.truth("delete_original") and address.message:
            address.message.deleted = True
            return
        text = arguments.text("text")[: rules.TEXT_LIMIT]
        blocks = self._backend.blocks(arguments.structure("blocks"))
        if not text and not blocks:
            raise Refusal("no_text")
        if arguments.truth("replace_original") and address.message:
            message = address.message
            message.edits.append(Edit(self._backend.now(), message.text, message.blocks))
        else:
            message = self._backend.workspace.add(
                address.channel, BOT_USER, "", arguments.optional("thread_ts") or address.thread_ts
            )
            in_channel = arguments.text("response_type") == "in_channel"
            message.shown_only_to = None if in_channel else address.user
        message.text, message.blocks = text, blocks

    def answer_command(self, channel: Channel, user: str, answer: Json) -> None:
        """What came with the acknowledgement of a command is shown to its user."""
        address = Address(channel, user, None, None, self._backend.now())
        arguments = Arguments(answer)
        if arguments.has("text") or arguments.has("blocks"):
            self.post(address, arguments)
