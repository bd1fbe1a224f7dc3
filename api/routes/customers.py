"""One customer: everything held, and the erasure. For admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.routes.asker import person_of, services_of
from api.services import Services
from engine.errors import Refused, Unconfirmed
from stores.datasets import DatasetStore
from stores.people import Person
from tools.erasing import erase_customer, erasure_question, find_held
from tools.holdings import holdings

router = APIRouter(prefix="/v1/customers")
Asker = Annotated[Person, Depends(person_of)]
Built = Annotated[Services, Depends(services_of)]


@router.get("/{customer_id}/holdings")
def held(
    customer_id: str, person: Asker, services: Built, dataset: str | None = None
) -> dict[str, Any]:
    _require_admin(person)
    found = DatasetStore(services.home).get(dataset)
    return holdings(services.home, found, find_held(services.home, found, customer_id))


@router.delete("/{customer_id}")
def erase(
    customer_id: str,
    person: Asker,
    services: Built,
    dataset: str | None = None,
    confirmed: bool = False,
) -> dict[str, Any]:
    """Without `confirmed=true` it only says what would be removed."""
    _require_admin(person)
    found = DatasetStore(services.home).get(dataset)
    if not confirmed:
        question = erasure_question(find_held(services.home, found, customer_id))
        raise Unconfirmed(question, "Send the same with confirmed=true to agree.")
    services.overviews.clear()
    return erase_customer(
        services.home, found, customer_id, person.person_id, services.now(), lambda text: None
    )


def _require_admin(person: Person) -> None:
    if person.role != "admin":
        raise Refused(
            "Only an admin may see all that is held on a customer, or erase it.",
            "Ask somebody with an admin key.",
        )
