"""Channel hosting at /v2/index.php: v2 signatures over the raw parameters, `code`, errors in two layers.

Document: Channel Hosting (old) / Call Method (request body, return results, signature method), Error Code
List.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from livetui.catalogue.check import Problem
from livetui.catalogue.loader import Catalogue, load
from livetui.catalogue.model import Action
from livetui.emulator.account import NOT_ACTIVATED, SUSPENDED
from livetui.emulator.answers import Refusal
from livetui.emulator.gate import (
    MOST_FORM,
    MOST_QUERY,
    Answer,
    Asked,
    Claim,
    Key,
    Named,
    Nonces,
    Raw,
    flat,
    unflatten,
    whole_number,
)
from livetui.emulator.gates.members import wrapped
from livetui.signing import v2

CONTENT_TYPE = b"application/json"
SERVICE = "channel"

WRONG, NOT_SIGNED, REPLAYED, PROTOCOL = "4000", "4100", "4500", "4600"
UNKNOWN_ACTION, WRONG_VERSION = "6100", ""
THROTTLED, BROKEN = "4400", "6000"
BEHIND = 5100
"""What the access layer says when the service behind it refused; that one's code begins the message."""

SKEW = timedelta(hours=2)
"""How far a request's time and the server's may differ; a nonce is remembered for twice as long."""

_NEEDED = ("Action", "Region", "Timestamp", "Nonce", "SecretId", "Signature")
_COMMON = frozenset((*_NEEDED, "SignatureMethod", "Token", "Version", "RequestClient"))
"""Parameters that any request may have, the official client's own among them."""

_ACCESS_LAYER = frozenset(
    str(code) for code in (*range(4000, 4700, 100), *range(5000, 5600, 100), 6000, 6100, 6200)
)
"""Codes that stand alone; every other is one of the service behind."""


def _values(raw: Raw) -> dict[str, str]:
    """Of the query for a GET, of the body for a POST: the query is ignored then (Request Body, 3)."""
    return flat(raw.query if raw.method == "GET" else raw.body.decode("utf-8", "replace"))


def named(raw: Raw) -> Named:
    values = _values(raw)
    return Named(values.get("Action", ""), values.get("SecretId", ""), values.get("Region"))


def read(raw: Raw) -> Claim:
    if raw.method not in ("GET", "POST"):
        raise Refusal(PROTOCOL, "Only GET and POST are served.")
    if len(raw.query) > MOST_QUERY or len(raw.body) > MOST_FORM:
        raise Refusal(WRONG, "The request is too long.")
    values = _values(raw)
    for name in _NEEDED:
        if not values.get(name):
            raise Refusal(WRONG, f"{name} is missing.")
    timestamp = whole_number(values["Timestamp"])
    if timestamp is None:
        raise Refusal(WRONG, "Timestamp is not a number of UNIX seconds.")
    nonce = values["Nonce"]
    if not (nonce.isascii() and nonce.isdigit() and int(nonce)):
        raise Refusal(WRONG, "Nonce is no positive integer.")
    return Claim(
        values["Action"],
        "",
        values["Region"],
        timestamp,
        values["SecretId"],
        values.get("Token"),
        SERVICE,
        values,
    )


def verify(raw: Raw, claim: Claim, keys: Mapping[str, Key], now: datetime, nonces: Nonces) -> Key:
    drift = abs(now.timestamp() - claim.timestamp)
    if drift > SKEW.total_seconds():
        raise Refusal(REPLAYED, f"The clocks differ by {drift:.0f} seconds.")
    key = keys.get(claim.secret_id)
    if key is None or key.cloud != "tencent":
        raise Refusal(NOT_SIGNED, "The SecretId is not found.")
    if not _signed(raw, claim, key):
        raise Refusal(NOT_SIGNED, "The signature does not fit the request and the key.")
    if not hmac.compare_digest((key.token or "").encode(), (claim.token or "").encode()):
        raise Refusal(NOT_SIGNED, "The token does not belong to the key.")
    if not nonces.once(claim.secret_id, claim.values["Nonce"], now, 2 * SKEW):
        raise Refusal(REPLAYED, "The nonce was used before.")
    return key


def _signed(raw: Raw, claim: Claim, key: Key) -> bool:
    try:
        right = v2.sign(
            key.secret_key,
            method=raw.method,
            host=raw.headers.get("host", ""),
            path=raw.path,
            params={name: value for name, value in claim.values.items() if name != "Signature"},
            algorithm="HmacSHA256" if claim.values.get("SignatureMethod") == "HmacSHA256" else "HmacSHA1",
        )
    except ValueError:
        return False  # two names that are signed as one
    return hmac.compare_digest(right.encode(), claim.values["Signature"].encode())


def region(action: Action, claim: Claim) -> str | None:
    """One of the service's own has to be sent; channels belong to none."""
    if claim.region not in load(SERVICE).regions:
        raise Refusal(WRONG, f"Region {claim.region} is none of this service.")
    return None


def closed(action: Action, status: str) -> str:
    return {NOT_ACTIVATED: "1002", SUSPENDED: "4300"}[status]


def denied(action: Action) -> str:
    return "4300"


def parameters(catalogue: Catalogue, action: Action, raw: Raw, claim: Claim) -> dict[str, Any]:
    own = {name: value for name, value in claim.values.items() if name not in _COMMON}
    return unflatten(catalogue, action.parameters, own, WRONG)


def refusal(catalogue: Catalogue, action: Action, problem: Problem) -> Refusal:
    return Refusal(WRONG, f"{problem.path} {problem.message}")


def success(asked: Asked, reply: dict[str, Any], request_id: str) -> Answer:
    head = {"code": 0, "message": "", "codeDesc": "Success"}
    return Answer(200, head | wrapped(load(SERVICE), asked.action.response, reply))


def failure(raw: Raw, refusal: Refusal, request_id: str) -> Answer:
    code, message = refusal.code, refusal.message
    if code in _ACCESS_LAYER:
        head = {"code": int(code), "message": message}
    elif code.isdecimal():
        head = {"code": BEHIND, "message": f"{code}:{message}"}
    else:
        head = {"code": int(BROKEN), "message": f"{code}: {message}"}
    catalogue, action = load(SERVICE), named(raw).action
    fields = catalogue.action(action).response if refusal.members and action in catalogue else ()
    return Answer(200, head | wrapped(catalogue, fields, refusal.members))
