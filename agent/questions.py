"""A question read whole: its parts, each with a meaning, in the light of the thread."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from agent.acting import with_audience
from agent.actions import NAMING_AUDIENCES, action_of, agrees
from agent.asking import USUAL
from agent.doubt import hardly_beyond
from agent.following import follow
from agent.goods import bearing
from agent.languages import language_of
from agent.meaning import Meaning
from agent.occasions import unsettled
from agent.outside import is_beyond, is_no_question, is_vague, points_at_nobody
from agent.pointed import with_other_product
from agent.refusing import WHOM, several_products, unknown_name, which_days
from agent.remembering import state_of_meaning
from agent.scheduling import DIGESTS, WHERE, subscription
from agent.slots import Slots, nearest, read_slots
from agent.unread import unread_subject
from agent.vocabulary import Vocabulary
from agent.wish import wish

_MOST_PARTS = 3
_TELLS_WORTH = ("churn", "extreme", "audience", "portrait", "segments")
_WORTH = re.compile(
    r"\b(?:they|them|it|he|she|those|these)\b.*\b(?:worth|bring|spent|spend|revenue|value)\b|"
    r"\b(?:worth|bring|spent|revenue|value)\b.*\b(?:they|them|it|those|these)\b",
    re.I,
)
_BEYOND_CHANCE = re.compile(
    r"^\W*(?:and |but )*(?:is|are|was|were|how) (?:it|this|that|these|those|they|any of (?:it|this|"
    r"that|them)|the changes?) (?:all |really |statistically |just )*(?:real|significant|noise|"
    r"chance|luck|a fluke|random|beyond chance)\b",
    re.I,
)
_ASKS = (
    r"(?:how|which|what|who|when|where|why|is|are|did|do|does|was|compare|show|list|tell|wie|"
    r"welche[rs]?|wer|was|cu[aá]nt\w+|qui[eé]n|qu[eé]|combien|quel\w*|qui)\b"
)
# After "and" a bare verb goes on with what was said: "who spent 500 and are quiet".
_GOES_ON = r"(?!(?:is|are|did|do|does|was|have)\s+(?!we|they|it|th\w+|our|my|any|s?he|you|i|<))"
_SPLIT = re.compile(
    rf"(?:\?|;|(?<!i\.e)(?<!e\.g)\.)\s+(?:and\s+|also\s+)?(?={_ASKS})|,?\s+(?:and|also|und|y|"
    rf"et)\s+(?:also\s+)?{_GOES_ON}(?={_ASKS})|,\s+(?={_ASKS})",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^\W*(?:the )?(?:first|former|1|one|a)\b", re.IGNORECASE)
_SECOND = re.compile(r"^\W*(?:the )?(?:second|latter|last|2|two|b|other)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:segments?|group|country|category|product|the) (?:called |"
    r"named )['\"]?(?P<a>[\w-]+(?: [A-Z][\w-]+)*)"
    r"|(?<=\w )(?:in|from|of|for|are|than|and|with|"
    r"vs) (?:the )?(?P<b>(?!I\b|Median|Schnitt|Durchschnitt|Mittel|Summe|Prozent|Vergleich|Moment|"
    r"Detail|Sortiment|Bestand)[A-Z][\w'-]{2,}(?: [A-Z][\w'-]+)*)"
    r"|\bsegment (?P<c>[A-Z][\w-]{2,})"
)


def read_question(
    question: str,
    vocabulary: Vocabulary,
    customers: Callable[[], Collection[str]],
    remembered: dict[str, Any],
) -> tuple[Meaning, ...]:
    """One meaning for each thing that is asked; a later part leans on those before."""
    if agrees(question) and remembered.get("next"):
        question = str(remembered["next"])  # what was proposed at the end of the answer before
    question = _without_orders(_taken(question, remembered) or question)
    known = tuple(customers()) if re.search(r"\d{3}", question) else ()
    question = wish(question, lambda part: read_slots(part, vocabulary, known), vocabulary.today)
    found: list[Meaning] = []
    for part in _parts(question):
        meaning = _meaning(part, vocabulary, customers, remembered)
        if found and _SAME_OF_ANOTHER.match(part) and meaning.slots.names:
            meaning = _of_another(found[-1], meaning)
        if found and not _POINTS_BACK.search(part):
            alone = _meaning(part, vocabulary, customers, {})
            meaning = alone if alone.intent in _OF_NOBODY and not alone.slots.names else meaning
        if found and (
            meaning.intent in ("outside", "help", "missing") or _is_told(found[-1], part)
        ):
            continue
        if (
            found
            and meaning.intent == "total"
            and not (meaning.slots.names or meaning.slots.measures)
        ):
            continue  # "what is the real figure?"
        if found and meaning.intent in _ALIKE and _TO_DO.search(part):
            meaning = replace(meaning, intent="playbook")  # what they are like was told before
        if any(_asks_alike(before, meaning) for before in found):
            found = [replace(before, strange="") for before in found]
            continue
        found.append(meaning)
        remembered = state_of_meaning(meaning, remembered)
    if len(found) == 1 and found[0].intent in _NOT_ASKED and not is_no_question(question):
        found = [_one_sentence(question, found[0], vocabulary, customers, remembered)]
    if found[0].strange == WHOM:
        return (found[0],)
    if len(found) > 1:
        found = [
            replace(m, other="", strange="")
            for m in found
            if m.intent not in ("outside", "help", "missing", "action")
        ] or found[:1]
    return tuple(found)


# "... per customer in Champions, and what per customer in Loyal?"
_SAME_OF_ANOTHER = re.compile(
    r"^\W*(?:and )?(?:what|how much|how many|which)(?: (?:about|per|for|in|of|from|with|the|a|each|"
    r"customers?|head|one))* (?:[\w'&-]+\s*){1,3}\W*$",
    re.IGNORECASE,
)


def _of_another(before: Meaning, meaning: Meaning) -> Meaning:
    """What was asked of one, asked of the next: nothing but a name is said anew."""
    plain = not set(meaning.slots.measures) - {"customers"} and not meaning.slots.dimensions
    if not plain or before.intent not in (*_COUNTING, "ahead", "churn", "value"):
        return meaning
    slots = replace(before.slots, names=meaning.slots.names, masked=meaning.slots.masked)
    return replace(before, slots=slots, question=meaning.question)


_NOT_ASKED = ("outside", "help")
_OF_NOBODY = ("advice", "saving", "anomalies", "quality", "demand")  # a subject of their own
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|these|those|there|that|this|he|she|him|her)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def _one_sentence(
    question: str,
    whole: Meaning,
    vocabulary: Vocabulary,
    customers: Callable[[], Collection[str]],
    remembered: dict[str, Any],
) -> Meaning:
    """Of several sentences that say nothing together, the one that asks."""
    sentences = _SENTENCE.split(question)
    for sentence in sentences if len(sentences) > 1 else []:
        meaning = _meaning(sentence, vocabulary, customers, remembered)
        if meaning.intent not in (*_NOT_ASKED, "missing", "action") and not meaning.other:
            return meaning
    return whole


_ALIKE = ("portrait", "advice", "notes")
_TO_DO = re.compile(r"\bdo (?:with|about|for)\b|\bwhat to do\b", re.IGNORECASE)


def _asks_alike(one: Meaning, two: Meaning) -> bool:
    """ "Who leaves next? Which group is most at risk?": the same in two wordings."""
    same = one.slots.names == two.slots.names and one.slots.measures == two.slots.measures
    return one.intent == two.intent and one.intent in (*_ALIKE, "churn") and same


def _is_told(before: Meaning, part: str) -> bool:
    """ "Who is slipping away, and what are they worth?": the first answer tells the second; and
    what changed is told with whether it is beyond chance."""
    if before.intent == "shifts" and _BEYOND_CHANCE.search(part):
        return True
    if before.intent in _FINDS and not before.slots.names and _POINTS_BACK.search(part):
        return True  # of whom the first answer finds: it tells how many, and what to ask next
    return before.intent in _TELLS_WORTH and bool(_WORTH.search(part))


_THINGS = re.compile(
    r"^\W*(?:\d|two|three|four|a few|some) (?:quick )?(?:things|numbers|figures|questions|bits)\b"
    r"[^:]{0,20}:\s*",
    re.IGNORECASE,
)
_FINDS = ("churn", "extreme", "advice")


def _parts(question: str) -> list[str]:
    """What cannot stand alone ("..., how many", "one-time buyers, ...") is no part."""
    if listed := _THINGS.match(question):
        return re.split(r"[,;] (?:and )?|\. ", question[listed.end() :])[:_MOST_PARTS]
    parts = [part.strip() for part in _SPLIT.split(question)]
    whole = all(len(part.split()) > 1 and not _BARE.match(part) for part in parts)
    asks = all(re.search(rf"\b{_ASKS}", part, re.I) for part in parts)
    return parts[:_MOST_PARTS] if whole and asks else [question]


_BARE = re.compile(
    r"^\W*(?:and )?(?:how many|how much|who|which ones?|what|why|list|show|which (?:segment|"
    r"group|country|category|product|one))"
    r"(?: (?:me (?:the )?)?(?:\d+|five|ten|twenty|top \w+)| (?:of each|is that|are there|"
    r"are they|are we talking|exactly|them|it|me|the list|for "
    r"each|each))?\W*$",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"^\W*(?:hi|hello|hey|thanks?|help|hallo|danke|hola|gracias|bonjour|merci)\b", re.I
)
_COURTESY = re.compile(
    r"^\W*(?:good )?(?:morning|afternoon|evening|hi|hello|hey|moin|hallo|hola|bonjour|salut|"
    r"great|perfect|nice|cool|lovely|interesting|excellent|super|(?:thank you|thanks|merci|danke|"
    r"gracias)(?: so much| a lot)?)"
    r"(?: (?:there|all|team|everyone|folks|guys|mate))?[\s,.!;:-]+"
    r"|[\s,.!;-]*\b(?:(?:many )?thanks|thank you|thx|cheers|danke|merci|gracias|lg|mfg|"
    r"(?:viele |beste |liebe )?gr(?:uß|üße))\b[\w\s,!.:)]{0,24}$",
    re.IGNORECASE,
)
_SMUGGLED = re.compile(
    r"^\W*\[[^\]]*\]|\[[^\]]*\]\W*$|"
    r"[\s,.;:!?-]*\b(?:and |then |also |ps:? )*(?:(?:end|begin|start|finish) (?:your|the) (?:reply|"
    r"answer|message|response)|sign (?:it )?off (?:with|as)|(?:reply|respond|answer|say|add|"
    r"append|write|print|include|repeat|"
    r"output)\b[^.?!]{0,30}\b(?:with|word|string|exactly|verbatim|after me)|ignore (?:all|any|the|"
    r"your|previous)|disregard|forget (?:all|your|the|previous))\b.*$|^\W*(?:drop|delete|truncate) "
    r"table \w+[\s;-]*|--.*?$(?!.)",
    re.IGNORECASE,
)


def _without_orders(question: str) -> str:
    """A question stays one when somebody adds to it what the answer has to say."""
    plain = _COURTESY.sub(" ", question).strip()
    question = plain if len(plain.split()) > 1 else question
    left = _SMUGGLED.sub(" ", question).strip(" ;'\"-")
    counts = re.match(rf"^\W*{_ASKS}", left, re.IGNORECASE)
    return left if counts and len(left.split()) > 2 else question


def _taken(question: str, remembered: dict[str, Any]) -> str:
    """Of two readings that were offered, the one that was taken."""
    choices = remembered.get("choices") or []
    if len(choices) != 2 or len(question.split()) > 6:
        return ""
    if _FIRST.search(question):
        return str(choices[0])
    return str(choices[1]) if _SECOND.search(question) else ""


def _meaning(
    question: str,
    vocabulary: Vocabulary,
    customers: Callable[[], Collection[str]],
    remembered: dict[str, Any],
) -> Meaning:
    known = tuple(customers()) if re.search(r"\d", question) else ()
    slots = with_other_product(read_slots(question, vocabulary, known), remembered, vocabulary)
    meaning = _own_action(follow(question, slots, remembered), slots)
    if _DEVELOPED.search(question) and remembered.get("metrics") and slots.is_empty:
        over = replace(meaning.slots, measures=tuple(remembered["metrics"]), periods=())
        return replace(meaning, intent="trend", slots=over, other="")
    one_word = len(slots.masked.split()) == 1
    vague = meaning.intent == "outside" or (meaning.intent == "help" and one_word)
    vague = vague or (meaning.intent in ("missing", "action") and not is_beyond(slots))
    asks_nobody = meaning.intent in ("outside", "help") and points_at_nobody(slots)
    if asks_nobody and not remembered.get("intent") and not _GREETS.search(question):
        return replace(meaning, strange=WHOM)
    if meaning.slots.consent == "out" and (meaning.slots.names or not vocabulary.people):
        what = "consent" if vocabulary.people else "consents"
        absent = replace(meaning.slots, absent=(what, ""))
        return replace(meaning, intent="missing", slots=absent)
    bare = slots.is_empty and not (slots.measures or slots.dimensions or remembered.get("intent"))
    vague = vague or (meaning.intent == "trend" and bare)
    unsure = (
        bare and not (language_of(question) or is_beyond(slots)) and hardly_beyond(slots.masked)
    )
    vague = vague and not _GREETS.search(question) and (unsure or is_vague(slots.masked))
    if (vague or meaning.intent == "outside") and (goods := _several_goods(slots, vocabulary)):
        return replace(meaning, intent="total", strange=goods, other="")
    occasion = "" if slots.periods or slots.names else unsettled(question)
    if occasion and (vague or meaning.intent not in ("outside", "missing", "action", "help")):
        return replace(meaning, intent="total", strange=which_days(occasion), other="")
    if vague or meaning.intent == "vague":
        one, two = USUAL
        return replace(meaning, intent=one, other=two, slots=slots)
    if slots.absent[0] == "country" and meaning.intent not in ("action", "help", "stream"):
        return replace(meaning, intent="missing", slots=slots, other="")
    if meaning.intent in ("outside", "missing", "action", "help", "stream", *NAMING_AUDIENCES):
        return meaning
    if meaning.intent in DIGESTS:
        unsaid = meaning.intent == "subscribe_digest" and not subscription(question)
        return replace(meaning, strange=WHERE if unsaid else "")
    if not remembered.get("intent") and points_at_nobody(slots):
        return replace(meaning, strange=_unread(question, meaning, slots, vocabulary) or WHOM)
    strange = "" if slots.customers else _strange(slots.masked, vocabulary)
    strange = strange or _unread(question, meaning, slots, vocabulary)
    meaning = replace(meaning, strange=strange) if strange else meaning
    if _is_unrecorded(meaning.slots, vocabulary):
        return replace(meaning, unrecorded=True, other="")
    return with_audience(
        meaning, remembered, lambda text: read_slots(" ".join(text.split()), vocabulary, known)
    )


_DEVELOPED = re.compile(
    r"^\W*(?:and )?how (?:has|have|did|does|do) (?:it|that|this|they|those)\b.{0,12}\b(?:chang|"
    r"develop|evolv|mov|trend)\w*",
    re.IGNORECASE,
)


def _is_unrecorded(slots: Slots, vocabulary: Vocabulary) -> bool:
    first = vocabulary.first
    return bool(slots.periods) and all(
        stretch.since > vocabulary.today
        or (first is not None and stretch.until is not None and stretch.until <= first)
        for stretch in slots.periods
    )


def _own_action(meaning: Meaning, slots: Slots) -> Meaning:
    """Who asks for an action says so, and of whom if it is not of those before."""
    action = action_of(slots.masked, slots)
    if not action or meaning.intent in ("outside", "missing", "action", "help", "stream"):
        return meaning
    own = slots if slots.names or slots.customers else meaning.slots
    return replace(meaning, intent=action, slots=own, other="", strange="")


_COUNTING = ("total", "breakdown", "extreme", "compare", "trend", "share", "segments")


def _several_goods(slots: Slots, vocabulary: Vocabulary) -> str:
    """ "How's the jar selling?": which of the jars is meant."""
    said = unread_subject(slots.masked)
    goods = bearing(said, vocabulary.products) if said else ()
    return several_products(said, goods) if goods else ""


def _unread(question: str, meaning: Meaning, slots: Slots, vocabulary: Vocabulary) -> str:
    """Where a name should stand and none is known: the products that hold the word, or that nothing
    is called so. The figure of the whole shop would be another question's answer."""
    named = slots.names or slots.customers or slots.people or slots.filter
    foreign = language_of(question)  # of which only the commonest words are known
    said = (
        "" if named or foreign or meaning.intent not in _COUNTING else unread_subject(slots.masked)
    )
    if not said:
        return ""
    goods = bearing(said, vocabulary.products)
    return several_products(said, goods) if goods else unknown_name(said, None)


def _strange(masked: str, vocabulary: Vocabulary) -> str:
    """What stands where a name should, and is none: with the nearest that there is."""
    match = _NAMED.search(masked)
    if match is None:
        return ""
    said = next(word for word in match.groups() if word)
    if any(letter.isdigit() for letter in said):
        return ""
    known = [*vocabulary.segments, *vocabulary.countries, *vocabulary.categories]
    return unknown_name(said, nearest(said, known))
