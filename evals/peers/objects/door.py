"""The door in front of S3Proxy: of two writers of one new name only one gets through.

S3 promises that for If-None-Match. S3Proxy looks first and writes then, so that two at the same
moment both succeed; here they go in one after the other. It is started as a script of its own,
`door.py HOST PORT BEHIND`: a client in the same process could keep it from running.
"""

import http.client
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Door(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, behind: int) -> None:
        self.inside = (host, behind)
        self.turns = threading.Lock()
        super().__init__((host, port), Request)


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Door

    def handle_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "PUT" and "If-None-Match" in self.headers:
            with self.server.turns:
                self._pass_on(body)
        else:
            self._pass_on(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_request

    def _pass_on(self, body: bytes) -> None:
        """The headers as they came: they are signed."""
        inside = http.client.HTTPConnection(*self.server.inside)
        try:
            inside.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "expect":
                    inside.putheader(name, value)
            inside.endheaders(body)
            self._answer(inside.getresponse())
        except OSError:
            self.close_connection = True  # as nobody answers, nobody does here
        finally:
            inside.close()

    def _answer(self, found: http.client.HTTPResponse) -> None:
        body = found.read()
        self.send_response_only(found.status, found.reason)
        for name, value in found.getheaders():
            if name.lower() not in _OF_ONE_CONNECTION:
                self.send_header(name, value)
        size = found.getheader("Content-Length") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(size or 0))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    Door(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])).serve_forever()
