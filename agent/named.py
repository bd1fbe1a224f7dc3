"""The model that answers a question: which one, and within what it has to keep."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel

from agent.ceilings import Ceilings, Prices
from agent.discretion import Privacy
from agent.planner import NAME as PLANNER
from agent.retrying import Patience


@dataclass(frozen=True)
class NamedModel:
    """A chat model and the name that the answer gives it; None is the planner.

    `failures` are what its client raises when the endpoint is down, cut short or talks rubbish.
    """

    name: str = PLANNER
    model: BaseChatModel | None = None
    failures: tuple[type[Exception], ...] = ()
    close: Callable[[], Awaitable[None]] | None = None
    ceilings: Ceilings = field(default_factory=Ceilings)
    prices: Prices | None = None
    patience: Patience = field(default_factory=Patience)
    privacy: Privacy = field(default_factory=Privacy)
    recalls: bool = False  # a question that was answered before is not asked again

    async def let_go(self) -> None:
        """Closes the connections; a one-shot process does so before its loop ends."""
        if self.close is not None:
            await self.close()

    def instead(self) -> "NamedModel":
        """The planner, within the same ceilings."""
        return NamedModel(ceilings=self.ceilings)
