"""The LVB API of 2017 on the wire: the example addresses, both hosts, mixing, its ways to say no."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import HANG_UP, Out, Seen, loopback

from livetui.catalogue import load
from livetui.client import (
    ApiError,
    BadCredential,
    BadParameters,
    BadReply,
    Client,
    NotActivated,
    NotFound,
    PlainHttpRefused,
    SignatureExpired,
    Throttled,
    Unreachable,
    wire,
)
from livetui.settings import Credential

LVB = load("lvb")
KEY = Credential("1234", "5d41402abc4b2a76b9719d911017c592")
WHEN = datetime.fromtimestamp(1471850187 - 60, UTC)
"""A minute before the documents' examples expire."""
STATUS, STAT, MIX = "Live_Channel_GetStatus", "Get_LiveStat", "mix_streamv2.start_mix_stream_advanced"


def built(action: str, params: dict[str, Any], endpoint: str = "", nonce: int = 7) -> httpx.Request:
    to = wire.endpoint(endpoint or wire.home(LVB), allow_plain_http=True)
    return wire.build(
        LVB, LVB.action(action), params, to=to, credential=KEY, region=None, when=WHEN, nonce=nonce
    )


def query_of(request: httpx.Request) -> dict[str, str]:
    return dict(parse_qsl(request.url.query.decode(), strict_parsing=True))


def read(body: Any, status: int = 200, action: str = STATUS, **how: Any) -> wire.Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.parse(LVB, action, status, how.pop("headers", {}), data, **how)


PRINTED = [
    (
        "Live_Channel_SetStatus",
        {"channel_id": "8888_test123", "status": 0},
        "http://fcgi.video.qcloud.com/common_access?appid=1234&interface=Live_Channel_SetStatus"
        "&Param.s.channel_id=8888_test123&Param.n.status=0"
        "&t=1471850187&sign=b17971b51ba0fe5916ddcd96692e9fb3",
    ),
    (
        "Live_Tape_Start",
        {
            "channel_id": "8888_test123",
            "start_time": "2017-05-20 10:00:00",
            "end_time": "2017-05-20 10:30:00",
            "task_sub_type": 1,
        },
        "http://fcgi.video.qcloud.com/common_access?appid=1234&interface=Live_Tape_Start"
        "&Param.s.channel_id=8888_test123&Param.s.start_time=2017-05-20+10:00:00"
        "&Param.s.end_time=2017-05-20+10:30:00&Param.n.task_sub_type=1"
        "&t=1471850187&sign=b17971b51ba0fe5916ddcd96692e9fb3",
    ),
    (
        "Get_LivePushStatHistory",
        {"start_time": 1453279831, "end_time": 1453279835, "stream_id": "1234_xxx"},
        "http://statcgi.video.qcloud.com/common_access?cmd=1234&interface=Get_LivePushStatHistory"
        "&Param.n.start_time=1453279831&Param.n.end_time=1453279835&Param.s.stream_id=1234_xxx"
        "&t=1471850187&sign=b17971b51ba0fe5916ddcd96692e9fb3",
    ),
]


@pytest.mark.parametrize(("action", "params", "printed"), PRINTED, ids=lambda value: str(value)[:30])
def test_the_printed_addresses(action: str, params: dict[str, Any], printed: str) -> None:
    request = built(action, params)
    assert request.method == "GET"
    sent, wanted = urlsplit(str(request.url)), urlsplit(printed)
    assert (sent.scheme, sent.netloc, sent.path) == (wanted.scheme, wanted.netloc, wanted.path)
    assert parse_qsl(sent.query) == parse_qsl(wanted.query)
    assert request.headers["host"] == wanted.netloc


def test_elsewhere_both_hosts_are_that_one() -> None:
    for action in (STATUS, STAT):
        request = built(action, {}, "http://127.0.0.1:8123/sub")
        assert str(request.url).startswith("http://127.0.0.1:8123/common_access?")
        assert request.headers["host"] == "127.0.0.1:8123"


def test_mixing_posts_json_as_printed() -> None:
    first = {"input_stream_id": "5000_enson11", "layout_params": {"image_layer": 1}}
    params = {
        "mix_stream_session_id": "5000_enson",
        "output_stream_id": "5000_enson11",
        "output_stream_type": 0,
        "input_stream_list": [first],
    }
    request = built(MIX, params, nonce=2**40 + 5)
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    query = {"appid": "1234", "interface": "Mix_StreamV2", "t": "1471850187"}
    assert query_of(request) == query | {"sign": "b17971b51ba0fe5916ddcd96692e9fb3"}
    assert json.loads(request.content) == {
        "timestamp": 1471850127,
        "eventId": 5,
        "interface": {
            "interfaceName": "Mix_StreamV2",
            "para": {
                "app_id": 1234,
                "interface": "mix_streamv2.start_mix_stream_advanced",
                "mix_stream_session_id": "5000_enson",
                "output_stream_id": "5000_enson11",
                "output_stream_type": 0,
                "input_stream_list": [first],
            },
        },
    }


@given(st.text(max_size=40))
def test_any_text_comes_through(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    query = dict(parse_qsl(built(STATUS, {"channel_id": text}).url.query.decode(), keep_blank_values=True))
    assert query["Param.s.channel_id"] == text


async def test_what_is_too_long_for_an_address_is_not_sent() -> None:
    async with Client(LVB, KEY, endpoint="http://127.0.0.1:9") as client:
        with pytest.raises(BadParameters, match="too long"):
            await client.call(STATUS, {"channel_id": "x" * 9000}, check=False)


# Replies.


def test_members_lie_in_output() -> None:
    reply = {"ret": 0, "message": "ok", "output": {"rate_type": 0, "recv_type": 3, "status": 1, "more": "x"}}
    answer = read(reply)
    assert answer.data == {"rate_type": 0, "recv_type": 3, "status": 1, "more": "x"}
    assert answer.request_id == ""


@pytest.mark.parametrize("output", [{"status": 3}, [{"status": 3}]])
def test_output_is_an_object_or_a_list_of_one(output: Any) -> None:
    assert read({"ret": "0", "retmessage": "", "output": output}).data == {"status": 3}


@pytest.mark.parametrize("output", [None, "", [], {}])
def test_a_stream_that_is_not_live_has_no_output(output: Any) -> None:
    assert read({"ret": 0, "message": "", "output": output}, action=STAT).data == {}


def test_identifiers_beyond_63_bits_stay_text() -> None:
    body = b'{"ret": 0, "message": "", "output": {"task_id": 18446744073709551615}}'
    assert read(body, action="Live_Tape_Start").data == {"task_id": "18446744073709551615"}


def test_quoted_counts_are_numbers() -> None:
    output = {"count": "2", "data": [{"stream_id": 12, "create_time": 1473645788}]}
    data = read({"ret": 0, "output": output}, action="Live_Queue_Get").data
    assert data == {"count": 2, "data": [{"stream_id": "12", "create_time": 1473645788}]}


def test_an_array_of_one_is_the_object_it_is_documented_as() -> None:
    output = {"stat_info": [], "sum_info": [{"sum_flux": 1.5}], "stream_id": "s"}
    data = read({"ret": 0, "output": output}, action="Get_LivePlayStatHistory").data
    assert data["sum_info"] == {"sum_flux": 1.5}


def test_mixing_answers_with_code() -> None:
    assert read({"code": 0, "message": "Success!", "timestamp": 1490079362}, action=MIX).data == {
        "timestamp": 1490079362
    }
    with pytest.raises(ApiError) as caught:
        read({"code": -30012, "message": "session in use"}, action=MIX)
    assert caught.value.code == "-30012"
    assert caught.value.fact is not None
    assert caught.value.fact.code == "-30xxx"


@pytest.mark.parametrize(
    ("body", "code", "kind"),
    [
        ({"ret": 20601, "message": "never pushed"}, "20601", NotFound),
        ({"ret": 6, "retmessage": "appid is invalid"}, "appid is invalid", NotActivated),
        ({"ret": -1, "message": "cmd is invalid", "output": {}}, "cmd is invalid", NotActivated),
        ({"ret": 4, "errmsg": "something"}, "4", ApiError),
    ],
)
def test_a_ret_other_than_0_is_an_error(body: Any, code: str, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError) as caught:
        read(body)
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert caught.value.message


@pytest.mark.parametrize(
    ("body", "status", "code", "kind"),
    [
        (b"<html>Forbidden", 403, "403", BadCredential),
        (b'{"ret": 403, "message": "sign"}', 403, "403", BadCredential),
        (b"", 404, "404", ApiError),
        (b"", 429, "429", Throttled),
    ],
)
def test_what_http_says(body: bytes, status: int, code: str, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError) as caught:
        read(body, status)
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert caught.value.message


@pytest.mark.parametrize(("late", "kind"), [(59, BadCredential), (61, SignatureExpired)])
def test_a_403_after_t_has_passed_is_about_the_clock(late: int, kind: type[ApiError]) -> None:
    from email.utils import format_datetime

    headers = {"date": format_datetime(WHEN + timedelta(seconds=late), usegmt=True)}
    with pytest.raises(ApiError) as caught:
        read(b"", 403, headers=headers, sent=WHEN)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 200, "empty"),
        (b"<html>", 502, "a web page"),
        (b'{"output": {}}', 200, "without ret"),
        (b'{"ret": 0}', 500, "unexpected status"),
    ],
)
def test_what_is_not_the_envelope(body: bytes, status: int, words: str) -> None:
    with pytest.raises(BadReply, match=words):
        read(body, status)


# The client.


def test_plain_http_has_to_be_allowed() -> None:
    with pytest.raises(PlainHttpRefused) as caught:
        Client(LVB, KEY)
    assert "allow_plain_http = true" in caught.value.remedy
    assert Client(LVB, KEY, allow_plain_http=True).endpoint.url == "http://fcgi.video.qcloud.com/"
    with pytest.raises(PlainHttpRefused):
        Client(load("css"), KEY, endpoint="http://live.tencentcloudapi.com")


async def test_each_host_has_connections_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from livetui.client import direct

    went: list[str] = []

    async def note(line: direct.Direct, request: httpx.Request) -> httpx.Response:
        went.append(f"{line._host} {request.url.host}")
        return httpx.Response(200, json={"ret": 0, "message": "", "output": {"status": 1}})

    monkeypatch.setattr(direct.Direct, "handle_async_request", note)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with Client(LVB, KEY, allow_plain_http=True) as client:
        await client.call(STATUS, {"channel_id": "a"})
        await client.call(STAT, {})
    assert went == [f"{host} {host}" for host in ("fcgi.video.qcloud.com", "statcgi.video.qcloud.com")]


async def test_a_proxy_of_the_environment_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback(lambda seen: Out(b'{"ret": 0, "output": {"status": 1}}')) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with Client(LVB, KEY, allow_plain_http=True) as client:
            for _ in range(2):
                assert (await client.call(STATUS, {"channel_id": "a"})).data == {"status": 1}
    assert [seen.headers["host"] for seen in proxy.seen] == ["fcgi.video.qcloud.com"] * 2
    assert all(seen.target.startswith("http://fcgi.video.qcloud.com/common_access?") for seen in proxy.seen)
    assert len({seen.connection for seen in proxy.seen}) == 1, "the connection is kept"


async def test_nothing_is_sent_past_a_proxy_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback(lambda seen: HANG_UP) as gone:
        pass
    monkeypatch.setenv("http_proxy", gone.url)
    async with Client(LVB, KEY, allow_plain_http=True) as client:
        with pytest.raises(Unreachable) as caught:
            await client.call("Live_Channel_SetStatus", {"channel_id": "a", "status": 0})
    assert not caught.value.sent, "a write, and it is known that it has not gone out"


async def test_a_clock_that_is_behind_is_put_right() -> None:
    def answer(seen: Seen) -> Out:
        late = dict(parse_qsl(urlsplit(seen.target).query))["t"] == "1471850187"
        date = {"date": "Mon, 22 Aug 2016 08:15:27 GMT"}
        return (
            Out(b"Forbidden", 403, date) if late else Out(b'{"ret": 0, "output": {"status": 1}}', 200, date)
        )

    async with loopback(answer) as server, Client(LVB, KEY, endpoint=server.url, now=lambda: WHEN) as client:
        assert (await client.call(STATUS, {"channel_id": "a"})).data == {"status": 1}
        assert client.skew == timedelta(hours=1)
    assert len(server.seen) == 2


async def test_a_list_in_pages() -> None:
    def answer(seen: Seen) -> Out:
        query = dict(parse_qsl(urlsplit(seen.target).query))
        page, size = int(query["Param.n.page_no"]), int(query["Param.n.page_size"])
        rows = [{"channel_id": number} for number in range(250)][(page - 1) * size : page * size]
        output = {"all_count": 250, "channel_list": rows}
        return Out(json.dumps({"ret": 0, "message": "", "output": output}).encode())

    async with loopback(answer) as server, Client(LVB, KEY, endpoint=server.url) as client:
        got = await client.sweep("Live_Channel_GetChannelList", {})
    assert [item.data["channel_id"] for item in got.items] == [str(number) for number in range(250)]
    assert (len(server.seen), got.complete) == (3, True)
