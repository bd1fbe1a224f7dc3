"""Groups of known form, one table a form: what each method has to find, and what it cannot.

Each form is drawn as a small table of customers' attributes and the group of each customer. A
method is tried with the true number of groups where it takes one; the best of all tells what can
be reached, and the rating that runs use has to come close to that without the truth.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.errors import NotPossible
from evals.bench.bars import Setting

if TYPE_CHECKING:
    import pandas as pd

    from engine.clustering.method import Method, SegmentModel

CUSTOMERS = 1500

Array = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
Draw = Callable[[np.random.Generator, int], tuple[Array, Groups]]


@dataclass(frozen=True)
class Fit:
    """One candidate on one form, and its agreement (ARI) with the truth."""

    method: str
    k: int
    model: "SegmentModel"
    agreement: float


def measure(setting: Setting) -> float:
    """The worst form's best candidate: what no choice can mend."""
    worst = 1.0
    for name, draw in SHAPES.items():
        frame, groups = draw_shape(draw, seed=1)
        fits = sorted(fit_all(frame, groups), key=lambda fit: -fit.agreement)
        best = fits[0].agreement
        said = ", ".join(f"{fit.method} {fit.agreement:.2f}" for fit in fits)
        setting.say(f"{name}: {said}")
        worst = min(worst, best)
    return round(worst, 3)


def measure_chosen(setting: Setting) -> float:
    """How far the best rated lies behind the best, on the worst form: no checks, no truth."""
    from threadpoolctl import threadpool_limits

    widest = 0.0
    for name, draw in SHAPES.items():
        frame, groups = draw_shape(draw, seed=1)
        with threadpool_limits(1):
            picked, best = _picked_and_best(frame, groups)
        setting.say(f"{name}: {picked[0]} {picked[1]:.2f}; best {best[0]} {best[1]:.2f}")
        widest = max(widest, best[1] - picked[1])
    return round(widest, 3)


def _picked_and_best(
    frame: "pd.DataFrame", groups: Groups
) -> tuple[tuple[str, float], tuple[str, float]]:
    from sklearn.metrics import adjusted_rand_score

    from engine.clustering.evidence import WEIGHTS
    from engine.clustering.method import BANDS, METHODS, YARDSTICKS
    from engine.clustering.trials import Bench, Plan

    rules = Plan(BANDS, BANDS.spaces[0], 0)
    bench = Bench(frame, None, rules, {}, len(frame), 0, 2, lambda sentence: None)
    plans = [
        Plan(method, "attributes", k)
        for method in methods_of(METHODS, YARDSTICKS)
        for k in (range(2, 9) if method.sizes else (0,))
    ]
    bench.try_all(plans)
    true = groups >= 0
    found = [
        (f"{trial.plan.method.name} {trial.candidate.k}",
         float(adjusted_rand_score(groups[true], trial.labels[true])))
        for trial in bench.race(plans, (), WEIGHTS)
        if trial.labels is not None and trial.plan != rules
    ]  # fmt: skip
    return found[0], max(found, key=lambda pair: pair[1])


def draw_shape(draw: Draw, seed: int) -> "tuple[pd.DataFrame, Groups]":
    """Numbers become attributes named x0, x1, ...; a column of text stays text."""
    import pandas as pd

    values, groups = draw(np.random.default_rng(seed), CUSTOMERS)
    frame = pd.DataFrame({f"x{place}": column for place, column in enumerate(values.T)})
    if draw is categorical:
        frame = frame.astype(int).astype(str)
    frame.index = pd.Index([f"c{n:05}" for n in range(len(frame))], name="customer_id")
    return frame, groups


def fit_all(frame: "pd.DataFrame", groups: Groups) -> Iterator[Fit]:
    """Every method on the attributes, with the true number of groups where it takes one."""
    from sklearn.metrics import adjusted_rand_score

    from engine.clustering.method import METHODS, YARDSTICKS, SegmentModel

    k = len(np.unique(groups[groups >= 0]))
    true = groups >= 0
    for method in methods_of(METHODS, YARDSTICKS):
        try:
            model = SegmentModel.fit(frame, "attributes", method, k, 0)
        except NotPossible:
            continue
        labels = model.assign(frame)[0]
        agreement = float(adjusted_rand_score(groups[true], labels[true]))
        yield Fit(method.name, model.k, model, agreement)


def methods_of(methods: "tuple[Method, ...]", without: "tuple[Method, ...]") -> "list[Method]":
    return [m for m in methods if "attributes" in m.spaces and m not in without]


# ---- the forms; group -1 is noise, which nobody has to find -------------------------------------


def _around(draw: np.random.Generator, middles: Array, groups: Groups, width: Array) -> Array:
    spread = draw.normal(size=(len(groups), middles.shape[1]))
    return np.asarray(middles[groups] + spread * width[groups, None])


FIVE = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0], [5.0, 20.0]])


def blobs(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 5, size)
    return _around(draw, FIVE, groups, np.full(5, 1.2)), groups


def unequal_variance(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 4, size)
    middles = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0], [14.0, 14.0]])
    return _around(draw, middles, groups, np.array([0.5, 1.0, 1.5, 3.0])), groups


def anisotropic(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 4, size)
    middles = np.array([[0.0, 0.0], [0.0, 6.0], [0.0, 12.0], [0.0, 18.0]])
    points = _around(draw, middles, groups, np.ones(4)) - middles[groups]
    return points * [6.0, 0.6] + middles[groups] + np.outer(points[:, 0] * 1.5, [0, 1]), groups


def moons(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 2, size)
    turn = draw.uniform(0, np.pi, size)
    upper = np.column_stack([np.cos(turn), np.sin(turn)])
    lower = np.column_stack([1 - np.cos(turn), 0.5 - np.sin(turn)])
    points = np.where(groups[:, None] == 0, upper, lower)
    return points + draw.normal(0, 0.06, points.shape), groups


def circles(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 2, size)
    turn = draw.uniform(0, 2 * np.pi, size)
    radius = np.array([0.4, 1.0])[groups]
    points = np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None]
    return points + draw.normal(0, 0.04, points.shape), groups


def different_density(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.choice(4, size, p=[0.4, 0.3, 0.2, 0.1])
    middles = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 7.0], [9.0, 9.0]])
    return _around(draw, middles, groups, np.array([0.3, 0.6, 1.2, 1.8])), groups


def different_size(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.choice(4, size, p=[0.48, 0.36, 0.11, 0.05])
    return _around(draw, FIVE[:4], groups, np.full(4, 1.2)), groups


def high_dimensional(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 5, size)
    middles = draw.normal(0, 2.2, (5, 20))
    return _around(draw, middles, groups, np.full(5, 1.5)), groups


def overlapping(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 4, size)
    return _around(draw, FIVE[:4], groups, np.full(4, 2.6)), groups


def with_noise(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 4, size)
    points = _around(draw, FIVE[:4], groups, np.full(4, 0.9))
    noise = draw.random(size) < 0.08
    points[noise] = draw.uniform(-6, 16, (int(noise.sum()), 2))
    return points, np.where(noise, -1, groups)


def categorical(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    """Four groups, five words each; four answers in five are those of the group."""
    groups = draw.integers(0, 4, size)
    usual = (np.arange(4)[:, None] + np.arange(5)) % 4
    honest = draw.random((size, 5)) < 0.8
    return np.where(honest, usual[groups], draw.integers(0, 4, (size, 5))) * 1.0, groups


def two_scales(draw: np.random.Generator, size: int) -> tuple[Array, Groups]:
    groups = draw.integers(0, 4, size)
    points = _around(draw, FIVE[:4], groups, np.full(4, 1.0))
    return points * [1.0, 1e5], groups


SHAPES: dict[str, Draw] = {
    "blobs": blobs,
    "unequal variance": unequal_variance,
    "anisotropic": anisotropic,
    "moons": moons,
    "circles": circles,
    "different density": different_density,
    "different size": different_size,
    "high-dimensional": high_dimensional,
    "overlapping": overlapping,
    "with noise": with_noise,
    "categorical": categorical,
    "two scales": two_scales,
}
