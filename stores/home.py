"""The home: the folder, or the folder and a database URL, that holds one installation.

home/
  state.db        the service state (SQLite; in PostgreSQL when a URL is given)
  datasets/       cleaned records, one Delta table a dataset, and the dropped rows of each load;
                  stream.db beside them where a stream was opened
  snapshots/ scores/      who belonged to which segment, what was predicted; a Parquet file each
  audiences/      who was in a saved audience when, and what was sent of it; a Parquet file each
  uploads/ reports/ exports/      what came in and went out over the service
  cache/          where an object store holds these folders: its files, brought here once to be read
  index/          the vector index over the notes; rebuilt from the state when lost
  backups/        the state as it was before each migration
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.embedding import open_embedder
from engine.errors import BadInput, NotPossible
from stores.database import open_engine, place_of, postgres_url, sqlite_url
from stores.files import Files
from stores.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config

    from engine.embedding import Embedder

# Oldest first. A home that carries a revision not listed here was made by a newer Segue.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
STATE_FILE = "state.db"
# In place of a revision: the state lives elsewhere, where the table `moved` says.
MOVED = "moved"
# Delta Lake takes the folder's path for part of an address, in which these cannot stand.
_ODD_IN_A_PLACE = re.compile(r"[\[\]|^\\\x00-\x1f]|%[0-9A-Fa-f]{2}")
_NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs"}


def new_id(noun: str) -> str:
    return f"{noun}_{secrets.token_hex(6)}"


@dataclass(frozen=True)
class Places:
    """What of a home lies elsewhere than in its folder, by URL."""

    database: str | None = field(default=None, repr=False)  # PostgreSQL; it may hold a password
    chroma: str | None = None
    files: str | None = None  # an object store
    chroma_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Home:
    root: Path
    engine: sa.Engine
    places: Places = field(default_factory=Places)
    embedder: "Callable[[], Embedder]" = field(default=open_embedder)  # of the notes

    @classmethod
    def open(
        cls,
        root: Path,
        places: Places = Places(),  # noqa: B008  (frozen)
        revisions: tuple[str, ...] = REVISIONS,
        embedder: "Callable[[], Embedder]" = open_embedder,
    ) -> "Home":
        """Opens a home, making it when there is none and migrating it when it is older."""
        if root.exists() and not root.is_dir():
            raise BadInput(f"{root} is a file, not a folder.", "Give the folder of a home.")
        _refuse_odd_place(root)
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)  # customers' records are in it
        except OSError as error:
            raise BadInput(
                f"The home {root} cannot be made: {error.strerror}.",
                "Choose another folder with --home or SEGUE_HOME.",
            ) from error
        if places.database is None:
            refuse_network_disk(root)
        home = replace(cls.at(root, places), embedder=embedder)
        try:
            home._migrate(revisions)
        except BaseException:
            home.close()
            raise
        return home

    @classmethod
    def at(cls, root: Path, places: Places) -> "Home":
        """Without looking at what is there."""
        file = sqlite_url(root / STATE_FILE)
        url = file if places.database is None else postgres_url(places.database)
        return cls(root, open_engine(url), places)

    def close(self) -> None:
        self.engine.dispose()

    @property
    def state_place(self) -> str:
        """Where the service state is, in words, without secrets."""
        return place_of(self.engine.url)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One moment of the state, however many statements look at it.

        SQLite's transactions read that way by themselves; PostgreSQL is told to, and a reader
        that only reads is never turned back for it.
        """
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, alone: str = "") -> Iterator[sa.Connection]:
        """One writing transaction. Where it looks before it writes, `alone` names what it must be
        alone with: of all processes one at a time is inside with the same name.

        SQLite has one writer at all; it takes the lock at its start, so that it never upgrades.
        On PostgreSQL writers go side by side under READ COMMITTED: an UPDATE with its condition
        waits for who holds the row and looks again, which is all that a claim or a lease needs,
        and a name is locked for the rest. SERIALIZABLE would turn transactions back at their end,
        and some of ours have committed records by then that nothing takes back.
        """
        with self.engine.connect() as connection:
            connection = connection.execution_options(segue_begin="BEGIN IMMEDIATE")
            with connection.begin():
                if alone and not self.is_sqlite:
                    key = sa.func.hashtextextended(alone, 0)
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
                yield connection

    @cached_property
    def files(self) -> Files:
        """Records, snapshots, scores, uploads and reports, wherever they lie."""
        return Files(self.root, self.places.files)

    def dataset_folder(self, dataset_id: str) -> Path:
        return self.root / "datasets" / dataset_id

    def stream_file(self, dataset_id: str) -> Path:
        return self.dataset_folder(dataset_id) / "stream.db"

    @property
    def index_folder(self) -> Path:
        return self.root / "index"

    def revision(self) -> str | None:
        with self.read() as connection:
            return find_revision(connection)

    def _migrate(self, revisions: tuple[str, ...]) -> None:
        current = self.revision()
        if current == revisions[-1]:
            return
        if current == MOVED:
            raise NotPossible(*self._moved_words())
        if current is not None and current not in revisions:
            raise NotPossible(
                f"The home {self.root} was made by a newer Segue (its schema is {current}, this "
                f"one knows up to {revisions[-1]}).",
                f"Install that Segue again, or go back to a copy in {self.root / 'backups'}.",
            )
        if current is None and not self.is_sqlite:
            self._refuse_two_states()
        if current is not None and self.is_sqlite:
            self._back_up(f"before-{revisions[-1]}")
        # Of several that find an empty database one makes the tables, the others find them made.
        with self.write(alone="schema") as connection:
            upgrade(connection, revisions[-1])

    def _moved_words(self) -> tuple[str, str]:
        with self.read() as connection:
            place = connection.scalar(sa.select(moved.c.place))
        if self.is_sqlite:
            hint = "Set SEGUE_DATABASE_URL to that database; to have it back here: "
            hint += "segue move --database sqlite"
        else:
            hint = "Leave SEGUE_DATABASE_URL empty; to have it here again: segue move"
        return f"The state of this home was moved from {self.state_place} to {place}.", hint

    def _refuse_two_states(self) -> None:
        """An empty database beside a home that has its state already is a move forgotten."""
        if (self.root / STATE_FILE).exists():
            raise NotPossible(
                f"{self.state_place[0].upper()}{self.state_place[1:]} holds no state of Segue, "
                f"but the home {self.root} has one in {STATE_FILE}.",
                "Move it there: segue move --database URL; or start afresh with another --home.",
            )

    def _back_up(self, label: str) -> None:
        folder = self.root / "backups"
        folder.mkdir(exist_ok=True)
        target = folder / f"state-{label}.db"
        if not target.exists():
            with self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
                connection.exec_driver_sql("BEGIN")


# What a move leaves behind; no part of the schema.
moved = sa.Table(
    "moved",
    sa.MetaData(),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("revision", sa.Text, nullable=False),
)


def find_revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalar_one_or_none()


def upgrade(connection: sa.Connection, revision: str) -> None:
    from alembic import command

    if find_revision(connection) is None:
        _refuse_other_tables(connection)
    command.upgrade(_alembic_config(connection), revision)


def _refuse_other_tables(connection: sa.Connection) -> None:
    taken = sorted(metadata.tables.keys() & sa.inspect(connection).get_table_names())
    if taken:
        raise NotPossible(
            f"Another program has tables in {place_of(connection.engine.url)}: "
            f"{', '.join(taken[:3])}.",
            "Make a database for Segue alone.",
        )


def _alembic_config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def refuse_network_disk(root: Path) -> None:
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


def _refuse_odd_place(root: Path) -> None:
    found = _ODD_IN_A_PLACE.search("/".join(root.absolute().parts[1:]))
    if found is not None:
        raise BadInput(
            f"The path of the home {root} holds {found[0]!r}, which records cannot lie under.",
            "Choose another folder with --home or SEGUE_HOME; blanks and accents do no harm.",
        )
