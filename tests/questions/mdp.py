"""Calls of every action of Media Packaging: everything made, read, changed and taken away again.

Asked in REGION. What has to be there first is made by the calls before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from questions.asking import Asker

from livetui.catalogue import Action

REGION = "ap-singapore"
"""Where the channel and the bucket of the jobs are."""
UNKNOWN: dict[str, Any] = {
    **dict.fromkeys(("Id", "ID", "ChannelId", "SourceId", "LocationId", "ChannelName"), "none"),
    **dict.fromkeys(("AttachedChannel", "AttachedLocation"), "none"),
    **{name: ["none"] for name in ("Ids", "IDs")},
}
"""What names something else, and what names nothing there."""


def not_found(action: Action) -> str:
    """The code that the action's page has for an id of nothing."""
    if action.name == "CreateStreamPackageHarvestJob":
        return "InvalidParameter.Name"
    listed = "InvalidParameter.ChannelId" in action.errors and action.parameter("ChannelId")
    return "InvalidParameter.ChannelId" if listed else "InvalidParameter.NotFound"


def channels(mdp: Asker) -> None:
    info = mdp("CreateStreamPackageChannel", Name="gate", Protocol="HLS")["Info"]
    ident, url = info["Id"], info["Points"]["Inputs"][0]["Url"]
    mdp("ModifyStreamPackageChannel", Id=ident, Name="gate-2", Protocol="HLS")
    mdp("DescribeStreamPackageChannel", Id=ident)
    mdp("DescribeStreamPackageChannels")
    mdp("ModifyStreamPackageChannelInputAuthInfo", Id=ident, Url=url, ActionType="UPDATE")
    auth = {"AuthKey": "k"}
    out = mdp("CreateStreamPackageChannelEndpoint", Id=ident, Name="main", AuthInfo=auth)["Info"]["Url"]
    mdp("ModifyStreamPackageChannelEndpoint", Id=ident, Url=out, Name="main", AuthInfo=auth)
    mdp("DeleteStreamPackageChannelEndpoints", Id=ident, Urls=[out])
    mdp("BindNewLVBDomainWithChannel", ChannelId=ident, LVBDomain="play.campus.example")
    mdp("UnbindCdnDomainWithChannel", ChannelId=ident, CdnDomain="play.campus.example")
    assert mdp("DeleteStreamPackageChannels", Ids=[ident])["SuccessInfos"]


def adverts(mdp: Asker) -> None:
    made = {
        "Name": "ads",
        "ContentSource": "https://origin.campus.example/",
        "SSAIInfo": {"AdsUrl": "https://ads.campus.example/"},
    }
    ident = mdp("CreateStreamPackageSSAIChannel", **made)["Info"]["ID"]
    mdp("ModifyStreamPackageSSAIChannel", ID=ident, **made)
    mdp("DescribeStreamPackageSSAIChannel", ID=ident)
    mdp("DescribeStreamPackageSSAIChannels")
    mdp("DescribeStreamPackageSSAIUsage")
    mdp("DeleteStreamPackageSSAIChannel", ID=ident)


def jobs(mdp: Asker) -> None:
    job = {
        "ChannelName": "harbor-cam",
        "EndpointName": "main",
        "TimeFormat": "Epoch seconds",
        "StartTime": str(mdp.unix(hours=-1)),
        "EndTime": str(mdp.unix()),
    }
    for ident in ("one", "two"):
        mdp("CreateStreamPackageHarvestJob", ID=ident, **job)
    mdp("DescribeStreamPackageHarvestJob", ID="one")
    mdp("DescribeStreamPackageHarvestJobs")
    mdp("DeleteStreamPackageHarvestJob", ID="one")
    mdp("DeleteStreamPackageHarvestJobs", IDs=["two"])
    folder = {"Bucket": "media-1", "Region": REGION, "OutputDir": "/vod/"}
    task = {
        "Type": "WEBVTT",
        "InputFileInfo": {"Type": "URL", "Url": "https://media.campus.example/a.m3u8"},
        "OutputStorage": {"Type": "COS", "CosOutputStorage": folder},
    }
    one, two = (mdp("CreateStreamPackageVodRemuxTask", Name=name, **task)["Info"]["Id"] for name in "ab")
    mdp("StartStreamPackageVodRemuxTask", Id=one)
    mdp("DescribeStreamPackageVodRemuxTask", Id=one)
    mdp("DescribeStreamPackageVodRemuxTasks")
    mdp("DeleteStreamPackageVodRemuxTask", Id=two)
    done = mdp("DescribeStreamPackageVodRemuxTasks")["Infos"][0]["Id"]
    mdp("DeleteStreamPackageVodRemuxTasks", Ids=[done])


def assembly(mdp: Asker) -> None:
    def made(noun: str, **params: Any) -> str:
        ident: str = mdp(f"CreateStreamPackage{noun}", **params)["Info"]["Id"]
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
    mdp("StartStreamPackageLinearAssemblyChannel", Id=channel)
    mdp("StopStreamPackageLinearAssemblyChannel", Id=channel)
    for noun, ident in (
        ("SourceLocation", location),
        ("Source", source),
        ("LinearAssemblyChannel", channel),
        ("LinearAssemblyProgram", one),
    ):
        mdp(f"ModifyStreamPackage{noun}", Id=ident, Name="renamed")
        assert mdp(f"DescribeStreamPackage{noun}", Id=ident)["Info"]["Name"] == "renamed"
        mdp(f"DescribeStreamPackage{noun}s")
    mdp("DescribeStreamPackageLinearAssemblyProgramSchedules", ChannelId=channel)
    mdp("DescribeStreamPackageLinearAssemblyChannelAlerts", ChannelId=channel)
    mdp("DescribeStreamPackageSourceAlerts", SourceId=source)
    mdp("DescribeStreamPackageSourceLocationAlerts", LocationId=location)
    domain = {"ChannelId": channel, "CdnDomain": "tv.campus.example"}
    mdp("BindLinearAssemblyCDNDomainWithChannel", **domain)
    mdp("DescribeLinearAssemblyCDNDomainWithChannel", ChannelId=channel)
    mdp("DescribeLinearAssemblyCDNDomainWithChannels")
    mdp("UnbindLinearAssemblyCDNDomainWithChannel", **domain)
    mdp("DeleteStreamPackageLinearAssemblyProgram", Id=one)
    mdp("DeleteStreamPackageLinearAssemblyPrograms", Ids=[two])
    mdp("DeleteStreamPackageLinearAssemblyChannel", Id=channel)
    mdp("DeleteStreamPackageLinearAssemblyChannels", Ids=[other])
    mdp("DeleteStreamPackageSource", Id=source)
    mdp("DeleteStreamPackageSourceLocation", Id=location)


CHAPTERS: tuple[Callable[[Asker], None], ...] = (channels, adverts, jobs, assembly)
