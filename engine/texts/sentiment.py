"""How a text feels about what it speaks of, from -1 to 1: words, and what turns them.

Every word that leans (`engine.texts.lexicon`) counts with its strength. A negation up to three
words before it, in the same clause, turns and weakens it: "not bad" is mild praise. "Very" makes
it stronger, "a bit" weaker; what follows "but" counts more than what stood before. Praise and
blame are weighed against each other, and little said counts for little.

What is not reached: sarcasm, comparisons ("like my old one, before it died") and complaints
without a leaning word ("three weeks and I am still without my parcel").
"""

from functools import lru_cache

from engine.texts.lexicon import CONTRASTS, NEGATIONS, STRONGER, WEAKER, load_lexicon

# Between these a text is neither glad nor cross: it says nothing, or as much of both.
NEITHER = 0.3
# The weight of saying nothing: what the leanings are weighed against.
_SILENCE = 2.0
_NEGATED_PRAISE = -0.8
_NEGATED_BLAME = -0.5
_STRONGER, _WEAKER = 1.3, 0.6
_BEFORE_BUT, _AFTER_BUT = 0.7, 1.2
_REACH = 3
_CLAUSE_ENDS = frozenset(".!?;:,()\n")


def score_sentiment(tokens: list[str]) -> float:
    """Of the tokens of an English text (`to_tokens`); 0 when nothing in it leans."""
    leanings = find_leanings(tokens)
    praise = sum(leaning for leaning in leanings if leaning > 0)
    blame = -sum(leaning for leaning in leanings if leaning < 0)
    return (praise - blame) / (praise + blame + _SILENCE)


def find_leanings(tokens: list[str]) -> list[float]:
    """The strength of every leaning word or phrase, turned by what stands before it."""
    lexicon, longest = load_lexicon(), _phrases()
    leanings: list[float] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token in CONTRASTS:
            leanings = [_BEFORE_BUT * leaning for leaning in leanings]
        taken = _phrase_at(tokens, at, longest)
        leaning = lexicon.get(" ".join(tokens[at : at + taken]) if taken > 1 else token)
        if leaning is not None:
            leanings.append(leaning * _turn(tokens, at, leaning))
        at += taken
    return leanings


def _turn(tokens: list[str], at: int, leaning: float) -> float:
    """What the words before make of a leaning."""
    turn = 1.0
    for token in reversed(tokens[max(0, at - _REACH) : at]):
        if token in _CLAUSE_ENDS or token in CONTRASTS:
            break
        if token in NEGATIONS:
            return turn * (_NEGATED_PRAISE if leaning > 0 else _NEGATED_BLAME)
        if token in STRONGER:
            turn *= _STRONGER
        elif token in WEAKER:
            turn *= _WEAKER
    return turn


def _phrase_at(tokens: list[str], at: int, phrases: dict[str, tuple[tuple[str, ...], ...]]) -> int:
    """How many tokens the longest phrase from here on takes; 1 when there is none."""
    for phrase in phrases.get(tokens[at], ()):
        if tuple(tokens[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 1


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The phrases by their first word, the longest first."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for entry in load_lexicon():
        words = tuple(entry.split())
        if len(words) > 1:
            by_first.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in by_first.items()}
