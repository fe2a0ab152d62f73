"""A customer of the emulated account: signed calls over ASGI, replies held to their catalogued shape."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from emulated import make_emulator, signed
from shapes import assert_shape

from livetui.catalogue.loader import Catalogue, load
from livetui.emulator.account import Account
from livetui.emulator.app import application
from livetui.emulator.clock import Clock

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Customer:
    """Calls an account whose clock stands at START until it is moved; no rate limits."""

    def __init__(self, seed: int = 1, service: str = "css") -> None:
        emulator = make_emulator(at=START, seed=seed, limits=False)
        self.account: Account = emulator.account
        self.clock: Clock = self.account.clock
        self.catalogue: Catalogue = load(service)
        self._wire = httpx.ASGITransport(application(emulator))

    def send(self, action: str, region: str | None, params: dict[str, Any]) -> dict[str, Any]:
        """What is inside Response: Error or the reply, and RequestId."""
        headers, body = signed(
            action,
            params,
            at=self.clock.now(),
            host=self.catalogue.host,
            region=region,
            version=self.catalogue.version,
            service=self.catalogue.product,
        )
        reply = asyncio.run(self._post(headers, body))
        assert reply.headers["content-type"] == "application/json"
        response: dict[str, Any] = reply.json()["Response"]
        assert response["RequestId"]
        return response

    async def _post(self, headers: dict[str, str], body: bytes) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._wire, base_url=f"https://{self.catalogue.host}") as http:
            return await http.post("/", content=body, headers=headers)

    def __call__(self, action: str, region: str | None = None, **params: Any) -> dict[str, Any]:
        """The reply without its RequestId, after its shape was compared with the catalogue's."""
        reply = self.send(action, region, params)
        assert "Error" not in reply, reply
        del reply["RequestId"]
        assert_shape(self.catalogue, self.catalogue.action(action).response, reply, action)
        return reply

    def refused(self, code: str, action: str, region: str | None = None, **params: Any) -> None:
        """Holds that the call is refused with that code, and that the action's page lists it."""
        error = self.send(action, region, params)["Error"]
        assert error["Code"] == code, error
        assert error["Message"]
        declared = self.catalogue.action(action)
        assert declared.undocumented or code in (*declared.errors, *COMMON)


COMMON = ("MissingParameter", "InvalidParameterValue", "InvalidParameter", "UnsupportedRegion")
"""Refusals of the gate, which every action shares."""
