"""Libraries that take seconds to import are there before somebody asks."""

import subprocess
import sys

_ASKS = """
import asyncio, sys
from api.warming import import_slow
before = set(sys.modules)
asyncio.run(import_slow())
import engine.prediction.models, engine.prediction.reasons, engine.shifts, engine.usual
print(*(name for name in ("xgboost", "scipy.stats", "sklearn") if name in sys.modules))
print(*(name for name in ("xgboost", "scipy.stats", "sklearn") if name in before))
"""


def test_slow_libraries_are_imported_by_the_warming_alone() -> None:
    said = subprocess.run([sys.executable, "-c", _ASKS], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["xgboost scipy.stats sklearn", ""]
