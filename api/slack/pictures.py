"""The chart beside an answer about segments, drawn in a process of its own.

Drawing holds Python's global lock, so it would keep every other conversation waiting.
"""

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.render.picture import to_png

if TYPE_CHECKING:
    from api.slack.client import Json
    from engine.charts import Chart
    from tools.context import Context

_SHOWN = {"customers", "share_of_customers", "revenue", "share_of_revenue"}


@dataclass(frozen=True)
class Picture:
    content: bytes
    title: str
    summary: str  # for those who cannot see it


class Pictures:
    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_the_service
        )

    async def draw(self, chart: "Chart") -> Picture:
        loop = asyncio.get_running_loop()
        content = await loop.run_in_executor(self._pool, to_png, chart)
        return Picture(content, chart.title, chart.summary)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def calls_for_chart(body: "Json") -> bool:
    """An answer that says first of a segment how many its customers are, or what they bring."""
    looked = any(tool["name"] == "list_segments" for tool in body["tools"])
    said = (fact["metric"] for fact in body["facts"] if fact["subject"]["kind"] == "segment")
    return looked and next(said, None) in _SHOWN


def chart_of(context: "Context") -> "Chart":
    """The same figures as the answer's, from the same snapshot."""
    from agent.finding import Findings
    from agent.reporting import segment_points
    from engine.charts import segment_sizes
    from engine.facts import day_text

    when = f"as of {day_text(context.as_of.local_date)}"
    return segment_sizes(segment_points(Findings.gather(context)), when)


def _end_with_the_service() -> None:
    """Without this the drawing process would outlive a service that is killed."""
    service = multiprocessing.parent_process()

    def watch() -> None:
        if service is not None:
            service.join()
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
