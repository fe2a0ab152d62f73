"""The transport: answers in every lawful shape and some that are not, connections kept and dropped, TLS."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, loopback, ok

from livetui.client import BadReply, Client, OutcomeUnknown, Timeouts, Unreachable, direct
from livetui.client.direct import Direct

Make = Callable[..., Client]
READ = "DescribeLiveDomains"
STREAM = {"AppName": "live", "DomainName": "push.harbor.example", "StreamName": "one"}
BODY = b'{"Response": {"AllCount": 0, "RequestId": "r"}}'


@asynccontextmanager
async def speaking(*answers: list[bytes], end: bool = False) -> AsyncIterator[tuple[str, list[int]]]:
    """Sends each answer to one request, in the pieces given. Yields the URL and what came by connection."""
    left, served = iter(answers), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(0)
        mine = len(served) - 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.lower().split(b"\r\n") if b"content-length" in line)
                await reader.readexactly(int(length.partition(b":")[2]))
                served[mine] += 1
                for piece in next(left):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
                if end:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, StopIteration):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", served
    finally:
        server.close()


def headed(*lines: bytes, status: bytes = b"200 OK") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, *lines]) + b"\r\n\r\n"


LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = (
    headed(b"Transfer-Encoding: chunked")
    + b"5;name=x\r\n" + BODY[:5] + b"\r\n"
    + b"%X\r\n" % (len(BODY) - 5) + BODY[5:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
)  # fmt: skip
PLAIN = headed(LENGTH) + BODY
CONTINUED = headed(status=b"100 Continue") + PLAIN
LAWFUL = [PLAIN, CHUNKED, CONTINUED, headed(LENGTH, LENGTH) + BODY, b"HTTP/1.1 200" + PLAIN[15:]]


@pytest.mark.parametrize("answer", LAWFUL)
async def test_lawful_answers_leave_the_connection_usable(client_of: Make, answer: bytes) -> None:
    async with speaking([answer], [answer]) as (url, served):
        async with client_of(url) as client:
            for _ in range(2):
                assert (await client.call(READ, {})).raw == BODY.decode()
    assert served == [2]


@given(st.sampled_from(LAWFUL), st.lists(st.integers(1, 250), max_size=8))
def test_it_does_not_matter_how_an_answer_is_cut_into_pieces(answer: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted({cut for cut in cuts if cut < len(answer)}), len(answer)]
    pieces = [answer[start:stop] for start, stop in pairwise(edges)]

    async def play() -> bytes:
        import httpx

        async with speaking(pieces) as (url, _):
            port = int(url.rpartition(":")[2])
            direct = Direct("127.0.0.1", port, None, connections=1, keep=5, connect=5, read=5)
            response = await direct.handle_async_request(httpx.Request("POST", url, content=b"x"))
            await direct.aclose()
            return response.content

    assert asyncio.run(play()) == BODY


@pytest.mark.parametrize(
    "answer",
    [
        headed() + BODY,
        b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n\r\n" + BODY,
        headed(b"Connection: close", LENGTH) + BODY,
    ],
)
async def test_a_connection_that_will_end_is_not_kept(client_of: Make, answer: bytes) -> None:
    async with speaking([answer], [answer], end=True) as (url, served):
        async with client_of(url) as client:
            for _ in range(2):
                assert (await client.call(READ, {})).raw == BODY.decode()
    assert served == [1, 1]


async def test_a_connection_the_server_has_closed_meanwhile_is_not_used(client_of: Make) -> None:
    """A write above all must not go over it, for its outcome would be unknown."""
    async with speaking([PLAIN], [PLAIN], end=True) as (url, served):
        async with client_of(url) as client:
            await client.call("ForbidLiveStream", STREAM)
            for _ in range(5):
                await asyncio.sleep(0)
            await client.call("ForbidLiveStream", STREAM)
    assert served == [1, 1]


async def test_an_answer_nobody_asked_for_ends_the_connection(client_of: Make) -> None:
    async with speaking([PLAIN + PLAIN], [PLAIN]) as (url, served):
        async with client_of(url) as client:
            for _ in range(2):
                assert (await client.call(READ, {})).raw == BODY.decode()
    assert served == [1, 1]


UNLAWFUL = [
    b"SSH-2.0-OpenSSH\r\n\r\n",
    b"HTTP/2 200 OK\r\n\r\n",
    headed(b"Content-Length: x"),
    headed(b"Content-Length: -5"),
    headed(b"Content-Length: 5", b"Content-Length: 6") + b"123456",
    headed(b"No colon here"),
    headed(b"Folded: x", b" y"),
    headed(b"Transfer-Encoding: chunked") + b"xyz\r\n",
    headed(b"Transfer-Encoding: chunked") + b"FFFFFFFFF\r\n",
    b"x" * 70_000,
]


@pytest.mark.parametrize("answer", UNLAWFUL)
async def test_what_is_not_http_is_no_answer(client_of: Make, answer: bytes) -> None:
    async with speaking(*[[answer]] * 4) as (url, _):
        async with client_of(url) as client:
            with pytest.raises((Unreachable, BadReply)):
                await client.call(READ, {})
    async with speaking([answer]) as (url, served):
        async with client_of(url) as client:
            with pytest.raises(OutcomeUnknown):
                await client.call("ForbidLiveStream", STREAM)
    assert served == [1]


@pytest.mark.parametrize("part", [headed(LENGTH) + BODY[:9], CHUNKED[:-20]])
async def test_a_silence_in_mid_answer_is_a_bad_reply(client_of: Make, part: bytes) -> None:
    async with speaking(*[[part]] * 4) as (url, _):
        async with client_of(url, timeouts=Timeouts(read=0.05)) as client:
            with pytest.raises(BadReply, match="cut short, no answer in time"):
                await client.call(READ, {})


async def test_no_more_connections_than_allowed() -> None:
    import httpx

    async with loopback(lambda seen: ok()) as server:
        port = int(server.url.rpartition(":")[2])
        direct = Direct("127.0.0.1", port, None, connections=3, keep=5, connect=5, read=5)
        requests = [httpx.Request("POST", server.url, content=b"x") for _ in range(30)]
        await asyncio.gather(*map(direct.handle_async_request, requests))
        await direct.aclose()
    assert len(server.seen) == 30
    assert len({seen.connection for seen in server.seen}) <= 3


async def test_old_connections_are_not_used() -> None:
    import httpx

    async with loopback(lambda seen: ok()) as server:
        port = int(server.url.rpartition(":")[2])
        direct = Direct("127.0.0.1", port, None, connections=3, keep=-1, connect=5, read=5)
        for _ in range(2):
            await direct.handle_async_request(httpx.Request("POST", server.url, content=b"x"))
        await direct.aclose()
    assert {seen.connection for seen in server.seen} == {1, 2}


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that no authority has signed, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    command = ["openssl", *words.split(), "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@asynccontextmanager
async def over_tls(certificate: tuple[Path, Path]) -> AsyncIterator[Loopback]:
    server = Loopback(lambda seen: ok(AllCount=0, DomainList=[]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()


async def test_a_certificate_nobody_vouches_for_is_refused(
    client_of: Make, certificate: tuple[Path, Path]
) -> None:
    async with over_tls(certificate) as server:
        async with client_of(server.url) as client:
            with pytest.raises(Unreachable, match=r"(?i)certificate.verify.failed") as caught:
                await client.call("ForbidLiveStream", STREAM)
    assert not caught.value.sent
    assert server.seen == []


async def test_an_authority_of_the_environment_is_believed(
    client_of: Make, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with over_tls(certificate) as server:
        async with client_of(server.url) as client:
            for _ in range(3):
                await client.call(READ, {})
    assert {seen.connection for seen in server.seen} == {1}
    assert len(server.seen) == 3


@pytest.mark.parametrize("eager", [False, True])
async def test_the_next_address_of_a_name_is_tried(eager: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a loop whose tasks start at once: the console's toolkit makes one where Python can."""
    loop = asyncio.get_running_loop()
    if eager and hasattr(asyncio, "eager_task_factory"):
        loop.set_task_factory(asyncio.eager_task_factory)
    tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = [(*tcp, closed.getsockname()), (*tcp, listening.getsockname())]

        async def resolve(*_: object, **__: object) -> list[Any]:
            return found

        monkeypatch.setattr(loop, "getaddrinfo", resolve)
        with await direct._connected("two.example", 443) as made:
            assert made.getpeername() == listening.getsockname()
        del found[1]
        with pytest.raises(OSError, match="Connect call failed"):
            await direct._connected("two.example", 443)
        found.clear()
        with pytest.raises(OSError, match="no address of two"):
            await direct._connected("two.example", 443)
