"""Running a tool whose result is kept: the same question of the same records is answered at once.

A receipt's re-run does not come through here; it works its figure out again.
"""

import hashlib
import json
from importlib.metadata import version
from typing import Any

from stores.audiences import AudienceStore
from stores.pushes import PushStore
from stores.results import KeptResult, ResultStore
from tools.context import Context
from tools.tool import Arguments, Result, Tool


def run_tool(context: Context, tool: Tool, arguments: Arguments) -> Result:
    if not tool.kept or context.snapshot is None:
        return tool.function(context, arguments)
    store, key = (
        ResultStore(context.home, context.dataset.dataset_id),
        _key(context, tool, arguments),
    )
    known = store.find(key)
    if known is not None:
        return Result(known.figures, known.texts)
    result = tool.function(context, arguments)
    store.keep(key, KeptResult(result.figures, result.texts))
    return result


def _key(context: Context, tool: Tool, arguments: Arguments) -> str:
    """All that such a result depends on. Who has opted out changes with the version, and with the
    day from which a record says so."""
    snapshot = context.need_snapshot().snapshot_id
    names = [(segment.segment_id, segment.name) for segment in context.segments]
    leans_on = [
        tool.name, arguments.model_dump(mode="json"), context.person, context.version,
        context.as_of.iso(), snapshot, context.now.date().isoformat(), names,
        _audiences(context), version("segue"),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(leans_on).encode()).hexdigest()


def _audiences(context: Context) -> list[Any]:
    """What has become of the asker's audiences, which tell what plays have brought."""
    found = AudienceStore(context.home).all(context.person, context.dataset.dataset_id)
    pushes = PushStore(context.home)
    return [(one.audience_id, [(p.push_id, p.state) for p in pushes.all(one)]) for one in found]
