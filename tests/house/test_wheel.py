"""What a built package carries: all seven packages with their data, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.guard import PACKAGES

ROOT = Path(__file__).parents[2]


def tracked(*folders: str) -> set[str]:
    command = ["git", "ls-files", "-z", "--", *folders]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {name for name in listed.split("\0") if name}


@pytest.mark.full
def test_the_wheel_carries_the_packages_and_their_data(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("/LICENSE")]

    expected = tracked(*PACKAGES)
    assert any(name.startswith("prompts/") and name.endswith(".md") for name in expected)
    assert expected <= carried
    assert {name.split("/")[0] for name in carried} == set(PACKAGES)
    assert licences
