"""Sentence vectors from an OpenAI-compatible endpoint, where a setting names one.

Texts go there without anything that tells who a customer is. An endpoint that does not answer is
left alone for a while; notes are found by words meanwhile, and the result says so.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.errors import BadInput, OutOfReach

if TYPE_CHECKING:
    import numpy as np
    from pydantic import SecretStr

_BATCH = 64
_REST_SECONDS = 15
_LONGEST_ID = 40


class EndpointEmbedder:
    """`id` names the model, so that an index is made anew when another is set."""

    def __init__(
        self,
        model: str,
        url: str | None,
        key: str,
        timeout: float = 10,
        hide: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model = model.removeprefix("openai:")
        self.id = "endpoint-" + re.sub(r"[^A-Za-z0-9]+", "-", self._model)[:_LONGEST_ID].strip("-")
        self._url = url
        self._key = key
        self._timeout = timeout
        self._hide = hide
        self._clock = clock
        self._resting_until = float("-inf")

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np

        found: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            found += self._asked([self._hide(text) for text in texts[start : start + _BATCH]])
        vectors = np.array(found, dtype=np.float32)
        if len(vectors) != len(texts) or (len(texts) and vectors.ndim != 2):
            raise OutOfReach("The embeddings' endpoint sent other vectors than were asked for.")
        if not np.isfinite(vectors).all():
            raise OutOfReach("The embeddings' endpoint sent vectors that are no numbers.")
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        unit: np.ndarray = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
        return unit

    def _asked(self, texts: list[str]) -> list[list[float]]:
        from openai import OpenAI, OpenAIError

        if self._clock() < self._resting_until:
            raise OutOfReach("The embeddings' endpoint did not answer a moment ago.")
        try:
            with OpenAI(
                api_key=self._key, base_url=self._url, timeout=self._timeout, max_retries=1
            ) as client:
                given = client.embeddings.create(
                    model=self._model, input=texts, encoding_format="float"
                )
        except (OpenAIError, ValueError) as error:
            self._resting_until = self._clock() + _REST_SECONDS
            raise OutOfReach(_said(error), "See SEGUE_EMBEDDINGS_URL.") from error
        ordered = sorted(given.data, key=lambda one: one.index)
        return [one.embedding for one in ordered]


def open_endpoint_embedder(
    model: str, url: str | None, key: "SecretStr | None", hide: Callable[[str], str]
) -> EndpointEmbedder:
    if not key and not url:
        raise BadInput(
            f"The embeddings '{model}' need a key.",
            "Set SEGUE_EMBEDDINGS_KEY, or leave SEGUE_EMBEDDINGS empty for the model inside.",
        )
    return EndpointEmbedder(model, url, key.get_secret_value() if key else "none", hide=hide)


def _said(error: Exception) -> str:
    """One sentence, and never what the endpoint itself wrote."""
    from openai import APIStatusError

    if isinstance(error, APIStatusError):
        return f"The embeddings' endpoint answered with status {error.status_code}."
    return "The embeddings' endpoint could not be reached."
