"""From a raw request to (action, parameters, region), or the documented refusal: what all systems share.

How each system's requests are signed, read and answered is in `livetui.emulator.gates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

from livetui.catalogue import times
from livetui.catalogue.check import Problem, check
from livetui.catalogue.loader import Catalogue, load
from livetui.catalogue.model import Action, Field
from livetui.emulator.account import ACTIVE, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.limits import Limits
from livetui.emulator.services import envelope_of
from livetui.signing import tc3

MOST_QUERY, MOST_FORM, MOST_JSON = 32 << 10, 1 << 20, 10 << 20
"""Bytes of a query, a form and a JSON body (css: Request Structure, section 3; the others tell none)."""

CLOUDS = ("tencent", "aliyun", "lvb")
"""What a key is good for; "lvb" for an appid and its key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A credential the account knows."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    denied: frozenset[str] = frozenset()
    """Actions its policy does not allow."""
    cloud: str = "tencent"
    """One of CLOUDS."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came in; header names are lower case, values as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Named(NamedTuple):
    """What a request says of itself, believed or not; "" for what it does not say."""

    action: str
    key: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says it is, before any of it is believed."""

    action: str
    version: str
    """"" in systems whose requests carry none."""
    region: str | None
    timestamp: int
    """UNIX seconds; LVB: until when it is good."""
    secret_id: str
    token: str | None
    service: str
    """Id of the system it is for."""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The flat parameters, decoded; none where they travel as JSON."""
    scheme: str = ""
    """Where a system has several: tc3 or v1."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be answered."""

    action: Action
    params: dict[str, Any]
    region: str | None


class Answer(NamedTuple):
    """What goes back: an HTTP status and a JSON document."""

    status: int
    document: dict[str, Any]


class Nonces:
    """Remembers what may come only once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}

    def once(self, key: str, nonce: str, now: datetime, memory: timedelta) -> bool:
        """Whether this key sends this nonce for the first time in so long."""
        at = now.timestamp()
        while self._seen and at - next(iter(self._seen.values())) > memory.total_seconds():
            del self._seen[next(iter(self._seen))]
        if (key, nonce) in self._seen:
            return False
        self._seen[key, nonce] = at
        return True

    def clear(self) -> None:
        self._seen.clear()


class Ways(Protocol):
    """How a system's requests are read and answered; each module of `livetui.emulator.gates` is one."""

    CONTENT_TYPE: bytes
    UNKNOWN_ACTION: str
    WRONG_VERSION: str
    THROTTLED: str
    BROKEN: str
    """Codes of refusals; BROKEN for a failure inside the cloud."""

    def named(self, raw: Raw) -> Named: ...
    def read(self, raw: Raw) -> Claim:
        """What the request says of itself. Raises Refusal when that is not enough to go on."""

    def verify(self, raw: Raw, claim: Claim, keys: Mapping[str, Key], now: datetime, nonces: Nonces) -> Key:
        """The key that signed it, over what was sent, in time. Raises Refusal."""

    def region(self, action: Action, claim: Claim) -> str | None: ...
    def parameters(self, catalogue: Catalogue, action: Action, raw: Raw, claim: Claim) -> dict[str, Any]: ...
    def denied(self, action: Action) -> str:
        """The code for a key that may not call the action."""

    def closed(self, action: Action, status: str) -> str:
        """The code for an account in that status."""

    def refusal(self, catalogue: Catalogue, action: Action, problem: Problem) -> Refusal: ...
    def success(self, asked: Asked, reply: dict[str, Any], request_id: str) -> Answer: ...
    def failure(self, raw: Raw, refusal: Refusal, request_id: str) -> Answer: ...


@cache
def _ways(envelope: str) -> Ways:
    """Loaded with the first request for one of its systems."""
    made: Any = import_module(f"livetui.emulator.gates.{envelope}")
    return made  # type: ignore[no-any-return]


def ways(raw: Raw) -> Ways:
    """Which of them a request is for, by its path and by how it is signed."""
    if raw.headers.get("authorization", "").startswith(tc3.ALGORITHM) or "x-tc-action" in raw.headers:
        return _ways("tencent3")
    return _ways(envelope_of(raw.path, flat(raw.query) | flat(form(raw))))


class Gate:
    """Decides whether a request is let in."""

    def __init__(self, account: Account, keys: dict[str, Key], limits: Limits) -> None:
        self._account, self._keys, self._limits = account, keys, limits
        self._nonces = Nonces()

    def forget(self) -> None:
        """Every nonce may come again."""
        self._nonces.clear()

    def admit(self, raw: Raw, now: datetime) -> Asked:
        """The request's action and parameters. Raises Refusal. `now` is the server's aware time."""
        way = ways(raw)
        claim = way.read(raw)
        key = way.verify(raw, claim, self._keys, now, self._nonces)
        catalogue = load(claim.service)
        if claim.action not in catalogue:
            raise Refusal(way.UNKNOWN_ACTION, f"There is no action {claim.action}.")
        if claim.version != catalogue.version and way.WRONG_VERSION:
            raise Refusal(way.WRONG_VERSION, f"There is no version {claim.version}.")
        action = catalogue.action(claim.action)
        if action.name in key.denied:
            raise Refusal(way.denied(action), f"The key may not call {action.name}.")
        region = way.region(action, claim)
        self._limits.take(
            f"{claim.service} {action.name}", action.rate_limit, action.rate_window, code=way.THROTTLED
        )
        if self._account.status != ACTIVE:
            raise Refusal(way.closed(action, self._account.status), _CLOSED[self._account.status])
        params = way.parameters(catalogue, action, raw, claim)
        problems = check(catalogue, action, params, now)
        if problems:
            raise way.refusal(catalogue, action, problems[0])
        return Asked(action, params, region)


_CLOSED = {
    "not-activated": "The service has not been activated for this account.",
    "suspended": "The service is suspended: the account is in arrears.",
}


# For the gates.


def flat(text: str) -> dict[str, str]:
    """The parameters of a query or form, decoded."""
    return dict(parse_qsl(text, keep_blank_values=True))


def form(raw: Raw) -> str:
    """The body of a POST that is a form; "" for any other."""
    kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
    if raw.method != "POST" or kind == "application/json":
        return ""
    return raw.body.decode("utf-8", "replace")


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def unflatten(
    catalogue: Catalogue,
    fields: tuple[Field, ...],
    flat: Mapping[str, str],
    code: str = "InvalidParameter",
) -> dict[str, Any]:
    """`A.0.B` parameters as nested values of the catalogue's types; lists may be counted from anywhere.

    Raises Refusal with the code where two parameters contradict each other.

    What the catalogue does not know, or what has not the form of its type, stays text: the check says so.
    """
    tree: dict[str, Any] = {}
    for name, text in flat.items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                raise Refusal(code, f"{name} contradicts another parameter.")
            node = below
        if isinstance(node.get(last), dict):
            raise Refusal(code, f"{name} contradicts another parameter.")
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
        return [typed(catalogue, field, value[key]) for key in sorted(value, key=int)]
    return typed(catalogue, field, value)


def typed(catalogue: Catalogue, field: Field, value: Any) -> Any:
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


def server_time(now: datetime, skew: float) -> datetime:
    """The time a server shows whose clock is off by `skew` seconds."""
    return (now + timedelta(seconds=skew)).astimezone(UTC)
