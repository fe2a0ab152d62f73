"""Linear assembly of the emulated account: locations, sources, channels, programs, domains, alerts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from customer import START, Customer

from livetui.catalogue import load
from livetui.emulator.services import handlers

REGION, OTHER = "ap-singapore", "eu-frankfurt"
PREFIX = "StreamPackage"
NOW = int(START.timestamp())


class Assembler(Customer):
    """Calls one region, and leaves the part out that all actions' names share."""

    def __init__(self) -> None:
        super().__init__(service="mdp")

    def named(self, short: str) -> str:
        """`CreateSource`, `StartChannel`, `ListPrograms` as the catalogue has them."""
        verb = next(
            v for v in ("Create", "Modify", "Describe", "Delete", "Start", "Stop") if short.startswith(v)
        )
        noun = short.removeprefix(verb)
        assembly = "" if noun.startswith("Source") else "LinearAssembly"
        return f"{verb}{PREFIX}{assembly}{noun}"

    def ok(self, short: str, region: str = REGION, **params: Any) -> dict[str, Any]:
        return self(self.named(short), region, **params)

    def no(self, code: str, short: str, **params: Any) -> None:
        error = self.send(self.named(short), REGION, params)["Error"]
        assert error["Code"] == code, error
        assert self.catalogue.error(code) is not None

    def known(self, short: str, name: str) -> dict[str, Any]:
        infos = self.ok(short, PageSize=100)["Infos"]
        found: dict[str, Any] = next(info for info in infos if info["Name"] == name)
        return found


@pytest.fixture
def customer() -> Assembler:
    return Assembler()


@pytest.fixture
def library(customer: Assembler) -> tuple[str, str, str]:
    """Ids of a new location, a VOD source `film` and a live source `gate` in it."""
    where = {"Name": "library", "BaseUrl": "https://media.campus.example/"}
    location = customer.ok("CreateSourceLocation", **where)["Info"]["Id"]
    film, gate = (
        customer.ok("CreateSource", AttachedLocation=location, Name=name, Type=kind)["Info"]["Id"]
        for name, kind in (("film", "VOD"), ("gate", "Live"))
    )
    return location, film, gate


@pytest.fixture
def channel(customer: Assembler) -> str:
    outputs = [{"Type": "HLS", "GroupName": "main", "ManifestName": "index"}]
    made = customer.ok("CreateChannel", Name="tv", Tier="Standard", PlaybackMode="Linear", Outputs=outputs)
    ident: str = made["Info"]["Id"]
    return ident


def program(name: str, channel: str, location: str, **more: Any) -> dict[str, Any]:
    return {
        "Name": name,
        "AttachedChannel": channel,
        "SourceType": "VOD",
        "SourceLocationId": location,
        "SourceName": "film",
        "PlaybackConf": {"TransitionType": "Absolute", "StartTime": NOW + 600},
    } | more


def test_every_action_is_answered() -> None:
    assert set(handlers("mdp")) == set(load("mdp").names)
    assert len(load("mdp").names) == 60


def test_locations(customer: Assembler, library: tuple[str, str, str]) -> None:
    location, film, gate = library
    shown = customer.ok("DescribeSourceLocation", Id=location)["Info"]
    assert (shown["AttachedVodSources"], shown["AttachedLiveSources"]) == ([film], [gate])
    assert shown["SegmentDeliverUsePackageEnable"] is True
    create = {"Name": "library", "BaseUrl": "https://a.example/"}
    customer.no("InvalidParameter.Name", "CreateSourceLocation", **create)
    customer.no("InvalidParameterValue", "CreateSourceLocation", Name="b", BaseUrl="nowhere")
    customer.no(
        "MissingParameter", "CreateSourceLocation", **create | {"Name": "b", "SegmentDeliverEnable": True}
    )
    customer.no("InvalidParameter.Name", "ModifySourceLocation", Id=location, Name="harbor-library")
    customer.ok("ModifySourceLocation", Id=location, BaseUrl="https://b.example/")
    shown = customer.ok("DescribeSourceLocation", Id=location)["Info"]
    assert (shown["Name"], shown["BaseUrl"]) == ("library", "https://b.example/")
    customer.no("ResourceInUse", "DeleteSourceLocation", Id=location)
    for source in (film, gate):
        customer.ok("DeleteSource", Id=source)
    customer.ok("DeleteSourceLocation", Id=location)
    customer.no("InvalidParameter.NotFound", "DescribeSourceLocation", Id=location)
    customer.no("InvalidParameter.NotFound", "DeleteSourceLocation", Id=location)
    assert customer.ok("DescribeSourceLocations", OTHER)["TotalNum"] == 1


def test_sources(customer: Assembler, library: tuple[str, str, str]) -> None:
    location, film, _ = library
    create = {"AttachedLocation": location, "Name": "film", "Type": "VOD"}
    customer.no("InvalidParameter.Name", "CreateSource", **create)
    customer.no("InvalidParameter.NotFound", "CreateSource", **create | {"AttachedLocation": "none"})
    assert customer.ok("DescribeSources", LocationId=location)["TotalNum"] == 2
    assert customer.ok("DescribeSources", LocationId=location, Type="Live")["TotalNum"] == 1
    customer.no("InvalidParameter.NotFound", "DescribeSources", LocationId="none")
    conf = [{"GroupName": "main", "Type": "DASH", "Path": "film.mpd"}]
    customer.ok("ModifySource", Id=film, Name="film-2", PackageConfs=conf)
    shown = customer.ok("DescribeSource", Id=film)["Info"]
    assert (shown["Name"], shown["Type"], shown["PackageConf"]) == ("film-2", "VOD", conf)
    customer.no("InvalidParameter.Name", "ModifySource", Id=film, Name="gate")
    for action in ("DescribeSource", "DeleteSource", "ModifySource"):
        customer.no("InvalidParameter.NotFound", action, Id="none")


def test_a_source_that_is_played_stays(customer: Assembler) -> None:
    for name in ("feature", "slate"):
        source = customer.known("DescribeSources", name)
        customer.no("ResourceInUse", "DeleteSource", Id=source["Id"])
    feature = customer.known("DescribeSources", "feature")["Id"]
    customer.no("ResourceInUse", "ModifySource", Id=feature, Type="Live")


def test_a_channel_on_and_off_the_air(customer: Assembler, channel: str) -> None:
    def state() -> str:
        told: str = customer.ok("DescribeChannel", Id=channel)["Info"]["State"]
        return told

    assert state() == "Stopped"
    customer.ok("StartChannel", Id=channel)
    assert state() == "Running"
    customer.no("ResourceInUse", "DeleteChannel", Id=channel)
    customer.no("ResourceInUse", "DeleteChannels", Ids=[channel])
    customer.ok("StopChannel", Id=channel)
    customer.ok("DeleteChannel", Id=channel)
    for action in ("StartChannel", "StopChannel", "DeleteChannel", "DescribeChannel", "ModifyChannel"):
        customer.no("InvalidParameter.NotFound", action, Id=channel)


def test_a_channels_settings(customer: Assembler, channel: str, library: tuple[str, str, str]) -> None:
    before = customer.ok("DescribeChannel", Id=channel)["Info"]
    outputs = [*before["Outputs"], {"Type": "DASH", "GroupName": "main", "ManifestName": "dash"}]
    customer.ok("ModifyChannel", Id=channel, Name="tv-2", Outputs=outputs)
    after = customer.ok("DescribeChannel", Id=channel)["Info"]
    assert after["Name"] == "tv-2"
    assert after["Outputs"][0]["PlaybackURL"] == before["Outputs"][0]["PlaybackURL"] != ""
    assert after["Outputs"][1]["PlaybackURL"].endswith("/dash.mpd")
    customer.no("InvalidParameter.Name", "ModifyChannel", Id=channel, Name="harbor-24h")
    slate = {"SourceLocationId": library[0], "VodSourceName": "gate"}
    customer.no("InvalidParameterValue", "ModifyChannel", Id=channel, SlateConf=slate)
    customer.ok("ModifyChannel", Id=channel, SlateConf=slate | {"VodSourceName": "film"})
    customer.no("InvalidParameterValue", "ModifyChannel", Id=channel, PlaybackMode="Loop")
    customer.no("InvalidParameterValue", "ModifyChannel", Id=channel, Outputs=[outputs[0]] * 2)
    create = {"Tier": "Basic", "PlaybackMode": "Linear"}
    customer.no("InvalidParameter.Name", "CreateChannel", **create, Name="tv-2")
    customer.no("InvalidParameterValue", "CreateChannel", **create, Name="b", TimeShiftEnable=True)
    customer.no("InvalidParameterValue", "CreateChannel", **create | {"PlaybackMode": "Loop"}, Name="b")
    assert customer.ok("DescribeChannels")["TotalNum"] == 4


def test_programs(customer: Assembler, channel: str, library: tuple[str, str, str]) -> None:
    location, film, _ = library
    first = customer.ok("CreateProgram", **program("one", channel, location))["Info"]
    assert (first["SourceId"], first["SourceLocationName"]) == (film, "library")
    beside = {"TransitionType": "Relative", "RelativePosition": "After", "RelativeProgramId": first["Id"]}
    second = customer.ok("CreateProgram", **program("two", channel, location, PlaybackConf=beside))["Info"]
    assert second["PlaybackConf"]["RelativeProgramName"] == "one"
    schedule = customer.ok("DescribeChannel", Id=channel)["Info"]["ProgramSchedules"]
    assert [(one["ProgramName"], one["StartTime"]) for one in schedule] == [
        ("one", NOW + 600),
        ("two", NOW + 600 + 1800),
    ]
    due = customer.ok("DescribeProgramSchedules", ChannelId=channel, TimeWindow=1200)
    assert [one["Name"] for one in due["Infos"]] == ["one"]
    assert customer.ok("DescribeProgramSchedules", ChannelId=channel)["TotalNum"] == 2
    waits = beside | {"RelativeProgramId": second["Id"]}
    customer.no("InvalidParameterValue", "ModifyProgram", Id=first["Id"], PlaybackConf=waits)
    customer.no("ResourceInUse", "DeleteProgram", Id=first["Id"])
    later = {"TransitionType": "Absolute", "StartTime": NOW + 3600}
    customer.ok("ModifyProgram", Id=second["Id"], Name="two-b", PlaybackConf=later)
    shown = customer.ok("DescribeProgram", Id=second["Id"])["Info"]
    assert (shown["Name"], shown["PlaybackConf"]["StartTime"]) == ("two-b", NOW + 3600)
    customer.no("ResourceInUse", "DeleteSource", Id=film)
    assert customer.ok("DescribePrograms", ChannelId=channel)["TotalNum"] == 2
    customer.ok("DeleteProgram", Id=first["Id"])
    customer.ok("DeletePrograms", Ids=[second["Id"]])
    for action in ("DescribeProgram", "DeleteProgram", "ModifyProgram"):
        customer.no("InvalidParameter.NotFound", action, Id=first["Id"])
    customer.no("InvalidParameter.NotFound", "DeletePrograms", Ids=["none"])


def test_what_no_program_can_be(customer: Assembler, channel: str, library: tuple[str, str, str]) -> None:
    location = library[0]

    def refused(code: str, **more: Any) -> None:
        customer.no(code, "CreateProgram", **program("p", channel, location) | more)

    live: dict[str, Any] = {"SourceType": "Live", "SourceName": "gate"}
    at = {"TransitionType": "Absolute", "StartTime": NOW}
    refused("InvalidParameter.NotFound", AttachedChannel="none")
    refused("InvalidParameterValue", SourceName="none")
    refused("InvalidParameterValue", SourceType="Live")
    refused("InvalidParameterValue", **live, PlaybackConf={"TransitionType": "Relative"})
    refused("MissingParameter", **live, PlaybackConf=at)
    refused("InvalidParameterValue", **live, PlaybackConf=at | {"Duration": 1000}, AdBreaks=[{"Offset": 1}])
    refused("MissingParameter", PlaybackConf={"TransitionType": "Absolute"})
    refused("InvalidParameterValue", PlaybackConf={"TransitionType": "Relative"})
    live["PlaybackConf"] = at | {"Duration": 1000}
    customer.ok("CreateProgram", **program("p", channel, location) | live)
    refused("InvalidParameter.Name")
    customer.no("InvalidParameterValue", "ModifyChannel", Id=channel, Tier="Basic")
    customer.no("InvalidParameter.NotFound", "DescribePrograms", ChannelId="none")
    customer.no("InvalidParameter.NotFound", "DescribeProgramSchedules", ChannelId="none")


def test_programs_go_with_their_channel(
    customer: Assembler, channel: str, library: tuple[str, str, str]
) -> None:
    made = customer.ok("CreateProgram", **program("one", channel, library[0]))["Info"]
    customer.ok("DeleteChannels", Ids=[channel])
    customer.no("InvalidParameter.NotFound", "DescribeProgram", Id=made["Id"])


def test_a_loop_comes_round_again(customer: Assembler) -> None:
    loop = customer.known("DescribeChannels", "market-loop")["Id"]
    day = customer.ok("DescribeProgramSchedules", ChannelId=loop, PageSize=1000)["Infos"]
    starts = [one["PlaybackConf"]["StartTime"] for one in day]
    assert starts == sorted(starts)
    assert [one["Name"] for one in day[:4]] == ["opening", "feature", "recap", "opening"]
    assert len(day) == 48, "a day of half hours"


def test_play_domains(customer: Assembler, channel: str) -> None:
    bind, unbind = (f"{verb}LinearAssemblyCDNDomainWithChannel" for verb in ("Bind", "Unbind"))
    described = "DescribeLinearAssemblyCDNDomainWithChannel"
    assert customer(f"{described}s", REGION)["Info"]["TotalSize"] == 1
    where = {"ChannelId": channel, "CdnDomain": "tv.campus.example"}
    customer(bind, REGION, **where)
    records = customer(described, REGION, ChannelId=channel)["Info"]["Records"]
    assert [(one["CdnDomain"], one["ChannelId"]) for one in records] == [("tv.campus.example", channel)]
    customer.refused("InvalidParameter.CdnDomain", bind, REGION, **where)
    customer.refused("InvalidParameter.CdnDomain", bind, REGION, **where | {"CdnDomain": "no domain"})
    customer.refused("InvalidParameter.ChannelId", bind, REGION, **where | {"ChannelId": "none"})
    customer.refused("InvalidParameter.ChannelId", described, REGION, ChannelId="none")
    customer.no("ResourceInUse", "DeleteChannel", Id=channel)
    customer(unbind, REGION, **where)
    customer.refused("InvalidParameter.NotFound", unbind, REGION, **where)
    customer.refused("InvalidParameter.ChannelId", unbind, REGION, **where | {"ChannelId": "none"})
    customer.ok("DeleteChannel", Id=channel)


def test_alerts(customer: Assembler) -> None:
    channel = customer.known("DescribeChannels", "harbor-24h")["Id"]
    told = customer.ok("DescribeChannelAlerts", ChannelId=channel)["Infos"]
    assert [one["Code"] for one in told["ProgramAlertInfos"]] == [1001, 1003]
    assert [(one["ProgramName"], one["Count"]) for one in told["ProgramAlertCounts"]] == [("opening", 2)]
    since = int((START - timedelta(hours=12)).timestamp())
    late = customer.ok("DescribeChannelAlerts", ChannelId=channel, StartTime=since, EndTime=NOW)["Infos"]
    assert [one["Code"] for one in late["ProgramAlertInfos"]] == [1003]
    source = customer.known("DescribeSources", "harbor-live")["Id"]
    assert len(customer.ok("DescribeSourceAlerts", SourceId=source)["Infos"]) == 2
    location = customer.known("DescribeSourceLocations", "harbor-library")
    infos = customer.ok("DescribeSourceLocationAlerts", LocationId=location["Id"])["Infos"]
    assert [one["LocationName"] for one in infos] == ["harbor-library"] * 2
    customer.no("InvalidParameter.NotFound", "DescribeChannelAlerts", ChannelId="none")
    customer.no("InvalidParameter.NotFound", "DescribeSourceAlerts", SourceId="none")
    customer.no("InvalidParameter.NotFound", "DescribeSourceLocationAlerts", LocationId="none")
    long_ago = int((START - timedelta(days=9)).timestamp())
    customer.no(
        "InvalidParameterValue", "DescribeSourceAlerts", SourceId=source, StartTime=long_ago, EndTime=NOW
    )
