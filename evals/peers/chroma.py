"""A Chroma server of one's own: in a new folder, on a free port, gone afterwards.

    python -m evals.peers.chroma      starts one, prints its URL, runs until interrupted

The program is the `chroma` that the library brings.
"""

import shutil
import sys
from pathlib import Path

from engine.errors import NotPossible
from evals.peers.server import Server, run_by_hand


class ChromaServer(Server):
    """Used with `with`; `url` is its address."""

    name = "Chroma"

    def command(self) -> list[str]:
        found = shutil.which("chroma", path=str(Path(sys.executable).parent))
        if found is None:
            raise NotPossible("The program of Chroma is not installed.", "Run make setup.")
        place = ["--host", self.host, "--port", str(self.port)]
        return [found, "run", "--path", str(self.folder / "data"), *place]

    def wipe(self) -> None:
        """Ends it and starts it again with nothing in it."""
        self.kill()
        shutil.rmtree(self.folder / "data")
        self.start()


if __name__ == "__main__":
    run_by_hand(ChromaServer())
