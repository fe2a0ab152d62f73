"""`livetui call mdp` as it is typed, against the emulated cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from emulated import Served

from livetui.catalogue import load
from livetui.cli import main

REGION = "ap-singapore"
Call = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator_now: Served) -> Path:
    """A machine with the emulator's key in its environment and nothing else."""
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(tmp_path / kind.lower()))
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", emulator_now.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", emulator_now.secret_key)
    monkeypatch.delenv("TENCENTCLOUD_TOKEN", raising=False)
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)
    return tmp_path


@pytest.fixture
def call(emulator_now: Served, capsys: pytest.CaptureFixture[str]) -> Call:
    """One call that has to succeed; its reply."""

    def made(action: str, **params: Any) -> dict[str, Any]:
        where = ["--region", REGION, "--endpoint", emulator_now.url]
        code = main(["call", "mdp", action, "--json", json.dumps(params), "--yes", *where])
        out, err = capsys.readouterr()
        assert (code, err) == (0, ""), action
        reply: dict[str, Any] = json.loads(out)
        assert reply.pop("RequestId")
        return reply

    return made


def test_a_read(call: Call) -> None:
    assert call("DescribeStreamPackageChannels", PageSize=2)["TotalNum"] == 5


def test_a_change_is_on_record(call: Call, home: Path) -> None:
    call("CreateStreamPackageChannel", Name="gate", Protocol="HLS")
    lines = (home / "state" / "journal.jsonl").read_text().splitlines()
    entry = json.loads(lines[0])
    assert (entry["service"], entry["action"], entry["region"]) == (
        "mdp",
        "CreateStreamPackageChannel",
        REGION,
    )


def test_what_fails(emulator_now: Served, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["call", "mdp", "DescribeStreamPackageChannel", "--endpoint", emulator_now.url, "Id=none"]
    assert main(words) == 2
    assert "egion" in capsys.readouterr().err
    assert main([*words, "--region", REGION]) == 1
    assert "InvalidParameter.NotFound" in capsys.readouterr().err
    assert main(["call", "mdp", "DescribeLiveDomains"]) == 2
    assert "mdp has no action" in capsys.readouterr().err


def test_a_dry_run_is_signed_for_mdp(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "mdp", "DescribeStreamPackageChannels", "--region", REGION, "--dry-run"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["url"] == "https://mdp.intl.tencentcloudapi.com/"
    assert shown["headers"]["x-tc-version"] == "2020-05-27"
    assert "/mdp/tc3_request" in shown["headers"]["authorization"]


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("live.intl.tencentcloudapi.com", "https://mdp.intl.tencentcloudapi.com/"),
        ("mdp.ap-seoul.tencentcloudapi.com", "https://mdp.ap-seoul.tencentcloudapi.com/"),
        ("https://proxy.example/", "https://proxy.example/"),
    ],
)
def test_a_profiles_endpoint_is_for_its_own_service(
    home: Path, capsys: pytest.CaptureFixture[str], endpoint: str, url: str
) -> None:
    (home / "config").mkdir()
    text = f'[profiles.prod]\ncredential = {{env = true}}\nendpoint = "{endpoint}"\n'
    (home / "config" / "config.toml").write_text(text)
    assert main(["call", "mdp", "DescribeStreamPackageChannels", "--region", REGION, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["url"] == url


def test_all_sixty_actions(call: Call, emulator_now: Served) -> None:
    """Everything made, read, changed and taken away again, by its own command line."""
    _channels(call)
    _adverts(call)
    _jobs(call, emulator_now)
    _assembly(call)
    asked = {entry["action"] for entry in emulator_now.calls()}
    assert asked == set(load("mdp").names)
    assert len(asked) == 60


def _channels(call: Call) -> None:
    info = call("CreateStreamPackageChannel", Name="gate", Protocol="HLS")["Info"]
    ident, url = info["Id"], info["Points"]["Inputs"][0]["Url"]
    call("ModifyStreamPackageChannel", Id=ident, Name="gate-2", Protocol="HLS")
    call("DescribeStreamPackageChannel", Id=ident)
    call("DescribeStreamPackageChannels")
    call("ModifyStreamPackageChannelInputAuthInfo", Id=ident, Url=url, ActionType="UPDATE")
    auth = {"AuthKey": "k"}
    out = call("CreateStreamPackageChannelEndpoint", Id=ident, Name="main", AuthInfo=auth)["Info"]["Url"]
    call("ModifyStreamPackageChannelEndpoint", Id=ident, Url=out, Name="main", AuthInfo=auth)
    call("DeleteStreamPackageChannelEndpoints", Id=ident, Urls=[out])
    call("BindNewLVBDomainWithChannel", ChannelId=ident, LVBDomain="play.campus.example")
    call("UnbindCdnDomainWithChannel", ChannelId=ident, CdnDomain="play.campus.example")
    assert call("DeleteStreamPackageChannels", Ids=[ident])["SuccessInfos"]


def _adverts(call: Call) -> None:
    made = {
        "Name": "ads",
        "ContentSource": "https://origin.campus.example/",
        "SSAIInfo": {"AdsUrl": "https://ads.campus.example/"},
    }
    ident = call("CreateStreamPackageSSAIChannel", **made)["Info"]["ID"]
    call("ModifyStreamPackageSSAIChannel", ID=ident, **made)
    call("DescribeStreamPackageSSAIChannel", ID=ident)
    call("DescribeStreamPackageSSAIChannels")
    call("DescribeStreamPackageSSAIUsage")
    call("DeleteStreamPackageSSAIChannel", ID=ident)


def _jobs(call: Call, server: Served) -> None:
    job = {
        "ChannelName": "harbor-cam",
        "EndpointName": "main",
        "TimeFormat": "Epoch seconds",
        "StartTime": str(int((server.clock.now() - timedelta(hours=1)).timestamp())),
        "EndTime": str(int(server.clock.now().timestamp())),
    }
    for ident in ("one", "two"):
        call("CreateStreamPackageHarvestJob", ID=ident, **job)
    call("DescribeStreamPackageHarvestJob", ID="one")
    call("DescribeStreamPackageHarvestJobs")
    call("DeleteStreamPackageHarvestJob", ID="one")
    call("DeleteStreamPackageHarvestJobs", IDs=["two"])
    folder = {"Bucket": "media-1", "Region": REGION, "OutputDir": "/vod/"}
    task = {
        "Type": "WEBVTT",
        "InputFileInfo": {"Type": "URL", "Url": "https://media.campus.example/a.m3u8"},
        "OutputStorage": {"Type": "COS", "CosOutputStorage": folder},
    }
    one, two = (call("CreateStreamPackageVodRemuxTask", Name=name, **task)["Info"]["Id"] for name in "ab")
    call("StartStreamPackageVodRemuxTask", Id=one)
    call("DescribeStreamPackageVodRemuxTask", Id=one)
    call("DescribeStreamPackageVodRemuxTasks")
    call("DeleteStreamPackageVodRemuxTask", Id=two)
    done = call("DescribeStreamPackageVodRemuxTasks")["Infos"][0]["Id"]
    call("DeleteStreamPackageVodRemuxTasks", Ids=[done])


def _assembly(call: Call) -> None:
    def made(noun: str, **params: Any) -> str:
        ident: str = call(f"CreateStreamPackage{noun}", **params)["Info"]["Id"]
        return ident

    location = made("SourceLocation", Name="library", BaseUrl="https://media.campus.example/")
    source = made("Source", AttachedLocation=location, Name="film", Type="VOD")
    channel, other = (
        made("LinearAssemblyChannel", Name=name, Tier="Standard", PlaybackMode="Linear")
        for name in ("a", "b")
    )
    program = {
        "AttachedChannel": channel,
        "SourceType": "VOD",
        "SourceLocationId": location,
        "SourceName": "film",
        "PlaybackConf": {"TransitionType": "Absolute", "StartTime": 1_900_000_000},
    }
    one, two = (made("LinearAssemblyProgram", Name=name, **program) for name in ("one", "two"))
    call("StartStreamPackageLinearAssemblyChannel", Id=channel)
    call("StopStreamPackageLinearAssemblyChannel", Id=channel)
    for noun, ident in (
        ("SourceLocation", location),
        ("Source", source),
        ("LinearAssemblyChannel", channel),
        ("LinearAssemblyProgram", one),
    ):
        call(f"ModifyStreamPackage{noun}", Id=ident, Name="renamed")
        assert call(f"DescribeStreamPackage{noun}", Id=ident)["Info"]["Name"] == "renamed"
        call(f"DescribeStreamPackage{noun}s")
    call("DescribeStreamPackageLinearAssemblyProgramSchedules", ChannelId=channel)
    call("DescribeStreamPackageLinearAssemblyChannelAlerts", ChannelId=channel)
    call("DescribeStreamPackageSourceAlerts", SourceId=source)
    call("DescribeStreamPackageSourceLocationAlerts", LocationId=location)
    domain = {"ChannelId": channel, "CdnDomain": "tv.campus.example"}
    call("BindLinearAssemblyCDNDomainWithChannel", **domain)
    call("DescribeLinearAssemblyCDNDomainWithChannel", ChannelId=channel)
    call("DescribeLinearAssemblyCDNDomainWithChannels")
    call("UnbindLinearAssemblyCDNDomainWithChannel", **domain)
    call("DeleteStreamPackageLinearAssemblyProgram", Id=one)
    call("DeleteStreamPackageLinearAssemblyPrograms", Ids=[two])
    call("DeleteStreamPackageLinearAssemblyChannel", Id=channel)
    call("DeleteStreamPackageLinearAssemblyChannels", Ids=[other])
    call("DeleteStreamPackageSource", Id=source)
    call("DeleteStreamPackageSourceLocation", Id=location)
