"""The home: the folder, or the folder and a database URL, that holds one installation.

home/
  state.db        the service state (SQLite; elsewhere when a URL is given)
  datasets/       cleaned records, one Delta table a dataset, and the dropped rows of each load;
                  stream.db beside them where a stream was opened
  snapshots/      who belonged to which segment, one Parquet file each
  index/          the vector index over the notes; rebuilt from the state when lost
  backups/        the state as it was before each migration
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.errors import BadInput, NotPossible

if TYPE_CHECKING:
    import pandas as pd
    from alembic.config import Config

# Oldest first. A home that carries a revision not listed here was made by a newer Segue.
REVISIONS = ("0001", "0002", "0003", "0004")
_NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs"}
_BUSY_SECONDS = 30


def new_id(noun: str) -> str:
    return f"{noun}_{secrets.token_hex(6)}"


def write_whole(frame: "pd.DataFrame", file: Path) -> None:
    """A Parquet file that is there whole or not at all; its row in SQL comes after it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    frame.to_parquet(unfinished)
    unfinished.replace(file)


@dataclass(frozen=True)
class Places:
    """What of a home lies elsewhere than in its folder, by URL."""

    database: str | None = field(default=None, repr=False)  # PostgreSQL; it may hold a password
    chroma: str | None = None
    files: str | None = None  # an object store


@dataclass(frozen=True)
class Home:
    root: Path
    engine: sa.Engine
    places: Places = field(default_factory=Places)

    @classmethod
    def open(
        cls,
        root: Path,
        places: Places = Places(),  # noqa: B008  (frozen)
        revisions: tuple[str, ...] = REVISIONS,
    ) -> "Home":
        """Opens a home, making it when there is none and migrating it when it is older."""
        url = places.database
        if root.exists() and not root.is_dir():
            raise BadInput(f"{root} is a file, not a folder.", "Give the folder of a home.")
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)  # customers' records are in it
        except OSError as error:
            raise BadInput(
                f"The home {root} cannot be made: {error.strerror}.",
                "Choose another folder with --home or SEGUE_HOME.",
            ) from error
        if url is None:
            _refuse_network_disk(root)
        engine = _open_engine(url or sa.URL.create("sqlite", database=str(root / "state.db")))
        home = cls(root, engine, places)
        try:
            home._migrate(revisions)
        except BaseException:
            home.close()
            raise
        return home

    def close(self) -> None:
        self.engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One writing transaction; takes SQLite's write lock at its start, so it never upgrades."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(segue_writes=True)
            with connection.begin():
                yield connection

    def dataset_folder(self, dataset_id: str) -> Path:
        return self.root / "datasets" / dataset_id

    def stream_file(self, dataset_id: str) -> Path:
        return self.dataset_folder(dataset_id) / "stream.db"

    def snapshot_file(self, snapshot_id: str) -> Path:
        return self.root / "snapshots" / f"{snapshot_id}.parquet"

    def score_file(self, model_id: str) -> Path:
        return self.root / "scores" / f"{model_id}.parquet"

    @property
    def index_folder(self) -> Path:
        return self.root / "index"

    def revision(self) -> str | None:
        with self.read() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            return found.scalar_one_or_none()

    def _migrate(self, revisions: tuple[str, ...]) -> None:
        current = self.revision()
        if current == revisions[-1]:
            return
        if current is not None and current not in revisions:
            raise NotPossible(
                f"The home {self.root} was made by a newer Segue (its schema is {current}, this "
                f"one knows up to {revisions[-1]}).",
                f"Install that Segue again, or go back to a copy in {self.root / 'backups'}.",
            )
        from alembic import command

        if current is not None and self.is_sqlite:
            self._back_up(f"before-{revisions[-1]}")
        with self.write() as connection:
            command.upgrade(_alembic_config(connection), revisions[-1])

    def _back_up(self, label: str) -> None:
        folder = self.root / "backups"
        folder.mkdir(exist_ok=True)
        target = folder / f"state-{label}.db"
        if not target.exists():
            with self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
                connection.exec_driver_sql("BEGIN")


def _open_engine(url: str | sa.URL) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name != "sqlite":
        return engine

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say when a transaction begins
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("segue_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _alembic_config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _refuse_network_disk(root: Path) -> None:
    """SQLite's locks do not hold on network disks."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return
    place = root.resolve()
    best, kind = Path("/"), ""
    for line in mounts.read_text(encoding="utf-8").splitlines():
        _, mount, found, *_ = line.split()
        folder = Path(mount.replace("\\040", " "))
        if place.is_relative_to(folder) and len(folder.parts) >= len(best.parts):
            best, kind = folder, found
    if kind in _NETWORK_DISKS:
        raise NotPossible(
            f"The home {root} lies on a network disk ({kind}), where SQLite cannot lock.",
            "Choose a folder on a local disk with --home or SEGUE_HOME.",
        )
