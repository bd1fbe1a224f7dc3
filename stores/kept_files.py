"""Files that a service leaves behind: logs, uploads, reports, exports and backups.

An erasure takes the customer's words out of the logs. What cannot be searched surely it removes:
every upload (it was loaded, or can be sent again), every report, export and kept result (they can
be made again) and every backup of the state (to go back to one would bring the customer back).
"""

import sqlite3
from pathlib import Path
from typing import Any

from stores.erasing import Traces
from stores.home import Home
from stores.results import FOLDER as RESULTS

_FOLDERS = ("uploads", "reports", "exports", RESULTS)


class KeptFiles:
    def __init__(self, home: Home) -> None:
        self._home = home

    def held(self, customer: Traces) -> list[dict[str, Any]]:
        """Lines of the log that name the customer, and the files that will be removed."""
        lines = [
            {"file": file.name, "line": line}
            for file in self._logs()
            for line in _lines(file)
            if customer.are_in(line)
        ]
        return lines

    def removable(self) -> dict[str, int]:
        """How many files an erasure removes because nobody can look into them surely."""
        counts = {folder: len(self._home.files.all(folder)) for folder in _FOLDERS}
        return counts | {"backups": len(self._backups())}

    def erase(self, customer: Traces) -> int:
        count = 0
        for file in self._logs():
            lines = _lines(file)
            named = [line for line in lines if customer.are_in(line)]
            count += len(named)
            if named:
                # In place: a service goes on writing to the file that it has open.
                with file.open("r+", encoding="utf-8") as opened:
                    opened.writelines(f"{customer.blotted(line)}\n" for line in lines)
                    opened.truncate()
        for folder in _FOLDERS:
            for name in self._home.files.all(folder):
                self._home.files.delete(name)
                count += 1
            self._home.files.tidy(folder)
        for backup in self._backups():
            backup.unlink()
            count += 1
        return count

    def _logs(self) -> list[Path]:
        return sorted((self._home.root / "logs").glob("segue.log*"))

    def _backups(self) -> list[Path]:
        return sorted((self._home.root / "backups").glob("state-*"))


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def scrub_sqlite(file: Path) -> bool:
    """Writes the whole file anew, so that no page holds what was deleted; whether nothing is left
    in its write-ahead log, which waits for everybody who is reading."""
    if not file.exists():
        return True
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    try:
        connection.execute("VACUUM")
        busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    return busy == 0
