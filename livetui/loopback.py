"""Sockets that listen: on this machine alone unless others are let in, until a signal ends it."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
from collections.abc import Iterator


class NotLoopback(ValueError):
    """A host that others can reach, without leave to be reached."""


def bind(host: str, port: int, *, expose: bool = False) -> socket.socket:
    """A listening socket; port 0 for a free one.

    Raises NotLoopback for a host beyond this machine unless `expose`, OSError when it cannot be had.
    """
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    if not expose and not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback:
        raise NotLoopback(host)
    listening = socket.socket(family, kind, proto)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)
    except OSError:
        listening.close()
        raise
    return listening


def url_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.contextmanager
def until_signalled(listening: socket.socket) -> Iterator[list[socket.socket]]:
    """What a uvicorn server runs on in here, until SIGTERM or SIGINT ends it.

    It raises the signal again once it has ended, for whoever held it before; here that is the end.
    """
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield [listening]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        listening.close()
