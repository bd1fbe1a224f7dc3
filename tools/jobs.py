"""Long work that somebody asks for: each tool begins a job and returns it at once.

It changes what everybody sees, or costs the machine minutes, so each waits for a confirmation.
"""

from typing import Any, Literal

from pydantic import Field

from stores.home import new_id
from stores.jobs import JobStore
from tools.context import Context
from tools.tool import Arguments, Result, Tool


class FindSegments(Arguments):
    method: Literal[
        "auto", "kmeans", "minibatch", "gmm", "dbscan", "hdbscan", "ward", "hybrid", "rules"
    ] = "auto"
    k: int | None = Field(default=None, ge=2, le=15)
    features: str = Field(default="", max_length=500)
    weights: str = Field(default="", max_length=200)
    names: Literal["plain", "tiers"] = "plain"
    draft: bool = False


def find_segments(context: Context, arguments: FindSegments) -> Result:
    """Find the segments anew and publish them.

    When to use: when asked to segment the customers, or to segment them again after new records.
    Arguments: method (auto chooses on evidence), k (how many; chosen when left out), features
    (names with commas between, or a feature space; chosen when left out), weights of the rating
    ("stability=.5,outcome=.3"), names (tiers: Premium, High-Value, Core...), draft (true keeps the
    published segments as they are).
    Result: a job; the segments are there when it is done.
    """
    return _begin(context, "segmentation", arguments.model_dump())


class ScoreCustomers(Arguments):
    horizon_days: int = Field(default=90, ge=7, le=365)
    deep: bool = False
    protected: bool = False


def score_customers(context: Context, arguments: ScoreCustomers) -> Result:
    """Predict of every customer churn, the next purchase, value, entering the top, next segment.

    When to use: when asked to make or renew the scores.
    Arguments: horizon_days, how many days without a purchase count as leaving; deep, whether two
    neural networks compete as well, which takes minutes more; protected, whether models may read
    gender, age and country, which they never do unasked.
    Result: a job; churn_by_segment tells the scores when it is done.
    """
    return _begin(context, "scoring", arguments.model_dump())


class MakeSnapshots(Arguments):
    pass


def make_snapshots(context: Context, arguments: MakeSnapshots) -> Result:
    """Keep who belonged to which segment at every month start since the first order.

    When to use: when asked for the history of the segments month by month.
    Arguments: none.
    Result: a job; its result lists the snapshots.
    """
    return _begin(context, "snapshots", {})


class WriteReport(Arguments):
    formats: list[Literal["pdf", "docx", "html", "md", "txt", "csv"]] = Field(
        default=["pdf"], min_length=1, max_length=6
    )


def write_report(context: Context, arguments: WriteReport) -> Result:
    """Write a report of the segments for people: finding, charts, table, advice, receipts.

    When to use: when asked for a report or a document.
    Arguments: formats, one or more of pdf, docx (Word), html, md, txt, csv (the figures).
    Result: a job; its result names the files and where to fetch them.
    """
    context.need_snapshot()
    return _begin(context, "report", {"formats": arguments.formats, "report_id": new_id("report")})


def _begin(context: Context, kind: str, arguments: dict[str, Any]) -> Result:
    whole = {"dataset": context.dataset.name, **arguments}
    return Result(job=JobStore(context.home).add(context.person, kind, whole, context.now))


TOOLS = (
    Tool(
        find_segments,
        FindSegments,
        "changes",
        "Find the segments of '{dataset}' anew? They take the place of the published ones for "
        "everybody, unless they are a draft; it takes minutes.",
    ),
    Tool(
        score_customers,
        ScoreCustomers,
        "changes",
        "Make the churn scores of '{dataset}' anew? They take the place of the ones before for "
        "everybody; it takes minutes.",
    ),
    Tool(
        make_snapshots,
        MakeSnapshots,
        "changes",
        "Make the monthly snapshots of '{dataset}'? They stay in the home; it takes minutes.",
    ),
    Tool(
        write_report,
        WriteReport,
        "changes",
        "Write the report of '{dataset}'? Its files stay in the home; it takes up to a minute.",
    ),
)
