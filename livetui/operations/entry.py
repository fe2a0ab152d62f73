"""What a person types for a value, and the value it stands for: numbers, switches, times, lists.

A time is entered in local time ("2026-11-20 18:00", seconds if wanted), or counted from now ("+2h", "30m",
"-1d", "1h30m"), or with an explicit offset or Z; it is sent in the field's own first notation. Where the
notation names a whole day, a bare date is that day as it stands, since the service counts Beijing days.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from livetui.catalogue import times
from livetui.catalogue.model import UNSET, Field

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_RELATIVE = re.compile(r"([+-]?)((?:[0-9]{1,9}[smhd])+)")
_PIECE = re.compile(r"([0-9]+)([smhd])")
_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)", re.ASCII)
_OFFSET = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?) ?(Z|[+-]\d{2}:?\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_YES = frozenset({"true", "yes", "on", "1", "y"})
_NO = frozenset({"false", "no", "off", "0", "n"})

SCALARS = frozenset({"string", "integer", "float", "boolean", "timestamp"})


def item_of(field: Field, name: str = "") -> Field:
    """The field of one entry of a list: as the list's, but for what speaks of the whole."""
    return field._replace(name=name or field.name, type=field.item_type, required=True, empty="", omit=None)


def read(field: Field, text: str, now: datetime, zone: tzinfo | None = None) -> Any:
    """The value that a text stands for in that field. Raises ValueError, whose words read on from the name.

    `zone` is the zone times are entered in; None is the system's. Strings are taken as they are; lists of
    plain values are separated by blanks or commas, or written as JSON; structures are written as JSON.
    """
    if field.is_list or field.type not in SCALARS:
        return _nested(field, text, now, zone)
    if field.type == "string":
        return text
    text = text.strip()
    for value in field.allowed:
        if text and text.lower() == field.label(value).lower():
            return value
    if field.type == "timestamp":
        return moment(field, text, now, zone)
    return _READERS[field.type](text)


def write(field: Field, value: Any, zone: tzinfo | None = None) -> str:
    """The text an editor begins with: read again, it gives the same value."""
    if field.type == "string" and isinstance(value, str):
        return value
    if field.type == "timestamp":
        try:
            return _local(field, value, zone)
        except ValueError:
            return str(value)
    if field.type == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if field.is_list and field.item_type in SCALARS and isinstance(value, list):
        entries = [write(item_of(field), entry, zone) for entry in value if entry is not UNSET]
        if not any(not entry or re.search(r"[\s,\[\]]", entry) for entry in entries):
            return " ".join(entries)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def moment(field: Field, text: str, now: datetime, zone: tzinfo | None = None) -> str | int:
    """A time as typed, in the field's first notation. Raises ValueError."""
    notation = field.time[0] if field.time else "utc"
    if notation in times.DAYS and _DAY.fullmatch(text):
        return _day(notation, text)
    try:
        when = _instant(text, now, zone)
    except (ValueError, OverflowError):
        when = None
    if when is None and notation in ("hms", "unix", "unix-text", "unix-ms"):
        when = _as_sent(notation, text)
    if when is None:
        raise ValueError("is a time like 2026-11-20 18:00 (local), or +2h, 30m, -7d from now")
    try:
        return times.to_wire(notation, when)
    except (ValueError, OverflowError):
        raise ValueError("is a time nobody can send") from None


def _as_sent(notation: str, text: str) -> datetime | None:
    number = notation in times.NUMBERS and _INTEGER.fullmatch(text)
    try:
        return times.from_wire(notation, int(text) if number else text)
    except ValueError:
        return None


def _day(notation: str, text: str) -> str | int:
    bare = text.replace("-", "")
    try:
        return times.to_wire(notation, times.from_wire("date-compact", bare))
    except ValueError:
        raise ValueError("is a day like 2026-11-20") from None


def _instant(text: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    if text == "now":
        return now
    relative = _RELATIVE.fullmatch(text.lower())
    if relative:
        seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PIECE.findall(relative[2]))
        return now + timedelta(seconds=-seconds if relative[1] == "-" else seconds)
    offset = _OFFSET.fullmatch(text)
    if offset:
        return datetime.fromisoformat(f"{offset[1]}T{offset[2]}{offset[3]}").astimezone(UTC)
    local = _LOCAL.fullmatch(text)
    if local is None and not (_DAY.fullmatch(text) and "-" in text):
        return None
    naive = datetime.fromisoformat(f"{local[1]}T{local[2]}" if local else text)
    return (naive.replace(tzinfo=zone) if zone else naive.astimezone()).astimezone(UTC)


def _local(field: Field, value: Any, zone: tzinfo | None) -> str:
    notation = times.notation_of(field, value)
    if notation in times.DAYS:
        return times.from_wire(notation, value).astimezone(times.BEIJING).strftime("%Y-%m-%d")
    if notation == "hms":
        return str(value)
    return times.parse(field, value).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _nested(field: Field, text: str, now: datetime, zone: tzinfo | None) -> Any:
    text = text.strip()
    plain = field.is_list and field.item_type in SCALARS
    if plain and not text.startswith("["):
        # A URL may hold a comma.
        parts = re.split(r"\s+" if field.sensitive == "url" else r"[\s,]+", text)
        item = item_of(field)
        return [read(item, part, now, zone) for part in parts if part]
    try:
        value = json.loads(text)
    except ValueError:
        raise ValueError("is written as JSON here") from None
    if not isinstance(value, list if field.is_list else dict):
        raise ValueError(f"is {'a JSON list' if field.is_list else 'a JSON object'} here")
    return value


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError("is a whole number")
    return int(text)


def _float(text: str) -> float | int:
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        value = float(text)
    except ValueError:
        raise ValueError("is a number") from None
    if not math.isfinite(value):
        raise ValueError("is a number with an end")
    return value


def _boolean(text: str) -> bool:
    if text.lower() in _YES or text.lower() in _NO:
        return text.lower() in _YES
    raise ValueError("is true or false")


_READERS: dict[str, Callable[[str], Any]] = {"integer": _integer, "float": _float, "boolean": _boolean}
