import pytest

from engine.grounding.languages import language_of, to_english


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Champions umfassen [[f1]] Kunden.", "de"),
        ("Les clients ont dépensé [[f1]].", "fr"),
        ("La tienda tiene [[f1]] clientes.", "es"),
        ("The shop has [[f1]] customers.", None),
        ("Champions: [[f1]]", None),
    ],
)
def test_a_language_is_known_by_its_commonest_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "name", "english"),
    [
        ("Auf die Stammkunden entfallen [[f1]] des Umsatzes.", "Stammkunden",
         "at the Stammkunden come to [[f1]] of revenue."),
        ("Der Umsatz ist gegenüber Mai um [[f1]] gestiegen.", "",
         "the revenue are compared with May rose by [[f1]]."),
        ("Le segment Perdus compte [[f1]] clients.", "Perdus",
         "the segment Perdus have [[f1]] customers."),
        ("Den Treuen fehlen [[f1]] Kunden.", "Treuen", "the Treuen lack [[f1]] customers."),
        ("The shop has [[f1]] customers.", "", "The shop has [[f1]] customers."),
    ],
)  # fmt: skip
def test_known_words_become_english_and_names_stay(text: str, name: str, english: str) -> None:
    spans = [(text.index(name), text.index(name) + len(name))] if name else []
    assert to_english(text, spans) == english
