"""The README's tree is true.

The tree is the first fenced block of README.md that has a line starting with `api/`. How a line is
read:

- Its indentation says what folder it lies in.
- It names one or more paths, then, if it likes, says something. The names are the words from the
  start of the line that end in `/` or have a suffix (`cli.py`); the first other word, an opening
  bracket or two spaces in a row end them.
- A folder with no line beneath it is covered whole. A folder with lines beneath it is covered by
  those lines: every Python file and folder directly in it has to be named. `__init__.py` goes
  without saying.
"""

import re
import subprocess
from pathlib import Path, PurePosixPath

from api.guard import PACKAGES

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[\w.-]+/|[\w./-]*\w\.\w+|[.]ci/run|Makefile|Dockerfile|LICENSE|NOTICE")


def read_tree(readme: str) -> list[PurePosixPath]:
    """Every path that the tree names, from the root; folders end up without their slash."""
    found: list[PurePosixPath] = []
    above: list[tuple[int, PurePosixPath]] = []  # the open folders and their indentation
    for line in tree_lines(readme):
        indentation = len(line) - len(line.lstrip())
        above = [folder for folder in above if folder[0] < indentation]
        parent = above[-1][1] if above else PurePosixPath()
        named = names_of(line.strip())
        found += [parent / name for name in named]
        if named and named[-1].endswith("/"):
            above.append((indentation, parent / named[-1]))
    return found


def tree_lines(readme: str) -> list[str]:
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", readme, flags=re.MULTILINE | re.DOTALL):
        lines: list[str] = block.splitlines()
        if any(line.startswith("api/") for line in lines):
            return lines
    return []


def names_of(line: str) -> list[str]:
    names: list[str] = []
    for word in re.split(r"\s{2,}|\(", line, maxsplit=1)[0].split():
        if not NAME.fullmatch(word):
            break
        names.append(word)
    return names


def uncovered(tree: list[PurePosixPath], files: list[PurePosixPath]) -> list[str]:
    """The files that no line of the tree stands for."""
    named = set(tree)
    spoken_of = {folder for path in named for folder in path.parents}

    def covered(file: PurePosixPath) -> bool:
        if file in named:
            return True
        return any(folder in named and folder not in spoken_of for folder in file.parents)

    return [str(file) for file in files if not covered(file)]


def modules() -> list[PurePosixPath]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PACKAGES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = (PurePosixPath(name) for name in sorted(set(listed.split("\0"))) if name)
    return [
        f for f in files if f.suffix == ".py" and f.name != "__init__.py" and (ROOT / f).is_file()
    ]


def readme_tree() -> list[PurePosixPath]:
    return read_tree((ROOT / "README.md").read_text("utf-8"))


def test_the_readme_shows_every_package() -> None:
    assert {PurePosixPath(name) for name in PACKAGES} <= set(readme_tree())


def test_everything_in_the_tree_exists() -> None:
    assert [str(path) for path in readme_tree() if not (ROOT / path).exists()] == []


def test_every_module_is_in_the_tree() -> None:
    assert uncovered(readme_tree(), modules()) == []


EXAMPLE = """
```sh
make demo
```
```
api/           THE DOORS
  cli.py http.py  (commands, HTTP)
  routes/      one file per noun
engine/        THE MATHS
               of everything
  facts.py
  rooms/       wide and high
Makefile .ci/run  what a person does
```
"""


def test_how_a_tree_is_read() -> None:
    assert [str(path) for path in read_tree(EXAMPLE)] == [
        *("api", "api/cli.py", "api/http.py", "api/routes"),
        *("engine", "engine/facts.py", "engine/rooms"),
        *("Makefile", ".ci/run"),
    ]


def test_a_file_that_no_line_stands_for_is_found() -> None:
    files = ["api/cli.py", "api/auth.py", "api/routes/runs.py", "engine/facts.py", "engine/x.py"]
    tree = read_tree(EXAMPLE)
    assert uncovered(tree, [PurePosixPath(name) for name in files]) == [
        "api/auth.py",
        "engine/x.py",
    ]
