"""Channel hosting on the wire: signed queries, printed replies, errors in two layers, batches partly done."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from loopback import Out, Seen, loopback

from livetui.catalogue import load
from livetui.client import (
    ApiError,
    BadCredential,
    BadReply,
    Client,
    Denied,
    NotActivated,
    NotFound,
    Outcome,
    PartlyDone,
    SignatureExpired,
    Throttled,
    wire,
)
from livetui.settings import Credential
from livetui.signing import v2

CHANNEL = load("channel")
KEY = Credential("AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA", "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA")
WHEN = datetime.fromtimestamp(1465185768, UTC)
LIST, STOP = "DescribeLVBChannelList", "StopLVBChannel"


def built(action: str, params: dict[str, Any], key: Credential = KEY, **how: Any) -> httpx.Request:
    to = wire.endpoint(how.pop("endpoint", CHANNEL.host))
    how = {"region": None, "when": WHEN, "nonce": 11886} | how
    return wire.build(CHANNEL, CHANNEL.action(action), params, to=to, credential=key, **how)


def query_of(request: httpx.Request) -> dict[str, str]:
    text = request.content.decode() if request.method == "POST" else request.url.query.decode()
    return dict(parse_qsl(text, strict_parsing=True, keep_blank_values=True))


def read(body: Any, action: str = LIST, status: int = 200) -> wire.Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.parse(CHANNEL, action, status, {}, data)


@pytest.mark.parametrize(("asked", "algorithm"), [("tc3", "HmacSHA1"), ("HmacSHA256", "HmacSHA256")])
def test_a_request_is_a_signed_query(asked: Any, algorithm: Any) -> None:
    request = built(LIST, {"channelStatus": 0, "pageNo": 1}, signature=asked)
    assert request.method == "GET"
    assert str(request.url).startswith("https://live.api.qcloud.com/v2/index.php?")
    query = query_of(request)
    sign = {"method": "GET", "host": "live.api.qcloud.com", "path": "/v2/index.php", "algorithm": algorithm}
    assert query.pop("Signature") == v2.sign(KEY.secret_key, params=query, **sign)
    assert query == {
        "Action": LIST,
        "channelStatus": "0",
        "pageNo": "1",
        "Region": "gz",
        "Timestamp": "1465185768",
        "Nonce": "11886",
        "SecretId": KEY.secret_id,
        "SignatureMethod": algorithm,
    }


def test_lists_are_counted_from_one() -> None:
    """As the examples have it: channelIds.1."""
    query = query_of(built("DeleteLVBChannel", {"channelIds": ["96171715553394807", "b"]}))
    assert (query["channelIds.1"], query["channelIds.2"]) == ("96171715553394807", "b")
    query = query_of(built("CreateLVBChannel", {"sourceList": [{"name": "国际 a&b=c", "type": 1}]}))
    assert (query["sourceList.1.name"], query["sourceList.1.type"]) == ("国际 a&b=c", "1")


@pytest.mark.parametrize(("asked", "sent"), [(None, "gz"), ("ap-guangzhou", "gz"), ("hk", "hk")])
def test_a_region_is_always_sent(asked: str | None, sent: str) -> None:
    assert query_of(built(LIST, {}, region=asked))["Region"] == sent


def test_a_token_is_signed_too() -> None:
    query = query_of(built(LIST, {}, Credential("id", "key", "temporary"), endpoint="http://127.0.0.1:81/x"))
    sign = {"method": "GET", "host": "127.0.0.1:81", "path": "/v2/index.php"}
    assert query["Token"] == "temporary"
    assert query.pop("Signature") == v2.sign("key", params=query, **sign)  # type: ignore[arg-type]


def test_what_is_too_long_for_an_address_goes_as_a_form() -> None:
    """Request Body, 3: POST where the parameters are too long."""
    request = built("DeleteLVBChannel", {"channelIds": [str(number) * 20 for number in range(500)]})
    assert (request.method, request.url.query) == ("POST", b"")
    query = query_of(request)
    sign = {"method": "POST", "host": "live.api.qcloud.com", "path": "/v2/index.php"}
    assert query.pop("Signature") == v2.sign(KEY.secret_key, params=query, **sign)  # type: ignore[arg-type]


# Replies.


def test_the_printed_list() -> None:
    body = b"""{ "code": 0, "message": "", "all_count": "2", "channelSet": [
      {"channel_id": "96171715553394811", "channel_name": "World 3", "channel_status": "0",
       "create_time": "2015-07-23 20:05:52"},
      {"channel_id": 96171715553394810, "channel_name": "World 2", "channel_status": 3, "more": true} ] }"""
    data = read(body).data
    assert data["all_count"] == 2
    assert data["channelSet"] == [
        {
            "channel_id": "96171715553394811",
            "channel_name": "World 3",
            "channel_status": 0,
            "create_time": "2015-07-23 20:05:52",
        },
        {"channel_id": "96171715553394810", "channel_name": "World 2", "channel_status": 3, "more": True},
    ]
    assert set(data) == {"all_count", "channelSet"}


def test_the_printed_details() -> None:
    upstream = {
        "sourceName": "RTMP",
        "sourceID": "Y",
        "sourceType": "1",
        "sourceAddress": "rtmp://a.example/live",
    }
    info = {"channel_id": "X", "channel_status": "1", "upstream_list": [upstream], "password": None}
    answer = read(
        {"code": 0, "message": "", "codeDesc": "Success", "channelInfo": [info]}, "DescribeLVBChannel"
    )
    (row,) = answer.data["channelInfo"]
    assert row["channel_status"] == 1
    assert row["password"] is None
    assert row["upstream_list"] == [upstream | {"sourceType": 1}]


def test_a_batch_that_succeeded_tells_of_each() -> None:
    """Return Results: detail is an object by id."""
    detail = {"qcvm1": {"code": 0, "message": "", "requestId": "1231231231231"}, "qcvm2": {"code": "0"}}
    answer = read({"code": 0, "message": "success", "detail": detail}, STOP)
    assert answer.data == {
        "detail": [
            {"id": "qcvm1", "code": 0, "message": "", "requestId": "1231231231231"},
            {"id": "qcvm2", "code": 0},
        ]
    }


@pytest.mark.parametrize(
    "message", ["20108:Channel is not in an editable status", "(20108) Channel is not in an editable status"]
)
def test_two_layers_of_errors(message: str) -> None:
    with pytest.raises(ApiError) as caught:
        read({"code": 5100, "message": message}, "ModifyLVBChannel")
    error = caught.value
    assert (error.code, error.outer) == ("20108", "5100")
    assert error.message == "Channel is not in an editable status"
    assert error.meaning == "The channel can't be edited as it stands."
    assert str(error) == "ModifyLVBChannel: 20108 (in 5100): Channel is not in an editable status"


def test_one_layer_of_errors() -> None:
    said = "\\u534f\\u8bae\\u4e0d\\u652f\\u6301"
    with pytest.raises(ApiError) as caught:
        read(f'{{"code":4600,"message":"{said}"}}'.encode())
    assert (caught.value.code, caught.value.outer, caught.value.message) == ("4600", "", "协议不支持")
    with pytest.raises(ApiError) as caught:
        read({"code": 5100, "message": "", "codeDesc": "ResourceOpFailed"})
    assert (caught.value.code, caught.value.message) == ("5100", "ResourceOpFailed")


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (4100, "signature", BadCredential),
        (4200, "expired", SignatureExpired),
        (4300, "blocked", Denied),
        (4400, "quota", Throttled),
        (4500, "replay", SignatureExpired),
        (5000, "gone", NotFound),
        (5400, "some", PartlyDone),
        (6000, "inside", ApiError),
        (5100, "20301:Channel does not exist", NotFound),
        (5100, "20327:The recording task does not exist", NotFound),
        (5100, "1002:The user does not exist", NotActivated),
        (5100, "20109:Channel is not in disabled status", ApiError),
        (4000, "20301: is not taken apart here", ApiError),
    ],
)
def test_kinds_of_errors(code: int, message: str, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError) as caught:
        read({"code": code, "message": message})
    assert type(caught.value) is kind
    assert caught.value.fact is not None


def test_a_batch_done_in_part_tells_what_became_of_each() -> None:
    detail = {
        "96171715553394807": {"code": 0, "message": "", "requestId": "12"},
        "96171715553394810": {"code": 5100, "message": "(20109) Channel is not in disabled status"},
        "odd": None,
    }
    with pytest.raises(PartlyDone) as caught:
        read({"code": 5400, "message": "partly", "detail": detail}, "DeleteLVBChannel")
    error = caught.value
    assert error.outcomes == (
        Outcome("96171715553394807", "0", "", "12"),
        Outcome("96171715553394810", "20109", "Channel is not in disabled status"),
        Outcome("odd", ""),
    )
    assert [one.done for one in error.outcomes] == [True, False, False]
    assert "done for 1 of 3" in str(error)
    assert "96171715553394810 (20109: Channel is not in disabled status)" in error.message


def test_a_batch_that_failed_for_all_tells_of_each_too() -> None:
    detail = {"a": {"code": 20301, "message": "no"}, "b": {"code": 20301, "message": "no"}}
    with pytest.raises(NotFound) as caught:
        read({"code": 5100, "message": "20301:no", "detail": detail}, STOP)
    assert [one.target for one in caught.value.outcomes] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 200, "empty"),
        (b"<html>", 502, "a web page"),
        (b'{"message": "x"}', 200, "without code"),
        (b'{"code": 0}', 500, "unexpected status"),
    ],
)
def test_what_is_not_the_envelope(body: bytes, status: int, words: str) -> None:
    with pytest.raises(BadReply, match=words):
        read(body, status=status)


# The client.


async def test_a_clock_that_is_off_is_put_right_and_a_nonce_used_twice_is_not_sent_again() -> None:
    def answer(seen: Seen) -> Out:
        late = dict(parse_qsl(urlsplit(seen.target).query))["Timestamp"] == "1465185768"
        date = {"date": "Mon, 06 Jun 2016 07:02:48 GMT"}
        if late or replayed:
            return Out(b'{"code": 4500, "message": "replay"}', 200, date)
        return Out(b'{"code": 0, "message": ""}', 200, date)

    replayed = False
    async with (
        loopback(answer) as server,
        Client(CHANNEL, KEY, endpoint=server.url, now=lambda: WHEN) as client,
    ):
        await client.call(STOP, {"channelIds": ["a"]})
        assert len(server.seen) == 2
        replayed = True
        with pytest.raises(SignatureExpired):
            await client.call(STOP, {"channelIds": ["a"]})
        assert len(server.seen) == 3, "it may have been done the first time"


async def test_no_nonce_is_sent_twice_running() -> None:
    nonces: list[str] = []

    def answer(seen: Seen) -> Out:
        nonces.append(dict(parse_qsl(urlsplit(seen.target).query))["Nonce"])
        return Out(b'{"code": 0, "message": ""}')

    async with loopback(answer) as server:
        async with Client(CHANNEL, KEY, endpoint=server.url, random=lambda: 0.5) as client:
            for _ in range(3):
                await client.call(LIST, {})
    assert len({*nonces}) == 3
    assert all(int(nonce) > 0 for nonce in nonces)
