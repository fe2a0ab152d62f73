"""How an action of LVB or channel hosting is played: what it is asked, and its reply cut to shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from livetui.catalogue.loader import load
from livetui.catalogue.model import UNSET
from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal, answers

if TYPE_CHECKING:
    from livetui.emulator.hosting.state import Channel, Hosting

Handler = Callable[["Hosting", dict[str, Any], Call], dict[str, Any]]


def played(name: str, service: str) -> Callable[[Handler], Handler]:
    """Registers who plays an action: it gets what the account hosts, its reply is cut to shape."""

    def register(handler: Handler) -> Handler:
        def play(account: Any, params: dict[str, Any], call: Call) -> dict[str, Any]:
            return shape.reply(load(service), name, handler(account.hosting, params, call))

        answers(name, service)(play)
        return handler

    return register


def time(service: str, call: Call, params: dict[str, Any], name: str) -> datetime | None:
    """A time parameter, None where it was left out."""
    return shape.time_of(load(service), call.action, params, name)


def value(service: str, call: Call, params: dict[str, Any], name: str) -> Any:
    """A parameter, or its documented default; None where there is neither."""
    field = load(service).action(call.action).parameter(name)
    default = None if field is None or field.default is UNSET else field.default
    return params.get(name, default)


def page(service: str, call: Call, params: dict[str, Any], rows: Sequence[Any]) -> Sequence[Any]:
    """The rows of the page that was asked for; 10 where neither the call nor the page names a size."""
    declared = load(service).action(call.action).page
    if declared is None:
        return rows
    number = value(service, call, params, declared.page) or 1
    size = value(service, call, params, declared.size) or 10
    return rows[(number - 1) * size : number * size]


def channel_of(hosting: Hosting, ident: str) -> Channel:
    """The channel of that id. Raises Refusal 20301."""
    channel = hosting.channels.get(ident)
    if channel is None:
        raise Refusal("20301", "Channel does not exist")
    return channel
