"""The notations a point in time travels in, and their ways to and from aware UTC datetimes.

The same API writes UTC, Beijing time and UNIX seconds in fields that look alike; each field's own note in
the document decides, and the catalogue holds the decision as a notation's name:

    utc               2018-11-29T19:00:00Z
    beijing           2019-03-01 00:00:00, Beijing time
    beijing-z         2019-03-01T00:00:00Z, Beijing time in spite of the Z
    beijing-ms        2019-03-01 00:00:00.000, Beijing time
    beijing-minute    2019-03-01 00:00, Beijing time
    utc-space         2019-03-01 00:00:00, UTC
    iso               2019-03-01T00:00:00+08:00, any explicit offset
    unix              1551369600, a number of seconds
    unix-text         "1551369600", the same as text
    unix-ms           1551369600000, a number of milliseconds
    date              2019-03-01, the Beijing day (its first instant)
    date-compact      20190301, the same, as text or number
    date-compact-utc  20190301, the UTC day, as text or number
    hms               00:00:00, a time of day in Beijing, on the day of the epoch
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from livetui.catalogue.model import Field

BEIJING = timezone(timedelta(hours=8), "UTC+8")

DAYS = frozenset({"date", "date-compact", "date-compact-utc"})
"""Notations that name a whole day and no instant in it."""

NUMBERS = frozenset({"unix", "unix-ms"})
"""Notations written as a JSON number; all others are strings."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)
_TO_ZEROS = str.maketrans("123456789", "000000000")


class _Written(NamedTuple):
    """A notation of fixed shape: its look with every digit a zero, how it is written, and in which zone."""

    shape: str
    format: str
    zone: timezone


_WRITTEN = {
    "utc": _Written("0000-00-00T00:00:00Z", "%Y-%m-%dT%H:%M:%SZ", UTC),
    "beijing": _Written("0000-00-00 00:00:00", "%Y-%m-%d %H:%M:%S", BEIJING),
    "beijing-z": _Written("0000-00-00T00:00:00Z", "%Y-%m-%dT%H:%M:%SZ", BEIJING),
    "beijing-ms": _Written("0000-00-00 00:00:00.000", "%Y-%m-%d %H:%M:%S.%f", BEIJING),
    "beijing-minute": _Written("0000-00-00 00:00", "%Y-%m-%d %H:%M", BEIJING),
    "utc-space": _Written("0000-00-00 00:00:00", "%Y-%m-%d %H:%M:%S", UTC),
    "date": _Written("0000-00-00", "%Y-%m-%d", BEIJING),
    "date-compact": _Written("00000000", "%Y%m%d", BEIJING),
    "date-compact-utc": _Written("00000000", "%Y%m%d", UTC),
    "hms": _Written("00:00:00", "%H:%M:%S", BEIJING),
}

EXAMPLES = {
    "utc": "2018-11-29T19:00:00Z (UTC)",
    "beijing": "2019-03-01 00:00:00 (Beijing)",
    "beijing-z": "2019-03-01T00:00:00Z (Beijing)",
    "beijing-ms": "2019-03-01 00:00:00.000 (Beijing)",
    "beijing-minute": "2019-03-01 00:00 (Beijing)",
    "utc-space": "2019-03-01 00:00:00 (UTC)",
    "iso": "2019-03-01T00:00:00+08:00",
    "unix": "1551369600",
    "unix-text": '"1551369600"',
    "unix-ms": "1551369600000",
    "date": "2019-03-01",
    "date-compact": "20190301",
    "date-compact-utc": "20190301 (UTC)",
    "hms": "18:30:00 (Beijing)",
}
"""Every notation there is, with a value to show people."""


def to_wire(notation: str, when: datetime) -> str | int:
    """An aware datetime in that notation; what the notation cannot hold is cut off, not rounded.

    Raises ValueError for a naive datetime or a notation nobody knows.
    """
    if when.tzinfo is None:
        raise ValueError("a time without a zone cannot be sent")
    written = _WRITTEN.get(notation)
    if written is not None:
        local = when.astimezone(written.zone)
        # strftime("%Y") does not pad years below 1000 on every platform.
        text = local.strftime(written.format.replace("%Y", f"{local.year:04}"))
        return text[: len(written.shape)]
    if notation == "iso":
        return when.replace(microsecond=0).isoformat()
    if notation == "unix":
        return (when - _EPOCH) // _SECOND
    if notation == "unix-text":
        return str((when - _EPOCH) // _SECOND)
    if notation == "unix-ms":
        return (when - _EPOCH) // _MILLISECOND
    raise ValueError(f"unknown time notation {notation!r}")


def from_wire(notation: str, value: object) -> datetime:
    """The aware UTC datetime a value of that notation stands for. Raises ValueError when it isn't one."""
    written = _WRITTEN.get(notation)
    try:
        if written is not None:
            return _from_text(written, notation, value)
        return _READERS[notation](value)
    except KeyError:
        raise ValueError(f"unknown time notation {notation!r}") from None
    except (OverflowError, TypeError):
        raise ValueError(f"no such time: {value!r}") from None


def parse(field: Field, value: object) -> datetime:
    """The value of a timestamp field, by the first of its notations that fits. Raises ValueError."""
    for notation in field.time:
        try:
            return from_wire(notation, value)
        except ValueError:
            continue
    raise ValueError(f"{value!r} is not a time written as {' or '.join(field.time) or 'anything known'}")


def notation_of(field: Field, value: object) -> str:
    """Which of the field's notations the value is written in, or "" for none."""
    for notation in field.time:
        try:
            from_wire(notation, value)
        except ValueError:
            continue
        return notation
    return ""


def _from_text(written: _Written, notation: str, value: object) -> datetime:
    if notation.startswith("date-compact") and isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:08}"
    if notation == "beijing-ms" and isinstance(value, str) and 20 < len(value) < 23:
        value = value.ljust(23, "0")  # the service leaves out the fraction's last zeros
    # The shape is compared first: fromisoformat reads week dates and much else besides. It is used because
    # it takes a tenth of strptime's time, and a sweep of the online list reads 20,000 of these.
    if not isinstance(value, str) or value.translate(_TO_ZEROS) != written.shape:
        raise ValueError(f"{value!r} is not written like {written.shape}")
    if notation == "utc":
        return datetime.fromisoformat(value)
    text = f"1970-01-01T{value}" if notation == "hms" else value.removesuffix("Z")
    return datetime.fromisoformat(text).replace(tzinfo=written.zone).astimezone(UTC)


def _from_iso(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    when = datetime.fromisoformat(value)
    if when.tzinfo is None:
        raise ValueError(f"{value!r} tells no offset")
    return when.astimezone(UTC)


def _from_unix(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number of seconds")
    return _EPOCH + value * _SECOND


def _from_unix_text(value: object) -> datetime:
    # More than twelve digits are no seconds, and a very long run of digits is slow to convert.
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 12:
        raise ValueError(f"{value!r} is not seconds as text")
    return _EPOCH + int(value) * _SECOND


def _from_unix_ms(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number of milliseconds")
    return _EPOCH + value * _MILLISECOND


_READERS: dict[str, Callable[[object], datetime]] = {
    "iso": _from_iso,
    "unix": _from_unix,
    "unix-text": _from_unix_text,
    "unix-ms": _from_unix_ms,
}
