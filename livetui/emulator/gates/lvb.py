"""The LVB API of 2017 at /common_access: `t` and its md5, dotted names, a JSON body for mixing, `ret`.

Document: LVB Code Access / summarize (security mechanism), API overview (error codes), Cloud Mixed Streaming.
Both hosts are answered alike; `cmd` or `appid` has to be what the action's page says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from livetui.catalogue.check import Problem
from livetui.catalogue.loader import Catalogue, load
from livetui.catalogue.model import Action
from livetui.emulator.answers import Refusal
from livetui.emulator.gate import (
    MOST_JSON,
    MOST_QUERY,
    Answer,
    Asked,
    Claim,
    Key,
    Named,
    Nonces,
    Raw,
    flat,
    typed,
    whole_number,
)
from livetui.emulator.gates.members import wrapped
from livetui.signing import md5

CONTENT_TYPE = b"application/json"
SERVICE = "lvb"

FORBIDDEN = "403"
"""What a wrong key, a wrong sign and a `t` in the past are answered with, by HTTP status (error codes, 1)."""
WRONG = "1000"
"""A wrong input: the code that the list for LVB and VOD has (Channel Hosting / Error Code List)."""
UNKNOWN_ACTION, WRONG_VERSION = WRONG, ""
# Neither has a documented code.
THROTTLED, BROKEN = "429", "-1"

_BY_STATUS = (FORBIDDEN, "404", THROTTLED)
_COMMON = frozenset(("appid", "cmd", "interface", "t", "sign"))


@cache
def _names() -> dict[str, str]:
    """Actions by the name they are called by."""
    return {action.wire_name: action.name for action in load(SERVICE)}


def _account_of(values: Mapping[str, str]) -> str:
    return values.get("appid", values.get("cmd", ""))


def named(raw: Raw) -> Named:
    values = flat(raw.query)
    interface = values.get("interface", "")
    return Named(_names().get(interface, interface), _account_of(values))


def read(raw: Raw) -> Claim:
    if len(raw.query) > MOST_QUERY or len(raw.body) > MOST_JSON:
        raise Refusal(WRONG, "The request is too long.")
    values = flat(raw.query)
    expires = whole_number(values.get("t", ""))
    if expires is None:
        raise Refusal(FORBIDDEN, "t is no UNIX time.")
    interface = values.get("interface", "")
    name = _names().get(interface, interface)
    return Claim(name, "", None, expires, _account_of(values), None, SERVICE, values)


def verify(raw: Raw, claim: Claim, keys: Mapping[str, Key], now: datetime, nonces: Nonces) -> Key:
    catalogue = load(SERVICE)
    known = claim.action in catalogue
    wanted = catalogue.action(claim.action).account_param if known else ""
    wanted = wanted or ("appid" if "appid" in claim.values else "cmd")
    key = keys.get(claim.values.get(wanted, ""))
    if key is None or key.cloud != "lvb":
        raise Refusal(f"{wanted} is invalid", "")
    if claim.timestamp < now.timestamp():
        raise Refusal(FORBIDDEN, "t is over.")
    if not md5.holds(key.secret_key, claim.timestamp, claim.values.get("sign", "")):
        raise Refusal(FORBIDDEN, "sign does not fit t and the key.")
    return key


def region(action: Action, claim: Claim) -> str | None:
    return None


def closed(action: Action, status: str) -> str:
    return denied(action)


def denied(action: Action) -> str:
    """Not activated: for the account (appid), or for a call that has to be switched on (cmd)."""
    return f"{action.account_param or 'appid'} is invalid"


def parameters(catalogue: Catalogue, action: Action, raw: Raw, claim: Claim) -> dict[str, Any]:
    method = action.method or catalogue.method
    if raw.method != method:
        raise Refusal(WRONG, f"{action.wire_name} is called by {method}.")
    if method == "POST":
        return _posted(action, raw, claim)
    fields = {_bare(field.wire_name): field for field in action.parameters}
    params: dict[str, Any] = {}
    for name, text in claim.values.items():
        if name in _COMMON:
            continue
        field = fields.get(_bare(name))
        if field is None:
            params[name] = text
        else:
            params[field.name] = typed(catalogue, field, text)
    return params


def _bare(name: str) -> str:
    """Without Param.s. or Param.n.: the pages have a task's id with either."""
    head, _, bare = name.rpartition(".")
    return bare if head in ("Param.s", "Param.n") else name


def _posted(action: Action, raw: Raw, claim: Claim) -> dict[str, Any]:
    """The parameters of a mixing call, out of `interface.para` (Cloud Mixed Streaming, 1.3)."""
    try:
        told = json.loads(raw.body)
        interface = told["interface"]
        para: dict[str, Any] = dict(interface["para"])
    except (ValueError, RecursionError, TypeError, KeyError):
        raise Refusal(WRONG, "The body is no JSON object with interface.para.") from None
    if interface.get("interfaceName") != action.wire_name or para.pop("interface", "") != action.name:
        raise Refusal(WRONG, "interfaceName or interface is not what is called.")
    if str(para.pop("app_id", "")) != claim.secret_id:
        raise Refusal("appid is invalid", "")
    for name in ("timestamp", "eventId"):
        if not isinstance(told.get(name), int):
            raise Refusal(WRONG, f"{name} is missing or no number.")
    names = {field.wire_name.rpartition(".")[2]: field.name for field in action.parameters}
    return {names.get(name, name): value for name, value in para.items()}


def refusal(catalogue: Catalogue, action: Action, problem: Problem) -> Refusal:
    return Refusal(WRONG, f"{problem.path} {problem.message}")


def success(asked: Asked, reply: dict[str, Any], request_id: str) -> Answer:
    catalogue, action = load(SERVICE), asked.action
    made = wrapped(catalogue, action.response, reply)
    if action.method == "POST":
        return Answer(200, {"code": 0, "message": "Success!", **made})
    document: dict[str, Any] = {"ret": 0, "message": "ok"}
    return Answer(200, document | ({"output": made} if action.response else {}))


def failure(raw: Raw, refusal: Refusal, request_id: str) -> Answer:
    """By HTTP status, by number, or by its words where those are all the page has."""
    code, message = refusal.code, refusal.message
    if code in _BY_STATUS:
        return Answer(int(code), {"ret": int(code), "message": message})
    if not code.removeprefix("-").isdecimal():
        # The words alone: clients know them by nothing else.
        code, message = BROKEN, code
    name = "code" if raw.method == "POST" else "ret"
    return Answer(200, {name: int(code), "message": message})
