"""Event messages as the cloud sends them, and a listener to send them to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from livetui.listener.receiver import Receiver, Store
from livetui.listener.serve import served
from livetui.settings.events import EventsFile, Kept
from livetui.signing import md5

KEY = "callback-key-of-the-tests"
NOW = datetime(2026, 3, 10, 12, 0, 0, tzinfo=UTC)
EXPIRES = int(NOW.timestamp()) + 600
GOOD = {"code": 0}


def push(**members: Any) -> dict[str, Any]:
    """A push message without its signature."""
    return {
        "app": "push.harbor.example",
        "appname": "live",
        "appid": 1250000001,
        "channel_id": "pier-04",
        "stream_id": "pier-04",
        "event_type": 1,
        "event_time": EXPIRES - 600,
        "sequence": "5911795891871911817",
        "node": "198.51.100.7",
        "user_ip": "203.0.113.9",
        "stream_param": "",
        **members,
    }


def signed(message: dict[str, Any], expires: int = EXPIRES, key: str = KEY) -> dict[str, Any]:
    return {**message, "t": expires, "sign": md5.sign(key, expires)}


@dataclass
class Listening:
    """A listener on loopback."""

    url: str
    receiver: Receiver
    http: httpx.Client
    shown: list[Kept]
    warned: list[str]

    def post(self, message: dict[str, Any] | bytes, path: str = "/css/notify?event=1") -> httpx.Response:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.http.post(self.url + path, content=body)

    def counts(self) -> tuple[int, int, dict[str, int]]:
        """(received, repeated, refused by reason)."""
        told = self.receiver.told(self.url)
        return told.received, told.repeated, dict(told.refused)


@dataclass
class Clock:
    at: datetime = field(default=NOW)

    def now(self) -> datetime:
        return self.at


@contextmanager
def listening(
    folder: Path,
    *,
    id: str = "one",
    key: str | None = KEY,
    store: Store | None = None,
    clock: Clock | None = None,
    **options: Any,
) -> Iterator[Listening]:
    shown: list[Kept] = []
    warned: list[str] = []
    receiver = Receiver(
        store or EventsFile(folder / "events.jsonl"),
        (clock or Clock()).now,
        id=id,
        key=key,
        **{"show": shown.append, "warn": warned.append, **options},
    )
    with served(receiver, folder) as url, httpx.Client(timeout=10, trust_env=False) as http:
        yield Listening(url, receiver, http, shown, warned)
