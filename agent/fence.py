"""A fence around what customers and files wrote, so that a model reads it as data.

Nothing inside can close the fence: its sign `<` is written as JSON writes it.
"""

OPEN, CLOSE = "<data>", "</data>"


def fenced(text: str) -> str:
    inside = text.replace("<", "\\u003c")
    return f"{OPEN}\n{inside}\n{CLOSE}"
