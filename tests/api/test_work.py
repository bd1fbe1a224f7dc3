"""Jobs as the runner works on them."""

from datetime import timedelta

from api.services import Services
from api.settings import read_settings
from api.work import WORK
from engine.concepts import Moment
from stores.home import Home
from stores.jobs import JobStore
from stores.notes import NoteStore
from tests.conftest import NOW
from tools.context import Context
from tools.snapshots import make_snapshot


def test_what_moved_up_to_now_is_written_down(home: Home) -> None:
    services = Services.open(read_settings({"home": str(home.root)}))
    context = Context.open(services.home, "local", None, NOW)
    before = Moment.of(context.as_of.at - timedelta(days=40), context.dataset.shop.zone)
    make_snapshot(services.home, context.dataset, before, NOW, context.run)
    said: list[str] = []
    found = WORK["story"](services, "local", {"dataset": "corner"}, said.append)
    store = NoteStore(services.home, services.home.embedder())
    [note] = store.of(context.dataset.dataset_id, "shift")
    assert note.note_id == found["note"]
    assert note.valid_from == context.as_of.at
    assert said[-1] == "Writing down what moved last"
    services.home.close()


def test_the_same_work_waits_once(home: Home) -> None:
    jobs = JobStore(home)
    for dataset in ("corner", "corner", "other"):
        jobs.add_once("local", "story", {"dataset": dataset}, NOW)
    assert len(jobs.all("local", "story")) == 2
    begun = jobs.claim(NOW)
    assert begun is not None  # and may have looked already
    jobs.add_once("local", "story", begun.arguments, NOW)
    assert len(jobs.all("local", "story")) == 3
