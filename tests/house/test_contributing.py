"""CONTRIBUTING.md gives a reason for every library that Segue is shipped with."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<name>[\w-]+) \| (?:\d+|–) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)


def test_the_table_and_pyproject_name_the_same_libraries() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {Requirement(line).name for line in project["dependencies"]}
    rows = ROW.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert sorted(rows) == sorted(declared)
