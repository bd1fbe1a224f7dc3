"""What goes wrong between us and a language model: what it was, and whether it may pass."""

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelError,
    ModelInvalidRequestError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelTimeoutError,
)


class IncompleteAnswer(Exception):
    """The model stopped in the middle; what arrived must not be repaired and used."""


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ModelAuthenticationError, "The language model's endpoint refused the key."),
    (ModelPermissionDeniedError, "The language model's endpoint refused us the model."),
    (ModelNotFoundError, "The language model's endpoint knows no such model."),
    (ModelRateLimitError, "The language model's endpoint has more requests than it takes."),
    (ContextOverflowError, "The conversation became too long for the language model."),
    (ModelInvalidRequestError, "The language model's endpoint did not take the request."),
    (ModelTimeoutError, "The language model did not answer in time."),
    (TimeoutError, "The language model stopped sending."),
    (ModelAPIError, "The language model's endpoint had an error of its own."),
)


def words_of(error: Exception) -> str:
    """One sentence for the person who waits; never what the endpoint itself wrote."""
    if isinstance(error, IncompleteAnswer):
        return str(error)
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    return "The language model could not be reached."


def may_pass(error: Exception) -> bool:
    """The same request may do a moment later; a refused key will not."""
    return error.is_retryable if isinstance(error, ModelError) else True


def wanted_wait(error: Exception) -> float | None:
    """Seconds that the endpoint asked for (Retry-After), if it did."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return float(headers["retry-after"])
    except (KeyError, ValueError):
        return None
