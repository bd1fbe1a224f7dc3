"""Why something is so: no fact of Segue says it, so that a sentence may not either.

A recommendation may give its reason ("start with At risk, because ..."), and a sentence may say
that the reason is not known.
"""

import re
from collections.abc import Iterator, Mapping

from engine.facts import Fact
from engine.grounding.claims import Reading
from engine.metrics import METRICS

# What leads to a cause, and what leads to its effect.
_CAUSE = re.compile(
    r"\b(?:because(?:\s+of)?|due\s+to|owing\s+to|thanks\s+to|down\s+to(?=\s+(?:the|your|our|a|an|its|their)\s)"
    r"|(?:as\s+a|the)\s+(?:direct\s+)?(?:result|consequence)\s+of|on\s+the\s+back\s+of"
    r"|(?:driven|caused|fuel+ed|boosted|triggered|explained|sparked|powered|helped|hurt|hit|lifted"
    r"|brought\s+(?:about|on)|pushed\s+(?:up|down)|held\s+back|propped\s+up)(?:\s+(?:mainly|mostly|largely|primarily|partly))?\s+by"
    r"|(?:attribut(?:able|ed)|put\s+down|traced(?:\s+back)?|credited|owed?s?)\s+(?:back\s+)?to"
    r"|(?:result(?:s|ed|ing)?|stem(?:s|med|ming)?|aris(?:es|ing)|arose)\s+from"
    r"|(?:which|that)\s+(?:probably\s+|likely\s+)?(?:explains|is\s+why)|explanation|explains?|(?:the|one|main|a)\s+reasons?(?!\s+to\b)|culprit|causes?"
    r"|(?:wegen|aufgrund|dank|weil|grâce\s+à|à\s+cause\s+de|parce\s+que|gracias\s+a|debido\s+a|porque))\b",
    re.IGNORECASE,
)
_EFFECT = re.compile(
    r"\b(?:led\s+to|lead(?:s|ing)?\s+to|resulted\s+in|resulting\s+in|caused|causing|drove|driving|drives|triggered|boosted"
    r"|paid\s+off|worked|working|had\s+an?\s+(?:effect|impact)|made\s+(?:them|people|customers)\s+\w+"
    r"|helped|hurt|thereby|therefore|as\s+a\s+result|consequently|hence|so\s+that)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:i\s+would|i[’']d|i\s+suggest|i\s+recommend|should|shall|let[’']s|consider|focus|start|recommend\w*|suggest\w*|worth\s+(?:a|an|your|\w+ing)"
    r"|deserves?|priorit\w+|first\s+(?:place|step|thing|stop)|matters?)\b",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:can[’']?t|cannot|can\s+not|do(?:es)?n[’']t|do(?:es)?\s+not|did\s+not|didn[’']t|no\s+(?:fact|data|record|way|reason|figure)s?|not\s+(?:in|part\s+of|something|known)"
    r"|unknown|unclear|whether|would\s+have\s+to|ask(?:ing)?|survey|find\s+out)\b",
    re.IGNORECASE,
)
# Facts that carry a reason of their own: who was taken out because the sales were taken back.
_REASONED = frozenset({"removed"})


_ACTS = re.compile(
    r"\b(?P<verb>lifted|raised|boosted|pushed|improved|increased|reduced|lowered|drove|pulled|dragged|depressed|hit|helped|hurt|saved|cost)"
    r"\s+(?:the|your|our|its|their)\s+(?:¤+\s+)?$",
    re.IGNORECASE,
)


def find_reasons(reading: Reading, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Words that say why something is so, where no fact does."""
    if any(facts[reference.fact].figure.metric in _REASONED for reference in reading.references):
        return
    if not reading.references and (
        _UNKNOWN.search(reading.masked) or reading.masked.rstrip(" *_").endswith("?")
    ):
        return
    if verb := _moves_metric(reading):
        yield f"'{verb}' says what moved a figure, and no fact says why: leave it out"
    for pattern in (_CAUSE, _EFFECT):
        for match in pattern.finditer(reading.masked):
            if any(w.start <= match.start() and match.end() <= w.end for w in reading.metrics):
                continue
            if pattern is _CAUSE and _advises(reading, match.start()):
                continue
            yield f"'{match.group()}' gives a reason, and no fact says why: leave the reason out"
            return


def _moves_metric(reading: Reading) -> str | None:
    """ "The voucher lifted the repeat rate": something that acted on what is counted."""
    for word in reading.metrics:
        found = _ACTS.search(reading.masked[: word.start])
        own = found and any(n.end <= found.start() for n in reading.namings)
        if found and not own and METRICS[word.metric].unit != "date":
            return found.group("verb")
    return None


def _advises(reading: Reading, place: int) -> bool:
    """ "I would start with At risk, because ...": a reason for doing something, not for a figure."""
    said = reading.masked[:place]
    told = any(reference.start < place for reference in reading.references)
    return bool(_ADVICE.search(said)) and not told
