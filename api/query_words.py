"""The rows of a query as a table for the terminal."""

from api.words import table
from engine.facts import to_text
from engine.query import Row
from tools.query import PAGE
from tools.query_answer import Answer
from tools.query_figures import column_names, row_figures


def query_words(answer: Answer, page: int) -> str:
    """One page of the rows, and what else has to be known of them."""
    rows = answer.rows[(page - 1) * PAGE : page * PAGE]
    said = [answer.sentence] if answer.sentence else []
    said.append(f"Counted {answer.whole_period().words()}.")
    if not rows:
        return "\n".join([*said, "There is no such row."])
    keys = [dimension.name.replace("_", " ") for dimension in answer.query.dimensions]
    columns = [name.replace("_", " ") for name in column_names(answer)]
    lines = [*said, "", table([*keys, *columns], [_cells(answer, row) for row in rows])]
    if len(rows) < len(answer.rows):
        lines.append(
            f"\nThese are {len(rows)} of {len(answer.rows):,} rows: --page, or --out FILE."
        )
    return "\n".join(lines)


def _cells(answer: Answer, row: Row) -> list[str]:
    pairs = zip(answer.query.dimensions, row.keys, strict=True)
    keys = [answer.key_name(dimension, key) for dimension, key in pairs]
    figures = row_figures(answer, row)
    return keys + ["-" if figure is None else to_text(figure) for figure in figures]
