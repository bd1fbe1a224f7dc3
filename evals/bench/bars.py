"""What is measured, and the bar that each value has to reach."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Setting:
    """`full`: larger, and with the real peers; `say` tells people what is being done."""

    full: bool
    say: Callable[[str], None]


@dataclass(frozen=True)
class Bar:
    name: str
    tier: Literal["quick", "full"]
    better: Literal["higher", "lower"]
    bar: float
    meaning: str
    measure: Callable[[Setting], float]

    @property
    def wanted(self) -> str:
        return f"{'>=' if self.better == 'higher' else '<='} {self.bar:g}"

    def reached(self, value: float) -> bool:
        return value >= self.bar if self.better == "higher" else value <= self.bar


def _stream_rate(setting: Setting) -> float:
    from evals.bench.stream_rate import measure

    return measure(setting)


def _replay_exact(setting: Setting) -> float:
    from evals.bench.replay_exact import measure

    return measure(setting)


BARS: dict[str, Bar] = {
    bar.name: bar
    for bar in (
        Bar("stream_rate", "quick", "higher", 0.25,
            "events/s of the complete path / of consume and decode of the same topic",
            _stream_rate),
        Bar("replay_exact", "quick", "lower", 0,
            "customers that differ from the batch after duplicates, disorder and kills",
            _replay_exact),
    )
}  # fmt: skip
