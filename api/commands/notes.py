"""Commands about what is noted, and about what people said of answers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import Door, command

if TYPE_CHECKING:
    from stores.feedback import Judged
    from tools.catalog import Called

_KINDS = ("term", "segment", "run", "shift", "report", "answer")


@click.group("notes")
def notes() -> None:
    """What is noted: definitions, segments in words, what moved, was reported, was verified."""


@command
@click.argument("query")
@click.option("--dataset", metavar="NAME", help="Default: the only dataset.")
@click.option("--kind", type=click.Choice(_KINDS), help="Look among one kind only.")
@click.option("--limit", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--past", is_flag=True, help="Also what was true before.")
def search(
    door: Door, query: str, dataset: str | None, kind: str | None, limit: int, past: bool
) -> None:
    """The notes that answer a question: segue notes search "how is churn defined?"."""
    from api.wire import called_to_wire
    from tools.catalog import call

    services = door.services
    context = services.context(services.local_person, dataset)
    arguments = {"query": query, "kind": kind or "", "limit": limit, "past": past}
    called = call(context, "search_notes", arguments)
    door.show(called_to_wire(called, context), lambda: _notes_words(called))


def _notes_words(called: "Called") -> str:
    from api.wire import in_words

    blocks = []
    for text in called.texts:
        if "note" not in text:
            blocks.append(text["found"])
            continue
        was = f" (true {text['was_true']})" if "was_true" in text else ""
        blocks.append(f"{text['about']} [{text['kind']}]{was}\n{in_words(text['note'], called)}")
    return "\n\n".join([*blocks, f"Searched {called.texts[0]['searched']}."])


@click.group("feedback")
def feedback() -> None:
    """What people said of answers; nothing is learnt until somebody verifies one."""


@command
@click.argument("answer_id", metavar="ANSWER")
@click.argument("value", type=click.Choice(["good", "bad"]))
def give(door: Door, answer_id: str, value: str) -> None:
    """Say that an answer is good or bad; the last word counts."""
    from stores.feedback import FeedbackStore
    from stores.threads import ThreadStore

    services = door.services
    person = services.local_person
    ThreadStore(services.home).answer(person.person_id, answer_id)  # there is such an answer
    FeedbackStore(services.home).give(answer_id, person, value, services.now())
    door.show({"answer_id": answer_id, "value": value}, lambda: f"Noted: {answer_id} is {value}.")


@command
def waiting(door: Door) -> None:
    """Answers that somebody judged and nobody has looked at, those found bad first."""
    from stores.feedback import FeedbackStore

    found = FeedbackStore(door.services.home).waiting()
    door.show(
        {"answers": [vars(one) for one in found]},
        lambda: "\n\n".join(map(_judged_words, found)) or "Nothing waits.",
    )


def _judged_words(judged: "Judged") -> str:
    said = f"{judged.good} good, {judged.bad} bad"
    return f"{judged.answer_id}: {said}\n  {judged.question}\n  {judged.answer}"


@command
@click.argument("answer_id", metavar="ANSWER")
def verify(door: Door, answer_id: str) -> None:
    """Call an answer right: it becomes a note, and a case for segue feedback cases."""
    from agent.verifying import verify as keep

    services = door.services
    note = keep(services.home, answer_id, services.local_person, services.now())
    found = {"answer_id": answer_id, "note_id": note.note_id, "settled_as": "verified"}
    door.show(found, lambda: f"Verified. It is kept as {note.note_id}.")


@command
@click.argument("answer_id", metavar="ANSWER")
def dismiss(door: Door, answer_id: str) -> None:
    """Leave what was said of an answer at that."""
    from agent.verifying import dismiss as leave

    services = door.services
    leave(services.home, answer_id, services.local_person, services.now())
    door.show({"answer_id": answer_id, "settled_as": "dismissed"}, lambda: "Dismissed.")


@command
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file; default: -")
def cases(door: Door, out: Path | None) -> None:
    """Verified answers as cases: what has to be shown when the same is asked again."""
    from agent.verifying import cases_of

    found = {"cases": cases_of(door.services.home)}
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    door.show(found, lambda: f"{len(found['cases'])} cases{f' in {out}' if out else ''}.")


notes.add_command(search)
for found in (give, waiting, verify, dismiss, cases):
    feedback.add_command(found)
feedback.add_command(waiting, "list")
COMMANDS = (notes, feedback)
