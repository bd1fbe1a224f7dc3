"""A mock of a language model's endpoint (llmock): it says what a script says, breaks as told."""

from typing import TYPE_CHECKING, get_args

from pydantic import SecretStr

from agent.ceilings import Ceilings
from agent.model import FAILURES, Wire, open_language_model
from agent.named import NamedModel
from agent.retrying import Patience

if TYPE_CHECKING:
    from llmock.testing import LLMockServer

NAME = "gpt-mock"
WIRES: tuple[Wire, ...] = get_args(Wire)
_HURRIED = Patience(first_wait=0.05)  # a bar waits for nobody


def open_mock(
    server: "LLMockServer",
    wire: Wire = "chat",
    timeout: float = 30,
    ceilings: Ceilings | None = None,
) -> NamedModel:
    """The mock as the model that answers."""
    model = open_language_model(NAME, server.base_url(), SecretStr("mock"), wire, timeout)
    return NamedModel(
        NAME,
        model,
        FAILURES,
        model.root_async_client.close,
        ceilings=ceilings or Ceilings(),
        patience=_HURRIED,
    )
