"""A report's figures as CSV, one a row with its receipt: for a spreadsheet or a program."""

import csv
from io import StringIO

from engine.render.text import plain_cell, printable
from engine.report import ReceiptEntry, ReceiptList, Report

COLUMNS = ("receipt", "about", "figure", "period", "amount", "unit", "shown", "formula", "source",
           "id")  # fmt: skip


def to_csv(report: Report) -> str:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for block in report.blocks:
        if isinstance(block, ReceiptList):
            writer.writerows(_row(report.marks[entry.id], entry) for entry in block.entries)
    return written.getvalue()


def _row(mark: int, entry: ReceiptEntry) -> list[str]:
    """The amount is a bare number, also where it is below nought; nothing else may be a formula."""
    said = (entry.about, entry.metric, entry.period)
    made = (entry.unit, entry.value, entry.formula, entry.source, entry.id)
    cells = [plain_cell(printable(text)) for text in (*said, *made)]
    return [f"r{mark}", *cells[:3], entry.amount, *cells[3:]]
