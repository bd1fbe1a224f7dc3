"""A column as its distinct texts: what a million cells mean is decided once a text.

A shop's export repeats itself: a million rows hold some tens of thousands of dates, invoices,
products. Each rule reads the distinct texts and spreads what it found over the rows.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Cells:
    """`values`: the distinct texts; `codes`: for each row the place of its text, or null."""

    values: "pl.Series"
    codes: "pl.Series"

    @classmethod
    def of(cls, column: "pl.Series") -> "Cells":
        return cls.of_all(column.to_frame())[column.name]

    @classmethod
    def of_all(cls, columns: "pl.DataFrame") -> dict[str, "Cells"]:
        """All columns at once, which the machine's cores share."""
        import polars as pl

        encoded = columns.select(
            pl.col(name).cast(pl.String).cast(pl.Categorical(pl.Categories.random()))
            for name in columns.columns
        )
        return {column.name: cls._of_encoded(column) for column in encoded}

    @classmethod
    def _of_encoded(cls, encoded: "pl.Series") -> "Cells":
        """Categories of the column's own are numbered without gaps from 0."""
        import polars as pl

        codes = encoded.to_physical()
        last = codes.max()
        count = last + 1 if isinstance(last, int) else 0
        numbers = pl.int_range(count, dtype=pl.UInt32, eager=True)
        distinct = numbers.cat.to(encoded.dtype).cast(pl.String)
        return cls(distinct.alias(encoded.name), codes)

    @classmethod
    def absent(cls, name: str, rows: int) -> "Cells":
        import polars as pl

        return cls(
            pl.Series(name, [], dtype=pl.String),
            pl.repeat(None, rows, dtype=pl.UInt32, eager=True),
        )

    def mended(self, values: "pl.Series") -> "Cells":
        """The same rows with other texts; texts that became one are one, null is no text."""
        if values.equals(self.values):
            return self
        again = Cells.of(values)
        return Cells(again.values, self.spread(again.codes))

    def spread(self, found: "pl.Series") -> "pl.Series":
        """What was found for each distinct text, for each row; null where the cell is empty."""
        return found.gather(self.codes)

    def marked(self, found: "pl.Series") -> "pl.Series":
        """The same for a mark: an empty cell has none."""
        import polars as pl

        if not found.any():
            return pl.repeat(False, len(self.codes), dtype=pl.Boolean, eager=True)
        return self.spread(found).fill_null(False)

    def texts(self) -> "pl.Series":
        return self.spread(self.values)

    def trimmed(self) -> tuple["Cells", "pl.Series"]:
        """Without blanks around, an empty text as null; and which rows had blanks."""
        text = self.values.str.strip_chars()
        emptied = text.set(text == "", None)
        return self.mended(emptied), self.marked((text != self.values) & (text != ""))
