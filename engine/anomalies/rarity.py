"""How rare a value is among the values of all customers, on one scale for whatever is measured.

What is rarer than anything usual cannot be counted, so it is reckoned: the logarithms of most
measures fall off exponentially above the bulk of the customers. How fast is seen between the 90th
and the 97th percentile, which a few anomalies do not move. The scale is the power of ten: 3 is as
large as one customer in a thousand would be if nobody did anything out of the ordinary.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_FROM, _TO = 0.90, 0.97
# Where hardly anybody differs (most place one order a day), a step counts at least so wide.
_LEAST_FALL = 0.2


def rarity(sizes: Array) -> Array:
    """Of sizes on a scale that differences have a meaning on, as logarithms; NaN: not measured.

    Within the lower 90 % nothing is rare: at most 1.
    """
    known = np.isfinite(sizes)
    found = np.zeros(sizes.shape)
    if not known.any():
        return found
    start, end = np.quantile(sizes[known], [_FROM, _TO])
    tail = np.log((1 - _FROM) / (1 - _TO))
    fall = max(float(end - start) / tail, _LEAST_FALL)
    powers = -np.log10(1 - _FROM) + (sizes[known] - start) / (fall * np.log(10))
    found[known] = np.maximum(powers, 0.0)
    return found
