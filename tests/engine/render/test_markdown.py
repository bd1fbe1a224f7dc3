import re

from engine.render.markdown import escaped, to_markdown


def test_the_report_is_there_in_its_order(report):
    text = to_markdown(report)
    places = [text.index(words) for words in (
        "# Customers: Champions", "**Champions bring £30,000 (r2).**", "## The segments",
        "| Champions | 100 | £30,000 |", "### What to do", "- Thank Champions.", "## Receipts",
        "| r1 | 100 | Champions: ", "*shop, as of 9 Dec 2011*",
    )]  # fmt: skip
    assert places == sorted(places)


def test_a_table_says_where_its_figures_come_from(report):
    assert "Where these figures come from: r1–r6" in to_markdown(report)


def test_names_are_words_and_no_marks(hostile_report):
    text = to_markdown(hostile_report)
    assert not re.search(r"(?<!\\)<", text)
    assert not re.search(r"(?<!\\)\[", text)
    assert "\x00" not in text
    for line in text.splitlines():
        cells = re.findall(r"(?<!\\)\|", line)
        assert len(cells) in (0, 4, 5), line  # of the segments and of the receipts


def test_what_begins_like_a_list_or_a_heading_is_a_word():
    assert escaped("- a") == "\\- a"
    assert escaped("# a") == "\\# a"
    assert escaped("1. a") == "1\\. a"
    assert escaped("8.94%") == "8.94%"
    assert escaped("a_b *c*") == "a\\_b \\*c\\*"
