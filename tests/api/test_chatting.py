"""A conversation in the terminal: one thread, what it leans on, and how it ends."""

import json

from click.testing import CliRunner, Result

from api.chatting import about
from api.cli import Door
from api.commands.answers import chat
from tools.context import Context


def typed(context: Context, said: str, *arguments: str, as_json: bool = False) -> Result:
    door = Door(str(context.home.root), json=as_json)
    return CliRunner().invoke(chat, arguments, obj=door, input=said)


def test_a_question_leans_on_the_one_before(context: Context) -> None:
    said = "how many orders in Germany?\nand in France?\n/quit\nrevenue\n"
    found = json.loads(typed(context, said, as_json=True).stdout)
    first, second = found["answers"]
    assert (first["thread"], second["thread"]) == (found["thread"], found["thread"])
    assert second["state"]["filters"] == {"country": ["France"]}
    assert second["facts"][0]["metric"] == "orders"


def test_it_says_what_it_leans_on_and_goes_on_after_an_error(context: Context) -> None:
    wrong = typed(context, "revenue\n", "--dataset", "nowhere")
    assert wrong.exit_code == 0 and "nowhere" in wrong.stderr
    right = typed(context, "\nrevenue in 2025\n")
    assert "[about: the whole shop; revenue; from 2025-01-01]" in right.stdout


def test_the_line_names_whom_what_and_when() -> None:
    state = {
        "segment": ["Loyal"], "filters": {"country": ["France"]}, "people": {"gender": ["female"]},
        "metrics": ["average_order"], "where": "recency > 60", "without": [], "customer": [],
        "periods": [{"since": "2025-01-01", "until": "2025-02-01"}],
    }  # fmt: skip
    assert about(state) == (
        "Loyal, France, female; average order; from 2025-01-01 until 2025-02-01; recency > 60"
    )
