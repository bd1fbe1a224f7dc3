"""Renaming: a person's own name for a segment, which stays through every refit."""

from pydantic import Field

from engine.errors import BadInput
from stores.runs import RunStore, Segment
from tools.context import Context
from tools.noting import note_new_name
from tools.tool import Arguments, Result, Tool

LONGEST = 60


class RenameSegment(Arguments):
    segment: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=LONGEST)


def rename_segment(context: Context, arguments: RenameSegment) -> Result:
    """Give a segment another name.

    When to use: when asked to rename a segment.
    Arguments: segment (the name or id it has), name (the new one).
    Result: the names before and after; the new one stays through every refit.
    """
    before, after = rename_to(context, arguments.segment, arguments.name)
    return Result(texts=({"segment": after.name, "before": before.name},))


def rename_to(context: Context, segment: str, name: str) -> tuple[Segment, Segment]:
    """The segment before and after."""
    words = " ".join(name.split())
    if not words or len(words) > LONGEST or not words.isprintable():
        raise BadInput(
            f"'{words[:LONGEST]}' is no name for a segment.",
            f"Give it one to {LONGEST} letters.",
        )
    if words.casefold() == "all":
        raise BadInput("'all' means every segment, so none can be called so.", "Choose another.")
    context.need_snapshot()
    store = RunStore(context.home)
    found = store.find_segment(context.run, segment)
    renamed = store.rename(context.dataset.dataset_id, found, words)
    note_new_name(context, found, renamed)
    return found, renamed


TOOL = Tool(
    rename_segment,
    RenameSegment,
    "changes",
    "Rename a segment of '{dataset}' for everybody? The name stays through every refit.",
)
