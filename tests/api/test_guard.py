"""The import guard: our packages, or a sentence that names the stranger."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from api.guard import PACKAGES, ShadowedPackage, check_packages

ROOT = Path(__file__).parents[2]


def check_in_process(*path: Path) -> str:
    """The guard's verdict when `path` comes first, and whatever it has imported."""
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from api.guard import *\n"
        "try: check_packages()\n"
        "except ShadowedPackage as error: print(error)\n"
        "print('imported', sorted(set(sys.modules) & set(PACKAGES)))"
    )
    command = [sys.executable, "-c", script, *map(str, path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_it_watches_the_packages_that_are_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert list(PACKAGES) == project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_a_sound_installation_passes_and_nothing_is_imported_for_it() -> None:
    check_packages()
    assert check_in_process() == "imported ['api']\n"


@pytest.mark.parametrize("place", ["tools/__init__.py", "tools.py"])
def test_a_stranger_found_first_is_named_with_its_place(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).touch()

    said = check_in_process(tmp_path)

    assert f"another 'tools' at {tmp_path / 'tools'}" in said
    assert f"Segue's own in {ROOT}" in said
    assert "PYTHONPATH" in said


def test_a_folder_of_the_same_name_that_is_no_package_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    assert check_in_process(tmp_path) == "imported ['api']\n"


def test_a_missing_package_is_an_incomplete_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.guard.find_spec", lambda name: None)
    with pytest.raises(ShadowedPackage, match="install Segue again") as caught:
        check_packages()
    assert caught.value.message.startswith("The package 'agent' of Segue was not found")
