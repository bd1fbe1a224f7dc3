"""What an examination found, and how several checks are run at the same time."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Thread

from api.settings import Settings

SECONDS = 5.0  # what a server is given to answer


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    found: str
    hint: str = ""


@dataclass(frozen=True)
class Check:
    """A look at one server; None when the settings name no such server."""

    name: str
    look: Callable[[Settings, float], Finding | None]


def run_checks(
    checks: Sequence[Check], settings: Settings, seconds: float = SECONDS
) -> list[Finding]:
    """All at once, in their order; one that hangs is a finding like any other."""
    found: dict[str, Finding | None] = {
        check.name: Finding(
            check.name, False, f"did not answer within {2 * seconds:.0f} seconds",
            "Check its address, and that this machine may reach it.",
        )
        for check in checks
    }  # fmt: skip

    def look(check: Check) -> None:
        found[check.name] = _looked(check, settings, seconds)

    # Daemons: a name server that hangs keeps no command from ending.
    threads = [Thread(target=look, args=(check,), daemon=True) for check in checks]
    end = time.monotonic() + 2 * seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [finding for check in checks if (finding := found[check.name]) is not None]


def _looked(check: Check, settings: Settings, seconds: float) -> Finding | None:
    try:
        return check.look(settings, seconds)
    except Exception as error:
        logging.getLogger("segue.doctor").error("check %s", check.name, exc_info=error)
        return Finding(
            check.name, False, f"could not be examined ({type(error).__name__})",
            "This is our bug; the details are in the log.",
        )  # fmt: skip
