"""A loopback server that speaks HTTP/1.1 by hand, so that a test can answer, hang up or cut short at will."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from livetui.signing import tc3

SECRET_ID = "AKIDexampleexampleexample"
SECRET_KEY = "exampleKEYexampleKEYexample"


@dataclass
class Seen:
    """A request as it arrived."""

    headers: dict[str, str]
    body: bytes
    at: float
    connection: int
    target: str = "/"
    """Path and query."""

    @property
    def action(self) -> str:
        return self.headers["x-tc-action"]

    @property
    def params(self) -> Any:
        return json.loads(self.body)


@dataclass
class Out:
    """An answer; `cut` drops so many bytes off its end and hangs up."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


HANG_UP = Out(b"", cut=-1)
"""The request was read; the connection is closed without an answer."""


def ok(**members: Any) -> Out:
    return Out(json.dumps({"Response": {**members, "RequestId": "req-1"}}).encode())


def error(code: str, message: str = "no", status: int = 200, **headers: str) -> Out:
    envelope = {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "req-e"}}
    return Out(json.dumps(envelope).encode(), status, headers)


Answer = Callable[[Seen], Out | Awaitable[Out]]


class Loopback:
    """What is answered, and what has been seen."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.seen: list[Seen] = []
        self.url = ""
        self._connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        mine = self._connections
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in head[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                seen = Seen(headers, body, time.monotonic(), mine, head[0].split(" ")[1])
                self.seen.append(seen)
                made = self.answer(seen)
                out = made if isinstance(made, Out) else await made
                if out is HANG_UP:
                    return
                lines = [f"HTTP/1.1 {out.status} X", f"content-length: {len(out.body)}"]
                sent = {"content-type": "application/json", **out.headers}
                lines += [f"{name}: {value}" for name, value in sent.items()]
                data = "\r\n".join(lines).encode() + b"\r\n\r\n" + out.body
                writer.write(data[: len(data) - out.cut])
                await writer.drain()
                if out.cut:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def loopback(answer: Answer) -> AsyncIterator[Loopback]:
    server = Loopback(answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()[:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        listening.close()


def verified(seen: Seen, service: str = "live") -> bool:
    """Whether the signature is right for what arrived."""
    claim = tc3.parse_authorization(seen.headers["authorization"])
    canonical = tc3.canonical_request(
        method="POST",
        path="/",
        query="",
        headers=seen.headers,
        signed_headers=claim.signed_headers,
        payload=seen.body,
    )
    timestamp = int(seen.headers["x-tc-timestamp"])
    mine = tc3.signature(SECRET_KEY, service=service, timestamp=timestamp, canonical=canonical)
    return claim.secret_id == SECRET_ID and mine == claim.signature
