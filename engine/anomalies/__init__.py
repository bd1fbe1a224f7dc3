"""Anomalies: who does what is out of the ordinary, beside the own past and beside others."""

from engine.anomalies.alert import (
    DEFAULT_BUDGET,
    MOST_BUDGET,
    Alert,
    Watch,
    budget_count,
    count_kinds,
    find_alerts,
    watch,
    watch_records,
)
from engine.anomalies.comparison import Compared, compare_detectors
from engine.anomalies.detector import DETECTORS, FEW_LINES, GENERAL, Detector
from engine.anomalies.measures import measure_customers

__all__ = [
    "DEFAULT_BUDGET",
    "DETECTORS",
    "FEW_LINES",
    "GENERAL",
    "MOST_BUDGET",
    "Alert",
    "Compared",
    "Detector",
    "Watch",
    "budget_count",
    "compare_detectors",
    "count_kinds",
    "find_alerts",
    "measure_customers",
    "watch",
    "watch_records",
]
