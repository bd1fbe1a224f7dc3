"""The one place where things are built; everything below is handed what it needs."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from api.logs import start_logging
from api.settings import Settings
from engine.errors import NotPossible
from stores.home import Home
from stores.note_index import NoteIndex
from stores.people import PeopleStore, Person

if TYPE_CHECKING:
    from agent.named import NamedModel
    from agent.narrative import ModelWritten, Narrative
    from tools.context import Context


@dataclass(frozen=True)
class Services:
    settings: Settings
    home: Home
    index: NoteIndex | None = None  # on a server, or in the one process that holds the folder
    # Known only to who can read the home: a command on this machine speaks as its person.
    own_token: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)
    overviews: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings) -> "Services":
        home = with_embeddings(Home.open(settings.home, settings.places), settings)
        start_logging(settings.home, settings.log_level)
        return cls(settings, home, NoteIndex.open(home) if settings.places.chroma else None)

    def child_environment(self) -> dict[str, str]:
        """What a child process needs to open the same installation."""
        import os

        return os.environ | {"SEGUE_HOME": str(self.settings.home.absolute())}

    def now(self) -> datetime:
        return datetime.now(UTC)

    @cached_property
    def local_person(self) -> Person:
        return PeopleStore(self.home).ensure_local(self.now())

    def context(self, person: Person, dataset: str | None) -> "Context":
        from tools.context import Context

        return Context.open(self.home, person.person_id, dataset, self.now(), self.index)

    def model(self, name: str | None = None) -> "NamedModel":
        """The model that answers: the named one, the settings' one, or the planner."""
        from agent.ceilings import Ceilings, Prices
        from agent.discretion import Privacy
        from agent.named import NamedModel
        from agent.planner import NAME

        settings, own = self.settings, self.settings.answering
        ceilings = Ceilings(own.steps, own.tools, own.tokens, own.seconds, own.cost)
        wanted = name or settings.model
        if wanted is None or wanted == NAME:
            return NamedModel(ceilings=ceilings, recalls=True)
        from agent.model import FAILURES, open_language_model

        model = open_language_model(
            wanted, settings.model_url, settings.model_key, own.wire, own.timeout, own.left_out
        )
        prices = Prices(*own.prices) if own.prices else None
        close = model.root_async_client.close
        return NamedModel(
            wanted,
            model,
            FAILURES,
            close,
            ceilings=ceilings,
            prices=prices,
            privacy=Privacy(own.smallest_group, own.row_values),
            recalls=True,
        )

    def narrative(self) -> "Narrative":
        """Who writes reports and digests: the rules, or the model where a setting says so."""
        from agent.narrative import RULES

        return self.writer() if self.settings.answering.narrates else RULES

    def writer(self) -> "ModelWritten":
        """The model as a writer of texts."""
        from agent.narrative import ModelWritten

        if self.model().model is None:
            raise NotPossible(
                "There is no language model to write this.",
                "Name one in SEGUE_MODEL; the built-in planner answers questions only.",
            )
        return ModelWritten(self.model)


def with_embeddings(home: Home, settings: Settings) -> Home:
    """The home, its notes found by the vectors that a setting names."""
    own = settings.answering
    if own.embeddings is None:
        return home
    from agent.embeddings import open_endpoint_embedder
    from agent.known_people import hide_everybody

    embedder = open_endpoint_embedder(
        own.embeddings,
        own.embeddings_url or settings.model_url,
        own.embeddings_key or settings.model_key,
        lambda text: hide_everybody(home, text),
    )
    return replace(home, embedder=lambda: embedder)
