"""`python -m evals [--model NAME] [--data FILE] [--split ...]`: asks the questions, and reports.

`segue eval` starts this as a process of its own. Exit 0: no wrong figure was shown; 1: some were.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import Fixable
from evals.questions.question import SPLITS, Question, read_questions
from evals.questions.shop import CommandFailed, ShopFolder, make_retail, make_synthetic
from evals.report import report
from evals.running import run_questions
from evals.scoring import Score
from evals.summary import COLUMNS, Tally, by_kind, by_split, models_called, table

CUSTOMERS = 1_800
_REPORT = Path(__file__).with_name("report.md")


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    splits = [name.strip() for name in asked.split.split(",")]
    unknown = sorted(set(splits) - set(SPLITS))
    if unknown:
        print(f"No split {', '.join(unknown)}. There are: {', '.join(SPLITS)}.", file=sys.stderr)
        return 2
    questions = [question for split in splits for question in read_questions(split)]
    try:
        with tempfile.TemporaryDirectory(prefix="segue-eval-") as folder:
            scores = _run(asked, questions, Path(folder))
    except (Fixable, CommandFailed) as error:
        print(error, file=sys.stderr)
        return 2
    asked.report.write_text(
        report(scores, asked.model, _not_asked(questions, scores)), encoding="utf-8"
    )
    if asked.json:
        print(json.dumps(to_json(scores, asked.report)))
    else:
        _print(scores)
        print(f"\nThe worst answers, and fifty to read: {asked.report}")
    return 1 if any(score.wrong for score in scores) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="segue eval", description=__doc__)
    parser.add_argument("--model", default="planner", metavar="NAME",
                        help="planner, or a language model such as openai:gpt-4o-mini")  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="FILE",
                        help="Online Retail II; else only the made-up shop is asked")  # fmt: skip
    parser.add_argument("--split", default=",".join(SPLITS), help="default: %(default)s")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help="of the generated shop")
    parser.add_argument("--report", type=Path, default=_REPORT, help="default: evals/report.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _run(asked: argparse.Namespace, questions: Sequence[Question], folder: Path) -> list[Score]:
    shops: list[ShopFolder] = [make_synthetic(folder / "synthetic", asked.customers, _say)]
    if asked.data is not None:
        shops.append(make_retail(folder / "retail", asked.data, _say))
    return [score for shop in shops for score in run_questions(shop, questions, asked.model, _say)]


def _not_asked(questions: Sequence[Question], scores: Sequence[Score]) -> list[str]:
    asked = {score.asked.question.shop for score in scores}
    left = [question for question in questions if question.shop not in asked]
    return [f"{len(left)} questions about Online Retail II (give it with --data)"] if left else []


def to_json(scores: Sequence[Score], written: Path) -> dict[str, Any]:
    def tally(one: Tally) -> dict[str, Any]:
        return {
            "turns": len(one.scores),
            "unjudged": one.count("unjudged"),
            "right": one.share(),
            "answered": one.answered,
            "declined": one.declined,
            "states": one.states,
            "wrong": one.count("wrong"),
            "p50_seconds": one.seconds(0.5),
            "p95_seconds": one.seconds(0.95),
            "tokens": one.tokens,
        }

    return {
        "splits": {one.name: tally(one) for one in by_split(scores)},
        "kinds": {one.name: tally(one) for one in by_kind(scores)},
        "models": dict(models_called(scores)),
        "report": str(written),
    }


def _print(scores: Sequence[Score]) -> None:
    for tallies in (by_split(scores), by_kind(scores)):
        rows = [COLUMNS, *table(tallies)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
        print()
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
            print("  ".join([row[0].ljust(widths[0]), *cells[1:]]))


def _say(text: str) -> None:
    print(f"  {text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
