"""Tries a key pair before a profile is made of it: one real read, and what came of it in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from livetui.catalogue import Catalogue
from livetui.client import Client, ClientError, Priority, Unreachable, errors
from livetui.settings import Credential


class Probe(NamedTuple):
    """One small read that every read-only policy for the service allows."""

    action: str
    params: Mapping[str, Any] = {}
    total: str = ""
    """The member of the reply that counts something, and what that is."""
    noun: str = ""


PROBES: Mapping[str, Probe] = {
    "css": Probe("DescribeLiveDomains", {"PageNum": 1, "PageSize": 10}, "AllCount", "domain"),
    "apsara": Probe("DescribeLiveDomainBpsData"),
}
"""By service: what a key is tried with."""
OF_A_DOMAIN: Mapping[str, Probe] = {
    "apsara": Probe(
        "DescribeLiveStreamsOnlineList", {"StreamType": "raw", "PageSize": 1}, "TotalNum", "stream"
    ),
}
"""The same where a domain of the account is known."""

CLOCK_OFF = 60.0
"""Seconds that the clocks may differ before it is told; from 300 on the service refuses the signature."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one read with a key told about it."""

    good: bool
    """The service knows the key and answered it."""
    found: str
    meaning: str = ""
    remedy: str = ""
    request_id: str = ""


async def try_key(
    catalogue: Catalogue,
    credential: Credential,
    endpoint: str | None,
    now: Callable[[], datetime],
    domain: str = "",
) -> Trial:
    """Makes one read with the key. Never raises for what a key or a network can do."""
    try:
        client = Client(catalogue, credential, endpoint=endpoint, read_only=True, now=now)
    except ClientError as error:
        return _failed(error)
    probe, of_domain = PROBES[catalogue.service], {}
    if domain and catalogue.service in OF_A_DOMAIN:
        probe, of_domain = OF_A_DOMAIN[catalogue.service], {"DomainName": domain}
    async with client:
        try:
            reply = await client.call(probe.action, {**probe.params, **of_domain}, priority=Priority.READ)
        except errors.NotFound as error:
            return Trial(True, f"accepted; {error.message}", request_id=error.request_id)
        except ClientError as error:
            return _failed(error, client)
    found = f"accepted{_counted(probe, reply.data, domain)}, {reply.took * 1000:.0f} ms"
    off = abs(client.skew.total_seconds()) if client.skew is not None else 0.0
    remedy = "Set this host's clock (NTP)." if off > CLOCK_OFF else ""
    if remedy:
        found += f"; the clock here is {off:.0f} s off the service's"
    return Trial(True, found, "", remedy, reply.request_id)


def _counted(probe: Probe, data: Mapping[str, Any], domain: str) -> str:
    """How many there are of what it counts, and where."""
    if not probe.noun:
        return ""
    total = data.get(probe.total, 0)
    where = f" online on {domain}" if domain else ""
    return f"; {total} {probe.noun}{'' if total == 1 else 's'}{where}"


def _failed(error: ClientError, client: Client | None = None) -> Trial:
    host = f" ({client.endpoint.host})" if client is not None and isinstance(error, Unreachable) else ""
    meaning = error.meaning if error.meaning != error.message else ""
    return Trial(False, f"{error.code}: {error.message}{host}", meaning, error.remedy, error.request_id)
