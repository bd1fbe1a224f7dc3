"""What a person reads when the machine lacks something that an installation needs."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "requirements" / "preflight.py"


@pytest.fixture
def preflight() -> ModuleType:
    spec = importlib.util.spec_from_file_location("preflight", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_can_read_it() -> None:
    ast.parse(FILE.read_text("utf-8"), feature_version=(3, 7))


def test_this_machine_runs_the_tests_so_nothing_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, FILE, FILE.parent], capture_output=True, text=True, check=False
    )
    shortage = "make setup PREFLIGHT=no" in done.stderr  # of disk: installed since
    assert (done.returncode, done.stderr) == (0, "") or shortage


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_pass(preflight: ModuleType, version: tuple[int, int]) -> None:
    assert preflight.python_problem(version) == ""


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_other_pythons_are_named(preflight: ModuleType, version: tuple[int, int]) -> None:
    said = preflight.python_problem(version)
    assert f"3.{version[1]} was found" in said
    assert "apt-get install" in said and "brew install" in said


def test_a_python_without_venv_names_the_debian_package(
    preflight: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert preflight.venv_problem() == ""
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    said = preflight.venv_problem()
    assert f"apt-get install python3.{sys.version_info[1]}-venv" in said


def test_no_git(preflight: ModuleType) -> None:
    assert preflight.git_problem("git") == ""
    assert "apt-get install git" in preflight.git_problem(None)


def test_too_little_disk_says_how_much_there_is_and_how_to_go_on(preflight: ModuleType) -> None:
    assert preflight.disk_problem(40e9, "shop") == ""
    said = preflight.disk_problem(1.24e9, "shop")
    assert said.startswith("1.2 GB are free where shop is")
    assert "PREFLIGHT=no" in said


def test_the_cache_counts_only_on_a_disk_of_its_own(
    preflight: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "free_disk", lambda path: 1e9)
    monkeypatch.setattr(preflight, "device", lambda path: 1)
    assert preflight.cache_problem("here", "cache") == ""
    monkeypatch.setattr(preflight, "device", hash)
    assert "1.0 GB are free for the downloads kept in cache" in preflight.cache_problem(
        "here", "cache"
    )


def test_the_cache_is_where_the_installer_keeps_it(preflight: ModuleType) -> None:
    assert preflight.cache_folder({"UV_CACHE_DIR": "mine"}) == "mine"
    assert preflight.cache_folder({"XDG_CACHE_HOME": "all"}) == os.path.join("all", "uv")
    assert preflight.cache_folder({}) == os.path.expanduser("~/.cache/uv")


def test_room_is_measured_at_the_nearest_folder_that_is_there(
    preflight: ModuleType, tmp_path: Path
) -> None:
    assert preflight.existing(tmp_path / "not" / "yet") == str(tmp_path)
    assert preflight.free_disk(tmp_path / "not" / "yet") > 0


def test_memory_is_a_containers_limit_where_it_is_lower(
    preflight: ModuleType, tmp_path: Path
) -> None:
    limit = tmp_path / "memory.max"
    unlimited = preflight.total_memory(limit)
    limit.write_text("max\n")
    assert preflight.total_memory(limit) == unlimited
    limit.write_text("1000000000\n")
    assert preflight.total_memory(limit) == 1e9
    assert "has 1.0 GB of memory" in preflight.memory_problem(1e9)
    assert preflight.memory_problem(None) == ""


def test_everything_missing_is_said_at_once_and_the_exit_is_2(
    preflight: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(preflight, "free_disk", lambda path: 1e9)
    monkeypatch.setattr(preflight, "total_memory", lambda: 1e9)
    assert preflight.main() == 2
    said = capsys.readouterr().err
    assert "of memory" in said and "are free where" in said
