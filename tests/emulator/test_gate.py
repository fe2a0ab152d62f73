"""Requests as they come in: signatures, times, keys, versions, regions, parameters."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import pytest
from emulated import NOW, SECRET_ID, SECRET_KEY, InProcess, make_emulator, signed

from livetui.catalogue import load
from livetui.emulator.answers import Refusal
from livetui.emulator.gate import Key, unflatten
from livetui.signing import tc3, v1

ONLINE = "DescribeLiveStreamOnlineList"


def code(reply) -> str:
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    response = reply.json()["Response"]
    assert set(response) == {"Error", "RequestId"}
    assert set(response["Error"]) == {"Code", "Message"}
    return response["Error"]["Code"]


async def test_a_signed_call_is_answered(emulator_app: InProcess):
    headers, body = signed(ONLINE, {}, at=NOW, host=emulator_app.host)
    reply = await emulator_app.post(headers, body)
    assert reply.headers["content-type"] == "application/json"
    assert parsedate_to_datetime(reply.headers["date"]) == NOW
    assert reply.json()["Response"]["PageSize"] == 10


@pytest.mark.parametrize("host", ["http://127.0.0.1:8123", "127.0.0.1:8123", "live.tencentcloudapi.com"])
async def test_the_host_header_counts_as_it_was_sent(emulator_app: InProcess, host: str):
    headers, body = signed(ONLINE, {}, at=NOW, host=host)
    assert "OnlineInfo" in (await emulator_app.post(headers, body)).json()["Response"]
    headers["Host"] = "other.example"
    assert code(await emulator_app.post(headers, body)) == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"at": NOW - timedelta(seconds=301)}, "AuthFailure.SignatureExpire"),
        ({"at": NOW + timedelta(seconds=301)}, "AuthFailure.SignatureExpire"),
        ({"secret_id": "AKIDnobody"}, "AuthFailure.SecretIdNotFound"),
        ({"secret_key": "wrong"}, "AuthFailure.SignatureFailure"),
        ({"token": "unasked"}, "AuthFailure.TokenFailure"),
        ({"version": "2017-03-12"}, "NoSuchVersion"),
        ({"action": "DescribeNothing"}, "InvalidAction"),
        ({"action": "DescribeLivePullStreamTasks"}, "MissingParameter"),
        ({"action": "DescribeLivePullStreamTasks", "region": "mars-north"}, "UnsupportedRegion"),
        ({"params": {"PageNumber": 1}}, "UnknownParameter"),
        ({"params": {"PageNum": "1"}}, "InvalidParameter"),
        ({"params": {"PageSize": 101}}, "InvalidParameterValue"),
        ({"action": "DropLiveStream"}, "MissingParameter"),
    ],
)
async def test_what_is_refused(emulator_app: InProcess, changes: dict, expected: str):
    wanted = {"action": ONLINE, "params": {}, "at": NOW, "host": emulator_app.host} | changes
    headers, body = signed(wanted.pop("action"), wanted.pop("params"), **wanted)
    assert code(await emulator_app.post(headers, body)) == expected


async def test_five_minutes_of_difference_are_allowed(emulator_app: InProcess):
    headers, body = signed(ONLINE, {}, at=NOW - timedelta(seconds=300), host=emulator_app.host)
    assert "OnlineInfo" in (await emulator_app.post(headers, body)).json()["Response"]


async def test_a_changed_body_is_noticed(emulator_app: InProcess):
    headers, body = signed(ONLINE, {"PageNum": 1}, at=NOW, host=emulator_app.host)
    assert code(await emulator_app.post(headers, body.replace(b"1", b"2"))) == "AuthFailure.SignatureFailure"


async def test_a_credential_of_another_day_is_refused(emulator_app: InProcess):
    headers, body = signed(ONLINE, {}, at=NOW, host=emulator_app.host)
    headers["Authorization"] = headers["Authorization"].replace("2026-03-10", "2026-03-11")
    assert code(await emulator_app.post(headers, body)) == "AuthFailure.SignatureFailure"


async def test_content_type_and_host_have_to_be_signed(emulator_app: InProcess):
    headers, body = signed(ONLINE, {}, at=NOW, host=emulator_app.host)
    for dropped in ("content-type;host", "host"):
        bad = headers | {"Authorization": headers["Authorization"].replace("content-type;host", dropped[5:])}
        assert code(await emulator_app.post(bad, body)) == "AuthFailure.SignatureFailure"


async def test_more_headers_may_be_signed(emulator_app: InProcess):
    body = b"{}"
    sent = {"content-type": "application/json; charset=utf-8", "x-tc-action": ONLINE}
    authorization = tc3.sign(
        SECRET_ID,
        SECRET_KEY,
        service="live",
        host="x.example",
        method="POST",
        path="/",
        query="",
        headers=sent,
        payload=body,
        timestamp=int(NOW.timestamp()),
    )
    headers = sent | {
        "host": "x.example",
        "authorization": authorization,
        "x-tc-version": "2018-08-01",
        "x-tc-timestamp": str(int(NOW.timestamp())),
    }
    assert "OnlineInfo" in (await emulator_app.post(headers, body)).json()["Response"]


async def test_an_unsigned_payload_is_not_looked_at(emulator_app: InProcess):
    headers, _ = signed(ONLINE, {}, at=NOW, host=emulator_app.host)
    authorization = tc3.sign(
        SECRET_ID,
        SECRET_KEY,
        service="live",
        host=emulator_app.host,
        method="POST",
        path="/",
        query="",
        headers={"content-type": "application/json"},
        payload=b"UNSIGNED-PAYLOAD",
        timestamp=int(NOW.timestamp()),
    )
    headers |= {"Authorization": authorization, "X-TC-Content-SHA256": "UNSIGNED-PAYLOAD"}
    assert "OnlineInfo" in (await emulator_app.post(headers, b'{"PageNum": 1}')).json()["Response"]


async def test_tc3_by_get(emulator_app: InProcess):
    query = urlencode({"PageNum": 2, "PageSize": 10})
    kind = "application/x-www-form-urlencoded"
    authorization = tc3.sign(
        SECRET_ID,
        SECRET_KEY,
        service="live",
        host=emulator_app.host,
        method="GET",
        path="/",
        query=query,
        headers={"content-type": kind},
        payload=b"",
        timestamp=int(NOW.timestamp()),
    )
    headers = {
        "Authorization": authorization,
        "Content-Type": kind,
        "X-TC-Action": ONLINE,
        "X-TC-Version": "2018-08-01",
        "X-TC-Timestamp": str(int(NOW.timestamp())),
    }
    reply = await emulator_app.http.get(f"/?{query}", headers=headers)
    assert reply.json()["Response"]["PageNum"] == 2


def flat(action: str, algorithm: str | None, **params: str) -> dict[str, str]:
    common = {
        "Action": action,
        "Version": "2018-08-01",
        "Timestamp": str(int(NOW.timestamp())),
        "Nonce": "11886",
        "SecretId": SECRET_ID,
        "RequestClient": "SDK_PYTHON_3",
    }
    if algorithm:
        common["SignatureMethod"] = algorithm
    return common | params


@pytest.mark.parametrize("algorithm", ["HmacSHA1", "HmacSHA256", None])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_v1(emulator_app: InProcess, method: str, algorithm: str | None):
    params = flat("DescribeStreamPlayInfoList", algorithm, StreamName="match 01+ü")
    params |= {"StartTime": "2026-03-10 19:00:00", "EndTime": "2026-03-10 19:10:00"}
    params["Signature"] = v1.sign(
        SECRET_KEY,
        method=method,
        host=emulator_app.host,
        path="/",
        params=params,
        algorithm=algorithm or "HmacSHA1",
    )
    ask = {"params": params} if method == "GET" else {"data": params}
    reply = await emulator_app.http.request(method, "/", **ask)
    assert reply.json()["Response"]["DataInfoList"] == []
    params["StreamName"] = "another"
    assert code(await emulator_app.http.request(method, "/", **ask)) == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize("name", ["Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature"])
async def test_v1_needs_its_common_parameters(emulator_app: InProcess, name: str):
    params = flat(ONLINE, None) | {"Signature": "x"}
    del params[name]
    assert code(await emulator_app.http.get("/", params=params)) == "MissingParameter"


async def test_nothing_at_all_is_a_missing_parameter(emulator_app: InProcess):
    assert code(await emulator_app.http.get("/")) == "MissingParameter"


async def test_other_methods_are_refused(emulator_app: InProcess):
    assert code(await emulator_app.http.put("/")) == "UnsupportedProtocol"


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 100_000])
async def test_what_is_no_json_object(emulator_app: InProcess, body: bytes):
    headers, _ = signed(ONLINE, {}, at=NOW, host=emulator_app.host)
    authorization = tc3.sign(
        SECRET_ID,
        SECRET_KEY,
        service="live",
        host=emulator_app.host,
        method="POST",
        path="/",
        query="",
        headers={"content-type": "application/json"},
        payload=body,
        timestamp=int(NOW.timestamp()),
    )
    headers["Authorization"] = authorization
    assert code(await emulator_app.post(headers, body)) == "InvalidParameter"


async def test_a_denied_action(emulator_app: InProcess):
    await emulator_app.control(
        "keys", {"secret_id": "AKIDreader", "secret_key": "k", "denied": ["DescribeLiveDomains"]}
    )
    for action, expected in (
        ("DescribeLiveDomains", "UnauthorizedOperation"),
        ("DropLiveStream", "MissingParameter"),
    ):
        headers, body = signed(
            action, {}, at=NOW, host=emulator_app.host, secret_id="AKIDreader", secret_key="k"
        )
        assert code(await emulator_app.post(headers, body)) == expected


async def test_a_temporary_key_needs_its_token(emulator_app: InProcess):
    emulator_app.app.keys["AKIDtmp"] = Key("AKIDtmp", "k", "the-token")
    who = {"at": NOW, "host": emulator_app.host, "secret_id": "AKIDtmp", "secret_key": "k"}
    headers, body = signed(ONLINE, {}, **who)
    assert code(await emulator_app.post(headers, body)) == "AuthFailure.TokenFailure"
    headers, body = signed(ONLINE, {}, token="the-token", **who)
    assert "OnlineInfo" in (await emulator_app.post(headers, body)).json()["Response"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("not-activated", "ResourceNotFound.UserNotExist"), ("suspended", "ResourceNotFound.StopService")],
)
async def test_accounts_that_are_closed(emulator_app: InProcess, status: str, expected: str):
    await emulator_app.control("account", {"status": status})
    headers, body = signed(ONLINE, {}, at=NOW, host=emulator_app.host)
    assert code(await emulator_app.post(headers, body)) == expected


def test_keys_do_not_show_their_secrets():
    assert "hush" not in repr(Key("AKID", "hush", "hush"))


def test_flat_parameters_become_nested_ones():
    css = load("css")
    mix = css.action("CreateCommonMixStream").parameters
    nested = unflatten(
        css,
        mix,
        {
            "MixStreamSessionId": "s",
            "InputStreamList.0.InputStreamName": "a",
            "InputStreamList.0.LayoutParams.ImageLayer": "1",
            "InputStreamList.0.LayoutParams.ImageWidth": "0.5",
            "InputStreamList.1.InputStreamName": "b",
            "Unknown.0": "x",
        },
    )
    assert nested == {
        "MixStreamSessionId": "s",
        "InputStreamList": [
            {"InputStreamName": "a", "LayoutParams": {"ImageLayer": 1, "ImageWidth": 0.5}},
            {"InputStreamName": "b"},
        ],
        "Unknown": {"0": "x"},
    }
    with pytest.raises(Refusal):
        unflatten(css, mix, {"A": "1", "A.B": "2"})
    with pytest.raises(Refusal):
        unflatten(css, mix, {"A.B": "2", "A": "1"})


def test_request_ids_are_told_apart_and_repeat_with_the_seed():
    def some() -> list[str]:
        emulator = make_emulator()
        return [emulator._request_id() for _ in range(3)]

    assert some() == some()
    assert len(set(some())) == 3


async def test_hostile_text_survives(emulator_app: InProcess):
    name = "\x1b[2J[bold]\u202e" + "n" * 2000
    await emulator_app.control("streams", {"domain": "push.harbor.example", "name": name})
    reply = await emulator_app.call(ONLINE, StreamName=name)
    assert [row["StreamName"] for row in reply["OnlineInfo"]] == [name]
    assert json.dumps(reply)
