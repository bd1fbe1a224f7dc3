"""Segue's short package names are its alone in this environment."""

from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions

from api.guard import PACKAGES


def strangers(providers: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Our names that another distribution ships as well."""
    found = {name: set(providers.get(name, ())) - {"segue"} for name in PACKAGES}
    return {name: others for name, others in found.items() if others}


def test_no_other_distribution_ships_our_names() -> None:
    assert strangers(packages_distributions()) == {}


def test_another_distribution_would_be_noticed() -> None:
    shared = {"tools": ["segue", "toolbox"], "api": ["segue"], "numpy": ["numpy"]}
    assert strangers(shared) == {"tools": {"toolbox"}}
