"""Settings about the language model: how its endpoint speaks, what it may take and be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from engine.errors import BadInput

MEANINGS = {
    "model_wire": "how the endpoint is spoken to: chat (completions) or responses",
    "model_timeout": "seconds that the endpoint may be silent before it is given up",
    "model_leaves_out": "parameters that the endpoint does not take, separated by commas",
    "model_prices": "of a million tokens sent and received, as 0.15,0.60; empty: cost is not told",
    "model_group": "groups of fewer customers are not described to the model",
    "model_rows": "yes or no: may the model see values of single customers, under pseudonyms",
    "model_narrates": "yes or no: does the model write reports and digests, from the same facts",
    "question_steps": "times that a model is asked for one question, at most",
    "question_tools": "tool calls for one question, at most",
    "question_tokens": "tokens for one question, at most",
    "question_seconds": "seconds for one question, at most",
    "embeddings": "model that makes the notes' vectors, at an endpoint; empty: the one inside",
    "embeddings_url": "OpenAI-compatible endpoint of the embeddings; empty: model_url",
    "embeddings_key": "its key; empty: model_key",
    "question_cost": "what one question may cost, where model_prices is set",
}
DEFAULTS = {
    "model_wire": "chat",
    "model_timeout": "30",
    "model_group": "5",
    "model_rows": "yes",
    "model_narrates": "no",
    "question_steps": "8",
    "question_tools": "16",
    "question_tokens": "200000",
    "question_seconds": "120",
    "question_cost": "0.50",
}
_OPTIONAL = ("stream_options", "parallel_tool_calls", "tool_choice", "temperature", "store")


@dataclass(frozen=True)
class ModelSettings:
    wire: Literal["chat", "responses"]
    timeout: float
    left_out: tuple[str, ...]
    prices: tuple[float, float] | None
    smallest_group: int
    row_values: bool
    narrates: bool
    steps: int
    tools: int
    tokens: int
    seconds: float
    cost: float
    embeddings: str | None
    embeddings_url: str | None
    embeddings_key: SecretStr | None


def read_model_settings(given: Mapping[str, str | None]) -> ModelSettings:
    def number(name: str, least: float = 1) -> float:
        return _number(name, str(given[name]), least)

    wire = _one_of("model_wire", str(given["model_wire"]), "chat", "responses")
    rows = _one_of("model_rows", str(given["model_rows"]), "yes", "no")
    return ModelSettings(
        wire="responses" if wire == "responses" else "chat",
        timeout=number("model_timeout", 0.1),
        left_out=_left_out(given["model_leaves_out"]),
        prices=_prices(given["model_prices"]),
        smallest_group=int(number("model_group")),
        row_values=rows == "yes",
        narrates=_one_of("model_narrates", str(given["model_narrates"]), "yes", "no") == "yes",
        steps=int(number("question_steps")),
        tools=int(number("question_tools")),
        tokens=int(number("question_tokens")),
        seconds=number("question_seconds"),
        cost=number("question_cost", 0),
        embeddings=given["embeddings"] or None,
        embeddings_url=given["embeddings_url"] or None,
        embeddings_key=SecretStr(key) if (key := given["embeddings_key"]) else None,
    )


def _left_out(text: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    for name in names:
        _one_of("model_leaves_out", name, *_OPTIONAL)
    return names


def _prices(text: str | None) -> tuple[float, float] | None:
    if not text:
        return None
    prices = [_number("model_prices", part, 0) for part in text.split(",")]
    if len(prices) != 2:
        raise BadInput(f"The model prices '{text}' are not two.", "Write them as 0.15,0.60.")
    return prices[0], prices[1]


def _number(name: str, text: str, least: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not least <= value < float("inf"):
        raise BadInput(
            f"The {name.replace('_', ' ')} '{text}' is no number from {least:g} on.",
            f"Set SEGUE_{name.upper()} to one.",
        )
    return value


def _one_of(name: str, text: str, *words: str) -> str:
    if text.lower() not in words:
        raise BadInput(
            f"The {name.replace('_', ' ')} '{text}' does not exist.",
            f"Use {', '.join(words[:-1])} or {words[-1]}.",
        )
    return text.lower()
