"""When a digest comes: a cron line in the words of a wall clock somewhere.

The clock on that wall decides. A minute that it shows twice, when clocks go back, counts once, the
first time; one that it skips, when they go forward, comes as soon as the clock goes on.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from croniter.croniter import CroniterBadDateError, CroniterError

from engine.errors import BadInput

_LONGEST_CHANGE = timedelta(hours=3)  # of a clock, in either direction
_FIELDS = 5


def find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            f"'{name}' is no time zone.", "Write a place of the IANA list, such as Europe/London."
        ) from None


def next_moments(cron: str, zone: str, after: datetime, count: int = 3) -> list[datetime]:
    """The next occurrences strictly after a moment, in UTC."""
    place = find_zone(zone)
    _check(cron)
    found: list[datetime] = []
    try:
        for local in _wall_times(cron, after.astimezone(place).replace(tzinfo=None)):
            moment = _moment(local, place)
            if moment > (found[-1] if found else after):
                found.append(moment)
            if len(found) == count:
                return found
    except CroniterBadDateError:
        if found:
            return found
    raise BadInput(f"The schedule '{cron}' never comes.", _HINT)


_HINT = (
    "Write five fields: minute, hour, day, month, weekday. '0 9 * * mon' is every Monday at nine."
)


def _check(cron: str) -> None:
    try:
        valid = len(cron.split()) == _FIELDS and croniter.is_valid(cron)
    except (CroniterError, ValueError):
        valid = False
    if not valid:
        raise BadInput(f"'{cron}' is no schedule.", _HINT)


def _wall_times(cron: str, local: datetime) -> Iterator[datetime]:
    """From a little earlier on, because a wall clock that goes back shows a time again."""
    times = croniter(cron, local - _LONGEST_CHANGE)
    while True:
        yield times.get_next(datetime)


def _moment(local: datetime, place: ZoneInfo) -> datetime:
    moment = local.replace(tzinfo=place).astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) == local:
        return moment
    return _end_of_gap(moment, place)


def _end_of_gap(moment: datetime, place: ZoneInfo) -> datetime:
    """The first moment after the wall clock went forward; found by halving, to the second."""
    low, high = moment - _LONGEST_CHANGE, moment
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
