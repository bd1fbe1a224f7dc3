from datetime import UTC, datetime

import pytest

from engine.errors import BadInput
from engine.render.formats import FORMATS, need_formats, to_file

CREATED = datetime(2011, 12, 9, 8, 30, tzinfo=UTC)
BEGINS = {
    "pdf": b"%PDF-",
    "docx": b"PK",
    "html": b"<!doctype html>",
    "md": b"# Customers: Champions",
    "txt": b"Customers: Champions\n===",
    "csv": b"\xef\xbb\xbfreceipt,about,",
}


@pytest.mark.parametrize("wanted", FORMATS)
def test_each_format_is_what_its_name_says(report, wanted):
    assert to_file(report, wanted, CREATED).startswith(BEGINS[wanted])


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="no report format 'xls'") as refused:
        need_formats(["pdf", "xls"])
    assert "docx" in refused.value.hint
