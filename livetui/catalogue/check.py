"""Holds parameters against the catalogue: before they are sent, while a form is filled, and on arrival.

The words of a problem never repeat a sensitive value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, Protocol

from livetui.catalogue import times
from livetui.catalogue.model import UNSET, Action, Field, Rule, Structure

Kind = Literal["missing", "unknown", "type", "value", "rule"]

_LEEWAY = timedelta(minutes=5)
"""How far two clocks may differ before "now" means something else; the service allows as much."""

_SHOWN = 40
"""Characters of a wrong value that are repeated in a message."""


class Structures(Protocol):
    """Where nested types are looked up; a `Catalogue` is one."""

    def structure(self, name: str) -> Structure: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the parameters."""

    path: str
    """As in `LayoutParams.ImageLayer` or `InputStreamList.0.InputStreamName`; "" for the whole."""
    kind: Kind
    message: str
    """Reads on from the path: "is required"."""

    def __str__(self) -> str:
        return f"{self.path} {self.message}" if self.path else self.message


def check(catalogue: Structures, action: Action, params: Mapping[str, Any], now: datetime) -> list[Problem]:
    """Every problem with an action's own parameters, none when they may go.

    An empty string counts as given. `now`, aware, is where the rules' windows are measured from. A rule is
    held only when the values it speaks of are sound by themselves.
    """
    problems = list(_members(catalogue, action.parameters, params, ""))
    unsound = {problem.path.partition(".")[0] for problem in problems}
    for rule in action.rules:
        if _applies(action, rule, params) and not any(name in unsound for name in (*rule.fields, rule.since)):
            problems += _RULES[rule.kind](_Given(action, params, now), rule)
    return problems


def check_value(catalogue: Structures, field: Field, value: object, path: str = "") -> list[Problem]:
    """The problems of one value by itself, for a form that checks while one types."""
    return list(_value(catalogue, field, value, path or field.name))


# One value.


def _members(
    catalogue: Structures, fields: Iterable[Field], given: Mapping[str, Any], prefix: str
) -> Iterator[Problem]:
    known = {field.name: field for field in fields}
    for name, field in known.items():
        if name in given:
            yield from _value(catalogue, field, given[name], prefix + name)
        elif field.required:
            yield Problem(prefix + name, "missing", "is required")
    for name in given:
        if name not in known:
            yield Problem(f"{prefix}{name}", "unknown", _unknown(str(name), tuple(known)))


def _unknown(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.7)
    return "is not a parameter here" + (f"; did you mean {near[0]}?" if near else "")


def _value(catalogue: Structures, field: Field, value: object, path: str) -> Iterator[Problem]:
    if not field.is_list:
        yield from _single(catalogue, field, value, path)
        return
    if not isinstance(value, list | tuple):
        yield Problem(path, "type", f"has to be a list, not {_json_type(value)}")
        return
    if field.min_items is not None and len(value) < field.min_items and not (field.empty and not value):
        yield Problem(path, "value", f"needs at least {_count(field.min_items, 'entry', 'entries')}")
    if field.max_items is not None and len(value) > field.max_items:
        yield Problem(
            path, "value", f"may have {_count(field.max_items, 'entry', 'entries')} at most, has {len(value)}"
        )
    for number, item in enumerate(value):
        yield from _single(catalogue, field, item, f"{path}.{number}")


def _single(catalogue: Structures, field: Field, value: object, path: str) -> Iterator[Problem]:
    kind = field.item_type
    if kind == "timestamp":
        yield from _time(field, value, path)
    elif kind in _FITS:
        if not _FITS[kind](value):
            yield Problem(path, "type", f"has to be {_ARTICLES[kind]}, not {_json_type(value)}")
        elif not (value == "" and field.empty):
            message = _outside(field, value)
            if message:
                yield Problem(path, "value", message)
    elif isinstance(value, Mapping):
        yield from _members(catalogue, catalogue.structure(kind).members, value, f"{path}.")
    else:
        yield Problem(path, "type", f"has to be an object ({kind}), not {_json_type(value)}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_FITS: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": _is_number,
    "boolean": lambda value: isinstance(value, bool),
}
_ARTICLES = {"string": "a string", "integer": "an integer", "float": "a number", "boolean": "true or false"}


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int | float):
        return "a number" if isinstance(value, int) or math.isfinite(value) else "an endless number"
    return "an object" if isinstance(value, Mapping) else "a list"


def _outside(field: Field, value: Any) -> str:
    """Why a value of the right type is not allowed, or ""."""
    if field.allowed and value not in field.allowed:
        choices = ", ".join(_choice(field, allowed) for allowed in field.allowed)
        return f"has to be one of: {choices}{_shown(field, value)}"
    if isinstance(value, str):
        return _text_outside(field, value)
    if isinstance(value, bool):
        return ""
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return f"has to be {_range(low, high)}{_shown(field, value)}"
    if field.step and not math.isclose(value, round(value / field.step) * field.step, abs_tol=1e-9):
        return f"has to be a multiple of {field.step:g}{_shown(field, value)}"
    return ""


def _text_outside(field: Field, value: str) -> str:
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return "holds half a character that cannot be sent"
    if field.min_chars is not None and len(value) < field.min_chars:
        return f"needs at least {_count(field.min_chars, 'character')}, has {len(value)}"
    if field.max_chars is not None and len(value) > field.max_chars:
        return f"may have {_count(field.max_chars, 'character')} at most, has {len(value)}"
    if field.max_bytes is not None and size > field.max_bytes:
        return f"may have {_count(field.max_bytes, 'byte')} at most, has {size}"
    if field.pattern is not None and not _compiled(field.pattern).fullmatch(value):
        chars = made_of(field.pattern)
        wanted = f"may hold {chars} only" if chars else f"does not match {field.pattern}"
        return f"{wanted}{_shown(field, value)}"
    return ""


_ONE_CLASS = re.compile(r"\[((?:[^\]\\^]|\\.)+)\](?:\+|\*|\{\d+,\d+\})")
_NAMED = (("\\w", "letters, digits, _"), ("A-Z", "letters"), ("a-z", "letters"), ("0-9", "digits"))


def made_of(pattern: str) -> str:
    """The characters that a pattern allows, in words; "" for one that asks for more than that."""
    found = _ONE_CLASS.fullmatch(pattern)
    if found is None:
        return ""
    left, words = found[1], []
    for part, name in _NAMED:
        if part in left:
            left = left.replace(part, "")
            words += [name]
    words = [*dict.fromkeys(words), *dict.fromkeys(left.replace("\\", ""))]
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _time(field: Field, value: object, path: str) -> Iterator[Problem]:
    if not field.time:
        if not isinstance(value, str | int) or isinstance(value, bool):
            yield Problem(path, "type", f"has to be a time, not {_json_type(value)}")
        return
    if value == "" and field.empty:
        return
    if times.notation_of(field, value):
        return
    is_text = isinstance(value, str)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    takes_number = not times.NUMBERS.isdisjoint(field.time)
    takes_text = any(notation not in times.NUMBERS for notation in field.time)
    right_type = (is_text and takes_text) or (is_number and (takes_number or "date-compact" in field.time))
    written = " or ".join(times.EXAMPLES[notation] for notation in field.time)
    if right_type:
        yield Problem(path, "value", f"has to be a time written like {written}{_shown(field, value)}")
    else:
        yield Problem(path, "type", f"has to be a time written like {written}, not {_json_type(value)}")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _choice(field: Field, value: object) -> str:
    label = field.label(value)
    text = '""' if value == "" else str(value)
    return f"{text} ({label})" if label else text


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"{high:.15g} at most"
    if high is None:
        return f"at least {low:.15g}"
    return f"from {low:.15g} to {high:.15g}"


def _shown(field: Field, value: object) -> str:
    if field.sensitive:
        return ""
    text = repr(value) if isinstance(value, str) else str(value)
    return f", not {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


# Rules across parameters.


@dataclass(frozen=True, slots=True)
class _Given:
    """What a rule may look at."""

    action: Action
    params: Mapping[str, Any]
    now: datetime

    def has(self, name: str) -> bool:
        return name in self.params

    def time(self, name: str) -> datetime | None:
        """The moment a parameter stands for; None when it is not given (or given empty)."""
        field = self.action.parameter(name)
        value = self.params.get(name, "")
        return times.parse(field, value) if field is not None and value != "" else None

    def is_day(self, name: str) -> bool:
        field = self.action.parameter(name)
        return field is not None and times.notation_of(field, self.params.get(name)) in times.DAYS

    def earliest(self, name: str, back: timedelta) -> datetime:
        """The first moment a parameter may name; where it names days, the day of that moment counts whole."""
        moment = self.now - back
        if not self.is_day(name):
            return moment
        return moment.astimezone(times.BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)


def _applies(action: Action, rule: Rule, params: Mapping[str, Any]) -> bool:
    """Whether a rule's condition is met; what is left out has its default, else None."""
    for name, values in rule.when:
        field = action.parameter(name)
        value = params.get(name, field.default if field is not None else UNSET)
        if (None if value is UNSET else value) not in values:
            return False
    return True


def _window(given: _Given, rule: Rule) -> Iterator[Problem]:
    start_name, end_name = rule.fields
    start, end = given.time(start_name), given.time(end_name)
    if start is not None and rule.max_past is not None and start < given.earliest(start_name, rule.max_past):
        yield Problem(start_name, "rule", f"may lie {_span(rule.max_past)} back at most")
    if end is not None and not rule.allow_future and end > given.now + _LEEWAY:
        yield Problem(end_name, "rule", "may not lie in the future")
    if start is None or end is None:
        return
    if end < start or (end == start and not given.is_day(end_name)):
        yield Problem(end_name, "rule", f"has to be later than {start_name}")
    elif rule.maximum is not None and end - start > rule.maximum:
        yield Problem(end_name, "rule", f"may be {_span(rule.maximum)} after {start_name} at most")
    elif rule.minimum is not None and end - start < rule.minimum:
        yield Problem(end_name, "rule", f"has to be at least {_span(rule.minimum)} after {start_name}")


def _future(given: _Given, rule: Rule) -> Iterator[Problem]:
    name = rule.fields[0]
    when = given.time(name)
    if when is None:
        return
    since = given.time(rule.since) if rule.since else None
    base, word = (since, rule.since) if since is not None else (given.now, "now")
    if rule.minimum is not None and when <= base + rule.minimum:
        later = f"more than {_span(rule.minimum)} after" if rule.minimum else "later than"
        yield Problem(name, "rule", f"has to be {later} {word}")
    elif rule.maximum is not None and when > base + rule.maximum:
        yield Problem(name, "rule", f"may be {_span(rule.maximum)} after {word} at most")


def _past(given: _Given, rule: Rule) -> Iterator[Problem]:
    name = rule.fields[0]
    when = given.time(name)
    if when is None:
        return
    if when > given.now + _LEEWAY:
        yield Problem(name, "rule", "may not lie in the future")
    elif rule.max_past is not None and when < given.earliest(name, rule.max_past):
        yield Problem(name, "rule", f"may lie {_span(rule.max_past)} back at most")


def _requires(given: _Given, rule: Rule) -> Iterator[Problem]:
    first, *needed = rule.fields
    if given.has(first):
        for name in needed:
            if not given.has(name):
                yield Problem(name, "rule", f"has to be given together with {first}")


def _excludes(given: _Given, rule: Rule) -> Iterator[Problem]:
    first, *others = rule.fields
    named = {name for name, _ in rule.when}
    # Where it is about values, they are what has to be said: others go together.
    with_what = f"{first} {given.params.get(first)}" if first in named else first
    if given.has(first):
        for name in others:
            if given.has(name):
                what = f"{given.params[name]} does not go" if name in named else "may not be given"
                yield Problem(name, "rule", f"{what} together with {with_what}")


def _at_least_one(given: _Given, rule: Rule) -> Iterator[Problem]:
    if not any(given.has(name) for name in rule.fields):
        yield Problem(rule.fields[0], "rule", f"or another of {', '.join(rule.fields[1:])} has to be given")


def _note(given: _Given, rule: Rule) -> Iterator[Problem]:
    """A note is for people; nothing can be held against it."""
    return iter(())


_RULES: dict[str, Callable[[_Given, Rule], Iterator[Problem]]] = {
    "window": _window,
    "future": _future,
    "past": _past,
    "requires": _requires,
    "excludes": _excludes,
    "at_least_one": _at_least_one,
    "note": _note,
}


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return _count(seconds // size, word)
    return _count(seconds, "second")
