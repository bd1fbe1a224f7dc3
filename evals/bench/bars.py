"""What is measured, and the bar that each value has to reach."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Setting:
    """`full`: larger, and with the real peers; `say` tells people what is being done.

    `data` is an export of one's own, for bars about data; without it they generate one.
    """

    full: bool
    say: Callable[[str], None]
    data: Path | None = None


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


def _load_speed(setting: Setting) -> float:
    from evals.bench.load_cost import measure_speed

    return measure_speed(setting)


def _load_memory(setting: Setting) -> float:
    from evals.bench.load_cost import measure_memory

    return measure_memory(setting)


def _ledger_truth(setting: Setting) -> float:
    from evals.bench.ledger_truth import measure_totals

    return measure_totals(setting)


def _ledger_dirt(setting: Setting) -> float:
    from evals.bench.ledger_truth import measure_dirt

    return measure_dirt(setting)


def _sentiment_accuracy(setting: Setting) -> float:
    from evals.bench.text_marks import measure_sentiment

    return measure_sentiment(setting)


def _language_accuracy(setting: Setting) -> float:
    from evals.bench.text_marks import measure_language

    return measure_language(setting)


def _filters_exact(setting: Setting) -> float:
    from evals.bench.filters_exact import measure

    return measure(setting)


def _ledger_ugly(setting: Setting) -> float:
    from evals.bench.ledger_ugly import measure

    return measure(setting)


def _overlap_union(setting: Setting) -> float:
    from evals.bench.overlap_union import measure

    return measure(setting)


def _load_killed(setting: Setting) -> float:
    from evals.bench.load_killed import measure

    return measure(setting)


def _erase_complete(setting: Setting) -> float:
    from evals.bench.erase_canary import measure

    return measure(setting)


def _shop_recoverable(setting: Setting) -> float:
    from evals.bench.shop_recovery import measure

    return measure(setting)


def _shop_same_bytes(setting: Setting) -> float:
    from evals.bench.shop_cost import measure_same_bytes

    return measure_same_bytes(setting)


def _shop_speed(setting: Setting) -> float:
    from evals.bench.shop_cost import measure_speed

    return measure_speed(setting)


def _shop_memory(setting: Setting) -> float:
    from evals.bench.shop_cost import measure_memory

    return measure_memory(setting)


BARS: dict[str, Bar] = {
    bar.name: bar
    for bar in (
        Bar("stream_rate", "quick", "higher", 0.25,
            "events/s of the complete path / of consume and decode of the same topic",
            _stream_rate),
        Bar("replay_exact", "quick", "lower", 0,
            "customers that differ from the batch after duplicates, disorder and kills",
            _replay_exact),
        Bar("load_speed", "full", "lower", 2.5,
            "seconds of a load / of a bare read, de-duplicate and write of the same file",
            _load_speed),
        Bar("load_memory", "full", "lower", 1.5,
            "GiB that the process of a load takes at the highest", _load_memory),
        Bar("ledger_truth", "quick", "lower", 0.001,
            "largest relative difference of revenue, buyers, orders from an independent count",
            _ledger_truth),
        Bar("ledger_dirt", "quick", "lower", 0,
            "kinds of dirt that the file shows and the ledger does not name", _ledger_dirt),
        Bar("sentiment_accuracy", "quick", "higher", 0.69,
            "share of 200 hand-written lines whose feeling is read as a reader reads it",
            _sentiment_accuracy),
        Bar("language_accuracy", "quick", "higher", 0.9,
            "share of hand-written lines whose language is recognised, mean over languages",
            _language_accuracy),
        Bar("filters_exact", "quick", "lower", 0,
            "random filters that mean other people than an independent count, or read back changed",
            _filters_exact),
        Bar("ledger_ugly", "quick", "lower", 0,
            "differences from the truth of ugly files, over every form, kind and reason",
            _ledger_ugly),
        Bar("overlap_union", "quick", "lower", 0,
            "rows that differ from the union when two overlapping files are loaded",
            _overlap_union),
        Bar("load_killed", "full", "lower", 0,
            "faults after a load was killed with -9 at 20 drawn points", _load_killed),
        Bar("erase_complete", "quick", "lower", 0,
            "files of a home that still hold a customer who was erased", _erase_complete),
        Bar("shop_recoverable", "quick", "higher", 0.90,
            "agreement (ARI) of a forest, taught on others, with the planted segments",
            _shop_recoverable),
        Bar("shop_same_bytes", "quick", "lower", 0,
            "files of a synthetic shop that differ between one thread and four",
            _shop_same_bytes),
        Bar("shop_speed", "quick", "lower", 10,
            "seconds to write a shop of 12,000 customers", _shop_speed),
        Bar("shop_memory", "full", "lower", 4,
            "GiB that writing a shop takes at the highest", _shop_memory),
    )
}  # fmt: skip
