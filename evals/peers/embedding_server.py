"""An endpoint that serves embeddings as OpenAI's does, made by the sentence model inside.

    python -m evals.peers.embedding_server      starts one, prints its URL, runs until interrupted

It keeps every text that it was sent, can be told to refuse, and gives vectors of its own length.
"""

import base64
import json
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from engine.embedding import open_embedder


@dataclass
class EmbeddingServer:
    texts: list[str] = field(default_factory=list)  # as they came
    refuses: int = 0  # an HTTP status that every request gets

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = server._reply(asked)
                said = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def _reply(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.refuses:
            return self.refuses, {"error": {"message": "not now", "type": "server_error"}}
        given = asked["input"]
        texts = [given] if isinstance(given, str) else given
        self.texts += texts
        vectors = open_embedder().embed(texts) * 2  # no unit vectors, as some endpoints give them
        in_text = asked.get("encoding_format") == "base64"
        rows = [
            base64.b64encode(vector.astype("<f4").tobytes()).decode() if in_text
            else vector.tolist()
            for vector in vectors
        ]  # fmt: skip
        data = [
            {"object": "embedding", "index": place, "embedding": row}
            for place, row in enumerate(rows)
        ]
        usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
        return 200, {"object": "list", "model": asked["model"], "data": data, "usage": usage}


if __name__ == "__main__":
    with EmbeddingServer() as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        threading.Event().wait()
