"""The formats of a report, each with the kind of file that it is to a browser."""

from collections.abc import Sequence
from datetime import datetime

from engine.errors import BadInput
from engine.report import Report

FORMATS = {
    "pdf": "application/pdf",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
    "txt": "text/plain",
    "csv": "text/csv",
}


def need_formats(wanted: Sequence[str]) -> None:
    for name in wanted:
        if name not in FORMATS:
            raise BadInput(
                f"There is no report format '{name[:40]}'.", f"Choose of {', '.join(FORMATS)}."
            )


def to_file(report: Report, wanted: str, created: datetime) -> bytes:
    """The content of the file; a spreadsheet sees by its mark that the CSV is UTF-8."""
    match wanted:
        case "pdf":
            from engine.render.pdf import to_pdf

            return to_pdf(report, created)
        case "docx":
            from engine.render.document import to_docx

            return to_docx(report, created)
        case "csv":
            from engine.render.sheet import to_csv

            return to_csv(report).encode("utf-8-sig")
        case "md":
            from engine.render.markdown import to_markdown as to_words
        case "txt":
            from engine.render.letter import to_letter as to_words
        case _:
            from engine.render.html import to_html as to_words
    return to_words(report).encode("utf-8")
