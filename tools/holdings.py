"""What is held on one customer, as one object or as a folder of files."""

import csv
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.render.text import plain_cell
from stores.datasets import Dataset, DatasetStore
from stores.home import Home
from tools.erasing import Held


def holdings(home: Home, dataset: Dataset, held: Held) -> dict[str, Any]:
    """Records by kind, segments over time, scores, mentions; and the loads that brought them."""
    records: dict[str, list[dict[str, Any]]] = {}
    for row in held.found["records"]:
        rest = {name: value for name, value in row.items() if name != "kind"}
        records.setdefault(row.get("kind", "dropped rows"), []).append(rest)
    brought = {row.get("load_id", row.get("dropped_by")) for row in held.found["records"]}
    loads = [
        {"load_id": one.load_id, "source": one.source, "loaded_at": one.loaded_at}
        for one in DatasetStore(home).loads(dataset)
        if one.load_id in brought
    ]
    others = {name: rows for name, rows in held.found.items() if name != "records"}
    found = {
        "customer_id": held.customer.customer,
        "dataset": dataset.name,
        "counts": held.counts,
        "loads": loads,
        "records": records,
        **others,
    }
    plain: dict[str, Any] = json.loads(json.dumps(found, default=_plain))
    return plain


def write_holdings(found: dict[str, Any], folder: Path) -> list[Path]:
    """person.json with everything, and a CSV for each part that a spreadsheet may open safely."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "person.json"
    whole.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")
    tables = found["records"] | {
        name: rows for name, rows in found.items() if isinstance(rows, list)
    }
    return [whole, *(_write_csv(rows, folder / f"{name}.csv") for name, rows in tables.items()
                     if rows)]  # fmt: skip


def _write_csv(rows: list[dict[str, Any]], file: Path) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in columns])
    return file


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    return plain_cell(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError(f"no JSON: {value!r}")
