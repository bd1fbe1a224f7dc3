"""A receiver of pushed audiences, with faults.

By hand: python -m evals.peers.receiver SECRET [PORT]

It keeps whom it was told, takes each Idempotency-Key once, and checks every signature. A fault is
drawn for each request: `error` answers 503 and takes nothing; `late error` takes, then answers 503;
`drop` closes the connection and takes nothing; `late drop` takes, then closes.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Literal

Fault = Literal["none", "error", "late error", "drop", "late drop", "refuse"]


class AudienceReceiver:
    """Used as a context; `faults` are taken one a request, then there are none."""

    def __init__(self, secret: str, faults: Iterator[Fault] | None = None, port: int = 0) -> None:
        self.secret = secret
        self.faults: Iterator[Fault] = iter(()) if faults is None else faults
        self.people: set[str] = set()
        self.taken: list[dict[str, Any]] = []  # the messages, each once
        self.keys: list[str] = []  # of all requests
        self.unsigned = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/audience"

    def __enter__(self) -> "AudienceReceiver":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, key: str, body: bytes) -> None:
        if key in self.keys[:-1] and any(one["key"] == key for one in self.taken):
            return
        message = json.loads(body)
        self.people |= set(message["added"])
        self.people -= set(message["removed"])
        self.taken.append(message | {"key": key})

    def _is_signed(self, header: str, body: bytes) -> bool:
        parts = dict(one.partition("=")[::2] for one in header.split(","))
        signed = f"{parts.get('t', '')}.".encode() + body
        wanted = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted, parts.get("v1", ""))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                key = self.headers["Idempotency-Key"]
                fault: Fault = next(receiver.faults, "none")
                receiver.keys.append(key)
                if not receiver._is_signed(self.headers.get("X-Segue-Signature", ""), body):
                    receiver.unsigned += 1
                elif fault in ("none", "late error", "late drop"):
                    receiver._take(key, body)
                self._answer(fault)

            def _answer(self, fault: Fault) -> None:
                self.close_connection = True
                if fault in ("drop", "late drop"):
                    return
                status = {"none": 200, "refuse": 404}.get(fault, 503)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        return Handler


def main() -> None:
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    receiver = AudienceReceiver(sys.argv[1], port=port)
    with receiver:
        print(f"Listening at {receiver.address}; Enter ends it.", flush=True)
        sys.stdin.readline()
    print(f"{len(receiver.people)} people after {len(receiver.taken)} messages")


if __name__ == "__main__":
    main()
