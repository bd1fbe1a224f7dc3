"""The shop at a glance, for who asks for everything at once.

"How are we doing?", "the numbers for the meeting" ask how things stand: the year, who brings most,
what is at stake. "Anything I should know?", "catch me up" ask for what is new: the last month, who
moved, what is at stake.
"""

import re
from datetime import date, timedelta

from agent.against import compared_to, first_told, recent_year, told_against
from agent.counting import Step, query
from agent.found import Fact, Found
from agent.measures import metric_of
from agent.phrasing import leading, ref
from agent.shifting import QUIET, news, shift_lines
from agent.slots import Slots
from agent.times import Stretch, shifted, usual_stretch

_STANDING = ("revenue", "orders", "average_order", "customers")
_NEW = ("revenue", "orders", "new_customers")
_MOST_MOVED = 3  # sentences about who moved

_BUSINESS = r"(?:the |our |my |your )?(?:shop|store|business|company|trade|trading)"
_WIDE = re.compile(
    rf"\bhow (?:are|were|have) (?:we|things|you)\b(?: all| been)?(?: doing| going| looking| "
    rf"performing)?(?: (?:overall|so far|in general|generally|as a shop|at the moment|lately|"
    rf"these days))?\W*$"
    rf"|\bhow (?:is|was|does|goes) (?:it|{_BUSINESS})(?: (?:doing|going|looking|performing|look|"
    rf"run|running))?(?: (?:overall|so far|in general|lately|these days))?\W*$"
    rf"|\b(?:where|how) (?:do )?we (?:stand|are|doing)\b"
    rf"|\b(?:are we|is {_BUSINESS}) (?:all |still |doing |going |in )*(?:ok(?:ay)?|al+ ?right|fine|"
    rf"well|good|healthy|great|bad|badly|good shape|bad shape|trouble|on track)\W*(?:$|[?!.,;])"
    rf"|\b(?:state|health|shape|snapshot|picture|pulse) of (?:the |our |my )?"
    rf"(?:nation|play|union|things|affairs|shop|store|business|company)\b"
    rf"|\b(?:key|main|core|headline|top[- ]line|top|basic|important|usual) (?:figures|numbers|"
    rf"metrics|stats|indicators|facts|kpis?)\b|\bkpis?\b|\bheadlines\b|\bdashboard\b"
    rf"|\b(?:numbers|figures|stats|facts|slides?|summary|overview|something) (?:i need )?for "
    rf"(?:the|my|our|this|a|tomorrow'?s?|today'?s?|monday'?s?) (?:[\w-]+ )?(?:meeting|boss|board|"
    rf"call|team|report|slides?|management|md|ceo|review|standup|investors?|chef)\b"
    rf"|^\W*(?:(?:please|can you|could you|just|give|show|send|get|i|we|me|us|need|want|a|an|the|"
    rf"quick|short|brief|general|overall|rough|full|executive|high[- ]level|"
    rf"business|shop|store)\s+)*(?:overview|summary|summari[sz]e(?: everything| it all)?|recap|"
    rf"round-?up|big picture|status|snapshot)(?: (?:please|of (?:everything|it all|where we "
    rf"(?:are|stand))|of {_BUSINESS}))?\W*$",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b(?:anything|something|what) (?:else )?(?:(?:that )?(?:i|we) (?:should|ought to|need to|"
    r"must|have to|do) (?:i |we )?(?:know|be aware of|hear|watch|worry about|look at|note)|"
    r"(?:new|worth (?:knowing|mentioning|telling|noting|a look|reporting))\b)"
    r"|\bwhat(?: do| should| must) (?:i|we) (?:need to |have to )?(?:know|watch)\b"
    r"|\bwhat(?:'s| is| has)? (?:new|happened|happening|going on|been going on|been happening|up)"
    r"(?: (?:lately|recently|here|in the (?:shop|store|business)|with (?:us|the (?:shop|business))"
    r"|since i was (?:away|gone|off|last here)))?\W*$"
    r"|\b(?:catch|bring|fill|get) me (?:up|in)(?: to (?:speed|date))?\b|\bwhat (?:did|have) i "
    r"miss(?:ed)?\b|\bany(?:thing)? (?:news|new|updates?)\b",
    re.IGNORECASE,
)


def overview_intent(slots: Slots) -> str:
    """ "overview" or "news"; empty where anything is named that the question would be about."""
    if not slots.is_empty or set(slots.measures) - {"revenue"} or slots.top or slots.extreme:
        return ""  # "business" is a word for revenue too
    if _NEWS.search(slots.text) and not slots.measures and not set(slots.dimensions) - _DAYS:
        return "news"
    return "overview" if _WIDE.search(slots.text) and not slots.dimensions else ""


_DAYS = {"day", "week", "month"}  # "I was off for a month"


def overview_steps(intent: str, today: date, first: date | None) -> list[Step]:
    stakes: list[Step] = [("value_by_segment", {})]
    if intent == "overview":
        year = recent_year(today, first)
        figures: Step = ("describe_dataset", {})
        if year is not None:
            figures = query(Slots(), _STANDING, [], year, compare=compared_to(year, first))
        return [figures, ("list_segments", {}), *stakes]
    month = _last_whole_month(today)
    since = usual_stretch(today).since.isoformat()
    moved: Step = ("segment_shifts", {"since": since, "until": None, "reasons": False})
    compare = compared_to(month, first) or "none"
    return [query(Slots(), _NEW, [], month, compare=compare), moved, *stakes]


def _last_whole_month(today: date) -> Stretch:
    """This one, where the records end on its last day."""
    until = (today + timedelta(days=1)).replace(day=1)
    return Stretch(shifted(until, -1), until)


def overview_lines(intent: str, found: Found) -> list[str]:
    lines = [
        told_against(fact, found, dated=True)
        for measure in (_STANDING if intent == "overview" else _NEW)
        for fact in first_told(found.plain(metric_of(measure)), found)[:1]
        if fact["kind"] == "dataset"
    ]
    if intent == "news":
        lines += [line for line in shift_lines(found) if line != QUIET][:_MOST_MOVED] if (
            news(found)) else [QUIET]  # fmt: skip
    return [*lines, *_leader(found), *_at_stake(found)]


def _leader(found: Found) -> list[str]:
    """Who brings most, and which part that is."""
    return [
        f"{leading(fact, dated=False)[:-1]}, {ref(share)} of all revenue; they are "
        f"{ref(people)} of customers."
        for fact in found.done("largest", "revenue")[:1]
        for share in found.of_segment(str(fact["subject"]), "share_of_revenue")[:1]
        for people in found.of_segment(str(fact["subject"]), "share_of_customers")[:1]
    ]


def _at_stake(found: Found) -> list[str]:
    return [
        f"{fact['subject']} have the highest revenue at risk: {ref(fact)}."
        for fact in found.done("largest", "revenue_at_risk")[:1]
    ]


def ranked_for_overview(found: Found) -> list[list[Fact]]:
    """What is put in order: who brings most, where most is at stake."""
    return [found.segments_with(metric) for metric in ("revenue", "revenue_at_risk")]
