"""The way in to channel hosting: signatures, nonces, errors in two layers, batches done in part."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from emulated import ALIYUN_ID, ALIYUN_SECRET, NOW, SECRET_ID, SECRET_KEY, InProcess, Served

from livetui.catalogue import load
from livetui.client import BadCredential, Budget, Client, NotFound, PartlyDone, Throttled
from livetui.emulator.answers import Refusal
from livetui.emulator.services import handlers
from livetui.settings import Credential
from livetui.signing import v2

CHANNEL = load("channel")
LIST, STOP, CREATE = "DescribeLVBChannelList", "StopLVBChannel", "CreateLVBChannel"
_nonces = count(1)


@pytest.fixture(autouse=True)
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Answers of the tests' own, whatever the emulated service knows; what they were asked is kept."""
    seen: dict[str, Any] = {}

    def listed(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        seen.update(params)
        row = {"channel_id": "9896125784085535840", "channel_name": "n", "channel_status": 3}
        return {"all_count": 1, "channelSet": [row]}

    def stop(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        seen.update(params)
        bad = [one for one in params["channelIds"] if one.startswith("bad")]
        detail = [
            {"id": one, "code": 20301 if one in bad else 0, "message": "gone" if one in bad else ""}
            for one in params["channelIds"]
        ]
        if not bad:
            return {"detail": detail}
        if len(bad) < len(detail):
            raise Refusal("5400", "some failed", {"detail": detail})
        raise Refusal("20301", "gone", {"detail": detail})

    def create(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
        seen.update(params)
        return {"channel_id": "1"}

    for name in CHANNEL.names:
        monkeypatch.delitem(handlers("channel"), name, raising=False)
    for name, answer in {LIST: listed, STOP: stop, CREATE: create}.items():
        monkeypatch.setitem(handlers("channel"), name, answer)
    return seen


def query(
    action: str,
    *,
    at: datetime = NOW,
    key: str = SECRET_KEY,
    method: str = "GET",
    host: str = "emulator.example",
    path: str = "/v2/index.php",
    **given: Any,
) -> dict[str, str]:
    """A signed query; given values stand over its own, None leaves them out."""
    made = {
        "Action": action,
        "Region": "gz",
        "Timestamp": str(int(at.timestamp())),
        "Nonce": str(next(_nonces)),
        "SecretId": SECRET_ID,
        "SignatureMethod": "HmacSHA1",
    }
    made = {name: value for name, value in (made | given).items() if value is not None}
    algorithm = made.get("SignatureMethod", "HmacSHA1")
    signature = v2.sign(key, method=method, host=host, path=path, params=made, algorithm=algorithm)
    return {**made, "Signature": signature}


async def ask(where: InProcess, action: str = LIST, **how: Any) -> dict[str, Any]:
    reply = await where.http.get("/v2/index.php", params=query(action, **how))
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    told: dict[str, Any] = reply.json()
    return told


@pytest.mark.parametrize("algorithm", ["HmacSHA1", "HmacSHA256", None])
async def test_a_signed_call_is_answered(
    emulator_app: InProcess, answered: dict[str, Any], algorithm: str | None
) -> None:
    told = await ask(emulator_app, pageNo="1", SignatureMethod=algorithm)
    assert told == {
        "code": 0,
        "message": "",
        "codeDesc": "Success",
        "all_count": "1",
        "channelSet": [{"channel_id": "9896125784085535840", "channel_name": "n", "channel_status": "3"}],
    }
    assert answered == {"pageNo": 1}


async def test_a_form_is_read_and_the_query_then_is_not(
    emulator_app: InProcess, answered: dict[str, Any]
) -> None:
    form = query(LIST, method="POST", channelStatus="3")
    reply = await emulator_app.http.post("/v2/index.php?Action=Nothing", data=form)
    assert reply.json()["code"] == 0
    assert answered == {"channelStatus": 3}


@pytest.mark.parametrize("first", [0, 1])
async def test_lists_may_be_counted_from_0_as_the_vendors_client_does(
    emulator_app: InProcess, answered: dict[str, Any], first: int
) -> None:
    ids = {f"channelIds.{first + number}": name for number, name in enumerate(("a", "b"))}
    told = await ask(emulator_app, STOP, **ids)
    assert answered == {"channelIds": ["a", "b"]}
    assert told["detail"] == {"a": {"code": "0", "message": ""}, "b": {"code": "0", "message": ""}}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"at": NOW - timedelta(hours=2, seconds=1)}, 4500),
        ({"at": NOW + timedelta(hours=2, seconds=1)}, 4500),
        ({"SecretId": "AKIDnobody"}, 4100),
        ({"SecretId": ALIYUN_ID, "key": ALIYUN_SECRET}, 4100),
        ({"key": "wrong"}, 4100),
        ({"host": "other.example"}, 4100),
        ({"Token": "unasked"}, 4100),
        ({"Nonce": None}, 4000),
        ({"Nonce": "-5"}, 4000),
        ({"Timestamp": "now"}, 4000),
        ({"Region": None}, 4000),
        ({"Region": "mars"}, 4000),
        ({"action": "DescribeNothing"}, 6100),
        ({"odd": "1"}, 4000),
        ({"channelStatus": "9"}, 4000),
        ({"pageNo": "first"}, 4000),
        ({"pageNo.a": "1", "pageNo": "1"}, 4000),
        ({"action": STOP}, 4000),
        ({"action": "DescribeLVBChannel", "channelId": "1"}, 6000),
    ],
)
async def test_what_is_refused(emulator_app: InProcess, how: dict[str, Any], code: int) -> None:
    told = await ask(emulator_app, **how)
    assert set(told) == {"code", "message"}
    assert (told["code"], bool(told["message"])) == (code, True)


async def test_other_methods_are_another_protocol(emulator_app: InProcess) -> None:
    assert (await emulator_app.http.put("/v2/index.php")).json()["code"] == 4600


async def test_two_hours_of_difference_are_allowed(emulator_app: InProcess) -> None:
    assert (await ask(emulator_app, at=NOW - timedelta(hours=2)))["code"] == 0


async def test_a_nonce_is_good_once(emulator_app: InProcess) -> None:
    assert (await ask(emulator_app, Nonce="77"))["code"] == 0
    assert (await ask(emulator_app, Nonce="77"))["code"] == 4500
    emulator_app.clock.advance(4 * 3600 + 1)
    assert (await ask(emulator_app, Nonce="77", at=emulator_app.clock.now()))["code"] == 0


async def test_underscores_are_signed_as_dots(emulator_app: InProcess) -> None:
    assert (await ask(emulator_app, odd_one="1"))["code"] == 4000, "unknown, and not wrongly signed"


async def test_a_batch(emulator_app: InProcess) -> None:
    some = await ask(emulator_app, STOP, **{"channelIds.1": "good", "channelIds.2": "bad"})
    assert (some["code"], some["message"]) == (5400, "some failed")
    assert some["detail"]["bad"] == {"code": "20301", "message": "gone"}
    none = await ask(emulator_app, STOP, **{"channelIds.1": "bad"})
    assert (none["code"], none["message"]) == (5100, "20301:gone")
    assert none["detail"] == {"bad": {"code": "20301", "message": "gone"}}


async def test_a_hundred_calls_a_minute(emulator_app: InProcess) -> None:
    at = [5.0]
    emulator_app.app.limits._clock = lambda: at[0]
    codes = [(await ask(emulator_app))["code"] for _ in range(101)]
    assert codes == [0] * 100 + [4400]
    at[0] = 64.9
    assert (await ask(emulator_app))["code"] == 4400
    at[0] = 65.1
    assert (await ask(emulator_app))["code"] == 0


async def test_keys_and_accounts_that_may_not(emulator_app: InProcess) -> None:
    await emulator_app.control("keys", {"secret_id": "AKIDfew", "secret_key": "few", "denied": [LIST]})
    assert (await ask(emulator_app, SecretId="AKIDfew", key="few"))["code"] == 4300
    await emulator_app.control("account", {"status": "suspended"})
    assert (await ask(emulator_app))["code"] == 4300
    await emulator_app.control("account", {"status": "not-activated"})
    told = await ask(emulator_app)
    assert told["code"] == 5100
    assert told["message"].startswith("1002:")


async def test_faults_come_in_this_envelope(emulator_app: InProcess) -> None:
    await emulator_app.control("faults", {"kind": "throttle", "action": LIST, "times": 1})
    assert (await ask(emulator_app))["code"] == 4400
    await emulator_app.control("faults", {"kind": "error", "code": "20104", "message": "m", "times": 1})
    assert await ask(emulator_app) == {"code": 5100, "message": "20104:m"}
    await emulator_app.control("faults", {"kind": "error", "code": "Odd", "message": "m", "times": 1})
    assert await ask(emulator_app) == {"code": 6000, "message": "Odd: m"}
    await emulator_app.control("faults", {"kind": "empty_page", "times": 1})
    assert (await ask(emulator_app))["channelSet"] == []


async def test_v1_at_the_root_is_another_system(emulator_app: InProcess) -> None:
    reply = await emulator_app.http.get("/", params=query(LIST, path="/"))
    assert reply.json()["Response"]["Error"]["Code"] == "MissingParameter"
    css: httpx.Response = await emulator_app.http.get("/v2/nothing")
    assert css.status_code == 404


# Clients.


def client_of(emulator: Served, key: str = SECRET_KEY, **how: Any) -> Client:
    credential = Credential(SECRET_ID, key)
    return Client(CHANNEL, credential, endpoint=emulator.url, now=emulator.clock.now, **how)


@pytest.mark.parametrize("signature", ["tc3", "HmacSHA256"])
async def test_our_client(emulator: Served, answered: dict[str, Any], signature: Any) -> None:
    async with client_of(emulator, signature=signature, random=lambda: 0.5) as client:
        got = await client.sweep(LIST, {})
        assert [(item.data["channel_id"], item.data["channel_status"]) for item in got.items] == [
            ("9896125784085535840", 3)
        ]
        assert got.total == 1
        params = {
            "channelName": "国际 a&b=c+d_e",
            "outputSourceType": 3,
            "sourceList": [{"name": "s", "type": 1}],
            "outputRate": [0, 10],
        }
        await client.call(CREATE, params)
        assert answered | params == answered
        reply = await client.call(STOP, {"channelIds": ["a"]})
        assert reply.data["detail"] == [{"id": "a", "code": 0, "message": ""}]
        long = [f"{number:020}" for number in range(500)]
        assert len((await client.call(STOP, {"channelIds": long})).data["detail"]) == 500
        with pytest.raises(PartlyDone) as caught:
            await client.call(STOP, {"channelIds": ["a", "bad", "c"]})
        assert [(one.target, one.code) for one in caught.value.outcomes] == [
            ("a", "0"),
            ("bad", "20301"),
            ("c", "0"),
        ]
        with pytest.raises(NotFound):
            await client.call(STOP, {"channelIds": ["bad"]})
    async with client_of(emulator, "wrong") as client:
        with pytest.raises(BadCredential):
            await client.call(LIST, {})


async def test_our_client_keeps_to_a_hundred_a_minute(emulator: Served) -> None:
    slept: list[float] = []
    at = [1000.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        at[0] += seconds

    emulator.app.limits._clock = lambda: at[0]
    async with client_of(emulator, budget=Budget(lambda: at[0], sleep)) as client:
        for _ in range(101):
            await client.call(LIST, {})
    assert [call["code"] for call in emulator.calls()] == [""] * 101
    assert sum(slept) == pytest.approx(60, abs=0.1)


async def test_our_client_finds_out_about_the_clock(emulator: Served) -> None:
    emulator.fault("clock_skew", seconds=3 * 3600)
    async with client_of(emulator) as client:
        await client.call(STOP, {"channelIds": ["a"]})
        assert client.skew == timedelta(hours=3)
    assert [call["code"] for call in emulator.calls()] == ["4500", ""]


async def test_our_client_is_throttled(emulator: Served) -> None:
    emulator.fault("throttle", STOP)
    async with client_of(emulator) as client:
        with pytest.raises(Throttled):
            await client.call(STOP, {"channelIds": ["a"]})
    assert json.dumps([call["code"] for call in emulator.calls()]) == '["4400"]'
