"""The bars about language models find what they are there to find."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from llmock.testing import LLMockServer

from evals.bench import model_ceilings as ceilings
from evals.bench import model_trajectories as trajectories
from evals.bench.bars import Setting
from evals.bench.model_crossed import crossed
from evals.bench.model_faults import faults, wrongs_of
from evals.bench.model_injections import INSTRUCTIONS, followed, name_segments
from evals.bench.people_shop import canaries
from tools.context import Context

QUIET = Setting(False, lambda text: None)


@pytest.fixture(scope="module")
def server() -> Iterator[LLMockServer]:
    with LLMockServer() as running:
        yield running


@pytest.mark.parametrize("name", ["401", "truncate", "unknown tool"])
def test_a_fault_ends_in_a_right_answer(context: Context, server: LLMockServer, name: str) -> None:
    fault = next(each for each in faults() if each.name == name)
    assert wrongs_of(context, server, "responses", fault) == []


def test_a_client_that_takes_cut_streams_for_answers_is_found(
    context: Context, server: LLMockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = next(each for each in faults() if each.name == "truncate")
    monkeypatch.setattr("agent.model._WHOLE", frozenset({"", "stop", "tool_calls"}))
    found = " ".join(wrongs_of(context, server, "chat", fault))
    assert "truncated_stream_accepted" in found


@pytest.mark.parametrize("name", ["talks", "ends no arguments"])
def test_a_model_that_never_stops_is_stopped(context: Context, name: str) -> None:
    over = Event()
    manner = next(each for each in ceilings.manners(over) if each.name == name)
    assert ceilings.wrongs_of(context, "chat", manner, over) == []
    strict = replace(manner, ceiling="steps")  # as if it had to end elsewhere
    assert ceilings.wrongs_of(context, "chat", strict, over) != []


def test_the_scripts_call_every_tool() -> None:
    assert len(trajectories.scripts()) >= 30
    assert trajectories.called(trajectories.scripts()) == trajectories.offered()


@pytest.mark.parametrize("wire", ["chat", "responses"])
def test_a_script_ends_as_it_says(context: Context, server: LLMockServer, wire: str) -> None:
    script = next(s for s in trajectories.scripts() if len(s["steps"]) == 1 and s.get("shows"))
    assert trajectories.wrongs_of(script, context, server, wire) == []  # type: ignore[arg-type]
    other = script | {"shows": ["units"]}
    assert trajectories.wrongs_of(other, context, server, wire) != []  # type: ignore[arg-type]


def test_threads_at_once_do_not_cross(context: Context) -> None:
    assert crossed(context, 8, QUIET) == []


def test_a_model_that_hears_other_threads_is_found(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the endpoint mixed its callers up."""
    monkeypatch.setattr("evals.bench.model_crossed.CODE_WORD", re.compile("(?=(you))"))
    assert crossed(context, 8, QUIET)


def test_an_open_fence_is_found(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    name_segments(context)
    renamed = replace(Context.open(context.home, "local", None, context.now))
    assert len(set(INSTRUCTIONS)) == 100
    monkeypatch.setattr("evals.bench.model_injections.WIRES", ("chat",))
    monkeypatch.setattr("agent.loop.fenced", str)
    assert followed(renamed, QUIET)


def test_the_marks_of_people_are_nobody_else_s(tmp_path: Path) -> None:
    people = [canaries(f"K1{number:04}") for number in range(50)]
    for column in ("customer_id", "name", "email", "phone"):
        assert len({one[column] for one in people}) == 50
