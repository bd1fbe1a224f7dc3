"""From a question that asks for an action to the tools that find, prepare or begin it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.counting import Step
from agent.meaning import Meaning
from agent.saying import not_understood, where_of
from agent.scheduling import subscription
from agent.slots import Slots

_DEFAULT_HOLDOUT = 0.1  # of an audience that is saved in a conversation; the question says so
_NAME = r"['\"“‘]?(?P<name>[\w][\w .-]{0,60}?)['\"”’]?"
_AFTER = (
    r"(?=\s*(?:[?!,;]|\.\s|\.?$|\b(?:with(?:out)?|holding|leaving|and|as|to|for|now|please|in|so|yet|"
    r"work(?:ed|s)?|bring|brought|achieve|do|pay|did|after|from|been|has|have)\b))"
)
_CALLED = re.compile(rf"\b(?:called|named|as|name it|call it|call them)\s+(?!(?:an?|the)\b){_NAME}"
                     rf"{_AFTER}", re.IGNORECASE)  # fmt: skip
_AUDIENCE = re.compile(
    rf"\baudience\s+(?!of\b|with\b|from\b|that\b|who\b|did\b|called\b|named\b|bring|brought){_NAME}"
    rf"{_AFTER}|(?<=\bof )['\"“‘](?P<quoted>[^'\"”’]+)['\"”’]", re.IGNORECASE
)  # fmt: skip
_SHARE = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s*(?:%|percent)|(?P<part>0?\.\d+)|\b(?P<word>tenth|fifth|quarter)\b",
    re.IGNORECASE,
)
_WORDS = {"tenth": 0.1, "fifth": 0.2, "quarter": 0.25}
_PART = r"(?:\d[\d.]*\s*(?:%|percent)?|tenth|fifth|quarter)"
_HOLDOUT = re.compile(
    rf"(?:\b(?:with|and|no|without|an?|the|of|random|{_PART})\s+)*"
    rf"\b(?:hold[- ]?outs?|held[- ]out|hold(?:ing)? (?:back|out)|control(?: group)?|"
    rf"leav(?:e|ing)\s+(?:[\w%.]+\s+){{0,4}}?(?:alone|out))"
    rf"(?:\s+(?:of\s+)?(?:an?\s+)?{_PART})?(?!\w)",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"\b(?:after|within|in|for|first)\s+(?:the )?(\d{1,3})[ -]days?\b", re.IGNORECASE
)


def act(meaning: Meaning) -> list[Step]:
    """The tools of an action; what changes something asks the person first."""
    slots, question = meaning.slots, meaning.question
    match meaning.intent:
        case "playbook":
            return [("playbook", {"segment": (slots.of("segment") or ("",))[0]})]
        case "recommend":
            whom = (*slots.customers, *slots.of("segment"))
            return [("recommend_products", {"whom": whom[0], "count": slots.top or 5})]
        case "bought_together":
            return [("bought_together", {"segment": (slots.of("segment") or ("",))[0]})]
        case "save_audience":
            return [("preview_audience", meaning.audience), ("save_audience", meaning.audience)]
        case "export_audience":
            form = "emails" if re.search(r"e-?mail|address|hash", question, re.I) else "customers"
            return [("export_audience", {"name": audience_of(question), "form": form})]
        case "readout":
            days = _DAYS.search(question)
            asked: dict[str, Any] = {"name": audience_of(question)}
            return [("audience_readout", asked | ({"days": int(days[1])} if days else {}))]
        case "list_digests" | "preview_digest":
            return [(meaning.intent, {})]
        case "subscribe_digest":
            return [("subscribe_digest", subscription(question))]
    return []


def with_audience(
    meaning: Meaning, remembered: Mapping[str, Any], read: Callable[[str], Slots]
) -> Meaning:
    """With the name, filter and holdout of the audience that is to be saved: one of the plays
    that were proposed before, or whom the question and the ones before it mean.

    What an audience would be called says nothing of who is in it, so the question is read again
    without that. When a word or a condition cannot be part of a filter, it is asked back: the
    audience would be other people.
    """
    if meaning.intent != "save_audience":
        return meaning
    question = meaning.question
    play = _play_of(question, remembered.get("plays") or ())
    if play is not None:
        return replace(meaning, audience=dict(play), strange="")
    slots, unsaid = _whom(read(_without_wish(question)), remembered)
    where = where_of(slots)
    if unsaid or not where:
        return replace(meaning, strange=f"{_WHOM} {_UNSAID if unsaid else ''}".strip())
    found = _CALLED.search(question) or _AUDIENCE.search(question)
    said = (found["name"] or "").strip() if found else ""
    asked = {"name": said or _own_name(slots), "where": where, "holdout": _holdout(question)}
    return replace(meaning, audience=asked, strange="")


_WHOM = (
    "Whom shall I save? Name them in one sentence: a segment, a country, what they spent, how "
    "often or how long ago they bought."
)
_UNSAID = "Of what was said before, not all can be part of an audience."
_POINTS = re.compile(r"\b(?:these|those|them|they|this|that)\b", re.IGNORECASE)
_WISH = re.compile(
    r"\b(?:save|keep|store|make|create|build|set up|turn)\b|\b(?:as|into|in) (?:an? )?(?:new )?"
    r"audience\b|\baudiences?\b|\b(?:ok(?:ay)?|now|then|can|could|selection|list)\b",
    re.IGNORECASE,
)
_NOT_OF_PEOPLE = (
    "periods",
    "customer",
    "top",
    "people",
    "without",
    "unclear",
)  # of what a thread remembers


def _without_wish(question: str) -> str:
    for pattern in (_CALLED, _HOLDOUT, _WISH):
        question = pattern.sub(" ", question)
    return question


def _whom(own: Slots, remembered: Mapping[str, Any]) -> tuple[Slots, bool]:
    """Who is meant; and whether something was said of them that no filter holds."""
    unsaid = bool(not_understood(own))
    if not _POINTS.search(own.masked):
        return own, unsaid
    before = {kind: tuple(values) for kind, values in remembered.get("filters", {}).items()}
    segment = remembered.get("segment") or [one for one in [remembered.get("winner")] if one]
    names = before | ({"segment": tuple(segment)} if segment else {}) | own.names
    wheres = [one for one in (str(remembered.get("where", "")), own.where) if one]
    unsaid = unsaid or "channel" in names or any(remembered.get(one) for one in _NOT_OF_PEOPLE)
    return replace(own, names=names, where=" and ".join(wheres)), unsaid


_PLACES = (r"first|1st", r"second|2nd", r"third|3rd")


def _play_of(question: str, plays: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    folded = question.casefold()
    for play in plays:
        if str(play["name"]).casefold() in folded:
            return play
    for play, place in zip(plays, _PLACES, strict=False):
        if re.search(rf"\bthe (?:{place})(?: one| play)?\b", folded):
            return play
    return None


def audience_of(question: str) -> str:
    """The name that was said; empty: the only one there is."""
    found = _AUDIENCE.search(question)
    return (found["name"] or found["quoted"] or "").strip() if found else ""


def _own_name(slots: Slots) -> str:
    """From whom it means, when nobody gave it one."""
    words = [
        one for kind in ("segment", "country", "category", "product") for one in slots.of(kind)
    ]
    if slots.where:
        words.append(" ".join(re.findall(r"[a-z]+|\d+", slots.where.replace(" and ", " "))))
    plain = " ".join(re.sub(r"[^\w .-]", " ", " ".join(words)).split())
    return plain[:61].strip() or "Customers"


def _holdout(question: str) -> float:
    found = _HOLDOUT.search(question)
    if found is None:
        return _DEFAULT_HOLDOUT
    if re.search(r"\b(?:no|without)\b", found[0], re.IGNORECASE):
        return 0.0
    share = _SHARE.search(found[0])
    if share is None:
        return _DEFAULT_HOLDOUT
    if share["word"]:
        return _WORDS[share["word"].casefold()]
    return float(share["n"]) / 100 if share["n"] else float(share["part"])
