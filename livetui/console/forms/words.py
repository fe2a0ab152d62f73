"""What a form says of a field and its value, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from livetui.catalogue import UNSET, Field
from livetui.catalogue import mask as masks
from livetui.catalogue.check import made_of
from livetui.catalogue.text import visible
from livetui.operations.draft import REGION, Draft, Row
from livetui.operations.entry import SCALARS
from livetui.watch.cells import far, moment, offset

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "float": "a number",
    "boolean": "true or false",
    "timestamp": "a time",
}
_PLURALS = {
    "string": "texts",
    "integer": "whole numbers",
    "float": "numbers",
    "boolean": "switches",
    "timestamp": "times",
}


def name(field: Field) -> str:
    """The catalogue's name; an entry of a list is shown by its number, counted from 1."""
    if field.name == REGION:
        return "Region"
    return f"#{int(field.name) + 1}" if field.name.isdigit() else field.name


def value(draft: Draft, row: Row, now: datetime, *, reveal: bool = False) -> tuple[str, str]:
    """(text, tone) of what is in a field: tone "off" for nothing. The text is not yet `visible`."""
    return _value(draft, row, draft.get(row.path), now, reveal)


def present(draft: Draft, row: Row, now: datetime, *, reveal: bool = False) -> str:
    """What the thing has in that field now."""
    return _value(draft, row, draft.present(row.path), now, reveal)[0]


def _value(draft: Draft, row: Row, held: object, now: datetime, reveal: bool) -> tuple[str, str]:
    field = row.field
    if held is UNSET:
        return "(unset)", "off"
    if held in ("", [], {}):
        return "(empty)", "off"
    if field.sensitive and not reveal:
        return hidden(field, held), ""
    if isinstance(held, dict):
        return _members(draft, field, held), ""
    if isinstance(held, list):
        if field.item_type not in SCALARS:
            return f"{len(held)} {'entry' if len(held) == 1 else 'entries'}", ""
        return ", ".join(_one(field, item, draft, now) for item in held), ""
    return _one(field, held, draft, now), ""


def _one(field: Field, held: object, draft: Draft, now: datetime) -> str:
    if held is UNSET:
        return "(unset)"
    when = moment(field, "", held) if field.time else None
    if when is not None:
        return time(when, draft, now)
    label = field.label(held)
    text = str(held).lower() if isinstance(held, bool) else str(held)
    return f"{text} ({label})" if label else text


def time(when: datetime, draft: Draft, now: datetime) -> str:
    """Local time with its offset, and how far from now."""
    there = when.astimezone(draft.zone)
    seconds_too = ":%S" if there.second else ""
    return (
        f"{there:%Y-%m-%d %H:%M{seconds_too}} {offset(when, draft.zone)}, {far((when - now).total_seconds())}"
    )


def hidden(field: Field, held: object) -> str:
    """A sensitive value as it may be shown."""
    if isinstance(held, list):
        return ", ".join(hidden(field, item) for item in held)
    return masks.shown(field.sensitive, str(held))


def dots(text: str, sensitive: str) -> Iterator[str]:
    """Each character of a sensitive text as it may be shown while it is typed, one for one."""
    if sensitive not in ("url", "push"):
        yield from "•" * len(text)
        return
    inside = re.search(r"(?<=//)[^/?#\s]*(?=@)", text)
    secret = False
    for index, char in enumerate(text):
        if char.isspace():
            secret = False
        user = inside is not None and inside.start() <= index < inside.end()
        yield "•" if user or secret else visible(char)
        secret = secret or char in "?#"


def _members(draft: Draft, field: Field, held: dict[str, object]) -> str:
    known = {member.name: member for member in draft.catalogue.structure(field.item_type).members}
    parts = []
    for key, item in held.items():
        member = known.get(key)
        if isinstance(item, dict | list):
            parts.append(f"{key}=…")
        elif item is not UNSET:
            parts.append(f"{key}={hidden(member, item) if member and member.sensitive else item}")
    return " ".join(parts)


def hint(field: Field) -> str:
    """Unit and what is allowed, short enough for the end of a line."""
    if field.name == REGION:
        return "choose"
    if field.allowed:
        words = [field.label(each) or _quoted(each) for each in field.allowed]
        return "|".join(words)
    span = _span(field)
    if field.type == "timestamp":
        return "day" if field.time and field.time[0].startswith("date") else "local, or +2h"
    unit = "" if field.unit == "count" else field.unit
    if field.is_list and not span:
        return "list"
    return " ".join(part for part in (span, unit) if part)


def _quoted(each: object) -> str:
    return '""' if each == "" else str(each)


def _span(field: Field) -> str:
    low, high = field.minimum, field.maximum
    if field.is_list and (field.min_items or field.max_items):
        if field.min_items == field.max_items:
            return f"{field.max_items} {'entry' if field.max_items == 1 else 'entries'}"
        return f"{field.min_items or 0}–{field.max_items or '…'} entries"
    if low is not None and high is not None:
        return f"{low:.15g}–{high:.15g}"
    if low is not None:
        return f"≥ {low:.15g}"
    if high is not None:
        return f"≤ {high:.15g}"
    if field.max_bytes is not None:
        return f"≤ {field.max_bytes} bytes"
    return f"≤ {field.max_chars} chars" if field.max_chars is not None else ""


def facts(draft: Draft, row: Row) -> str:
    """Type, bounds, and what leaving it out or empty means."""
    field = row.field
    if row.kind == "structure":
        parts = [draft.catalogue.structure(field.type).summary.rstrip(".") or "a structure"]
    elif field.is_list:
        parts = [f"a list of {_PLURALS.get(field.item_type, field.item_type)}"]
    else:
        parts = [_TYPES[field.type]]
    if field.type == "timestamp":
        parts = ["2026-11-20 18:00 in local time, or +2h 30m 7d from now"]
    unit = "" if field.unit == "count" else field.unit
    span = _span(field)
    if span or unit:
        parts.append(" ".join(part for part in (span, unit) if part))
    if field.pattern and (chars := made_of(field.pattern)):
        parts.append(f"{chars} only")
    if field.step:
        parts.append(f"in steps of {field.step:g}")
    parts += _consequences(draft, row)
    if field.allowed:
        parts.append(" ".join(_choice(field, each) for each in field.allowed))
    return "; ".join(parts)


def _choice(field: Field, each: object) -> str:
    label = field.label(each)
    return f"{_quoted(each)}={label}" if label else _quoted(each)


def _consequences(draft: Draft, row: Row) -> Iterator[str]:
    field = row.field
    top = row.path == field.name
    if top and field.name in draft.given:
        yield "fixed: names what is acted on"
    elif row.entry:
        return
    elif field.required:
        yield "required"
    elif top and draft.modifies:
        unset = draft.state(row.path) == "unset"
        reset = "left out, it is reset" if unset else "resent with every change, else reset"
        yield {
            "keep": "left out, stays as it is",
            "reset": reset + _default(field),
            "refuse": "resent with every change, else refused",
        }[field.omit or "keep"]
    elif field.default is not UNSET:
        yield f"left out: {_quoted(field.default)}" + (
            f" ({field.label(field.default)})" if field.label(field.default) else ""
        )
    if field.empty == "clears":
        yield "empty clears it"
    elif field.empty == "sent":
        yield "may be sent empty"


def _default(field: Field) -> str:
    return "" if field.default is UNSET else f" to {_quoted(field.default)}"
