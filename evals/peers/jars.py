"""The jars of a server in Java: gathered once by Maven, kept in a cache outside the tree.

Where Maven finds them is Maven's own setting; nothing here names a place.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import NotPossible

FETCH_SECONDS = 900


@dataclass(frozen=True)
class Jars:
    """`name` begins the pom's `<name.version>` and the folder in the cache."""

    name: str
    what: str
    pom: Path

    @property
    def version(self) -> str:
        found = re.search(
            rf"<{re.escape(self.name)}\.version>(.+?)<", self.pom.read_text(encoding="utf-8")
        )
        assert found, f"{self.pom} names no {self.name}.version"
        return found[1]

    @property
    def folder(self) -> Path:
        return cache_folder() / f"{self.name}-{self.version}"

    def fetch(self) -> Path:
        """The folder that holds every jar of the pom, fetched now if it is not complete yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        jars, stamp = self.folder / "jars", self.folder / "complete"
        pom = hashlib.sha256(self.pom.read_bytes()).hexdigest()
        with only_one(self.folder / "lock"):
            if not stamp.exists() or stamp.read_text(encoding="utf-8") != pom:
                stamp.unlink(missing_ok=True)
                shutil.rmtree(jars, ignore_errors=True)
                self._ask_maven(jars)
                # Last, so that a fetch that was cut short is begun again.
                stamp.write_text(pom, encoding="utf-8")
        return jars

    def _ask_maven(self, jars: Path) -> None:
        maven = find_program("mvn", "Maven", self.what)
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
        command = [maven, "-B", "-q", "-f", str(self.pom), *goal, f"-DoutputDirectory={jars}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotPossible(
                f"Maven did not gather the jars of {self.what} within {FETCH_SECONDS} seconds.",
                "Look at its network and mirror settings, then try again.",
            ) from None
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:8])
            raise NotPossible(
                f"Maven could not gather the jars of {self.what} {self.version}.",
                f"Look at its network and mirror settings, then try again. It said:\n{said}",
            )


def cache_folder() -> Path:
    """`$SEGUE_CACHE`, else `$XDG_CACHE_HOME`, else `~/.cache`; below it `segue/`."""
    base = os.environ.get("SEGUE_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "segue"


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """One process at a time; the lock goes with its process, however that ends."""
    with lock.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def find_program(name: str, package: str, what: str, instead: str = "") -> str:
    path = shutil.which(name)
    if path is None:
        raise NotPossible(
            f"{what} needs {package}, and no program '{name}' was found on the PATH.",
            f"Install {package}{instead}.",
        )
    return path
