"""The way to an endpoint, gone step by step: DNS, connection, TLS and proxy told apart; and its clock."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

from livetui.catalogue import Catalogue
from livetui.client.wire import Endpoint
from livetui.operations.doctor import Check, Status

SKEW_REFUSED = timedelta(minutes=5)
"""A request whose time is further off than this is refused (signature chapter of the css documents)."""
SKEW_NOTABLE = timedelta(seconds=30)
Stage = Literal["name", "connect", "tls", "proxy", "http", "answered"]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an unsigned request to the endpoint came."""

    url: str
    stage: Stage
    """The step that failed, or "answered"."""
    trouble: str = ""
    proxy: str = ""
    """host:port of the proxy from the environment, when one is used."""
    date: str = ""
    """The reply's Date header."""
    at: datetime | None = None
    """When the reply came, by this host's clock."""
    seconds: float = 0.0


def probe(endpoint: Endpoint, now: Callable[[], datetime], timeout: float = 5.0) -> Reach:
    """Go to the endpoint step by step, as the client would: same proxies, same certificates.

    `now` is the clock (aware UTC datetimes).
    """
    import httpx

    url = endpoint.url
    proxy = "" if endpoint.loopback else _proxy(url)
    parts = urlsplit(proxy or url)
    shown = f"{parts.hostname}:{parts.port or _port(parts.scheme)}" if proxy else ""
    failed = _connects(parts.hostname or "", parts.port or _port(parts.scheme), parts.scheme, timeout)
    if failed:
        return Reach(url, failed[0], failed[1], shown)
    began = now()
    try:
        with httpx.Client(timeout=timeout, trust_env=not endpoint.loopback) as client:
            reply = client.get(url)
    except httpx.ProxyError as error:
        return Reach(url, "proxy", str(error), shown)
    except httpx.HTTPError as error:
        stage: Stage = "tls" if "certificate" in str(error).casefold() else "http"
        return Reach(url, stage, str(error) or type(error).__name__, shown)
    at = now()
    return Reach(url, "answered", "", shown, reply.headers.get("date", ""), at, (at - began).total_seconds())


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _proxy(url: str) -> str:
    """The proxy that the environment names for the URL, or ""."""
    from urllib.request import getproxies_environment, proxy_bypass

    parts = urlsplit(url)
    found: dict[str, str] = getproxies_environment()
    if proxy_bypass(parts.hostname or "", found):
        return ""
    proxy = found.get(parts.scheme) or found.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _connects(host: str, port: int, scheme: str, timeout: float) -> tuple[Stage, str] | None:
    """None when a connection (and TLS on it) can be made, else the step that failed and why."""
    import httpx

    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return "name", f"{host}: {getattr(error, 'strerror', '') or error}"
    try:
        connection = socket.create_connection((host, port), timeout)
    except OSError as error:
        return "connect", f"{host}:{port}: {error.strerror or error}"
    with connection:
        if scheme == "https":
            try:
                with httpx.create_ssl_context().wrap_socket(connection, server_hostname=host):
                    pass
            except ssl.SSLCertVerificationError as error:
                return "tls", f"{host}: {error.verify_message}"
            except OSError as error:
                return "tls", f"{host}: {error.strerror or error}"
    return None


_WAY_OUT: Mapping[Stage, str] = {
    "name": "the name has no address here: check DNS (/etc/resolv.conf), or HTTPS_PROXY if one is needed",
    "connect": "check firewall and route to that host; if a proxy is needed, set HTTPS_PROXY",
    "tls": "something between here and the cloud shows its own certificate: set SSL_CERT_FILE to its CA",
    "proxy": "check HTTPS_PROXY and its user and password, or take the host into NO_PROXY",
    "http": "a connection is made, and no HTTP comes back: check the endpoint and what lies between",
    "answered": "",
}


_WORDS: Mapping[Stage, str] = {
    "name": "name lookup",
    "connect": "connection",
    "tls": "TLS",
    "proxy": "the proxy",
    "http": "HTTP",
}


def reach_check(reach: Reach) -> Check:
    """Where on the way to the endpoint it stops, DNS, connection, TLS and proxy told apart."""
    through = f" through the proxy {reach.proxy}" if reach.proxy else ""
    if reach.stage != "answered":
        remedy = _WAY_OUT[reach.stage]
        if reach.proxy and reach.stage in ("name", "connect"):
            remedy = f"this is the proxy of HTTPS_PROXY or ALL_PROXY, not the cloud: {_WAY_OUT['proxy']}"
        found = f"{reach.url}: {_WORDS[reach.stage]} fails{through}: {reach.trouble}"
        return Check("network", "fail", found, remedy)
    return Check("network", "ok", f"{reach.url} answers in {reach.seconds * 1000:.0f} ms{through}")


def is_open(places: Sequence[Endpoint]) -> bool:
    """Whether calls leave this host unencrypted."""
    return any(place.scheme == "http" and not place.loopback for place in places)


def open_check(catalogue: Catalogue, places: Sequence[Endpoint]) -> Check:
    """That calls of the service go over plain http, which the profile has to allow."""
    hosts = ", ".join(place.host for place in places)
    found = f"{catalogue.service} goes unencrypted to {hosts}, as the profile allows"
    remedy = "whoever is on the way reads what is asked and answered; a tunnel to a nearer host helps"
    return Check("plain http", "warn", found, remedy)


def clock_check(reach: Reach) -> Check:
    """How far this host's clock is from the cloud's, from the reply's Date header."""
    try:
        server = parsedate_to_datetime(reach.date)
    except ValueError:
        return Check("clock", "warn", "not compared: the reply has no Date", "check it against another clock")
    if reach.at is None or server.tzinfo is None:
        return Check("clock", "warn", "not compared", "check it against another clock")
    # The header counts whole seconds, so half of one is its middle.
    skew = reach.at - server - timedelta(seconds=0.5)
    size = abs(skew)
    if size <= SKEW_NOTABLE:
        return Check("clock", "ok", f"agrees with the cloud's to {max(1, round(size.total_seconds()))} s")
    way = "ahead of" if skew > timedelta() else "behind"
    found = f"{round(size.total_seconds())} s {way} the cloud's"
    status: Status = "fail" if size > SKEW_REFUSED else "warn"
    return Check("clock", status, found, "set it (timedatectl set-ntp true); beyond 300 s calls are refused")
