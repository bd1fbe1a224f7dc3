"""What a sentence says, before anybody asks whether it is true.

`read_sentence` finds the references, the subjects and metrics that are named, and the clauses that
hold them together; `find_comparisons` finds the words that rank, compare or tell a change.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from engine.grounding.cues import metric_patterns
from engine.grounding.names import fold, name_pattern

MASK = "¤"  # no letter, no figure, no space
REFERENCE = re.compile(r"\[\[(f\d+)\]\]")
Comparison = Literal["largest", "smallest", "extreme", "majority", "minority", "up", "down",
                     "change", "as much", "doubled", "alike", "unbacked"]  # fmt: skip


@dataclass(frozen=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True)
class Reference(Span):
    fact: str


@dataclass(frozen=True)
class Naming(Span):
    """Subjects named in one breath: "Champions", or "Champions and Loyal". Names are folded."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class MetricWord(Span):
    metric: str
    words: str


@dataclass(frozen=True)
class Compared(Span):
    kind: Comparison
    words: str


@dataclass(frozen=True)
class Clause(Span):
    strong: bool  # opened by a word or mark that starts a new statement
    references: tuple[Reference, ...]
    namings: tuple[Naming, ...]
    metrics: tuple[MetricWord, ...]


@dataclass(frozen=True)
class Reading:
    text: str
    masked: str  # the same length, with MASK over references and names
    references: tuple[Reference, ...]
    namings: tuple[Naming, ...]
    metrics: tuple[MetricWord, ...]
    clauses: tuple[Clause, ...]

    def clause_at(self, place: int) -> int:
        return next(n for n, clause in enumerate(self.clauses) if place < clause.end)

    @property
    def names(self) -> set[str]:
        return {name for naming in self.namings for name in naming.names}


_BREAK = re.compile(
    r"(?P<strong>;|\s[·•]\s|(?<!vs)[.!?]\s|\s[–—-]{1,3}\s|—|\b(?:but|while|whereas|though|although|yet|however)\b)"
    r"|[:()|]|,(?=\s)"
    r"|\b(?:and|or|plus|than|versus|against|because|so|(?:compared|relative)\s+(?:to|with))\b|\bvs\b",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"\b(?:unlike|versus|against|(?:compared|relative)\s+(?:to|with)|next\s+to|beside)\s+(?:the\s+)?[*_]*$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"[\s*_]*(?:,|,?\s*(?:and|or)|&|\+|plus)[\s*_]*(?:the\s+)?[*_]*", re.IGNORECASE
)


def read_sentence(text: str, names: Iterable[str]) -> Reading:
    references = tuple(Reference(m.start(), m.end(), m.group(1)) for m in REFERENCE.finditer(text))
    masked = mask(text, references)
    metrics, single = _named(masked, sorted({name for name in names if name.strip()}))
    namings = _groups(masked, single)
    clauses = _clauses(mask(masked, namings), references, namings, metrics)
    return Reading(text, mask(masked, single), references, namings, metrics, clauses)


def mask(text: str, spans: Iterable[Span], over: str = MASK) -> str:
    for span in spans:
        text = text[: span.start] + over * (span.end - span.start) + text[span.end :]
    return text


def _named(masked: str, names: list[str]) -> tuple[tuple[MetricWord, ...], tuple[Naming, ...]]:
    """Metric words and names; where they overlap the longer one stands, of equals the name."""
    namings = [
        Naming(match.start(), match.end(), (fold(name),))
        for name in names
        for match in name_pattern(name).finditer(masked)
    ]
    words = {
        MetricWord(match.start(), match.end(), metric, match.group())
        for text in (masked, mask(masked, namings))
        for metric, pattern in metric_patterns()
        for match in pattern.finditer(text)
    }
    names_kept = _longest(namings)
    kept: list[MetricWord] = []
    for word in sorted(words, key=lambda word: (word.start - word.end, word.start, word.metric)):
        rivals = [n for n in names_kept if _overlap(n, word) and not _spoken_around(word, n)]
        if any(_stands(masked, name, word) for name in rivals):
            continue
        same = [other for other in kept if _overlap(other, word)]
        if all((other.start, other.end) == (word.start, word.end) for other in same):
            names_kept = [name for name in names_kept if name not in rivals]
            kept.append(word)  # "first bought" tells a day, or how long ago it was: both are kept
    kept.sort(key=lambda word: word.start)
    return tuple(kept), tuple(names_kept)


def _spoken_around(word: MetricWord, name: Naming) -> bool:
    """ "An average Core order": the name stands inside the words for the metric."""
    inside = word.words[max(name.start - word.start, 0) : name.end - word.start]
    return inside == MASK * (name.end - name.start)


def _overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end


def _longest(namings: list[Naming]) -> list[Naming]:
    kept: list[Naming] = []
    for naming in sorted(namings, key=lambda naming: (naming.start - naming.end, naming.start)):
        if not any(_overlap(naming, other) for other in kept):
            kept.append(naming)
    return sorted(kept, key=lambda naming: naming.start)


def _stands(masked: str, naming: Naming, word: "MetricWord") -> bool:
    """A name holds against a word inside it, and with its capital against a longer one as well."""
    inside = bool(re.search(r"[\w,¤][\s*_]+$", masked[: naming.start]))
    capital = masked[naming.start].isupper() and inside
    return capital or naming.end - naming.start >= word.end - word.start


def _groups(masked: str, single: tuple[Naming, ...]) -> tuple[Naming, ...]:
    groups: list[Naming] = []
    for naming in single:
        last = groups[-1] if groups else None
        again = last is not None and set(naming.names) & set(last.names)
        joint = last and not again and _TOGETHER.fullmatch(masked, last.end, naming.start)
        if (
            last
            and joint
            and not (joint.group().strip(" *_") == "," and _FRONTED.search(masked[: last.start]))
        ):
            groups[-1] = Naming(last.start, naming.end, last.names + naming.names)
        else:
            groups.append(naming)
    return tuple(groups)


def _clauses(
    blanked: str,
    references: tuple[Reference, ...],
    namings: tuple[Naming, ...],
    metrics: tuple[MetricWord, ...],
) -> tuple[Clause, ...]:
    # A break inside a metric phrase would part it; one inside a name is blanked out already.
    inside = [
        match
        for match in _BREAK.finditer(blanked)
        if not any(m.start < match.start() and match.end() < m.end for m in metrics)
    ]
    starts = [(0, True), *((match.start(), bool(match["strong"])) for match in inside)]
    bounds = pairwise([*starts, (len(blanked) + 1, True)])
    return tuple(
        Clause(
            start,
            end,
            strong,
            tuple(item for item in references if start <= item.start < end),
            tuple(item for item in namings if start <= item.start < end),
            tuple(item for item in metrics if start <= item.start < end),
        )
        for (start, strong), (end, _) in bounds
    )


# ---- words that rank, compare or tell a change --------------------------------------------------

_NONE = r"(?:no(?:\s+other)?\s+\w+|no\s+(?:one|body)|nobody|none|nothing)"
_COMPARISONS: tuple[tuple[Comparison, str], ...] = (
    ("unbacked", r"than\s+(?:all|any|every|the)\b[^.;,]*?\b(?:combined|together)"),
    ("largest", rf"{_NONE}\s+(?:beats|tops|outperforms|exceeds|matches|comes\s+close\s+to)|tops?\s+(?:the|your|our)\s+(?:\w+\s+){{0,2}}(?:table|list|ranking|chart|league)"),
    ("largest", rf"{_NONE}\b[^.;]*?\b(?:as\s+(?:much|many|large|big|high)|more|higher|bigger|larger|greater|better)\b[^.;,]*?\b(?:as|than)"),
    ("largest", r"no\s+other\s+\w+\s+(?:has|brings(?:\s+in)?|makes|contributes|spends|generates|accounts\s+for)\s+(?:an?\s+)?(?:larger|bigger|higher|greater|more)\b(?![^.;:,]*\b(?:as|than)\b)"),
    ("smallest", rf"{_NONE}\b[^.;]*?\b(?:as\s+(?:little|few|small|low)|less|fewer|lower|smaller|worse)\b[^.;,]*?\b(?:as|than)"),
    ("largest", r"(?:more|higher|bigger|larger|greater|better)\b[^.;]{0,60}?\bthan\s+(?:any|all|every|each)(?:\s+of)?(?:\s+the)?(?:\s+others?)?(?:\s+(?:segment|group|country|product|customer)s?)?"),
    ("smallest", r"(?:less|fewer|lower|smaller|worse)\b[^.;,]{0,40}?\bthan\s+(?:any|all|every|each)(?:\s+of)?(?:\s+the)?(?:\s+others?)?(?:\s+(?:segment|group|country|product|customer)s?)?"),
    (
        "unbacked",
        r"(?:come|comes|came|finish(?:es|ed)?)\s+(?:(?:out|in)\s+)?(?:first|second(?!\s+(?:to\b|¤))|third|last|on\s+top)"
        r"|every(?:one|body)|a\s+record|all[\s-]time"
        r"|every\s+(?:customer|buyer|order|purchase)|(?:dwarf|overshadow)\w*"
        r"|out(?:shin|strip)\w*|in\s+a\s+row|consecutive|successive|straight\s+(?:week|month|quarter|year)",
    ),
    (
        "alike",
        r"too(?=\s*(?:[.,;!?)]|$))|as\s+well(?!\s+as)|likewise|i\.e\.|that\s+is(?=\s*,)|namely"
        r"|in\s+other\s+words|(?:so|as)\s+(?:do|does|did|are|is|have|has)|the\s+same(?!\s+(?:month|week|day|year|quarter|period|time))",
    ),
    (
        "unbacked",
        r"(?:second|third|fourth|fifth|next|last|joint|(?:\w+teen|\w+ie|six|seven|eigh|nin|ten)th|\d+(?:st|nd|rd|th))[\s-]+(?:\w+est|most|least|best|worst|place)",
    ),
    ("unbacked", r"match(?:es|ed|ing)?(?=\s+(?:the\s+)?¤)|rank(?:s|ed|ing)?|runners?[\s-]up|tied|equally|equal(?:s|led)?|same\s+(?:number|share|amount|size|as)|identical|on\s+par"),  # noqa: E501
    ("unbacked", r"all\s+of\s+(?:the|your|our|their)|entire(?:ly)?|exclusively|above\s+average|below\s+average"),  # noqa: E501
    ("unbacked", r"(?:statistically\s+)?significan(?:t|tly|ce)"),
    ("up", r"leads?(?=\s+(?:the\s+)?¤)|outs(?:ell\w*|old)|out(?:pac|rank|weigh)\w*|edg(?:es?|ed|ing)\s+out|overt(?:ook|ak\w+)|risk(?:ier|y)\s+than|riskier"),
    ("down", r"(?:not|n[’']t)\s+(?:quite\s+|nearly\s+)?as\s+(?:much|many|large|big|high|often)\b(?:\s+\w+){0,2}?\s+as|comes?\s+second\s+(?:to|¤+)|softer|cooler|quieter|safer|f(?:ell|all|alls|alling)\s+short"),
    ("unbacked", r"\w{3,}(?<!oth)(?<!rath)(?<!long)(?<!larg)(?<!bigg)(?<!high)(?<!small)(?<!low)(?<!great)(?<!few)(?<!bett)(?<!strong)(?<!weak)(?<!rich)(?<!poor)(?<!fast)(?<!slow)(?<!short)(?<!eith)(?<!wheth)(?<!custom)(?<!numb)(?<!ord)(?<!temb)(?<!tob)(?<!vemb)(?<!cemb)(?<!soft)(?<!cool)(?<!quiet)er\s+than"),
    ("up", r"exceed\w*|surpass\w*|outperform\w*|outnumber\w*|outspen\w+|ahead\s+of|beat(?:s|ing)?|tops|topped|above(?!\s+(?:(?:all|that|this|it)\b|their|its|your|our|\d))"),
    ("down", r"behind(?=\s+(?:the\s+)?¤)|trail(?:s|ed|ing)?|lag(?:s|ged|ging)?(?:\s+behind)?|below(?!\s*[:.,]|$)"),
    ("as much", r"as\s+(?:much|many|large|big|high|often|low|small|few)\b(?:\s+\w+){0,3}?\s+as|as\s+(?:much|many|large|big|high|often)"),  # noqa: E501
    ("minority", r"(?:a|the|small|tiny)\s+minority"),
    ("majority", r"most\s+of(?!\s+(?:all|the\s+(?:segments|groups)))|(?:the\s+|vast\s+|a\s+|large\s+)*majority|(?:the|a)\s+(?:larger|greater|bigger)\s+part|the\s+bulk|the\s+lion[’']s\s+share|mostly|mainly|largely|predominantly|(?<!the )(?<!the\*\*)most(?=\s+(?:\w+\s+)?(?:customers|people|buyers|shoppers|orders|purchases|revenue|sales|turnover|products|of))"),  # noqa: E501
    ("largest", r"most\s+(?:valuable|lucrative|important)|most|largest|biggest|highest|greatest|strongest|richest|longest|top|best|leading|leads?|first\s+place|dominat\w+|dominant|number[\s-]one|main|maximum|peak(?:s|ed)?|foremost"),  # noqa: E501
    ("smallest", r"least|smallest|lowest|fewest|weakest|poorest|shortest|minimum"),
    ("largest", r"riskiest|busiest"),
    ("smallest", r"safest|quietest"),
    ("extreme", r"(?!earliest)\w{3,}iest|worst|oldest|newest|fastest|slowest"),
    ("doubled", r"doubl(?:e|ed|es|ing)|twice|tripl(?:e|ed|es|ing)|hal(?:f|ves|ved|ving)(?=\s+(?:as|the|that)\b)|halv(?:ed|es|ing)"),  # noqa: E501
    ("up", r"swell\w*|swollen|balloon\w*|rall(?:y|ied)|strengthen\w*|mount(?:ed|ing)|advanc\w+|pick(?:s|ed|ing)?\s+up(?=\s*(?:[.,;:]|$|(?:again|in|by|to|from|over)\b))|(?:bounc|recover|rebound)\w*|accelerat\w+|r(?:ose|ise|ises|isen|ising)|gr(?:ew|ow|ows|own|owing|owth)|increas\w+|climb\w*|jump\w*|surg\w+|soar\w*|gain(?:s|ed|ing)?|improv\w+|expand\w*|up(?!\s+to\b)"),  # noqa: E501
    ("up", r"more\s+(?:often|frequently|regularly)"),
    ("down", r"less\s+(?:often|frequently|regularly)"),
    ("up", r"more|higher|bigger|larger|greater|better|stronger|richer|faster|longer|oftener"),
    ("down", r"dip(?:s|ped|ping)|tumbl\w+|sli(?:d|des|ding|ps|pped|pping)(?!\s+(?:away|in|into|out|from|through|under)\b)|retreat\w*|reced\w+|weaken\w*|contract(?:ed|ing)|sag\w*|ebb\w*|dwindl\w+|erod\w+|collaps\w+|slow(?:ed|s|ing)(?:\s+down)?|deteriorat\w+|eas(?:ed|ing)|f(?:ell|all|alls|allen|alling)(?!\s+(?:into|under)\b|\s+in\s+(?:the\s+)?¤)|drop(?:s|ped|ping)?(?!\s+out)|declin\w+|decreas\w+|shr[aiu]nk\w*|slump\w*|sank|sink\w*|plung\w+|down(?!load)|worsen\w*|reduc(?:ed|es|tion)"),  # noqa: E501
    ("down", r"less|fewer|lower|smaller|weaker|poorer|slower|shorter|worse"),
    ("change", r"chang(?:es?|ed|ing)|differ(?:s|ed)?|difference|gap|unchanged|(?:up|down)wards?|trend(?:s|ed|ing)?|momentum|(?:held|hold(?:s|ing)?|stay(?:s|ed|ing)?|remain(?:s|ed|ing)?|been)\s+steady|flat"),  # noqa: E501
)  # fmt: skip
_IDLE = re.compile(
    r"(?:^|(?<=[.:!]\s))[\W_]*(?:e-?mail|write|mail|contact|message|reach|send|talk|call|visit|remind|reward)\b[^.;]*?\b(?:less|more)\s+(?:often|frequently|rarely)\b"
    r"|\bpick(?:s|ed|ing)?\s+up(?=\s+(?:an?|the|some|¤))|[\"“„«']\w+[\"”“»']"
    r"|\b(?:at\s+(?:least|most|best|worst)|most\s+(?:recent(?:ly)?|likely)|best\s+to|top\s+of\s+mind"
    r"|(?:know|learn|see|say|hear|tell\s+(?:me|you)|look|dig|show\s+you)\s+more|more\s+(?:about|details?"
    r"|information|precise(?:ly)?|closely|than\s+happy)|once\s+more|no\s+longer|follow[\s-]+up"
    r"|(?:set|back|look|looked|made|make|makes|making|bring|brings|add|adds|sum|sums|break)\s+(?:\w+\s+)?(?:up|down)|break(?:down|s\s+down)"
    r"|(?:could|can|should|might|helps?|(?:want|tr(?:y|ying)|how|ways?|aim|help|order)\s+to)\s+(?:\w+\s+)?"
    r"(?:increase|grow|improve|expand|reduce|gain|change|raise)"
    r"|up[\s-]to[\s-]date|(?:add|end|turn|sign|show|open|start|split|follow|catch|warm|win|sum)(?:s|ed|ing)?\s+up|adding\s+up|not\s+entirely|caught\s+up|(?:gave|give|gives)\s+up|(?:moved?|drifted|came|climbed)\s+(?:up|down)(?=\s+(?:in|into|from|to)\b)|broken\s+down|less(?=\s+¤)|best\s+(?:time|way|step)|double[\s-]check|(?:ate|eats?|eating|us(?:es|ed|ing)|t(?:akes?|ook|aking)|back(?:s|ed|ing)?|follow(?:s|ed|ing)?)\s+up|up\s+with|up\s+for|(?:a\s+)?(?:lot|bit)\s+to\s+gain|more\s+(?:detail|of)|better\s+(?:idea|to)|rather\s+not|up\s+to\s+now|closer\s+look|no\s+worse|as\s+(?:much|long|far)\s+as\s+possible|at\s+least|grow(?:ing)?\s+your|growth\s+(?:of|was|rate|came|is)|if\s+nothing\s+changes|any\s*more|more\s+or\s+less|f(?:ell|alls?|alling)\s+on|ma(?:de|kes?)\s+a\s+difference|(?:more|less)\s+(?:pleasant|encouraging|comfortable|worrying|urgent|interesting|relevant|fitting|pressing|obvious|useful|promising|personal)|at\s+the\s+top)\b",
    re.IGNORECASE,
)
_COMPILED = tuple(
    (kind, re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE))
    for kind, pattern in _COMPARISONS
)


# Metrics whose own words rank or compare: "the newest event", "all of their sales were taken back".
_SETTLED = frozenset({"largest_order", "busiest_day", "longest_gap", "last_event", "last_sale", "first_sale", "removed", "recency", "tenure",
                      "new_customers", "repeat_rate", "share_of_customers", "lag"})  # fmt: skip


def _whither(reading: Reading) -> list[Span]:
    """ "Slid from Loyal down to At risk": where somebody went, and no amount that fell."""
    ways = (
        re.search(
            r"\b(?:up|down)(?=[\s*_]+(?:in|into|to|from)(?:[\s*_]+the)?[\s*_]+$)", before, re.I
        )
        for before in (reading.masked[: naming.start] for naming in reading.namings)
    )
    return [Span(way.start(), way.end()) for way in ways if way]


def find_comparisons(reading: Reading) -> list[Compared]:
    settled: list[Span] = [
        word
        for word in reading.metrics
        if word.metric in _SETTLED and not re.fullmatch(r"from|to|until|through", word.words, re.I)
    ]
    settled += _whither(reading)
    text = _IDLE.sub(lambda match: MASK * len(match.group()), mask(reading.masked, settled))
    found: list[Compared] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            found.append(Compared(match.start(), match.end(), kind, match.group()))
            text = mask(text, found[-1:])
    if not reading.references and not reading.namings and _HEADING.fullmatch(reading.text):
        return []
    found = [_turned(reading, claim) for claim in found if not _is_talk(reading, claim)]
    return sorted(found, key=lambda item: item.start)


_HEADING = re.compile(r"\s*(?:#{1,6}|\*\*|__)[\s*_]*(?:\w+\W*){1,3}")
_PROPOSED = re.compile(
    r"\b(?:i\s+would|i[’']d|would|could|might|(?-i:may)|should|need\s+to|to\s+(?:find\s+out|see|know|check|learn)|can[’']?t|cannot|let[’']s|please)\b[^;:]*$",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(r"grow|increase|improve|raise|reduce|expand|gain", re.IGNORECASE)
_ASKS = re.compile(r"(?:^|[,:;]|\b(?:and|or|then|to))[\s*_]*(?:\w+ly\s+)?$", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:what|which|how|whether|who|why)(?:\s+(?:has|have|is|it))?\s+$", re.IGNORECASE
)
_DENIED = re.compile(r"(?:\bnot|n[’']t)(?:\s+an?)?(?:\s+\w+)?\s+$", re.IGNORECASE)


_NEGATED = re.compile(r"(?:\bnot|n[’']t|\bnever)\s+(?:(?!only|just)\w+\s+)?$", re.IGNORECASE)


def _turned(reading: Reading, claim: Compared) -> Compared:
    """ "Isn't growing" tells what does not go up."""
    turned: dict[Comparison, Comparison] = {"up": "down", "down": "up"}
    if claim.words.casefold().startswith(("not", "n't", "n’t")) or claim.kind not in turned:
        return claim
    if not _NEGATED.search(reading.masked[: claim.start]):
        return claim
    return Compared(claim.start, claim.end, turned[claim.kind], claim.words)


def _is_talk(reading: Reading, claim: Compared) -> bool:
    """A proposal, an open question, or what is denied: none of them compares anything."""
    before = reading.masked[: claim.start]
    if claim.kind == "unbacked" and _DENIED.search(before):
        return True
    place = reading.clause_at(claim.start)
    first = max(n for n in range(place + 1) if n == 0 or reading.clauses[n].strong)
    later = [n for n in range(place + 1, len(reading.clauses)) if reading.clauses[n].strong]
    statement = reading.clauses[first : later[0] if later else len(reading.clauses)]
    before = reading.masked[statement[0].start : claim.start]
    if _IMPERATIVE.fullmatch(claim.words) and _ASKS.search(before):
        return True
    if any(clause.references for clause in statement):
        return False
    if claim.kind == "change" and re.search(r"(?:n[’']t|\bnot)\s+an?\s+$", before, re.IGNORECASE):
        return True
    named = any(clause.namings for clause in statement)
    return bool(_OPEN.search(before) or (_PROPOSED.search(before) and not named))
