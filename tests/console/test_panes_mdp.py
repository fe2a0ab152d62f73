"""Media Packaging in the console: every list, verb, form and batch, as they travel, region by region."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from emulated import NOW, Served
from opened import Console
from operated import (
    Doing,
    Filling,
    Keys,
    at,
    calls,
    done,
    forms,
    has,
    listed,
    noun,
    operating,
    ran,
    resources,
    sent,
    verbs,
    walk,
)

from livetui.console.screens.detail import DetailScreen
from livetui.resources.model import dig

pilot = partial(operating, service="mdp")
NEW = "new.harbor.example"
ASIA = "ap-singapore"
BIND = Filling([("@region", ASIA), ("LVBDomain", NEW)], {"LVBDomain": NEW}, region=ASIA)
DONE: dict[tuple[str, str], Doing] = {
    ("mdp_channels", "bind"): Doing(has("Name", "harbor-cam"), {"LVBDomain": NEW}, {"LVBDomain": NEW}),
    ("mdp_channels", "unbind"): Doing(
        has("Name", "harbor-news"), {"CdnDomain": "play.harbor.example"}, {"CdnDomain": "play.harbor.example"}
    ),
    ("mdp_channels", "delete"): Doing(has("Name", "campus-lab")),
    ("mdp_endpoints", "delete"): Doing(has("Name", "partner")),
    ("mdp_inputs", "renew"): Doing(),
    ("mdp_inputs", "open"): Doing(),
    ("mdp_ssai", "delete"): Doing(),
    ("mdp_harvests", "delete"): Doing(has("Status", "Failed")),
    ("mdp_remuxes", "start"): Doing(has("State", "Waiting")),
    ("mdp_remuxes", "delete"): Doing(has("State", "Failed")),
    ("mdp_cdn_domains", "unbind"): Doing(),
    ("mdp_play_domains", "unbind"): Doing(),
    ("mdp_play_domains", "bind"): Doing(),
    ("mdp_assembly", "start"): Doing(has("State", "Stopped")),
    ("mdp_assembly", "stop"): Doing(has("State", "Running")),
    ("mdp_assembly", "bind"): Doing(answers={"CdnDomain": NEW}, sends={"CdnDomain": NEW}),
    ("mdp_assembly", "delete"): Doing(has("State", "Stopped")),
    ("mdp_programs", "delete"): Doing(has("Name", "recap")),
    ("mdp_locations", "delete"): Doing(has("Name", "spare")),
    ("mdp_sources", "delete"): Doing(has("Name", "market-live")),
}
"""Verb -> what it is done to, and what is answered."""
FORMS: dict[tuple[str, str], Filling] = {
    ("mdp_channels", "+"): Filling(
        [("@region", "ap-tokyo"), ("Name", "night-cam"), ("Protocol", "DASH")],
        {"Name": "night-cam", "Protocol": "DASH"},
        region="ap-tokyo",
    ),
    ("mdp_channels", "e"): Filling(
        [("Name", "-2")], {"Name": "campus-lab-2"}, has("Name", "campus-lab"), "eu-frankfurt"
    ),
    ("mdp_endpoints", "+"): Filling(
        [
            ("Name", "second"),
            ("AuthInfo.WhiteIpList", Keys(("ctrl+n",))),
            ("AuthInfo.WhiteIpList.0", "203.0.113.7"),
        ],
        {"Name": "second", "AuthInfo.WhiteIpList": ["203.0.113.7"]},
        has("ChannelName", "campus-lab"),
        "eu-frankfurt",
    ),
    ("mdp_endpoints", "e"): Filling(
        [("TimeShiftEnable", "true"), ("TimeShiftDuration", "3")],
        {"TimeShiftEnable": True, "TimeShiftDuration": 3},
        has("ChannelName", "campus-lab"),
        "eu-frankfurt",
    ),
    ("mdp_ssai", "+"): Filling(
        [
            ("@region", ASIA),
            ("Name", "night-ads"),
            ("ContentSource", "https://origin.harbor.example/night/"),
            ("SSAIInfo.AdsUrl", "https://ads.harbor.example/vast"),
        ],
        {"Name": "night-ads", "SSAIInfo.AdsUrl": "https://ads.harbor.example/vast"},
        region=ASIA,
    ),
    ("mdp_ssai", "e"): Filling([("SSAIInfo.Threshold", "20")], {"SSAIInfo.Threshold": 20}, region=ASIA),
    ("mdp_harvests", "+"): Filling(
        [
            ("@region", ASIA),
            ("ID", "evening-news"),
            ("TimeFormat", "ISO-8601"),
            ("StartTime", "-2h"),
            ("EndTime", "-1h"),
            ("Destination", "https://media.harbor.example/harvest/"),
            ("Manifest", "main.m3u8"),
        ],
        {"ID": "evening-news", "ChannelName": "harbor-cam", "EndpointName": "main"},
        has("ChannelName", "harbor-cam"),
        ASIA,
    ),
    ("mdp_remuxes", "+"): Filling(
        [
            ("@region", ASIA),
            ("Name", "subtitles-match"),
            ("Type", "WEBVTT"),
            ("InputFileInfo.Type", "URL"),
            ("InputFileInfo.Url", "https://media.harbor.example/vod/match/index.m3u8"),
            ("OutputStorage.Type", "COS"),
            ("OutputStorage.CosOutputStorage.Bucket", "media-1250000001"),
            ("OutputStorage.CosOutputStorage.Region", ASIA),
            ("OutputStorage.CosOutputStorage.OutputDir", "/subtitles/9/"),
        ],
        {"Name": "subtitles-match", "InputFileInfo.Type": "URL"},
        region=ASIA,
    ),
    ("mdp_cdn_domains", "+"): Filling(
        [("CdnDomain", NEW)], {"CdnDomain": NEW}, has("CdnDomain", "tv.harbor.example"), ASIA
    ),
    ("mdp_play_domains", "+"): BIND,
    ("mdp_assembly", "+"): Filling(
        [
            ("@region", ASIA),
            ("Name", "night-tv"),
            ("Tier", "Standard"),
            ("PlaybackMode", "Loop"),
            ("Outputs", Keys(("ctrl+n",))),
            ("Outputs.0.Type", "HLS"),
            ("Outputs.0.GroupName", "main"),
            ("Outputs.0.ManifestName", "index"),
        ],
        {"Name": "night-tv", "PlaybackMode": "Loop", "Outputs.0.Type": "HLS"},
        region=ASIA,
    ),
    ("mdp_assembly", "e"): Filling(
        [("Name", "-2")], {"Name": "stadium-replay-2"}, has("Name", "stadium-replay"), ASIA
    ),
    ("mdp_programs", "+"): Filling(
        [
            ("Name", "night"),
            ("SourceType", "VOD"),
            ("SourceName", "feature"),
            ("PlaybackConf.TransitionType", "Absolute"),
            ("PlaybackConf.StartTime", "2026-03-10 23:00"),
        ],
        {"Name": "night", "PlaybackConf.StartTime": int(NOW.timestamp()) + 10 * 3600},
        has("channel.Name", "harbor-24h"),
        ASIA,
    ),
    ("mdp_programs", "e"): Filling([("Name", "-2")], {"Name": "evening-2"}, has("Name", "evening"), ASIA),
    ("mdp_locations", "+"): Filling(
        [("@region", ASIA), ("Name", "vault"), ("BaseUrl", "https://vault.harbor.example/")],
        {"Name": "vault", "BaseUrl": "https://vault.harbor.example/"},
        region=ASIA,
    ),
    ("mdp_locations", "e"): Filling(
        [("Name", "-2")], {"Name": "harbor-library-2"}, has("Name", "harbor-library"), ASIA
    ),
    ("mdp_sources", "+"): Filling(
        [
            ("Name", "trailer"),
            ("Type", "VOD"),
            ("PackageConfs", Keys(("ctrl+n",))),
            ("PackageConfs.0.GroupName", "main"),
            ("PackageConfs.0.Type", "HLS"),
            ("PackageConfs.0.Path", "trailer/index.m3u8"),
        ],
        {"Name": "trailer", "PackageConfs.0.Path": "trailer/index.m3u8"},
        has("LocationName", "harbor-library"),
        ASIA,
    ),
    ("mdp_sources", "e"): Filling(
        [("Name", "-2")], {"Name": "market-live-2"}, has("Name", "market-live"), ASIA
    ),
}
"""(resource, key) -> what its form is filled with."""


@pytest.fixture
def emulator(serve_emulator: Callable[..., Served]) -> Served:
    """Without limits: its clock stands, so that no window of them ever passes."""
    return serve_emulator(limits=False)


async def made(console: Console, verb_id: str = "") -> None:
    """What the account does not have yet: a location without sources, a domain bound from here."""
    resource = console.lists.resource
    if resource.id == "mdp_locations":
        console.emulator.account.packaging.region(ASIA)
        await sent(
            console, "+", FORMS[("mdp_locations", "+")]._replace(values=SPARE, sends={"Name": "spare"})
        )
    elif resource.id == "mdp_play_domains":
        region = console.emulator.account.packaging.region(ASIA)
        channel = next(one["Id"] for one in region.channels)
        await sent(console, "+", BIND._replace(values=[*BIND.values, ("ChannelId", channel)]))
        if verb_id == "bind":
            await console.again()
            await done(console, *noun("mdp", "mdp_play_domains", "unbind"), Doing())
    await console.again()


SPARE = [("@region", ASIA), ("Name", "spare"), ("BaseUrl", "https://spare.harbor.example/")]


@pytest.mark.parametrize("resource_id", [one.id for one in resources("mdp")])
async def test_a_list_is_read_sorted_filtered_and_opened(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        if resource_id == "mdp_play_domains":
            await made(console)
        await walk(console, console.lists.resource)


def test_every_verb_is_tried_below() -> None:
    assert set(DONE) == set(verbs("mdp"))


@pytest.mark.parametrize("name", DONE, ids=".".join)
async def test_a_verb_is_asked_about_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource, verb = noun("mdp", *name)
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        await made(console, verb.id)
        await done(console, resource, verb, DONE[name])


def test_every_form_is_filled_below() -> None:
    assert set(FORMS) == set(forms("mdp"))


@pytest.mark.parametrize("name", FORMS, ids=".".join)
async def test_a_form_is_filled_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource_id, key = name
    filling = FORMS[name]
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        if resource_id == "mdp_play_domains":
            channel = next(one["Id"] for one in emulator.account.packaging.region(ASIA).channels)
            filling = filling._replace(values=[*filling.values, ("ChannelId", channel)])
        await sent(console, key, filling)


# Several at once.

SEVERAL = {
    ("mdp_channels", "delete"): ("campus-lab", "stadium-backup"),
    ("mdp_endpoints", "delete"): ("partner",),
    ("mdp_harvests", "delete"): ("Failed",),
    ("mdp_remuxes", "delete"): ("Failed",),
    ("mdp_assembly", "delete"): ("stadium-replay",),
    ("mdp_programs", "delete"): ("recap",),
}
"""Verb -> names or states of the things that it is done to, in several regions where there are some."""


def test_every_batch_is_tried_below() -> None:
    batched = {(r.id, v.id) for r in resources("mdp") for v in r.verbs if v.batch}
    assert set(SEVERAL) == batched


@pytest.mark.parametrize(
    "name", [name for name in SEVERAL if name != ("mdp_assembly", "delete")], ids=".".join
)
async def test_several_are_asked_about_sent_by_region_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource, verb = noun("mdp", *name)
    assert verb.batch is not None
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        wanted = SEVERAL[name]
        things = [
            thing
            for thing in listed(console)
            if any(dig(thing.data, member) in wanted for member in ("Name", "State", "Status"))
        ]
        assert len(things) > 1
        screen = await ran(console, things, verb, Doing())
        assert [item.stage for item in screen.run.items] == ["effective"] * len(things)
        went = [*calls(console, verb.action)]
        went += calls(console, verb.batch.action) if verb.batch.action != verb.action else []
        assert {call.region for call in went} == {thing.region for thing in things}
        await console.press("escape")
        await console.goes("MainScreen")
        assert not console.lists.table.marks
        await console.again()
        assert not {thing.identity for thing in things} & {thing.identity for thing in listed(console)}


async def test_two_channels_of_programs_are_deleted_in_one_call(emulator: Served, tmp_path: Path) -> None:
    resource, verb = noun("mdp", "mdp_assembly", "delete")
    assert verb.batch is not None
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        await done(console, *noun("mdp", "mdp_assembly", "stop"), Doing(has("Name", "market-loop")))
        await console.again()
        things = [at(console, has("Name", name)) for name in ("market-loop", "stadium-replay")]
        screen = await ran(console, things, verb, Doing())
        assert [item.stage for item in screen.run.items] == ["effective"] * 2
        (call,) = calls(console, verb.batch.action)
        assert call.params is not None and len(call.params["Ids"]) == 2


# What is secret.


async def test_what_opens_an_input_or_an_endpoint_is_shown_when_asked_for_only(
    emulator: Served, tmp_path: Path
) -> None:
    async with pilot(emulator, tmp_path, start="mdp_inputs") as console:
        thing = at(console, has("ChannelName", "harbor-cam"))
        password = dig(thing.data, "AuthInfo.Password")
        assert password and password not in console.text
        await console.press("enter")
        await console.goes("DetailScreen")
        await console.shows("AuthInfo")
        detail = console.app.screen
        assert isinstance(detail, DetailScreen)
        page = "\n".join(one.plain for one in detail._lines())
        assert password not in page
        await console.press("v")
        await console.shows("SECRETS SHOWN")
        assert password in "\n".join(one.plain for one in detail._lines())


@pytest.mark.parametrize("resource_id", [one.id for one in resources("mdp")])
async def test_no_list_detail_or_raw_reply_shows_a_secret(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    async with pilot(emulator, tmp_path, start=resource_id, size=(200, 50)) as console:
        keys = secrets(emulator)
        assert keys
        seen = [console.text]
        await console.press("y")
        await console.pilot.pause()
        seen.append(console.text)
        assert not [key for key in keys if any(key in text for text in seen)]


def secrets(emulator: Served) -> list[str]:
    """Passwords of inputs and keys of endpoints, of the whole account."""
    found = []
    for name in (ASIA, "ap-tokyo", "eu-frankfurt", "na-ashburn"):
        for channel in emulator.account.packaging.region(name).channels:
            points = channel["Points"]
            found += [one["AuthInfo"]["Password"] for one in points["Inputs"]]
            found += [one["AuthInfo"].get("AuthKey") for one in points["Endpoints"]]
    return [key for key in found if key]
