"""What the values of this answer's figures prove: who has more, what rose, who has most.

The values are there, so no fact has to say it again: two subjects at one time ("Champions ([[f1]])
outnumber Loyal ([[f2]])"), one subject at two times ("Loyal slipped to [[f3]]"), one among all of
its kind ("the smallest segment ([[f4]])"). At least one figure stands in the sentence. By how much
is another figure, and needs a fact.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.concepts import Money
from engine.facts import Fact, Value
from engine.grounding.names import fold

_PLAIN = (None, "largest", "smallest", "sum", "mean", "share")


@dataclass(frozen=True)
class Sides:
    """Who is told and who is set against, by folded name; "" is the shop; None: nobody else."""

    told: str
    other: str | None


class Shown:
    """The plain figures of an answer, with those that a sentence refers to."""

    def __init__(self, facts: Mapping[str, Fact], referenced: Iterable[str]) -> None:
        self._referenced = [facts[each] for each in dict.fromkeys(referenced)]
        self.take_all = False  # the sentence names whom and what, so that it need show neither
        self._plain = [
            fact
            for fact in facts.values()
            if fact.figure.operation in _PLAIN and fact.figure.unit != "date"
        ]

    def proves_order(self, sides: Sides, more: bool, about: Callable[[Fact], bool]) -> bool:
        """Whether the one has more (or less) than the other, at the same time."""
        pairs = [
            (number(one), number(two))
            for one, two in self._alike(about)
            if name_of(one) == sides.told
            and name_of(two) == sides.other
            and one.figure.period == two.figure.period
        ]
        return bool(pairs) and all(a != b and (a > b) == more for a, b in pairs)

    def proves_change(
        self,
        told: str,
        more: bool,
        about: Callable[[Fact], bool],
        set_out_from: Callable[[Fact], bool | None],
        told_first: bool,
    ) -> bool:
        """Whether it rose (or fell). `set_out_from` tells whether a fact is what the sentence sets
        something against, None where it names no such time; `told_first`: "it was better then"."""
        shown = [each for each in self._referenced if name_of(each) == told and about(each)]
        said = [each for each in shown if set_out_from(each) is not True]
        found = []
        for one, two in self._alike(about):
            a, b = one.figure.period, two.figure.period
            same_kind = a != b and (a.start is None) == (b.start is None)
            if not name_of(one) == name_of(two) == told or not same_kind:
                continue
            alike = [each for each in said if each.figure.metric == one.figure.metric]
            if len(alike) > 1 and not (one in shown and two in shown):
                continue
            against = set_out_from(two)
            if against is None and told_first and len(alike) == 1:
                tells = one in shown
            else:
                turned = set_out_from(one) is True and against is not True
                tells = ((a.end > b.end) != turned) and against is not False
            if tells:
                found.append((number(one), number(two)))
        return bool(found) and all(x != y and (x > y) == more for x, y in found)

    def proves_extreme(
        self, told: str, most: bool, rivals: Collection[str], about: Callable[[Fact], bool]
    ) -> bool:
        """Whether nobody of those whom it is compared with has more (or less)."""
        for one in self._referenced:
            if name_of(one) != told or not about(one) or one not in self._plain:
                continue
            others = {
                name_of(each): number(each)
                for each in self._plain
                if (each.figure.metric, each.figure.period, each.figure.unit)
                == (one.figure.metric, one.figure.period, one.figure.unit)
            }
            known = set(rivals) <= set(others) and len(rivals) > 1
            beaten = (others[name] for name in rivals if name != told) if known else ()
            own = number(one)
            if known and all(own > value if most else own < value for value in beaten):
                return True
        return False

    def named_of_kind(self, told: str) -> set[str]:
        """Everybody of the same kind that this answer has the same figure of."""
        return {
            name_of(each)
            for one in self._referenced
            if name_of(one) == told
            for each in self._plain
            if (each.figure.metric, each.figure.period, each.figure.subject.kind)
            == (one.figure.metric, one.figure.period, one.figure.subject.kind)
        }

    def _alike(self, about: Callable[[Fact], bool]) -> Iterator[tuple[Fact, Fact]]:
        """Pairs of one metric, in both orders, of which the sentence shows at least one."""
        for one in self._plain:
            for two in self._plain:
                a, b = one.figure, two.figure
                same = (a.metric, a.unit) == (b.metric, b.unit) and one != two
                told = self.take_all or one in self._referenced or two in self._referenced
                if same and told and about(one):
                    yield one, two


def name_of(fact: Fact) -> str:
    subject = fact.figure.subject
    return "" if subject.kind in ("dataset", "run") else fold(subject.name)


def number(fact: Fact | Value) -> float:
    value = fact.figure.value if isinstance(fact, Fact) else fact
    if isinstance(value, Money):
        return float(value.major)
    return float(value) if isinstance(value, int | float) else 0.0
