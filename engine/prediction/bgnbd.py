"""Buy till you die: how often a customer buys while still a customer, and whether they still are.

BG/NBD (Fader, Hardie and Lee 2005): purchases of a living customer come at a rate that differs
between customers as Gamma(r, alpha); after each the customer leaves with a probability that differs
as Beta(a, b). Gamma-Gamma (Fader and Hardie 2013): what is spent on a day of buying differs between
customers as Gamma(p, nu), nu as Gamma(q, gamma). Both see days of buying, so that several invoices
of one day are one purchase. Days are the unit of time.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Cost = Callable[[Floats, slice], float]

_MOST_CUSTOMERS = 30_000  # the fit needs no more to know seven numbers
_FEW_CUSTOMERS = 2_000  # that say where to begin
_PAIR = 2.0**20  # more days than anybody has been a customer
_PRIOR = 1e-4  # a light pull to 1, so that a shop without repeaters still has a fit
BUYING = ("bg_quiet", "bg_alive", "bg_days", "bg_value", "bg_next")


@dataclass(frozen=True)
class BuyTillYouDie:
    """r, alpha, a, b of purchases; p, q, gamma of spend (minor units)."""

    r: float
    alpha: float
    a: float
    b: float
    p: float
    q: float
    gamma: float

    def to_json(self) -> dict[str, float]:
        return asdict(self)

    def columns(self, features: "pd.DataFrame", horizon_days: int) -> "pd.DataFrame":
        """The chance of no purchase in the horizon, the chance of being a customer still, the
        expected days of buying and spend in the horizon, the days until the next purchase."""
        import pandas as pd

        repeats, last, age = _times(features)
        alive = self.alive(repeats, last, age)
        quiet = self.quiet(repeats, last, age, horizon_days)
        days = self.buying_days(repeats, last, age, horizon_days)
        spend = self.day_spend(repeats, features["day_spend"].to_numpy("float64"))
        soon = self.next_days(repeats, age)
        found = dict(zip(BUYING, (quiet, alive, days, days * spend, soon), strict=True))
        return pd.DataFrame(found, index=features.index)

    def alive(self, repeats: "Floats", last: "Floats", age: "Floats") -> "Floats":
        import numpy as np

        again = np.log(self.a / (self.b + np.maximum(repeats, 1) - 1)) + (self.r + repeats) * (
            np.log(self.alpha + age) - np.log(self.alpha + last)
        )
        found: Floats = np.where(repeats > 0, 1 / (1 + np.exp(np.minimum(again, 700))), 1.0)
        return found

    def quiet(self, repeats: "Floats", last: "Floats", age: "Floats", days: float) -> "Floats":
        """Nobody leaves before the next purchase, so one who lives is quiet by chance alone."""
        still = ((self.alpha + age) / (self.alpha + age + days)) ** (self.r + repeats)
        found: Floats = 1 - self.alive(repeats, last, age) * (1 - still)
        return found

    def buying_days(
        self, repeats: "Floats", last: "Floats", age: "Floats", days: float
    ) -> "Floats":
        """Expected in the next `days`: what only repeats and age say is worked out once for each
        pair of them, for its series is slow."""
        import numpy as np

        pairs, which = np.unique(repeats * _PAIR + age, return_inverse=True)
        found = self._living_days(pairs // _PAIR, pairs % _PAIR, days)[which]
        expected: Floats = found * self.alive(repeats, last, age)
        return expected

    def _living_days(self, repeats: "Floats", age: "Floats", days: float) -> "Floats":
        """Equation 10 of the paper, of those who are customers still."""
        import numpy as np
        from scipy.special import hyp2f1

        a = self.a + 1e-3 * (abs(self.a - 1) < 1e-3)  # the formula has no value at 1
        shape, ab = self.r + repeats, a + self.b + repeats - 1
        series = hyp2f1(shape, self.b + repeats, ab, days / (self.alpha + age + days))
        shrink = ((self.alpha + age) / (self.alpha + age + days)) ** shape
        found = ab / (a - 1) * (1 - shrink * series)
        most = shape / (self.alpha + age) * days  # if nobody left
        expected: Floats = np.where(np.isfinite(found), found, most).clip(0, most)
        return expected

    def day_spend(self, repeats: "Floats", mean: "Floats") -> "Floats":
        """Expected on a day of buying: between the customer's own mean and everybody's."""
        import numpy as np

        seen = repeats + 1
        found: Floats = (
            self.p * (self.gamma + seen * np.maximum(mean, 0)) / (self.p * seen + self.q - 1)
        )
        return found

    def next_days(self, repeats: "Floats", age: "Floats") -> "Floats":
        """Days until half of such customers, were they all still customers, have bought again."""
        found: Floats = (self.alpha + age) * (2 ** (1 / (self.r + repeats)) - 1)
        return found


def fit_buy_till_you_die(features: "pd.DataFrame", seed: int) -> BuyTillYouDie:
    """From recency, tenure, buying_days and day_spend as of one moment."""
    sample = features
    if len(features) > _MOST_CUSTOMERS:
        sample = features.sample(_MOST_CUSTOMERS, random_state=seed)
    repeats, last, age = _times(sample)
    r, alpha, a, b = _fit_purchases(repeats, last, age)
    spent = sample["day_spend"].to_numpy("float64")
    p, q, gamma = _fit_spend(repeats[spent > 0] + 1, spent[spent > 0])
    return BuyTillYouDie(r, alpha, a, b, p, q, gamma)


def _times(features: "pd.DataFrame") -> "tuple[Floats, Floats, Floats]":
    """Repeat days of buying, age at the last one, age now; from the first purchase on."""
    tenure = features["tenure"].to_numpy("float64")
    repeats = features["buying_days"].to_numpy("float64") - 1
    return repeats, tenure - features["recency"].to_numpy("float64"), tenure


def _fit_purchases(
    repeats: "Floats", last: "Floats", age: "Floats"
) -> tuple[float, float, float, float]:
    """The likelihood of the paper (equation 6); time is scaled to about 1 for the search."""
    import numpy as np
    from scipy.special import gammaln

    scale = max(float(age.max(initial=1.0)), 1.0)
    last, age = last / scale, age / scale
    came = repeats > 0

    def cost(logs: "Floats", rows: slice) -> float:
        r, alpha, a, b = np.exp(logs)
        x = repeats[rows]
        shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        shared += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        living = -(r + x) * np.log(alpha + age[rows])
        left = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + last[rows])
        likelihood = shared + np.where(came[rows], np.logaddexp(living, left), living)
        return float(-likelihood.mean() + _PRIOR * (logs**2).mean())

    r, alpha, a, b = np.exp(_smallest(cost, 4, len(repeats)))
    return float(r), float(alpha * scale), float(a), float(b)


def _fit_spend(seen: "Floats", mean: "Floats") -> tuple[float, float, float]:
    """The likelihood of the mean spend of `seen` days; money is scaled to a typical day."""
    import numpy as np
    from scipy.special import gammaln

    if not len(mean):
        return 1.0, 2.0, 1.0
    scale = float(np.median(mean))
    mean = mean / scale

    def cost(logs: "Floats", rows: slice) -> float:
        p, q, gamma = np.exp(logs[0]), 1 + np.exp(logs[1]), np.exp(logs[2])
        n, m = seen[rows], mean[rows]
        likelihood = gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(gamma)
        likelihood += (p * n - 1) * np.log(m) + p * n * np.log(n)
        likelihood -= (p * n + q) * np.log(gamma + n * m)
        return float(-likelihood.mean() + _PRIOR * (logs**2).mean())

    logs = _smallest(cost, 3, len(mean))
    p, q, gamma = np.exp(logs[0]), 1 + np.exp(logs[1]), np.exp(logs[2])
    return float(p), float(q), float(gamma * scale)


def _smallest(cost: "Cost", size: int, customers: int) -> "Floats":
    """Where the cost is smallest: three starts on few customers, the best of them on with all."""
    import numpy as np
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    bounds = [(-7.0, 7.0)] * size
    few = slice(None, None, max(1, customers // _FEW_CUSTOMERS))
    with threadpool_limits(1):  # a search over four numbers; more threads only wait
        tried = [
            minimize(cost, np.full(size, start), (few,), "L-BFGS-B", bounds=bounds)
            for start in (0.0, -1.0, 1.0)
        ]
        begun = min(tried, key=lambda one: float(one.fun)).x
        best: Floats = minimize(cost, begun, (slice(None),), "L-BFGS-B", bounds=bounds).x
    return best
