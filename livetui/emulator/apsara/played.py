"""How an action of ApsaraVideo Live is played: whose domain it names, what it asks, its reply in shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from livetui.catalogue.loader import load
from livetui.catalogue.model import UNSET
from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.apsara.state import STOPPED
from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import second

if TYPE_CHECKING:
    from livetui.emulator.account import Account
    from livetui.emulator.apsara.configs import Thing
    from livetui.emulator.apsara.state import Apsara

SERVICE = "apsara"
Handler = Callable[["Apsara", dict[str, Any], Call], dict[str, Any]]
T = TypeVar("T")

_NAMING = ("DomainName", "Domain", "DomainTranscodeName")
"""The parameters that name a domain; those of figures name several, with commas between."""


def played(name: str) -> Callable[[Handler], Handler]:
    """Registers who plays an action, for domains of the account; its reply is cut to shape.

    Raises InvalidDomain.NotFound for others, IllegalOperation to set something of a stopped one.
    """

    def register(handler: Handler) -> Handler:
        def play(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
            catalogue, apsara = load(SERVICE), account.apsara
            check_domains(apsara, params, reads=catalogue.action(name).effect == "read")
            return shape.reply(catalogue, name, handler(apsara, params, call))

        answers(name, SERVICE)(play)
        return handler

    return register


def check_domains(apsara: Apsara, params: Mapping[str, Any], *, reads: bool) -> None:
    for domain in domains(params):
        if domain not in apsara.domains:
            raise Refusal("InvalidDomain.NotFound", f"The account has no domain {domain}.")
        if domain == STOPPED and not reads:
            raise Refusal("IllegalOperation", f"The domain {domain} is not in service.")


def domains(params: Mapping[str, Any]) -> list[str]:
    """The domains a call names."""
    named = next((params[name] for name in _NAMING if name in params), "")
    return [part.strip() for part in named.split(",") if part.strip()]


def key_of(params: Mapping[str, Any]) -> Key:
    return Key(params["DomainName"], params["AppName"], params["StreamName"])


def time(call: Call, params: Mapping[str, Any], name: str) -> datetime | None:
    """A time parameter, None where it was left out."""
    return shape.time_of(load(SERVICE), call.action, params, name)


def span(call: Call, params: Mapping[str, Any], usual: int = 0) -> tuple[int, int]:
    """The window that was asked for, in UNIX seconds; now and `usual` seconds before it where left out."""
    end, start = time(call, params, "EndTime"), time(call, params, "StartTime")
    last = second(end or call.now)
    return (second(start) if start else last - usual), last


def value(call: Call, params: Mapping[str, Any], name: str) -> Any:
    """A parameter, or its documented default; None where there is neither."""
    field = load(SERVICE).action(call.action).parameter(name)
    default = None if field is None or field.default is UNSET else field.default
    return params.get(name, default)


def page(call: Call, params: Mapping[str, Any], rows: Sequence[T]) -> tuple[Sequence[T], dict[str, int]]:
    """The rows of the page that was asked for, and the members that number it."""
    declared = load(SERVICE).action(call.action).page
    assert declared is not None
    number, size = value(call, params, declared.page), value(call, params, declared.size)
    numbers = {
        "PageNum": number,
        "PageSize": size,
        "TotalNum": len(rows),
        "TotalPage": -(-len(rows) // size),
    }
    return rows[(number - 1) * size : number * size], numbers


def sorted_page(
    call: Call, params: Mapping[str, Any], rows: Iterable[T]
) -> tuple[Sequence[T], dict[str, Any]]:
    """The same of rows that come the oldest first, turned round for desc; tells the order as asked."""
    order = value(call, params, "Order")
    oldest_first = list(rows)
    found, numbers = page(call, params, oldest_first[::-1] if order == "desc" else oldest_first)
    return found, numbers | {"Order": order}


# Where files go.

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ENDPOINT = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_BRACED = re.compile(r"\{([^{}]*)\}")


def check_store(params: Mapping[str, Any]) -> None:
    """Raises InvalidOssBucket, InvalidOssEndpoint for what can't be one."""
    bucket, endpoint = params.get("OssBucket"), params.get("OssEndpoint")
    if bucket is not None and not _BUCKET.fullmatch(bucket):
        raise Refusal("InvalidOssBucket", "The specified OssBucket is not the name of a bucket.")
    if endpoint is not None and not _ENDPOINT.fullmatch(endpoint):
        raise Refusal("InvalidOssEndpoint", "The specified OssEndpoint is not the name of a host.")


def check_object(name: str, known: Iterable[str]) -> None:
    """Raises InvalidOssObject for a file's name with a placeholder that is not one of those."""
    odd = set(_BRACED.findall(name)) - set(known)
    if odd:
        raise Refusal("InvalidOssObject", f"There is no placeholder {{{min(odd)}}}.")


def object_name(name: str, values: Thing) -> str:
    """A file's name with its placeholders filled."""
    return _BRACED.sub(lambda found: str(values.get(found[1], found[0])), name)


def wall(at: datetime) -> Thing:
    """What the placeholders of a time stand for."""
    return {
        "Date": f"{at:%Y-%m-%d}",
        "Hour": f"{at:%H}",
        "Minute": f"{at:%M}",
        "Second": f"{at:%S}",
        "UnixTimestamp": str(int(at.timestamp())),
    }
