"""Columns matched with ours, one to one, by their names and by what stands in them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.reading.contents import Contents
from engine.reading.names import OWN, Likeness, likeness, words_of
from engine.records import RecordKind

ACCEPTED = 0.5  # below, a guess is only shown
SHOWN = 0.3
NEAR = 0.051  # candidates this close are rivals; an own name stands above all others
_ALL_EMPTY = 0.5
_OF_WHOLE_ORDERS = frozenset({"cart", "order", "basket", "coupon", "checkout", "invoice"})

DATES = ("occurred_at", "signup_date", "birth_date")
NUMBERS = (
    "quantity", "unit_price", "total", "discount", "age", "income", "rating", "minutes", "line",
)  # fmt: skip
IDS = ("event_id", "customer_id", "order_id", "product_id", "session_id")


@dataclass(frozen=True)
class Guess:
    """`confidence` is 0..1; below ACCEPTED the column is not taken, only shown."""

    theirs: str
    ours: str
    confidence: float
    why: str
    runner_up: str = ""


@dataclass(frozen=True)
class Candidate:
    theirs: str
    ours: str
    score: float
    why: str


def candidates(
    measured: Mapping[str, Contents], targets: Sequence[str], kind: RecordKind
) -> list[Candidate]:
    """Best first; among equals the order of the file, then of our columns."""
    found = [
        _candidate(theirs, ours, contents, kind)
        for theirs, contents in measured.items()
        for ours in targets
    ]
    return sorted((c for c in found if c.score >= SHOWN), key=lambda each: -each.score)


def assign(
    found: Sequence[Candidate], taken: Collection[str], settled: Collection[str]
) -> list[Guess]:
    """The best first; `taken` columns and `settled` targets are out of play."""
    guesses: list[Guess] = []
    used, given = set(taken), set(settled)
    for each in found:
        if each.theirs not in used and each.ours not in given:
            used.add(each.theirs)
            given.add(each.ours)
            guesses.append(_guess(each, found, taken, settled))
    return guesses


def rivals(guess: Guess, found: Sequence[Candidate], mapped: Collection[str]) -> tuple[str, ...]:
    """Columns that could be the same thing about as well, and are nothing else."""
    if guess.confidence >= OWN:
        return ()
    return tuple(
        each.theirs
        for each in found
        if each.ours == guess.ours
        and each.theirs not in mapped
        and each.score >= max(ACCEPTED, guess.confidence - NEAR)
    )


def _candidate(theirs: str, ours: str, contents: Contents, kind: RecordKind) -> Candidate:
    if ours == "discount" and not _OF_WHOLE_ORDERS.isdisjoint(words_of(theirs)):
        return Candidate(theirs, ours, 0.0, "")  # it would come off every line of the order
    named = likeness(theirs, ours, kind)
    fit = _fit(ours, contents)
    if named.score >= OWN:
        return Candidate(theirs, ours, OWN, named.why)
    if not named.score:
        return _by_contents(theirs, ours, contents, kind)
    score = named.score * (0.5 + 0.5 * fit)
    return Candidate(theirs, ours, round(score, 3), _why(named, fit))


def _by_contents(theirs: str, ours: str, contents: Contents, kind: RecordKind) -> Candidate:
    """A date is a date under any name, but of what the name has to say."""
    score, why = 0.0, ""
    if ours == "occurred_at" and kind != "customers" and contents.date > 0.9:
        score, why = 0.45, "it holds dates"
    elif ours == "email" and contents.email > 0.9:
        score, why = 0.7, "it holds e-mail addresses"
    elif ours == "customer_id" and contents.email > 0.9:
        score, why = 0.55, "it holds e-mail addresses"
    elif ours == "action" and contents.action > 0.9 and contents.distinct < 0.5:
        score, why = 0.6, "it holds actions"
    elif ours == "text" and contents.words > 6 and contents.length > 40:
        score, why = 0.6, "it holds sentences"
    return Candidate(theirs, ours, score, why)


def _guess(
    each: Candidate, found: Sequence[Candidate], taken: Collection[str], settled: Collection[str]
) -> Guess:
    others = [
        other
        for other in found
        if (other.theirs == each.theirs) != (other.ours == each.ours)
        and other.theirs not in taken
        and other.ours not in settled
    ]
    if not others:
        return Guess(each.theirs, each.ours, each.score, each.why)
    best = others[0]
    runner_up = best.ours if best.theirs == each.theirs else best.theirs
    return Guess(each.theirs, each.ours, each.score, each.why, runner_up)


def _why(named: Likeness, fit: float) -> str:
    if fit >= 0.8:
        return f"{named.why}, and its values fit"
    return named.why + (", though its values hardly fit" if fit < 0.4 else "")


def _fit(ours: str, contents: Contents) -> float:
    """How well the cells suit, 0..1."""
    if not contents.filled:
        return _ALL_EMPTY
    if ours in DATES:
        return max(contents.date, 0.95 * contents.epoch, 0.6 * _serial(contents))
    if ours in NUMBERS:
        return contents.number * (1 - contents.date)
    if ours in IDS:
        return (1 - contents.date) * (1 if contents.words < 4 and contents.length <= 64 else 0.2)
    return _FITS.get(ours, _letters)(contents)


def _serial(contents: Contents) -> float:
    """Days since 1900, as Excel counts them, have five digits."""
    return contents.number if contents.length > 4.9 else 0.0


def _letters(contents: Contents) -> float:
    return contents.letters * (1 - contents.date)


_FITS: dict[str, Callable[[Contents], float]] = {
    "email": lambda c: c.email,
    "phone": lambda c: c.phone,
    "currency": lambda c: max(c.code, 0.8 * (c.length <= 3)),
    "time": lambda c: max(c.time, 0.6 * (c.integer > 0.9 and c.length <= 2)),
    "action": lambda c: max(c.action, 0.4 * c.letters * (c.distinct < 0.5 or c.length < 20)),
    "text": lambda c: c.letters * min(1.0, c.words / 3),
    "postcode": lambda c: 1.0 * (c.length <= 10),
    "gender": lambda c: 1.0 * (c.length <= 12),
    "opted_out": lambda c: 1.0 * (c.length <= 12),
    "consent": lambda c: 1.0 * (c.length <= 12),
    "category": lambda c: max(c.letters, 0.5),
    "brand": lambda c: max(c.letters, 0.5),
    "region": lambda c: max(c.letters, 0.5),
}
