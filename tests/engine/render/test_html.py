from html.parser import HTMLParser

import pytest

from engine.render.html import to_html

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Every element with its attributes, the words of the page, and whether all tags close."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join("".join(self.words).split())


@pytest.fixture
def page(report):
    return Page(to_html(report))


def test_the_report_is_there_in_its_order(page):
    places = [page.text.index(words) for words in (
        "Champions bring £30,000", "of the revenue comes from", "The segments", "What to do",
        "Where the figures come from", "shop, as of 9 Dec 2011",
    )]  # fmt: skip
    assert places == sorted(places)
    assert page.open == []
    assert page.all("html") == [{"lang": "en"}]


def test_every_figure_leads_to_its_receipt(page):
    figures = [a["href"] for a in page.all("a") if a.get("class") == "figure"]
    targets = {"#" + row["id"] for row in page.all("tr") if "id" in row}
    assert targets == {f"#r{mark}" for mark in range(1, 7)}
    assert figures.count("#r2") == 3  # the finding, the table, the advice
    assert {a["href"] for a in page.all("a")} <= targets


def test_the_file_asks_for_nothing_and_runs_nothing(report):
    text = to_html(report)
    page = Page(text)
    assert {tag for tag, _ in page.elements}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "form", "base", "foreignobject", "image"}
    )
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert {"src", "srcset", "xlink:href", "action"}.isdisjoint(attributes)
        assert tag == "svg" or "http" not in str(list(attributes.values()))
    assert text.count("url(") == text.count("url(data:") == 1
    assert "@import" not in text


def test_each_chart_is_drawn_light_and_dark_and_has_words_and_a_table(page):
    pictures = [a for a in page.all("div") if a.get("role") == "img"]
    assert [p["class"] for p in pictures] == ["picture light", "picture dark"] * 2
    assert all(p["aria-label"] for p in pictures)
    assert len(page.all("svg")) == 4
    assert page.text.count("Show as table") == 2


def test_hostile_names_are_shown_as_they_are_and_do_nothing(hostile_report, hostile_names):
    page = Page(to_html(hostile_report))
    tags = {tag for tag, _ in page.elements}
    assert {"img", "script"}.isdisjoint(tags)
    assert all("onerror" not in attributes for _, attributes in page.elements)
    assert hostile_names[0] in page.text
    assert "{{ report }}" in page.text
    assert '#read("/etc/passwd")' in page.text
    assert page.open == []


def test_no_control_character_reaches_the_file(hostile_report):
    text = to_html(hostile_report)
    assert not {letter for letter in text if ord(letter) < 32} - {"\n"}


def test_the_same_report_gives_the_same_file(report):
    assert to_html(report) == to_html(report)
