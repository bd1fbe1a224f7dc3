"""The questions as a task of Inspect, for its log viewer, epochs and comparisons of models.

    pip install "segue[evals]"
    inspect eval evals/inspect_task.py --model none -T folder=.eval -T split=own

`folder` keeps the shop that is asked about: it is made the first time. `answering` names the model
that Segue itself uses; Inspect's own `--model` is not asked anything.
"""

from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from api.services import Services
from api.settings import read_settings
from evals.questions.meaning import Meaning
from evals.questions.question import Question, fill, read_questions
from evals.questions.shop import ShopFolder, make_synthetic, names_of, read_meaning
from evals.running import ask_thread
from evals.scoring import Asked, score


@task
def questions(
    folder: str, split: str = "own", answering: str = "planner", customers: int = 1_800
) -> Task:
    shop = _shop(Path(folder), customers)
    services = Services.open(read_settings({"home": str(shop.home)}))
    meaning = read_meaning(shop, services)
    found = {
        question.question_id: question
        for question in read_questions(split)
        if question.shop == shop.name
    }
    samples = [_sample(question, meaning) for question in found.values()]
    return Task(
        dataset=MemoryDataset(samples, name=split),
        solver=ask_segue(services, answering),
        scorer=right_and_grounded(found, meaning),
    )


def _shop(folder: Path, customers: int) -> ShopFolder:
    known = ShopFolder("synthetic", folder, folder / "files" / "transactions.csv")
    if (folder / "home").is_dir():
        return known
    return make_synthetic(folder, customers, print)


def _sample(question: Question, meaning: Meaning) -> Sample:
    said = [fill(turn.say, meaning.cast) for turn in question.turns]
    return Sample(
        input="\n".join(said),
        id=question.question_id,
        metadata={"kind": question.kind, "language": question.language, "said": said},
    )


@solver
def ask_segue(services: Services, answering: str) -> Solver:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = services.model(answering)
        answers = await ask_thread(services, state.metadata["said"], model)
        await model.let_go()
        state.metadata["answers"] = [{"answer": one, "seconds": took} for one, took in answers]
        state.output.completion = "\n\n".join(one["answer"] for one, _ in answers)
        return state

    return solve


@scorer(metrics={"right": [mean()], "wrong": [mean()]})
def right_and_grounded(questions: dict[str, Question], meaning: Meaning) -> Scorer:
    """Share of the turns that are right, and whether any figure shown was wrong."""
    names = names_of(meaning.truth)

    async def judge(state: TaskState, target: Target) -> Score:
        question = questions[str(state.sample_id)]
        said: list[str] = state.metadata["said"]
        answers: list[dict[str, Any]] = state.metadata["answers"]
        scores = [
            score(
                Asked(
                    question, turn, said[turn], tuple(said[:turn]), one["answer"], one["seconds"]
                ),
                meaning,
                names,
            )
            for turn, one in enumerate(answers)
        ]
        right = sum(one.verdict == "right" for one in scores) / len(scores)
        lines = [f"{one.verdict}: {'; '.join((*one.wrong, *one.missing))}" for one in scores]
        return Score(
            value={"right": right, "wrong": float(any(one.wrong for one in scores))},
            answer=state.output.completion,
            explanation="\n".join(lines),
        )

    return judge
