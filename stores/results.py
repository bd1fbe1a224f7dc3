"""Results: what a tool worked out, kept so that the same question of the same records is instant.

A file results/<dataset_id>/<key>.json each; the key says all that the result depends on. They hold
figures about many customers and can be worked out again at any time, so all of them go when
there are too many, and with an erasure.
"""

import json
from dataclasses import dataclass
from typing import Any

from engine.facts import Figure
from stores.home import Home
from stores.receipts import figure_from_json, figure_to_json

FOLDER = "results"
MOST = 500  # files of a dataset


@dataclass(frozen=True)
class KeptResult:
    figures: tuple[Figure, ...]
    texts: tuple[dict[str, str], ...]


class ResultStore:
    def __init__(self, home: Home, dataset_id: str) -> None:
        self._files = home.files
        self._folder = f"{FOLDER}/{dataset_id}"

    def find(self, key: str) -> KeptResult | None:
        file = self._files.find(self._name(key))
        if file is None:
            return None
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        figures = tuple(figure_from_json(one) for one in found["figures"])
        return KeptResult(figures, tuple(found["texts"]))

    def keep(self, key: str, result: KeptResult) -> None:
        figures = [figure_to_json(figure) for figure in result.figures]
        text = json.dumps({"figures": figures, "texts": result.texts}, ensure_ascii=False)
        known = self._files.all(self._folder)
        if len(known) >= MOST:
            for name in known:
                self._files.delete(name)
        with self._files.writing(self._name(key)) as file:
            file.write_text(text, encoding="utf-8")

    def _name(self, key: str) -> str:
        return f"{self._folder}/{key}.json"
