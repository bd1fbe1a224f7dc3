"""Prompt texts: Markdown files with {named} places, filled in at call time."""

from pathlib import Path


def load(name: str, **values: str) -> str:
    text = (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")
    return text.format(**values) if values else text
