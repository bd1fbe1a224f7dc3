"""The shops that questions are asked of: made by the commands a person types, read as plain files.

A shop is a folder with a home and what `segue members` and `segue scores` wrote. The records are
the files of the dataset's newest version, read as they lie there.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.questions.meaning import Meaning
from evals.questions.truth import Labels, QuestionTruth

if TYPE_CHECKING:
    import pandas as pd

    from api.services import Services
    from engine.records import RecordKind

Say = Callable[[str], None]
_SEGUE = (sys.executable, "-c", "from api.cli import main; main()")
_PLACE = ("--zone", "Europe/London", "--currency", "GBP")
_KINDS = ("transactions", "customers", "events", "texts")
_ROUNDED = ("churn", "buy_30")
SEED = 7


class CommandFailed(Exception):
    """A command of `segue` did not succeed; its own words are in the message."""


@dataclass(frozen=True)
class ShopFolder:
    """`name` is the shop's in the questions: synthetic or retail."""

    name: str
    folder: Path
    source: Path  # the orders as they were loaded

    @property
    def home(self) -> Path:
        return self.folder / "home"


def make_synthetic(folder: Path, customers: int, say: Say) -> ShopFolder:
    say(f"making a shop of {customers:,} customers")
    made = folder / "files"
    _segue(folder, "generate", "--customers", str(customers), "--seed", str(SEED),
           "--out", str(made))  # fmt: skip
    shop = ShopFolder("synthetic", folder, made / "transactions.csv")
    return _prepare(shop, [made / f"{kind}.csv" for kind in _KINDS], say)


def make_retail(folder: Path, data: Path, say: Say) -> ShopFolder:
    return _prepare(ShopFolder("retail", folder, data), [data], say)


def _prepare(shop: ShopFolder, files: list[Path], say: Say) -> ShopFolder:
    for file in files:
        say(f"loading {file.name}")
        _segue(shop.folder, "load", str(file), "--dataset", "shop", *_PLACE)
    for command in (("segment",), ("score",), ("snapshots", "--monthly")):
        say(f"segue {' '.join(command)}")
        _segue(shop.folder, *command)
    return shop


def _segue(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [*_SEGUE, *arguments, "--json", "--home", str(folder / "home")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise CommandFailed(f"segue {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# ---- read back ----


def read_meaning(shop: ShopFolder, services: "Services") -> Meaning:
    """The truth of a shop, and the names that stand for top, second, a customer, ..."""
    from evals.questions.cast import choose_cast

    truth = read_truth(shop, services)
    roles, cast = choose_cast(truth)
    return Meaning(truth, roles, cast)


def read_truth(shop: ShopFolder, services: "Services") -> QuestionTruth:
    import pandas as pd

    members_file = shop.folder / "members.csv"
    _segue(shop.folder, "members", "all", "--out", str(members_file))
    members = pd.read_csv(members_file, dtype={"customer_id": "string"})
    labels = dict(zip(members["customer_id"], members["segment_id"], strict=True))
    named = members.drop_duplicates("segment_id")
    names = dict(zip(named["segment_id"], named["segment_name"], strict=True))
    context = services.context(services.local_person, None)
    return QuestionTruth(
        _records(services, "transactions"),
        _with_attributes(_records(services, "customers")),
        _records(services, "texts"),
        {str(who): str(segment) for who, segment in labels.items()},
        {str(segment): str(name) for segment, name in names.items()},
        _scores(shop, services),
        context.as_of.local_date,
        _SnapshotLabels(services),
        _rows(shop.source),
    )


def _records(services: "Services", kind: "RecordKind") -> "pd.DataFrame":
    """The files one by one, so that no folder's name becomes a column."""
    import pandas as pd
    import pyarrow.parquet as pq

    files = services.context(services.local_person, None).files_of(kind)
    parts = [pq.ParquetFile(file).read().to_pandas() for file in files]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _with_attributes(customers: "pd.DataFrame") -> "pd.DataFrame":
    """What a source says of a customer besides stands in one JSON object."""
    import pandas as pd

    if "attributes" not in customers:
        return customers
    said = customers["attributes"].map(lambda text: json.loads(text) if text else {})
    return customers.join(pd.DataFrame(said.tolist(), index=customers.index))


def _scores(shop: ShopFolder, services: "Services") -> "pd.DataFrame":
    """What `segue scores` writes; the probabilities, which it rounds, as they are kept."""
    import pandas as pd

    from stores.models import ModelStore

    file = shop.folder / "scores.csv"
    _segue(shop.folder, "scores", "--out", str(file))
    scores = pd.read_csv(file, dtype={"customer_id": "string"}).set_index("customer_id")
    store = ModelStore(services.home)
    for model in store.all(services.context(services.local_person, None).dataset.dataset_id):
        if model.target in _ROUNDED:  # the oldest come first
            scores[model.target] = store.scores(model)[model.target].reindex(scores.index)
    return scores


def _rows(source: Path) -> int:
    import polars as pl

    scan = pl.scan_parquet if source.suffix == ".parquet" else pl.scan_csv
    return int(scan(source).select(pl.len()).collect().item())


@dataclass(frozen=True)
class _SnapshotLabels:
    """Who was where at the start of a day, of the snapshots that the product drew."""

    services: "Services"

    def __call__(self, day: date) -> Labels | None:
        from engine.concepts import Moment
        from stores.snapshots import SnapshotStore

        context = self.services.context(self.services.local_person, None)
        store = SnapshotStore(self.services.home)
        at = Moment.midnight(day, context.dataset.shop.zone).at
        for snapshot in store.all(context.dataset.dataset_id):
            if snapshot.as_of == at and snapshot.run_id == context.run.run_id:
                found = store.members(snapshot)["segment_id"]
                return {str(who): str(segment) for who, segment in found.items()}
        return None


def names_of(truth: QuestionTruth) -> list[str]:
    """Names that may stand in an answer although they hold digits."""
    found = [*truth.names.values(), *truth.count.goods["product"].dropna().unique()]
    return [str(name) for name in found if any(letter.isdigit() for letter in str(name))]
