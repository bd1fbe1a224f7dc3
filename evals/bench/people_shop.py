"""A generated shop whose customers have names and addresses that nobody else has.

What the records call products and categories, and what customers write, can be changed on the way
in, so that a measurement can plant what it looks for.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.synthetic import make_shop, write_shop
from evals.bench.demo_shop import NOW
from stores.datasets import DatasetStore
from stores.home import Home
from stores.people import PeopleStore
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.scoring import ScoreRequest, make_scores
from tools.segmenting import SegmentRequest, run_segmentation

Row = dict[str, str]
Change = Callable[[Row], Row]

_SYLLABLES = ("Zel", "Quu", "Vra", "Xio", "Plo", "Wyn", "Kja", "Obu", "Thy", "Ygg")


def canaries(customer: str) -> Row:
    """What only this customer is or has, by column."""
    digits = [int(digit) for digit in customer[-4:]]
    first, last = (
        "".join(_SYLLABLES[d] for d in half).capitalize() for half in (digits[:2], digits[2:])
    )
    number = "".join(map(str, digits))
    return {
        "customer_id": customer,
        "name": f"{first} {last}wick",
        "email": f"{first}.{last}{number}@canary.example".lower(),
        "phone": f"+44 7700 90{number}",
        "postcode": f"ZQ{number[:2]} {number[2]}XX",
        "address": f"{int(number) + 1} {last} Road",
    }


@contextmanager
def people_shop(
    customers: int, seed: int, change: Change = dict, file: str = "transactions.csv"
) -> Iterator[Context]:
    """`change` is applied to every row of orders and texts; `file` is what the orders came in."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_shop(make_shop(customers, seed=seed), Path(folder) / "files")
        orders = _rewrite(files["transactions"], lambda row: change(_with_id(row)), file)
        people = _rewrite(files["customers"], lambda row: row | canaries(f"K{row['customer_id']}"))
        texts = _rewrite(files["texts"], lambda row: change(_signed(_with_id(row))))
        home = Home.open(Path(folder) / "home")
        PeopleStore(home).ensure_local(NOW)
        for path in (orders, people, texts):
            request = LoadRequest(path, dataset="demo", zone="Europe/London", currency="GBP")
            load_file(home, request, NOW)
        dataset = DatasetStore(home).get()
        run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
        make_scores(home, dataset, ScoreRequest(), NOW, lambda text: None)
        yield Context.open(home, "local", None, NOW)
        home.close()


def _with_id(row: Row) -> Row:
    """Some rows of the orders write an id as a spreadsheet does: 10021.0."""
    number = row["customer_id"].strip().removesuffix(".0")
    return row | {"customer_id": f"K{number}" if number else ""}


def _signed(row: Row) -> Row:
    who = canaries(row["customer_id"]) if row["customer_id"] else {}
    return row | {"text": f"{row['text']} {who.get('name', '')}, {who.get('email', '')}"}


def _rewrite(file: Path, change: Change, name: str = "") -> Path:
    with file.open(encoding="utf-8", newline="") as before:
        rows = [change(row) for row in csv.DictReader(before)]
    after = file.with_name(name or f"changed-{file.name}")
    after = after if after != file else file.with_name(f"changed-{file.name}")
    with after.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return after
