"""The stream beside the batch on a real Apache Kafka, with everything that can happen to it."""

from pathlib import Path

import pytest

from evals.bench.replay_exact import replay
from evals.peers.kafka.broker import open_broker


@pytest.mark.full
def test_killed_shuffled_and_sent_twice_the_stream_is_the_batch(tmp_path: Path) -> None:
    told: list[str] = []
    with open_broker("apache") as broker:
        assert replay(broker, 5000, tmp_path, told.append) == 0
    assert sum("worker killed" in line for line in told) == 5
    assert "broker killed and started again" in told
