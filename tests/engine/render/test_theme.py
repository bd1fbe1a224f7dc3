import pytest

from engine.render.theme import COLOURS, REST, SEGMENT_COLOURS, chart_config, themed

THEMES = ("light", "dark")


def luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_the_largest_contrast():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["page", "card"])
def test_words_can_be_read(theme, ground):
    colours = COLOURS[theme]
    for name in ("ink", "muted", "primary", "good", "bad"):
        assert contrast(colours[name], colours[ground]) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_segments_and_controls_stand_out_from_the_card(theme):
    card = COLOURS[theme]["card"]
    for colour in (*SEGMENT_COLOURS[theme], COLOURS[theme]["control"]):
        assert contrast(colour, card) >= 3, colour


@pytest.mark.parametrize("theme", THEMES)
def test_the_config_holds_the_segments_colours_and_then_the_grey(theme):
    category = chart_config(theme)["range"]["category"]
    assert category[:REST] == list(SEGMENT_COLOURS[theme])
    assert category[REST:] == [COLOURS[theme]["rest"]]
    assert len(set(category)) == len(category)


def test_only_the_config_differs_between_themes():
    spec = {"mark": "bar"}
    light, dark = themed(spec, "light"), themed(spec, "dark")
    assert light.pop("config") != dark.pop("config")
    assert light == dark == spec
