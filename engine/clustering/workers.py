"""Workers: the same work on many things, several at a time, with results in their order."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


def each(function: Callable[[Item], Found], items: Sequence[Item], workers: int) -> Iterator[Found]:
    """The results in the order of the items. Threads: the libraries leave Python while they
    compute, and processes take longer to start than most candidates to fit. Each computes on one
    thread of its own: sums over several threads differ in the last digit from run to run."""
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import ThreadpoolController

    controller = ThreadpoolController()

    def alone(item: Item) -> Found:
        with controller.limit(limits=1):
            return function(item)

    with ThreadPoolExecutor(max(workers, 1)) as threads:
        yield from threads.map(alone, items)
