"""The page's files keep its promises: nothing inline, nothing from outside, no markup from data,
and colours that can be read.
"""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "api" / "web"
SCRIPTS = sorted(WEB.glob("*.js"))
STYLES = sorted(WEB.glob("*.css"))
INDEX = (WEB / "index.html").read_text(encoding="utf-8")


def test_the_page_holds_nothing_inline() -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", INDEX)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", INDEX))


@pytest.mark.parametrize("path", [WEB / "index.html", *SCRIPTS, *STYLES], ids=lambda p: p.name)
def test_no_file_names_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|[\"'(]//\w", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_no_script_turns_text_into_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(banned, text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_every_import_is_there(path: Path) -> None:
    for name in re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8")):
        assert (WEB / name).is_file(), f"{path.name} imports {name}"


def test_every_file_the_page_names_is_there() -> None:
    named = set(re.findall(r'(?:src|href)="\./([^"]+)"', INDEX))
    assert {"app.js", "tokens.css", "favicon.svg"} <= named
    missing = {name for name in named if not name.startswith("fonts/")} - {
        path.name for path in WEB.iterdir()
    }
    assert missing == set()


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", block))


def _themes() -> dict[str, dict[str, str]]:
    text = (WEB / "tokens.css").read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    return {"light": _colours(light), "dark": _colours(light) | _colours(dark)}


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert _contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    colours = _themes()[theme]
    texts = [
        *((text, ground) for text in ("ink", "muted") for ground in ("page", "card", "sunk")),
        *((text, "card") for text in ("primary", "good", "bad")),
        ("on-primary", "primary"),
        ("ink", "primary-soft"),
        ("ink", "bad-soft"),
        ("bad", "bad-soft"),
    ]
    poor = [pair for pair in texts if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    assert poor == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_controls_and_segments_stand_out(theme: str) -> None:
    colours = _themes()[theme]
    shapes = ["control", "primary", *(f"segment-{index}" for index in range(8))]
    poor = [name for name in shapes if _contrast(colours[name], colours["card"]) < 3]
    assert poor == []
