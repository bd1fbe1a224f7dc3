"""Which subject a reader would give each figure of a sentence.

Reading is strict: where two readings are possible, neither is taken (None).
"""

import re
from collections.abc import Mapping
from itertools import pairwise

from engine.facts import Fact, Subject
from engine.grounding.against import counted, set_against
from engine.grounding.claims import Clause, Naming, Reading, Reference, mask
from engine.grounding.labels import Left, subject_label
from engine.grounding.names import fold

WHOLE = re.compile(
    r"\b(?:shop(?:-wide)?|store|dataset|data|stream|broker|clustering|refits?|we|us|our|across|overall|altogether|in\s+(?:all|total)|total|all|whole|entire"
    r"|everyone|there\s+(?:is|are|was|were)|you\s+have|(?:customer\s+)?base|total(?:s|led)?|combined|site|company|business)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:they|their|them|theirs|its?|this\s+(?:segment|group)|who|(?:these|those)(?!\s+[^\W\d]))\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"\b(?:they|their|them|theirs|this\s+(?:segment|group)|who)\b", re.IGNORECASE)
_PART_OF = re.compile(
    r"(?:\]\][\s*_]*(?:\([^)]*\)\s*)?of|out\s+of|of\s+(?:all|the\s+shop[’']s|a\s+total\s+of))"
    r"[\s*_]+(?:(?:the|your|our|all|[\w]+[’']s)\s+)*[*_]*$",
    re.IGNORECASE,
)
_IN_TURN = re.compile(r"\b(?:respectively|in\s+(?:that|this)\s+order|in\s+turn)\b", re.IGNORECASE)
_OF_ALL = re.compile(
    r"\b(?:(?:all|every)\s+(?:the\s+|of\s+your\s+)?(?:segments?|groups?|customers?)|everyone|combined|in\s+(?:all|total)"
    r"|(?:the|your|an?)\s+(?:average|typical)\s+(?:customer|buyer|order)|your\s+(?:customers|buyers|shoppers)|you\s+(?:have|had)|there\s+(?:are|were))\b",
    re.IGNORECASE,
)
_OF_CUSTOMERS = re.compile(r"\bof\s+(?:all\s+)?(?:(?:your|our|the)\s+)?customers\b", re.IGNORECASE)
_OF_SHOP = re.compile(
    r"\b(?:shop|store|dataset|overall|altogether|across\s+(?:the\s+)?(?:shop|store|board|all|every\w*|whole|entire))\b",
    re.IGNORECASE,
)
# What no segment has: who came to the shop, or was taken out of it.
_OF_THE_SHOP = frozenset({"new_customers", "removed"})


def names_for(reading: Reading, reference: Reference) -> tuple[str, ...] | None:
    """The folded names the reference speaks of; () when the sentence names nobody."""
    in_turn = len(reading.names) > 1 and (_IN_TURN.search(reading.text) or _listed(reading))
    if in_turn and not _bracketed(reading, reference) and (turn := _in_turn(reading, reference)):
        return turn
    if in_turn and len(reading.namings) == 1:
        return None
    if paired := _in_pair(reading, reference):
        return paired
    own = _in_bracket(reading, reference) or _possessor(reading, reference)
    if own:
        return own.names
    here = reading.clause_at(reference.start)
    clause = reading.clauses[here]
    if len(clause.namings) == 1:
        return clause.namings[0].names
    if clause.namings:
        return _alternating(clause, reference)
    behind = next((c.namings[-1] for c in reversed(reading.clauses[:here]) if c.namings), None)
    ahead = _next_naming(reading.clauses, here)
    if behind is None:
        for place, later in enumerate(reading.clauses[here:], here):
            of_which = re.match(
                r",?\s*(?:of\s+(?:which|these|those|them)|versus|vs|against|than|compared)\b",
                reading.text[later.start :],
            )
            if place > here and (later.strong or of_which):
                break
            if later.namings:
                return later.namings[0].names
        return ()
    return None if ahead and ahead.names != behind.names else behind.names


def _in_bracket(reading: Reading, reference: Reference) -> Naming | None:
    """ "[[f1]] (Champions), [[f2]] (Loyal)": the bracket right after a figure says whose it is."""
    for naming in reading.namings:
        if re.fullmatch(r"[\s*_]*\([\s*_]*", reading.text[reference.end : naming.start]):
            return naming if reading.text[naming.end : naming.end + 1] in (")", "*") else None
    return None


def _possessor(reading: Reading, reference: Reference) -> Naming | None:
    """ "Champions' revenue of [[f1]]": nothing but the metric between."""
    masked = mask(reading.text, counted(reading))
    for naming in reading.namings:
        gap = masked[naming.end : reference.start]
        if re.fullmatch(r"[’']s?\s[\s¤]*¤\s+(?:of|is|was|at)\s+[*_]*", gap):
            return naming
    return None


def _listed(reading: Reading) -> bool:
    """ "Champions and Loyal brought in [[f1]] and [[f2]]": as many figures in a row as names."""
    names = [name for naming in reading.namings for name in naming.names]
    gaps = [reading.text[a.end : b.start] for a, b in pairwise(reading.references)]
    in_a_row = all(re.fullmatch(r"[\s*_]*(?:,|,?\s*and\s|&)[\s*_]*", gap) for gap in gaps)
    return bool(gaps) and in_a_row and len(reading.namings) == 1 and len(names) == len(gaps) + 1


def _in_turn(reading: Reading, reference: Reference) -> tuple[str, ...] | None:
    """Champions and Loyal have [[f1]] and [[f2]] customers respectively."""
    told = [r for r in reading.references if not _bracketed(reading, r)]
    names = [name for naming in reading.namings for name in naming.names]
    if len(names) != len(told) or reference not in told or len(set(names)) != len(names):
        return None
    if len(reading.namings) > 1 and any(r.start < reading.namings[-1].start for r in told):
        return None
    return (names[told.index(reference)],)


_SET_AGAINST = re.compile(
    r"[\s*_,]+(?:vs\.?|versus|against|and|to|instead\s+of|rather\s+than|(?:as\s+)?(?:compared|opposed)\s+(?:with|to))[\s*_]+",
    re.IGNORECASE,
)


def _in_pair(reading: Reading, reference: Reference) -> tuple[str, ...] | None:
    """ "Champions spend more than Loyal: [[f1]] against [[f2]]": two names, then their figures."""
    for one, two in pairwise(reading.references):
        opened = re.search(r"(?:[(:,–—]|\b(?:at|with))[\s*_]*$", reading.text[: one.start])
        if reference not in (one, two) or not opened:
            continue
        between = mask(reading.text, counted(reading))[one.end : two.start]
        if not _SET_AGAINST.fullmatch(re.sub(r"^[\s*_]+¤+", "", between)):
            continue
        told = _told_first(reading, one, two)
        if told and len(reading.names) == 2:
            return (told,) if reference == one else tuple(reading.names - {told})
    return None


def _told_first(reading: Reading, one: Reference, two: Reference) -> str | None:
    """Who is named first in the statement of two figures, when nobody is named after them."""
    place = reading.clause_at(one.start)
    while place > 0 and not reading.clauses[place].strong:
        place -= 1
    named = [n for n in reading.namings if n.start < one.start]
    own = [n for n in named if reading.clauses[place].start <= n.start] or named
    end = reading.clauses[reading.clause_at(two.start)].end
    late = any(one.start < n.start < end for n in reading.namings)
    return None if late or any(len(n.names) > 1 for n in own) or not own else own[0].names[0]


def _bracketed(reading: Reading, reference: Reference) -> bool:
    """ "VIPs ([[f2]]) and Loyal ([[f3]])": a figure that stands right after its name."""
    return any(
        re.fullmatch(r"[\s*_]*\([\s*_]*", reading.text[naming.end : reference.start])
        for naming in reading.namings
    )


def _alternating(clause: Clause, reference: Reference) -> tuple[str, ...] | None:
    """Several names in one clause are told apart only as name, figure, name, figure, or turned."""
    order = sorted((*clause.namings, *clause.references), key=lambda span: span.start)
    takes_turns = all(isinstance(a, Naming) != isinstance(b, Naming) for a, b in pairwise(order))
    if not takes_turns or len(clause.namings) != len(clause.references):
        return None
    return clause.namings[clause.references.index(reference)].names


def _next_naming(clauses: tuple[Clause, ...], here: int) -> Naming | None:
    """A later name that could claim a figure before it: "..., and [[f2]], in Loyal"."""
    for place in range(here + 1, len(clauses)):
        clause = clauses[place]
        if clause.strong:
            return None
        if clause.namings:
            naming = clause.namings[0]
            if clause.references:
                return naming if clause.references[0].start < naming.start else None
            later = next((c for c in clauses[place + 1 :] if c.namings or c.references), None)
            return None if later and not later.namings else naming
    return None


def operands(fact: Fact, facts: Mapping[str, Fact]) -> list[Fact]:
    """The facts of this answer that the figure was calculated from."""
    by_receipt = {each.receipt: each for each in facts.values()}
    return [by_receipt[receipt] for receipt in fact.figure.operands if receipt in by_receipt]


def subject_of(fact: Fact, facts: Mapping[str, Fact]) -> Subject:
    """The winner, when the largest or smallest of several was sought."""
    figure = fact.figure
    if figure.operation in ("largest", "smallest") and figure.subject.parts:
        winners = [o for o in operands(fact, facts) if o.figure.value == figure.value]
        if len(winners) == 1:
            return winners[0].figure.subject
    return figure.subject


def part_names(subject: Subject) -> list[str]:
    if not subject.parts:
        return [fold(subject.name)]
    return [name for part in subject.parts for name in part_names(part)]


def check_subject(
    reading: Reading, reference: Reference, facts: Mapping[str, Fact], context: Subject | None
) -> str | Left | None:
    """Whom the sentence gives the figure to: a reason when to somebody else, a label when open."""
    fact = facts[reference.fact]
    subject = subject_of(fact, facts)
    bound = names_for(reading, reference)
    told = f"[[{fact.id}]] is about {subject.name}"
    if subject.kind in ("dataset", "run"):
        return _check_whole(reading, reference, fact, bound, told, context)
    if part_of_whole(reading, reference) and not (
        subject.parts or _own_part(reading, reference, facts)
    ):
        return f"{told}, but the sentence takes it for the whole of something"
    own, parts = {fold(subject.name)}, set(part_names(subject))
    whole = _whole_named(reading)
    if whole and not whole <= parts:
        return f"{told}, which is no part of {' and '.join(sorted(whole))}"
    part_of = _part_of_named(reading, reference)
    if part_of and part_of not in (own, parts) and not (subject.parts and part_of <= parts):
        return f"{told}, but the sentence takes it out of {' and '.join(sorted(part_of))}"
    compares = fact.figure.operation in ("difference", "ratio", "growth")
    if bound is None and not compares:
        return subject_label(fact) if parts <= reading.names else f"{told}: say so next to it"
    beside = any(reference == other for _, other in set_against(reading))
    if beside and len(reading.names) == 1 and own != reading.names:
        return subject_label(fact)  # "the stronger of the two ([[f3]] against [[f4]])"
    if not reading.names or (not bound and context and {fold(context.name)} == own):
        return _check_unnamed(reading, fact, own, parts, context)
    named = set(bound or ())
    if named in (own, parts):
        return None
    if not named and parts <= reading.names:
        both = compares and len(parts) > 1 and parts == reading.names
        return None if both else subject_label(fact)
    if len(parts) > 1 and compares:
        clause = reading.clauses[reading.clause_at(reference.start)]
        near = {name for naming in clause.namings for name in naming.names}
        if near | named <= parts and parts == reading.names:
            return None
    if compares and named < parts:
        return subject_label(fact)  # "the gap is [[f3]] in favour of Champions"
    wrong = " and ".join(sorted(named)) or "nobody"
    return f"{told}, but the sentence gives it to {wrong}"


def _check_unnamed(
    reading: Reading, fact: Fact, own: set[str], parts: set[str], context: Subject | None
) -> str | Left | None:
    """A figure in a sentence that names nobody is of whom the talk was; else it says whose it is."""
    if context and ({fold(context.name)} == own or set(part_names(context)) == parts):
        return None
    if context and _PEOPLE.search(reading.masked):
        return (
            f"[[{fact.id}]] is about {fact.figure.subject.name}, and the talk was of {context.name}"
        )
    whole = _OF_SHOP.search(reading.masked) or _OF_ALL.search(reading.masked)
    if fact.figure.unit == "share" and not fact.figure.metric.startswith("share_of"):
        whole = whole or _OF_CUSTOMERS.search(reading.masked)
    if whole:
        return f"[[{fact.id}]] is about {fact.figure.subject.name}, not about everybody ('{whole.group()}')"
    return subject_label(fact)


def part_of_whole(reading: Reading, reference: Reference) -> bool:
    """Whether the figure stands for the whole: "[[f1]] of [[f20]]", "Of the [[f20]] customers"."""
    clause = reading.clauses[reading.clause_at(reference.start)]
    if clause.namings and _opens_with_whole(reading, clause, reference):
        return False  # the whole of whom it names
    if re.match(r"[\s*_]+of\b", reading.text[reference.end :]):
        return False
    shop = not clause.namings and _OF_SHOP.search(reading.masked[clause.start : clause.end])
    opens = _opens_with_whole(reading, clause, reference)
    return bool(opens or shop or _PART_OF.search(reading.text[: reference.start]))


def _part_of_named(reading: Reading, reference: Reference) -> set[str]:
    """ "[[f1]] of the Loyal customers" """
    for naming in reading.namings:
        if re.fullmatch(
            r"[\s*_]+of\s+(?:the\s+|your\s+|our\s+)?[*_]*",
            reading.text[reference.end : naming.start],
        ):
            return set(naming.names)
    return set()


def _own_part(reading: Reading, reference: Reference, facts: Mapping[str, Fact]) -> bool:
    """ "[[f9]] of the [[f3]] At risk customers": the part is of the same subject."""
    place = reading.references.index(reference)
    if place == 0 or not _PART_OF.search(reading.text[: reference.start]):
        return False
    part, whole = facts[reading.references[place - 1].fact].figure, facts[reference.fact].figure
    named = any(
        0 <= naming.start - reference.end < 20 and naming.names == (fold(whole.subject.name),)
        for naming in reading.namings
    )
    return named and part.subject == whole.subject and part.unit == whole.unit


def _opens_with_whole(reading: Reading, clause: Clause, reference: Reference) -> bool:
    return bool(
        re.fullmatch(
            r"[\W_]*(?:out\s+)?of\s+(?:(?:all|the|your|our|shop[’']s)\s+)*[*_]*",
            reading.text[clause.start : reference.start],
            re.IGNORECASE,
        )
    )


def _whole_named(reading: Reading) -> set[str]:
    """ "Of the [[f2]] customers in At risk, ...": whose part every other figure is."""
    for clause in reading.clauses:
        for reference in clause.references[:1]:
            if clause.namings and _opens_with_whole(reading, clause, reference):
                return set(clause.namings[0].names)
    return set()


# "Regulars sit below the shop's [[f1]]"
_SHOPS_OWN = re.compile(
    r"\b(?:the|your|our)\s+(?:(?:whole|entire)\s+)?(?:shop|store)(?:[’']s)?(?:[\s-](?:wide|average|mean|figure|rate|risk|total|of))*[\s*_(]+$",
    re.IGNORECASE,
)


def _named_before(reading: Reading, place: int) -> bool:
    """Whether the statement has named somebody, whom a reader gives what follows to."""
    while place > 0 and not reading.clauses[place].strong:
        place -= 1
        if reading.clauses[place].namings:
            return True
    return False


def _fronted_whole(reading: Reading, place: int) -> bool:
    """ "Across all customers, the average ... is [[f2]]" """
    if place == 0 or reading.clauses[place].strong:
        return False
    before = reading.clauses[place - 1]
    words = reading.masked[before.start : before.end]
    return not before.references and not before.namings and bool(WHOLE.search(words))


def _check_whole(
    reading: Reading,
    reference: Reference,
    fact: Fact,
    bound: tuple[str, ...] | None,
    told: str,
    context: Subject | None,
) -> str | Left | None:
    """A figure of the whole dataset must not read as one of a segment."""
    of_whole = re.match(
        r"[\s*_]+of\s+(?:the|our|your)\s+(?:shop|store|total)", reading.text[reference.end :]
    )
    if of_whole and (reading.names or (context and context.kind not in ("dataset", "run"))):
        return f"{told}: it is the whole, and no part of it"
    if _SHOPS_OWN.search(reading.text[: reference.start]):
        return None
    place = reading.clause_at(reference.start)
    clause = reading.clauses[place]
    words = mask(reading.masked, reading.metrics)[clause.start : clause.end]
    if WHOLE.search(reading.masked) and any(reference in pair for pair in set_against(reading)):
        return None  # "more than the shop overall ([[f16]] vs [[f17]])"
    within_segment = context is not None and context.kind not in ("dataset", "run")
    part = part_of_whole(reading, reference)
    counts_segments = fact.figure.metric == "segments"
    whole = bool(WHOLE.search(reading.masked[clause.start : clause.end])) or part or counts_segments
    whole = whole or _fronted_whole(reading, place)
    if clause.namings:
        return None if part else f"{told}, not about {' and '.join(sorted(reading.names))}"
    pronoun = _PRONOUN.search(words)
    if part and re.search(r"\bout\s+of\s+$", reading.text[: reference.start], re.IGNORECASE):
        return None
    if whole and (not pronoun or (pronoun.group().casefold() == "it" and _OF_SHOP.search(words))):
        return None
    if not reading.names and not within_segment and not _PEOPLE.search(words):
        return None  # "in November it was [[f61]]"
    if fact.figure.metric in _OF_THE_SHOP and not pronoun and (clause.strong or not reading.names):
        return None
    if not reading.names and not within_segment and _OF_SHOP.search(reading.masked):
        return None  # "the shop has served [[f1]] customers, who placed [[f2]] orders"
    if not pronoun and re.match(r"[^.;]*,\s*of\s+which\b", reading.masked[reference.end :]):
        return None
    following = reading.clauses[place + 1].namings if place + 1 < len(reading.clauses) else ()
    fronted = following and re.match(r"\W*(?:with|at|having)\b", words, re.IGNORECASE)
    if within_segment or _PRONOUN.search(words) or _named_before(reading, place) or fronted:
        return f"{told}: say 'across the shop' or 'in total' beside it"
    if bound != ():
        return subject_label(fact)
    return None
