"""Members: the customers of a segment as a file that a spreadsheet may open safely."""

from pathlib import Path

from engine.render.text import plain_cell
from stores.runs import RunStore
from tools.context import Context
from tools.selection import Selection


def write_members(
    context: Context, segment: str, file: Path, selection: Selection | None = None
) -> int:
    """CSV of one segment, or of all: customer_id, segment, confidence, a probability each.

    With a selection, only those of them who belong to it.
    """
    members = context.members.reset_index()
    # A list of people is for today, whatever the snapshot's moment: their newest word counts.
    members = members[~members["customer_id"].isin(list(context.opted_out))]
    if segment != "all":
        wanted = RunStore(context.home).find_segment(context.run, segment)
        members = members[members["segment_id"] == wanted.segment_id]
    if selection is not None:
        members = members[members["customer_id"].isin(list(selection.customers))]
    names = {s.segment_id: s.name for s in context.segments}
    table = members[["customer_id", "segment_id"]].assign(
        segment_name=members["segment_id"].map(names).map(plain_cell),
        confidence=members["confidence"],
        **{f"p_{s.segment_id}": members[f"p_{s.segment_id}"] for s in context.segments},
    )
    table["customer_id"] = table["customer_id"].map(plain_cell)
    file.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(file, index=False)
    return len(table)
