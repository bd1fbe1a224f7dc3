"""How the terminal words predictions: the models beside each other, one customer, the past."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.words import money, table
from engine.facts import share_text
from engine.prediction.bgnbd import BUYING

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

_BY_SEGMENT = {
    "churn": "Likely to leave",
    "expected_leavers": "Expected to leave",
    "expected_value": "Expected value",
    "revenue_at_risk": "Revenue at risk",
}


def score_words(found: Mapping[str, Any]) -> str:
    parts = [f"Scores of {found['customers']:,} customers."]
    for name, target in found["targets"].items():
        parts.append(f"{name}: {target['reason']}")
        if target["models"]:
            parts.append(_models_table(target["models"]))
        parts += [_training(model, rows) for model, rows in target.get("training", {}).items()]
        if target.get("drivers"):
            parts.append(_drivers(name, target["drivers"]))
        for row in target.get("fairness", ()):
            if row["flagged"]:
                parts.append(_unfair(name, row))
    return "\n\n".join(parts)


def _training(model: str, epochs: Sequence[Mapping[str, float]]) -> str:
    """The loss of each epoch, and beside it how many were told right; held back: the newest."""
    names = [name for name in epochs[0] if name != "epoch"]
    titles = [name.replace("val_", "held back ").replace("_", " ") for name in names]
    rows = [(int(row["epoch"]), *(f"{row[name]:.4f}" for name in names)) for row in epochs]
    return f"{model}, as it was trained:\n" + table(("epoch", *titles), rows)


def _drivers(target: str, drivers: Mapping[str, float]) -> str:
    """What BG/NBD works out is one thing to a reader, in however many columns."""
    told: dict[str, float] = {}
    for column, part in drivers.items():
        name = "what BG/NBD expects" if column in BUYING else column.replace("_", " ")
        told[name] = told.get(name, 0) + part
    shown = sorted(told.items(), key=lambda item: -item[1])[:5]
    words = ", ".join(f"{name} {share_text(part)}" for name, part in shown)
    return f"What moves {target} most, on the whole: {words}."


def summary_words(found: Mapping[str, Any]) -> str:
    """By segment, then one paragraph a customer; the horizon is said once."""
    metrics = [m for m in _BY_SEGMENT if any(m in row["facts"] for row in found["segments"])]
    rows = [(row["name"], *_bare(row["facts"], metrics)) for row in found["segments"]]
    parts = [table(("segment", *(_BY_SEGMENT[m] for m in metrics)), rows)]
    if found["segments"]:
        ahead = found["segments"][0]["facts"]["churn"]["period"]["words"]
        parts.insert(0, f"{ahead[0].upper()}{ahead[1:]}:")
    if found["worth_saving"]:
        parts.append("Most worth saving: who has brought much, and may leave or stay.")
    return "\n\n".join([*parts, *(_saving(one) for one in found["worth_saving"])])


def _bare(facts: Mapping[str, Any], metrics: Sequence[str]) -> list[str]:
    return [facts[m]["text"].partition(" within ")[0] if m in facts else "" for m in metrics]


def _saving(one: Mapping[str, Any]) -> str:
    names = list(one["facts"])
    told = zip(names, _bare(one["facts"], names), strict=True)
    facts = ", ".join(f"{_BY_SEGMENT[name].casefold()} {text}" for name, text in told)
    head = f"{one['customer']}, {one['segment']}: {facts}"
    return "\n".join([head, *(f"  - {sentence}" for sentence in one["reasons"])])


def cards_words(cards: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n\n".join(_card(name, card) for name, card in cards.items())


def _card(name: str, card: Mapping[str, Any]) -> str:
    approver = card["approver"] or "nobody yet (segue score --approve)"
    judged = card["judged_on"]
    return "\n".join(
        (
            f"{name}: {card['meaning']}",
            f"  answers for it: {card['owner'] or 'nobody'}; approved by {approver}",
            f"  made {card['made']} of the records from {card['history_from']} to {card['as_of']}",
            f"  chosen on {', '.join(card['chosen_on']) or 'no earlier cut-off'}; judged on "
            f"{judged['day']}, {judged['customers']:,} customers",
            *(f"  - {limit}" for limit in card["limits"]),
        )
    )


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
