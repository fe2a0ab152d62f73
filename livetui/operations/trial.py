"""Tries a key pair before a profile is made of it: one real read, and what came of it in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from livetui.catalogue import Catalogue
from livetui.client import Client, ClientError, Priority, Unreachable, errors
from livetui.settings import Credential

ACTION = "DescribeLiveDomains"
"""What every console reads first, and every read-only policy for the service allows."""

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
    catalogue: Catalogue, credential: Credential, endpoint: str | None, now: Callable[[], datetime]
) -> Trial:
    """Reads the first page of domains with the key. Never raises for what a key or a network can do."""
    try:
        client = Client(catalogue, credential, endpoint=endpoint, read_only=True, now=now)
    except ClientError as error:
        return _failed(error)
    async with client:
        try:
            reply = await client.call(ACTION, {"PageNum": 1, "PageSize": 10}, priority=Priority.READ)
        except errors.NotFound as error:
            return Trial(True, f"accepted; {error.message}", request_id=error.request_id)
        except ClientError as error:
            return _failed(error, client)
    total = reply.data.get("AllCount", 0)
    found = f"accepted; {total} domain{'' if total == 1 else 's'}, {reply.took * 1000:.0f} ms"
    off = abs(client.skew.total_seconds()) if client.skew is not None else 0.0
    remedy = "Set this host's clock (NTP)." if off > CLOCK_OFF else ""
    if remedy:
        found += f"; the clock here is {off:.0f} s off the service's"
    return Trial(True, found, "", remedy, reply.request_id)


def _failed(error: ClientError, client: Client | None = None) -> Trial:
    host = f" ({client.endpoint.host})" if client is not None and isinstance(error, Unreachable) else ""
    meaning = error.meaning if error.meaning != error.message else ""
    return Trial(False, f"{error.code}: {error.message}{host}", meaning, error.remedy, error.request_id)
