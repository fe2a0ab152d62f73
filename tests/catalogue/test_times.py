from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetui.catalogue import Field, load, times

NOON = datetime(2019, 3, 1, 12, 0, 0, tzinfo=UTC)
SAME_NOON = [
    ("utc", "2019-03-01T12:00:00Z"),
    ("beijing", "2019-03-01 20:00:00"),
    ("beijing-z", "2019-03-01T20:00:00Z"),
    ("beijing-ms", "2019-03-01 20:00:00.000"),
    ("beijing-minute", "2019-03-01 20:00"),
    ("utc-space", "2019-03-01 12:00:00"),
    ("iso", "2019-03-01T12:00:00+00:00"),
    ("unix", 1551441600),
    ("unix-text", "1551441600"),
    ("unix-ms", 1551441600000),
]


@pytest.mark.parametrize(("notation", "written"), SAME_NOON)
def test_one_moment_in_every_notation(notation: str, written: object) -> None:
    assert times.to_wire(notation, NOON) == written
    assert times.from_wire(notation, written) == NOON


@pytest.mark.parametrize(("notation", "written"), [("date", "2019-03-02"), ("date-compact", "20190302")])
def test_a_day_is_the_beijing_day(notation: str, written: str) -> None:
    late = datetime(2019, 3, 1, 23, 0, 0, tzinfo=UTC)  # 07:00 of the 2nd in Beijing
    assert times.to_wire(notation, late) == written
    assert times.from_wire(notation, written) == datetime(2019, 3, 1, 16, 0, 0, tzinfo=UTC)


def test_a_utc_day_is_the_utc_day() -> None:
    late = datetime(2019, 3, 1, 23, 0, 0, tzinfo=UTC)
    assert times.to_wire("date-compact-utc", late) == "20190301"
    for written in ("20190301", 20190301):
        assert times.from_wire("date-compact-utc", written) == datetime(2019, 3, 1, tzinfo=UTC)


def test_a_compact_day_may_be_a_number() -> None:
    assert times.from_wire("date-compact", 20190302) == times.from_wire("date-compact", "20190302")


def test_a_time_of_day() -> None:
    assert times.to_wire("hms", NOON) == "20:00:00"
    assert times.from_wire("hms", "20:00:00") == datetime(1970, 1, 1, 12, 0, 0, tzinfo=UTC)


def test_offsets_are_read() -> None:
    assert times.from_wire("iso", "2019-03-01T20:00:00+08:00") == NOON
    assert times.from_wire("iso", "2019-03-01T12:00:00Z") == NOON


WRONG = [
    ("utc", "2019-03-01 12:00:00"),
    ("utc", "2019-03-01T12:00:00"),
    ("utc", "2019-13-01T12:00:00Z"),
    ("utc", "2019-03-01T12:00:00Zx"),
    ("utc", "٢٠١٩-03-01T12:00:00Z"),
    ("utc", ""),
    ("utc", None),
    ("utc", 1551441600),
    ("beijing", "2019-03-01T12:00:00Z"),
    ("beijing", "2019-02-30 00:00:00"),
    ("date", "2019-W09-5"),
    ("date", "20190301"),
    ("iso", "2019-03-01T12:00:00"),
    ("iso", 5),
    ("unix", "1551441600"),
    ("unix", True),
    ("unix", 1.5),
    ("unix", 10**15),
    ("unix", 10**30),
    ("unix-text", 1551441600),
    ("unix-text", "-5"),
    ("unix-text", "9" * 5000),
    ("unix-ms", "5"),
    ("date-compact", True),
    ("hms", "25:00:00"),
    ("no-such", "x"),
]


@pytest.mark.parametrize(("notation", "value"), WRONG)
def test_what_is_not_written_so_is_refused(notation: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        times.from_wire(notation, value)


def test_a_time_without_a_zone_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        times.to_wire("utc", datetime(2019, 3, 1))


moments = st.datetimes(min_value=datetime(1971, 1, 2), max_value=datetime(9990, 1, 1), timezones=st.just(UTC))
STEPS = {
    "beijing-minute": 60,
    "date": 86400,
    "date-compact": 86400,
    "date-compact-utc": 86400,
    "beijing-ms": 0.001,
    "unix-ms": 0.001,
}


@given(st.sampled_from([one for one in times.EXAMPLES if one != "hms"]), moments)
def test_what_is_written_is_read_again(notation: str, when: datetime) -> None:
    again = times.from_wire(notation, times.to_wire(notation, when))
    lost = when - again
    assert timedelta(0) <= lost < timedelta(seconds=STEPS.get(notation, 1))
    assert times.to_wire(notation, again) == times.to_wire(notation, when)
    assert again.utcoffset() == timedelta(0)


@given(st.sampled_from(sorted(times.EXAMPLES)), st.text() | st.integers() | st.floats() | st.none())
def test_anything_else_is_a_value_error(notation: str, value: object) -> None:
    try:
        times.from_wire(notation, value)
    except ValueError:
        return


def test_the_first_notation_that_fits_is_taken() -> None:
    field = Field("When", "timestamp", time=("utc", "beijing", "unix"))
    assert times.parse(field, "2019-03-01T12:00:00Z") == NOON
    assert times.parse(field, "2019-03-01 20:00:00") == NOON
    assert times.parse(field, 1551441600) == NOON
    assert times.notation_of(field, "2019-03-01 20:00:00") == "beijing"
    assert times.notation_of(field, "yesterday") == ""
    with pytest.raises(ValueError, match="utc or beijing or unix"):
        times.parse(field, "yesterday")


def test_every_notation_of_the_catalogue_is_known() -> None:
    catalogue = load("css")
    fields = [field for action in catalogue for field in (*action.parameters, *action.response)]
    fields += [field for name in catalogue.structure_names() for field in catalogue.structure(name).members]
    used = {notation for field in fields for notation in field.time}
    assert used <= set(times.EXAMPLES)
    assert {"utc", "beijing", "beijing-z", "unix"} <= used
