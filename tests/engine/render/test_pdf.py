import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.render.pdf import to_pdf

CREATED = datetime(2011, 12, 9, 8, 30, tzinfo=UTC)


def unpacked(pdf):
    """The file with its compressed object streams opened, so that its objects can be read."""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(match.group(1)))
        except zlib.error:
            continue
    return b"\n".join(parts)


def pages(objects):
    return len(re.findall(rb"/Type\s*/Page\b", objects))


def test_it_is_a_tagged_pdf_with_its_title_language_and_date(report):
    made = to_pdf(report, CREATED)
    objects = unpacked(made)
    assert made.startswith(b"%PDF-1.7")
    assert made.rstrip().endswith(b"%%EOF")
    assert b"/StructTreeRoot" in objects
    assert b"(Customers: Champions)" in objects
    assert b"/Lang (en)" in objects or b"/Lang(en)" in objects
    assert b"D:20111209083000" in objects
    assert 2 <= pages(objects) <= 4


def test_charts_have_words_for_those_who_cannot_see_them(report):
    objects = unpacked(to_pdf(report, CREATED))
    assert objects.count(b"/Alt") >= 2


def test_figures_link_to_their_receipts_inside_the_file_only(report):
    objects = unpacked(to_pdf(report, CREATED))
    # six table cells, one tile and two sentences with a figure and its mark, two charts, a table
    assert objects.count(b"/Subtype /Link") + objects.count(b"/Subtype/Link") >= 15
    assert b"/URI" not in objects


def test_the_typeface_is_inside(report):
    objects = unpacked(to_pdf(report, CREATED))
    assert {b"Inter-Regular", b"Inter-SemiBold", b"Inter-Bold"} <= set(
        re.findall(rb"Inter-[A-Z][A-Za-z]+", objects)
    )


def test_the_same_report_and_date_give_the_same_bytes(report):
    made = to_pdf(report, CREATED)
    assert to_pdf(report, CREATED) == made
    assert to_pdf(report, CREATED + timedelta(days=1)) != made


def test_a_regional_language_is_taken_by_its_language(report):
    objects = unpacked(to_pdf(replace(report, language="en-GB"), CREATED))
    assert b"/Lang (en" in objects or b"/Lang(en" in objects


def test_a_date_without_a_zone_is_refused(report):
    with pytest.raises(ValueError, match="without a zone"):
        to_pdf(report, CREATED.replace(tzinfo=None))


def test_hostile_names_break_nothing_and_read_nothing(hostile_report):
    made = to_pdf(hostile_report, CREATED)
    assert made.startswith(b"%PDF-1.7")
    assert pages(unpacked(made)) <= 4


@pytest.mark.full
def test_a_reader_finds_the_words(report, hostile_report, tmp_path):
    assert shutil.which("pdftotext"), "the full tier needs poppler-utils: requirements/peers.sh"
    text = words(to_pdf(report, CREATED), tmp_path)
    assert "Champions bring £30,000" in text
    assert "Page 1 of" in text
    assert "shop, as of 9 Dec 2011" in text
    hostile = words(to_pdf(hostile_report, CREATED), tmp_path)
    assert "onerror=" in hostile
    assert "#import" in hostile
    assert "root:" not in hostile


def words(pdf, folder):
    (folder / "report.pdf").write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", "-layout", str(folder / "report.pdf"), "-"], capture_output=True, check=True
    )
    return found.stdout.decode("utf-8").replace("\u200b", "")
