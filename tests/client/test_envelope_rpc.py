"""Alibaba's RPC calls on the wire: requests as signed, replies and errors as the documents print them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    SignatureExpired,
    Suspended,
    Throttled,
    wire,
)
from livetui.client.wire import flatten
from livetui.settings import Credential
from livetui.signing import rpc

APSARA = load("apsara")
KEY = Credential("testid", "testsecret")
WHEN = datetime(2015, 8, 6, 2, 19, 46, tzinfo=UTC)
ONLINE = "DescribeLiveStreamsOnlineList"


def built(action: str, params: dict[str, Any], key: Credential = KEY, **how: Any) -> httpx.Request:
    to = wire.endpoint(how.pop("endpoint", APSARA.host))
    how = {"region": None, "when": WHEN, "nonce": 7} | how
    return wire.build(APSARA, APSARA.action(action), params, to=to, credential=key, **how)


def query_of(request: httpx.Request) -> dict[str, str]:
    text = request.content.decode() if request.method == "POST" else request.url.query.decode()
    return dict(parse_qsl(text, strict_parsing=True, keep_blank_values=True))


def read(body: Any, status: int = 200, action: str = ONLINE, **headers: str) -> wire.Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.parse(APSARA, action, status, headers, data)


def test_a_request_is_a_signed_query() -> None:
    request = built("DescribeLiveStreamsOnlineList", {"DomainName": "play.harbor.example", "PageSize": 10})
    assert request.method == "GET"
    assert str(request.url).startswith("https://live.aliyuncs.com/?")
    assert request.headers["host"] == "live.aliyuncs.com"
    query = query_of(request)
    theirs = query.pop("Signature")
    assert theirs == rpc.sign("testsecret", method="GET", params=query)
    nonce = query.pop("SignatureNonce")
    assert nonce.isdecimal()
    assert query == {
        "Action": "DescribeLiveStreamsOnlineList",
        "DomainName": "play.harbor.example",
        "PageSize": "10",
        "Version": "2016-11-01",
        "Format": "JSON",
        "AccessKeyId": "testid",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "Timestamp": "2015-08-06T02:19:46Z",
    }


def test_what_is_signed_is_what_is_sent() -> None:
    """The address keeps the canonical encoding: blanks are %20, tildes bare, stars encoded."""
    request = built(
        "AddLiveDetectNotifyConfig", {"DomainName": "a", "NotifyUrl": "http://x.example/a b*~é?c=1&d"}
    )
    sent, _, signature = request.url.query.decode().rpartition("&Signature=")
    query = query_of(request)
    del query["Signature"]
    assert sent == rpc.canonical_query(query)
    assert "http%3A%2F%2Fx.example%2Fa%20b%2A~%C3%A9%3Fc%3D1%26d" in sent
    assert signature == rpc.encoded(rpc.sign("testsecret", method="GET", params=query))


def test_a_token_and_a_region_are_signed_too() -> None:
    query = query_of(
        built(ONLINE, {"DomainName": "d"}, Credential("id", "key", "temporary"), region="cn-shanghai")
    )
    assert (query["SecurityToken"], query["RegionId"]) == ("temporary", "cn-shanghai")
    assert query.pop("Signature") == rpc.sign("key", method="GET", params=query)


def test_lists_are_counted_from_one() -> None:
    """As the example of AddLiveAppRecordConfig has it."""
    form = {"Format": "m3u8", "OssObjectPrefix": "record/{AppName}/{StreamName}", "CycleDuration": 1}
    query = query_of(
        built("AddLiveAppRecordConfig", {"DomainName": "d", "RecordFormat": [form, {"Format": "mp4"}]})
    )
    assert query["RecordFormat.1.Format"] == "m3u8"
    assert query["RecordFormat.1.CycleDuration"] == "1"
    assert query["RecordFormat.1.OssObjectPrefix"] == "record/{AppName}/{StreamName}"
    assert query["RecordFormat.2.Format"] == "mp4"
    assert "RecordFormat.0.Format" not in query


def test_no_two_requests_have_one_nonce() -> None:
    nonces = {query_of(built(ONLINE, {}, nonce=number))["SignatureNonce"] for number in range(1, 50)}
    assert len(nonces) == 49


def test_what_is_too_long_for_an_address_goes_as_a_form() -> None:
    request = built(ONLINE, {"DomainName": "d" * 9000})
    assert (request.method, request.url.query) == ("POST", b"")
    query = query_of(request)
    assert query.pop("Signature") == rpc.sign("testsecret", method="POST", params=query)


def test_only_the_host_of_another_endpoint_counts() -> None:
    url = built(ONLINE, {}, endpoint="http://127.0.0.1:8123/somewhere").url
    assert (str(url).partition("?")[0], url.port) == ("http://127.0.0.1:8123/", 8123)


PRINTED = b"""{
"OnlineInfo":{ "LiveStreamOnlineInfo": [
 {"AppName": "xchen", "DomainName": "test101.example", "PublishTime": "2015-12-02T06:58:04Z",
  "PublishUrl": "rtmp://test101.example/xchen", "StreamName": "testxchen", "Newer": {"a": 1}} ] },
"PageNum": 2, "PageSize": 10, "RequestId": "0D70427D-91E4-4349-AAD3-5511A5BB823B",
"TotalNum": 11, "TotalPage": 2, "Later": [1] }"""


def test_a_reply_as_printed() -> None:
    answer = read(PRINTED)
    assert answer.request_id == "0D70427D-91E4-4349-AAD3-5511A5BB823B"
    (row,) = answer.data["OnlineInfo"]
    assert (row["StreamName"], row["Newer"]) == ("testxchen", {"a": 1})
    assert {name: value for name, value in answer.data.items() if name != "OnlineInfo"} == {
        "PageNum": 2,
        "PageSize": 10,
        "TotalNum": 11,
        "TotalPage": 2,
        "Later": [1],
    }
    assert json.loads(answer.raw)["OnlineInfo"]["LiveStreamOnlineInfo"]


@pytest.mark.parametrize("empty", [{}, {"LiveStreamOnlineInfo": []}, {"LiveStreamOnlineInfo": None}, [], ""])
def test_no_rows(empty: Any) -> None:
    assert read({"OnlineInfo": empty}).data["OnlineInfo"] == []


def test_one_row_that_is_no_list() -> None:
    assert read({"OnlineInfo": {"LiveStreamOnlineInfo": {"AppName": "a"}}}).data["OnlineInfo"] == [
        {"AppName": "a"}
    ]


def test_lists_inside_of_lists_and_quoted_numbers() -> None:
    listed = {
        "LiveAppRecordList": {"LiveAppRecord": [{"RecordFormatList": {"RecordFormat": [{"Format": "flv"}]}}]}
    }
    data = read(listed, action="DescribeLiveRecordConfig").data
    assert data["LiveAppRecordList"] == [{"RecordFormatList": [{"Format": "flv"}]}]
    rates = {"VideoFrameRate": "24.5", "AudioFrameRate": 43, "BitRate": "n/a", "StreamUrl": 7}
    told = {"FrameRateAndBitRateInfos": {"FrameRateAndBitRateInfo": [rates]}}
    (row,) = read(told, action="DescribeLiveStreamBitRateData").data["FrameRateAndBitRateInfos"]
    assert row == {"VideoFrameRate": 24.5, "AudioFrameRate": 43, "BitRate": "n/a", "StreamUrl": "7"}


def test_the_printed_error() -> None:
    body = {
        "Code": "InternalError",
        "HostId": "live.aliyuncs.com",
        "Message": "The request processing has failed due to some unknown error.",
        "RequestId": "6EBD1AC4-C34D-4AE1-963E-B688A228BE31",
    }
    with pytest.raises(ApiError) as caught:
        read(body, 500)
    error = caught.value
    assert (error.code, error.status, error.request_id) == ("InternalError", 500, body["RequestId"])
    assert error.message == body["Message"]
    assert error.retryable
    assert error.meaning == "Something failed inside the cloud."


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("Throttling", 400, Throttled),
        ("Throttling.User", 400, Throttled),
        ("Odd", 429, Throttled),
        ("InvalidTimeStamp.Expired", 400, SignatureExpired),
        ("InvalidTimeStamp.Format", 400, ApiError),
        ("SignatureDoesNotMatch", 400, BadCredential),
        ("IncompleteSignature", 400, BadCredential),
        ("InvalidAccessKeyId.NotFound", 404, BadCredential),
        ("InvalidAccessKeyId.Inactive", 403, BadCredential),
        ("InvalidSecurityToken.Expired", 400, BadCredential),
        ("Forbidden.RAM", 403, Denied),
        ("Forbidden", 403, Denied),
        ("CdnServiceNotFound", 404, NotActivated),
        ("InDebt", 403, Suspended),
        ("InvalidDomain.NotFound", 404, NotFound),
        ("InvalidAction.NotFound", 404, ApiError),
        ("SignatureNonceUsed", 400, ApiError),
        ("InvalidParameter", 400, ApiError),
    ],
)
def test_kinds_of_errors(code: str, status: int, kind: type[ApiError]) -> None:
    with pytest.raises(ApiError) as caught:
        read({"Code": code, "Message": "no", "RequestId": "r"}, status)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 200, "empty"),
        (b"<Error><Code>x</Code></Error>", 400, "a web page"),
        (b"[]", 200, "no object"),
        (b'{"Message": "x"}', 502, "without a code"),
        (b'{"Code": 4}', 400, "without a code"),
        (b"{}", 302, "without a code"),
    ],
)
def test_what_is_not_the_envelope(body: bytes, status: int, words: str) -> None:
    with pytest.raises(BadReply, match=words):
        read(body, status)


def test_something_in_front_says_it_is_too_much() -> None:
    with pytest.raises(Throttled):
        read(b"<html>slow down", 429)


leaves = st.one_of(st.text(max_size=8), st.integers(), st.booleans())
names = st.text("ABCdef", min_size=1, max_size=5)
nested = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
)


def folded(flat: dict[str, str]) -> Any:
    """The other way round: names of numbers from 1 on are a list."""
    tree: dict[str, Any] = {}
    for path, text in flat.items():
        *above, last = path.split(".")
        node = tree
        for part in above:
            node = node.setdefault(part, {})
        node[last] = text
    return listed(tree)


def listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and set(node) == {str(number) for number in range(1, len(node) + 1)}:
        return [listed(node[str(number)]) for number in range(1, len(node) + 1)]
    return {name: listed(value) for name, value in node.items()}


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_text(member) for member in value]
    return value if isinstance(value, str) else json.dumps(value)


@given(st.dictionaries(names, nested, max_size=4))
def test_nested_parameters_come_back_from_their_flat_form(params: dict[str, Any]) -> None:
    assert folded(flatten(params, first=1)) == as_text(params)


async def test_a_clock_that_is_off_is_put_right() -> None:
    def answer(seen: Seen) -> Out:
        sent = dict(parse_qsl(urlsplit(seen.target).query))["Timestamp"]
        if sent == "2015-08-06T02:19:46Z":
            body = {"Code": "InvalidTimeStamp.Expired", "Message": "expired", "RequestId": "r"}
            return Out(json.dumps(body).encode(), 400, {"date": "Thu, 06 Aug 2015 03:19:46 GMT"})
        assert sent == "2015-08-06T03:19:46Z"
        return Out(b'{"RequestId": "r"}')

    params = {"DomainName": "d.example", "AppName": "a", "StreamName": "s", "LiveStreamType": "publisher"}
    async with (
        loopback(answer) as server,
        Client(APSARA, KEY, endpoint=server.url, now=lambda: WHEN) as client,
    ):
        await client.call("ForbidLiveStream", params, check=False)
    assert len(server.seen) == 2


async def test_snapshots_lead_from_one_start_to_the_next() -> None:
    starts: list[str] = []

    def answer(seen: Seen) -> Out:
        query = dict(parse_qsl(urlsplit(seen.target).query))
        starts.append(query["StartTime"])
        number = len(starts)
        rows = {"LiveStreamSnapshotInfo": [{"OssObject": f"{number}.jpg"}]}
        more = {"NextStartTime": f"2015-08-06T0{number}:00:00Z"} if number < 3 else {}
        return Out(json.dumps({"LiveStreamSnapshotInfoList": rows, "RequestId": "r", **more}).encode())

    params = {
        "DomainName": "d.example",
        "AppName": "a",
        "StreamName": "s",
        "StartTime": "2015-08-06T00:00:00Z",
        "EndTime": "2015-08-06T05:00:00Z",
    }
    async with (
        loopback(answer) as server,
        Client(APSARA, KEY, endpoint=server.url, now=lambda: WHEN) as client,
    ):
        got = await client.sweep("DescribeLiveStreamSnapshotInfo", params)
    assert [item.data["OssObject"] for item in got.items] == ["1.jpg", "2.jpg", "3.jpg"]
    assert starts == ["2015-08-06T00:00:00Z", "2015-08-06T01:00:00Z", "2015-08-06T02:00:00Z"]
    assert got.complete
