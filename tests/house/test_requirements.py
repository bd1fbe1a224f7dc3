"""The pins: each with its hash, each within the range of pyproject.toml, the same in every file."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FILES = ("main", "test", "build")
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Pin:
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        assert only.operator == "=="
        return only.version


def read_pins(text: str) -> list[Pin]:
    """One pin per logical line: `name==version ; marker --hash=sha256:...`"""
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    pins = []
    for line in joined.splitlines():
        requirement, *hashes = line.split("--hash=")
        pins.append(Pin(Requirement(requirement), tuple(found.strip() for found in hashes)))
    return pins


def pins_of(name: str) -> list[Pin]:
    return read_pins((ROOT / "requirements" / f"{name}.txt").read_text("utf-8"))


def wanted_by(name: str) -> list[Requirement]:
    """What pyproject.toml asks for in the words of that file of pins."""
    declared: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project, build = declared["project"], declared["dependency-groups"]["build"]
    lines = {
        "main": project["dependencies"],
        "test": [*project["dependencies"], *project["optional-dependencies"]["test"], *build],
        "build": [*build, *declared["build-system"]["requires"]],
    }
    return [Requirement(line) for line in lines[name]]


def linux(python: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "os_name": "posix",
    }


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


@pytest.mark.parametrize("name", FILES)
def test_every_pin_is_exact_and_carries_hashes(name: str) -> None:
    pins = pins_of(name)
    assert pins
    for pin in pins:
        assert pin.version
        assert pin.hashes, f"{pin.name} has no hash: make lock"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", found) for found in pin.hashes)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", FILES)
def test_pins_agree_with_pyproject(name: str, python: str) -> None:
    environment = linux(python)
    pins = [pin for pin in pins_of(name) if applies(pin.requirement, environment)]
    assert len({pin.name for pin in pins}) == len(pins), "two versions of one library"
    versions = {pin.name: pin.version for pin in pins}
    for wanted in wanted_by(name):
        if applies(wanted, environment):
            version = versions.get(canonicalize_name(wanted.name))
            assert version, f"{wanted.name} is not pinned: make lock"
            assert wanted.specifier.contains(version), f"{wanted} is pinned to {version}: make lock"


@pytest.mark.parametrize("smaller", ["main", "build"])
def test_what_the_tests_run_on_is_what_is_shipped(smaller: str) -> None:
    def as_pinned(name: str) -> set[tuple[str, str, tuple[str, ...]]]:
        return {(pin.name, pin.version, pin.hashes) for pin in pins_of(name)}

    assert as_pinned(smaller) <= as_pinned("test")


def test_a_line_without_a_hash_is_seen() -> None:
    with_hash, without = read_pins(
        "# a remark\na==1 ; python_version < '3' \\\n    --hash=sha256:ab\n    # via c\nb==2\n"
    )
    assert (with_hash.name, with_hash.version, with_hash.hashes) == ("a", "1", ("sha256:ab",))
    assert (without.name, without.hashes) == ("b", ())
