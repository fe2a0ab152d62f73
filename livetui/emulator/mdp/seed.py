"""What the account has before anyone does anything: two busy regions, two small ones, two empty ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from livetui.emulator.account import PLAY_DOMAINS, VENUES
from livetui.emulator.mdp.adverts import new_ad_channel
from livetui.emulator.mdp.assembly import RUNNING, STOPPED, new_binding, with_addresses
from livetui.emulator.mdp.channels import new_channel, new_endpoint
from livetui.emulator.mdp.region import Region
from livetui.emulator.mdp.shelf import Thing

_CHANNELS = {
    "ap-singapore": ("harbor-cam", "harbor-news", "stadium-main", "stadium-backup", "market-hall"),
    "eu-frankfurt": ("campus-aula", "campus-lab"),
    "ap-tokyo": ("stadium-main", "stadium-vip"),
    "na-ashburn": ("market-hall",),
}
_ASSEMBLED = {"ap-singapore": ("harbor-24h", "stadium-replay", "market-loop"), "eu-frankfurt": ("campus-tv",)}

_CODES = ((1001, "Playback", "The source did not answer in time."), (1003, "Playback", "A segment was late."))


def fill(region: Region) -> None:
    """Draws the region's things from its own generator, as of when the account was made."""
    now = region.account.made
    for number, name in enumerate(_CHANNELS.get(region.name, ())):
        _channel(region, name, number, _ago(region, now, 200))
    if len(region.channels) > 1:
        _adverts(region, now)
        _harvests(region, now)
        _remuxes(region, now)
    for number, name in enumerate(_ASSEMBLED.get(region.name, ())):
        _assembled(region, name, number, now)


def _ago(region: Region, now: datetime, days: int) -> datetime:
    """A moment in the last so many days, never before the account was opened, at least a day ago."""
    return now - timedelta(days=1, minutes=region.random.randrange(days * 1440))


def _channel(region: Region, name: str, number: int, born: datetime) -> None:
    protocol = "DASH" if name == "campus-lab" else "CMAF" if name == "stadium-vip" else "HLS"
    cache = {"Info": [{"Timeout": 3_000, "Ext": ".m3u8"}, {"Timeout": 60_000, "Ext": ".ts"}]}
    channel = new_channel(region, region.ident(born), name, protocol, cache if number % 2 == 0 else None)
    endpoints = channel["Points"]["Endpoints"]
    main = new_endpoint(region, "main", protocol)
    main |= {"TimeShiftEnable": number == 0, "TimeShiftDuration": 7 if number == 0 else 0}
    endpoints.append(main)
    if number in (0, 2):
        partner = new_endpoint(region, "partner", protocol)
        partner["AuthInfo"] = {
            "WhiteIpList": ["198.51.100.0/24"],
            "BlackIpList": ["198.51.100.66/32"],
            "AuthKey": region.token(32),
        }
        endpoints.append(partner)
    if protocol == "CMAF":
        main |= {"DRMEnabled": True, "DRMInfo": _drm(name)}
    if name == "harbor-news":
        channel["domains"].append(PLAY_DOMAINS[0])
    region.channels.add(channel)


def _drm(name: str) -> Thing:
    return {
        "EncryptionMethod": "CENC",
        "DRMSystems": ["PlayReady", "Widevine"],
        "ResourceID": name,
        "KeyServerUrl": "https://keys.stadium.example/speke/v2",
        "VideoEncryptionPreset": "Preset Video 2",
        "AudioEncryptionPreset": "Shared",
        "KeyRotationInterval": 3600,
    }


def _adverts(region: Region, now: datetime) -> None:
    for venue in VENUES[:2]:
        settings = {
            "AdsUrl": f"https://ads.{venue}.example/vast?zone=[player_params.zone]",
            "ConfigAliases": [
                {"ParamName": "zone", "AliasValueList": [{"Alias": "home", "Value": f"{venue}-1"}]}
            ],
            "AdMarkerPassthrough": venue == VENUES[0],
            "SCTE35AdType": 1,
            "SlateAd": f"https://media.{venue}.example/slate.mp4",
            "Threshold": 10,
            "AdTriggers": [1, 2],
            "DeliveryRestrictions": 2,
        }
        source = f"https://origin.{venue}.example/live/"
        born = _ago(region, now, 90)
        region.ad_channels.add(new_ad_channel(region, born, f"{venue}-ads", source, settings))


def _harvests(region: Region, now: datetime) -> None:
    channel = next(iter(region.channels))
    for number, (hours, error) in enumerate(((50, ""), (26, "The folder can't be written."), (1, ""))):
        begin = now - timedelta(hours=hours)
        end = begin + timedelta(hours=2)
        region.harvests.add(
            {
                "ID": f"{channel['Name']}-{begin:%Y%m%d}-{number + 1}",
                "ChannelName": channel["Name"],
                "ChannelId": channel["Id"],
                "EndpointName": "main",
                "TimeFormat": "ISO-8601",
                "StartTime": begin.isoformat(),
                "EndTime": end.isoformat(),
                "Destination": f"https://media-{region.account.app_id}.cos.{region.name}.example/harvest/",
                "Manifest": "main.m3u8",
                "ErrMessage": error,
                "CreateTime": begin - timedelta(minutes=5),
                "Region": region.name,
                "end": end,
            }
        )


def _remuxes(region: Region, now: datetime) -> None:
    bucket = {"Bucket": f"media-{region.account.app_id}", "Region": region.name}
    outcomes = (("final", ""), ("semi-final", "The video has no key frame."), ("opening", ""))
    for number, (name, error) in enumerate(outcomes):
        born = _ago(region, now, 20)
        started = None if name == "opening" else born + timedelta(minutes=1)
        region.remuxes.add(
            {
                "Id": region.ident(born),
                "Name": f"subtitles-{name}",
                "Type": "WEBVTT",
                "InputFileInfo": {
                    "Type": "COS",
                    "CosInputInfo": bucket | {"Object": f"vod/{name}/index.m3u8"},
                },
                "OutputStorage": {
                    "Type": "COS",
                    "CosOutputStorage": bucket | {"OutputDir": f"/subtitles/{number + 1}/"},
                },
                "CreateTime": born,
                "UpdateTime": started or born,
                "StartTime": started,
                "ErrorMsg": error,
                "Region": region.name,
            }
        )


# Linear assembly.


def _assembled(region: Region, name: str, number: int, now: datetime) -> None:
    """A channel with a location of its own, its sources, programs, a play domain and some alerts."""
    born = _ago(region, now, 120)
    venue = name.partition("-")[0]
    location = region.locations.add(
        {
            "Id": region.ident(born),
            "Name": f"{venue}-library",
            "Region": region.name,
            "BaseUrl": f"https://media.{venue}.example/vod/",
            "SegmentDeliverEnable": False,
            "SegmentDeliverUsePackageEnable": True,
            "CreateTime": born,
            "UpdateTime": born,
        }
    )
    vods = [
        _source(region, location, title, "VOD", born) for title in ("opening", "feature", "recap", "slate")
    ]
    live = _source(region, location, f"{venue}-live", "Live", born)
    loop = name.endswith("-loop")
    outputs = [{"Type": "HLS", "GroupName": "main", "ManifestName": "index", "ManifestConf": {"Windows": 60}}]
    channel = region.assemblies.add(
        {
            "Id": region.ident(born),
            "Name": name,
            "Tier": "Standard",
            "PlaybackMode": "Loop" if loop else "Linear",
            "TimeShiftEnable": number == 0,
            "TimeShiftConf": {"TimeWindows": 7200 if number == 0 else 0},
            "SlateConf": {} if loop else {"SourceLocationId": location["Id"], "VodSourceName": "slate"},
            "Outputs": with_addresses(region, outputs, []),
            "Region": region.name,
            "State": STOPPED if number == 1 else RUNNING,
            "CreateTime": born,
        }
    )
    hour = now.replace(minute=0, second=0)
    first = _program(region, channel, "opening", vods[0], _at(hour))
    second = _program(region, channel, "feature", vods[1], _after(first))
    _program(region, channel, "recap", vods[2], _after(second))
    if not loop:
        evening = _at(hour + timedelta(hours=6)) | {"Duration": 5_400_000}
        _program(region, channel, "evening", live, evening)
    if number == 0:
        domain = f"tv.{venue}.example"
        region.bindings.add(new_binding(region, region.ident(born), channel["Id"], domain))
        _alerts(region, channel["Id"], first["Id"], now)
        _alerts(region, live["Id"], "", now)
        _alerts(region, location["Id"], "", now)


def _source(region: Region, location: Thing, name: str, kind: str, born: datetime) -> Thing:
    conf = {"GroupName": "main", "Type": "HLS", "Path": f"{name}/index.m3u8"}
    return region.sources.add(
        {
            "Id": region.ident(born),
            "Name": name,
            "Type": kind,
            "PackageConf": [conf],
            "CreateTime": born,
            "UpdateTime": born,
            "Region": region.name,
            "location": location["Id"],
        }
    )


def _program(region: Region, channel: Thing, name: str, source: Thing, conf: Thing) -> Thing:
    return region.programs.add(
        {
            "Id": region.ident(channel["CreateTime"]),
            "Name": name,
            "SourceType": source["Type"],
            "SourceLocationId": source["location"],
            "AttachedChannel": channel["Id"],
            "PlaybackConf": conf,
            "AdBreaks": [_ad_break(source["location"])] if name == "feature" else [],
            "Region": region.name,
            "source": source["Id"],
        }
    )


def _ad_break(location: str) -> Thing:
    return {
        "SourceLocationId": location,
        "VodSourceName": "slate",
        "Offset": 600_000,
        "MessageType": "SpliceInsert",
        "SpliceInsertConf": {"EventID": "1", "AvailNum": "1", "AvailExpected": "1", "ProgramID": "1"},
        "Metadatas": [],
    }


def _at(when: datetime) -> dict[str, Any]:
    return {
        "TransitionType": "Absolute",
        "StartTime": int(when.timestamp()),
        "ClipRangeConf": {"Type": "Entire"},
    }


def _after(program: Thing) -> dict[str, Any]:
    return {
        "TransitionType": "Relative",
        "RelativePosition": "After",
        "RelativeProgramId": program["Id"],
        "ClipRangeConf": {"Type": "Entire"},
    }


def _alerts(region: Region, about: str, program: str, now: datetime) -> None:
    for hours, (code, category, message) in zip((30, 3), _CODES, strict=True):
        when = now - timedelta(hours=hours, minutes=region.random.randrange(50))
        alert = {"Code": code, "Category": category, "Message": message, "LastModifiedTime": when}
        region.alerts.append(alert | {"about": about, "program": program})
