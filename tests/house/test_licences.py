"""No library that burdens a service for money; a NOTICE that names what is shipped."""

import importlib.util
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path
from types import ModuleType

import pytest

from api.guard import PACKAGES

ROOT = Path(__file__).parents[2]
FILE = ROOT / "requirements" / "licences.py"


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def planted(folder: Path, *lines: str) -> Distribution:
    """A package whose METADATA says these lines."""
    info = folder / "planted-1.0.dist-info"
    info.mkdir()
    head = ("Metadata-Version: 2.4", "Name: planted", "Version: 1.0")
    (info / "METADATA").write_text("\n".join((*head, *lines)) + "\n\n", encoding="utf-8")
    return Distribution.at(info)


def test_every_pin_is_free_or_was_looked_at_and_notice_names_them() -> None:
    done = subprocess.run([sys.executable, FILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("License-Expression: AGPL-3.0-or-later", "AGPL"),
        ("License-Expression: GPL-3.0-only", "GPL"),
        ("License-Expression: SSPL-1.0", "SSPL"),
        ("License-Expression: BUSL-1.1", "BUSL"),
        ("License-Expression: Elastic-2.0", "Elastic-2"),
        ("License-Expression: CC-BY-NC-4.0", "CC-BY-NC"),
        ("License: Apache 2.0\n        with the Commons Clause", "Commons Clause"),
        ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3", "Affero"),
        ("Classifier: License :: OSI Approved :: GNU General Public License (GPL)", "GPL"),
        ("License: Free for non-commercial use", "non-commercial"),
    ],
)
def test_a_burdened_package_is_named(
    licences: ModuleType, tmp_path: Path, line: str, word: str
) -> None:
    problem = licences.problem_of("planted", planted(tmp_path, line))
    assert problem.startswith("planted is under")
    assert "service for money" in problem and word.split()[0].lower() in problem.lower()


@pytest.mark.parametrize("line", ["Summary: none said", "License: as the author likes it",
                                  "License-Expression: MPL-2.0",
                                  "License-Expression: MIT AND LGPL-3.0-only"])  # fmt: skip
def test_what_is_weak_or_unknown_needs_a_row(
    licences: ModuleType, tmp_path: Path, line: str
) -> None:
    assert "REVIEWED" in licences.problem_of("planted", planted(tmp_path, line))


def test_a_row_counts_only_for_the_licence_it_was_written_for(
    licences: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = planted(tmp_path, "License-Expression: MPL-2.0")
    monkeypatch.setitem(licences.REVIEWED, "planted", ("MPL-2.0", "used unchanged"))
    assert licences.problem_of("planted", package) == ""
    monkeypatch.setitem(licences.REVIEWED, "planted", ("LGPL-3.0-only", "used unchanged"))
    assert "Read it again" in licences.problem_of("planted", package)
    monkeypatch.setitem(licences.REVIEWED, "planted", ("MPL-2.0", "used unchanged"))
    worse = Path(tmp_path, "worse")
    worse.mkdir()
    agpl = planted(worse, "License-Expression: AGPL-3.0-only")
    assert "service for money" in licences.problem_of("planted", agpl)


def test_a_pin_that_is_not_installed_needs_a_row(licences: ModuleType) -> None:
    assert "not installed here" in licences.problem_of("planted", None)
    assert licences.problem_of("colorama", None) == ""


def test_a_row_without_a_pin_is_told(licences: ModuleType) -> None:
    problems = licences.find_problems(licences.read_pins("click==8.5.1 \\\n"))
    assert "colorama has a row in REVIEWED and is no pin any more." in problems


@pytest.mark.parametrize(
    ("expression", "free", "free_or_weak"),
    [
        ("MIT", True, True),
        ("GPL-2.0-only OR MIT", True, True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False, True),
        ("(MIT AND ISC) OR (GPL-3.0-only AND MIT)", True, True),
        ("((MIT) AND GPL-3.0-only)", False, False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False, True),
        ("", False, False),
    ],
)
def test_expressions_are_read(
    licences: ModuleType, expression: str, free: bool, free_or_weak: bool
) -> None:
    assert licences.is_free(expression) is free
    assert licences.is_free(expression, weak_too=True) is free_or_weak


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("Classifier: License :: OSI Approved :: Apache Software License", "Apache-2.0"),
        ("License: 3-Clause BSD License", "BSD-3-Clause"),
        ("License: MIT License\n        Copyright (c) somebody", "MIT"),
        ("License-Expression: MIT\nLicense: GPL", "MIT"),
        ("Summary: none said", ""),
    ],
)
def test_what_a_package_states(
    licences: ModuleType, tmp_path: Path, line: str, stated: str
) -> None:
    assert licences.stated_licence(planted(tmp_path, line)) == stated


def test_only_what_the_image_holds_is_listed(licences: ModuleType) -> None:
    pins = licences.read_pins("click==8.5.1 \\\ncolorama==0.4.6 ; os_name == 'nt' \\\n")
    assert licences.image_libraries(pins) == ["  click: BSD-3-Clause"]


def test_notice_names_every_file_of_others_that_the_wheel_carries() -> None:
    command = ["git", "ls-files", "-z", "--", *PACKAGES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    binary = [name for name in names if b"\0" in (ROOT / name).read_bytes()]
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert binary
    assert [name for name in binary if Path(name).name not in notice] == []
