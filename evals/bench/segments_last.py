"""Whether segments keep their ids and names when the same shop is segmented again.

The shop is segmented anew on nine tenths of its customers, drawn again and again, and once on what
was known a month earlier. Then a segment is cut in two by hand and two are put together, and the
changelog has to say so.
"""

import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from engine.synthetic import Recipe
from evals.bench.bars import Setting
from evals.bench.cuts import SEGMENTS, cut_data, fit_model

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import Labels
    from engine.identity import Match

_PART = 0.9
_COMPARED = ["recency", "frequency", "monetary"]


def measure(setting: Setting) -> float:
    """The share of ids kept; 0 when a planted split or merge is called something else."""
    with tempfile.TemporaryDirectory() as folder:
        cuts = cut_data(setting, Recipe(4000, seed=7, steady=True, drift=False), Path(folder))
        earlier, features = cuts.tables([cuts.end.days_before(30), cuts.end])
    labels = fit_model(features).assign(features)[0]
    refits = [
        fit_model(features.sample(frac=_PART, random_state=seed), seed)
        for seed in range(1, 51 if setting.full else 21)
    ]
    matches = [match(features, labels, refit.assign(features)[0]) for refit in refits]
    month = match(features, labels, fit_model(earlier).assign(features)[0])
    shares = [_kept(found) for found in (*matches, month)]
    setting.say(f"kept: {sum(shares[:-1]) / len(matches):.3f} of ids in {len(matches)} refits, "
                f"at worst {min(shares):.3f}; {shares[-1]:.3f} from a month earlier")  # fmt: skip
    named = _names_live_on(matches) and _split_and_merge_are_named(features, labels)
    setting.say(f"names live on, a planted split and a merge are called that: {named}")
    return round(sum(shares) / len(shares), 4) if named else 0.0


def match(features: "pd.DataFrame", before: "Labels", after: "Labels") -> "Match":
    import numpy as np
    import pandas as pd

    from engine.identity import SegmentIdentity, match_segments

    numbers = count()
    return match_segments(
        pd.Series(np.array(SEGMENTS)[before], index=features.index),
        pd.Series(after, index=features.index),
        [SegmentIdentity(segment, f"name of {segment}") for segment in SEGMENTS],
        lambda: f"new-{next(numbers)}",
        features[_COMPARED],
    )


def _kept(found: "Match") -> float:
    return sum(change.kind == "kept" for change in found.changelog) / len(SEGMENTS)


def _names_live_on(matches: "list[Match]") -> bool:
    kept = [change for found in matches for change in found.changelog if change.kind == "kept"]
    return all(change.name == f"name of {change.id}" for change in kept)


def _split_and_merge_are_named(features: "pd.DataFrame", labels: "Labels") -> bool:
    import numpy as np

    values = features["recency"].to_numpy()
    inside = labels == 0
    third = inside & (values > np.quantile(values[inside], 0.65))
    split = match(features, labels, np.where(third, 6, labels))
    merged = match(features, labels, np.where(labels == 1, 2, labels))
    return "split" in {c.kind for c in split.changelog} and "merged" in {
        c.kind for c in merged.changelog
    }
