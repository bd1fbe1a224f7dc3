"""What takes seconds once in a process, done before anybody waits for an answer."""

import asyncio
from importlib import import_module

# Each is imported where it is first needed; what tells of scores and of chance needs all of them.
_SLOW = ("scipy.stats", "ibis", "sklearn.ensemble", "xgboost", "langchain.agents",
         "engine.prediction.models", "engine.prediction.history", "engine.prediction.reasons",
         "engine.clustering.reasons", "engine.texts.marks", "engine.shifts")  # fmt: skip


async def import_slow() -> None:
    """One at a time, so that a service that is stopped meanwhile waits for one at most."""
    for name in _SLOW:
        await asyncio.to_thread(import_module, name)
