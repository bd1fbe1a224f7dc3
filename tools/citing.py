"""Citing: the figures of what a tool recalls, worked out now, with receipts of their own.

A recalled text says [[1]], [[2]], ...; each is the figure of another tool's call. That call is made
again, so that the figure is of the records of now, and its receipt names the tool that gave it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import Fixable
from engine.facts import Fact
from stores.notes import Source

if TYPE_CHECKING:
    from tools.catalog import Called

Call = Callable[[str, dict[str, Any]], "Called"]
NUMBER = re.compile(r"\[\[(\d+)\]\]")


class Citing:
    """Makes each call once, however many figures come of it."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._made: dict[str, Sequence[Fact]] = {}

    def find(self, source: Source) -> Fact | None:
        """None where the call gives no such figure any more."""
        operands = [self.find(one) for one in source.operands]
        if None in operands:
            return None
        arguments = dict(source.arguments)
        if operands:
            arguments["facts"] = [fact.id for fact in operands if fact is not None]
        return _of_key(self._found(source.tool, arguments), source.key)

    def _found(self, tool: str, arguments: dict[str, Any]) -> Sequence[Fact]:
        asked = json.dumps([tool, arguments], sort_keys=True)
        if asked not in self._made:
            try:
                self._made[asked] = self._call(tool, arguments).facts
            except Fixable:  # what it was about is no more
                self._made[asked] = ()
        return self._made[asked]


def _of_key(facts: Sequence[Fact], key: tuple[str, ...]) -> Fact | None:
    """The figure itself; of a later day the one that takes its place."""
    exact = [fact for fact in facts if fact.figure.key == key]
    if exact:
        return exact[0]
    timeless = (*key[:3], *key[4:])
    alike = [f for f in facts if (*f.figure.key[:3], *f.figure.key[4:]) == timeless]
    return alike[0] if len(alike) == 1 else None


def cited(text: str, facts: Mapping[int, Fact | None]) -> str:
    """The text with the ids of facts; a line of which a figure is missing goes."""
    ids = {str(number): fact.id for number, fact in facts.items() if fact is not None}
    lines = [line for line in text.split("\n") if ids.keys() >= set(NUMBER.findall(line))]
    return NUMBER.sub(lambda found: f"[[{ids[found[1]]}]]", "\n".join(lines))
