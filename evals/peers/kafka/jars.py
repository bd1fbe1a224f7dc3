"""The jars of Apache Kafka: gathered once by Maven, kept in a cache outside the tree.

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
from pathlib import Path

from engine.errors import NotPossible

POM = Path(__file__).with_name("pom.xml")
FETCH_SECONDS = 900


def kafka_version() -> str:
    found = re.search(r"<kafka\.version>(.+?)<", POM.read_text(encoding="utf-8"))
    assert found, f"{POM} names no kafka.version"
    return found[1]


def cache_folder() -> Path:
    """`$SEGUE_CACHE`, else `$XDG_CACHE_HOME`, else `~/.cache`; below it `segue/kafka-<version>`."""
    base = os.environ.get("SEGUE_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "segue" / f"kafka-{kafka_version()}"


def find_program(name: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise NotPossible(
            f"Apache Kafka needs {package}, and no program '{name}' was found on the PATH.",
            f"Install {package}, or use the small broker that needs neither (kind 'mesh').",
        )
    return path


def fetch_jars() -> Path:
    """The folder that holds every jar of the pom, fetched now if it is not complete yet."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    jars, stamp = folder / "jars", folder / "complete"
    pom = hashlib.sha256(POM.read_bytes()).hexdigest()
    with only_one(folder / "lock"):
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != pom:
            stamp.unlink(missing_ok=True)
            shutil.rmtree(jars, ignore_errors=True)
            ask_maven(jars)
            # Last, so that a fetch that was cut short is begun again.
            stamp.write_text(pom, encoding="utf-8")
    return jars


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """One process at a time; the lock goes with its process, however that ends."""
    with lock.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def ask_maven(jars: Path) -> None:
    maven = find_program("mvn", "Maven")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    command = [maven, "-B", "-q", "-f", str(POM), *goal]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotPossible(
            f"Maven did not gather Apache Kafka's jars within {FETCH_SECONDS} seconds.",
            "Look at its network and mirror settings, then try again.",
        ) from None
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[:8])
        raise NotPossible(
            f"Maven could not gather the jars of Apache Kafka {kafka_version()}.",
            f"Look at its network and mirror settings, then try again. It said:\n{said}",
        )
