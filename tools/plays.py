"""One play of a playbook: its audience in figures, what its people do anyway, how to prove it."""

from dataclasses import dataclass

from engine.concepts import Money
from engine.errors import Fixable
from engine.facts import Figure, Period, Subject, Value
from engine.features import Records, full_feature_table
from engine.holdout import audience_key
from engine.playbook import Known, Play, audience_name
from engine.recommending import Pair, Recommender
from engine.uplift import Arm, detectable_rise, needed_people, proving_share
from stores.audiences import AudienceStore
from stores.consents import consent_of
from stores.runs import Segment
from tools.audience_lists import part
from tools.context import Context
from tools.past import DAYS
from tools.readout import read_out
from tools.selection import Selection

NAMED = 3  # products that a message names
UNSEEN_SHARE = 0.2  # to hold out where the past says nothing
_EFFECT = ("uplift", "uplift_low", "uplift_high")
Found = tuple[str, Period, Value, str, int]  # metric, period, value, formula, rows


@dataclass(frozen=True, eq=False)
class Ground:
    """What all plays of one playbook are made from."""

    context: Context
    records: Records
    segment: Segment | None
    known: Known
    recommender: Recommender | None
    pair: Pair | None


@dataclass(frozen=True)
class Situation:
    """Whom a play means now, and what those did who were in the same situation before."""

    play: Play
    selection: Selection
    anyway: Arm | None

    @property
    def people(self) -> int:
        return len(self.selection.customers)

    @property
    def holdout(self) -> float:
        if self.anyway is None:
            return UNSEEN_SHARE
        return proving_share(self.anyway.rate, self.people)


@dataclass(frozen=True)
class MadePlay:
    figures: tuple[Figure, ...]
    text: dict[str, str]
    revenue: int


def make_play(ground: Ground, situation: Situation) -> MadePlay:
    name = audience_name(situation.play, ground.segment.name if ground.segment else "")
    subject = Subject("selection", situation.play.key, name)
    revenue = _revenue(ground, situation)
    found = [
        *_size(ground, situation, revenue),
        *_own(ground, situation),
        *_proof(ground, situation, name),
    ]
    figures = [Figure(subject, *one) for one in found]
    effect = _effect(ground.context, situation.play)
    return MadePlay(
        (*figures, *effect), _text(ground, situation, name, bool(effect)), revenue
    )  # fmt: skip


def _revenue(ground: Ground, situation: Situation) -> int:
    members = ground.context.members
    own = members.index.isin(list(situation.selection.customers))
    return int(members.loc[own, "monetary"].sum())


def _size(ground: Ground, situation: Situation, revenue: int) -> list[Found]:
    context, people = ground.context, situation.people
    members = context.members
    own = members[members.index.isin(list(situation.selection.customers))]
    as_of, currency = context.snapshot_period(), context.dataset.shop.currency
    median = float(own["recency"].median())
    return [
        ("customers", as_of, people, "customers whom the filter means, nobody who opted out",
         len(members)),
        ("share_of_customers", as_of, people / len(members),
         "its customers / all segmented customers", len(members)),
        ("revenue", context.lifetime_period(), Money(revenue, currency),
         "sum of net revenue of its customers", people),
        ("recency", as_of, int(median) if median.is_integer() else median,
         "median over its customers", people),
    ]  # fmt: skip


def _own(ground: Ground, situation: Situation) -> list[Found]:
    """What speaks for this play alone, and is in its message."""
    context, shows = ground.context, situation.play.shows
    period, people = context.lifetime_period(), situation.people
    found: list[Found] = []
    if "also_bought" in shows and ground.pair is not None:
        method, pair = "customers with kept sales of both products", ground.pair
        found += [
            ("also_bought", period, pair.share, f"{method} / those with the first",
             pair.customers),
            ("together", period, pair.lift, f"{method} / as many as by chance", pair.customers),
        ]  # fmt: skip
    if "average_order" in shows:
        own = context.members.loc[sorted(situation.selection.customers)]
        mean = round(own["monetary"].sum() / own["frequency"].sum())
        value = Money(int(mean), context.dataset.shop.currency)
        found.append(("average_order", period, value, "revenue / orders of its people", people))
    if "usual_saving" in shows:
        saved = _saving(ground, situation)
        found.append(("usual_saving", period, saved, "mean of average_discount", people))
    return found


def _saving(ground: Ground, situation: Situation) -> float:
    context = ground.context
    consent = consent_of(context.home, context.dataset, context.need_snapshot().version)
    table = full_feature_table(
        ground.records, context.snapshot_moment, consent, ["average_discount"]
    )
    return float(table.frame.loc[sorted(situation.selection.customers), "average_discount"].mean())


def _proof(ground: Ground, situation: Situation, name: str) -> list[Found]:
    """What the people do anyway, who is held out, and what that would show."""
    context, people, share = ground.context, situation.people, situation.holdout
    as_of = context.snapshot_period()
    key = audience_key(context.person, context.dataset.dataset_id, name)
    held = len(part(key, situation.selection.customers, share).held_out)
    found: list[Found] = [
        ("held_out", as_of, held, "its customers whom a keyed hash holds out", people)
    ]
    if situation.anyway is None:
        return found
    rate, before = situation.anyway.rate, situation.anyway.people
    start = context.snapshot_moment.days_before(DAYS)
    period = Period(start=start.local, end=context.snapshot_moment.local)
    formula = "of those whom the filter meant at the start, who had a kept sale"
    found.append(("purchase_rate", period, rate, formula, before))
    least, needed = detectable_rise(rate, people, share), needed_people(rate, share)
    if least is not None:
        formula = "seen four times in five at 95 %, from the rate of people like them"
        found.append(("detectable", as_of, least, formula, before))
    if needed is not None:
        formula = "both sides together, to see a rate a tenth higher four times in five"
        found.append(("needed_people", as_of, needed, formula, before))
    return found


def _effect(context: Context, play: Play) -> list[Figure]:
    """Of the shop's own audiences of this play that can be read out."""
    figures: list[Figure] = []
    for audience in AudienceStore(context.home).all(context.person, context.dataset.dataset_id):
        if not audience.name.casefold().startswith(play.title.casefold()):
            continue
        try:
            readout = read_out(context, audience, DAYS)
        except Fixable:  # its days are not over, or nobody was held out
            continue
        figures += [one for one in readout.figures() if one.metric in _EFFECT]
    return figures


def _text(ground: Ground, situation: Situation, name: str, known: bool) -> dict[str, str]:
    play, selection = situation.play, situation.selection
    effect = "as earlier audiences of this play were read out" if known else _UNKNOWN
    return {
        "play": play.title,
        "audience": name,
        "where": selection.text,
        "means": selection.sentence,
        "why": play.why,
        "effect": effect if play.message else _NOT_SENT,
        "holdout": f"{situation.holdout:g}",
        "message": _worded(ground, play),
    }


_UNKNOWN = "unknown until an audience of this play with a holdout is read out"
_NOT_SENT = "nothing is sent; a holdout would tell what sending adds"


def _worded(ground: Ground, play: Play) -> str:
    """The message with the names of products in it; {metric} stays for its figure."""
    names = {} if ground.recommender is None else ground.recommender.purchases.names
    text = play.message
    if ground.pair is not None:
        text = text.replace("{first}", names[ground.pair.first])
        text = text.replace("{second}", names[ground.pair.second])
    if "{products}" in text and ground.recommender is not None:
        segment = ground.segment.segment_id if ground.segment else None
        best = [names[one] for one in ground.recommender.popular(segment, NAMED)]
        text = text.replace("{products}", ", ".join(best))
    return text
