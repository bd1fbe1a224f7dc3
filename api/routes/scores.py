"""Predictions: by segment, who is most worth saving, and one customer with reasons."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.routes.asker import person_of, services_of
from api.scores import customer_card, score_card
from api.services import Services
from stores.people import Person

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


@router.get("/scores")
def scores(
    person: Asker,
    services: Built,
    count: Annotated[int, Query(ge=1, le=20)] = 3,
    dataset: str | None = None,
) -> dict[str, Any]:
    """Churn and value by segment, and so many customers most worth saving, with reasons."""
    return score_card(services.context(person, dataset), count)


@router.get("/scores/{customer_id}")
def customer(
    customer_id: str, person: Asker, services: Built, dataset: str | None = None
) -> dict[str, Any]:
    """What is predicted of one customer, and why."""
    return customer_card(services.context(person, dataset), customer_id)
