"""ApsaraVideo Live's way in: signatures, times, nonces, parameters, refusals, and the official client."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from emulated import ALIYUN_ID, ALIYUN_SECRET, NOW, SECRET_ID, SECRET_KEY, InProcess, Served, make_emulator

from livetui.catalogue import load
from livetui.client import BadCredential, Client, NotFound, Throttled
from livetui.emulator.answers import Refusal
from livetui.emulator.services import handlers
from livetui.settings import Credential
from livetui.signing import rpc

APSARA = load("apsara")
ONLINE = "DescribeLiveStreamsOnlineList"
DOMAIN = "play.harbor.example"
_nonces = count(1)


@pytest.fixture(autouse=True)
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Answers of the tests' own, whatever the emulated service knows; what they were asked is kept."""
    seen: dict[str, Any] = {}

    def online(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        seen.update(params)
        row = {"AppName": "live", "DomainName": params["DomainName"], "StreamName": "one"}
        return {"OnlineInfo": [row], "PageNum": 1, "PageSize": 10, "TotalNum": 1, "TotalPage": 1}

    def rates(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        return {"FrameRateAndBitRateInfos": [{"VideoFrameRate": 24.5, "BitRate": 600.0, "StreamUrl": "s"}]}

    def taken(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        seen.update(params)
        return {}

    def gone(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        raise Refusal("InvalidDomain.NotFound", "The domain is not found.")

    own = {
        ONLINE: online,
        "DescribeLiveStreamBitRateData": rates,
        "AddLiveAppRecordConfig": taken,
        "DescribeLiveRecordConfig": gone,
    }
    for name in APSARA.names:
        monkeypatch.delitem(handlers("apsara"), name, raising=False)
    for name, answer in own.items():
        monkeypatch.setitem(handlers("apsara"), name, answer)
    return seen


def query(
    action: str, at: datetime = NOW, secret: str = ALIYUN_SECRET, method: str = "GET", **given: str
) -> dict[str, str]:
    """A signed query; given values stand over what it has of itself, None leaves them out."""
    made = {
        "Action": action,
        "Version": "2016-11-01",
        "Format": "JSON",
        "AccessKeyId": ALIYUN_ID,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": str(next(_nonces)),
        "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    made = {name: value for name, value in (made | given).items() if value is not None}
    return made | {"Signature": rpc.sign(secret, method=method, params=made)}


async def ask(where: InProcess, action: str = ONLINE, **how: Any) -> httpx.Response:
    return await where.http.get("/", params=query(action, **({"DomainName": DOMAIN} | how)))


def refused(reply: httpx.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/json;charset=utf-8"
    told = reply.json()
    assert set(told) == {"RequestId", "HostId", "Code", "Message"}
    assert told["HostId"] == "emulator.example"
    return reply.status_code, told["Code"]


async def test_a_signed_call_is_answered(emulator_app: InProcess, answered: dict[str, Any]) -> None:
    reply = await ask(emulator_app, PageSize="20")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json;charset=utf-8"
    told = reply.json()
    assert told.pop("RequestId")
    assert told["OnlineInfo"] == {
        "LiveStreamOnlineInfo": [{"AppName": "live", "DomainName": DOMAIN, "StreamName": "one"}]
    }
    assert answered == {"DomainName": DOMAIN, "PageSize": 20}


async def test_a_form_is_read_as_a_query_is(emulator_app: InProcess) -> None:
    form = query(ONLINE, method="POST", DomainName=DOMAIN)
    assert (await emulator_app.http.post("/", data=form)).status_code == 200
    mixed = query(ONLINE, method="POST", DomainName=DOMAIN)
    domain = {"DomainName": mixed.pop("DomainName")}
    assert (await emulator_app.http.post("/", params=mixed, data=domain)).status_code == 200


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"at": NOW - timedelta(minutes=16)}, 400, "InvalidTimeStamp.Expired"),
        ({"at": NOW + timedelta(minutes=16)}, 400, "InvalidTimeStamp.Expired"),
        ({"Timestamp": "2026-03-10 12:00:00"}, 400, "InvalidTimeStamp.Format"),
        ({"AccessKeyId": "LTAInobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"AccessKeyId": SECRET_ID, "secret": SECRET_KEY}, 404, "InvalidAccessKeyId.NotFound"),
        ({"secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"SecurityToken": "unasked"}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
        ({"SignatureMethod": "HMAC-SHA256"}, 400, "InvalidParameter"),
        ({"Format": None}, 400, "InvalidParameter"),
        ({"SignatureNonce": None}, 400, "MissingParameter"),
        ({"Version": "2014-11-11"}, 400, "InvalidVersion"),
        ({"action": "DescribeNothing"}, 404, "InvalidAction.NotFound"),
        ({"DomainName": None}, 400, "MissingParameter"),
        ({"Nonsense": "1"}, 400, "InvalidParameter"),
        ({"PageSize": "many"}, 400, "InvalidParameter"),
        ({"PageSize": "3001"}, 400, "InvalidParameter"),
        ({"action": "DescribeLiveRecordConfig"}, 404, "InvalidDomain.NotFound"),
        ({"action": "DescribeLiveStreamTranscodeInfo"}, 400, "MissingParameter"),
        ({"action": "DeleteLiveRecordVodConfig"}, 404, "InvalidAction.NotFound"),
    ],
)
async def test_what_is_refused(emulator_app: InProcess, how: dict[str, Any], status: int, code: str) -> None:
    assert refused(await ask(emulator_app, **how)) == (status, code)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-03-10T11:00:00Z", "2026-03-10T10:00:00Z", "InvalidEndTime.Mismatch"),
        ("2026-03-01T00:00:00Z", "2026-03-10T10:00:00Z", "InvalidTimeRange"),
        ("yesterday", "2026-03-10T10:00:00Z", "InvalidStartTime.Malformed"),
    ],
)
async def test_times_have_codes_of_their_own(
    emulator_app: InProcess, start: str, end: str, code: str
) -> None:
    span = {"AppName": "a", "StreamName": "s", "StartTime": start, "EndTime": end}
    assert refused(await ask(emulator_app, "DescribeLiveStreamRecordContent", **span)) == (400, code)


async def test_what_is_not_emulated_says_so(emulator_app: InProcess) -> None:
    status, code = refused(await ask(emulator_app, "DescribeLiveStreamsBlockList"))
    assert (status, code) == (500, "InternalError")


async def test_a_nonce_is_good_once(emulator_app: InProcess) -> None:
    again = query(ONLINE, DomainName=DOMAIN)
    assert (await emulator_app.http.get("/", params=again)).status_code == 200
    assert refused(await emulator_app.http.get("/", params=again)) == (400, "SignatureNonceUsed")
    await emulator_app.control("reset")
    assert (await emulator_app.http.get("/", params=again)).status_code == 200


async def test_a_changed_query_is_noticed(emulator_app: InProcess) -> None:
    changed = query(ONLINE, DomainName=DOMAIN) | {"DomainName": "other.example"}
    assert refused(await emulator_app.http.get("/", params=changed)) == (400, "SignatureDoesNotMatch")


async def test_fifteen_minutes_of_difference_are_allowed(emulator_app: InProcess) -> None:
    assert (await ask(emulator_app, at=NOW - timedelta(minutes=15))).status_code == 200


async def test_numbers_are_quoted_where_they_are(emulator_app: InProcess) -> None:
    span = {
        "AppName": "a",
        "StreamName": "s",
        "StartTime": "2026-03-10T10:00:00Z",
        "EndTime": "2026-03-10T11:00:00Z",
    }
    told = (await ask(emulator_app, "DescribeLiveStreamBitRateData", **span)).json()
    (row,) = told["FrameRateAndBitRateInfos"]["FrameRateAndBitRateInfo"]
    assert row == {"VideoFrameRate": "24.5", "BitRate": "600.0", "StreamUrl": "s"}


async def test_nested_lists_arrive(emulator_app: InProcess, answered: dict[str, Any]) -> None:
    config = {
        "AppName": "live",
        "OssBucket": "b",
        "OssEndpoint": "oss.example",
        "RecordFormat.1.Format": "m3u8",
        "RecordFormat.1.CycleDuration": "900",
        "RecordFormat.2.Format": "mp4",
    }
    assert (await ask(emulator_app, "AddLiveAppRecordConfig", **config)).status_code == 200
    assert answered["RecordFormat"] == [{"Format": "m3u8", "CycleDuration": 900}, {"Format": "mp4"}]


async def test_keys_and_accounts_that_may_not(emulator_app: InProcess) -> None:
    few = {"secret_id": "LTAIfew", "secret_key": "few", "denied": [ONLINE], "token": "tok", "cloud": "aliyun"}
    await emulator_app.control("keys", few)
    mine = {"AccessKeyId": "LTAIfew", "secret": "few"}
    assert refused(await ask(emulator_app, **mine)) == (400, "MissingSecurityToken")
    assert refused(await ask(emulator_app, **mine, SecurityToken="tok")) == (403, "Forbidden.RAM")
    for status, refusal in (("not-activated", (404, "CdnServiceNotFound")), ("suspended", (403, "InDebt"))):
        await emulator_app.control("account", {"status": status})
        assert refused(await ask(emulator_app)) == refusal


async def test_faults_come_in_this_envelope(emulator_app: InProcess) -> None:
    await emulator_app.control("faults", {"kind": "throttle", "action": ONLINE, "times": 1})
    assert refused(await ask(emulator_app)) == (400, "Throttling.User")
    await emulator_app.control("faults", {"kind": "error", "action": ONLINE, "times": 1})
    assert refused(await ask(emulator_app)) == (500, "InternalError")
    wanted = {"kind": "error", "code": "ServiceUnavailable", "message": "busy", "times": 1}
    await emulator_app.control("faults", wanted)
    assert refused(await ask(emulator_app)) == (503, "ServiceUnavailable")
    await emulator_app.control("faults", {"kind": "empty_page", "action": ONLINE, "times": 1})
    assert (await ask(emulator_app)).json()["OnlineInfo"] == {"LiveStreamOnlineInfo": []}
    await emulator_app.control("faults", {"kind": "malformed", "times": 1})
    with pytest.raises(json.JSONDecodeError):
        (await ask(emulator_app)).json()
    assert (await ask(emulator_app)).status_code == 200
    calls = (await emulator_app.control("calls", method="GET"))["calls"]
    assert [call["code"] for call in calls][:3] == ["Throttling.User", "InternalError", "ServiceUnavailable"]
    assert {(call["action"], call["secret_id"]) for call in calls} == {(ONLINE, ALIYUN_ID)}


# Clients.


def client_of(emulator: Served, **how: Any) -> Client:
    key = how.pop("key", Credential(ALIYUN_ID, ALIYUN_SECRET))
    return Client(APSARA, key, endpoint=emulator.url, now=emulator.clock.now, **how)


async def test_our_client(emulator: Served, answered: dict[str, Any]) -> None:
    async with client_of(emulator) as client:
        got = await client.sweep(ONLINE, {"DomainName": DOMAIN})
        assert [item.data["StreamName"] for item in got.items] == ["one"]
        formats = [{"Format": "m3u8", "CycleDuration": 900}, {"Format": "mp4"}]
        config = {
            "DomainName": DOMAIN,
            "AppName": "a b&c=é~*",
            "OssBucket": "b",
            "OssEndpoint": "e",
            "RecordFormat": formats,
        }
        await client.call("AddLiveAppRecordConfig", config)
        assert answered | config == answered
        await client.call("AddLiveAppRecordConfig", config | {"OssBucket": "b" * 9000}, check=False)
        assert answered["OssBucket"] == "b" * 9000
        with pytest.raises(NotFound):
            await client.call("DescribeLiveRecordConfig", {"DomainName": DOMAIN})
        emulator.fault("throttle", "AddLiveAppRecordConfig")
        with pytest.raises(Throttled):
            await client.call("AddLiveAppRecordConfig", config)
    async with client_of(emulator, key=Credential(ALIYUN_ID, "wrong")) as client:
        with pytest.raises(BadCredential) as caught:
            await client.call("DescribeLiveStreamBitRateData", {"DomainName": DOMAIN}, check=False)
        assert "string to sign" not in str(caught.value)


async def test_our_client_finds_out_about_the_clock(emulator: Served) -> None:
    emulator.fault("clock_skew", seconds=3600)
    async with client_of(emulator) as client:
        assert (await client.call(ONLINE, {"DomainName": DOMAIN})).data["TotalNum"] == 1
        assert client.skew == timedelta(hours=1)
    codes = [call["code"] for call in emulator.calls()]
    assert codes == ["InvalidTimeStamp.Expired", ""]


def sdk(emulator: Served, secret: str = ALIYUN_SECRET) -> tuple[AcsClient, CommonRequest]:
    request = CommonRequest(domain=emulator.host, version="2016-11-01", action_name=ONLINE)
    request.set_protocol_type("http")
    request.add_query_param("DomainName", DOMAIN)
    return AcsClient(ALIYUN_ID, secret, "cn-shanghai", auto_retry=False), request


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_official_client(emulator_now: Served, method: str) -> None:
    client, request = sdk(emulator_now)
    request.set_method(method)
    told = json.loads(client.do_action_with_exception(request))
    assert told["OnlineInfo"]["LiveStreamOnlineInfo"][0]["DomainName"] == DOMAIN


def test_the_official_client_understands_a_refusal(emulator_now: Served) -> None:
    client, request = sdk(emulator_now, "wrong")
    with pytest.raises(ServerException) as caught:
        client.do_action_with_exception(request)
    assert caught.value.get_error_code() == "SignatureDoesNotMatch"
    emulator_now.fault("throttle", ONLINE)
    client, request = sdk(emulator_now)
    with pytest.raises(ServerException) as caught:
        client.do_action_with_exception(request)
    assert (caught.value.get_error_code(), caught.value.get_http_status()) == ("Throttling.User", 400)


def test_the_other_systems_are_not_loaded_for_css() -> None:
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from livetui.emulator.app import Emulator\n"
        "from livetui.emulator.account import Account\n"
        "from livetui.emulator.gate import Key, Raw, ways\n"
        "Emulator(Account(), [Key('a', 'b')])\n"
        "ways(Raw('POST', '/', '', {'x-tc-action': 'A'}, b''))\n"
        "loaded = [name for name in sys.modules if name.startswith('livetui.emulator.gates.')]\n"
        "assert loaded == ['livetui.emulator.gates.tencent3'], loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_emulated_keys_are_of_one_cloud_each() -> None:
    assert {key.cloud for key in make_emulator().first_keys} == {"tencent", "aliyun", "lvb"}
