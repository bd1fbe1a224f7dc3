"""`python -m evals [--model NAME] [--data FILE] [--split ...]`: asks the questions, and reports.

With `--questions FILE` it asks verified answers of a home again instead.

`segue eval` starts this as a process of its own. Exit 0: no wrong figure was shown; 1: some were.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import Fixable
from evals.judge import need_another
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
    if asked.questions is not None:
        return _replay(asked)
    splits = [name.strip() for name in asked.split.split(",")]
    unknown = sorted(set(splits) - set(SPLITS))
    if unknown:
        print(f"No split {', '.join(unknown)}. There are: {', '.join(SPLITS)}.", file=sys.stderr)
        return 2
    questions = [question for split in splits for question in read_questions(split)]
    try:
        if asked.judge is not None:
            need_another(asked.judge, asked.model)
        with tempfile.TemporaryDirectory(prefix="segue-eval-") as folder:
            scores = _run(asked, questions, Path(folder))
            judged = _judged(asked.judge, scores) if asked.judge is not None else ""
    except (Fixable, CommandFailed) as error:
        print(error, file=sys.stderr)
        return 2
    asked.report.write_text(
        report(scores, asked.model, _not_asked(questions, scores), judged), encoding="utf-8"
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
    parser.add_argument("--judge", metavar="NAME",
                        help="another model that reads how answers are put")  # fmt: skip
    parser.add_argument("--questions", type=Path, metavar="FILE",
                        help="only verified answers of --home, asked again")  # fmt: skip
    parser.add_argument("--home", type=Path, help="whose verified answers; else the usual home")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _replay(asked: argparse.Namespace) -> int:
    """Exit 0: each verified answer came out the same; 1: some did not."""
    from api.services import Services
    from api.settings import read_settings
    from evals.cases import read_cases, replay

    try:
        cases = read_cases(asked.questions)
        home = {"home": str(asked.home)} if asked.home else {}
        services = Services.open(read_settings(home))
        try:
            found = replay(services, cases, asked.model, _say)
        finally:
            services.home.close()
    except Fixable as error:
        print(error, file=sys.stderr)
        return 2
    same = sum(one.same for one in found)
    if asked.json:
        cases_said = [one.to_json() for one in found]
        print(json.dumps({"same": same, "of": len(found), "cases": cases_said}))
    else:
        for one in found:
            print(f"{'same    ' if one.same else 'changed '}{one.case['say']}  [{one.model}]")
            print("".join(f"         - {what}\n" for what in one.changed), end="")
        print(f"{same} of {len(found)} verified answers came out the same.")
    return 0 if same == len(found) else 1


def _run(asked: argparse.Namespace, questions: Sequence[Question], folder: Path) -> list[Score]:
    shops: list[ShopFolder] = [make_synthetic(folder / "synthetic", asked.customers, _say)]
    if asked.data is not None:
        shops.append(make_retail(folder / "retail", asked.data, _say))
    return [score for shop in shops for score in run_questions(shop, questions, asked.model, _say)]


def _judged(name: str, scores: Sequence[Score]) -> str:
    """By another model than the one that answered: fifty answers, spread over all."""
    from api.services import Services
    from api.settings import read_settings
    from evals.judge import judge_all
    from evals.report import to_read

    bodies = [dict(score.asked.answer) for score in to_read(scores)]
    with tempfile.TemporaryDirectory(prefix="segue-eval-") as folder:
        services = Services.open(read_settings({"home": folder}))
        found = asyncio.run(judge_all(bodies, services.model(name)))
        services.home.close()
    return found.words


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
