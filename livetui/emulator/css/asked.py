"""Reading what was asked: times, names and pages of a request that has passed the catalogue's check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from livetui.catalogue import times
from livetui.catalogue.model import UNSET
from livetui.emulator import shape
from livetui.emulator.answers import Call, Handler, answers

if TYPE_CHECKING:
    from livetui.emulator.account import Account


def answers_in_shape(name: str) -> Callable[[Handler], Handler]:
    """Like `answers`, for handlers that reply in datetimes and plain values: the catalogue does the rest."""

    def register(handler: Handler) -> Handler:
        def shaped(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
            return shape.reply(account.catalogue, name, handler(account, params, call))

        return answers(name)(shaped)

    return register


def time(account: Account, call: Call, params: dict[str, Any], name: str) -> datetime | None:
    """A timestamp parameter by the notations the catalogue gives it; None when it was left out or empty."""
    value = params.get(name, "")
    field = account.catalogue.action(call.action).parameter(name)
    return None if value == "" or field is None else times.parse(field, value)


def span(account: Account, call: Call, params: dict[str, Any]) -> tuple[datetime, datetime]:
    """StartTime and EndTime, for actions that require both."""
    start, end = time(account, call, params, "StartTime"), time(account, call, params, "EndTime")
    return start or call.now, end or call.now


def value(account: Account, call: Call, params: dict[str, Any], name: str) -> Any:
    """A parameter, or its documented default when it was left out; None where there is neither."""
    if name in params:
        return params[name]
    field = account.catalogue.action(call.action).parameter(name)
    return None if field is None or field.default is UNSET else field.default


def page(
    account: Account, call: Call, params: dict[str, Any], rows: Sequence[Any], default_size: int
) -> tuple[Sequence[Any], dict[str, int]]:
    """(the rows of the page that was asked for, the four members every numbered page replies with)."""
    number = int(value(account, call, params, "PageNum") or 1)
    size = int(value(account, call, params, "PageSize") or default_size)
    first = (number - 1) * size
    return rows[first : first + size], {
        "TotalNum": len(rows),
        "TotalPage": -(-len(rows) // size),
        "PageNum": number,
        "PageSize": size,
    }


def stamp(
    account: Account, call: Call, params: dict[str, Any], name: str = "StartTime"
) -> Callable[[int], Any]:
    """Writes UNIX seconds the way the question's own times were written.

    Many series answer in Beijing time or in UTC, whichever was asked in (the notes on their time members).
    """
    field = account.catalogue.action(call.action).parameter(name)
    asked_in_utc = field is not None and times.notation_of(field, params.get(name)) == "utc"

    def write(at: int) -> Any:
        when = datetime.fromtimestamp(at, UTC)
        return times.to_wire("utc", when) if asked_in_utc else when

    return write
