"""Audiences: a selection that is looked at, then saved, then looked at again at each snapshot."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import Field

from engine.concepts import Moment, Money
from engine.errors import BadInput, Fixable
from engine.facts import Figure, Period, Subject, Value
from engine.holdout import audience_key, check_share
from stores.audiences import Audience, AudienceList, AudienceStore
from stores.pushes import PushStore
from tools.audience_lists import People, bring_up, first_list, part, people_of
from tools.context import Context
from tools.selection import Selection, Wording, select_customers, word_filter
from tools.tool import Arguments, Result

SAMPLE = 10  # ids shown before somebody saves
_NAME = re.compile(r"[\w][\w .-]{0,60}")


class PreviewAudience(Arguments):
    where: str = Field(min_length=1, max_length=2000)
    name: str | None = None
    holdout: float = Field(default=0.0, ge=0, lt=1)


def preview_audience(context: Context, arguments: PreviewAudience) -> Result:
    """Who a filter means, before anything is saved.

    When to use: when asked how many customers fulfil conditions, what they are worth, or to make an
    audience: look first, then save_audience.
    Arguments: where, the filter, such as: recency > 60 and monetary >= 500 and country = France;
    name, what the audience will be called; holdout, the share of people to leave alone (0.1).
    Result: customers, share of customers, revenue, how many are held out; the filter as a sentence.
    """
    selection, people = _select(context, arguments.where, arguments.name, arguments.holdout)
    key = _key(context, arguments.name, selection)
    subject = Subject("selection", key, arguments.name or "these customers")
    return Result(
        tuple(_size_figures(context, subject, people)), ({"audience": selection.sentence},)
    )


class SaveAudience(Arguments):
    name: str = Field(min_length=1, max_length=61)
    where: str = Field(min_length=1, max_length=2000)
    holdout: float = Field(default=0.0, ge=0, lt=1)


def save_audience(context: Context, arguments: SaveAudience) -> Result:
    """Save a filter under a name as an audience.

    When to use: when asked to save, keep or follow the customers a filter means. Look at them with
    preview_audience first.
    Arguments: name; where, the filter; holdout, the share of people who are left alone so that what
    the audience brings can be told later. A person stays in or out of the holdout.
    Result: the name and the sentence; list_audiences tells its size.
    """
    audience = keep_audience(context, arguments.name, arguments.where, arguments.holdout)
    return Result(texts=({"saved": audience.name, "audience": audience.sentence},))


class ListAudiences(Arguments):
    pass


def list_audiences(context: Context, arguments: ListAudiences) -> Result:
    """The saved audiences of the person who asks, as they are now.

    When to use: questions about saved audiences: which there are, how big, who came and went.
    Arguments: none.
    Result: for each audience customers, share of customers, revenue, how many are held out, and how
    many entered and left since the snapshot before; one sentence each that says whom it means, or
    why it cannot be worked out any more.
    """
    found = AudienceStore(context.home).all(context.person, context.dataset.dataset_id)
    figures: list[Figure] = []
    texts: list[dict[str, str]] = []
    for audience in found:
        text = {"audience": audience.name, "means": audience.sentence}
        try:
            text["means"] = worded(context, audience).sentence
            figures += _figures(context, audience)
        except Fixable as error:  # such as a segment that has retired since
            text["trouble"] = str(error)
        texts.append(text)
    return Result(tuple(figures), tuple(texts))


def _figures(context: Context, audience: Audience) -> list[Figure]:
    current = bring_up(context, audience)
    people = people_of(context, current)
    sizes = _size_figures(context, audience_subject(audience), people)
    return sizes + _movement_figures(context, audience, current)


# ---- what the doors use as well -----------------------------------------------------------------


def keep_audience(context: Context, name: str, where: str, holdout: float) -> Audience:
    """Saves it and its people of today."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"'{name}' is no name for an audience.",
            "Use letters, digits, spaces, dots and hyphens.",
        )
    selection, _ = _select(context, where, name, holdout)
    audience = Audience(
        audience_id=_key(context, name, selection),
        owner=context.person,
        dataset_id=context.dataset.dataset_id,
        name=name,
        filter=dict(selection.kept),
        where_text=selection.text,
        sentence=selection.sentence,
        holdout=holdout,
        created_at=context.now,
    )
    AudienceStore(context.home).add(audience)
    first_list(context, audience, selection)
    return audience


@dataclass(frozen=True)
class Looked:
    """What is shown before anybody saves: counts, value, some ids, one plain sentence."""

    people: People
    card: dict[str, Any]


def look_at(context: Context, where: str, name: str | None, holdout: float) -> Looked:
    selection, people = _select(context, where, name, holdout)
    return Looked(people, _card(context, people, selection, name, holdout))


def audience_card(context: Context, audience: Audience) -> dict[str, Any]:
    """A saved audience as programs read it, brought up to the context's snapshot."""
    current = bring_up(context, audience)
    people = people_of(context, current)
    wording = worded(context, audience)
    return {
        "audience": audience.name,
        "audience_id": audience.audience_id,
        "sentence": wording.sentence,
        "where": wording.text,
        "filter": audience.filter,
        **_sizes(context, people),
        "holdout_share": audience.holdout,
        "as_of": Moment.of(current.as_of, context.dataset.shop.zone).iso(),
        "entered": current.entered,
        "left": current.left,
        "lists": [
            {"snapshot_id": one.snapshot_id, "as_of": one.as_of.isoformat(),
             "customers": one.customers, "entered": one.entered, "left": one.left}
            for one in AudienceStore(context.home).lists(audience)
        ],
        "pushes": [
            {"push_id": push.push_id, "to": push.address, "state": push.state,
             "added": push.added, "removed": push.removed, "parts": push.parts,
             "parts_sent": push.parts_sent, "at": push.created_at.isoformat(),
             "outcome": push.outcome}
            for push in PushStore(context.home).all(audience)
        ],
    }  # fmt: skip


def worded(context: Context, audience: Audience) -> Wording:
    """With the names that its segments have now."""
    known = {segment.segment_id: segment.name for segment in context.segments}
    named = [known.get(one, one) for one in _segments_in(audience.filter)]
    if all(name in audience.sentence for name in named):
        return Wording(audience.where_text, audience.sentence)
    return word_filter(context, audience.filter)


def _segments_in(part: Any) -> list[str]:
    """The ids of the segments that a kept filter names."""
    if isinstance(part, list):
        return [found for one in part for found in _segments_in(one)]
    if not isinstance(part, dict):
        return []
    if part.get("field") == "segment":
        return [str(one) for one in part.get("in", [])]
    return [found for one in part.values() for found in _segments_in(one)]


def audience_subject(audience: Audience) -> Subject:
    return Subject("audience", audience.audience_id, audience.name)


def _select(
    context: Context, where: str, name: str | None, holdout: float
) -> tuple[Selection, People]:
    check_share(holdout)
    selection = select_customers(context, where)
    return selection, part(_key(context, name, selection), selection.customers, holdout)


def _key(context: Context, name: str | None, selection: Selection) -> str:
    """Without a name the filter stands for it."""
    return audience_key(context.person, context.dataset.dataset_id, name or selection.text)


def _card(
    context: Context, people: People, selection: Selection, name: str | None, holdout: float
) -> dict[str, Any]:
    return {
        "audience": name,
        **selection.to_json(),
        "where": selection.text,
        **_sizes(context, people),
        "holdout_share": holdout,
        "as_of": context.snapshot_moment.iso(),
        "sample": sorted(people.reached)[:SAMPLE],
    }


def _sizes(context: Context, people: People) -> dict[str, Any]:
    return {
        "customers": len(people.all),
        "reached": len(people.reached),
        "holdout": len(people.held_out),
        "value": _value(context, people).to_json(),
    }


def _value(context: Context, people: People) -> Money:
    """What these people have brought up to the snapshot."""
    members = context.members
    minor = int(members.loc[members.index.isin(list(people.all)), "monetary"].sum())
    return Money(minor, context.dataset.shop.currency)


def _size_figures(context: Context, subject: Subject, people: People) -> list[Figure]:
    as_of, everybody = context.snapshot_period(), len(context.members)
    count = len(people.all)
    found: list[tuple[str, Period, Value, str]] = [
        ("customers", as_of, count, "customers whom the filter means, nobody who opted out"),
        ("share_of_customers", as_of, count / everybody, "its customers / all segmented customers"),
        ("revenue", context.lifetime_period(), _value(context, people),
         "sum of net revenue of its customers"),
        ("held_out", as_of, len(people.held_out), "its customers whom a keyed hash holds out"),
    ]  # fmt: skip
    return [
        Figure(subject, metric, period, value, formula, everybody)
        for metric, period, value, formula in found
    ]


def _movement_figures(context: Context, audience: Audience, current: AudienceList) -> list[Figure]:
    """Since the list before; none for the first."""
    zone, subject = context.dataset.shop.zone, audience_subject(audience)
    lists = AudienceStore(context.home).lists(audience)
    for before, after in pairwise(lists):
        if after.list_id == current.list_id:
            start, end = (Moment.of(one.as_of, zone).local for one in (before, after))
            return [
                Figure(subject, metric, Period(end=end, start=start), count, formula,
                       before.customers + after.entered)
                for metric, count, formula in (
                    ("entered", after.entered, "in the list of the later snapshot alone"),
                    ("left", after.left, "in the list of the earlier snapshot alone"),
                )
            ]  # fmt: skip
    return []
