"""Features: what is known of every customer as of a moment, computed one way everywhere."""

from engine.features.feature import FEATURES, Feature, FeatureTable, Group, Unit
from engine.features.full import attributes_of, build_all, full_feature_table, offered_features
from engine.features.known import (
    CANCEL_WITHIN_DAYS,
    fetch,
    kept_sales,
    known_at,
    open_transactions,
)
from engine.features.naming import plain_name, unit_of
from engine.features.outcomes import later_outcomes
from engine.features.records import Records, open_records
from engine.features.table import build_features, feature_table
from engine.features.totals import Totals, dataset_totals, revenue_until

__all__ = [
    "CANCEL_WITHIN_DAYS",
    "FEATURES",
    "Feature",
    "FeatureTable",
    "Group",
    "Records",
    "Totals",
    "Unit",
    "attributes_of",
    "build_all",
    "build_features",
    "dataset_totals",
    "feature_table",
    "fetch",
    "full_feature_table",
    "kept_sales",
    "known_at",
    "later_outcomes",
    "offered_features",
    "open_records",
    "open_transactions",
    "plain_name",
    "revenue_until",
    "unit_of",
]
