"""Which source column is which of ours, and what kind of records they make.

What the person says comes first, then a known export, then names and contents. What cannot be
done without and is in doubt is asked for; everything else in doubt is left out and shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import BadInput, NotFound
from engine.reading.contents import Contents
from engine.reading.exports import known_export, mapping_of
from engine.reading.guess import (
    ACCEPTED,
    Candidate,
    Guess,
    assign,
    candidates,
    rivals,
)
from engine.reading.needs import meanings, missing_columns, targets
from engine.reading.rows import listed
from engine.records import TRANSACTION_COLUMNS, RecordKind

_MONEY = ("unit_price", "total", "discount")
GIVEN: tuple[str, ...] = tuple(name for name, _, given, _ in TRANSACTION_COLUMNS if given)


@dataclass(frozen=True)
class Recognised:
    kind: RecordKind
    mapping: dict[str, str]
    guesses: tuple[Guess, ...]
    found: tuple[Candidate, ...]
    assumed: dict[str, str]

    def confidence(self, ours: str) -> float:
        return max((g.confidence for g in self.guesses if g.ours == ours), default=0.0)


def recognise(
    measured: Mapping[str, Contents], wanted: Mapping[str, str], kind: RecordKind, where: str
) -> Recognised:
    """The columns as those of one kind of records; nothing is required yet.

    A column that is wanted as nothing ("") is left out of it.
    """
    left = [name for name, ours in wanted.items() if not ours]
    said = _as_wanted(measured, wanted, kind, where)
    known = _known(measured, wanted, kind)
    mapping = said | {theirs: guess.ours for theirs, guess in known.items()}
    considered = {name: contents for name, contents in measured.items() if name not in left}
    found = candidates(considered, targets(kind), kind)
    # A known export says all its money itself: its other amounts are those of whole orders.
    open_to_guess = [each for each in found if not known or each.ours not in _MONEY]
    free = assign(open_to_guess, mapping.keys(), mapping.values())
    wanted_guesses = [Guess(theirs, ours, 1.0, "you said so") for theirs, ours in said.items()]
    guesses = (*wanted_guesses, *known.values(), *free)
    mapping |= {each.theirs: each.ours for each in free if each.confidence >= ACCEPTED}
    mapping, assumed = _settled(mapping, said, kind)
    ordered = {name: mapping[name] for name in measured if name in mapping}
    return Recognised(kind, ordered, _as_settled(guesses, ordered), tuple(found), assumed)


def require(recognised: Recognised, measured: Mapping[str, Contents], where: str) -> None:
    """Asks for what is missing, in doubt or empty among what cannot be done without."""
    missing = missing_columns(recognised.kind, recognised.mapping.values())
    if missing:
        raise _missing(recognised, missing, measured, where)
    _refuse_rivals(recognised, measured, where)
    _refuse_empty(recognised, measured, where)


def _as_wanted(
    found: Mapping[str, Contents], wanted: Mapping[str, str], kind: RecordKind, where: str
) -> dict[str, str]:
    for name, ours in wanted.items():
        if name not in found:
            raise NotFound.named("column", name, found, where)
        if ours and ours not in targets(kind):
            raise NotFound.named("column", ours, targets(kind), f"the columns of {kind}")
    said = {name: ours for name, ours in wanted.items() if ours}
    for ours in set(said.values()):
        same = [name for name, meant in said.items() if meant == ours]
        if len(same) > 1:
            raise BadInput(
                f"--map gives {ours} two columns of {where}: {listed(same)}.",
                "Map only one of them.",
            )
    return said


def _known(
    found: Mapping[str, Contents], said: Mapping[str, str], kind: RecordKind
) -> dict[str, Guess]:
    export = known_export(found)
    if export is None or export.kind != kind:
        return {}
    mapping = mapping_of(export, [name for name in found if name not in said])
    why = f"as in an export of {export.name}"
    return {
        theirs: Guess(theirs, ours, 1.0, why)
        for theirs, ours in mapping.items()
        if ours not in said.values() and ours in targets(kind)
    }


def _as_settled(guesses: Sequence[Guess], mapping: Mapping[str, str]) -> tuple[Guess, ...]:
    """What is taken, under what it is taken for, and what was too doubtful to be taken."""
    return tuple(
        replace(each, ours=mapping.get(each.theirs, each.ours))
        for each in guesses
        if each.theirs in mapping or each.confidence < ACCEPTED
    )


def _settled(
    mapping: dict[str, str], said: Mapping[str, str], kind: RecordKind
) -> tuple[dict[str, str], dict[str, str]]:
    if kind == "transactions":
        return _settle_money(mapping, said)
    own = {ours: theirs for theirs, ours in mapping.items()}
    if kind == "customers" and "customer_id" not in own and own.get("email", "") not in ("", *said):
        said_so = f"there is no id: '{own['email']}' says who it is"
        return mapping | {own["email"]: "customer_id"}, {"customer_id": said_so}
    return mapping, {}


def _settle_money(
    mapping: Mapping[str, str], said: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Price and quantity, or the total of a row: never both, unless the person says so."""
    own = {ours: theirs for theirs, ours in mapping.items()}
    priced, counted = own.get("unit_price"), own.get("quantity")
    left, settled, assumed = set[str](), dict(mapping), {}
    if priced and counted:
        left = {own["total"]} if "total" in own else set()
    elif priced and "total" in own:
        left = {priced}
    elif priced and priced not in said:
        settled[priced] = "total"
        assumed["total"] = f"there is no quantity: '{priced}' is the money of the whole row"
    return {t: ours for t, ours in settled.items() if t not in left - said.keys()}, assumed


def _missing(
    recognised: Recognised,
    missing: Sequence[str],
    measured: Mapping[str, Contents],
    where: str,
) -> BadInput:
    kind, free = recognised.kind, [n for n in measured if n not in recognised.mapping]
    likely = [
        each
        for ours in missing
        for each in recognised.found
        if each.ours == ours and each.theirs in free
    ]
    maybe = "".join(
        f" Perhaps '{each.theirs}'{_sampled(measured[each.theirs])} is {each.ours}."
        for each in likely[:3]
    )
    example = likely[0].theirs if likely else free[0] if free else "Their column"
    ours = likely[0].ours if likely else missing[0]
    return BadInput(
        f"{where} has no column recognised as "
        f"{_and([_meant(ours, kind) for ours in missing])}, read as {kind}. "
        f"Columns found: {listed(list(measured))}.{maybe}",
        f'Say which column is which: --map "{example}={ours}"; '
        "or what the rows are: --kind customers, events, texts or transactions.",
    )


def _meant(ours: str, kind: RecordKind) -> str:
    """Our column with what it is, in a few words."""
    if ours == "total":
        return "total (the money of a row, or quantity and unit_price)"
    return f"{ours} ({meanings(kind)[ours].split(';')[0]})"


def _refuse_rivals(recognised: Recognised, measured: Mapping[str, Contents], where: str) -> None:
    needed = _used_needs(recognised)
    for guess in recognised.guesses:
        others = rivals(guess, recognised.found, recognised.mapping)
        if others and guess.ours in needed and guess.theirs in recognised.mapping:
            both = (guess.theirs, *others)
            shown = ", ".join(f"'{name}'" for name in both)
            cells = "; ".join(f"'{name}' holds{_sampled(measured[name])}" for name in both)
            raise BadInput(
                f"{where} has {len(both)} columns that could be {guess.ours}: {shown}. {cells}.",
                f'Say which: --map "{guess.theirs}={guess.ours}".',
            )


def _refuse_empty(recognised: Recognised, measured: Mapping[str, Contents], where: str) -> None:
    for theirs, ours in recognised.mapping.items():
        if ours in _used_needs(recognised) and not measured[theirs].filled:
            raise BadInput(
                f"{where}: column '{theirs}' ({ours}) holds no value in any row looked at.",
                f'Export it with its values, or name another column: --map "Their column={ours}".',
            )


def _used_needs(recognised: Recognised) -> set[str]:
    """The needed columns that this source serves its needs with."""
    mapped = recognised.mapping.values()
    return {
        ours
        for ours in mapped
        if missing_columns(recognised.kind, [other for other in mapped if other != ours])
    }


def _sampled(contents: Contents) -> str:
    cells = ", ".join(sample[:30] for sample in contents.samples)
    return f" ({cells})" if cells else " (empty)"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
