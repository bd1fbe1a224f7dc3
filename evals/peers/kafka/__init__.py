"""The two brokers that the stream is tested against.

    with open_broker("apache") as broker:      # or "mesh"
        broker.create_topic("orders", partitions=4)
        ...                                    # a client of broker.bootstrap

By hand: `python -m evals.peers.kafka [--mesh] [--port N]`.
"""
