"""The right local minute, once, in the weeks when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.schedule import next_moments

# zone, the Sunday on which clocks go forward, the Sunday on which they go back
CHANGES = [
    ("Europe/London", date(2026, 3, 29), date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8), date(2026, 11, 1)),
    ("Australia/Sydney", date(2026, 10, 4), date(2026, 4, 5)),
]


def moments(cron: str, zone: str, after: datetime, count: int) -> list[datetime]:
    return [m.astimezone(ZoneInfo(zone)) for m in next_moments(cron, zone, after, count)]


@pytest.mark.parametrize(("zone", "forward", "back"), CHANGES)
def test_mondays_at_nine_stay_mondays_at_nine(zone: str, forward: date, back: date) -> None:
    for sunday in (forward, back):
        start = datetime(sunday.year, sunday.month, sunday.day, tzinfo=UTC) - timedelta(days=10)
        found = moments("0 9 * * mon", zone, start, 3)
        assert [(m.hour, m.minute, m.isoweekday()) for m in found] == [(9, 0, 1)] * 3
        assert [b.date() - a.date() for a, b in zip(found, found[1:], strict=False)] == [
            timedelta(days=7)
        ] * 2
        assert len({m.utcoffset() for m in found}) == 2  # the clocks did change between them


@pytest.mark.parametrize(("zone", "forward", "back"), CHANGES)
def test_a_minute_that_the_clock_skips_comes_as_it_goes_on(
    zone: str, forward: date, back: date
) -> None:
    hour = 1 if zone == "Europe/London" else 2
    start = datetime(forward.year, forward.month, forward.day, tzinfo=ZoneInfo(zone))
    found = moments(f"30 {hour} * * *", zone, start - timedelta(hours=3), 3)
    assert [m.day for m in found] == [forward.day, forward.day + 1, forward.day + 2]
    assert [(m.hour, m.minute) for m in found] == [(hour + 1, 0), (hour, 30), (hour, 30)]


@pytest.mark.parametrize(("zone", "forward", "back"), CHANGES)
def test_a_minute_that_the_clock_shows_twice_comes_once(
    zone: str, forward: date, back: date
) -> None:
    hour = 2 if zone == "Australia/Sydney" else 1
    start = datetime(back.year, back.month, back.day, tzinfo=ZoneInfo(zone))
    first, second = moments(f"30 {hour} * * *", zone, start, 2)
    assert (first.date(), first.fold) == (back, 0)
    assert second - first == timedelta(days=1)  # of the wall; an hour more has passed
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=25)
    after_the_first = moments(f"30 {hour} * * *", zone, first.astimezone(UTC), 1)
    assert after_the_first == [second]


@given(
    st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"]),
    st.integers(0, 2 * 365 * 24 * 3600).map(
        lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_each_day_has_one_and_they_follow_each_other(
    zone: str, after: datetime, hour: int, minute: int
) -> None:
    found = moments(f"{minute} {hour} * * *", zone, after, 4)
    assert [b.date() - a.date() for a, b in zip(found, found[1:], strict=False)] == [
        timedelta(days=1)
    ] * 3
    assert found[0] > after
    step = next_moments(f"{minute} {hour} * * *", zone, found[0].astimezone(UTC), 1)
    assert step == [found[1]]


@pytest.mark.parametrize(
    ("cron", "message"),
    [
        ("hello", "is no schedule"),
        ("* * * * * *", "is no schedule"),
        ("0 25 * * *", "is no schedule"),
        ("@daily", "is no schedule"),
        ("0 9 31 2 *", "never comes"),
    ],
)
def test_what_is_no_schedule_is_refused(cron: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        next_moments(cron, "UTC", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadInput, match="is no time zone"):
        next_moments("0 9 * * *", zone, datetime(2026, 1, 1, tzinfo=UTC))
