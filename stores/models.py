"""Score models: what a target's backtest showed, the exported model, and the scores it gave.

The scores lie in one Parquet file a model, so that answering a question runs no model. The model
itself is a JSON file of plain numbers beside it; its row knows the file's fingerprint, so that a
file that was cut short, changed or written by another version is refused.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import NotFound, NotPossible
from stores.erasing import Traces
from stores.home import Home
from stores.schema import score_models

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "score model 1"


@dataclass(frozen=True)
class ScoreModel:
    model_id: str
    dataset_id: str
    version: int
    as_of: datetime
    target: str
    horizon_days: int
    report: dict[str, Any]  # model, refused, reason, metrics, models
    body: dict[str, Any]  # what was asked for, and the fingerprint of the model's file


class ModelStore:
    def __init__(self, home: Home) -> None:
        self._home = home

    def save(
        self,
        model: ScoreModel,
        scores: "pd.DataFrame",
        now: datetime,
        numbers: dict[str, Any] | None = None,
    ) -> ScoreModel:
        """`scores` is indexed by customer_id; `numbers` are the model. Files are written first."""
        if numbers is not None:
            text = json.dumps({"format": FORMAT, **numbers}, allow_nan=False).encode()
            with self._home.files.writing(_numbers_file(model)) as file:
                file.write_bytes(text)
            sealed = {"format": FORMAT, "sha256": hashlib.sha256(text).hexdigest()}
            model = replace(model, body=model.body | sealed)
        self._home.files.write(scores, _file(model))
        with self._home.write() as connection:
            connection.execute(
                score_models.insert().values(
                    model_id=model.model_id,
                    dataset_id=model.dataset_id,
                    version=model.version,
                    as_of=model.as_of,
                    target=model.target,
                    horizon_days=model.horizon_days,
                    report=model.report,
                    body=model.body,
                    created_at=now,
                )
            )
        return model

    def numbers(self, model: ScoreModel) -> dict[str, Any]:
        """The model as it was exported; refused when its file is not what was written."""
        again = "Make it again: segue score"
        if model.body.get("format") != FORMAT:
            found = model.body.get("format", "an earlier form")
            raise NotPossible(
                f"The model {model.model_id} was written in {found}; this Segue reads {FORMAT}.",
                again,
            )
        file = self._home.files.find(_numbers_file(model))
        if file is None:
            raise NotPossible(f"The file of the model {model.model_id} is missing.", again)
        text = file.read_bytes()
        if hashlib.sha256(text).hexdigest() != model.body["sha256"]:
            raise NotPossible(
                f"The file of the model {model.model_id} is not as it was written: it holds "
                f"{len(text):,} bytes of other content or was cut short.",
                again,
            )
        found_numbers: dict[str, Any] = json.loads(text)
        return found_numbers

    def in_force(
        self, dataset_id: str, target: str
    ) -> tuple[ScoreModel, dict[str, Any], tuple[str, ...]]:
        """The newest model that can be read, its numbers, and why newer ones cannot."""
        refused: list[str] = []
        for model in reversed([m for m in self.all(dataset_id) if m.target == target]):
            try:
                return model, self.numbers(model), tuple(refused)
            except NotPossible as error:
                refused.append(error.message)
        self.latest(dataset_id, target)
        raise NotPossible(" ".join(refused), "Make it again: segue score")

    def approve(self, model: ScoreModel, person: str, now: datetime) -> ScoreModel:
        """Puts who approved it, and when, on the model's card."""
        card = model.report.get("card", {}) | {"approver": person, "approved": now.isoformat()}
        approved = replace(model, report=model.report | {"card": card})
        with self._home.write() as connection:
            connection.execute(
                score_models.update()
                .where(score_models.c.model_id == model.model_id)
                .values(report=approved.report)
            )
        return approved

    def latest(self, dataset_id: str, target: str) -> ScoreModel:
        found = self.find_latest(dataset_id, target)
        if found is None:
            raise NotPossible(
                f"There are no {target} scores for this dataset yet.", "Make them: segue score"
            )
        return found

    def find_latest(self, dataset_id: str, target: str) -> ScoreModel | None:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(score_models)
                .where(score_models.c.dataset_id == dataset_id, score_models.c.target == target)
                .order_by(score_models.c.created_at.desc())
                .limit(1)
            ).one_or_none()
        return None if row is None else _model(row)

    def get(self, model_id: str) -> ScoreModel:
        with self._home.read() as connection:
            row = connection.execute(
                sa.select(score_models).where(score_models.c.model_id == model_id)
            ).one_or_none()
        if row is None:
            raise NotFound(f"There is no score model '{model_id}'.")
        return _model(row)

    def scores(self, model: ScoreModel) -> "pd.DataFrame":
        import pandas as pd

        file = self._home.files.find(_file(model))
        if file is None:
            raise NotPossible(
                f"The scores of {model.model_id} are missing from the home.",
                "Make them again: segue score",
            )
        return pd.read_parquet(file)

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        """The customer's scores of every model, oldest first."""
        return [
            {"model": model.model_id, "as_of": model.as_of.isoformat()}
            | json.loads(scores.loc[customer.customer].to_json())
            for model, scores in self._with(customer)
        ]

    def erase(self, customer: Traces) -> int:
        """The scores; a model itself holds what it learnt from everybody, and no id."""
        found = self._with(customer)
        for model, scores in found:
            self._home.files.write(scores.drop(index=customer.customer), _file(model))
        return len(found)

    def _with(self, customer: Traces) -> "list[tuple[ScoreModel, pd.DataFrame]]":
        there = [m for m in self.all(customer.dataset_id) if self._home.files.find(_file(m))]
        found = ((model, self.scores(model)) for model in there)
        return [(model, scores) for model, scores in found if customer.customer in scores.index]

    def all(self, dataset_id: str) -> list[ScoreModel]:
        """Oldest first."""
        with self._home.read() as connection:
            rows = connection.execute(
                sa.select(score_models)
                .where(score_models.c.dataset_id == dataset_id)
                .order_by(score_models.c.created_at)
            ).all()
        return [_model(row) for row in rows]


def _file(model: ScoreModel) -> str:
    return f"scores/{model.model_id}.parquet"


def _numbers_file(model: ScoreModel) -> str:
    return f"scores/{model.model_id}.json"


def _model(row: Any) -> ScoreModel:
    return ScoreModel(
        row.model_id,
        row.dataset_id,
        row.version,
        row.as_of,
        row.target,
        row.horizon_days,
        row.report,
        row.body,
    )
