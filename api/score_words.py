"""How the terminal words predictions: the models beside each other, one customer, the past."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.words import money, table
from engine.facts import share_text

_SHOWN = (
    ("auc", "ranking (AUC)", "{:.3f}"),
    ("brier", "squared error", "{:.4f}"),
    ("calibration_error", "calibration error", "{:.3f}"),
    ("spearman", "rank correlation", "{:.3f}"),
    ("bias", "predicted / happened", "{:.2f}"),
    ("accuracy", "right", "{:.3f}"),
    ("balanced_accuracy", "right, by segment", "{:.3f}"),
    ("error_days", "days of error", "{:.1f}"),
)


def score_words(found: Mapping[str, Any]) -> str:
    parts = [f"Scores of {found['customers']:,} customers."]
    for name, target in found["targets"].items():
        parts.append(f"{name}: {target['reason']}")
        if target["models"]:
            parts.append(_models_table(target["models"]))
        for row in target.get("fairness", ()):
            if row["flagged"]:
                parts.append(_unfair(name, row))
    return "\n\n".join(parts)


def _unfair(target: str, row: Mapping[str, Any]) -> str:
    return (
        f"{target} differs by {row['attribute']}: {row['group']} are predicted "
        f"{share_text(row['predicted'])} where {share_text(row['happened'])} happened "
        f"({', '.join(row['flagged'])})."
    )


def _models_table(models: Sequence[Mapping[str, Any]]) -> str:
    shown = [one for one in _SHOWN if one[0] in models[0]]
    rows = [(m["model"], *(form.format(m[key]) for key, _, form in shown)) for m in models]
    return table(("model", *(title for _, title, _ in shown)), rows)


def explain_words(found: Mapping[str, Any]) -> str:
    segment = f", {found['segment']}" if found["segment"] else ""
    lines = [f"Customer {found['customer_id']}{segment}"]
    for target, own in found["scores"].items():
        numbers = ", ".join(
            f"{name} {value:,.3g}" for name, value in own.items() if isinstance(value, float)
        )
        name = own.get("next_segment_name")
        numbers = f"{name}, {numbers}" if name else numbers
        lines.append(f"{target} within {own['horizon_days']} days: {numbers} ({own['model']})")
        lines += [f"  - {r['sentence']}" for r in found["reasons"] if r["target"] == target]
    return "\n".join([*lines, *found["notes"]])


def backtest_words(found: Mapping[str, Any]) -> str:
    keys = {key: (title, form) for key, title, form in _SHOWN}
    rows = [
        (r["target"], r["cutoff"], r["model"], keys[r["metric"]][0],
         keys[r["metric"]][1].format(r["value"]))
        for r in found["table"] if r["metric"] in keys
    ]  # fmt: skip
    return table(("target", "cut-off", "model", "metric", "value"), rows)


def board_words(board: Sequence[Mapping[str, Any]]) -> str:
    if not board:
        return "No scores are old enough yet: their horizon has not passed."
    parts = []
    for one in board:
        rows = [
            (t["tenth"], f"{t['customers']:,}", f"{t['predicted']:,.3f}", f"{t['happened']:,.3f}")
            for t in one["tenths"]
        ]
        head = f"{one['target']} as of {one['as_of']}, {one['horizon_days']} days ({one['model']})"
        parts.append(head + "\n" + table(("tenth", "customers", "predicted", "happened"), rows))
    return "\n\n".join(parts)


def trade_off_words(found: Mapping[str, Any]) -> str:
    worth = f" Worth {money(found['worth'])}." if found["worth"] else ""
    return (
        f"A churn of {share_text(found['threshold'])} or more within {found['horizon_days']} days "
        f"have {found['customers']:,} customers: about {found['expected_catches']:,.0f} would "
        f"leave, {found['false_alarms']:,.0f} would not; {found['missed']:,.0f} who leave are "
        f"below.{worth}"
    )
