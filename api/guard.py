"""Are `agent`, `tools`, `engine`... ours?

Segue's packages have short names at the top level, and Python takes the first folder of its path
that carries one. A stranger's `tools` found first would fail far away, with a puzzling message;
this looks before anything of ours is imported, so it may not import `engine.errors` itself.
"""

from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("agent", "api", "engine", "evals", "prompts", "stores", "tools")


class ShadowedPackage(ImportError):
    """Reads like `engine.errors.Fixable`: a person can put it right, exit 2."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


def check_packages(root: Path | None = None) -> None:
    """Every package of ours lies in `root`, the folder that holds this one."""
    root = (root or Path(__file__).parents[1]).resolve()
    for name in PACKAGES:
        found = find_package(name)
        if found is None:
            raise ShadowedPackage(
                f"The package '{name}' of Segue was not found; it belongs in {root}.",
                "The installation is incomplete: install Segue again (in a checkout: make setup).",
            )
        if found != root / name:
            raise ShadowedPackage(
                f"Python found another '{name}' at {found}, before Segue's own in {root}.",
                "Take that folder off PYTHONPATH, start from another folder, or uninstall the "
                f"package that brought it; Segue needs the name '{name}'.",
            )


def find_package(name: str) -> Path | None:
    """The folder that `import NAME` would take, without importing it."""
    spec = find_spec(name)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve()
    return Path(spec.origin).resolve() if spec.origin else None
