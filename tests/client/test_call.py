"""One call: what goes out, what is made of what comes back, what is sent again and what never is."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from loopback import HANG_UP, SECRET_ID, SECRET_KEY, Out, Seen, error, loopback, ok, verified

from livetui import __version__
from livetui.catalogue import UnknownAction, load
from livetui.client import (
    ApiError,
    BadCredential,
    BadEndpoint,
    BadParameters,
    BadReply,
    Budget,
    Client,
    ClientError,
    Denied,
    NotActivated,
    NotFound,
    OutcomeUnknown,
    PlainHttpRefused,
    Priority,
    ReadOnly,
    SignatureExpired,
    Suspended,
    Throttled,
    Timeouts,
    Unreachable,
)
from livetui.settings import Credential

READ, WRITE = "DescribeLiveDomains", "ForbidLiveStream"
STREAM = {"AppName": "live", "DomainName": "push.harbor.example", "StreamName": "one"}
Make = Callable[..., Client]


def in_turn(*answers: Out) -> Callable[[Seen], Out]:
    left: Iterator[Out] = iter(answers)
    return lambda seen: next(left)


async def test_a_call_is_signed_and_its_reply_taken_apart(client_of: Make) -> None:
    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        async with client_of(server.url) as client:
            reply = await client.call(READ, {"DomainStatus": 1})
    seen = server.seen[0]
    assert verified(seen)
    assert (reply.data, reply.request_id) == ({"AllCount": 0, "DomainList": []}, "req-1")
    assert json.loads(reply.raw)["Response"]["RequestId"] == "req-1"
    assert seen.params == {"DomainStatus": 1}
    assert seen.headers["user-agent"] == f"livetui/{__version__}"
    assert (seen.headers["x-tc-action"], seen.headers["x-tc-version"]) == (READ, "2018-08-01")
    assert "x-tc-token" not in seen.headers
    assert "x-tc-region" not in seen.headers


async def test_a_token_and_a_region_are_sent(client_of: Make) -> None:
    key = Credential(SECRET_ID, SECRET_KEY, "temporary-token")
    async with loopback(lambda seen: ok(TotalNum=0, TaskInfos=[])) as server:
        async with client_of(server.url, credential=key) as client:
            await client.call("DescribeLivePullStreamTasks", {}, region="ap-guangzhou")
    assert server.seen[0].headers["x-tc-token"] == "temporary-token"
    assert server.seen[0].headers["x-tc-region"] == "ap-guangzhou"


@pytest.mark.parametrize("signature", ["HmacSHA1", "HmacSHA256"])
async def test_the_older_signature_goes_as_a_form(client_of: Make, signature: str) -> None:
    from urllib.parse import parse_qsl

    from livetui.signing import v1

    async with loopback(lambda seen: ok()) as server:
        async with client_of(server.url, signature=signature) as client:
            await client.call(WRITE, {**STREAM, "Reason": "a & b=c 汉"})
    seen = server.seen[0]
    form = dict(parse_qsl(seen.body.decode(), strict_parsing=True))
    theirs = form.pop("Signature")
    mine = v1.sign(
        SECRET_KEY,
        method="POST",
        host=seen.headers["host"],
        path="/",
        params=form,
        algorithm=signature,  # type: ignore[arg-type]
    )
    assert theirs == mine
    assert form["Reason"] == "a & b=c 汉"
    assert int(form["Nonce"]) > 0


async def test_connections_are_used_again(client_of: Make) -> None:
    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        async with client_of(server.url) as client:
            for _ in range(5):
                await client.call(READ, {})
    assert {seen.connection for seen in server.seen} == {1}


# What is sent again.


@pytest.mark.parametrize(
    "failure",
    [
        error("InternalError"),
        error("FailedOperation.CallOtherSvrFailed"),
        error("RequestLimitExceeded"),
        error("InternalError.DBError", status=500),
        Out(b"<html>bad gateway", 502),
        HANG_UP,
        Out(json.dumps({"Response": {"RequestId": "x"}}).encode(), cut=5),
    ],
)
async def test_a_read_is_tried_again_and_a_success_is_a_success(
    client_of: Make, naps: list[float], failure: Out
) -> None:
    """The official SDK's standard retryer keeps the first error and fails in spite of the later success."""
    async with loopback(in_turn(failure, ok(AllCount=0, DomainList=[]), HANG_UP)) as server:
        async with client_of(server.url) as client:
            reply = await client.call(READ, {})
    assert reply.request_id == "req-1"
    assert len(server.seen) == 2
    assert len(naps) >= 1


async def test_a_read_gives_up_after_four_attempts(client_of: Make, naps: list[float]) -> None:
    async with loopback(lambda seen: error("InternalError")) as server, client_of(server.url) as client:
        with pytest.raises(ApiError, match="InternalError"):
            await client.call(READ, {})
    assert len(server.seen) == 4
    assert naps == [0.125, 0.25, 0.5]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("InternalError"), ApiError),
        (error("FailedOperation.CallOtherSvrFailed"), ApiError),
        (error("RequestLimitExceeded"), Throttled),
        (error("InternalError", status=503), ApiError),
        (HANG_UP, OutcomeUnknown),
        (Out(b"<html>bad gateway", 502), OutcomeUnknown),
        (Out(b'{"Response": {"RequestId": "x"}}', cut=5), OutcomeUnknown),
        (Out(b"not json"), OutcomeUnknown),
        (ok(), None),
    ],
)
async def test_a_write_is_sent_once_whatever_comes_back(
    client_of: Make, naps: list[float], answer: Out, kind: type[ClientError] | None
) -> None:
    async with loopback(lambda seen: answer) as server, client_of(server.url) as client:
        if kind is None:
            await client.call(WRITE, STREAM)
        else:
            with pytest.raises(kind) as caught:
                await client.call(WRITE, STREAM)
            assert type(caught.value) is kind
    assert len(server.seen) == 1
    assert naps == []


async def test_a_write_that_times_out_is_unknown(client_of: Make) -> None:
    released = asyncio.Event()

    async def late(seen: Seen) -> Out:
        await released.wait()
        return ok()

    async with loopback(late) as server:
        async with client_of(server.url, timeouts=Timeouts(read=0.05)) as client:
            with pytest.raises(OutcomeUnknown, match="no answer in time"):
                await client.call(WRITE, STREAM)
        released.set()
    assert len(server.seen) == 1


async def test_an_answer_that_drips_is_not_waited_for_forever(client_of: Make) -> None:
    released = asyncio.Event()

    async def late(seen: Seen) -> Out:
        await released.wait()
        return ok()

    async with loopback(late) as server:
        async with client_of(server.url, timeouts=Timeouts(total=0.05)) as client:
            with pytest.raises(Unreachable, match="no whole answer in time"):
                await client.call(READ, {})
        released.set()


@pytest.mark.parametrize("action", [READ, WRITE])
async def test_a_refused_connection_was_surely_not_sent(client_of: Make, action: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with client_of(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(Unreachable) as caught:
            await client.call(action, STREAM if action == WRITE else {})
    assert not caught.value.sent


async def test_a_retry_after_is_honoured(client_of: Make, naps: list[float]) -> None:
    asked = error("RequestLimitExceeded", **{"retry-after": "3"})
    async with loopback(in_turn(asked, ok(AllCount=0, DomainList=[]))) as server:
        async with client_of(server.url) as client:
            await client.call(READ, {})
    assert naps == [3.0]


async def test_a_throttled_action_is_slowed_down(client_of: Make) -> None:
    async with loopback(in_turn(error("RequestLimitExceeded.UinLimitExceeded"))) as server:
        async with client_of(server.url) as client:
            with pytest.raises(Throttled):
                await client.call(WRITE, STREAM)
            spent = client.budget.spent(client.account)
    assert spent.throttled_at is not None
    assert spent.by_action == {WRITE: 1}


# The clock.


@pytest.mark.parametrize("action", [READ, WRITE])
async def test_a_wrong_clock_is_measured_and_corrected_for_once(client_of: Make, action: str) -> None:
    there = datetime(2026, 3, 10, 12, 0, 0, tzinfo=UTC)
    here = there - timedelta(minutes=10)

    def answer(seen: Seen) -> Out:
        sent = int(seen.headers["x-tc-timestamp"])
        date = {"date": format_datetime(there, usegmt=True)}
        if abs(sent - there.timestamp()) > 300:
            return error("AuthFailure.SignatureExpire", "expired", **date)
        return Out(ok(AllCount=0, DomainList=[]).body, headers=date)

    async with loopback(answer) as server, client_of(server.url, now=lambda: here) as client:
        await client.call(action, STREAM if action == WRITE else {})
        assert client.skew == timedelta(minutes=10)
        await client.call(READ, {})
    assert len(server.seen) == 3
    assert all(verified(seen) for seen in server.seen)


async def test_a_clock_that_stays_wrong_is_told(client_of: Make) -> None:
    here = datetime(2026, 3, 10, 12, 0, 0, tzinfo=UTC)
    date = format_datetime(here - timedelta(seconds=400), usegmt=True)
    async with loopback(lambda seen: error("AuthFailure.SignatureExpire", "expired", date=date)) as server:
        async with client_of(server.url, now=lambda: here) as client:
            with pytest.raises(SignatureExpired, match="400 s ahead of the service's") as caught:
                await client.call(READ, {})
    assert caught.value.skew_seconds == -400
    assert len(server.seen) == 2


async def test_without_a_date_nothing_can_be_corrected(client_of: Make) -> None:
    async with loopback(lambda seen: error("AuthFailure.SignatureExpire", "expired")) as server:
        async with client_of(server.url) as client:
            with pytest.raises(SignatureExpired):
                await client.call(READ, {})
    assert len(server.seen) == 1


# What is refused before anything is sent.


async def test_read_only_lets_nothing_but_reads_through(client_of: Make) -> None:
    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        async with client_of(server.url, read_only=True) as client:
            await client.call(READ, {})
            for check in (True, False):
                with pytest.raises(ReadOnly):
                    await client.call(WRITE, STREAM, check=check)
            client.read_only = False
            await client.call(WRITE, STREAM)
    assert [seen.action for seen in server.seen] == [READ, WRITE]


async def test_every_action_that_is_no_read_is_refused_read_only(client_of: Make) -> None:
    async with loopback(lambda seen: ok()) as server, client_of(server.url, read_only=True) as client:
        for action in load("css"):
            if action.effect != "read":
                with pytest.raises(ReadOnly):
                    await client.call(action.name, {}, check=False, region="ap-guangzhou")
    assert server.seen == []


async def test_parameters_are_checked_first(client_of: Make) -> None:
    async with loopback(lambda seen: ok()) as server, client_of(server.url) as client:
        with pytest.raises(BadParameters) as caught:
            await client.call(WRITE, {"AppName": 1, "DomainName": "d", "Stream": "x"})
        kinds = {problem.path: problem.kind for problem in caught.value.problems}
        assert kinds == {"AppName": "type", "StreamName": "missing", "Stream": "unknown"}
        await client.call(WRITE, {"AppName": 1}, check=False)
        with pytest.raises(BadParameters, match="cannot be sent"):
            await client.call(WRITE, {"AppName": float("nan")}, check=False)
        with pytest.raises(UnknownAction):
            await client.call("ForbidLiveStreams", {})
    assert len(server.seen) == 1


async def test_a_region_has_to_be_given_where_one_is_needed(client_of: Make) -> None:
    async with loopback(lambda seen: ok()) as server, client_of(server.url) as client:
        with pytest.raises(BadParameters, match="region is required"):
            await client.call("DescribeLivePullStreamTasks", {})
        with pytest.raises(BadParameters, match="has to be one of"):
            await client.call("DescribeLivePullStreamTasks", {}, region="moon-1")
        with pytest.raises(BadParameters, match="no region's name"):
            await client.call(READ, {}, region="a\r\nx-evil: 1")
    assert server.seen == []


@pytest.mark.parametrize(
    "url",
    ["http://live.tencentcloudapi.com", "http://10.0.0.1:80", "http://localhost.example", "http://0.0.0.0"],
)
def test_plain_http_is_refused_but_on_loopback(client_of: Make, url: str) -> None:
    with pytest.raises(PlainHttpRefused, match="not loopback"):
        client_of(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://127.8.8.8", "http://localhost:1", "http://[::1]:1"]
)
def test_loopback_may_be_plain(client_of: Make, url: str) -> None:
    assert client_of(url).endpoint.url.startswith(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host",
        "https://",
        "https://user:pw@host",
        "https://host?x=1",
        "https://host:port",
        "https://a b",
    ],
)
def test_what_is_no_endpoint_is_refused(client_of: Make, url: str) -> None:
    with pytest.raises(BadEndpoint):
        client_of(url)


def test_a_bare_host_means_https(client_of: Make) -> None:
    assert client_of("live.tencentcloudapi.com").endpoint.url == "https://live.tencentcloudapi.com/"
    assert client_of("live.tencentcloudapi.com:443").endpoint.host == "live.tencentcloudapi.com"


@pytest.mark.parametrize(
    ("ident", "key"), [("", "k"), ("a b", "k"), ("AKID\r\nx: 1", "k"), ("ü", "k"), ("a", "")]
)
def test_a_key_that_cannot_be_one_is_refused(client_of: Make, ident: str, key: str) -> None:
    with pytest.raises(BadCredential) as caught:
        client_of("https://host", credential=Credential(ident, key))
    assert "no key has" in str(caught.value) or "is empty" in str(caught.value)
    assert "AKID" not in str(caught.value)


# What comes back.


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<html>login", "a web page"),
        (b"hello", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "no object"),
        (b'{"Response": []}', "without a Response"),
        (b'{"Response": {"Error": "x", "RequestId": "r"}}', "without a code"),
        (b'{"Response": {"A": NaN}}', "not JSON"),
        (b"[" * 200_000, "not JSON"),
    ],
)
async def test_what_is_not_the_envelope_is_a_bad_reply(client_of: Make, body: bytes, words: str) -> None:
    async with loopback(lambda seen: Out(body)) as server, client_of(server.url) as client:
        with pytest.raises(BadReply, match=words):
            await client.call(READ, {})
    assert len(server.seen) == 1


async def test_a_truncated_answer_is_a_bad_reply_in_the_end(client_of: Make) -> None:
    async with loopback(lambda seen: Out(ok().body, cut=4)) as server, client_of(server.url) as client:
        with pytest.raises(BadReply, match="cut short"):
            await client.call(READ, {})
    assert len(server.seen) == 4


async def test_a_redirect_is_not_followed(client_of: Make) -> None:
    async with loopback(lambda seen: Out(b"", 302, {"location": "/elsewhere"})) as server:
        async with client_of(server.url) as client:
            with pytest.raises(BadReply):
                await client.call(READ, {})
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("RequestLimitExceeded", Throttled),
        ("LimitExceeded.RateLimitExceeded", Throttled),
        ("AuthFailure.SecretIdNotFound", BadCredential),
        ("AuthFailure.SignatureFailure", BadCredential),
        ("AuthFailure.UnauthorizedOperation", Denied),
        ("UnauthorizedOperation.CamNoAuth", Denied),
        ("InternalError.NotPermmittOperat", Denied),
        ("ResourceNotFound.UserNotExist", NotActivated),
        ("ResourceNotFound.StopService", Suspended),
        ("ResourceNotFound.FreezeService", Suspended),
        ("InternalError.NotFound", NotFound),
        ("InvalidParameter.TaskNotExist", NotFound),
        ("ResourceNotFound.DomainNoRecord", ApiError),
        ("InternalError.ConfInUsed", ApiError),
        ("LimitExceeded", ApiError),
        ("SomethingNew.Altogether", ApiError),
    ],
)
async def test_errors_are_told_apart(client_of: Make, code: str, kind: type[ApiError]) -> None:
    async with loopback(lambda seen: error(code, "the words")) as server, client_of(server.url) as client:
        with pytest.raises(ApiError) as caught:
            await client.call(WRITE, STREAM)
    problem = caught.value
    assert type(problem) is kind
    assert (problem.code, problem.message, problem.request_id) == (code, "the words", "req-e")
    assert (problem.action, problem.status) == (WRITE, 200)
    assert code in str(problem)
    assert "req-e" in str(problem)
    assert "\n" not in str(problem)
    if kind is not ApiError:
        assert problem.meaning
        assert problem.remedy


async def test_secrets_are_in_no_error_and_no_repr(client_of: Make) -> None:
    async with loopback(lambda seen: error("AuthFailure.SignatureFailure")) as server:
        async with client_of(server.url) as client:
            assert SECRET_KEY not in repr(client)
            with pytest.raises(BadCredential) as caught:
                await client.call(READ, {})
    assert SECRET_KEY not in str(caught.value) + repr(caught.value)


# Beside the calls.


async def test_calls_at_once_share_one_pool_and_warming_up_is_not_needed_first(client_of: Make) -> None:
    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        client = client_of(server.url)
        await asyncio.gather(client.warm(), *(client.call(READ, {}) for _ in range(20)))
        await client.aclose()
        await client.aclose()
        await client.call(READ, {})
        await client.aclose()
    assert len(server.seen) == 21


async def test_one_cancelled_call_does_not_take_the_pool_from_the_others(client_of: Make) -> None:
    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        async with client_of(server.url) as client:
            first = asyncio.ensure_future(client.call(READ, {}))
            second = asyncio.ensure_future(client.call(READ, {}))
            await asyncio.sleep(0)
            first.cancel()
            assert (await second).request_id == "req-1"
            with pytest.raises(asyncio.CancelledError):
                await first


async def test_writes_have_the_way_before_reads(client_of: Make) -> None:
    asked: list[Priority] = []

    class Noting(Budget):
        def slot(self, account: str, action: str, limit: int, priority: Any, window: float) -> Any:
            asked.append(priority)
            return super().slot(account, action, limit, priority, window)

    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        async with client_of(server.url, budget=Noting()) as client:
            await client.call(READ, {})
            await client.call(WRITE, STREAM)
            await client.call(READ, {}, priority=Priority.POLL)
    assert asked == [Priority.READ, Priority.WRITE, Priority.POLL]


async def test_proxies_of_the_environment_never_see_plain_http(
    client_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with loopback(lambda seen: ok(AllCount=0, DomainList=[])) as server:
        async with client_of(server.url) as client:
            await client.call(READ, {})
    assert len(server.seen) == 1
