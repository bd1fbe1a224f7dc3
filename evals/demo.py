"""The walk of `make demo`: from a sample shop's CSV to an answer with receipts.

    SEGUE_HOME=.demo python -m evals.demo

It is kept in evals/ because it drives Segue as everything there does: from outside, by the
commands that a person types and the JSON that a program reads.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATASET = "demo"
QUESTION = "how many customers are in each segment, and which group brings most revenue?"


class WalkStopped(Exception):
    """A command failed, or the home is not ours to fill; the exit code says whose turn it is."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


@dataclass(frozen=True)
class Walk:
    """Runs commands of `segue` on one home and shows each before what it prints."""

    segue: tuple[str, ...]
    home: Path

    def show(self, heading: str, *arguments: str) -> None:
        self._announce(heading, arguments)
        self._run(arguments, capture=False)

    def show_part(self, heading: str, part: str, *arguments: str) -> dict[str, Any]:
        """Of the object that a program reads, what lies under one key; of a list its first."""
        self._announce(heading, (*arguments, "--json"))
        found = self.read(*arguments)
        shown = found[part]
        if isinstance(shown, list):
            say(f"{len(shown)} {part}, the first of them:")
            shown = shown[:1]
        say(json.dumps({part: shown}, indent=2, ensure_ascii=False))
        return found

    def read(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._run((*arguments, "--json"), capture=True))
        return found

    def _announce(self, heading: str, arguments: Sequence[str]) -> None:
        say(f"\n== {heading}\n$ segue {shlex.join(arguments)}")

    def _run(self, arguments: Sequence[str], *, capture: bool) -> str:
        done = subprocess.run(
            [*self.segue, *arguments],
            env=os.environ | {"SEGUE_HOME": str(self.home)},
            stdout=subprocess.PIPE if capture else None,
            text=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise WalkStopped(
                f"'segue {arguments[0]}' did not succeed; the reason is written above. "
                "Mend it and run the demo again: records loaded already are not loaded twice.",
                done.returncode,
            )
        return done.stdout or ""


def walk_through(walk: Walk) -> None:
    keep_to_one_dataset(walk)
    made = walk.show_part(
        "A sample shop of which the truth is known",
        "files",
        *("generate", "--customers", "2000", "--seed", "7", "--out", str(walk.home / "sample")),
    )
    shop = [f"--{key}={made[key]}" for key in ("zone", "currency") if key in made]
    load = ("load", made["files"]["transactions"], "--dataset", DATASET, *shop)
    walk.show("Its orders are cleaned; every row is kept, mended or dropped for a reason", *load)
    again = walk.show_part("The same file again changes nothing", "already_loaded", *load)
    walk.show_part(
        "No row vanishes: the dropped ones are kept, each with its line and reason",
        "rows",
        *("ledger", again["load_id"], "--dropped"),
    )
    walk.show("What was loaded, column by column", "profile")
    walk.show("Segments, chosen on evidence", "segment")
    walk.show("Who may leave: a model beside a simple rule", "score")
    walk.show("The scores, and three customers most worth saving, with reasons", "scores")
    walk.show("A question in plain words", "ask", QUESTION)
    answer = walk.show_part("The same question, as a program asks it", "facts", "ask", QUESTION)
    if not answer["facts"]:
        raise WalkStopped("The answer carries no fact, so it has no receipt to show.", 1)
    walk.show(
        f"Where its first figure, {answer['facts'][0]['text']}, comes from, worked out once more",
        *("receipt", answer["facts"][0]["receipt"], "--rerun"),
    )
    _show_last_month(walk)
    say(
        "\n== Now yours\n"
        f"$ SEGUE_HOME={shlex.quote(str(walk.home))} {shlex.join(walk.segue)} ask "
        '"who is slipping away?"'
    )


def _show_last_month(walk: Walk) -> None:
    """Who moved in the last month that is over, and why three of them did."""
    kept = walk.show_part(
        "Who was where at every month start", "snapshots", "snapshots", "--monthly"
    )["snapshots"]
    starts = [found["as_of"][:10] for found in kept if found["as_of"][8:19] == "01T00:00:00"]
    if len(starts) < 2:
        raise WalkStopped("The shop is too young to have a whole month.", 1)
    month = ("--from", starts[-2], "--to", starts[-1])
    walk.show("Who moved last month, and is it more than usual", "shifts", *month)
    moved = walk.show_part("The same, as a program asks it", "reasons", "shifts", *month)
    for reason in moved["reasons"]:
        walk.show(
            f"Why one customer went from {reason['from']} to {reason['to']}",
            *("why", reason["example"], *month),
        )


def keep_to_one_dataset(walk: Walk) -> None:
    """A home that holds somebody's own records is left alone."""
    if not walk.home.is_dir():
        return
    strangers = {found["name"] for found in walk.read("datasets")["datasets"]} - {DATASET}
    if strangers:
        names = ", ".join(f"'{name}'" for name in sorted(strangers))
        raise WalkStopped(
            f"The home {walk.home} holds {names} already, and the demo does not mix its sample "
            "shop in. Give it a home of its own: make demo SEGUE_HOME=.demo",
            2,
        )


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    segue = Path(sys.executable).with_name("segue")
    home = Path(os.environ.get("SEGUE_HOME") or ".demo")
    try:
        walk_through(Walk((shorten(segue),), Path(shorten(home))))
    except WalkStopped as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return stopped.exit_code
    return 0


def shorten(path: Path) -> str:
    """As a person would type it from here."""
    here = Path.cwd()
    absolute = path.absolute()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


if __name__ == "__main__":
    sys.exit(main())
