"""mdp.json against itself and against what the documents print: regions, pages, times, ranges, slips."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from catalogued import coming, fields, holds_together

from livetui.catalogue import Field, times
from livetui.catalogue.check import check
from livetui.catalogue.mask import DOTS, mask

MDP = coming("mdp")
NOW = datetime(2025, 5, 8, 12, 0, tzinfo=UTC)

REGIONS = ("ap-bangkok", "ap-seoul", "ap-singapore", "ap-tokyo", "eu-frankfurt", "na-ashburn")

WRITES = {
    "BindLinearAssemblyCDNDomainWithChannel",
    "BindNewLVBDomainWithChannel",
    "CreateStreamPackageChannel",
    "CreateStreamPackageChannelEndpoint",
    "CreateStreamPackageHarvestJob",
    "CreateStreamPackageLinearAssemblyChannel",
    "CreateStreamPackageLinearAssemblyProgram",
    "CreateStreamPackageSSAIChannel",
    "CreateStreamPackageSource",
    "CreateStreamPackageSourceLocation",
    "CreateStreamPackageVodRemuxTask",
    "StartStreamPackageLinearAssemblyChannel",
    "StartStreamPackageVodRemuxTask",
}

DESTRUCTIVE = {
    "DeleteStreamPackageChannelEndpoints",
    "DeleteStreamPackageChannels",
    "DeleteStreamPackageHarvestJob",
    "DeleteStreamPackageHarvestJobs",
    "DeleteStreamPackageLinearAssemblyChannel",
    "DeleteStreamPackageLinearAssemblyChannels",
    "DeleteStreamPackageLinearAssemblyProgram",
    "DeleteStreamPackageLinearAssemblyPrograms",
    "DeleteStreamPackageSSAIChannel",
    "DeleteStreamPackageSource",
    "DeleteStreamPackageSourceLocation",
    "DeleteStreamPackageVodRemuxTask",
    "DeleteStreamPackageVodRemuxTasks",
    # Each of these can take something in use away from encoders or viewers.
    "ModifyStreamPackageChannel",
    "ModifyStreamPackageChannelEndpoint",
    "ModifyStreamPackageChannelInputAuthInfo",
    "ModifyStreamPackageLinearAssemblyChannel",
    "ModifyStreamPackageLinearAssemblyProgram",
    "ModifyStreamPackageSSAIChannel",
    "ModifyStreamPackageSource",
    "ModifyStreamPackageSourceLocation",
    "StopStreamPackageLinearAssemblyChannel",
    "UnbindCdnDomainWithChannel",
    "UnbindLinearAssemblyCDNDomainWithChannel",
}

HARVEST = {
    "ID": "cup-final",
    "ChannelName": "cup",
    "EndpointName": "main",
    "TimeFormat": "ISO-8601",
    "StartTime": "2025-05-08T14:38:30+08:00",
    "EndTime": "2025-05-08T15:38:30+08:00",
}


def problems(action: str, params: dict[str, Any]) -> list[str]:
    found = check(MDP, MDP.action(action), params, NOW)
    return [f"{problem.path} {problem.kind}" for problem in found]


def parameter(action: str, name: str) -> Field:
    found = MDP.action(action).parameter(name)
    assert found is not None
    return found


def member(structure: str, name: str) -> Field:
    return next(field for field in MDP.structure(structure).members if field.name == name)


def unix(when: datetime) -> int:
    return int(when.timestamp())


def test_it_holds_together() -> None:
    holds_together(MDP)


def test_what_the_service_is() -> None:
    assert (MDP.scheme, MDP.envelope, MDP.method, MDP.cloud) == ("tc3", "tencent3", "POST", "tencent")
    assert (MDP.host, MDP.product, MDP.version) == ("mdp.intl.tencentcloudapi.com", "mdp", "2020-05-27")


def test_all_sixty_with_their_effects() -> None:
    assert len(MDP.names) == 60
    assert {action.name for action in MDP if action.effect == "write"} == WRITES
    assert {action.name for action in MDP if action.effect == "destructive"} == DESTRUCTIVE
    assert all(name.startswith("Describe") for name in set(MDP.names) - WRITES - DESTRUCTIVE)


def test_every_action_needs_one_of_the_six_regions_of_the_list() -> None:
    assert MDP.regions == REGIONS
    assert {action.regions for action in MDP} == {REGIONS}
    assert not any(field.name == "Region" for action in MDP for field in action.parameters)


def test_twenty_calls_a_second() -> None:
    assert {(action.rate_limit, action.rate_window) for action in MDP} == {(20, 1)}


def test_chapters_of_the_documents() -> None:
    chapters: dict[str, int] = {}
    for action in MDP:
        chapter, _, page = action.section.partition(" / ")
        chapters[chapter] = chapters.get(chapter, 0) + 1
        assert page == action.name
    assert chapters == {
        "Channel Management APIs": 11,
        "SSAI APIs": 5,
        "Channel linear assembly management APIs": 32,
        "Usage Query APIs": 1,
        "VOD remux task APIs": 6,
        "HarvestJob Management APIs": 5,
    }


def test_inverses() -> None:
    assert {action.name: action.inverse for action in MDP if action.inverse} == {
        "BindLinearAssemblyCDNDomainWithChannel": "UnbindLinearAssemblyCDNDomainWithChannel",
        "UnbindLinearAssemblyCDNDomainWithChannel": "BindLinearAssemblyCDNDomainWithChannel",
        "StartStreamPackageLinearAssemblyChannel": "StopStreamPackageLinearAssemblyChannel",
        "StopStreamPackageLinearAssemblyChannel": "StartStreamPackageLinearAssemblyChannel",
        "CreateStreamPackageChannel": "DeleteStreamPackageChannels",
        "CreateStreamPackageChannelEndpoint": "DeleteStreamPackageChannelEndpoints",
        "CreateStreamPackageHarvestJob": "DeleteStreamPackageHarvestJob",
        "CreateStreamPackageLinearAssemblyChannel": "DeleteStreamPackageLinearAssemblyChannel",
        "CreateStreamPackageLinearAssemblyProgram": "DeleteStreamPackageLinearAssemblyProgram",
        "CreateStreamPackageSSAIChannel": "DeleteStreamPackageSSAIChannel",
        "CreateStreamPackageSource": "DeleteStreamPackageSource",
        "CreateStreamPackageSourceLocation": "DeleteStreamPackageSourceLocation",
        "CreateStreamPackageVodRemuxTask": "DeleteStreamPackageVodRemuxTask",
    }


def test_pages() -> None:
    pages = {action.name: (action.page.max_size, action.page.pages) for action in MDP if action.page}
    thousand = (1000, "TotalPage")
    assert pages == {
        "DescribeStreamPackageChannels": thousand,
        "DescribeStreamPackageSSAIChannels": (10, ""),
        "DescribeStreamPackageLinearAssemblyChannels": thousand,
        "DescribeStreamPackageLinearAssemblyProgramSchedules": thousand,
        "DescribeStreamPackageLinearAssemblyPrograms": thousand,
        "DescribeStreamPackageSourceLocations": thousand,
        "DescribeStreamPackageSources": thousand,
        "DescribeStreamPackageVodRemuxTasks": thousand,
        "DescribeStreamPackageHarvestJobs": (10, ""),
    }
    for action in MDP:
        if action.page:
            assert (action.page.page, action.page.size) == ("PageNum", "PageSize")
            assert (action.page.items, action.page.total) == ("Infos", "TotalNum")


def test_a_page_size_of_our_own_is_said_to_be_ours() -> None:
    for action in ("DescribeStreamPackageSSAIChannels", "DescribeStreamPackageHarvestJobs"):
        size = parameter(action, "PageSize")
        assert size.maximum is None
        assert "10" in size.note


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"PageNum": 1000, "PageSize": 1000}, []),
        ({"PageNum": 0}, ["PageNum value"]),
        ({"PageSize": 1001}, ["PageSize value"]),
    ],
)
def test_pages_and_their_sizes_go_from_1_to_1000(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("DescribeStreamPackageChannels", given) == wrong


@pytest.mark.parametrize(
    ("timeout", "wrong"),
    [
        (1000, []),
        (1_800_000, []),
        (1500, ["CacheInfo.Info.0.Timeout value"]),
        (0, ["CacheInfo.Info.0.Timeout value"]),
        (1_801_000, ["CacheInfo.Info.0.Timeout value"]),
    ],
)
def test_a_cache_time_is_whole_seconds_in_ms(timeout: int, wrong: list[str]) -> None:
    cache = {"Info": [{"Ext": ".m3u8", "Timeout": timeout}]}
    made = {"Name": "cup", "Protocol": "HLS", "CacheInfo": cache}
    assert problems("CreateStreamPackageChannel", made) == wrong
    assert any(".m3u8" in rule.text for rule in MDP.action("CreateStreamPackageChannel").rules)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"Name": "a" * 32, "Protocol": "CMAF", "TimeShiftEnable": True, "TimeShiftDuration": 30}, []),
        ({"Name": "main-1"}, ["Name value"]),
        ({"Name": "a" * 33}, ["Name value"]),
        ({"TimeShiftDuration": 31}, ["TimeShiftDuration value"]),
        ({"DRMInfo": {"ResourceID": "a-b_1", "KeyRotationInterval": 300}}, []),
        ({"DRMInfo": {"ResourceId": "a"}}, ["DRMInfo.ResourceId unknown"]),
        ({"DRMInfo": {"KeyServerUrl": "http://keys.example/"}}, ["DRMInfo.KeyServerUrl value"]),
        ({"DRMInfo": {"KeyRotationInterval": 2_592_001}}, ["DRMInfo.KeyRotationInterval value"]),
        (
            {"DRMInfo": {"ConstantInitializationVector": "0" * 31}},
            ["DRMInfo.ConstantInitializationVector value"],
        ),
        ({"DRMInfo": {"VideoEncryptionPreset": "Preset Video 9"}}, ["DRMInfo.VideoEncryptionPreset value"]),
        ({"AuthInfo": {"WhiteIpList": ["192.0.2.0/24"], "AuthKey": "k"}}, []),
        ({"AuthInfo": {"Whitelist": []}}, ["AuthInfo.Whitelist unknown"]),
    ],
)
def test_a_new_endpoint(given: dict[str, Any], wrong: list[str]) -> None:
    endpoint = {"Id": "AEABF123954", "Name": "main_1", "AuthInfo": {}}
    assert problems("CreateStreamPackageChannelEndpoint", endpoint | given) == wrong


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"CustomUrlParamIndex": 3, "CustomUrlParam": "a-b_c"}, []),
        ({"CustomUrlParamIndex": 4}, ["CustomUrlParamIndex value"]),
        ({"CustomUrlParam": "a/b"}, ["CustomUrlParam value"]),
        ({"CustomUrlParam": "a" * 65}, ["CustomUrlParam value"]),
        ({"Protocol": "CMAF-HLS"}, []),  # what an endpoint may show must go back unharmed
        ({"SSAIEnable": True, "SSAIInfo": {"AdTriggers": [1, 8], "PreRollMaxAllowedDuration": 3600}}, []),
        ({"SSAIInfo": {"AdTriggers": [9]}}, ["SSAIInfo.AdTriggers.0 value"]),
        ({"SSAIInfo": {"PreRollMaxAllowedDuration": 0}}, ["SSAIInfo.PreRollMaxAllowedDuration value"]),
        ({"SSAIInfo": {"AdCDNPrefix": "cdn.example"}}, ["SSAIInfo.AdCDNPrefix value"]),
    ],
)
def test_an_endpoint_is_changed(given: dict[str, Any], wrong: list[str]) -> None:
    endpoint = {"Id": "AEABF123954", "Url": "http://a.example/v1/x", "Name": "main", "AuthInfo": {}}
    assert problems("ModifyStreamPackageChannelEndpoint", endpoint | given) == wrong


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"Tier": "Standard", "PlaybackMode": "Loop"}, []),
        ({"Tier": "Basic", "PlaybackMode": "Linear"}, []),
        ({"Tier": "Basic", "PlaybackMode": "Loop"}, ["PlaybackMode rule"]),
        ({"PlaybackMode": "Standard"}, ["PlaybackMode value"]),
        ({"Outputs": [{"Type": "DASH", "DashManifestConf": {"Windows": 30, "MinBufferTime": 60}}]}, []),
        ({"Outputs": [{"DashManifestConf": {"Windows": 29}}]}, ["Outputs.0.DashManifestConf.Windows value"]),
    ],
)
def test_a_linear_assembly_channel(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("CreateStreamPackageLinearAssemblyChannel", {"Name": "cup"} | given) == wrong


@pytest.mark.parametrize(
    "action", ["DescribeStreamPackageLinearAssemblyChannelAlerts", "DescribeStreamPackageSourceAlerts"]
)
def test_alerts_reach_back_seven_days(action: str) -> None:
    key = "SourceId" if "Source" in action else "ChannelId"

    def asked(back: timedelta) -> list[str]:
        return problems(action, {key: "a", "StartTime": unix(NOW - back), "EndTime": unix(NOW)})

    assert asked(timedelta(days=6, hours=23)) == []
    assert asked(timedelta(days=7, hours=1)) == ["StartTime rule"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"TimeFormat": "Epoch seconds", "StartTime": "1746686310", "EndTime": "1746689910"}, []),
        ({"TimeFormat": "UTC"}, ["TimeFormat value"]),
        ({"StartTime": "2025-05-08 14:38:30"}, ["StartTime value"]),
        ({"StartTime": 1746686310}, ["StartTime type"]),
        ({"EndTime": "2025-05-08T14:38:30+08:00"}, ["EndTime rule"]),
    ],
)
def test_a_harvest_job_has_its_times_as_text(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("CreateStreamPackageHarvestJob", HARVEST | given) == wrong


def test_the_time_that_is_sent_first_fits_the_time_format_named_first() -> None:
    """A form that takes the first choice of each must not contradict itself."""
    assert parameter("CreateStreamPackageHarvestJob", "TimeFormat").allowed[0] == "ISO-8601"
    assert parameter("CreateStreamPackageHarvestJob", "StartTime").time == ("iso", "unix-text")


def test_times_as_the_documents_print_them() -> None:
    usage = parameter("DescribeStreamPackageSSAIUsage", "StartTime")
    assert times.parse(usage, "2025-05-01T00:00:00+08:00") == datetime(2025, 4, 30, 16, tzinfo=UTC)
    created = member("VodRemuxTaskInfo", "CreateTime")
    assert times.parse(created, 1590508800) == datetime(2020, 5, 26, 16, tzinfo=UTC)
    assert {field.time for _, field in fields(MDP)} == {(), ("unix",), ("iso",), ("iso", "unix-text")}


def test_a_stretch_of_schedule_is_asked_for_in_seconds() -> None:
    action = "DescribeStreamPackageLinearAssemblyProgramSchedules"
    assert parameter(action, "TimeWindow").unit == "seconds"
    assert member("PlaybackInfo", "Duration").unit == "ms"
    assert member("PlaybackInfo", "StartTime").time == ("unix",)


def test_slips_of_the_scan_are_mended_and_noted() -> None:
    assert parameter("DescribeStreamPackageSourceAlerts", "SourceId").note
    assert parameter("ModifyStreamPackageChannelEndpoint", "SSAIInfo").note
    assert parameter("CreateStreamPackageLinearAssemblyChannel", "PlaybackMode").note
    assert parameter("DeleteStreamPackageSource", "Id").note
    for structure, name in (
        ("DRMInfo", "ResourceID"),
        ("EndpointAuthInfo", "WhiteIpList"),
        ("HarvestJobResp", "ErrMessage"),
        ("EndpointInfo", "SSAIInfo"),
        ("LinearAssemblyProgramInfo", "SourceId"),
        ("SourceAlert", "SourceId"),
    ):
        assert member(structure, name).note
    for action in ("ModifyStreamPackageChannelInputAuthInfo", "UnbindLinearAssemblyCDNDomainWithChannel"):
        assert MDP.action(action).note
    names = {name for action in MDP for name in action.errors}
    assert not {name for name in names if "SSAInfo" in name or "SSAll" in name}


def test_what_a_change_leaves_out() -> None:
    for action in MDP:
        if action.name.startswith("Modify"):
            keys = {field.name for field in action.parameters if not field.omit}
            assert keys in ({"Id"}, {"ID"}, {"Id", "Url"}), action.name
        else:
            assert not any(field.omit for field in action.parameters), action.name
    reset = {(a.name, f.name) for a in MDP for f in a.parameters if f.omit == "reset"}
    assert reset == {
        ("ModifyStreamPackageChannelEndpoint", "TimeShiftEnable"),
        ("ModifyStreamPackageSourceLocation", "SegmentDeliverUsePackageEnable"),
    }


def test_a_batch_that_deletes_channels_tells_what_became_of_each() -> None:
    reply = MDP.action("DeleteStreamPackageChannels").response
    assert [(field.name, field.type) for field in reply] == [
        ("SuccessInfos", "list[ChannelInfo]"),
        ("FailInfos", "list[ChannelInfo]"),
    ]
    for name in ("DeleteStreamPackageChannels", "DeleteStreamPackageLinearAssemblyChannels"):
        assert problems(name, {"Ids": []}) == ["Ids value"]


def test_passwords_keys_and_addresses_are_hidden() -> None:
    reply = MDP.action("ModifyStreamPackageChannelInputAuthInfo").response
    assert mask(MDP, reply, {"AuthInfo": {"Username": "u", "Password": "open"}}) == {
        "AuthInfo": {"Username": "u", "Password": DOTS}
    }
    endpoint = {"Url": "https://out.example/v1/a?key=1", "AuthInfo": {"AuthKey": "open"}}
    (shown,) = mask(MDP, MDP.structure("PointInfo").members, {"Endpoints": [endpoint]})["Endpoints"]
    assert shown == {"Url": f"https://out.example/v1/a?key={DOTS}", "AuthInfo": {"AuthKey": DOTS}}
    for where, field in fields(MDP):
        telling = field.type == "string" and field.name.lower().endswith(("url", "prefix"))
        assert not telling or field.sensitive in ("url", "push"), where
    pushed = {where for where, field in fields(MDP) if field.sensitive == "push"}
    assert pushed == {"InputInfo.Url", "ModifyStreamPackageChannelInputAuthInfo.Url"}


def test_an_error_has_meaning_and_remedy() -> None:
    codes = list(MDP._raw["errors"])
    assert codes == sorted(codes)
    assert len(codes) == 38 + 24
    for code in codes:
        fact = MDP.error(code)
        assert fact is not None
        assert fact.meaning.endswith(".")
        assert fact.remedy.endswith(".")
        if fact.retryable:
            assert code.startswith(("InternalError", "RequestLimitExceeded", "ServiceUnavailable")), code


def test_values_that_do_not_go_together_are_named() -> None:
    given = {"Name": "night-tv", "Tier": "Basic", "PlaybackMode": "Loop"}
    action = MDP.action("CreateStreamPackageLinearAssemblyChannel")
    assert [(one.path, one.message) for one in check(MDP, action, given, NOW)] == [
        ("PlaybackMode", "Loop does not go together with Tier Basic")
    ]
    assert problems("CreateStreamPackageLinearAssemblyChannel", {**given, "PlaybackMode": "Linear"}) == []
