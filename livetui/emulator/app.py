"""The emulated cloud as an ASGI application: the APIs of every system, `/_emulator/` the control plane.

Tencent 3.0 and ApsaraVideo Live are at `/`, LVB at `/common_access`, channel hosting at `/v2/index.php`.

Run it under `livetui.emulator.serve` for real HTTP; in process (`httpx.ASGITransport`) everything works but
the faults that need a connection to break, which raise ConnectionResetError or TimeoutError instead.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from livetui.emulator.account import Account
from livetui.emulator.answers import Call, Refusal
from livetui.emulator.faults import Fault, Faults
from livetui.emulator.gate import MOST_JSON, Answer, Asked, Gate, Key, Named, Raw, Ways, server_time, ways
from livetui.emulator.limits import Limits
from livetui.emulator.notices import Notices
from livetui.emulator.services import PATHS, handlers

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_DROPPED_BEFORE_ANSWER = "the emulator was told to break the connection"


class Connection(Protocol):
    """What a server can do to a client's connection besides answering."""

    def reset(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Logged:
    """One call that came in, for whoever asserts on the wire."""

    at: datetime
    action: str
    region: str | None
    code: str
    """"" for a success; "-" for a call that was never answered."""
    secret_id: str
    method: str
    params: Mapping[str, Any] | None
    """None when it was turned away before they were read."""

    def shown(self) -> dict[str, Any]:
        return {
            "time": self.at.isoformat(),
            "action": self.action,
            "region": self.region,
            "code": self.code,
            "secret_id": self.secret_id,
            "method": self.method,
            "parameters": self.params,
        }


class Emulator:
    """An account behind a gate, with whatever is to go wrong."""

    def __init__(
        self, account: Account, keys: list[Key], *, limits: Limits | None = None, latency: float = 0
    ) -> None:
        """`keys`: those it begins with, at least one. `latency`: seconds every answer is late by."""
        handlers("css")
        self.account = account
        self.keys = {key.secret_id: key for key in keys}
        self.first_keys = tuple(keys)
        self.limits = limits or Limits()
        self.faults = Faults()
        self.latency = latency
        self.calls: deque[Logged] = deque(maxlen=10_000)
        self.connections: dict[tuple[str, int], Connection] = {}
        """Filled by the server: who is connected, by the client's address and port."""
        self.closing = asyncio.Event()
        """Set when the server ends: nobody is kept waiting any longer."""
        self.notices = Notices(account)
        self._gate = Gate(account, self.keys, self.limits)
        self._ids = account.random("request ids")

    def reset(self, *, seed: int | None = None, streams: int | None = None) -> None:
        """The account as the seed makes it; no faults, the first keys only, an empty log."""
        self.account.reset(seed=seed, streams=streams)
        self.faults.clear()
        self.limits.clear()
        self.calls.clear()
        self.keys.clear()
        self.keys.update({key.secret_id: key for key in self.first_keys})
        self._gate.forget()
        self._ids = self.account.random("request ids")

    # The API.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = await _read(scope, receive)
        if raw is None:
            return
        way = ways(raw)
        said = way.named(raw)
        faults = {fault.kind: fault for fault in self.faults.due(said.action, said.region)}
        late = self.latency + (faults["latency"].details.get("ms", 0) / 1000 if "latency" in faults else 0)
        if late:
            await asyncio.sleep(late)
        if "reset" in faults:
            self._log(raw, said, "-", None)
            self._hang_up(scope, ConnectionResetError)
            return
        now = server_time(
            self.account.clock.now(),
            faults["clock_skew"].details.get("seconds", 0) if "clock_skew" in faults else 0,
        )
        if "http" in faults:
            self._log(raw, said, "-", None)
            await _send(
                send,
                faults["http"].details.get("status", 502),
                b"<html>bad gateway</html>",
                b"text/html",
                now,
            )
            return
        status, document = self.answer(raw, now, faults)
        body = _JSON.encode(document).encode("utf-8", "replace")
        kind = way.CONTENT_TYPE
        if "timeout" in faults:
            await self._never_answer(scope, receive, faults["timeout"])
        elif "malformed" in faults:
            await _send(send, status, b"{" + body[: len(body) // 2] + b"]]", kind, now)
        elif "truncated" in faults:
            await _send(send, status, body, kind, now, cut=len(body) // 2)
            self._hang_up(scope, ConnectionResetError, gently=True)
        else:
            await _send(send, status, body, kind, now)

    def answer(self, raw: Raw, now: datetime, faults: Mapping[str, Fault]) -> Answer:
        """The reply or the refusal, each in its system's own envelope."""
        way, request_id = ways(raw), self._request_id()
        said = way.named(raw)
        asked: Asked | None = None
        code = ""
        try:
            _say_no(way, faults)
            asked = self._gate.admit(raw, now)
            reply = self._answer(
                way, asked, Call(asked.action.name, asked.region, self.account.clock.now(), request_id)
            )
            if "empty_page" in faults:
                _empty(asked, reply, faults["empty_page"])
            answer = way.success(asked, reply, request_id)
        except Refusal as refusal:
            code = refusal.code
            answer = way.failure(raw, refusal, request_id)
        if asked is not None:
            said = said._replace(region=asked.region)
        self._log(raw, said, "-" if "timeout" in faults else code, asked.params if asked else None)
        return answer

    def _answer(self, way: Ways, asked: Asked, call: Call) -> dict[str, Any]:
        handler = handlers(asked.action.service).get(call.action)
        if handler is None:
            raise Refusal(way.BROKEN, f"{call.action} is not emulated.")
        reply = handler(self.account, asked.params, call)
        if asked.action.service == "css" and asked.action.effect != "read":
            self.account.streams.notice_domains(call.now)
        return reply

    def _request_id(self) -> str:
        digits = f"{self._ids.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _log(self, raw: Raw, said: Named, code: str, params: Mapping[str, Any] | None) -> None:
        now = self.account.clock.now()
        self.calls.append(Logged(now, said.action, said.region, code, said.key, raw.method, params))

    # Breaking connections.

    def _hang_up(self, scope: Scope, kind: type[OSError], *, gently: bool = False) -> None:
        connection = self.connections.get(tuple(scope.get("client") or ()))
        if connection is None:
            raise kind(_DROPPED_BEFORE_ANSWER)
        if gently:
            connection.close()
        else:
            connection.reset()

    async def _never_answer(self, scope: Scope, receive: Receive, fault: Fault) -> None:
        """Waits until the client has had enough, the server ends, or the fault's own time is up."""
        if tuple(scope.get("client") or ()) not in self.connections:
            raise TimeoutError(_DROPPED_BEFORE_ANSWER)
        patience = fault.details.get("ms", 0) / 1000 if fault.details.get("close") else None
        waits = [asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(self.closing.wait())]
        await asyncio.wait(waits, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if tuple(scope["client"]) in self.connections:
            self._hang_up(scope, TimeoutError, gently=True)


def application(emulator: Emulator) -> Starlette:
    """The Starlette app that serves an emulator."""
    from livetui.emulator.control import routes

    apis = [Route(path, emulator) for path in PATHS]
    app = Starlette(routes=[Mount("/_emulator", routes=routes(emulator)), *apis])
    app.state.emulator = emulator
    return app


def _say_no(way: Ways, faults: Mapping[str, Fault]) -> None:
    if "throttle" in faults:
        raise Refusal(way.THROTTLED, "Too many calls (a fault that was asked for).")
    if "error" in faults:
        details = faults["error"].details
        raise Refusal(details.get("code", way.BROKEN), details.get("message", "A fault that was asked for."))


def _empty(asked: Asked, reply: dict[str, Any], fault: Fault) -> None:
    """Empties the reply's list when it is one of the pages the fault names (all without names)."""
    page = asked.action.page
    if page is None:
        return
    pages = fault.details.get("pages", [])
    if page.style == "number":
        number = asked.params.get(page.page, 1)
    elif page.style == "offset":
        size = asked.params.get(page.size) or page.max_size
        number = asked.params.get(page.offset, 0) // size + 1
    else:
        number = 2 if asked.params.get(page.token) else 1
    if not pages or number in pages:
        reply[page.items] = []


async def _read(scope: Scope, receive: Receive) -> Raw | None:
    """The request, or None when the client left before it was all there."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= MOST_JSON:
            # Of what is too long only as much is kept as shows that it is.
            body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Raw(scope["method"], scope["path"] or "/", scope["query_string"].decode("latin-1"), headers, body)


async def _send(
    send: Send, status: int, body: bytes, kind: bytes, now: datetime, *, cut: int | None = None
) -> None:
    """Answers; with `cut`, promises the whole body and sends that many bytes of it."""
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"date", format_datetime(now, usegmt=True).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    part: Message = {"type": "http.response.body", "body": body[:cut], "more_body": cut is not None}
    await send(part)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
