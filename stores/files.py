"""Files of a home: in its folder, or on an object store that several services share.

A file has a name, its path below the home ("snapshots/snapshot_1.parquet"). It is written once,
whole or not at all, and never changes under its name; so what lies on an object store is brought
into `cache/` of the home once and read from there by whoever reads Parquet. The cache may be
emptied at any time while nothing runs on the home.

Credentials, region and endpoint of the store come from the AWS_* environment, which both libraries
that speak with it read by themselves; only Arrow has to be told the endpoint.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from engine.errors import BadInput, NotFound, NotPossible

if TYPE_CHECKING:
    import pandas as pd
    from pyarrow.fs import S3FileSystem

CONNECT_SECONDS = 3
ANSWER_SECONDS = 60
_ATTEMPTS = 3
_PIECE = 1 << 20
_UNFINISHED = ".part"


class Files:
    def __init__(self, root: Path, url: str | None = None) -> None:
        self._store = None if url is None else ObjectStore(url)
        self._folder = root if self._store is None else root / "cache"
        self.place = str(root) if self._store is None else self._store.url

    @contextmanager
    def writing(self, name: str, cached: bool = True) -> Iterator[Path]:
        """A local path to write to; at a clean end the file is there, whole. `cached`: it will
        be read on this machine, so what an object store was given is kept here too."""
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}{_UNFINISHED}")
        try:
            yield unfinished
            if self._store is not None:
                self._store.put(unfinished, name)
            if self._store is None or cached:
                unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)

    def write(self, frame: "pd.DataFrame", name: str) -> None:
        with self.writing(name) as file:
            frame.to_parquet(file)

    def find(self, name: str) -> Path | None:
        """A local path to read the file from, or nothing when there is no such file."""
        file = self._folder / name
        if not file.is_file():
            if self._store is None:
                return None
            file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}{_UNFINISHED}")
            try:
                if not self._store.fetch(name, unfinished):
                    return None
                unfinished.replace(file)
            finally:
                unfinished.unlink(missing_ok=True)
        return file

    def get(self, name: str) -> Path:
        file = self.find(name)
        if file is None:
            raise NotFound(
                f"The file {name} is missing from {self.place}.",
                "Bring it back from a copy of the home or of the object store.",
            )
        return file

    def all(self, folder: str) -> dict[str, int]:
        """The name and size in bytes of every file below a folder."""
        if self._store is not None:
            return self._store.all(folder)
        return {
            file.relative_to(self._folder).as_posix(): file.stat().st_size
            for file in sorted((self._folder / folder).rglob("*"))
            if file.is_file() and file.suffix != _UNFINISHED
        }

    def fingerprint(self, name: str) -> str:
        """SHA-256 of what lies there now, read from there and not from the cache."""
        found = hashlib.sha256()
        with self.opened(name) as file:
            while piece := file.read(_PIECE):
                found.update(piece)
        return found.hexdigest()

    def delete(self, name: str) -> None:
        if self._store is not None:
            self._store.delete(name)
        (self._folder / name).unlink(missing_ok=True)

    def tidy(self, folder: str) -> int:
        """Removes cached copies of files that are gone from the object store; how many."""
        if self._store is None:
            return 0
        known = self._store.all(folder)
        gone = [
            file
            for file in (self._folder / folder).rglob("*")
            if file.is_file() and file.relative_to(self._folder).as_posix() not in known
        ]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)

    def table_place(self, name: str) -> tuple[str, dict[str, str] | None]:
        """Where the Delta table of that name lies, and what its library has to know."""
        if self._store is None:
            return str(self._folder / name), None
        return f"{self._store.url}/{name}", self._store.table_options

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Around what another library does there: a store that fails is told in one sentence."""
        if self._store is None:
            yield
        else:
            with self._store.speaking():
                yield

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """What lies there now, past the cache."""
        if self._store is None:
            with (self._folder / name).open("rb") as file:
                yield file
        else:
            with self._store.opened(name) as file:
                yield file


@dataclass(frozen=True)
class ObjectStore:
    """A folder of a bucket, by s3://bucket/folder."""

    url: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "s3" or not parts.hostname or parts.query or parts.username:
            raise BadInput(
                f"'{self.url}' is no place for files.",
                "Give s3://bucket/folder; its credentials belong into AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY.",
            )
        object.__setattr__(self, "url", self.url.rstrip("/"))

    @property
    def table_options(self) -> dict[str, str]:
        """A commit is a conditional put: of two writers of one version the store refuses one."""
        endpoint = _endpoint()
        place = {} if endpoint is None else {"aws_endpoint": endpoint}
        return place | {
            "conditional_put": "etag",
            "allow_http": str(endpoint is not None and endpoint.startswith("http:")).lower(),
            "connect_timeout": f"{CONNECT_SECONDS}s",
            "timeout": f"{ANSWER_SECONDS}s",
            "max_retries": str(_ATTEMPTS),
            "retry_timeout": f"{ANSWER_SECONDS}s",
        }

    def put(self, file: Path, name: str) -> None:
        """The store shows an object once its sender has closed it, never a part before."""
        with (
            self.speaking(),
            file.open("rb") as source,
            self._system().open_output_stream(self._path(name)) as target,
        ):
            while piece := source.read(_PIECE):
                target.write(piece)

    def fetch(self, name: str, file: Path) -> bool:
        """Whether it is there; all of it is in `file` then."""
        with self.speaking():
            try:
                source = self._system().open_input_file(self._path(name))
            except FileNotFoundError:
                return False
            with source, file.open("wb") as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
                if target.tell() != source.size():
                    raise OSError(f"{name} came only in part")
        return True

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self.speaking(), self._system().open_input_stream(self._path(name)) as source:
            yield source

    def all(self, folder: str) -> dict[str, int]:
        from pyarrow.fs import FileSelector, FileType

        with self.speaking():
            found = self._system().get_file_info(
                FileSelector(self._path(folder), allow_not_found=True, recursive=True)
            )
        start = len(self._path("")) + 1
        return {
            info.path[start:]: info.size
            for info in sorted(found, key=lambda info: str(info.path))
            if info.type == FileType.File
        }

    def delete(self, name: str) -> None:
        with self.speaking():
            try:
                self._system().delete_file(self._path(name))
            except FileNotFoundError:
                return

    @contextmanager
    def speaking(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NotPossible(*_reason(self.url, str(error))) from error

    def _path(self, name: str) -> str:
        return f"{self.url.removeprefix('s3://')}/{name}".rstrip("/")

    def _system(self) -> "S3FileSystem":
        from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

        return S3FileSystem(
            region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
            endpoint_override=_endpoint(),
            connect_timeout=CONNECT_SECONDS,
            request_timeout=ANSWER_SECONDS,
            retry_strategy=AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
        )


def check_files(root: Path, url: str | None) -> str:
    """One sentence on where the files lie; an error says in one what keeps them from it."""
    files = Files(root, url)
    if url is None:
        return f"in the home {root}"
    name = f"probe-{secrets.token_hex(6)}"
    with files.writing(name) as file:
        file.write_text(name, encoding="utf-8")
    came_back = files.fingerprint(name) == hashlib.sha256(name.encode()).hexdigest()
    files.delete(name)
    if not came_back:
        raise NotPossible(f"{files.place} gives back something else than was written there.")
    return f"at {files.place}; copies for reading in {root / 'cache'}"


def _endpoint() -> str | None:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None


# What the libraries say, in the words of each of them.
_REASONS = (
    (("NO_SUCH_BUCKET", "NoSuchBucket", "404 Not Found"),
     "has no bucket of that name", "Make the bucket, or correct SEGUE_FILES_URL."),
    (("SIGNATURE_DOES_NOT_MATCH", "ACCESS_DENIED", "INVALID_ACCESS_KEY", "403 Forbidden",
      "401 Unauthorized", "HTTP status 403", "necessary privileges"),
     "refuses our credentials", "Look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
    (("NETWORK_CONNECTION", "error sending request", "HTTP error", "REQUEST_TIMEOUT"),
     "cannot be reached", "Look at its server, AWS_ENDPOINT_URL and the network, and try again."),
)  # fmt: skip


def _reason(url: str, said: str) -> tuple[str, str]:
    for signs, reason, hint in _REASONS:
        if any(sign in said for sign in signs):
            return f"The object store of {url} {reason}.", hint
    plain = " ".join(said.split())[:300]
    return f"The object store of {url} failed: {plain}.", "Look at its server, and try again."
