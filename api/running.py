"""The service that runs on a home, as other commands find it: by the note it leaves there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from engine.errors import NotPossible

NOTE = "service.json"
_KNOCK_SECONDS = 5.0  # a busy service is slow to answer; where none runs the port refuses at once
_ANSWER_SECONDS = 300


@dataclass(frozen=True)
class RunningService:
    address: str
    token: str

    def post_lines(self, path: str, body: Mapping[str, object]) -> Iterator[str]:
        request = Request(  # noqa: S310  (the address is our own note's, http on this machine)
            self.address + path,
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self.token}",
            },
        )
        try:
            with urlopen(request, timeout=_ANSWER_SECONDS) as response:  # noqa: S310
                for line in response:
                    yield line.decode().rstrip("\r\n")
        except HTTPError as error:
            found = json.loads(error.read() or b"{}")
            raise NotPossible(found.get("detail", str(error)), found.get("hint", "")) from None
        except OSError as error:
            raise NotPossible(
                f"The service at {self.address} stopped answering ({error}).",
                "Ask again; without the service this command answers by itself.",
            ) from None


def find_service(home: Path) -> RunningService | None:
    """None when no service left a note, or the one that did no longer answers."""
    note = home / NOTE
    if not note.is_file():
        return None
    found = json.loads(note.read_text(encoding="utf-8"))
    try:
        with urlopen(f"{found['address']}/health", timeout=_KNOCK_SECONDS):  # noqa: S310
            return RunningService(found["address"], found["token"])
    except (URLError, OSError):
        return None
