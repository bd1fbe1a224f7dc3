"""The glossary: what every word that Segue uses means, as notes that are true of any dataset.

Metrics and features define themselves where they are worked out; the other words stand here.
"""

from datetime import UTC, datetime
from functools import cache

from engine.features.feature import FEATURES
from engine.metrics import METRICS
from stores.home import new_id
from stores.notes import Note, NoteStore

# What it is called, the best name first; what it means.
_WORDS: tuple[tuple[str, str], ...] = (
    ("customer|customers|buyer", "a person or account with an id in the orders and a kept sale"),
    ("guest|guests|without an account", "who bought without a customer id: counted in revenue and "
     "orders of the shop, and in no segment"),
    ("dataset", "the cleaned records of one shop, to which loads are added"),
    ("load|upload", "one file or batch that was brought into a dataset, with its ledger"),
    ("ledger|dropped rows|thrown away|rows kept", "the account of a load: every row that came in "
     "is kept, fixed or dropped, each for one reason, and the dropped rows are set aside to be "
     "looked at"),
    ("run|segmentation", "one search for segments: features, ways to cut, their evidence, the "
     "winner"),
    ("segment|group|cluster", "customers who buy alike; its identity and name live on through "
     "later runs"),
    ("evidence", "the measures of every way to cut the customers that was tried, and the reason "
     "for the choice"),
    ("natural|natural segments", "the verdict that the segments are further apart than shops "
     "without groups would show"),
    ("useful|useful segments", "the verdict that the segments are cuts of a continuum, not found "
     "in nature, and yet tell apart what people spend later"),
    ("RFM|recency, frequency and monetary value", "three plain measures of a customer: how long "
     "ago the last purchase was, how many there were, and what they brought"),
    ("rules|verdict rules|RFM rules", "the verdict that no search found anything that holds, "
     "so customers are told apart by plain rules on recency, frequency and monetary value"),
    ("snapshot", "who belonged to which segment as of one moment, with features"),
    ("shift|shifts|migration|movement", "a change between two snapshots: who entered, who left, "
     "who is new, and whether that is beyond chance"),
    ("significant|beyond chance", "what chance, or what is usual in the shop, does not explain"),
    ("score|scores|prediction", "a prediction for one customer, judged on past dates and refused "
     "where it does not beat a plain rule"),
    ("audience", "a saved selection of customers that can be exported"),
    ("holdout|control group|left alone|leave alone", "people of an audience who get nothing, so "
     "that the others can be compared with them"),
    ("playbook|play|plays", "the actions that are proposed for a segment, each with its proof"),
    ("receipt|receipts", "the record that binds a figure to the call and the rows that made it; "
     "anybody who may see the figure can work it out again"),
    ("report", "a document about the customers, with charts, tables and receipts"),
    ("digest", "a message on a schedule about what moved, or one line when nothing did"),
    ("planner", "the built-in reader of questions, which needs no language model"),
    ("note|notes", "a text kept for recall, with the records it is true of"),
    ("anomaly|anomalies|out of the ordinary|alert", "a customer who does what hardly anybody in "
     "the shop does"),
    ("horizon", "the stretch of days ahead that a score speaks of; it is told beside each figure"),
    ("verified answer|verified", "an answer that a person looked at and called right"),
)  # fmt: skip


def definitions(now: datetime) -> list[Note]:
    """Every word once; a metric stands for the feature of the same name."""
    metrics = [
        ("|".join(dict.fromkeys((_spoken(m.name), *m.words))), m.meaning) for m in METRICS.values()
    ]
    known = {about.split("|")[0] for about, _ in (*_WORDS, *metrics)}
    features = [(_spoken(f.name), f.meaning) for f in FEATURES if _spoken(f.name) not in known]
    return [
        Note(new_id("note"), "term", about, f"{_titled(about)}: {meaning}.", valid_from=now)
        for about, meaning in (*_WORDS, *metrics, *features)
    ]


def plain_words() -> frozenset[str]:
    """Of what is no metric: who says one asks what it means, and for no figure."""
    told = {"customer", "segment", "guest"}  # a shop has them, and they are counted
    return frozenset(
        name for about, _ in _WORDS for name in about.split("|") if about.split("|")[0] not in told
    )


@cache
def sayings() -> frozenset[str]:
    """Every definition word for word: a sentence that says nothing of a shop."""
    return frozenset(note.text for note in definitions(datetime.min.replace(tzinfo=UTC)))


def write_glossary(store: NoteStore, now: datetime) -> int:
    """What is not noted yet, or is defined otherwise by now; how many."""
    noted = {(note.about, note.text) for note in store.of(None, "term")}
    wanted = definitions(now)
    new = [note for note in wanted if (note.about, note.text) not in noted]
    if new:
        store.save(new, now)
    defined = {note.about for note in wanted}
    store.end([note for note in store.of(None, "term") if note.about not in defined], now)
    return len(new)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _titled(about: str) -> str:
    name = about.split("|")[0]
    return f"{name[0].upper()}{name[1:]}"
