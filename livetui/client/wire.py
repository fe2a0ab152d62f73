"""Requests as they go out and answers as they come in: pure, with the clock and the nonce as arguments.

The one door for every system: what differs between them is in `livetui.client.envelopes`.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

from livetui import __version__
from livetui.client.decode import decoding
from livetui.client.errors import ApiError, BadEndpoint, PlainHttpRefused
from livetui.frozen import frozen
from livetui.turns import at_once

if TYPE_CHECKING:
    import httpx

    from livetui.catalogue import Action, Catalogue

Signature = Literal["tc3", "HmacSHA1", "HmacSHA256"]

USER_AGENT = f"livetui/{__version__}"
LONGEST_QUERY = 8000
"""Bytes of a query, as far as servers on the way are sure to take it."""


class Credential(Protocol):
    """What signs; `settings.Credential` is one."""

    @property
    def secret_id(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


@frozen
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


@frozen
class Answer:
    """A success: the reply's members but RequestId, that id, and the text as it came."""

    data: dict[str, Any]
    request_id: str
    raw: str


def endpoint(text: str, *, allow_plain_http: bool = False) -> Endpoint:
    """`https://host[:port][/path]`, or a bare `host[:port]`, which means https.

    Raises PlainHttpRefused for plain http to anything but loopback, unless that is allowed, and BadEndpoint
    for what is no such URL.
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
    if parts.scheme == "http" and not loopback and not allow_plain_http:
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


# Systems that the documents have on plain http and nowhere else.
_PLAIN = ("lvb",)


def home(catalogue: Catalogue) -> str:
    """The URL of a service's own host, as `endpoint` takes it."""
    return f"http://{catalogue.host}" if catalogue.envelope in _PLAIN else catalogue.host


def learn(catalogue: Catalogue) -> None:
    """Load now what its first request would load."""
    _envelope(catalogue.envelope)


@cache
def _envelope(name: str) -> Any:
    """The module that speaks a system's language; only those that are spoken are loaded."""
    return import_module(f"livetui.client.envelopes.{name}")


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

    `signature` has a say where a system knows several. Of the endpoint the path counts for Tencent 3.0 alone:
    the others have one of their own. Raises ValueError for parameters that cannot be written down.
    """
    made: httpx.Request = _envelope(catalogue.envelope).build(
        catalogue,
        action,
        params,
        to=to,
        credential=credential,
        region=region,
        when=when,
        nonce=nonce,
        signature=signature,
        language=language,
    )
    return made


def flatten(params: Mapping[str, Any], *, first: int = 0) -> dict[str, str]:
    """Nested parameters as a form or query carries them: `A.0.B`, with true and false as JSON writes them.

    Lists are counted from `first`. An empty list or object has no form of its own and is left out.
    """
    flat: dict[str, str] = {}
    _flatten("", params, flat, first)
    return flat


def _flatten(path: str, value: Any, flat: dict[str, str], first: int) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            _flatten(f"{path}.{name}" if path else str(name), member, flat, first)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value, first):
            _flatten(f"{path}.{number}", item, flat, first)
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
    sent: datetime | None = None,
) -> Answer:
    """The answer's members, under the catalogue's names. `headers` are asked for by lower-case name.

    `sent` is the `when` the request was built with. Raises an ApiError where the service said no, BadReply
    for anything but the documented envelope.
    """
    return at_once(parsing(catalogue, action, status, headers, body, region, sent))


def parsing(
    catalogue: Catalogue,
    action: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    region: str | None = None,
    sent: datetime | None = None,
) -> Generator[None, None, Answer]:
    """The same with pauses in a long answer."""
    told = yield from decoding(body)
    answer: Answer = _envelope(catalogue.envelope).parse(
        catalogue, action, status, headers, told, region, sent
    )
    return answer


# For the envelopes.


def api_error(
    kind_of: Callable[[str, int | None], type[ApiError]],
    catalogue: Catalogue,
    action: str,
    code: str,
    message: str,
    status: int,
    headers: Mapping[str, str],
    **more: Any,
) -> ApiError:
    """An error of the service, of the class that its code belongs to, with what the catalogue knows of it."""
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
