"""Reports and digests: written by rule, or by a model whose sentences pass the gate."""

from collections.abc import Callable

import pytest

from agent.finding import Findings
from agent.narrative import RULES, ModelWritten
from agent.reporting import build_report
from engine.report import Paragraph
from evals.judge import Verdict, judge, judge_all
from evals.peers.model_server import Heard, ModelServer, Said
from tools.context import Context


def writing(server: ModelServer) -> ModelWritten:
    return ModelWritten(lambda: server.open())


def says(text: str) -> Callable[[Heard], Said]:
    return lambda heard: Said(text)


def test_the_rules_write_by_default(context: Context) -> None:
    findings = Findings.gather(context)
    written = findings.sentences()
    assert RULES.write("report", findings, written) == written


def test_a_model_writes_from_the_facts(context: Context) -> None:
    findings = Findings.gather(context)
    with ModelServer(says("The shop has [[f1]] customers. They come back.")) as server:
        found = writing(server).write("report", findings, findings.sentences())
        (sent,) = server.bodies
    assert [one.text for one in found] == [
        f"The shop has {len(context.members)} customers.", "They come back.",
    ]  # fmt: skip
    assert found[0].spans[0][2] == "f1"
    assert findings.sentences()[0].text.split(":")[0] in sent


@pytest.mark.parametrize(
    "text", ["The shop has 400 customers.", "The shop has [[f1]] customers. Half will leave.", ""]
)
def test_what_does_not_pass_the_gate_whole_is_replaced_by_the_rules(
    context: Context, text: str
) -> None:
    findings = Findings.gather(context)
    written = findings.sentences()
    with ModelServer(says(text)) as server:
        assert writing(server).write("digest", findings, written) == written


def test_a_model_that_is_down_leaves_the_rules(context: Context) -> None:
    findings = Findings.gather(context)
    written = findings.sentences()
    with ModelServer(says("")) as server:
        gone = server.open()
    found = ModelWritten(lambda: gone).write("report", findings, written)
    assert found == written


def test_a_report_holds_an_insight_for_each_segment(context: Context) -> None:
    plain = build_report(context)
    with ModelServer(says("They are worth a letter.")) as server:
        report = build_report(context, writing(server))
    added = len(report.blocks) - len(plain.blocks)
    paragraphs = [block for block in report.blocks if isinstance(block, Paragraph)]
    told = [p for p in paragraphs if any("worth a letter" in run.text for run in p.runs)]
    assert len(told) >= len(context.segments)
    assert added >= len(context.segments) - 1  # the opening is one paragraph instead of two


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Faithful friends", "Faithful friends"),
        ('"Faithful friends".', "Faithful friends"),
        ("The 7 best", ""),
        ("x" * 60, ""),
        ("", ""),
    ],
)
def test_a_suggested_name_is_plain_and_free(context: Context, said: str, name: str) -> None:
    segment = context.segments[0]
    with ModelServer(says(said)) as server:
        assert writing(server).name(context, segment.name, segment.profile) == name


def test_a_name_that_is_taken_is_not_suggested(context: Context) -> None:
    first, second, *_ = context.segments
    with ModelServer(says(second.name)) as server:
        assert writing(server).name(context, first.name, first.profile) == ""


def test_a_judge_is_read_or_said_to_be_unreadable() -> None:
    import asyncio

    body = {"question": "how many?", "answer": "There are 3.", "facts": []}

    async def ask(text: str) -> Verdict | None:
        with ModelServer(says(text)) as server:
            model = server.open()
            found = await judge(body, model)
            await model.let_go()
            return found

    good = '{"helpful": 5, "complete": 4, "plain": 5, "why": "It says it."}'
    assert asyncio.run(ask(good)) == Verdict(helpful=5, complete=4, plain=5, why="It says it.")
    assert asyncio.run(ask("A fine answer, 5 of 5!")) is None
    assert asyncio.run(ask(good.replace("4", "9"))) is None
    with ModelServer(says(good)) as server:
        judged = asyncio.run(judge_all([body, body], server.open()))
    assert judged.words == (
        f"{judged.by} read 2 answers, from 1 to 5: helpful 5.0, complete 4.0, plain 5.0; "
        "0 verdicts could not be read"
    )
