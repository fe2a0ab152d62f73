"""The control plane under `/_emulator/`: JSON in, JSON out, no signature, loopback only.

    POST /reset     {seed?, streams?}            the account anew, no faults, the first keys only
    POST /seed      {seed, streams?}             the same, with another seed
    GET  /state                                  what the account looks like now
    POST /clock     {freeze?, advance?, set?, run?}   freeze: true or a time; advance: seconds; set: a time
    GET  /keys      POST {secret_id, secret_key, token?, denied?, cloud?}   DELETE {secret_id}
    POST /account   {status}                     active, not-activated or suspended
    GET  /faults    POST {kind, action?, region?, times?, skip?, ...}   DELETE {id?}
    GET  /calls     DELETE                       what came in, the oldest first
    GET  /streams   POST {domain, app, name, habit?, ...}   DELETE {domain, app, name}
    GET  /notices                                event messages sent and to be sent, the oldest first
    POST /latency   {ms}                         how late every answer is

Times are ISO 8601 with an offset. A wrong call is answered with status 400 and {"error": …}.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livetui.catalogue.loader import load
from livetui.emulator.account import STATES
from livetui.emulator.css.roster import HABITS, Key, Stream
from livetui.emulator.faults import KINDS, BadFault
from livetui.emulator.gate import CLOUDS
from livetui.emulator.gate import Key as Credential
from livetui.emulator.services import PLAYED

if TYPE_CHECKING:
    from livetui.emulator.app import Emulator

Told = dict[str, Any]
Order = Callable[["Emulator", Told], Told]


class BadOrder(ValueError):
    """A control call that cannot be done; says why."""


def routes(emulator: Emulator) -> list[Route]:
    """The control plane's routes, to be mounted at `/_emulator`."""
    return [
        Route(f"/{name}", _endpoint(emulator, by_method), methods=list(by_method))
        for name, by_method in _ORDERS.items()
    ]


def _endpoint(emulator: Emulator, by_method: dict[str, Order]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not _local(request):
            return JSONResponse({"error": "the control plane answers on this machine only"}, 403)
        try:
            told = await _told(request)
            return JSONResponse(
                by_method["GET" if request.method == "HEAD" else request.method](emulator, told)
            )
        except (BadOrder, BadFault) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


def _local(request: Request) -> bool:
    """Whether the caller is on this machine; a browser's page elsewhere is kept out by the content type."""
    host = request.client.host if request.client else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _told(request: Request) -> Told:
    body = await request.body()
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise BadOrder("the body has to be application/json")
    try:
        told = json.loads(body)
    except ValueError:
        raise BadOrder("the body is not JSON") from None
    if not isinstance(told, dict):
        raise BadOrder("the body is not a JSON object")
    return told


def _member(told: Told, name: str, kind: type, default: Any = None) -> Any:
    value = told.get(name, default)
    if value is default:
        return default
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadOrder(f"{name} has to be of type {kind.__name__}")
    return value


def _needed(told: Told, name: str, kind: type = str) -> Any:
    value = _member(told, name, kind)
    if value is None:
        raise BadOrder(f"{name} is missing")
    return value


def _time(text: object) -> datetime:
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadOrder(f"{text!r} is not a time in ISO 8601") from None
    if when.tzinfo is None:
        raise BadOrder(f"{text!r} tells no offset")
    return when.astimezone(UTC)


# The account.


def _reset(emulator: Emulator, told: Told) -> Told:
    streams = _member(told, "streams", int)
    if streams is not None and streams < 0:
        raise BadOrder("streams has to be 0 or more")
    emulator.reset(seed=_member(told, "seed", int), streams=streams)
    return _state(emulator, {})


def _seed(emulator: Emulator, told: Told) -> Told:
    _needed(told, "seed", int)
    return _reset(emulator, told)


def _state(emulator: Emulator, told: Told) -> Told:
    account = emulator.account
    now = account.clock.now()
    streams = account.streams
    return {
        "time": now.isoformat(),
        "frozen": account.clock.frozen,
        "seed": account.seed,
        "status": account.status,
        "streams": {
            "all": len(streams.by_key),
            "online": len(streams.online(now)),
            "forbidden": len(streams.banned(now)),
            "delayed": len(streams.delayed(now)),
        },
        "domains": {domain: account.domains.enabled(domain) for domain in streams.by_domain},
        "keys": list(emulator.keys),
        "faults": emulator.faults.list(),
        "calls": len(emulator.calls),
        "limits": emulator.limits.enforced,
    }


def _clock(emulator: Emulator, told: Told) -> Told:
    clock = emulator.account.clock
    unknown = set(told) - {"freeze", "advance", "set", "run"}
    if unknown:
        raise BadOrder(f"the clock has no {', '.join(sorted(unknown))}")
    if told.get("run"):
        clock.run()
    if "freeze" in told:
        clock.freeze(None if told["freeze"] is True else _time(told["freeze"]))
    if "set" in told:
        clock.set(_time(told["set"]))
    if "advance" in told:
        if not isinstance(told["advance"], int | float) or isinstance(told["advance"], bool):
            raise BadOrder("advance has to be a number of seconds")
        clock.advance(told["advance"])
    return {"time": clock.now().isoformat(), "frozen": clock.frozen}


def _status(emulator: Emulator, told: Told) -> Told:
    status = _needed(told, "status")
    if status not in STATES:
        raise BadOrder(f"status is one of: {', '.join(STATES)}")
    emulator.account.status = status
    return {"status": status}


def _latency(emulator: Emulator, told: Told) -> Told:
    emulator.latency = _needed(told, "ms", int) / 1000
    return {"ms": round(emulator.latency * 1000)}


# Keys.


def _keys(emulator: Emulator, told: Told) -> Told:
    return {
        "keys": [
            {
                "secret_id": key.secret_id,
                "token": key.token is not None,
                "denied": sorted(key.denied),
                "cloud": key.cloud,
            }
            for key in emulator.keys.values()
        ]
    }


def _add_key(emulator: Emulator, told: Told) -> Told:
    denied = _member(told, "denied", list, [])
    unknown = [name for name in denied if not any(name in load(service.id) for service in PLAYED)]
    if unknown:
        raise BadOrder(f"denied names no action: {unknown[0]}")
    cloud = _member(told, "cloud", str, "tencent")
    if cloud not in CLOUDS:
        raise BadOrder(f"cloud is one of: {', '.join(CLOUDS)}")
    key = Credential(
        _needed(told, "secret_id"),
        _needed(told, "secret_key"),
        _member(told, "token", str),
        frozenset(denied),
        cloud,
    )
    emulator.keys[key.secret_id] = key
    return _keys(emulator, {})


def _drop_key(emulator: Emulator, told: Told) -> Told:
    if emulator.keys.pop(_needed(told, "secret_id"), None) is None:
        raise BadOrder("there is no such key")
    return _keys(emulator, {})


# Faults and calls.


def _faults(emulator: Emulator, told: Told) -> Told:
    return {"faults": emulator.faults.list(), "kinds": KINDS}


def _add_fault(emulator: Emulator, told: Told) -> Told:
    return emulator.faults.add(told).shown()


def _clear_faults(emulator: Emulator, told: Told) -> Told:
    return {"cleared": emulator.faults.clear(_member(told, "id", int))}


def _calls(emulator: Emulator, told: Told) -> Told:
    return {"calls": [call.shown() for call in emulator.calls]}


def _notices(emulator: Emulator, told: Told) -> Told:
    return {"notices": [notice.shown() for notice in emulator.notices.log]}


def _forget_calls(emulator: Emulator, told: Told) -> Told:
    emulator.calls.clear()
    return {"calls": []}


# Streams.

_OWN_STREAM_MEMBERS = {f.name for f in fields(Stream)} - {"key", "rhythm", "blackouts"}


def _streams(emulator: Emulator, told: Told) -> Told:
    streams, now = emulator.account.streams, emulator.account.clock.now()
    return {"streams": [key._asdict() | {"state": streams.state(key, now)} for key in sorted(streams.by_key)]}


def _add_stream(emulator: Emulator, told: Told) -> Told:
    key = _key(told)
    details = {name: value for name, value in told.items() if name not in (*key._fields, "habit")}
    unknown = set(details) - _OWN_STREAM_MEMBERS
    if unknown:
        raise BadOrder(f"a stream has no {', '.join(sorted(unknown))}")
    habit = _member(told, "habit", str, "steady")
    if habit not in HABITS:
        raise BadOrder(f"habit is one of: {', '.join(HABITS)}")
    emulator.account.streams.add(key, habit, emulator.account.clock.now(), **details)
    return _streams(emulator, {})


def _remove_stream(emulator: Emulator, told: Told) -> Told:
    if not emulator.account.streams.remove(_key(told), emulator.account.clock.now()):
        raise BadOrder("there is no such stream")
    return _streams(emulator, {})


def _key(told: Told) -> Key:
    return Key(_needed(told, "domain"), _member(told, "app", str, "live"), _needed(told, "name"))


_ORDERS: dict[str, dict[str, Order]] = {
    "reset": {"POST": _reset},
    "seed": {"POST": _seed},
    "state": {"GET": _state},
    "clock": {"POST": _clock},
    "account": {"POST": _status},
    "latency": {"POST": _latency},
    "keys": {"GET": _keys, "POST": _add_key, "DELETE": _drop_key},
    "faults": {"GET": _faults, "POST": _add_fault, "DELETE": _clear_faults},
    "notices": {"GET": _notices},
    "calls": {"GET": _calls, "DELETE": _forget_calls},
    "streams": {"GET": _streams, "POST": _add_stream, "DELETE": _remove_stream},
}
