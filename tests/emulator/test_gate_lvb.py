"""LVB's way in at /common_access: t and sign, appid or cmd, dotted names, mixing, its ways to say no."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from emulated import LVB_APPID, LVB_KEY, NOW, SECRET_ID, InProcess, Served

from livetui.catalogue import load
from livetui.client import BadCredential, Client, NotActivated, NotFound, Throttled
from livetui.emulator.answers import Refusal
from livetui.emulator.services import handlers
from livetui.settings import Credential
from livetui.signing import md5

LVB = load("lvb")
STATUS, STAT, QUEUE = "Live_Channel_GetStatus", "Get_LiveStat", "Live_Queue_Get"
MIX = "mix_streamv2.start_mix_stream_advanced"
CODE = {"Param.s.channel_id": "match-01-main"}


@pytest.fixture(autouse=True)
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Answers of the tests' own, whatever the emulated service knows; what they were asked is kept."""
    seen: dict[str, Any] = {}

    def kept(reply: dict[str, Any]) -> Any:
        def answer(account: Any, params: dict[str, Any], call: Any) -> dict[str, Any]:
            seen.clear()
            seen.update(params)
            if params.get("channel_id") == "never":
                raise Refusal("20601", "This stream has never been pushed")
            return reply

        return answer

    own = {
        STATUS: {"rate_type": 0, "recv_type": 3, "status": 1},
        STAT: {"stream_count": 0, "stream_info": [], "total_bandwidth": 0.0, "total_online": 0},
        QUEUE: {"count": 1, "data": [{"stream_id": "a", "pic_url": "/p.jpg", "create_time": 1473645788}]},
        MIX: {"timestamp": 1490079362},
        "Live_Channel_SetStatus": {},
        "Live_Tape_Stop": {},
    }
    for name in LVB.names:
        monkeypatch.delitem(handlers("lvb"), name, raising=False)
    for name, reply in own.items():
        monkeypatch.setitem(handlers("lvb"), name, kept(reply))
    return seen


def query(
    interface: str, at: datetime = NOW, key: str = LVB_KEY, account: str = "appid", **given: Any
) -> dict[str, str]:
    """A signed query, good for a minute; given values stand over its own, None leaves them out."""
    expires = int(at.timestamp()) + 60
    made = {account: LVB_APPID, "interface": interface, "t": str(expires), "sign": md5.sign(key, expires)}
    return {name: value for name, value in (made | given).items() if value is not None}


async def ask(where: InProcess, interface: str = STATUS, **how: Any) -> httpx.Response:
    return await where.http.get("/common_access", params=query(interface, **(CODE | how)))


async def test_a_signed_call_is_answered(emulator_app: InProcess, answered: dict[str, Any]) -> None:
    reply = await ask(emulator_app)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json() == {
        "ret": 0,
        "message": "ok",
        "output": {"rate_type": 0, "recv_type": 3, "status": 1},
    }
    assert answered == {"channel_id": "match-01-main"}
    calls = (await emulator_app.control("calls", method="GET"))["calls"]
    assert [(call["action"], call["secret_id"]) for call in calls] == [(STATUS, LVB_APPID)]


async def test_what_tells_nothing_has_no_output(emulator_app: InProcess, answered: dict[str, Any]) -> None:
    reply = await ask(emulator_app, "Live_Channel_SetStatus", **{"Param.n.status": "2"})
    assert reply.json() == {"ret": 0, "message": "ok"}
    assert answered == {"channel_id": "match-01-main", "status": 2}


@pytest.mark.parametrize("name", ["Param.s.task_id", "Param.n.task_id"])
async def test_a_tasks_id_may_have_either_prefix(
    emulator_app: InProcess, answered: dict[str, Any], name: str
) -> None:
    """The table of Live_Tape_Stop has the one, its example the other."""
    assert (await ask(emulator_app, "Live_Tape_Stop", **{name: "123"})).json()["ret"] == 0
    assert answered["task_id"] == "123"


async def test_counts_are_quoted_where_they_are(emulator_app: InProcess) -> None:
    asked = {"Param.s.channel_id": None, "Param.n.bid": "100"}
    output = (await ask(emulator_app, QUEUE, account="cmd", **asked)).json()["output"]
    assert (output["count"], output["data"][0]["create_time"]) == ("1", 1473645788)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"appid": None}, {"ret": -1, "message": "appid is invalid"}),
        ({"appid": "77"}, {"ret": -1, "message": "appid is invalid"}),
        ({"appid": SECRET_ID}, {"ret": -1, "message": "appid is invalid"}),
        ({"account": "cmd"}, {"ret": -1, "message": "appid is invalid"}),
        ({"interface": STAT}, {"ret": -1, "message": "cmd is invalid"}),
        ({"Param.s.channel_id": "never"}, {"ret": 20601, "message": "This stream has never been pushed"}),
    ],
)
async def test_what_is_refused_by_words_or_number(
    emulator_app: InProcess, how: dict[str, Any], told: dict[str, Any]
) -> None:
    reply = await ask(emulator_app, **how)
    assert (reply.status_code, reply.json()) == (200, told)


@pytest.mark.parametrize(
    "how",
    [
        {"at": NOW - timedelta(seconds=61)},
        {"key": "wrong"},
        {"sign": None},
        {"t": None},
        {"t": "soon"},
        {"t": str(int(NOW.timestamp()) + 61)},
    ],
)
async def test_what_http_403_is_for(emulator_app: InProcess, how: dict[str, Any]) -> None:
    reply = await ask(emulator_app, **how)
    assert (reply.status_code, reply.json()["ret"]) == (403, 403)


@pytest.mark.parametrize(
    ("interface", "how"),
    [
        ("Live_Nothing", {}),
        (STATUS, {"Param.s.channel_id": None}),
        (STATUS, {"Param.s.odd": "1"}),
        ("Live_Channel_SetStatus", {"Param.n.status": "3"}),
        ("Live_Channel_SetStatus", {"Param.n.status": "off"}),
        ("Mix_StreamV2", {}),
    ],
)
async def test_wrong_input_has_one_code(emulator_app: InProcess, interface: str, how: dict[str, Any]) -> None:
    reply = await ask(emulator_app, interface, **how)
    assert (reply.status_code, reply.json()["ret"]) == (200, 1000)
    assert reply.json()["message"]


LONE = [{"input_stream_id": "a", "layout_params": {"image_layer": 1}}]


def mixing(**para: Any) -> dict[str, Any]:
    own = {"app_id": int(LVB_APPID), "interface": MIX, "mix_stream_session_id": "s", "output_stream_id": "a"}
    told = {
        name: value for name, value in (own | {"input_stream_list": LONE} | para).items() if value is not None
    }
    return {"timestamp": 1, "eventId": 2, "interface": {"interfaceName": "Mix_StreamV2", "para": told}}


async def mix(where: InProcess, document: Any) -> dict[str, Any]:
    reply = await where.http.post("/common_access", params=query("Mix_StreamV2"), json=document)
    told: dict[str, Any] = reply.json()
    return told


async def test_mixing_is_posted(emulator_app: InProcess, answered: dict[str, Any]) -> None:
    assert await mix(emulator_app, mixing()) == {"code": 0, "message": "Success!", "timestamp": 1490079362}
    assert answered == {"mix_stream_session_id": "s", "output_stream_id": "a", "input_stream_list": LONE}
    calls = (await emulator_app.control("calls", method="GET"))["calls"]
    assert [call["action"] for call in calls] == [MIX]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], 1000),
        ({"interface": {"para": 1}}, 1000),
        (mixing() | {"eventId": "x"}, 1000),
        (mixing(interface="other"), 1000),
        (mixing(mix_stream_session_id=None), 1000),
        (mixing(odd=1), 1000),
        (mixing(output_stream_type=2), 1000),
        (mixing(app_id=5), -1),
    ],
)
async def test_a_wrong_mix(emulator_app: InProcess, document: Any, code: int) -> None:
    assert (await mix(emulator_app, document))["code"] == code


async def test_keys_and_accounts_that_may_not(emulator_app: InProcess) -> None:
    few = {"secret_id": "99", "secret_key": "few", "denied": [STAT], "cloud": "lvb"}
    await emulator_app.control("keys", few)
    reply = await ask(emulator_app, STAT, account="cmd", key="few", cmd="99", **{"Param.s.channel_id": None})
    assert reply.json()["message"] == "cmd is invalid"
    for status in ("not-activated", "suspended"):
        await emulator_app.control("account", {"status": status})
        assert (await ask(emulator_app)).json()["message"] == "appid is invalid"


async def test_faults_come_in_this_envelope(emulator_app: InProcess) -> None:
    await emulator_app.control("faults", {"kind": "throttle", "action": STATUS, "times": 1})
    assert (await ask(emulator_app)).status_code == 429
    await emulator_app.control("faults", {"kind": "error", "code": "20601", "message": "m", "times": 1})
    assert (await ask(emulator_app)).json() == {"ret": 20601, "message": "m"}
    await emulator_app.control("faults", {"kind": "error", "action": MIX, "code": "-30001", "times": 1})
    assert (await mix(emulator_app, mixing()))["code"] == -30001
    await emulator_app.control(
        "faults", {"kind": "error", "code": "InternalError", "message": "m", "times": 1}
    )
    assert (await ask(emulator_app)).json() == {"ret": -1, "message": "InternalError"}
    await emulator_app.control("faults", {"kind": "http", "times": 1})
    assert (await ask(emulator_app)).status_code == 502
    await emulator_app.control("faults", {"kind": "malformed", "times": 1})
    with pytest.raises(json.JSONDecodeError):
        (await ask(emulator_app)).json()


# Our client.


def client_of(emulator: Served, key: str = LVB_KEY) -> Client:
    credential = Credential(LVB_APPID, key)
    return Client(LVB, credential, endpoint=emulator.url, now=emulator.clock.now)


async def test_our_client(emulator: Served, answered: dict[str, Any]) -> None:
    async with client_of(emulator) as client:
        assert (await client.call(STATUS, {"channel_id": "a b&c=é"})).data["status"] == 1
        assert answered == {"channel_id": "a b&c=é"}
        assert (await client.sweep(STAT, {})).items == ()
        assert answered == {"page_no": 1, "page_size": 300}
        queue = await client.call(QUEUE, {"bid": 100})
        assert (queue.data["count"], queue.data["data"][0]["stream_id"]) == (1, "a")
        params = {"mix_stream_session_id": "s", "output_stream_id": "a", "input_stream_list": LONE}
        assert (await client.call(MIX, params)).data == {"timestamp": 1490079362}
        assert answered == params
        with pytest.raises(NotFound):
            await client.call(STATUS, {"channel_id": "never"})
        emulator.fault("throttle", "Live_Channel_SetStatus")
        with pytest.raises(Throttled):
            await client.call("Live_Channel_SetStatus", {"channel_id": "a", "status": 0})
        emulator.control("account", {"status": "suspended"})
        with pytest.raises(NotActivated):
            await client.call(STATUS, {"channel_id": "a"})
    async with client_of(emulator, "wrong") as client:
        with pytest.raises(BadCredential):
            await client.call(STATUS, {"channel_id": "a"})


async def test_our_client_finds_out_about_the_clock(emulator: Served) -> None:
    emulator.fault("clock_skew", seconds=3600)
    async with client_of(emulator) as client:
        assert (await client.call(STATUS, {"channel_id": "a"})).data["status"] == 1
        assert client.skew == timedelta(hours=1)
    assert [call["code"] for call in emulator.calls()] == ["403", ""]
