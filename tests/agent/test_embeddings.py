"""Vectors of an endpoint: unit length, in order, without people, and errors in words."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from agent.embeddings import EndpointEmbedder, open_endpoint_embedder
from agent.known_people import hide_everybody
from engine.embedding import open_embedder
from engine.errors import BadInput, OutOfReach
from evals.peers.embedding_server import EmbeddingServer
from stores.home import Home


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


@pytest.fixture
def server(running: EmbeddingServer) -> EmbeddingServer:
    running.texts, running.refuses = [], 0
    return running


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_vectors_come_in_order_and_of_unit_length(server: EmbeddingServer) -> None:
    texts = [f"customer number {n}" for n in range(70)]  # more than one request takes
    found = EndpointEmbedder("m", server.url, "none").embed(texts)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert np.allclose(found, open_embedder().embed(texts), atol=1e-3)
    assert server.texts == texts


def test_the_wire_is_that_of_another_mock_too(llmock: Any) -> None:
    found = EndpointEmbedder("m", llmock.base_url(), "mock").embed(["one", "two"])
    assert found.shape[0] == 2
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_an_id_names_the_model_and_fits_an_index() -> None:
    assert EndpointEmbedder("openai:text-embedding-3-small", None, "k").id == (
        "endpoint-text-embedding-3-small"
    )
    long = EndpointEmbedder("a/b:" + "x" * 90 + "-", None, "k").id
    assert len(long) < 52 and long[-1].isalnum()


def test_a_refusal_is_a_sentence_and_then_it_is_left_alone(server: EmbeddingServer) -> None:
    clock = Clock()
    embedder = EndpointEmbedder("m", server.url, "none", clock=clock)
    server.refuses = 401
    with pytest.raises(OutOfReach, match="answered with status 401"):
        embedder.embed(["one"])
    server.refuses = 0
    with pytest.raises(OutOfReach, match="did not answer a moment ago"):
        embedder.embed(["one"])
    clock.now += 60
    assert embedder.embed(["one"]).shape[0] == 1


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(OutOfReach, match="could not be reached"):
        EndpointEmbedder("m", "http://127.0.0.1:9/v1", "none").embed(["one"])


def test_people_stay_here(home: Home, server: EmbeddingServer) -> None:
    embedder = open_endpoint_embedder(
        "m", server.url, None, lambda text: hide_everybody(home, text)
    )
    embedder.embed(["is customer 10034 or ann@shop.test one of Champions?"])
    [sent] = server.texts
    assert "10034" not in sent and "ann@" not in sent and "Champions" in sent


def test_without_key_and_address_it_is_refused() -> None:
    with pytest.raises(BadInput, match="need a key"):
        open_endpoint_embedder("openai:x", None, None, str)
