"""A generated shop with published segments and scores, for bars about answers."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.synthetic import make_shop, write_shop
from stores.datasets import DatasetStore
from stores.home import Home
from stores.people import PeopleStore
from tools.context import Context
from tools.datasets import LoadRequest, load_file
from tools.scoring import ScoreRequest, make_scores
from tools.segmenting import SegmentRequest, run_segmentation

NOW = datetime(2026, 1, 2, 9, tzinfo=UTC)


@contextmanager
def demo_shop(customers: int, seed: int) -> Iterator[Context]:
    with tempfile.TemporaryDirectory() as folder:
        files = write_shop(make_shop(customers, seed=seed), Path(folder) / "files")
        home = Home.open(Path(folder) / "home")
        PeopleStore(home).ensure_local(NOW)
        request = LoadRequest(
            files["transactions"], dataset="demo", zone="Europe/London", currency="GBP"
        )
        load_file(home, request, NOW)
        dataset = DatasetStore(home).get()
        run_segmentation(home, dataset, SegmentRequest(method="rules"), NOW, lambda text: None)
        make_scores(home, dataset, ScoreRequest(), NOW, lambda text: None)
        yield Context.open(home, "local", None, NOW)
        home.close()
