"""Block Kit's rules for a message, as far as a bot of ours can break them."""

from collections.abc import Callable, Collection
from typing import Any

from evals.peers.slack.arguments import Json, Refusal

BLOCK_LIMIT = 50
MARKDOWN_LIMIT = 12_000  # of all markdown blocks of a message together
CHART_LIMIT = 2
TASK_STATES = frozenset({"pending", "in_progress", "complete", "error"})
TABLES = frozenset({"table", "data_table"})

Check = Callable[[Json], None]


class Broken(Exception):
    """One block that breaks a rule; the message says which rule."""


def check_blocks(blocks: Any, refused_types: Collection[str] = ()) -> list[Json]:
    """The blocks, or the refusal that Slack gives them."""
    if blocks is None or blocks == "":
        return []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refusal("invalid_blocks_format", "blocks must be an array of objects")
    if len(blocks) > BLOCK_LIMIT:
        raise Refusal("invalid_blocks", f"no more than {BLOCK_LIMIT} items allowed [blocks]")
    for place, block in enumerate(blocks):
        try:
            _check_block(block, refused_types)
        except Broken as broken:
            raise Refusal("invalid_blocks", f"{broken} [json-pointer:/blocks/{place}]") from broken
    _check_together([*blocks, *_children(blocks)])
    return blocks


def _children(blocks: list[Json]) -> list[Json]:
    return [
        child
        for block in blocks
        if block["type"] == "container"
        for child in block.get("child_blocks", [])
        if isinstance(child, dict)
    ]


def _check_together(blocks: list[Json]) -> None:
    kinds = [block.get("type") for block in blocks]
    if sum(kind in TABLES for kind in kinds) > 1:
        raise Refusal("invalid_attachments", "only_one_table_allowed")
    if kinds.count("data_visualization") > CHART_LIMIT:
        raise Refusal("invalid_blocks", f"no more than {CHART_LIMIT} data_visualization blocks")
    if "plan" in kinds and "task_card" in kinds:
        raise Refusal("invalid_blocks", "plan and task_card cannot be in one message")
    markdown = sum(len(block["text"]) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_LIMIT:
        raise Refusal("msg_blocks_too_long", f"markdown has {markdown} of {MARKDOWN_LIMIT}")
    block_ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(block_ids) != len(set(block_ids)):
        raise Refusal("invalid_blocks", "block_id already exists")


def _check_block(block: Json, refused_types: Collection[str]) -> None:
    kind = block.get("type")
    if kind not in CHECKS or kind in refused_types:
        raise Broken(f"unsupported type: {kind}")
    if len(str(block.get("block_id", ""))) > 255:
        raise Broken("must be less than 256 characters [block_id]")
    CHECKS[kind](block)


def _string(holder: Json, name: str, limit: int) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise Broken(f"missing required field: {name}")
    if len(value) > limit:
        raise Broken(f"must be less than {limit + 1} characters [{name}]")
    return value


def _items(holder: Json, name: str, limit: int, least: int = 1) -> list[Any]:
    value = holder.get(name)
    if not isinstance(value, list) or len(value) < least:
        raise Broken(f"must provide at least {least} items [{name}]")
    if len(value) > limit:
        raise Broken(f"no more than {limit} items allowed [{name}]")
    return value


def _words(holder: Json, name: str, limit: int, kinds: Collection[str] = ("plain_text",)) -> None:
    """A text object: {"type": "plain_text", "text": "..."}."""
    value = holder.get(name)
    if not isinstance(value, dict) or value.get("type") not in kinds:
        raise Broken(f"{name} must be {' or '.join(sorted(kinds))}")
    _string(value, "text", limit)


ANY_TEXT = frozenset({"plain_text", "mrkdwn"})


def _section(block: Json) -> None:
    if block.get("text") is not None:
        _words(block, "text", 3000, ANY_TEXT)
    elif block.get("fields") is None:
        raise Broken("missing required field: text or fields")
    for field in _items(block, "fields", 10) if block.get("fields") is not None else []:
        _words({"field": field}, "field", 2000, ANY_TEXT)
    if isinstance(block.get("accessory"), dict) and block["accessory"].get("type") == "button":
        _button(block["accessory"])


def _image(block: Json) -> None:
    if not block.get("slack_file"):
        _string(block, "image_url", 3000)
    _string(block, "alt_text", 2000)


def _context(block: Json) -> None:
    for element in _items(block, "elements", 10):
        if isinstance(element, dict) and element.get("type") == "image":
            _image(element)
        else:
            _words({"element": element}, "element", 3000, ANY_TEXT)


def _button(element: Json) -> None:
    _words(element, "text", 75)
    for name, limit in (("action_id", 255), ("value", 2000), ("url", 3000)):
        if element.get(name) is not None:
            _string(element, name, limit)
    if element.get("style") not in {None, "primary", "danger"}:
        raise Broken(f"invalid style: {element['style']}")


def _actions(block: Json) -> None:
    elements = _items(block, "elements", 25)
    for element in elements:
        if not isinstance(element, dict) or not element.get("type"):
            raise Broken("missing required field: type")
        if element["type"] == "button":
            _button(element)
    names = [element["action_id"] for element in elements if element.get("action_id")]
    if len(names) != len(set(names)):
        raise Broken("action_id already exists in this block")


def _context_actions(block: Json) -> None:
    for element in _items(block, "elements", 5):
        kind = element.get("type") if isinstance(element, dict) else None
        if kind == "feedback_buttons":
            for name in ("positive_button", "negative_button"):
                button = element.get(name)
                if not isinstance(button, dict):
                    raise Broken(f"missing required field: {name}")
                _words(button, "text", 75)
                _string(button, "value", 2000)
        elif kind == "icon_button":
            if element.get("icon") != "trash":
                raise Broken(f"invalid icon: {element.get('icon')}")
            _words(element, "text", 75)
        else:
            raise Broken(f"unsupported element in context_actions: {kind}")


def _table(block: Json) -> None:
    for row in _items(block, "rows", 100):
        _cells(row, {"raw_text", "rich_text", "raw_number"})
    if block.get("column_settings") is not None:
        _items(block, "column_settings", 20, least=0)


def _cells(row: Any, kinds: Collection[str]) -> None:
    for cell in _items({"row": row}, "row", 20):
        kind = cell.get("type") if isinstance(cell, dict) else None
        if kind not in kinds:
            raise Broken(f"unsupported cell type: {kind}")
        if kind == "raw_text":
            _string(cell, "text", 10_000)


def _data_table(block: Json) -> None:
    _string(block, "caption", 255)
    rows = _items(block, "rows", 201, least=2)
    for row in rows:
        _cells(row, {"raw_text", "rich_text", "raw_number", "action"})
    if len({len(row) for row in rows}) > 1:
        raise Broken("every row must have the same number of cells [rows]")


def _chart(block: Json) -> None:
    _string(block, "title", 50)
    chart = block.get("chart")
    kind = chart.get("type") if isinstance(chart, dict) else None
    if kind == "pie":
        for segment in _items(block["chart"], "segments", 12):
            _string(segment, "label", 20)
    elif kind in {"bar", "line", "area"}:
        _items(block["chart"], "series", 12)
        axis = block["chart"].get("axis_config") or {}
        for category in _items(axis, "categories", 20):
            _string({"category": category}, "category", 20)
    else:
        raise Broken(f"unsupported chart type: {kind}")


def _task_card(block: Json) -> None:
    _string(block, "task_id", 255)
    _string(block, "title", 256)
    if block.get("status") not in {None, *TASK_STATES}:
        raise Broken(f"unknown status: {block['status']}")


def _plan(block: Json) -> None:
    _string(block, "title", 256)
    for task in _items(block, "tasks", 50, least=0) if block.get("tasks") is not None else []:
        _task_card(task)


def _container(block: Json) -> None:
    _words(block, "title", 150, ANY_TEXT)
    for child in _items(block, "child_blocks", 10):
        _check_block(child, ("container",))


def _free(block: Json) -> None:
    """Nothing in it that these rules follow."""


CHECKS: dict[Any, Check] = {
    "actions": _actions,
    "call": _free,
    "card": _free,
    "carousel": lambda block: None if _items(block, "elements", 10) else None,
    "container": _container,
    "context": _context,
    "context_actions": _context_actions,
    "data_table": _data_table,
    "data_visualization": _chart,
    "divider": _free,
    "file": _free,
    "header": lambda block: _words(block, "text", 150),
    "image": _image,
    "input": _free,
    "markdown": lambda block: None if _string(block, "text", MARKDOWN_LIMIT) else None,
    "plan": _plan,
    "rich_text": lambda block: None if _items(block, "elements", 1000) else None,
    "section": _section,
    "table": _table,
    "task_card": _task_card,
    "video": _free,
}
