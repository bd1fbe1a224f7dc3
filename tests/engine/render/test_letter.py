from engine.render.letter import to_letter


def test_the_report_is_there_in_its_order(report):
    text = to_letter(report)
    places = [text.index(words) for words in (
        "Customers: Champions\n====================", "Champions bring £30,000 (r2).",
        "The segments\n------------", "Segment    Customers  Revenue\n",
        "Champions        100  £30,000\n", "- Thank Champions.", "r1 100 is Champions: ",
        "shop, as of 9 Dec 2011",
    )]  # fmt: skip
    assert places == sorted(places)


def test_no_line_is_too_long(report, hostile_report):
    for made in (report, hostile_report):
        lines = to_letter(made).splitlines()
        assert max(len(line) for line in lines) <= 78 + len("Kundensegment") * 7
    assert max(len(line) for line in to_letter(report).splitlines()) <= 78


def test_a_table_that_is_too_wide_becomes_cards(hostile_report):
    text = to_letter(hostile_report)
    assert "  Customers  100\n  Revenue    £30,000" in text
    assert "\x00" not in text and "\x1b" not in text
