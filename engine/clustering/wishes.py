"""What a person sets instead of leaving it to the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.clustering.evidence import WEIGHTS
from engine.clustering.ground import Table
from engine.clustering.method import YARDSTICKS, find_methods
from engine.errors import NotFound
from engine.preparation import CHOSEN, LeftOut, as_table, offered_spaces

NOT_NAMED = "it is not among the features that were asked for"


@dataclass(frozen=True)
class Wishes:
    """`features`: the name of a feature space, or names of features with commas between."""

    method: str = "auto"
    k: int | None = None
    features: str = ""
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))

    @property
    def sets_method(self) -> bool:
        return self.method.strip().casefold() != "auto"

    @property
    def sets_features(self) -> bool:
        return bool(self.features.strip())

    @property
    def sets_weights(self) -> bool:
        return dict(self.weights) != WEIGHTS

    @property
    def only_rules(self) -> bool:
        return all(method in YARDSTICKS for method in find_methods(self.method))

    @property
    def any(self) -> bool:
        return self.sets_method or self.k is not None or self.sets_features or self.sets_weights

    def space(self, table: Table) -> str | None:
        """The feature space that is meant; None: each method's own."""
        wanted = self.features.strip()
        if not wanted:
            return None
        by_folded = {name.casefold(): name for name in offered_spaces(table)}
        return by_folded.get(wanted.casefold(), CHOSEN)

    def not_named(self, table: Table) -> tuple[LeftOut, ...]:
        """The features that stay out where somebody named the others one by one."""
        if self.space(table) != CHOSEN:
            return ()
        known = [feature.name for feature in as_table(table).features]
        named = [name.strip() for name in self.features.split(",") if name.strip()]
        for name in named:
            if name not in known:
                raise NotFound.named("feature", name, [*known, *offered_spaces(table)])
        return tuple(LeftOut(name, NOT_NAMED) for name in known if name not in named)

    @property
    def sentence(self) -> str:
        """ "You set the method and the weights yourself.", or nothing."""
        said = [
            words
            for is_set, words in (
                (self.sets_method, "the method"),
                (self.k is not None, "the number of segments"),
                (self.sets_features, "the features"),
                (self.sets_weights, "the weights"),
            )
            if is_set
        ]
        if not said:
            return ""
        last = said.pop()
        return f"You set {', '.join(said) + ' and ' if said else ''}{last} yourself."


# Nothing is set: the evidence decides.
NONE = Wishes()
