"""What an operator types after `/`: a line of words and comparisons that each row is held against.

    cam            some column has "cam" in it
    "two words"    the words as they stand
    domain:push    that column has it (the beginning of its id or title is enough)
    !cam           not
    ~^cam-[0-9]    a regular expression, also domain:~…
    bitrate<500k   compared with the value, not the text, by < <= > >= = !=
    age>2h         k M G for numbers, s m h d for spans of time

Terms are ANDed. Letter case never counts. Nothing typed matches everything.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from livetui.frozen import frozen
from livetui.watch.cells import Cell, passing

Test = Callable[[Sequence[Cell]], bool]

# Patterns are compiled, and kept, by `re` when the first filter is typed: not at each start.
_TERM = r"""(?sx)(?P<nots>!*)
    (?:(?P<column>[^\W\d][\w.\-]*)(?P<sign><=|>=|!=|==|[:<>=]))?
    (?P<tilde>~)?
    (?:"(?P<quoted>(?:\\.|[^"\\]|\\$)*)(?:"|$)|(?P<bare>\S*))"""
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_NUMBER = r"(?i)([+-]?(?:\d+\.?\d*|\.\d+))([kmgt]?)(?:bps|b/s|b)?"
_DURATION = r"(\d+\.?\d*|\.\d+)([smhdw]?)"
_THOUSANDS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_REAL = frozenset({int, float})
_NUMBERS = frozenset({"number", "bps", "bytes"})
_DURATIONS = frozenset({"seconds", "age", "left"})
_EXAMPLES = {
    **dict.fromkeys(_NUMBERS, ("a number", "500k")),
    **dict.fromkeys(_DURATIONS, ("a duration", "2h")),
    "time": ("a local date", "2026-01-31 or 2026-01-31T18:30"),
    "day": ("a date", "2026-01-31"),
}
# A repetition of something that ends in a repetition: such patterns can take longer than anyone waits.
_ENDLESS = r"[+*}]\)[+*{]"


class FilterError(ValueError):
    """An expression that can't be used; the message says what to type instead.

    position: index into the text where the part at fault begins.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@frozen
class Filter:
    """A parsed expression. `text` is what was typed."""

    text: str
    words: tuple[str, ...] = ()
    """Casefolded words that have to be somewhere in the row."""
    without: tuple[str, ...] = ()
    """Casefolded words that must not be."""
    tests: tuple[Test, ...] = ()

    @classmethod
    def parse(cls, text: str, columns: Sequence[tuple[str, str, str]]) -> Filter:
        """Read an expression against columns of (id, title, kind), in the order of a row's cells.

        Raises FilterError on an unknown or ambiguous column, a bad pattern, or a comparison with no number.
        """
        words: list[str] = []
        without: list[str] = []
        tests: list[Test] = []
        at = 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            found = re.compile(_TERM).match(text, at)
            assert found is not None  # every part is optional
            at = max(found.end(), at + 1)
            term = _Term.read(found)
            if term.column is None and not term.regex:
                if term.value:
                    (without if term.negated else words).append(term.value.casefold())
                continue
            test = _test(term, columns)
            if test is not None:
                tests.append(_not(test) if term.negated else test)
        return cls(text, tuple(words), tuple(without), tuple(tests))

    @property
    def active(self) -> bool:
        """Whether it could turn any row away."""
        return bool(self.words or self.without or self.tests)

    @property
    def reads_text(self) -> bool:
        """Whether it asks for words anywhere in a row."""
        return bool(self.words or self.without)

    def matches(self, cells: Sequence[Cell]) -> bool:
        """Whether a row with these cells, in the columns' order, is shown."""
        if self.reads_text:
            folded = fold(cells)
            if not all(word in folded for word in self.words) or any(word in folded for word in self.without):
                return False
        return all(test(cells) for test in self.tests)

    def sift(
        self, wanted: Sequence[int], cells: Sequence[Sequence[Cell]], folded: Sequence[str]
    ) -> Sequence[int]:
        """Of many rows those that match, in the order of `wanted`, which indexes the other two.

        folded: `fold` of each row; looked into only where the filter `reads_text`.
        """
        for word in self.words:
            wanted = [i for i in wanted if word in folded[i]]
        for word in self.without:
            wanted = [i for i in wanted if word not in folded[i]]
        for test in self.tests:
            wanted = [i for i in wanted if test(cells[i])]
        return wanted


def fold(cells: Sequence[Cell]) -> str:
    """A row's text as words are searched in it: casefolded, columns kept apart."""
    kept: str | None = getattr(cells, "folded", None)
    return "\n".join([cell.text for cell in cells]).casefold() if kept is None else kept


@frozen
class _Term:
    """One term as it was typed."""

    negated: bool
    column: str | None
    sign: str
    regex: bool
    value: str
    at: int
    """Where it begins, and where its value does."""
    value_at: int

    @classmethod
    def read(cls, found: re.Match[str]) -> _Term:
        quoted, bare = found["quoted"], found["bare"]
        sign = "=" if found["sign"] == "==" else found["sign"] or ""
        regex = found["tilde"] is not None and sign in ("", ":")
        if quoted is None:
            value, value_at = bare, found.start("bare")
        else:
            value, value_at = quoted.replace('\\"', '"'), found.start("quoted")
            if not regex:
                value = value.replace("\\\\", "\\")
        if found["tilde"] and not regex:
            value = "~" + value
        return cls(
            negated=len(found["nots"]) % 2 == 1,
            column=found["column"],
            sign=sign,
            regex=regex,
            value=value,
            at=found.end("nots"),
            value_at=value_at,
        )


def _test(term: _Term, columns: Sequence[tuple[str, str, str]]) -> Test | None:
    """The test of a term that names a column or is a pattern; None where it asks for nothing (yet)."""
    index = None if term.column is None else _column(term.column, term.at, columns)
    if term.regex:
        return _pattern(term, index) if term.value else None
    assert index is not None
    if term.sign == ":":
        return _within(index, term.value.casefold()) if term.value else None
    return _compare(term, index, columns[index])


def _column(name: str, at: int, columns: Sequence[tuple[str, str, str]]) -> int:
    wanted = _bare(name)
    exact = [i for i, (ident, title, _) in enumerate(columns) if wanted in (_bare(ident), _bare(title))]
    close = exact[:1] or [
        i
        for i, (ident, title, _) in enumerate(columns)
        if _bare(ident).startswith(wanted) or _bare(title).startswith(wanted)
    ]
    if len(close) == 1:
        return close[0]
    if close:
        names = " or ".join(columns[i][0] for i in close)
        raise FilterError(f"{_said(name)} could be {names}: type more of it", at)
    names = ", ".join(ident for ident, _, _ in columns) or "none"
    raise FilterError(
        f"No column {_said(name)}. Columns: {names}. To find the text itself, put it in double quotes", at
    )


def _bare(name: str) -> str:
    return re.sub(r"[\s_.\-]", "", name).casefold()


def _said(text: str) -> str:
    """Typed text as a message can carry it: printable and short."""
    shown = "".join(char if char.isprintable() else "�" for char in text[:40])
    return f'"{shown}…"' if len(text) > 40 else f'"{shown}"'


def _within(index: int, needle: str) -> Test:
    return lambda cells: needle in passing(cells, index).text.casefold()


def _not(test: Test) -> Test:
    return lambda cells: not test(cells)


def _pattern(term: _Term, index: int | None) -> Test:
    if re.search(_ENDLESS, term.value):
        raise FilterError(
            "A repeated group that ends in a repetition can run for ever: take one away", term.value_at
        )
    try:
        search = re.compile(term.value, re.IGNORECASE).search
    except (re.error, RecursionError, OverflowError) as error:
        where = getattr(error, "pos", None) or 0
        reason = getattr(error, "msg", "too large")
        raise FilterError(
            f"~ wants a regular expression, and this is none: {reason}. Without ~ it is plain text",
            term.value_at + where,
        ) from None
    if index is None:
        return lambda cells: any(search(passing(cells, n).text) for n in range(len(cells)))
    return lambda cells: search(passing(cells, index).text) is not None


def _compare(term: _Term, index: int, column: tuple[str, str, str]) -> Test:
    """A comparison by value. A thing without a value differs from all and is neither more nor less."""
    ident, _, kind = column
    number = quantity(term.value, kind)
    numeric = kind in _EXAMPLES
    ordering = term.sign in ("<", "<=", ">", ">=")
    if not term.value and not ordering:
        return lambda cells: (not passing(cells, index).text) == (term.sign == "=")
    if not term.value or (ordering and numeric and number is None):
        what, example = _EXAMPLES.get(kind, ("a value", "…"))
        raise FilterError(
            f"{ident}{term.sign} wants {what}, as in {ident}{term.sign}{example}", term.value_at
        )
    if term.sign == "!=":
        return _not(_held(index, operator.eq, number, term.value.casefold(), numeric))
    return _held(index, _ORDER[term.sign], number, term.value.casefold(), numeric and ordering)


def _held(
    index: int, holds: Callable[[Any, Any], bool], number: float | None, text: str, only_numbers: bool
) -> Test:
    equality = holds is operator.eq

    def by_number(cells: Sequence[Cell]) -> bool:
        value = passing(cells, index).value
        return value.__class__ in _REAL and holds(value, number)

    def by_either(cells: Sequence[Cell]) -> bool:
        cell = passing(cells, index)
        if cell.value.__class__ in _REAL:
            if number is not None and holds(cell.value, number):
                return True
            if not equality:
                return False
        return bool(cell.text) and holds(cell.text.casefold(), text)

    return by_number if only_numbers else by_either


def quantity(text: str, kind: str) -> float | None:
    """A typed number: "500k", "1.5M" for counts and rates, "90", "2h", "1h30m" (in seconds) for durations.

    A kind "time" takes a date, local where it says no offset (UNIX seconds); a "day" is one of UTC. Kinds
    that are none of these take counts and durations, counts first. None where it is no such thing.
    """
    if kind in ("time", "day"):
        try:
            when = datetime.fromisoformat(text)
            return (when.replace(tzinfo=UTC) if kind == "day" else when.astimezone()).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    if kind not in _DURATIONS:
        found = re.fullmatch(_NUMBER, text)
        if found:
            return float(found[1]) * _THOUSANDS[found[2].casefold()]
    if kind not in _NUMBERS and text and re.fullmatch(f"(?:{_DURATION})+", text, re.IGNORECASE):
        parts = re.findall(_DURATION, text, re.IGNORECASE)
        return sum(float(number) * _SECONDS[unit.casefold()] for number, unit in parts)
    return None
