"""Confirmation: a change is made when the person it is made for has agreed to this very change.

Every door asks in its own way and brings the token back; whether it stands is judged here.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import Unconfirmed
from stores.confirmations import ConfirmationStore
from tools.context import Context
from tools.tool import Arguments, Tool


@dataclass(frozen=True)
class Confirmation:
    """What is asked, and the token that stands for the agreement."""

    question: str
    token: str
    expires_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "confirm",
            "question": self.question,
            "confirmation": self.token,
            "expires_at": self.expires_at.isoformat(),
        }


def ask(context: Context, tool: Tool, arguments: Arguments) -> Confirmation:
    token, expires_at = ConfirmationStore(context.home).ask(
        context.person, _bound_to(context, tool, arguments), context.now
    )
    return Confirmation(_question(context, tool, arguments), token, expires_at)


def need_confirmation(
    context: Context, tool: Tool, arguments: Arguments, token: str | None
) -> None:
    """Spends the token, or refuses."""
    if token is None:
        raise Unconfirmed(
            _question(context, tool, arguments), "It is done when the person who asks agrees to it."
        )
    ConfirmationStore(context.home).spend(
        token, context.person, _bound_to(context, tool, arguments), context.now
    )


def _bound_to(context: Context, tool: Tool, arguments: Arguments) -> str:
    """Whoever agreed to one thing has not agreed to another, nor to the same on other records."""
    return json.dumps(
        [tool.name, arguments.model_dump(mode="json"), context.dataset.dataset_id, context.version],
        sort_keys=True,
    )


def _question(context: Context, tool: Tool, arguments: Arguments) -> str:
    chosen = arguments.model_dump(mode="json", exclude_defaults=True)
    stated = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())
    consequence = tool.consequence.format(dataset=context.dataset.name)
    return f"{consequence}{f' With {stated}.' if stated else ''}"
