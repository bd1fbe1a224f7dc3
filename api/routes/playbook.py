"""What could be done with a segment, and which products to suggest to whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.playbook import playbook_card, recommendations_card
from api.routes.asker import person_of, services_of
from api.services import Services
from stores.people import Person

router = APIRouter(prefix="/v1")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


@router.get("/playbook")
def playbook(
    person: Asker, services: Built, segment: str = "", dataset: str | None = None
) -> dict[str, Any]:
    """Plays for a segment, or for all customers, each with an audience that can be saved."""
    return playbook_card(services.context(person, dataset), segment)


@router.get("/recommendations")
def recommendations(
    person: Asker,
    services: Built,
    whom: str,
    count: Annotated[int, Query(ge=1, le=50)] = 10,
    new: bool = False,
    dataset: str | None = None,
) -> dict[str, Any]:
    """Products for a customer's id or a segment, best first, each with its reason and figure."""
    return recommendations_card(services.context(person, dataset), whom, count, new)
