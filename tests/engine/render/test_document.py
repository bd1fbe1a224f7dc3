"""The Word document is read back as Word reads it."""

from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest

from engine.render.document import to_docx

CREATED = datetime(2011, 12, 9, 8, 30, tzinfo=UTC)


def opened(report):
    return docx.Document(BytesIO(to_docx(report, CREATED)))


@pytest.fixture(scope="module")
def made():
    return {}


@pytest.fixture
def document(report, made):
    """Drawing the charts takes longest, so that it is done once."""
    return made.setdefault("document", opened(report))


def test_the_report_is_there_in_its_order(document):
    said = [(one.style.name, one.text) for one in document.paragraphs if one.text]
    wanted = [
        ("Title", "Customers: Champions"),
        ("Normal", "Champions bring £30,000r2."),
        ("Heading 1", "The segments"),
        ("Heading 2", "What to do"),
        ("List Bullet", "Thank Champions."),
        ("Normal", "shop, as of 9 Dec 2011"),
    ]
    places = [said.index(one) for one in wanted]
    assert places == sorted(places)


def test_tables_hold_the_figures(document):
    segments = next(t for t in document.tables if t.cell(0, 0).text == "Segment")
    assert [cell.text for cell in segments.rows[1].cells] == ["Champions", "100", "£30,000"]
    receipts = document.tables[-1]
    assert [cell.text for cell in receipts.columns[0].cells] == [
        "Receipt", *(f"r{place}" for place in range(1, 7))
    ]  # fmt: skip


def test_charts_have_words_for_those_who_cannot_see_them(document):
    words = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(words) == 2
    assert all("Champions" in one for one in words)


def test_it_says_who_made_it_and_when(document):
    about = document.core_properties
    assert (about.title, about.author) == ("Customers: Champions", "Segue")
    assert about.created == CREATED


def test_hostile_names_are_words(hostile_report, hostile_names):
    found = opened(hostile_report)
    text = "\n".join(one.text for one in found.paragraphs)
    assert hostile_names[0] in text
    assert "\x00" not in text and "\x1b" not in text
