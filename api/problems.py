"""Errors over HTTP: problem+json in plain sentences, no codes, no tracebacks."""

import logging
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from engine.errors import (
    BadInput,
    Conflict,
    Fixable,
    NeedsChoice,
    NotFound,
    NotPossible,
    OutOfReach,
    Refused,
)

_STATUS: dict[type[Fixable], tuple[int, str]] = {
    NeedsChoice: (422, "Say which"),  # before the more general
    BadInput: (400, "That cannot be used"),
    OutOfReach: (503, "Out of reach"),  # before the more general
    NotPossible: (400, "Not possible yet"),
    NotFound: (404, "Not found"),
    Refused: (401, "Not allowed"),
    Conflict: (409, "Somebody else was faster"),
}


def problem(status: int, detail: str, hint: str = "", title: str = "", **more: object) -> Response:
    body = {"title": title or "Refused", "status": status, "detail": detail, "hint": hint, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def of_error(error: Fixable, path: str) -> Response:
    status, title = next(
        (found for kind, found in _STATUS.items() if isinstance(error, kind)), (400, "Refused")
    )
    if path.startswith("/v1/chat/"):  # where clients of another API look for the words
        words = {"message": str(error), "type": title, "param": None, "code": None}
        return JSONResponse({"error": words}, status_code=status)
    return problem(status, error.message, error.hint, title, **_choice(error))


def _choice(error: Fixable) -> dict[str, object]:
    """What a page needs to ask back: the field that is open, its answers, the cell in question."""
    if not isinstance(error, NeedsChoice):
        return {}
    return {"choice": error.choice, "options": list(error.options), "example": error.example}


def add_handlers(app: FastAPI) -> None:
    @app.exception_handler(Fixable)
    async def fixable(request: Request, error: Fixable) -> Response:
        return of_error(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body")
        return problem(422, f"{where or 'The body'}: {first['msg']}.", "See /openapi.json.")

    @app.exception_handler(HTTPException)
    async def known(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return problem(404, f"There is nothing at {request.url.path}.", "See /openapi.json.")
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> Response:
        return problem(500, *report_defect(error))


def report_defect(error: Exception) -> tuple[str, str]:
    """Logs our own bug; what the person is told holds a reference and nothing of the inside."""
    reference = uuid4().hex[:8]
    logging.getLogger("segue.http").error("defect %s", reference, exc_info=error)
    return (
        f"Something went wrong inside Segue (reference {reference}).",
        "Nothing was changed. The details are in the log of the service.",
    )
