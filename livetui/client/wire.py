"""Requests as they go out and answers as they come in: pure, with the clock and the nonce as arguments.

Document: Making API Requests (common parameters, signatures, responses).
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from livetui import __version__
from livetui.client.errors import ApiError, BadEndpoint, BadReply, PlainHttpRefused, kind_of

if TYPE_CHECKING:
    import httpx

    from livetui.catalogue import Action, Catalogue

Signature = Literal["tc3", "HmacSHA1", "HmacSHA256"]

USER_AGENT = f"livetui/{__version__}"


class Credential(Protocol):
    """What signs; `settings.Credential` is one."""

    @property
    def secret_id(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where calls go."""

    scheme: str
    host: str
    """As the Host header carries and the signature covers it, with the port where one is given."""
    path: str
    loopback: bool
    hostname: str
    port: int

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the reply's members but RequestId, that id, and the text as it came."""

    data: dict[str, Any]
    request_id: str
    raw: str


def endpoint(text: str) -> Endpoint:
    """`https://host[:port][/path]`, or a bare `host[:port]`, which means https.

    Raises PlainHttpRefused for plain http to anything but loopback, BadEndpoint for what is no such URL.
    """
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadEndpoint(text, f"is no URL: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise BadEndpoint(text, "is neither https nor http")
    if not host or not parts.netloc.isascii() or any(char.isspace() for char in parts.netloc):
        raise BadEndpoint(text, "names no host")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadEndpoint(text, "holds more than scheme, host, port and path")
    loopback = _is_loopback(host)
    if parts.scheme == "http" and not loopback:
        raise PlainHttpRefused(text)
    named = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    if port is not None and port != default:
        named = f"{named}:{port}"
    return Endpoint(parts.scheme, named, parts.path or "/", loopback, host, port or default)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def build(
    catalogue: Catalogue,
    action: Action,
    params: Mapping[str, Any],
    *,
    to: Endpoint,
    credential: Credential,
    region: str | None,
    when: datetime,
    nonce: int,
    signature: Signature = "tc3",
    language: str = "en-US",
) -> httpx.Request:
    """The signed request. `when` is the service's time as far as it is known, `nonce` a positive integer.

    TC3 sends JSON, the older two a form. Raises ValueError for parameters that JSON cannot hold.
    """
    import httpx

    from livetui.signing import tc3, v1

    timestamp = int(when.timestamp())
    headers = {"host": to.host, "user-agent": USER_AGENT, "accept": "application/json"}
    if signature == "tc3":
        body = json.dumps(params, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        headers["content-type"] = "application/json"
        headers["authorization"] = tc3.sign(
            credential.secret_id,
            credential.secret_key,
            service=catalogue.product,
            host=to.host,
            method="POST",
            path=to.path,
            query="",
            headers={"content-type": headers["content-type"]},
            payload=body,
            timestamp=timestamp,
        )
        common = {
            "x-tc-action": action.name,
            "x-tc-version": action.version,
            "x-tc-timestamp": str(timestamp),
            "x-tc-region": region,
            "x-tc-token": credential.token,
            "x-tc-language": language,
        }
        headers.update({name: value for name, value in common.items() if value})
    else:
        form = {
            **flatten(params),
            "Action": action.name,
            "Version": action.version,
            "Timestamp": str(timestamp),
            "Nonce": str(nonce),
            "SecretId": credential.secret_id,
            "SignatureMethod": signature,
            "Language": language,
        }
        for name, value in (("Region", region), ("Token", credential.token)):
            if value:
                form[name] = value
        form["Signature"] = v1.sign(
            credential.secret_key, method="POST", host=to.host, path=to.path, params=form, algorithm=signature
        )
        body = urlencode(form).encode()
        headers["content-type"] = "application/x-www-form-urlencoded"
    return httpx.Request("POST", to.url, headers=headers, content=body)


def flatten(params: Mapping[str, Any]) -> dict[str, str]:
    """Nested parameters as a form carries them: `A.0.B`, with true and false as JSON writes them.

    An empty list or object has no form of its own and is left out.
    """
    flat: dict[str, str] = {}
    _flatten("", params, flat)
    return flat


def _flatten(path: str, value: Any, flat: dict[str, str]) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            _flatten(f"{path}.{name}" if path else str(name), member, flat)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _flatten(f"{path}.{number}", item, flat)
    elif isinstance(value, str):
        flat[path] = value
    else:
        flat[path] = json.dumps(value, allow_nan=False)


def parse(
    catalogue: Catalogue,
    action: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    region: str | None = None,
) -> Answer:
    """The answer's members. `headers` are asked for by lower-case name.

    Raises an ApiError where the service said no, BadReply for anything but the documented envelope.
    """
    raw = body.decode("utf-8", "replace")
    response = _envelope(raw)
    if not isinstance(response, dict):
        if status == 429:
            # Something in front of the service says no; it is a definite no all the same.
            raise _api_error(catalogue, action, "RequestLimitExceeded", "too many requests", status, headers)
        raise BadReply(action, _reason(raw, response), region, status=status, raw=raw)
    request_id = response.pop("RequestId", "")
    if "Error" in response:
        error = response["Error"]
        if not isinstance(error, dict) or not isinstance(error.get("Code"), str):
            raise BadReply(action, "an error without a code", region, status=status, raw=raw)
        raise _api_error(
            catalogue,
            action,
            error["Code"],
            str(error.get("Message", "")),
            status,
            headers,
            region=region,
            request_id=str(request_id),
            raw=raw,
        )
    if status != 200:
        raise BadReply(action, "an unexpected status", region, status=status, raw=raw)
    return Answer(response, str(request_id), raw)


def _envelope(raw: str) -> Any:
    """What stands under Response; the text's own trouble, as a word, where nothing does."""
    try:
        outer = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return "text that is not JSON"
    if not isinstance(outer, dict) or not isinstance(outer.get("Response"), dict):
        return "JSON without a Response object"
    return outer["Response"]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _reason(raw: str, trouble: str) -> str:
    if not raw.strip():
        return "empty"
    return "a web page" if raw.lstrip()[:1] == "<" else trouble


def _api_error(
    catalogue: Catalogue,
    action: str,
    code: str,
    message: str,
    status: int,
    headers: Mapping[str, str],
    **more: Any,
) -> ApiError:
    after = headers.get("retry-after", "")
    return kind_of(code, status)(
        action,
        code,
        message,
        status=status,
        fact=catalogue.error(code),
        retry_after=float(after) if after.isascii() and after.isdigit() else None,
        **more,
    )


def served_at(headers: Mapping[str, str]) -> datetime | None:
    """The service's own time as its Date header tells it, to the second."""
    from email.utils import parsedate_to_datetime

    try:
        when = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
