"""What every route is handed: the services, and who asks."""

from starlette.requests import HTTPConnection

from api.auth import who_asks
from api.runner import Runner
from api.services import Services
from stores.people import Person


def services_of(connection: HTTPConnection) -> Services:
    found: Services = connection.app.state.services
    return found


def runner_of(connection: HTTPConnection) -> Runner:
    found: Runner = connection.app.state.runner
    return found


def person_of(connection: HTTPConnection) -> Person:
    return who_asks(services_of(connection), connection)
