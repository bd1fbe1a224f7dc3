"""The bars about language models find what they are there to find."""

from collections.abc import Iterator

import pytest
from llmock.testing import LLMockServer

from evals.bench.model_faults import faults, wrongs_of
from tools.context import Context


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
