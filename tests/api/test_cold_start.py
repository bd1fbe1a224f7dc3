"""Starting the command line loads nothing that a person would have to wait for."""

import subprocess
import sys

HEAVY = (
    "tensorflow", "xgboost", "sklearn", "pandas", "numpy", "polars", "chromadb", "langchain",
    "langchain_core", "sqlalchemy", "fastapi", "ibis", "duckdb", "pyarrow", "pydantic", "mcp",
)  # fmt: skip


def test_the_command_line_imports_nothing_heavy() -> None:
    code = (
        "import sys, api.cli; api.cli._add_commands(); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_service_starts_without_the_library_of_mcp() -> None:
    code = "import sys, api.http; print('mcp' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
