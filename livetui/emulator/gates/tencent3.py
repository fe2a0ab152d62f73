"""Tencent Cloud API 3.0: TC3 and v1 signatures, JSON and forms, `Response` around every reply.

Signatures are verified over what was sent: the Host header as it stands, the query as it stands, the body as
it stands. Documents: Making API Requests (Request Structure, Common Params, Signature v3, Signature,
Responses / Common Error Codes).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from livetui.catalogue.check import Problem
from livetui.catalogue.loader import Catalogue
from livetui.catalogue.model import Action
from livetui.emulator.account import NOT_ACTIVATED, SUSPENDED
from livetui.emulator.answers import Refusal
from livetui.emulator.gate import (
    MOST_FORM,
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
    unflatten,
    whole_number,
)
from livetui.emulator.services import service_of
from livetui.signing import tc3, v1

CONTENT_TYPE = b"application/json"
"""Exactly this: with a charset behind it, official clients take an error for a success."""
UNKNOWN_ACTION, WRONG_VERSION = "InvalidAction", "NoSuchVersion"
THROTTLED, BROKEN = "RequestLimitExceeded", "InternalError"

SKEW = timedelta(minutes=5)
"""How far a request's time and the server's may differ."""

_COMMON = frozenset(
    ("Action", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "Version", "SignatureMethod", "Token")
)
"""Parameters of every v1 request."""
_TOLERATED = frozenset(("RequestClient", "Language"))
"""Sent by the official client with every v1 request."""


def named(raw: Raw) -> Named:
    """By its headers, else by its flat parameters."""
    action = raw.headers.get("x-tc-action")
    credential = raw.headers.get("authorization", "").partition("Credential=")[2]
    values = {} if action is not None and credential else _values(raw)
    return Named(
        values.get("Action", "") if action is None else action,
        credential.partition("/")[0] if credential else values.get("SecretId", ""),
        raw.headers.get("x-tc-region"),
    )


def read(raw: Raw) -> Claim:
    if raw.method not in ("GET", "POST"):
        raise Refusal("UnsupportedProtocol", "Only GET and POST are served.")
    if len(raw.query) > MOST_QUERY:
        raise Refusal("InvalidParameter", f"A query has at most {MOST_QUERY} bytes.")
    if raw.headers.get("authorization", "").startswith(tc3.ALGORITHM):
        return _read_tc3(raw)
    return _read_v1(raw)


def _read_tc3(raw: Raw) -> Claim:
    if len(raw.body) > MOST_JSON:
        raise Refusal("InvalidParameter", f"A body has at most {MOST_JSON} bytes.")
    for name in ("X-TC-Action", "X-TC-Version", "X-TC-Timestamp"):
        if not raw.headers.get(name.lower()):
            raise Refusal("MissingParameter", f"The header {name} is missing.")
    try:
        authorization = tc3.parse_authorization(raw.headers["authorization"])
    except ValueError as error:
        raise Refusal("AuthFailure.SignatureFailure", f"Authorization cannot be read: {error}.") from None
    return Claim(
        raw.headers["x-tc-action"],
        raw.headers["x-tc-version"],
        raw.headers.get("x-tc-region") or None,
        _seconds(raw.headers["x-tc-timestamp"]),
        authorization.secret_id,
        raw.headers.get("x-tc-token") or None,
        service_of(authorization.service, raw.headers.get("host", ""), raw.headers["x-tc-version"]),
        scheme="tc3",
    )


def _read_v1(raw: Raw) -> Claim:
    if len(raw.body) > MOST_FORM:
        raise Refusal("InvalidParameter", f"A form has at most {MOST_FORM} bytes.")
    values = _values(raw)
    for name in ("Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature"):
        if not values.get(name):
            raise Refusal("MissingParameter", f"The parameter {name} is missing.")
    return Claim(
        values["Action"],
        values["Version"],
        values.get("Region") or None,
        _seconds(values["Timestamp"]),
        values["SecretId"],
        values.get("Token") or None,
        service_of("", raw.headers.get("host", ""), values["Version"]),
        values,
        "v1",
    )


def _values(raw: Raw) -> dict[str, str]:
    """The flat parameters of a v1 request: of the query, or of the form of a POST."""
    return flat(raw.query if raw.method == "GET" else raw.body.decode("utf-8", "replace"))


def _seconds(text: str) -> int:
    seconds = whole_number(text)
    if seconds is None:
        raise Refusal("InvalidParameter", "The timestamp is not a number of UNIX seconds.")
    return seconds


def verify(raw: Raw, claim: Claim, keys: Mapping[str, Key], now: datetime, nonces: Nonces) -> Key:
    drift = abs(now.timestamp() - claim.timestamp)
    if drift > SKEW.total_seconds():
        raise Refusal("AuthFailure.SignatureExpire", f"The clocks differ by {drift:.0f} seconds.")
    key = keys.get(claim.secret_id)
    if key is None or key.cloud != "tencent":
        raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    right = _signed_tc3(raw, claim, key) if claim.scheme == "tc3" else _signed_v1(raw, claim, key)
    if not right:
        raise Refusal("AuthFailure.SignatureFailure", "The signature does not fit the request and the key.")
    if not hmac.compare_digest((key.token or "").encode(), (claim.token or "").encode()):
        raise Refusal("AuthFailure.TokenFailure", "The token does not belong to the key.")
    return key


def _signed_tc3(raw: Raw, claim: Claim, key: Key) -> bool:
    authorization = tc3.parse_authorization(raw.headers["authorization"])
    if not {"content-type", "host"} <= set(authorization.signed_headers):
        return False
    if authorization.date != tc3.date_of(claim.timestamp):
        return False
    unsigned = raw.headers.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD"
    try:
        canonical = tc3.canonical_request(
            method=raw.method,
            path=raw.path,
            query=raw.query,
            headers=raw.headers,
            signed_headers=authorization.signed_headers,
            payload=b"UNSIGNED-PAYLOAD" if unsigned else raw.body,
        )
    except KeyError:
        # A header that is said to be signed was not sent.
        return False
    right = tc3.signature(
        key.secret_key, service=authorization.service, timestamp=claim.timestamp, canonical=canonical
    )
    return hmac.compare_digest(right.encode(), authorization.signature.encode())


def _signed_v1(raw: Raw, claim: Claim, key: Key) -> bool:
    right = v1.sign(
        key.secret_key,
        method=raw.method,
        host=raw.headers.get("host", ""),
        path=raw.path,
        params={name: value for name, value in claim.values.items() if name != "Signature"},
        algorithm="HmacSHA256" if claim.values.get("SignatureMethod") == "HmacSHA256" else "HmacSHA1",
    )
    return hmac.compare_digest(right.encode(), claim.values["Signature"].encode())


def region(action: Action, claim: Claim) -> str | None:
    """A region counts only where the action needs one; elsewhere it has no effect (Common Params)."""
    if not action.regions:
        return None
    if claim.region is None:
        raise Refusal("MissingParameter", f"{action.name} needs a Region.")
    if claim.region not in action.regions:
        raise Refusal("UnsupportedRegion", f"{action.name} is not served in {claim.region}.")
    return claim.region


_CLOSED = {
    "css": {NOT_ACTIVATED: "ResourceNotFound.UserNotExist", SUSPENDED: "ResourceNotFound.StopService"},
    # Its documents have no codes of their own for this; these are the common ones that say it.
    "mdp": {NOT_ACTIVATED: "UnauthorizedOperation", SUSPENDED: "ResourceUnavailable"},
}


def closed(action: Action, status: str) -> str:
    return _CLOSED[action.service][status]


def denied(action: Action) -> str:
    return "UnauthorizedOperation"


def parameters(catalogue: Catalogue, action: Action, raw: Raw, claim: Claim) -> dict[str, Any]:
    if claim.scheme == "v1":
        own = {n: v for n, v in claim.values.items() if n not in _COMMON and n not in _TOLERATED}
        return unflatten(catalogue, action.parameters, own)
    if raw.method == "GET":
        return unflatten(catalogue, action.parameters, flat(raw.query))
    if raw.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal("InvalidParameter", "A POST signed with TC3 carries application/json.")
    try:
        params = json.loads(raw.body or b"{}")
    except (ValueError, RecursionError):
        raise Refusal("InvalidParameter", "The body is not JSON.") from None
    if not isinstance(params, dict):
        raise Refusal("InvalidParameter", "The body is not a JSON object.")
    return params


_CODES = {
    "missing": "MissingParameter",
    "unknown": "UnknownParameter",
    "type": "InvalidParameter",
    "value": "InvalidParameterValue",
    "rule": "InvalidParameterValue",
}


def refusal(catalogue: Catalogue, action: Action, problem: Problem) -> Refusal:
    """The action's own code for what is wrong with that parameter, where its page lists one."""
    code = _CODES[problem.kind]
    own = f"InvalidParameter.{problem.path.partition('.')[0]}"
    if problem.kind == "value" and own in action.errors:
        code = own
    if problem.kind == "rule" and "has to be given" in problem.message:
        code = "MissingParameter"
    return Refusal(code, f"The parameter `{problem.path}` {problem.message}.")


def success(asked: Asked, reply: dict[str, Any], request_id: str) -> Answer:
    return Answer(200, {"Response": reply | {"RequestId": request_id}})


def failure(raw: Raw, refusal: Refusal, request_id: str) -> Answer:
    error = {"Code": refusal.code, "Message": refusal.message}
    return Answer(200, {"Response": {"Error": error, "RequestId": request_id}})
