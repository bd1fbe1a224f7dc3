"""PySpark, for the tests of the engine 'spark': fetched once into a folder outside the tree.

It is no dependency of Segue: half a gigabyte, for shops that one machine cannot hold. It comes as
sources that take 20 seconds to build, so the folder is kept beside the brokers' jars.
By hand: `python -m evals.peers.spark` fetches it and says where it is.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from engine.errors import NotPossible
from evals.peers.jars import cache_folder, find_program, only_one

VERSION = "4.3.0"
FETCH_SECONDS = 300


def fetch_spark() -> Path:
    """The folder to import `pyspark` from, filled now if it is not complete yet."""
    find_program("java", "Java 17 or later", "PySpark")
    folder = cache_folder() / f"spark-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    packages, stamp = folder / "packages", folder / "complete"
    with only_one(folder / "lock"):
        if not stamp.exists():
            shutil.rmtree(packages, ignore_errors=True)
            _install(packages)
            # Last, so that a fetch that was cut short is begun again.
            stamp.touch()
    return packages


def _install(packages: Path) -> None:
    # Without uv's own cache, which would keep two gigabytes of every build.
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-cache"]
    command += ["--target", str(packages), f"pyspark=={VERSION}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotPossible(
            f"PySpark {VERSION} was not fetched within {FETCH_SECONDS} seconds.",
            "Look at the network, then try again.",
        ) from None
    if done.returncode != 0:
        said = "\n".join(done.stderr.strip().splitlines()[:8])
        raise NotPossible(f"PySpark {VERSION} could not be fetched.", f"uv said:\n{said}")


if __name__ == "__main__":
    print(fetch_spark())
