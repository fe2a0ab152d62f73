"""`livetui call` for LVB, channel hosting and ApsaraVideo Live, as typed, against the emulated cloud."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from emulated import ALIYUN_ID, ALIYUN_SECRET, LVB_APPID, LVB_KEY, Served

from livetui.catalogue.mask import DOTS
from livetui.cli import main
from livetui.emulator.services import handlers

Out = pytest.CaptureFixture[str]
DOMAIN = "DomainName=play.harbor.example"
KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": ALIYUN_ID,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ALIYUN_SECRET,
    "LIVETUI_LVB_APPID": LVB_APPID,
    "LIVETUI_LVB_KEY": LVB_KEY,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator_now: Served) -> Path:
    """A machine with the emulator's keys in its environment and nothing else."""
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(tmp_path / kind.lower()))
    pair = {
        "TENCENTCLOUD_SECRET_ID": emulator_now.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator_now.secret_key,
    }
    for name, value in (KEYS | pair).items():
        monkeypatch.setenv(name, value)
    for name in ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_REGION", "ALIBABA_CLOUD_SECURITY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def config(home: Path, text: str) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text(text)


def call(capsys: Out, *words: str, code: int = 0) -> Any:
    """What is printed: the reply where it succeeds, else what is said of it."""
    assert main(["call", *words]) == code
    out, err = capsys.readouterr()
    assert bool(err) == bool(code)
    return err if code else json.loads(out)


def test_lvb(emulator_now: Served, capsys: Out) -> None:
    where = ("--endpoint", emulator_now.url)
    live = call(capsys, "lvb", "Live_Channel_GetLiveChannelList", *where)
    code = live["channel_list"][0]["channel_id"]
    assert call(capsys, "lvb", "Live_Channel_GetStatus", f"channel_id={code}", *where)["status"] == 1
    assert call(capsys, "lvb", "Get_LiveStat", "page_size=1", *where)["stream_count"] > 1
    reply = call(capsys, "lvb", "Live_Channel_SetStatus", f"channel_id={code}", "status=0", "--yes", *where)
    assert reply == {}
    assert call(capsys, "lvb", "Live_Channel_GetStatus", f"channel_id={code}", *where)["status"] == 3
    said = call(capsys, "lvb", "Live_Channel_GetStatus", "channel_id=never", *where, code=1)
    assert "20601" in said
    full = call(capsys, "lvb", "Live_Channel_GetStatus", f"channel_id={code}", "--full", *where)
    assert full["ret"] == 0


def test_lvb_is_sent_unencrypted_only_where_that_is_allowed(capsys: Out) -> None:
    said = call(capsys, "lvb", "Live_Channel_GetLiveChannelList", code=1)
    assert "plain http" in said
    assert "--allow-plain-http" in said


def test_channel_hosting(emulator_now: Served, capsys: Out, home: Path) -> None:
    where = ("--endpoint", emulator_now.url)
    listed = call(capsys, "channel", "DescribeLVBChannelList", *where)
    ids = [row["channel_id"] for row in listed["channelSet"]]
    assert listed["all_count"] >= len(ids) > 1
    signed = ("--signature", "HmacSHA256", *where)
    (info,) = call(capsys, "channel", "DescribeLVBChannel", f"channelId={ids[0]}", *signed)["channelInfo"]
    assert info["channel_id"] == ids[0]
    call(capsys, "channel", "StopLVBChannel", f"channelIds.0={ids[0]}", "--yes", *where)
    batch = (f"channelIds.0={ids[0]}", "channelIds.1=404404")
    said = call(capsys, "channel", "DeleteLVBChannel", *batch, "--yes", *where, code=1)
    assert "done for 1 of 2" in said
    assert "404404 (20301" in said
    lines = (home / "state" / "journal.jsonl").read_text().splitlines()
    statuses = [json.loads(line).get("status") for line in lines]
    assert [status for status in statuses if status] == ["accepted", "unknown"]


def test_apsara(emulator_now: Served, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"StreamName": "one"}
    answer = {"OnlineInfo": [row], "TotalNum": 1}
    action = "DescribeLiveStreamsOnlineList"
    monkeypatch.setitem(handlers("apsara"), action, lambda account, params, call: answer)
    reply = call(capsys, "apsara", action, DOMAIN, "--endpoint", emulator_now.url)
    assert reply.pop("RequestId")
    assert reply == answer
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wrong")
    said = call(capsys, "apsara", action, DOMAIN, "--endpoint", emulator_now.url, code=1)
    assert "SignatureDoesNotMatch" in said


@pytest.mark.parametrize(
    ("service", "action", "name"),
    [
        ("apsara", "DescribeLiveStreamsOnlineList", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        ("lvb", "Live_Channel_GetLiveChannelList", "LIVETUI_LVB_KEY"),
        ("channel", "DescribeLVBChannelList", "TENCENTCLOUD_SECRET_KEY"),
    ],
)
def test_a_key_that_is_missing_is_named(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, service: str, action: str, name: str
) -> None:
    monkeypatch.delenv(name)
    words = (DOMAIN,) if service == "apsara" else ()
    assert f"export {name}" in call(capsys, service, action, *words, "--allow-plain-http", code=1)


def test_a_dry_run_of_each(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "temporary-token")
    url = "NotifyUrl=https://hook.example/?key=hidden"
    shown = call(capsys, "apsara", "AddLiveDetectNotifyConfig", DOMAIN, url, "--dry-run")
    assert (shown["method"], shown["url"]) == ("GET", "https://live.aliyuncs.com/")
    query = shown["query"]
    assert (query["Signature"], query["SecurityToken"]) == (DOTS, DOTS)
    assert ALIYUN_ID not in json.dumps(shown)
    assert "hidden" not in json.dumps(shown)
    assert query["DomainName"] == "play.harbor.example"

    shown = call(capsys, "lvb", "Get_LiveStat", "stream_id=a", "--dry-run")
    assert shown["url"] == "http://statcgi.video.qcloud.com/common_access"
    assert shown["query"] == {
        "cmd": LVB_APPID,
        "interface": "Get_LiveStat",
        "Param.s.stream_id": "a",
        "t": shown["query"]["t"],
        "sign": DOTS,
    }
    mix = ("mix_stream_session_id=s", "output_stream_id=a", "input_stream_list.0.input_stream_id=a")
    layer = "input_stream_list.0.layout_params.image_layer=1"
    shown = call(capsys, "lvb", "mix_streamv2.start_mix_stream_advanced", *mix, layer, "--dry-run")
    assert shown["method"] == "POST"
    assert shown["body"]["interface"]["para"]["output_stream_id"] == "a"

    made = ("channelName=n", "outputSourceType=3", "sourceList.0.name=s", "sourceList.0.type=1")
    shown = call(capsys, "channel", "CreateLVBChannel", *made, "playerPassword=hidden", "--dry-run")
    assert shown["url"] == "https://live.api.qcloud.com/v2/index.php"
    assert (shown["query"]["playerPassword"], shown["query"]["Signature"]) == (DOTS, DOTS)
    assert shown["query"]["sourceList.1.name"] == "s"
    assert "body" not in shown


def test_a_profile_lends_its_endpoint_to_its_own_service_only(capsys: Out, home: Path) -> None:
    own = "live.intl.tencentcloudapi.com"
    config(home, f'[profiles.prod]\ncredential = {{env = true}}\nendpoint = "{own}"\n')
    assert call(capsys, "css", "DescribeLiveDomains", "--dry-run")["url"] == f"https://{own}/"
    hosts = {
        "channel DescribeLVBChannelList": "https://live.api.qcloud.com/v2/index.php",
        "lvb Live_Channel_GetLiveChannelList": "http://fcgi.video.qcloud.com/common_access",
        f"apsara DescribeLiveStreamsOnlineList {DOMAIN}": "https://live.aliyuncs.com/",
    }
    for words, url in hosts.items():
        assert call(capsys, *words.split(), "--dry-run")["url"] == url


def test_a_profile_of_another_cloud(capsys: Out, home: Path, emulator_now: Served) -> None:
    config(home, "[profiles.prod]\ncredential = {env = true}\nread_only = true\n")
    words = ("apsara", "DescribeLiveStreamsBlockList", DOMAIN, "--dry-run")
    assert call(capsys, *words)["query"]["Action"] == "DescribeLiveStreamsBlockList"
    assert "is of tencent" in call(capsys, *words, "--profile", "prod", code=2)
    assert "no profile" in call(capsys, *words, "--profile", "other", code=2)
    lvb = (
        "lvb",
        "Live_Channel_SetStatus",
        "channel_id=a",
        "status=0",
        "--yes",
        "--endpoint",
        emulator_now.url,
    )
    assert "read-only" in call(capsys, *lvb, code=1), "LVB belongs to the profile's account"
