"""Alibaba Cloud's RPC calls: one signed query or form, errors by HTTP status with Code and Message.

Document: ApsaraVideo Live, APIs invoke (request structure, public parameters, returned result, signature).
The pages leave the codes to an error centre; those here are the ones it is known for.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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
    form,
    unflatten,
)
from livetui.emulator.gates.members import wrapped
from livetui.signing import rpc

CONTENT_TYPE = b"application/json;charset=utf-8"
UNKNOWN_ACTION, WRONG_VERSION = "InvalidAction.NotFound", "InvalidVersion"
THROTTLED, BROKEN = "Throttling.User", "InternalError"

SERVICE = "apsara"
SKEW = timedelta(minutes=15)
"""How far a request's time and the server's may differ; a nonce is remembered for twice as long."""

_NEEDED = ("Action", "Version", "AccessKeyId", "Signature", "SignatureMethod", "Timestamp", "SignatureNonce")
_COMMON = frozenset(
    (
        *_NEEDED,
        "Format",
        "SignatureVersion",
        "SignatureType",
        "SecurityToken",
        "RegionId",
        "ResourceOwnerAccount",
        "ResourceOwnerId",
        "OwnerAccount",
        "OwnerId",
    )
)
"""Parameters that any request may have, official clients' own among them."""

_STATUS = {
    "InternalError": 500,
    "ServiceUnavailable": 503,
    "Forbidden": 403,
    "InDebt": 403,
    "CdnServiceNotFound": 404,
    "UnsupportedHTTPMethod": 405,
}
"""HTTP status by the code's first part; what ends with NotFound is 404, all else 400."""


def _values(raw: Raw) -> dict[str, str]:
    return flat(raw.query) | flat(form(raw))


def named(raw: Raw) -> Named:
    values = _values(raw)
    return Named(values.get("Action", ""), values.get("AccessKeyId", ""), values.get("RegionId"))


def read(raw: Raw) -> Claim:
    if raw.method not in ("GET", "POST"):
        raise Refusal("UnsupportedHTTPMethod", "Only GET and POST are served.")
    if len(raw.query) > MOST_QUERY or len(raw.body) > MOST_FORM:
        raise Refusal("InvalidParameter", "The request is too long.")
    values = _values(raw)
    for name in _NEEDED:
        if not values.get(name):
            raise Refusal("MissingParameter", f"{name} is mandatory for this action.")
    if values.get("Format", "XML").upper() != "JSON":
        raise Refusal("InvalidParameter", "Format: the emulator answers in JSON alone, the default is XML.")
    if values["SignatureMethod"] != "HMAC-SHA1" or values.get("SignatureVersion") != "1.0":
        raise Refusal("InvalidParameter", "The signature has to be HMAC-SHA1, version 1.0.")
    return Claim(
        values["Action"],
        values["Version"],
        values.get("RegionId"),
        _seconds(values["Timestamp"]),
        values["AccessKeyId"],
        values.get("SecurityToken"),
        SERVICE,
        values,
    )


def _seconds(text: str) -> int:
    try:
        return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Refusal("InvalidTimeStamp.Format", "Timestamp is not like 2014-11-11T12:00:00Z.") from None


def verify(raw: Raw, claim: Claim, keys: Mapping[str, Key], now: datetime, nonces: Nonces) -> Key:
    drift = abs(now.timestamp() - claim.timestamp)
    if drift > SKEW.total_seconds():
        raise Refusal("InvalidTimeStamp.Expired", f"The clocks differ by {drift:.0f} seconds.")
    key = keys.get(claim.secret_id)
    if key is None or key.cloud != "aliyun":
        raise Refusal("InvalidAccessKeyId.NotFound", "The AccessKey is not found.")
    signed = {name: value for name, value in claim.values.items() if name != "Signature"}
    right = rpc.sign(key.secret_key, method=raw.method, params=signed)
    if not hmac.compare_digest(right.encode(), claim.values["Signature"].encode()):
        raise Refusal(
            "SignatureDoesNotMatch",
            f"The signature does not fit. server string to sign is:{rpc.string_to_sign(raw.method, signed)}",
        )
    if key.token and not claim.token:
        raise Refusal("MissingSecurityToken", "The AccessKey is temporary and needs its SecurityToken.")
    if not hmac.compare_digest((key.token or "").encode(), (claim.token or "").encode()):
        raise Refusal("InvalidSecurityToken.MismatchWithAccessKey", "The token is another AccessKey's.")
    if not nonces.once(claim.secret_id, claim.values["SignatureNonce"], now, 2 * SKEW):
        raise Refusal("SignatureNonceUsed", "The nonce was used before.")
    return key


def region(action: Action, claim: Claim) -> str | None:
    """No action needs one: live.aliyuncs.com is every region's."""
    return None


def closed(action: Action, status: str) -> str:
    return {NOT_ACTIVATED: "CdnServiceNotFound", SUSPENDED: "InDebt"}[status]


def denied(action: Action) -> str:
    return "Forbidden.RAM"


def parameters(catalogue: Catalogue, action: Action, raw: Raw, claim: Claim) -> dict[str, Any]:
    own = {name: value for name, value in claim.values.items() if name not in _COMMON}
    return unflatten(catalogue, action.parameters, own)


def refusal(catalogue: Catalogue, action: Action, problem: Problem) -> Refusal:
    """A code of the parameter's own where the service has one."""
    words = f"The parameter {problem.path} {problem.message}."
    if problem.kind == "missing" or "has to be given" in problem.message:
        return Refusal("MissingParameter", words)
    code = f"Invalid{problem.path.partition('.')[0]}.Malformed"
    if problem.kind == "rule":
        code = _rule_code(problem)
    fact = catalogue.error(code)
    return Refusal(code if fact is not None and fact.code == code else "InvalidParameter", words)


def _rule_code(problem: Problem) -> str:
    """What is wrong with a span, by what the check says of it."""
    if "later than" in problem.message:
        return f"Invalid{problem.path}.Mismatch"
    if "in the future" in problem.message:
        return f"Invalid{problem.path}.BeyondCurrent"
    return "InvalidTimeRange" if "at most" in problem.message else "InvalidParameter"


def success(asked: Asked, reply: dict[str, Any], request_id: str) -> Answer:
    made = wrapped(load(SERVICE), asked.action.response, reply)
    return Answer(200, made | {"RequestId": request_id})


def failure(raw: Raw, refusal: Refusal, request_id: str) -> Answer:
    code = refusal.code
    status = _STATUS.get(code, _STATUS.get(code.partition(".")[0], 404 if code.endswith("NotFound") else 400))
    return Answer(
        status,
        {
            "RequestId": request_id,
            "HostId": raw.headers.get("host", ""),
            "Code": code,
            "Message": refusal.message,
        },
    )
