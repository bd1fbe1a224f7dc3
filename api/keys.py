"""Keys as the command line makes and lists them."""

from datetime import timedelta
from typing import Any

from api.services import Services
from stores.people import KeyStore, PeopleStore, Role


def make_key(
    services: Services, name: str, role: Role, label: str, days: int | None
) -> dict[str, Any]:
    now = services.now()
    person = PeopleStore(services.home).add(name, role, now)
    expires = now + timedelta(days=days) if days is not None else None
    key, secret = KeyStore(services.home).make(person, label, now, expires)
    return {
        "key_id": key.key_id,
        "person": person.name,
        "role": person.role,
        "expires_at": expires.isoformat() if expires else None,
        "secret": secret,
    }


def list_keys(services: Services) -> list[dict[str, Any]]:
    now = services.now()
    rows = []
    for key, person in KeyStore(services.home).all():
        state = "usable"
        if key.revoked_at is not None:
            state = "revoked"
        elif key.expires_at is not None and key.expires_at <= now:
            state = "expired"
        rows.append(
            {
                "key_id": key.key_id,
                "person": person.name,
                "role": person.role,
                "label": key.label,
                "state": state,
                "expires_at": key.expires_at.isoformat() if key.expires_at else None,
            }
        )
    return rows


def key_row(key: dict[str, Any]) -> str:
    label = f"  {key['label']}" if key["label"] else ""
    return f"{key['key_id']}  {key['person']} ({key['role']})  {key['state']}{label}"
