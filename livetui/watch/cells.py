"""A thing's value in a column: the text people read and the value that sorting and filtering compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple, overload

from livetui.catalogue import Catalogue, Field
from livetui.catalogue.mask import shown as masked
from livetui.catalogue.times import from_wire
from livetui.resources.model import Column, Data, Resource, Source, State
from livetui.watch.compact import Record, View, reach, unpack
from livetui.watch.line import line
from livetui.watch.members import field_at, field_of, way
from livetui.watch.things import Sight, Thing


class Cell(NamedTuple):
    """What one column shows of one thing. A named tuple, since they are made by the hundred thousand."""

    text: str = ""
    value: Any = None
    """Comparable within its column: str, int/float (bits a second, seconds, counts) or None for nothing."""
    tone: str = ""
    """ok, warn, bad, off, unknown or empty."""


EMPTY = Cell()
NOT_READ = Cell("?", None, "unknown")
"""Where the reading that would tell it failed."""
NOT_SEEN = Cell("not seen", "not seen", "unknown")
MOVING = frozenset({"age", "left", "line"})
"""Kinds of columns whose text changes by itself as time passes."""
MOST_MOMENTS = 50_000
"""Times that are known as read, of each notation."""


class Reader:
    """Reads a resource's columns from its things; knows the notation and the labels of each member."""

    def __init__(self, catalogue: Catalogue, resource: Resource, zone: tzinfo | None = None) -> None:
        self.catalogue = catalogue
        self.resource = resource
        self.zone = zone
        self.now = utc_now()
        """As of when ages and times left are told; whoever ticks the clock sets it."""
        self.moving = frozenset(
            number for number, column in enumerate(resource.columns) if column.kind in MOVING
        )
        self._asked: dict[Callable[[Data], Any], Callable[[Thing], Any]] = {}
        """Columns of the same function share what it says of a row."""
        self._getters = [self._getter(column) for column in resource.columns]
        self._steady = [
            (column.id, get)
            for column, get in zip(resource.columns, self._getters, strict=True)
            if not column.moves
        ]
        self._moments: dict[tuple[str, ...], dict[Any, datetime | None]] = {}
        """Notations -> times as they are written -> instants."""
        self._makers = [
            self._maker(column, get) for column, get in zip(resource.columns, self._getters, strict=True)
        ]
        self._begins, self._over = (
            field_of(catalogue, resource, Column("", "", member)) if member else None
            for member in (resource.begins, resource.over)
        )

    def values(self, thing: Thing) -> dict[str, Any]:
        """Column id -> raw value: what a change is told by."""
        return {ident: get(thing) for ident, get in self._steady}

    def row_fields(self) -> tuple[Field, ...]:
        """The catalogue's fields of a row, with a structure for each joined reading."""
        source = self.resource.source
        if source is None:
            made = [name for name in self.resource.journal if name in self.catalogue]
            return self.catalogue.action(made[0]).parameters if made else ()
        fields = list(self._members(source))
        for join in self.resource.joins:
            fields.append(Field(join.name, self._structure(join.source), help=join.title))
        return tuple(fields)

    def _structure(self, source: Source) -> str:
        found = field_at(
            self.catalogue, self.catalogue.action(source.action).response, way(self.catalogue, source)
        )
        return found.item_type if found else ""

    def _members(self, source: Source) -> tuple[Field, ...]:
        name = self._structure(source)
        return self.catalogue.structure(name).members if name in self.catalogue.structure_names() else ()

    def state(self, thing: Thing) -> State:
        if self.resource.state is None:
            return State("")
        state = self.resource.state(_read(thing))
        if state.tone != "ok":
            return state
        if self._over is not None:
            ends = moment(self._over, "", reach(thing.held, self.resource.over))
            if ends is not None and ends <= thing.at:
                return State("ended", "off")
        if self._begins is not None:
            begins = moment(self._begins, "", reach(thing.held, self.resource.begins))
            if begins is not None and begins > thing.at:
                return State("scheduled", "off")
        return state

    def cells(self, thing: Thing, now: datetime | None = None, *, sight: Sight = "seen") -> Sequence[Cell]:
        """The row's cells, each made when it is first asked for; ages are as of `now`, then of `self.now`."""
        if now is not None:
            self.now = now
        return Cells(self, thing, sight)

    def cell(self, number: int, thing: Thing, sight: Sight) -> Cell:
        """One column of a row, as of `self.now`."""
        return self._makers[number](thing, sight)

    def _getter(self, column: Column) -> Callable[[Thing], Any]:
        """The quickest way to a column's raw value, which is asked for by the hundred thousand."""
        path = column.path
        if column.kind == "state":
            return self.state
        if callable(path):
            return self._asked.setdefault(path, _once(path))
        if path == "@region":
            return lambda thing: thing.region
        if "." not in path:
            return lambda thing: thing.held.get(path)
        outer, _, inner = path.partition(".")
        if "." in inner or inner.lstrip("-").isdigit():
            return lambda thing: reach(thing.held, path)

        def joined(thing: Thing) -> Any:
            held = thing.held.get(outer)
            return held.get(inner) if isinstance(held, Record | dict) else None

        return joined

    def _read_whole(self, column: Column, thing: Thing) -> bool:
        """False where the column comes from a joined reading that failed."""
        if not isinstance(column.path, str):
            return True
        name = column.path.partition(".")[0]
        if all(join.name != name for join in self.resource.joins):
            return True
        return name not in _read(thing) or thing.held.get(name) is not None

    def _maker(self, column: Column, get: Callable[[Thing], Any]) -> Callable[[Thing, Sight], Cell]:
        """What makes a column's cell: all that is the same for every row is decided here, once."""
        if column.kind == "state":
            return self._state_cell
        field = field_of(self.catalogue, self.resource, column)
        show = self._shower(column, field)

        def made(thing: Thing, sight: Sight) -> Cell:
            raw = get(thing)
            if raw is None or raw == "":
                return EMPTY if self._read_whole(column, thing) else NOT_READ
            if type(raw) is Record or type(raw) is list:
                raw = unpack(raw)
            return show(raw)

        return made

    def _state_cell(self, thing: Thing, sight: Sight) -> Cell:
        if sight == "missing":
            return NOT_SEEN
        state = self.state(thing)
        if sight == "unread" and state.word:
            return Cell(f"{state.word}?", state.word, "unknown")
        return Cell(state.word, state.word, state.tone)

    def _shower(self, column: Column, field: Field | None) -> Callable[[Any], Cell]:
        """What shows a column's raw values."""
        if column.kind == "line":
            return lambda raw: Cell(*line(raw, self.now.timestamp()))
        if column.kind in ("time", "day", "age", "left"):
            when = self._moment_of(field, column.notation)
            return lambda raw: _time_cell(column, when(raw), raw, self.now, self.zone)
        kind = _KINDS[column.kind]
        return lambda raw: kind(raw, field)

    def _moment_of(self, field: Field | None, notation: str) -> Callable[[Any], datetime | None]:
        """The instant that is written; what was read once is known, since rows are asked again and again."""
        known = self._moments.setdefault((notation,) if notation else field.time if field else (), {})

        def when(raw: Any) -> datetime | None:
            try:
                return known[raw]
            except KeyError:
                if len(known) >= MOST_MOMENTS:
                    known.clear()
                found = known[raw] = raw if isinstance(raw, datetime) else moment(field, notation, raw)
                return found
            except TypeError:
                return None  # a list or an object stands where a time should

        return when


class Cells(Sequence[Cell]):
    """A row's cells: with thousands of rows most are never looked at, so each is made when it is."""

    __slots__ = ("_folded", "_made", "_reader", "_sight", "thing")

    def __init__(self, reader: Reader, thing: Thing, sight: Sight) -> None:
        self._reader, self.thing, self._sight = reader, thing, sight
        self._made: dict[int, Cell] | None = None
        self._folded = ""

    @property
    def folded(self) -> str:
        """The row's text as words are searched in it, with ages as they were when it was first asked for."""
        if not self._folded:
            cell, thing, sight = self._reader.cell, self.thing, self._sight
            self._folded = "\n".join([cell(n, thing, sight).text for n in range(len(self))]).casefold()
        return self._folded

    def __len__(self) -> int:
        return len(self._reader.resource.columns)

    def tells(self, thing: Thing, sight: Sight) -> bool:
        """Whether these are the cells of that very reading of the thing."""
        return self.thing.held is thing.held and self._sight == sight

    def passing(self, number: int) -> Cell:
        """A cell that is not kept: it is asked for of every row."""
        made = self._made
        if made is not None and number in made:
            return made[number]
        return self._reader.cell(number, self.thing, self._sight)

    @overload
    def __getitem__(self, number: int) -> Cell: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Cell]: ...
    def __getitem__(self, number: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        made = self.passing(number)
        if number not in self._reader.moving:
            if self._made is None:
                self._made = {}
            self._made[number] = made
        return made


def passing(cells: Sequence[Cell], number: int) -> Cell:
    """A row's cell for who asks all rows for theirs, and keeps none."""
    return cells.passing(number) if isinstance(cells, Cells) else cells[number]


def _once(ask: Callable[[Data], Any]) -> Callable[[Thing], Any]:
    """The function's answer for a thing, asked once where a thing is asked for several times on end."""
    last: tuple[Thing | None, Any] = (None, None)

    def get(thing: Thing) -> Any:
        nonlocal last
        known, answer = last
        if thing is not known:
            answer = ask(_read(thing))
            last = thing, answer
        return answer

    return get


def _read(thing: Thing) -> Data:
    """A thing's data for a function that reads a member or two of it."""
    held = thing.held
    return View(held) if isinstance(held, Record) else held


def moment(field: Field | None, notation: str, raw: Any) -> datetime | None:
    """The instant a member holds, or None when it holds none that its document allows."""
    for name in (notation,) if notation else field.time if field else ():
        try:
            return from_wire(name, raw)
        except ValueError:
            continue
    return None


def _time_cell(column: Column, when: datetime | None, raw: Any, now: datetime, zone: tzinfo | None) -> Cell:
    if when is None:
        none_said = str(raw).startswith("0000") or raw == 0
        return EMPTY if none_said else Cell(str(raw), None, "unknown")
    if column.kind == "time":
        return Cell(local(when, now, zone), when.timestamp())
    if column.kind == "day":
        return Cell(f"{when.astimezone(UTC):%Y-%m-%d}", when.timestamp())
    if column.kind == "age":
        seconds = (now - when).total_seconds()
        return Cell(age(seconds), seconds)
    seconds = (when - now).total_seconds()
    if seconds <= 0:
        return Cell(f"over {age(-seconds)}", seconds, "off")
    if seconds < column.soon:
        return Cell(f"{age(seconds)} soon", seconds, "warn")
    return Cell(age(seconds), seconds)


def local(when: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Local time, as short as it stays clear: the year only where it differs from this one."""
    there = when.astimezone(zone)
    if there.year != _year(now, zone):
        return there.isoformat(" ")[:16]
    return f"{there.month:02}-{there.day:02} {there.hour:02}:{there.minute:02}:{there.second:02}"


@lru_cache(maxsize=4)
def _year(now: datetime, zone: tzinfo | None) -> int:
    """The local year, which every time that is shown is held against."""
    return now.astimezone(zone).year


def offset(now: datetime, zone: tzinfo | None = None) -> str:
    """The local offset from UTC, "+08:00"."""
    return now.astimezone(zone).isoformat()[-6:]


def age(seconds: float) -> str:
    """A span of time, coarse: steps of 5 s below a minute, then minutes, hours, days."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole // 5 * 5}s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if minutes < 60:
        return f"{minutes}m"
    if hours < 24:
        return f"{hours}h{minutes % 60:02d}m"
    return f"{days}d{hours % 24:02d}h" if days < 100 else f"{days}d"


def far(seconds: float) -> str:
    """How far a moment is from now, ahead of it or, below zero, behind."""
    if seconds <= 0:
        return f"{age(-seconds)} ago"
    # To the nearest minute: what was to be in an hour is not told as 59 minutes a moment later.
    return f"in {age(seconds + 30 if seconds >= 60 else seconds)}"


def span(seconds: float) -> str:
    """An exact length of time: "45s", "12m30s", "3h05m", "2d"."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s" if whole % 60 else f"{whole // 60}m"
    if whole < 86400 or whole % 3600:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02d}h" if whole % 86400 else f"{whole // 86400}d"


def bits(rate: float) -> str:
    """A bit rate in steps of a thousand, three figures."""
    for unit in ("", "k", "M"):
        if rate < 999.5:
            places = 0 if not unit or rate >= 99.95 else 1 if rate >= 9.995 else 2
            return f"{rate:.{places}f}{unit}"
        rate /= 1000
    return f"{rate:.2f}G"


def volume(size: float) -> str:
    """Bytes in steps of a thousand, three figures, with their unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            places = 0 if unit == "B" or size >= 99.95 else 1 if size >= 9.995 else 2
            return f"{size:.{places}f} {unit}"
        size /= 1000
    return f"{size:,.2f} TB"


def _number(raw: Any, field: Field | None) -> Cell:
    try:
        value = float(raw)
    except (TypeError, ValueError):
        return Cell(str(raw), None)
    return Cell(f"{value:g}" if value < 1e6 else f"{value:.0f}", value)


def _bps(raw: Any, field: Field | None) -> Cell:
    cell = _number(raw, field)
    if cell.value is None:
        return cell
    rate = cell.value * (_BITS.get(field.unit, 1) if field is not None else 1)
    return Cell(bits(rate), rate)


def _bytes(raw: Any, field: Field | None) -> Cell:
    cell = _number(raw, field)
    return Cell(volume(cell.value), cell.value) if cell.value is not None else cell


def _seconds(raw: Any, field: Field | None) -> Cell:
    cell = _number(raw, field)
    return Cell(span(cell.value), cell.value) if cell.value is not None else cell


def _code(raw: Any, field: Field | None) -> Cell:
    label = field.label(raw) if field else ""
    return Cell(label or str(raw), label or str(raw))


def _flag(raw: Any, field: Field | None) -> Cell:
    word = "yes" if raw in (1, True, "1") else "no"
    return Cell(word, word)


def _text(raw: Any, field: Field | None) -> Cell:
    shown = ", ".join(str(part) for part in raw) if type(raw) is list else str(raw)
    if field is not None and field.sensitive in ("url", "push") and type(raw) not in (int, float):
        shown = masked(field.sensitive, shown)
    return Cell(shown, shown)


def _url(raw: Any, field: Field | None) -> Cell:
    kind = field.sensitive if field is not None and field.sensitive == "push" else "url"
    shown = masked(kind, str(raw))
    return Cell(shown, shown)


_BITS = {"kbps": 1_000, "mbps": 1_000_000}
"""Unit of a member -> bits a second."""
_KINDS: dict[str, Callable[[Any, Field | None], Cell]] = {
    "text": _text,
    "url": _url,
    "number": _number,
    "bps": _bps,
    "bytes": _bytes,
    "seconds": _seconds,
    "code": _code,
    "flag": _flag,
}


def utc_now() -> datetime:
    return datetime.now(UTC)
