"""The scoreboard: scores whose horizon has passed, beside what happened, tenth by tenth."""

from typing import TYPE_CHECKING, Any

from engine.prediction.measures import measure, tenths

if TYPE_CHECKING:
    from engine.prediction.target import Floats, Kind


def compare(kind: "Kind", truth: "Floats", predicted: "Floats") -> dict[str, Any]:
    """The measures, and for each tenth of customers (lowest scores first) both means."""
    return {
        "customers": len(truth),
        "metrics": measure(kind, truth, predicted),
        "tenths": [
            {
                "tenth": number,
                "customers": len(group),
                "predicted": float(predicted[group].mean()),
                "happened": float(truth[group].mean()),
            }
            for number, group in enumerate(tenths(predicted), start=1)
        ],
    }
