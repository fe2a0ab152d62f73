"""Packaging channels, ad insertion, harvest jobs and remux tasks of the emulated account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from customer import START, Customer

BUSY, OTHER, EMPTY = "ap-singapore", "eu-frankfurt", "ap-seoul"
SSAI = {"AdsUrl": "https://ads.harbor.example/vast"}
OPEN: dict[str, Any] = {"WhiteIpList": [], "BlackIpList": [], "AuthKey": "k"}


class Packager(Customer):
    """A customer of one region, where most of the account is."""

    def __init__(self) -> None:
        super().__init__(service="mdp")

    def __call__(self, action: str, region: str | None = BUSY, **params: Any) -> dict[str, Any]:
        return super().__call__(action, region, **params)

    def refused(self, code: str, action: str, region: str | None = BUSY, **params: Any) -> None:
        """Codes of the catalogue: a page that lists another page's errors may refuse with any of them."""
        error = self.send(action, region, params)["Error"]
        assert error["Code"] == code, error
        assert error["Message"]
        assert self.catalogue.error(code) is not None

    def channel(self, name: str) -> dict[str, Any]:
        infos = self("DescribeStreamPackageChannels")["Infos"]
        return next(info for info in infos if info["Name"] == name)


@pytest.fixture
def packager() -> Packager:
    return Packager()


def test_the_seeded_account_is_regional(packager: Packager) -> None:
    here = packager("DescribeStreamPackageChannels")
    assert here["TotalNum"] == 5
    assert (here["TotalPage"], here["PageNum"], here["PageSize"]) == (1, 1, 10)
    there = packager("DescribeStreamPackageChannels", OTHER)
    assert {info["Id"] for info in here["Infos"]}.isdisjoint(info["Id"] for info in there["Infos"])
    assert packager("DescribeStreamPackageChannels", EMPTY)["Infos"] == []
    ident = there["Infos"][0]["Id"]
    packager.refused("InvalidParameter.NotFound", "DescribeStreamPackageChannel", Id=ident)
    assert packager("DescribeStreamPackageChannel", OTHER, Id=ident)["Info"] == there["Infos"][0]


def test_a_region_is_needed(packager: Packager) -> None:
    packager.refused("MissingParameter", "DescribeStreamPackageChannels", None)
    packager.refused("UnsupportedRegion", "DescribeStreamPackageChannels", "ap-guangzhou")


def test_pages(packager: Packager) -> None:
    second = packager("DescribeStreamPackageChannels", PageNum=2, PageSize=2)
    assert (len(second["Infos"]), second["TotalPage"]) == (2, 3)
    packager.refused("InvalidParameter.PageNum", "DescribeStreamPackageChannels", PageNum=0)
    packager.refused("InvalidParameter.PageSize", "DescribeStreamPackageChannels", PageSize=1001)


def test_a_channel_from_making_to_deleting(packager: Packager) -> None:
    cache = {"Info": [{"Timeout": 5000, "Ext": ".m3u8"}]}
    made = packager("CreateStreamPackageChannel", Name="gate", Protocol="HLS", CacheInfo=cache)["Info"]
    assert made["CacheInfo"] == cache
    assert len(made["Points"]["Inputs"]) == 2
    assert made["Points"]["Endpoints"] == []
    packager.refused("InvalidParameter.Name", "CreateStreamPackageChannel", Name="gate", Protocol="HLS")
    packager("ModifyStreamPackageChannel", Id=made["Id"], Name="gate-2", Protocol="DASH")
    now = packager("DescribeStreamPackageChannel", Id=made["Id"])["Info"]
    assert (now["Name"], now["Protocol"], now["CacheInfo"]) == ("gate-2", "DASH", cache)
    gone = packager("DeleteStreamPackageChannels", Ids=[made["Id"]])
    assert ([one["Id"] for one in gone["SuccessInfos"]], gone["FailInfos"]) == ([made["Id"]], [])
    packager.refused("InvalidParameter.NotFound", "DescribeStreamPackageChannel", Id=made["Id"])


def test_what_a_channel_may_not_be(packager: Packager) -> None:
    create = "CreateStreamPackageChannel"
    cache = {"Info": [{"Timeout": 61_000, "Ext": ".m3u8"}]}
    packager.refused("InvalidParameter.CacheInfo", create, Name="a", Protocol="HLS", CacheInfo=cache)
    packager.refused("InvalidParameter.Protocol", create, Name="a", Protocol="RTMP")
    packager.refused("InvalidParameter.Name", create, Name=" ", Protocol="HLS")
    packager.refused("MissingParameter", create, Name="a")
    main, news = packager.channel("stadium-main"), packager.channel("harbor-news")
    taken = {"Id": main["Id"], "Name": news["Name"], "Protocol": "HLS"}
    packager.refused("InvalidParameter.Name", "ModifyStreamPackageChannel", **taken)
    packager("ModifyStreamPackageChannel", **taken | {"Name": main["Name"]})


def test_there_is_an_end_to_channels(packager: Packager) -> None:
    for number in range(45):
        packager.send("CreateStreamPackageChannel", BUSY, {"Name": f"c{number}", "Protocol": "HLS"})
    packager.refused(
        "InvalidParameter.ExceededQuantityLimit", "CreateStreamPackageChannel", Name="more", Protocol="HLS"
    )


def test_a_channel_in_use_stays(packager: Packager) -> None:
    cam, news, hall = (packager.channel(name) for name in ("harbor-cam", "harbor-news", "market-hall"))
    reply = packager("DeleteStreamPackageChannels", Ids=[cam["Id"], news["Id"], hall["Id"]])
    assert [one["Name"] for one in reply["SuccessInfos"]] == ["market-hall"]
    assert [one["Name"] for one in reply["FailInfos"]] == ["harbor-cam", "harbor-news"]
    packager.refused("InvalidParameter.NotFound", "DeleteStreamPackageChannels", Ids=[hall["Id"]])


def test_input_credentials(packager: Packager) -> None:
    channel = packager.channel("stadium-main")
    first = channel["Points"]["Inputs"][0]
    where = {"Id": channel["Id"], "Url": first["Url"]}
    action = "ModifyStreamPackageChannelInputAuthInfo"
    fresh = packager(action, **where, ActionType="UPDATE")["AuthInfo"]
    assert fresh["Password"] not in ("", first["AuthInfo"]["Password"])
    assert packager.channel("stadium-main")["Points"]["Inputs"][0]["AuthInfo"] == fresh
    assert packager(action, **where, ActionType="CLOSE")["AuthInfo"] == {"Username": "", "Password": ""}
    packager.refused(
        "InvalidParameter.Url", action, **where | {"Url": "http://x.example/"}, ActionType="CLOSE"
    )
    packager.refused("InvalidParameter.ActionType", action, **where, ActionType="OPEN")


def test_endpoints(packager: Packager) -> None:
    channel = packager.channel("stadium-main")
    create = {"Id": channel["Id"], "AuthInfo": OPEN | {"WhiteIpList": ["192.0.2.0/24"]}}
    made = packager("CreateStreamPackageChannelEndpoint", **create, Name="extra", TimeShiftEnable=True)[
        "Info"
    ]
    assert (made["Protocol"], made["Manifest"], made["TimeShiftEnable"]) == ("HLS", "main", True)
    packager.refused("InvalidParameter.Name", "CreateStreamPackageChannelEndpoint", **create, Name="extra")
    bad = {"AuthInfo": OPEN | {"BlackIpList": ["nowhere"]}}
    packager.refused(
        "InvalidParameter.AuthInfo", "CreateStreamPackageChannelEndpoint", **create | bad, Name="b"
    )
    packager.refused(
        "InvalidParameterValue", "CreateStreamPackageChannelEndpoint", **create, Name="b", DRMEnabled=True
    )
    packager.refused(
        "MissingParameter",
        "CreateStreamPackageChannelEndpoint",
        **create,
        Name="b",
        Protocol="CMAF",
        DRMEnabled=True,
    )
    where = {"Id": channel["Id"], "Url": made["Url"], "Name": "extra", "AuthInfo": OPEN}
    modify = "ModifyStreamPackageChannelEndpoint"
    packager.refused("InvalidParameter.SSAIInfo", modify, **where, SSAIEnable=True)
    packager(modify, **where, SSAIEnable=True, SSAIInfo=SSAI, CustomUrlParam="cdn", CustomUrlParamIndex=1)
    after = packager.channel("stadium-main")["Points"]["Endpoints"][-1]
    assert "/v1/cdn/" in after["Url"]
    assert after["AuthInfo"] == OPEN
    assert not after["TimeShiftEnable"], "the page: what is left out is off"
    packager.refused("InvalidParameter.Url", modify, **where)
    delete = "DeleteStreamPackageChannelEndpoints"
    packager(delete, Id=channel["Id"], Urls=[after["Url"]])
    packager.refused("InvalidParameter.Url", delete, Id=channel["Id"], Urls=[after["Url"]])


def test_a_channel_has_so_many_endpoints(packager: Packager) -> None:
    ident = packager.channel("market-hall")["Id"]
    for number in range(9):
        packager.send(
            "CreateStreamPackageChannelEndpoint", BUSY, {"Id": ident, "Name": f"e{number}", "AuthInfo": OPEN}
        )
    packager.refused(
        "InvalidParameter.ExceededQuantityLimit",
        "CreateStreamPackageChannelEndpoint",
        Id=ident,
        Name="more",
        AuthInfo=OPEN,
    )


def test_play_domains(packager: Packager) -> None:
    ident = packager.channel("stadium-main")["Id"]
    bind, unbind = "BindNewLVBDomainWithChannel", "UnbindCdnDomainWithChannel"
    domain = "play.stadium.example"
    assert packager(bind, ChannelId=ident, LVBDomain=domain) == {"LVBDomain": domain}
    packager.refused("InvalidParameter.LvbDomain", bind, ChannelId=ident, LVBDomain=domain)
    packager.refused("InvalidParameter.LvbDomain", bind, ChannelId=ident, LVBDomain="no domain")
    packager.refused("InvalidParameter.ChannelId", bind, ChannelId="none", LVBDomain="a.example")
    packager(unbind, ChannelId=ident, CdnDomain=domain)
    packager.refused("InvalidParameter.NotFound", unbind, ChannelId=ident, CdnDomain=domain)
    packager.refused("InvalidParameter.CdnDomain", unbind, ChannelId=ident, CdnDomain="no domain")
    packager.refused("InvalidParameter.ChannelId", unbind, ChannelId="none", CdnDomain=domain)


# Ad insertion.


def test_ad_insertion(packager: Packager) -> None:
    listed = packager("DescribeStreamPackageSSAIChannels", PageSize=1)
    assert (len(listed["Infos"]), listed["TotalNum"]) == (1, 2)
    create = {"Name": "gate-ads", "ContentSource": "https://origin.harbor.example/", "SSAIInfo": SSAI}
    made = packager("CreateStreamPackageSSAIChannel", **create)["Info"]
    assert (made["SSAIInfo"]["SCTE35AdType"], made["Region"]) == (1, BUSY)
    packager.refused("InvalidParameter.Name", "CreateStreamPackageSSAIChannel", **create)
    packager.refused(
        "InvalidParameter.SSAIInfo",
        "CreateStreamPackageSSAIChannel",
        **create | {"Name": "b", "SSAIInfo": {}},
    )
    changed = create | {"ID": made["ID"], "Name": "gate-ads-2"}
    packager("ModifyStreamPackageSSAIChannel", **changed)
    packager.refused(
        "InvalidParameterValue", "ModifyStreamPackageSSAIChannel", **changed | {"ContentSource": "origin"}
    )
    assert packager("DescribeStreamPackageSSAIChannel", ID=made["ID"])["Info"]["Name"] == "gate-ads-2"
    told = packager("DescribeStreamPackageSSAIChannel", ID=made["ID"])["Info"]
    again = {name: told[name] for name in ("ID", "Name", "ContentSource", "SSAIInfo")}
    packager("ModifyStreamPackageSSAIChannel", **again)
    assert packager("DescribeStreamPackageSSAIChannel", ID=made["ID"])["Info"] == told
    packager("DeleteStreamPackageSSAIChannel", ID=made["ID"])
    for action in ("Describe", "Delete"):
        packager.refused("InvalidParameter.NotFound", f"{action}StreamPackageSSAIChannel", ID=made["ID"])
    packager.refused("InvalidParameter.NotFound", "ModifyStreamPackageSSAIChannel", **changed)


def test_usage_adds_up(packager: Packager) -> None:
    def span(hours: float) -> dict[str, str]:
        return {"StartTime": (START - timedelta(hours=hours)).isoformat(), "EndTime": START.isoformat()}

    usage = "DescribeStreamPackageSSAIUsage"
    day = packager(usage, **span(24))["Info"]
    assert packager(usage)["Info"] == day
    assert len(day["UsageDetails"]) == 4
    assert day["Impression"] == sum(detail["Impression"] for detail in day["UsageDetails"]) > 0
    assert 0 < day["MidFillRate"] < 1
    assert packager(usage, **span(48))["Info"]["Impression"] > day["Impression"]
    one = day["UsageDetails"][0]["ChannelId"]
    few = packager(usage, ChannelIds=[one], Types=["Preroll"])["Info"]["UsageDetails"]
    assert [(detail["ChannelId"], detail["AdType"]) for detail in few] == [(one, "Preroll")]
    packager.refused("InvalidParameter.InvalidParameterChannelId", usage, ChannelIds=["none"])


# Harvest jobs.


def job(**more: Any) -> dict[str, Any]:
    return {
        "ID": "final",
        "ChannelName": "harbor-cam",
        "EndpointName": "main",
        "TimeFormat": "ISO-8601",
        "StartTime": (START - timedelta(hours=2)).isoformat(),
        "EndTime": (START + timedelta(hours=1)).isoformat(),
    } | more


def test_a_harvest_job_runs_and_is_done(packager: Packager) -> None:
    made = packager("CreateStreamPackageHarvestJob", **job())["Info"]
    assert (made["Status"], made["Manifest"], made["StartTime"]) == (
        "Running",
        "main.m3u8",
        job()["StartTime"],
    )
    packager.clock.advance(2 * 3600)
    assert packager("DescribeStreamPackageHarvestJob", ID="final")["Info"]["Status"] == "Completed"
    assert packager("DescribeStreamPackageHarvestJobs", ChannelName="stadium-main")["TotalNum"] == 0
    infos = packager("DescribeStreamPackageHarvestJobs")["Infos"]
    assert [info["Status"] for info in infos] == ["Completed", "Failed", "Completed", "Completed"]
    assert infos[1]["ErrMessage"]
    packager("DeleteStreamPackageHarvestJob", ID="final")
    packager("DeleteStreamPackageHarvestJobs", IDs=[info["ID"] for info in infos[:2]])
    assert packager("DescribeStreamPackageHarvestJobs")["TotalNum"] == 1


def test_what_cannot_be_harvested(packager: Packager) -> None:
    create = "CreateStreamPackageHarvestJob"
    packager(create, **job())
    packager.refused("InvalidParameter.Name", create, **job())
    packager.refused("InvalidParameter.Name", create, **job(ID="b", ChannelName="none"))
    packager.refused("InvalidParameter.Name", create, **job(ID="b", EndpointName="none"))
    packager.refused("InvalidParameter.OutputGroups", create, **job(ID="b", EndpointName="partner"))
    packager.refused("InvalidParameterValue", create, **job(ID="b", TimeFormat="Epoch seconds"))
    long_ago = (START - timedelta(days=8)).isoformat()
    packager.refused("InvalidParameterValue", create, **job(ID="b", StartTime=long_ago))
    for action in ("DescribeStreamPackageHarvestJob", "DeleteStreamPackageHarvestJob"):
        packager.refused("InvalidParameter.NotFound", action, ID="none")
    packager.refused("InvalidParameter.NotFound", "DeleteStreamPackageHarvestJobs", IDs=["final", "none"])
    assert packager("DescribeStreamPackageHarvestJob", ID="final")


# Remux tasks.


def task(**more: Any) -> dict[str, Any]:
    where = {"Bucket": "media-1", "Region": "ap-singapore"}
    return {
        "Name": "subtitles",
        "Type": "WEBVTT",
        "InputFileInfo": {"Type": "URL", "Url": "https://media.harbor.example/a.m3u8"},
        "OutputStorage": {"Type": "COS", "CosOutputStorage": where | {"OutputDir": "/vod/"}},
    } | more


def test_a_remux_task(packager: Packager) -> None:
    made = packager("CreateStreamPackageVodRemuxTask", **task())["Info"]
    ident = made["Id"]
    assert made["State"] == "Waiting"
    packager("StartStreamPackageVodRemuxTask", Id=ident)
    assert packager("DescribeStreamPackageVodRemuxTask", Id=ident)["Info"]["State"] == "Processing"
    packager.refused("InvalidParameter.State", "StartStreamPackageVodRemuxTask", Id=ident)
    packager.refused("InvalidParameter.State", "DeleteStreamPackageVodRemuxTask", Id=ident)
    packager.refused("InvalidParameter.State", "DeleteStreamPackageVodRemuxTasks", Ids=[ident])
    packager.clock.advance(120)
    done = packager("DescribeStreamPackageVodRemuxTask", Id=ident)["Info"]
    assert (done["State"], done["EndTime"] - done["StartTime"]) == ("Finished", 90)
    infos = packager("DescribeStreamPackageVodRemuxTasks")["Infos"]
    assert [info["State"] for info in infos] == ["Finished", "Failed", "Waiting", "Finished"]
    packager("DeleteStreamPackageVodRemuxTask", Id=ident)
    packager("DeleteStreamPackageVodRemuxTasks", Ids=[info["Id"] for info in infos[:2]])
    assert packager("DescribeStreamPackageVodRemuxTasks")["TotalNum"] == 1


def test_what_no_remux_task_can_be(packager: Packager) -> None:
    create = "CreateStreamPackageVodRemuxTask"
    packager(create, **task())
    packager.refused("InvalidParameter.Name", create, **task())
    packager.refused("InvalidParameter.Type", create, **task(Name="b", Type="SRT"))
    packager.refused(
        "InvalidParameter.InputFileInfo", create, **task(Name="b", InputFileInfo={"Type": "COS"})
    )
    packager.refused(
        "InvalidParameter.InputFileInfo", create, **task(Name="b", InputFileInfo={"Type": "URL"})
    )
    where = {"Bucket": "media-1", "Region": "ap-singapore", "OutputDir": "vod"}
    storage = {"Type": "COS", "CosOutputStorage": where}
    packager.refused("InvalidParameter.OutputStorage", create, **task(Name="b", OutputStorage=storage))
    for action in ("Start", "Describe", "Delete"):
        packager.refused("InvalidParameter.NotFound", f"{action}StreamPackageVodRemuxTask", Id="none")
    packager.refused("InvalidParameter.NotFound", "DeleteStreamPackageVodRemuxTasks", Ids=["none"])
