"""Random filters over a generated shop beside a count in other code (`evals/filter_truth.py`)."""

import json
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.concepts import Moment
from engine.features import feature_table, fetch, open_transactions
from engine.filters import (
    Field,
    Fields,
    Filter,
    compile_filter,
    filter_from_json,
    filter_text,
    filter_to_json,
    parse_filter,
    sentence,
)
from engine.filters.sentences import plain
from engine.synthetic import make_shop, write_shop
from evals.bench.bars import Setting
from evals.filter_truth import Truth
from evals.random_filters import RandomFilters
from stores.datasets import DatasetStore
from stores.home import Home
from tools.datasets import LoadRequest, load_file

if TYPE_CHECKING:
    import ibis
    import pandas as pd

ZONE, CURRENCY = "Europe/London", "GBP"
# Just after a local midnight in summer time, the middle of a day, the end of a leap month.
MOMENTS = ("2025-07-01T00:30", "2025-12-15T14:00", "2024-02-29T23:59")
# Words that are hard to write down: glue words, quotes, brackets, numbers, wildcards.
_MOTTOS = ("or", 'the "best"', "d'Or", "50%", "100", "a_b", "not [this]", "Zoë (2)", "2025-06")
_SEGMENTS = {"Champions": "segment_1", "At risk": "segment_2", "And so on": "segment_3"}
_FIELDS = (
    Field("recency", "days", "days since", "last bought {} ago", always=True),
    Field("frequency", "number", "orders", always=True),
    Field("monetary", "money", "net revenue", "have spent {}", always=True),
    Field("tenure", "days", "days since the first", always=True),
    Field("segment", "word", "the segment", "are {}", _SEGMENTS, always=True),
    Field("churn", "share", "probability of leaving"),
    Field("age", "number", "in years"),
    Field("country", "word", "where they live", "are in {}"),
    Field("motto", "word", "what they say"),
    Field("signup_date", "date", "when they joined", "joined {}"),
    Field("opted_out", "yes/no", "want no mail"),
)


def measure(setting: Setting) -> float:
    return float(differing(60 if not setting.full else 1000, 300, setting))


def differing(filters: int, customers: int, setting: Setting) -> int:
    """How many filters find other people, or come back changed from their text or JSON."""
    with tempfile.TemporaryDirectory() as folder:
        shop = make_shop(customers, seed=17)
        files = write_shop(shop, Path(folder) / "files")
        home = Home.open(Path(folder) / "home")
        request = LoadRequest(files["transactions"], zone=ZONE, currency=CURRENCY)
        load_file(home, request, datetime.now(UTC))
        store = DatasetStore(home)
        dataset = store.get()
        parts = store.files(dataset, store.version(dataset))
        with open_transactions(parts) as transactions:
            worlds = [_World(transactions, shop.customers.to_pandas(), at) for at in MOMENTS]
            wrong = [f for n in range(filters) if (f := worlds[n % len(worlds)].wrong())]
        home.close()
    for text in wrong[:10]:
        setting.say(f"differs: {text}")
    found = sum(world.found for world in worlds)
    setting.say(f"{filters} filters, {found:,} customers found, {len(wrong)} filters differ")
    return len(wrong)


class _World:
    """The people of one moment, asked twice."""

    def __init__(self, transactions: "ibis.Table", attributes: "pd.DataFrame", at: str) -> None:
        import ibis
        import pyarrow as pa

        self.transactions = transactions
        self.moment = Moment.parse(at, ZONE)
        rows = fetch(transactions)
        people = _people(feature_table(transactions, self.moment), attributes)
        table = pa.Table.from_pandas(people.reset_index(), preserve_index=False)
        self.table = ibis.memtable(table)
        categories = tuple(rows["category"].dropna().unique())
        self.fields = Fields(_FIELDS, CURRENCY, categories)
        kinds = {field.name: str(field.kind) for field in _FIELDS}
        self.truth = Truth(people, kinds, _SEGMENTS, rows, self.moment)
        draw = random.Random(at)  # noqa: S311  (no secret)
        self.filters = RandomFilters(self.fields, people, rows, draw)
        self.found = 0

    def wrong(self) -> str | None:
        """The text of the next filter if it means others than it should."""
        filter = self.filters.next()
        text = filter_text(filter, self.fields)
        customers = self.customers(parse_filter(text, self.fields))
        self.found += len(customers)
        same = customers == self.truth.customers(filter) and self.comes_back(filter, text)
        return None if same else text

    def comes_back(self, filter: Filter, text: str) -> bool:
        read = parse_filter(text, self.fields)
        kept = json.loads(json.dumps(filter_to_json(filter)))
        return (
            read == filter == filter_from_json(kept, self.fields)
            and filter_text(read, self.fields) == text
            and self.truth.customers(plain(filter)) == self.truth.customers(filter)
            and sentence(read, self.fields, self.moment).startswith("Customers who ")
        )

    def customers(self, filter: Filter) -> set[str]:
        meant = compile_filter(filter, self.fields, self.table, self.transactions, self.moment)
        return set(fetch(self.table.filter(meant).select("customer_id"))["customer_id"])


def _people(features: "pd.DataFrame", attributes: "pd.DataFrame") -> "pd.DataFrame":
    """Features, attributes with gaps, and made-up segments, scores and mottos."""
    import pandas as pd

    draw = random.Random(5)  # noqa: S311  (no secret)
    count = len(features)
    known = attributes.set_index("customer_id").reindex(features.index)
    people = features.assign(
        segment=draw.choices(list(_SEGMENTS.values()), k=count),
        churn=[round(draw.random(), 3) for _ in range(count)],
        age=known["age"],
        country=known["country"],
        motto=draw.choices(_MOTTOS, k=count),
        signup_date=known["signup_date"],
        opted_out=known["opted_out"].astype("boolean"),
    )
    for gap in ("churn", "age", "country", "motto", "signup_date", "opted_out"):
        missing = pd.Series([draw.random() < 0.15 for _ in range(count)], index=people.index)
        people[gap] = people[gap].mask(missing)
    return people
