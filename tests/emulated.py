"""An emulated account in tests: how to make one, call it, and give it orders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from livetui.emulator.account import Account
from livetui.emulator.app import Emulator
from livetui.emulator.clock import Clock
from livetui.emulator.gate import Key
from livetui.emulator.limits import Limits
from livetui.signing import tc3

NOW = datetime(2026, 3, 10, 12, 0, 0, tzinfo=UTC)
"""Where the emulated clock stands: 20:00 in Beijing."""

SECRET_ID, SECRET_KEY = "AKIDemulated00000001", "emulated-key-of-the-tests"
ALIYUN_ID, ALIYUN_SECRET = "LTAIemulated00000001", "emulated-secret-of-the-tests"
LVB_APPID, LVB_KEY = "1250000001", "emulated-lvb-key-of-the-tests"

KEYS = (
    Key(SECRET_ID, SECRET_KEY),
    Key(ALIYUN_ID, ALIYUN_SECRET, cloud="aliyun"),
    Key(LVB_APPID, LVB_KEY, cloud="lvb"),
)
"""A key for each system; the first is good for css, mdp and channel hosting."""


def signed(
    action: str,
    params: dict[str, Any],
    *,
    at: datetime,
    host: str,
    region: str | None = None,
    secret_id: str = SECRET_ID,
    secret_key: str = SECRET_KEY,
    token: str | None = None,
    version: str = "2018-08-01",
    service: str = "live",
) -> tuple[dict[str, str], bytes]:
    """(headers, body) of a TC3 POST."""
    body = json.dumps(params).encode()
    timestamp = int(at.timestamp())
    headers = {"content-type": "application/json"}
    authorization = tc3.sign(
        secret_id,
        secret_key,
        service=service,
        host=host,
        method="POST",
        path="/",
        query="",
        headers=headers,
        payload=body,
        timestamp=timestamp,
    )
    headers |= {
        "Host": host,
        "Authorization": authorization,
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Timestamp": str(timestamp),
    }
    if region is not None:
        headers["X-TC-Region"] = region
    if token is not None:
        headers["X-TC-Token"] = token
    return headers, body


@dataclass
class Served:
    """An emulator on loopback."""

    url: str
    app: Emulator
    http: httpx.Client
    secret_id: str = SECRET_ID
    secret_key: str = SECRET_KEY

    @property
    def account(self) -> Account:
        return self.app.account

    @property
    def clock(self) -> Clock:
        return self.app.account.clock

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def advance(self, seconds: float) -> datetime:
        return self.clock.advance(seconds)

    def call(self, action: str, region: str | None = None, **params: Any) -> dict[str, Any]:
        """One signed call; what is inside `Response`."""
        headers, body = signed(action, params, at=self.clock.now(), host=self.host, region=region)
        return self.http.post(self.url, headers=headers, content=body).json()["Response"]

    def control(self, path: str, told: dict[str, Any] | None = None, method: str = "POST") -> dict[str, Any]:
        """One order to the control plane; raises for a refused one."""
        reply = self.http.request(method, f"{self.url}/_emulator/{path}", json=told or {})
        reply.raise_for_status()
        return reply.json()

    def fault(self, kind: str, action: str = "*", **details: Any) -> dict[str, Any]:
        return self.control("faults", {"kind": kind, "action": action, **details})

    def calls(self, action: str | None = None) -> list[dict[str, Any]]:
        """What came in, the oldest first."""
        return [
            call for call in self.control("calls", method="GET")["calls"] if action in (None, call["action"])
        ]


@dataclass
class InProcess:
    """An emulator called without a network."""

    asgi: Starlette
    app: Emulator
    http: httpx.AsyncClient
    secret_id: str = SECRET_ID
    secret_key: str = SECRET_KEY
    host: str = "emulator.example"

    @property
    def account(self) -> Account:
        return self.app.account

    @property
    def clock(self) -> Clock:
        return self.app.account.clock

    async def post(self, headers: dict[str, str], body: bytes) -> httpx.Response:
        return await self.http.post("/", headers=headers, content=body)

    async def call(self, action: str, region: str | None = None, **params: Any) -> dict[str, Any]:
        """One signed call; what is inside `Response`."""
        headers, body = signed(action, params, at=self.clock.now(), host=self.host, region=region)
        return (await self.post(headers, body)).json()["Response"]

    async def control(
        self, path: str, told: dict[str, Any] | None = None, method: str = "POST"
    ) -> dict[str, Any]:
        """One order to the control plane; raises for a refused one."""
        reply = await self.http.request(method, f"/_emulator/{path}", json=told or {})
        reply.raise_for_status()
        return reply.json()


def make_emulator(
    *, at: datetime | None = NOW, streams: int = 60, seed: int = 1, limits: bool = True
) -> Emulator:
    """An emulator that stands at a time, or goes with the machine's clock for None."""
    account = Account(seed=seed, streams=streams, clock=Clock(at))
    return Emulator(account, [*KEYS], limits=Limits(enforced=limits))
