"""Run one broker by hand: `python -m evals.peers.kafka [--mesh] [--port N]`.

The bootstrap address is the only line on standard output.
"""

import argparse
import signal
import sys
from types import FrameType

from engine.errors import Fixable
from evals.peers.kafka.broker import open_broker


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.peers.kafka", description=__doc__)
    parser.add_argument("--mesh", action="store_true", help="the small broker, without Java")
    parser.add_argument("--port", type=int, help="the port on 127.0.0.1 (default: a free one)")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        with open_broker("mesh" if asked.mesh else "apache", asked.port) as broker:
            print(f"{broker.name} is ready; Ctrl-C ends it.", file=sys.stderr)
            print(broker.bootstrap, flush=True)
            broker.wait()
            print(f"{broker.name} ended. Its log ends:\n{broker.log_tail()}", file=sys.stderr)
            return 1
    except Fixable as error:
        print(error, file=sys.stderr)
        return 2


def end(number: int, frame: FrameType | None) -> None:
    """Unwind the `with`, which ends the broker and removes its files; a second signal waits."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
