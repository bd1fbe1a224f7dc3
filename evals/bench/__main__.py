"""`python -m evals.bench list`, or `python -m evals.bench NAME [--full] [--data FILE]`."""

import argparse
import sys
from pathlib import Path

from engine.errors import Fixable, NotFound
from evals.bench.bars import BARS, Bar, Setting


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("name", help="a bar, or list")
    parser.add_argument("--full", action="store_true", help="larger, with the real peers")
    parser.add_argument("--data", type=Path, metavar="FILE", help="an export of your own")
    asked = parser.parse_args(arguments)
    if asked.name == "list":
        for bar in BARS.values():
            print(f"{bar.name}  {bar.tier}  {bar.wanted}  {bar.meaning}")
        return 0
    try:
        return measure(_find(asked.name), Setting(asked.full, _say, asked.data))
    except Fixable as error:
        print(error, file=sys.stderr)
        return 2


def measure(bar: Bar, setting: Setting) -> int:
    value = bar.measure(setting)
    reached = bar.reached(value)
    print(f"{bar.name} value={value:g} bar={bar.bar:g} {'ok' if reached else 'short'}", flush=True)
    return 0 if reached else 1


def _find(name: str) -> Bar:
    if name not in BARS:
        raise NotFound.named("bar", name, BARS)
    return BARS[name]


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
