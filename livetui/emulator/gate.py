"""From a raw request to (action, parameters, region), or the documented refusal.

Signatures are verified over what was sent: the Host header as it stands, the query as it stands, the body as
it stands. Documents: Making API Requests (Request Structure, Common Params, Signature v3, Signature,
Responses / Common Error Codes).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl

from livetui.catalogue import times
from livetui.catalogue.check import Problem, check
from livetui.catalogue.loader import Catalogue, load
from livetui.catalogue.model import Action, Field
from livetui.emulator.account import NOT_ACTIVATED, SUSPENDED, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.limits import Limits
from livetui.emulator.services import service_of
from livetui.signing import tc3, v1

SKEW = timedelta(minutes=5)
"""How far a request's time and the server's may differ."""

MOST_QUERY, MOST_FORM, MOST_JSON = 32 << 10, 1 << 20, 10 << 20
"""Bytes of a GET, of a v1 POST and of a TC3 POST (Request Structure, section 3)."""

_COMMON = frozenset(
    ("Action", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "Version", "SignatureMethod", "Token")
)
"""Parameters of every v1 request."""
_TOLERATED = frozenset(("RequestClient", "Language"))
"""Sent by the official client with every v1 request."""


@dataclass(frozen=True, slots=True)
class Key:
    """A credential the account knows."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    denied: frozenset[str] = frozenset()
    """Actions its policy does not allow."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came in; header names are lower case, values as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says it is, before any of it is believed."""

    scheme: Literal["tc3", "v1"]
    action: str
    version: str
    region: str | None
    timestamp: int
    secret_id: str
    token: str | None
    service: str
    """Id of the system it is for."""
    values: Mapping[str, str] = field(repr=False)
    """The flat parameters of a v1 request, decoded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be answered."""

    action: Action
    params: dict[str, Any]
    region: str | None


class Gate:
    """Decides whether a request is let in."""

    def __init__(self, account: Account, keys: dict[str, Key], limits: Limits) -> None:
        self._account, self._keys, self._limits = account, keys, limits

    def admit(self, raw: Raw, now: datetime) -> Asked:
        """The request's action and parameters. Raises Refusal. `now` is the server's aware time."""
        claim = read(raw)
        key = self._verify(raw, claim, now)
        catalogue = load(claim.service)
        if claim.action not in catalogue:
            raise Refusal("InvalidAction", f"There is no action {claim.action}.")
        if claim.version != catalogue.version:
            raise Refusal("NoSuchVersion", f"There is no version {claim.version}.")
        action = catalogue.action(claim.action)
        if action.name in key.denied:
            raise Refusal("UnauthorizedOperation", f"The key may not call {action.name}.")
        region = _region(action, claim)
        self._limits.take(action.name, action.rate_limit)
        _account_is_open(self._account, claim.service)
        params = _parameters(catalogue, action, raw, claim)
        problems = check(catalogue, action, params, now)
        if problems:
            raise _refusal(action, problems[0])
        return Asked(action, params, region)

    def _verify(self, raw: Raw, claim: Claim, now: datetime) -> Key:
        drift = abs(now.timestamp() - claim.timestamp)
        if drift > SKEW.total_seconds():
            raise Refusal("AuthFailure.SignatureExpire", f"The clocks differ by {drift:.0f} seconds.")
        key = self._keys.get(claim.secret_id)
        if key is None:
            raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        right = _verify_tc3(raw, claim, key) if claim.scheme == "tc3" else _verify_v1(raw, claim, key)
        if not right:
            raise Refusal(
                "AuthFailure.SignatureFailure", "The signature does not fit the request and the key."
            )
        if not hmac.compare_digest((key.token or "").encode(), (claim.token or "").encode()):
            raise Refusal("AuthFailure.TokenFailure", "The token does not belong to the key.")
        return key


def read(raw: Raw) -> Claim:
    """What the request says of itself. Raises Refusal when that is not enough to go on."""
    if raw.method not in ("GET", "POST"):
        raise Refusal("UnsupportedProtocol", "Only GET and POST are served.")
    if len(raw.query) > MOST_QUERY:
        raise Refusal("InvalidParameter", f"A query has at most {MOST_QUERY} bytes.")
    if raw.headers.get("authorization", "").startswith(tc3.ALGORITHM):
        return _read_tc3(raw)
    return _read_v1(raw)


def named_action(raw: Raw) -> str:
    """The action a request names, "" for none, whether or not it may be answered."""
    name = raw.headers.get("x-tc-action")
    return name if name is not None else _flat(raw).get("Action", "")


def named_key(raw: Raw) -> str:
    """The SecretId a request names, "" for none, whether or not it is known."""
    credential = raw.headers.get("authorization", "").partition("Credential=")[2]
    return credential.partition("/")[0] if credential else _flat(raw).get("SecretId", "")


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
        "tc3",
        raw.headers["x-tc-action"],
        raw.headers["x-tc-version"],
        raw.headers.get("x-tc-region") or None,
        _seconds(raw.headers["x-tc-timestamp"]),
        authorization.secret_id,
        raw.headers.get("x-tc-token") or None,
        service_of(authorization.service, raw.headers.get("host", ""), raw.headers["x-tc-version"]),
        {},
    )


def _read_v1(raw: Raw) -> Claim:
    if len(raw.body) > MOST_FORM:
        raise Refusal("InvalidParameter", f"A form has at most {MOST_FORM} bytes.")
    values = _flat(raw)
    for name in ("Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature"):
        if not values.get(name):
            raise Refusal("MissingParameter", f"The parameter {name} is missing.")
    return Claim(
        "v1",
        values["Action"],
        values["Version"],
        values.get("Region") or None,
        _seconds(values["Timestamp"]),
        values["SecretId"],
        values.get("Token") or None,
        service_of("", raw.headers.get("host", ""), values["Version"]),
        values,
    )


def _flat(raw: Raw) -> dict[str, str]:
    """The flat parameters of a v1 request: of the query, or of the form of a POST."""
    text = raw.query if raw.method == "GET" else raw.body.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True))


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Refusal("InvalidParameter", "The timestamp is not a number of UNIX seconds.")
    return int(text)


def _verify_tc3(raw: Raw, claim: Claim, key: Key) -> bool:
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


def _verify_v1(raw: Raw, claim: Claim, key: Key) -> bool:
    right = v1.sign(
        key.secret_key,
        method=raw.method,
        host=raw.headers.get("host", ""),
        path=raw.path,
        params={name: value for name, value in claim.values.items() if name != "Signature"},
        algorithm="HmacSHA256" if claim.values.get("SignatureMethod") == "HmacSHA256" else "HmacSHA1",
    )
    return hmac.compare_digest(right.encode(), claim.values["Signature"].encode())


def _region(action: Action, claim: Claim) -> str | None:
    """A region counts only where the action needs one; elsewhere it has no effect (Common Params)."""
    if not action.regions:
        return None
    if claim.region is None:
        raise Refusal("MissingParameter", f"{action.name} needs a Region.")
    if claim.region not in action.regions:
        raise Refusal("UnsupportedRegion", f"{action.name} is not served in {claim.region}.")
    return claim.region


_CLOSED = {
    NOT_ACTIVATED: "The service has not been activated for this account.",
    SUSPENDED: "The service is suspended: the account is in arrears.",
}
_CLOSED_CODES = {
    "css": {NOT_ACTIVATED: "ResourceNotFound.UserNotExist", SUSPENDED: "ResourceNotFound.StopService"},
    # Its documents have no codes of their own for this; these are the common ones that say it.
    "mdp": {NOT_ACTIVATED: "UnauthorizedOperation", SUSPENDED: "ResourceUnavailable"},
}


def _account_is_open(account: Account, service: str) -> None:
    if account.status in _CLOSED:
        raise Refusal(_CLOSED_CODES[service][account.status], _CLOSED[account.status])


# Parameters.


def _parameters(catalogue: Catalogue, action: Action, raw: Raw, claim: Claim) -> dict[str, Any]:
    if claim.scheme == "v1":
        flat = {n: v for n, v in claim.values.items() if n not in _COMMON and n not in _TOLERATED}
        return unflatten(catalogue, action.parameters, flat)
    if raw.method == "GET":
        return unflatten(catalogue, action.parameters, _flat(raw))
    if raw.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal("InvalidParameter", "A POST signed with TC3 carries application/json.")
    try:
        params = json.loads(raw.body or b"{}")
    except (ValueError, RecursionError):
        raise Refusal("InvalidParameter", "The body is not JSON.") from None
    if not isinstance(params, dict):
        raise Refusal("InvalidParameter", "The body is not a JSON object.")
    return params


def unflatten(catalogue: Catalogue, fields: tuple[Field, ...], flat: Mapping[str, str]) -> dict[str, Any]:
    """`A.0.B` parameters as nested values of the catalogue's types.

    What the catalogue does not know, or what has not the form of its type, stays text: the check says so.
    """
    tree: dict[str, Any] = {}
    for name, text in flat.items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                raise Refusal("InvalidParameter", f"{name} contradicts another parameter.")
            node = below
        if isinstance(node.get(last), dict):
            raise Refusal("InvalidParameter", f"{name} contradicts another parameter.")
        node[last] = text
    return _typed_members(catalogue, fields, tree)


def _typed_members(
    catalogue: Catalogue, fields: tuple[Field, ...], tree: Mapping[str, Any]
) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    return {
        name: _typed(catalogue, known[name], value) if name in known else value
        for name, value in tree.items()
    }


def _typed(catalogue: Catalogue, field: Field, value: Any) -> Any:
    if field.is_list and isinstance(value, dict) and all(key.isdigit() for key in value):
        return [_typed_one(catalogue, field, value[key]) for key in sorted(value, key=int)]
    return _typed_one(catalogue, field, value)


def _typed_one(catalogue: Catalogue, field: Field, value: Any) -> Any:
    kind = field.item_type
    if isinstance(value, dict):
        if kind in ("string", "integer", "float", "boolean", "timestamp"):
            return value
        return _typed_members(catalogue, catalogue.structure(kind).members, value)
    try:
        if kind == "integer" or (kind == "timestamp" and set(field.time) <= times.NUMBERS and field.time):
            return int(value)
        if kind == "float":
            return float(value)
    except ValueError:
        return value
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)
    return value


_CODES = {
    "missing": "MissingParameter",
    "unknown": "UnknownParameter",
    "type": "InvalidParameter",
    "value": "InvalidParameterValue",
    "rule": "InvalidParameterValue",
}


def _refusal(action: Action, problem: Problem) -> Refusal:
    """The action's own code for what is wrong with that parameter, where its page lists one."""
    code = _CODES[problem.kind]
    own = f"InvalidParameter.{problem.path.partition('.')[0]}"
    if problem.kind == "value" and own in action.errors:
        code = own
    if problem.kind == "rule" and "has to be given" in problem.message:
        code = "MissingParameter"
    return Refusal(code, f"The parameter `{problem.path}` {problem.message}.")


def server_time(now: datetime, skew: float) -> datetime:
    """The time a server shows whose clock is off by `skew` seconds."""
    return (now + timedelta(seconds=skew)).astimezone(UTC)
