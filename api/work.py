"""What each kind of job does, in a child process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from api.services import Services
from stores.datasets import DatasetStore
from stores.jobs import JobStore

Progress = Callable[[str], None]
Work = Callable[[Services, str, Mapping[str, Any], Progress], dict[str, Any]]


def load(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """`upload` names a file of the home, `file` lies on this machine."""
    from tools.datasets import load_file
    from tools.load_request import LoadOptions, LoadRequest

    upload, source = arguments.get("upload"), arguments.get("source")
    file = services.home.files.get(upload) if upload else None
    if file is None and not source:
        file = Path(arguments["file"])
    options = {name: arguments[name] for name in LoadOptions.model_fields if name in arguments}
    table = services.settings.table(source) if source else None
    request = LoadRequest(file, name=arguments["name"], table=table, **options)
    progress(f"Reading and cleaning {request.source_name}")
    return load_file(services.home, request, services.now())


def segmentation(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    from tools.run_features import has_orders
    from tools.segmenting import SegmentRequest, run_segmentation

    dataset = DatasetStore(services.home).get(arguments["dataset"])
    asked = ("method", "k", "draft", "features", "weights", "names")
    request = SegmentRequest(**{name: arguments[name] for name in asked if name in arguments})
    found = run_segmentation(services.home, dataset, request, services.now(), progress)
    if found["published"] and has_orders(services.home, dataset, found["version"]):
        # The history of the new segments, while people look at them.
        about = {"dataset": dataset.name}
        JobStore(services.home).add(owner, "snapshots", about, services.now())
    return found


def scoring(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    from tools.scoring import ScoreRequest, make_scores

    dataset = DatasetStore(services.home).get(arguments["dataset"])
    asked = ("horizon_days", "deep", "protected")
    wanted = {name: arguments[name] for name in asked if name in arguments}
    request = ScoreRequest(owner=owner, **wanted)
    return make_scores(services.home, dataset, request, services.now(), progress)


def snapshots(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    from agent.memory import write_shift_story
    from stores.people import PeopleStore
    from tools.snapshots import monthly_snapshots, snapshot_rows

    dataset = DatasetStore(services.home).get(arguments["dataset"])
    monthly_snapshots(services.home, dataset, services.now(), progress)
    progress("Writing down what moved last")
    write_shift_story(services.context(PeopleStore(services.home).get(owner), dataset.name))
    return {"snapshots": snapshot_rows(services.home, dataset)}


def story(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """What moved up to now, written down; a stream's worker asks for it when people moved."""
    from agent.memory import write_shift_story
    from stores.people import PeopleStore
    from tools.snapshots import make_snapshot

    person = PeopleStore(services.home).get(owner)
    context = services.context(person, arguments["dataset"])
    progress("Looking who is where now")
    make_snapshot(services.home, context.dataset, context.as_of, services.now())
    progress("Writing down what moved last")
    note = write_shift_story(services.context(person, arguments["dataset"]))
    return {"note": note.note_id if note else None}


def sample(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """The sample shop, all the way to its scores."""
    import tempfile

    from engine.synthetic import make_shop, write_shop

    with tempfile.TemporaryDirectory() as folder:
        progress("Making a sample shop of 2,000 customers")
        files = write_shop(make_shop(2000, seed=7), Path(folder))
        orders: dict[str, Any] = {
            "file": str(files["transactions"]),
            "name": "sample-orders.csv",
            "dataset": "sample",
            "zone": "Europe/London",
            "currency": "GBP",
        }
        found = load(services, owner, orders, progress)
    segmentation(services, owner, {"dataset": "sample"}, progress)
    scoring(services, owner, {"dataset": "sample"}, progress)
    return found


def report(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    from api.reports import keep_report
    from stores.people import PeopleStore

    person = PeopleStore(services.home).get(owner)
    context = services.context(person, arguments["dataset"])
    progress("Gathering the facts")
    report_id = arguments["report_id"]
    files = keep_report(
        context,
        arguments["formats"],
        f"reports/{report_id}",
        services.now(),
        progress,
        services.narrative(),
    )
    return {
        "report_id": report_id,
        "files": [file | {"url": f"/v1/reports/{report_id}/{file['name']}"} for file in files],
    }


def push(
    services: Services, owner: str, arguments: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Of what was approved; when the process dies, its next attempt goes on after the last part
    that surely arrived."""
    from api.audiences import push as send
    from stores.people import PeopleStore

    context = services.context(PeopleStore(services.home).get(owner), arguments["dataset"])
    progress("Sending")
    asked = (arguments["audience"], arguments["to"], arguments["approve"], arguments["again"])
    return send(services, context, *asked)


WORK: dict[str, Work] = {
    "load": load,
    "segmentation": segmentation,
    "scoring": scoring,
    "snapshots": snapshots,
    "story": story,
    "sample": sample,
    "report": report,
    "push": push,
}
