"""Holdout: the people of an audience who are left alone, to compare the others with.

Who is held out is worked out from the audience and the customer alone, so a person stays in or out
however often the audience is looked at and whoever joins or leaves it. A larger share holds out the
same people and more.
"""

import hashlib
import hmac
from collections.abc import Iterable

from engine.errors import BadInput

_STEPS = 2**64  # what eight bytes of a hash can tell apart


def held_out(audience_id: str, customers: Iterable[str], share: float) -> frozenset[str]:
    """Those of the customers who are held out of the audience."""
    bound = check_share(share) * _STEPS
    return frozenset(one for one in customers if _place(audience_id, one) < bound)


def check_share(share: float) -> float:
    if not 0 <= share < 1:
        raise BadInput(
            f"A holdout of {share:g} is no share.", "Give a part below 1, such as 0.1 for a tenth."
        )
    return share


def _place(audience_id: str, customer: str) -> int:
    keyed = hmac.new(audience_id.encode(), customer.encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(keyed.digest()[:8])


def audience_key(owner: str, dataset_id: str, name: str) -> str:
    """The id of an audience: the same before it is saved and after, so that a preview holds out
    the people whom the saved one will."""
    named = "\0".join((owner, dataset_id, name.casefold()))
    return f"audience_{hashlib.sha256(named.encode()).hexdigest()[:16]}"
