"""`segue notes` and `segue feedback`: words for people, one object for programs."""

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from agent.events import Answer, Event
from api.cli import Door
from api.commands.notes import feedback, notes
from stores.home import Home

Ask = Callable[..., tuple[Answer, list[Event]]]


def run(home: Home, *arguments: str, as_json: bool = False) -> Result:
    group = notes if arguments[0] == "search" else feedback
    door = Door(str(home.root), json=as_json)
    return CliRunner().invoke(group, arguments, obj=door, catch_exceptions=False)


def test_a_note_is_read_with_its_figures_in_place(home: Home) -> None:
    said = run(home, "search", "what are Champions like?", "--kind", "segment").stdout
    assert said.startswith("Champions [segment]\nChampions: ")
    assert "customers, which is" in said and "[[" not in said
    assert "Searched in the state, by meaning, words and names." in said
    assert run(home, "search", "report", "--kind", "report").stdout.startswith("Nothing is noted")


def test_an_answer_is_judged_looked_at_and_kept(home: Home, ask: Ask, tmp_path: Path) -> None:
    answer = ask("how many customers are there?")[0].answer_id
    assert run(home, "list").stdout == "Nothing waits.\n"
    run(home, "give", answer, "good")
    assert f"{answer}: 1 good, 0 bad" in run(home, "list").stdout
    found = json.loads(run(home, "verify", answer, as_json=True).stdout)
    assert found["settled_as"] == "verified" and found["note_id"]
    out = tmp_path / "cases.json"
    run(home, "cases", "--out", str(out))
    [case] = json.loads(out.read_text(encoding="utf-8"))["cases"]
    assert case["id"] == answer and case["figures"][0]["metric"] == "customers"
    run(home, "give", answer, "bad")
    assert run(home, "dismiss", answer).stdout == "Dismissed.\n"
