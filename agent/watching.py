"""Questions with a tool of their own: whom to save, who is out of the ordinary, what will sell, how
clean the data is."""

import re
from typing import TYPE_CHECKING

from agent.degrees import NUMBERS
from agent.found import Fact, Found
from agent.phrasing import label, ref, when
from agent.slots import Slots

if TYPE_CHECKING:
    from agent.counting import Step

NO_ALERTS = "There is nothing out of the ordinary."
REFUSED = "Where a forecast was refused, the same month of last year is told."
NO_PROOF = "An alert is a customer to look at, no proof of anything."
_MOST_ALERTS = 5
_MOST_SAVED = 20
_MOST_PARTS = 12
_MOST_REASONS = 4
_ROWS = (
    ("rows_loaded", "Rows that came in"),
    ("rows_fixed", "Rows mended in total"),
    ("rows_dropped", "Rows not kept in total"),
)

_SAVING = re.compile(
    r"\bworth (?:saving|keeping|rescuing|fighting for|winning back|holding on to)\b|"
    r"\b(?:who|whom|which (?:good |best |valuable )?(?:customers?|people|ones)|anyone|someone)\b"
    r".{0,40}\b(?:save|rescue|fight for|hold on to|win back)\b.{0,40}\b(?:first|before (?:they|it)|"
    r"leav\w+|los[et]\w*|gone|urgent\w*|most)\b|"
    r"\b(?:who|whom|which (?:customers?|people|ones))\b.{0,40}\b(?:call|ring|phone|talk to|contact|"
    r"reach out to|prioriti[sz]e|look after)\b.{0,40}\b(?:before (?:they|it)|leav\w+|gone)\b|"
    r"\b(?:who|whom|which (?:customers?|people|ones))\b.{0,12}\b(?:should|shall|do|must|can) "
    r"(?:i|we)\b.{0,12}\b(?:e-?mail|mail|write to|message|text|call|ring|phone|contact|speak to|"
    r"talk to|reach out to|get in touch with|approach|visit|chase)"
    r"\b(?: (?:up|first|now|today|this week|next|tomorrow|on monday))*\W*$|"
    r"\b(?:good|best|valuable|big|top|important|vip) (?:customers?|clients?|buyers?|spenders?)\b"
    r".{0,40}\b(?:might|may|could|about to|going to|likely to|at risk of|in danger of)\b.{0,12}"
    r"\b(?:leav\w+|los\w+|churn\w*|quit\w*|go(?:ing)?)\b|"
    r"\b(?:rettenswert\w*|zuerst retten|vale la pena (?:salvar|retener)|sauver en priorit\w+)\b",
    re.IGNORECASE,
)
_ANOMALIES = re.compile(
    r"\banomal\w*|\bout of the ordinary\b|\bfraud\w*|\bsuspicious\w*|\boutliers?\b|"
    r"(?<!this )(?<!the )\bbots?\b|"
    r"\b(?:refund|return) abus\w*|\babus\w+ (?:refunds?|returns?)\b|\bauff[aä]llig\w*|\bbetrug\w*|"
    r"\bsospechos\w*|\bfraude\b|\bsuspect[es]*\b|"
    r"\b(?:strange|odd|weird|unusual|fishy|dodgy|shady) (?:customers?|orders?|people|buyers?|"
    r"behaviou?r|accounts?|purchases?|activity|stuff|things?)\b|"
    r"\b(?:customers?|orders?|people|anyone|anybody|someone|somebody|who|anything|something)\b"
    r".{0,30}\b(?:strange|odd|weird|unusual|fishy|dodgy|shady)(?:ly)?\b",
    re.IGNORECASE,
)
_DEMAND = re.compile(
    r"\bdemand\b|\b(?:sales|revenue|turnover|units?|orders?) forecasts?\b|"
    r"\bforecast\w*\b.{0,40}\b(?:sales|revenue|turnover|units?|demand|months?|quarter|categor\w+)\b|"
    r"\b(?:predict\w*|project\w*|expect\w*|estimat\w*)\b.{0,30}\b(?:sales|revenue|turnover|units)\b"
    r".{0,30}\b(?:next|coming|upcoming)\b|"
    r"\b(?:will|shall|gonna|going to) (?:we|i|it|the shop|\w+) ?(?:probably |likely )?(?:sell|"
    r"turn over|take in|bring in|make)\b.{0,40}\b(?:next|coming|upcoming)\b|"
    r"\b(?:next|coming|upcoming) (?:month|quarter|three months|3 months)(?:'s|s)?\b.{0,20}"
    r"\b(?:sales|revenue|turnover|demand)\b|"
    r"\b(?:sales|revenue|turnover)\b.{0,25}\b(?:next|coming|upcoming) (?:month|quarter|"
    r"three months|3 months)\b|"
    r"\b(?:nachfrage|umsatzprognose|absatzprognose|demanda|pron[oó]stico de ventas|"
    r"pr[eé]vision\w* des? ventes?)\b",
    re.IGNORECASE,
)
_LEDGER = re.compile(
    r"\bledger\b|\bdata quality\b|\bhow (?:clean|dirty|complete|good) (?:is|was) (?:my|our|the|"
    r"this) (?:data|file|export|upload)\b|\b(?:why|which|what)\b.{0,40}\b(?:rows?|lines?|records?)"
    r"\b.{0,30}\b(?:drop\w*|thrown|throw|chuck\w*|remov\w*|missing|reject\w*|skipp\w*|fixed|mended|"
    r"clean\w*|kept)\b|\bwhat (?:did you|was) (?:clean|fix|mend|drop|throw)\w*\b",
    re.IGNORECASE,
)
# Forecasts are of whole months, three of them.
_OTHER_DAYS = re.compile(
    r"\b(?:years?|weeks?|weekends?|days?|tomorrow|today|season|summer|autumn|spring|winter|"
    r"christmas|easter|black friday|20\d\d|(?:[4-9]|1\d|six|twelve|four|five) months|half)\b",
    re.IGNORECASE,
)
_UNITS = re.compile(r"\b(?:units?|pieces?|items?|quantit\w+|st[uü]ck\w*)\b", re.IGNORECASE)
_NUMBER = re.compile(rf"\b(\d{{1,2}}|{'|'.join(NUMBERS)})\b", re.IGNORECASE)


def watched_intent(slots: Slots) -> str:
    """Empty where other tools answer: a person, what has been, what a word means."""
    if slots.customers:
        return ""
    if _LEDGER.search(slots.text):
        return "ledger"
    if _SAVING.search(slots.text) and not slots.names.keys() - {"segment", "country"}:
        return "saving"
    if _ANOMALIES.search(slots.text):
        return "anomalies"
    ahead = _DEMAND.search(slots.text) and not _OTHER_DAYS.search(slots.text)
    return "demand" if ahead and not slots.names else ""


def watch_steps(intent: str, slots: Slots) -> "list[Step]":
    if intent == "saving":
        asked = _NUMBER.search(slots.text)
        said = (NUMBERS.get(asked[1].casefold()) or int(asked[1])) if asked else 3
        count = min(max(said, 1), _MOST_SAVED)
        return [("worth_saving", {"count": count})]
    if intent == "ledger":
        return [("show_ledger", {})]
    if intent == "anomalies":
        return [("list_anomalies", {"limit": _MOST_ALERTS})]
    by = next((kind for kind in ("category", "segment") if kind in slots.dimensions), "shop")
    measure = "units" if _UNITS.search(slots.text) else "revenue"
    return [("demand_forecast", {"by": by, "measure": measure})]


def watch_lines(intent: str, found: Found) -> list[str]:
    if intent == "saving":
        return _saving_lines(found)
    if intent == "ledger":
        return _ledger_lines(found)
    return _alert_lines(found) if intent == "anomalies" else _demand_lines(found)


def _saving_lines(found: Found) -> list[str]:
    """Whom to start with, what is at stake, and how likely each is to leave."""
    rows = [
        (str(stake["subject"]), ref(stake), ref(churn))
        for stake in found.plain("revenue_at_risk")
        for churn in found.plain("churn")
        if churn["subject"] == stake["subject"]
    ]
    lines = [f"Start with {name}: revenue at risk {stake}, churn {churn}."
             for name, stake, churn in rows[:1]]  # fmt: skip
    rest = [f"- {name}: revenue at risk {stake}, churn {churn}" for name, stake, churn in rows[1:]]
    return [*lines, "Then, by what they have brought and may stop to bring:", *rest] if rest else (
        lines)  # fmt: skip


def _ledger_lines(found: Found) -> list[str]:
    """What came in, what was mended and dropped, and for which reasons most."""
    lines = []
    for metric, said in _ROWS:
        facts = found.plain(metric)
        lines += [f"{said}: {ref(fact)}." for fact in facts if fact["kind"] == "dataset"]
        reasons = [fact for fact in facts if fact["kind"] != "dataset"][:_MOST_REASONS]
        lines += [f"- {fact['subject']}: {label(metric)} {ref(fact)}" for fact in reasons]
    return lines


def _alert_lines(found: Found) -> list[str]:
    """How many, of which kinds, and the strongest."""
    alerts = found.plain("alerts")
    whole = [fact for fact in alerts if fact["kind"] == "dataset"]
    if not whole or whole[0]["shows_as"] == "0":
        return [NO_ALERTS] if whole else []
    lines = [f"The shop has {ref(whole[0])} alerts."]
    kinds = [f"- {fact['subject']}: {ref(fact)} alerts" for fact in alerts if fact not in whole]
    lines += ["By kind:", *kinds] if kinds else []
    strongest = [line for text in found.texts if (line := _alert(found, text))]
    lines += ["Customers to look at:", *strongest] if strongest else []
    return [*lines, NO_PROOF]


def _alert(found: Found, text: dict[str, str]) -> str:
    name = f"customer {text.get('customer', '')}"
    return next(
        (
            f"- {name}{when(fact)}: {label(fact['metric'])} {ref(fact)}"
            for fact in found.facts
            if fact["subject"] == name
        ),
        "",
    )


def _demand_lines(found: Found) -> list[str]:
    """Of the shop month by month, of its parts the next month; and how far forecasts were off."""
    told = [*found.plain("forecast_revenue"), *found.plain("forecast_units")]
    if not told:
        return []
    months = list(dict.fromkeys(fact["period"] for fact in told))
    if told[0]["kind"] == "dataset":
        lines = [_forecast(fact) for fact in told]
    else:
        after = months[1:2] or months  # the first is the month that has begun
        rows = [fact for fact in told if fact["period"] == after[0]][:_MOST_PARTS]
        lines = [f"{label(told[0]['metric']).capitalize()}{when(rows[0])}:"]
        lines += [f"- {fact['subject']}: {ref(fact)}{when(fact)}" for fact in rows]
    errors = [fact for fact in found.plain("forecast_error") if fact["kind"] == told[0]["kind"]]
    if len(errors) == 1:
        lines.append(f"The forecast error of {_whose(errors[0])} is {ref(errors[0])}.")
    refused = any(text.get("refused") == "True" for text in found.texts)
    return [*lines, REFUSED] if refused else lines


def _forecast(fact: Fact) -> str:
    return f"The {label(fact['metric'])} of {_whose(fact)} is {ref(fact)}{when(fact)}."


def _whose(fact: Fact) -> str:
    return "the shop" if fact["kind"] == "dataset" else str(fact["subject"])
