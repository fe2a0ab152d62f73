"""ApsaraVideo Live in the console: every list, verb, form and batch, as they travel; domains and secrets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from emulated import ALIYUN_ID, ALIYUN_SECRET, Served
from opened import Console
from operated import (
    Doing,
    Filling,
    Keys,
    answer,
    asked,
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
    says_it_all,
    sent,
    verbs,
    walk,
    words,
)

from livetui.console.screens.bulk import BulkConfirmScreen
from livetui.emulator.apsara.state import DOMAINS, STOPPED
from livetui.resources import book
from livetui.resources.model import REASON
from livetui.settings import Credential

HARBOR, STADIUM, CAMPUS, MARKET = DOMAINS
OWN = [one for one in resources("apsara") if one.service]
CLOUD = {"cloud": "aliyun", "credential": Credential(ALIYUN_ID, ALIYUN_SECRET)}
pilot = partial(operating, service="apsara", **CLOUD, domains=DOMAINS)
UNTIL, AT = "1h", "2026-03-10T13:00:00Z"
CLEAR = Keys(("ctrl+u",))
CAM, MAIN = has("StreamName", "breakwater-cam"), has("StreamName", "match-01-main")


@pytest.fixture
def emulator(serve_emulator: Callable[..., Served]) -> Served:
    """With fewer streams than usual: lists that take a call a stream are read in a second or two."""
    return serve_emulator(streams=24, limits=False)


# Lists.


@pytest.mark.parametrize("resource_id", [one.id for one in OWN])
async def test_a_list_is_read_sorted_filtered_and_opened(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        assert "Alibaba Live · 4 domains" in console.bar("head")
        await walk(console, console.lists.resource)


async def test_details_tell_what_each_section_holds(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        at(console, MAIN)
        await console.press("enter")
        await console.goes("DetailScreen")
        page = partial(whole, console)
        await console.until(lambda: len(console.app.screen.read) == 7, "every section")
        assert "I makes an index of a span" in page() and "K adds a template of your own" in page()
        assert "T writes one" in page() and "edits it" not in page()
        assert "TEMPLATE   WHOSE" in page() and "match-720  own          1280x720  1800  30" in page()
        # What a figure is known by is not told again under it.
        named = [text.split()[0] for text in page().splitlines() if text.split()]
        assert named.count("AppName") == named.count("DomainName") == named.count("StreamName") == 1
        # Local time of the place, and no other.
        assert "+01:00" in page() and "Z," not in page()


def whole(console: Console) -> str:
    """All of a detail, also what has to be scrolled to."""
    return "\n".join(one.plain for one in console.app.screen.query_one("LinesView").lines)


async def test_a_raw_reply_is_that_of_the_things_own_domain(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        at(console, MAIN)
        await console.press("y")
        await console.goes("TextScreen")
        assert all(f", {domain} --" in whole(console) for domain in DOMAINS)
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("enter")
        await console.goes("DetailScreen")
        await console.press("y")
        await console.goes("TextScreen")
        assert f"-- list, DescribeLiveStreamsOnlineList, {STADIUM} --" in whole(console)
        assert HARBOR not in whole(console)


async def test_since_when_a_stream_is_forbidden_comes_from_the_clouds_history(
    emulator: Served, tmp_path: Path
) -> None:
    async with pilot(emulator, tmp_path, start="apsara_blocked") as console:
        columns = [column.id for column in console.lists.resource.columns]
        reader = console.session.reader("apsara_blocked")
        told = [reader.cells(thing)[columns.index("since")].text for thing in listed(console)]
        assert sorted(told) == ["", "03-09 17:00:00", "03-10 11:00:00"]


async def test_what_takes_a_call_a_stream_is_limited_and_says_so(
    emulator: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = book("apsara").resources
    whole = held["apsara_snapshots"]
    assert whole.source is not None and whole.source.each is not None
    few = whole.source._replace(each=whole.source.each._replace(most=4))
    assert isinstance(held, dict)
    monkeypatch.setitem(held, "apsara_snapshots", whole._replace(source=few))
    async with pilot(emulator, tmp_path, start="apsara_snapshots") as console:
        streams = len(calls_of_streams(console))
        assert streams == 4
        await console.shows("! of 4 of the ", "streams: each takes a call of its own")
        assert "Enter on a stream shows its own" in words(console.text)
        asked_of = {call.params["DomainName"] for call in calls_of_streams(console)}
        assert asked_of == set(DOMAINS)


def calls_of_streams(console: Console) -> list[Any]:
    """Without the pages that follow a first."""
    found = {
        (call.params["DomainName"], call.params["StreamName"]): call
        for call in calls(console, "DescribeLiveStreamSnapshotInfo")
    }
    return list(found.values())


# Domains of the profile.


@pytest.mark.parametrize("resource_id", [one.id for one in OWN])
async def test_without_domains_each_list_says_what_to_write(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    async with pilot(emulator, tmp_path, start=resource_id, domains=()) as console:
        text = words(console.text)
        assert "no action lists this account's domains, and the profile names none" in text
        assert 'Name them in the config, with the profile: domains = ["live.example.com"].' in text
        assert not emulator.app.calls


@pytest.mark.parametrize("resource_id", [one.id for one in OWN])
async def test_a_domain_that_is_refused_is_named_and_the_others_are_shown(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    mine = ("live.nowhere.example", HARBOR, STADIUM, CAMPUS, MARKET)
    async with pilot(emulator, tmp_path, start=resource_id, domains=mine) as console:
        await console.shows("! not all of it came: ", "live.nowhere.example", "RequestId")
        assert "InvalidDomain.NotFound" in words(console.text)
        count = len(listed(console))
        await console.until(lambda: console.lists.table.total_count == count > 0, "the others")
        assert "live.nowhere.example" not in {thing.data.get("DomainName") for thing in listed(console)}


async def test_a_domain_out_of_service_is_read_and_refuses_changes(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_record_configs", domains=(HARBOR, STOPPED)) as console:
        await console.press("plus")
        await console.goes("FormScreen")
        form: Any = console.app.screen
        for path, text in (("DomainName", STOPPED), ("AppName", "made")):
            form.lines.go(path)
            await console.press("ctrl+u")
            await console.type(text)
        await console.press("ctrl+s")
        await console.goes("ConfirmScreen")
        await console.press("ctrl+y")
        await console.goes("FormScreen")
        await console.shows("the draft is kept", "RequestId")
        assert form.draft.get("DomainName") == STOPPED


async def test_a_refusal_dims_what_was_shown_and_says_since_when(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        count = len(listed(console))
        emulator.fault("error", "DescribeLiveStreamsOnlineList", code="Forbidden.RAM", message="not yours")
        await console.again()
        await console.shows("! not refreshed for ", "Forbidden.RAM")
        assert len(listed(console)) == count and console.lists.table.dim


# Verbs.

FORBIDDEN = {"ResumeTime": UNTIL, REASON: "wrong feed"}
DONE: dict[tuple[str, str], Doing] = {
    ("apsara_streams", "forbid"): Doing(MAIN, FORBIDDEN, {"ResumeTime": AT}),
    ("apsara_streams", "forbid-for-good"): Doing(CAM, {REASON: "sold"}),
    ("apsara_blocked", "resume"): Doing(),
    ("apsara_blocked", "extend"): Doing(answers=FORBIDDEN, sends={"ResumeTime": AT}),
    ("apsara_record_configs", "delete"): Doing(has("DomainName", HARBOR)),
    ("apsara_record_notify", "delete"): Doing(),
    ("apsara_snapshot_configs", "delete"): Doing(has("DomainName", MARKET)),
    ("apsara_detection", "delete"): Doing(has("DomainName", STADIUM)),
    ("apsara_detect_notify", "delete"): Doing(),
    ("apsara_transcodes", "delete"): Doing(has("TranscodeTemplate", "match-720")),
    ("apsara_pulls", "delete"): Doing(has("StreamName", "visiting-fleet")),
    ("apsara_stream_notify", "delete"): Doing(has("DomainName", STADIUM)),
}
"""Verb -> what it is done to, and what is answered."""


def test_every_verb_is_tried_below() -> None:
    assert set(DONE) == set(verbs("apsara"))


@pytest.mark.parametrize("name", DONE, ids=".".join)
async def test_a_verb_is_asked_about_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource, verb = noun("apsara", *name)
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        call = await done(console, resource, verb, DONE[name])
        assert call.params is not None and REASON not in call.params
        if "forbid-for-good" in name:
            assert "ResumeTime" not in call.params


async def test_the_config_of_one_stream_goes_and_its_apps_stays(emulator: Served, tmp_path: Path) -> None:
    """Both are listed under the app: the list does not say which is the stream's."""
    resource, verb = noun("apsara", "apsara_record_configs", "delete")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        both = [thing for thing in listed(console) if thing.data["DomainName"] == STADIUM]
        assert len(both) == 2
        newest = max(both, key=lambda thing: thing.data["CreateTime"])
        doing = Doing(
            has("CreateTime", newest.data["CreateTime"]),
            {"StreamName": "match-01-main"},
            {"StreamName": "match-01-main"},
        )
        await done(console, resource, verb, doing)
        await console.again()
        left = [thing.identity for thing in listed(console) if thing.data["DomainName"] == STADIUM]
        assert left == [thing.identity for thing in both if thing is not newest]


async def test_an_end_is_shown_in_local_time_and_sent_in_utc(emulator: Served, tmp_path: Path) -> None:
    _, verb = noun("apsara", "apsara_streams", "forbid")
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        at(console, MAIN)
        await asked(console, verb)
        look = words(console.text).partition("on the air now: 1 ")[2]
        assert look[:4] == "2026" and "+01:00" in look[:30]
        await answer(console, verb, Doing(answers={**FORBIDDEN, "ResumeTime": "2026-03-10 18:30"}), "")
        await console.goes("MainScreen")
        await console.until(lambda: "effective" in console.said, "seen")
        (call,) = calls(console, "ForbidLiveStream")
        assert call.params is not None and call.params["ResumeTime"] == "2026-03-10T17:30:00Z"
        await console.press("tab")
        await console.shows("match-01-main", "03-10 18:30:00", "5h30m", "wrong feed")


async def test_an_end_that_is_over_or_no_answer_sends_nothing(emulator: Served, tmp_path: Path) -> None:
    _, verb = noun("apsara", "apsara_streams", "forbid")
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        at(console, MAIN)
        await asked(console, verb)
        await console.press("ctrl+y")
        await console.shows("until: is needed")
        await console.press("escape")
        await console.goes("MainScreen")
        await console.until(lambda: "not done" in console.said, "left")
        assert not calls(console, "ForbidLiveStream")


async def test_a_ban_is_undone_and_its_undoing_looks_at_the_block_list(
    emulator: Served, tmp_path: Path
) -> None:
    resource, verb = noun("apsara", "apsara_streams", "forbid")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        await done(console, resource, verb, DONE["apsara_streams", "forbid"])
        await console.press("u")
        await console.goes("ConfirmScreen")
        await console.until(lambda: "on the block list: 1" in words(console.text), "looked again")
        assert f"Resume forbidden stream {STADIUM}/live/match-01-main" in words(console.text)
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "effective: off the block list" in console.said, "resumed")
        (call,) = calls(console, "ResumeLiveStream")
        assert call.params == {
            "DomainName": STADIUM,
            "AppName": "live",
            "StreamName": "match-01-main",
            "LiveStreamType": "publisher",
        }
        await console.press("u")
        await console.until(lambda: "nothing" in console.said, "nothing more to undo")


async def test_an_outcome_that_no_answer_tells_is_unknown_and_looked_up(
    emulator: Served, tmp_path: Path
) -> None:
    resource, verb = noun("apsara", "apsara_streams", "forbid")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        emulator.fault("timeout", "ForbidLiveStream", times=1, close=True)
        at(console, MAIN)
        await asked(console, verb)
        await answer(console, verb, DONE["apsara_streams", "forbid"], "")
        await console.goes("MainScreen")
        await console.until(lambda: "unknown" in console.said or "it took effect" in console.said, "unknown")
        await console.until(lambda: "it took effect" in console.said, "settled")
        assert len(calls(console, "ForbidLiveStream")) == 1


async def test_a_production_profile_asks_for_its_name(emulator: Served, tmp_path: Path) -> None:
    resource, verb = noun("apsara", "apsara_streams", "forbid")
    async with pilot(emulator, tmp_path, start=resource.id, production=True) as console:
        thing = at(console, MAIN)
        dialog = await asked(console, verb)
        assert dialog.friction == "type" and "PRODUCTION" in console.text
        says_it_all(console, resource, verb, thing)


# Many at once.


async def test_five_marked_streams_are_forbidden_and_resumed(emulator: Served, tmp_path: Path) -> None:
    resource, forbid = noun("apsara", "apsara_streams", "forbid")
    _, resume = noun("apsara", "apsara_blocked", "resume")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        things = listed(console)[:5]
        screen = await ran(console, things, forbid, DONE["apsara_streams", "forbid"])
        assert [item.stage for item in screen.run.items] == ["effective"] * 5
        sent_to = [call.params for call in calls(console, "ForbidLiveStream")]
        assert {(one["DomainName"], one["AppName"], one["StreamName"]) for one in sent_to} == {
            thing.identity.key for thing in things
        }
        assert {one["ResumeTime"] for one in sent_to} == {AT}
        await console.press("escape")
        await console.goes("MainScreen")
        console.lists.go("apsara_blocked")
        keys = {thing.identity.key for thing in things}
        poller = console.session.poller("apsara_blocked")
        await console.until(
            lambda: keys <= {identity.key for identity in poller.snapshot.things}, "on the block list"
        )
        await console.pilot.pause()
        banned = [thing for thing in listed(console) if thing.identity.key in keys]
        screen = await ran(console, banned, resume, Doing())
        assert [item.stage for item in screen.run.items] == ["effective"] * 5
        resumed = [call.params for call in calls(console, "ResumeLiveStream")]
        assert {(one["DomainName"], one["AppName"], one["StreamName"]) for one in resumed} == keys


async def test_several_bans_are_undone_at_once(emulator: Served, tmp_path: Path) -> None:
    resource, forbid = noun("apsara", "apsara_streams", "forbid")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        things = listed(console)[:3]
        await ran(console, things, forbid, DONE["apsara_streams", "forbid"])
        await console.press("u")
        await console.until(lambda: isinstance(console.app.screen, BulkConfirmScreen), "asked")
        await console.shows("Resume 3 forbidden streams", "type demo:3")
        await console.until(lambda: console.app.screen.looked_at is not None, "read again")
        await console.type("demo:3")
        await console.press("ctrl+y")
        await console.goes("RunScreen")
        await console.until(console.app.screen.run.ended.is_set, "ended")
        assert len(calls(console, "ResumeLiveStream")) == 3


async def test_a_pasted_list_of_names_is_looked_up_in_the_lists(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        await console.press("L", "f")
        await console.goes("PasteScreen")
        for text in ("breakwater-cam", "nowhere"):
            await console.type(text)
            await console.press("enter")
        await console.press("ctrl+y")
        await console.shows("line 2 nowhere is not online or blocked", "nothing can be sent yet")
        await console.press("backspace", *["backspace"] * len("nowhere"))
        await console.type("live.stadium.example/live/match-01-main")
        await console.press("ctrl+y")
        await console.until(lambda: isinstance(console.app.screen, BulkConfirmScreen), "asked")
        await console.shows(
            "Forbid 2 streams", f"{HARBOR}/live/breakwater-cam", f"{STADIUM}/live/match-01-main"
        )
        await console.press("escape")


# Forms.

OSS = [("OssBucket", "media"), ("OssEndpoint", "oss.harbor.example")]
INDEX = [("OssObject", "index/made.m3u8"), ("StartTime", "-2h"), ("EndTime", "-1h")]
OF_ITS_OWN = [
    ("Template", "narrow"),
    ("TemplateType", "h264"),
    ("Height", "360"),
    ("Width", "640"),
    ("FPS", "25"),
    ("VideoBitrate", "500"),
]
NARROW = {"Template": "narrow", "TemplateType": "h264", "Height": 360, "FPS": 25, "VideoBitrate": 500}
URL = "http://hook.harbor.example/made"
FRESH = [("AppName", CLEAR), ("AppName", "made")]
FORMS: dict[tuple[str, str], Filling] = {
    ("apsara_streams", "I"): Filling(
        [*OSS, *INDEX],
        {
            "StreamName": "match-01-main",
            "StartTime": "2026-03-10T10:00:00Z",
            "EndTime": "2026-03-10T11:00:00Z",
        },
        MAIN,
    ),
    ("apsara_streams", "K"): Filling(OF_ITS_OWN, {"Domain": STADIUM, "App": "live", **NARROW}, MAIN),
    ("apsara_streams", "T"): Filling(
        [("Text", "score 2:1"), ("Pattern", "keyframe"), ("Repeat", "3"), ("Delay", "0")],
        {"StreamName": "match-01-main", "Text": "score 2:1", "Pattern": "keyframe", "Repeat": 3},
        MAIN,
    ),
    ("apsara_blocked", "I"): Filling(
        [*OSS, ("OssObject", "index/made.m3u8"), ("StartTime", "-50h"), ("EndTime", "-48h")],
        {},
        has("DomainName", STADIUM),
    ),
    ("apsara_history", "I"): Filling([*OSS, *INDEX], {}, MAIN),
    ("apsara_record_configs", "+"): Filling(
        [*FRESH],
        {"AppName": "made", "DomainName": HARBOR, "OssBucket": "venue-recordings"},
        has("DomainName", HARBOR),
    ),
    ("apsara_recordings", "+"): Filling(
        [("OssObject", "index/made.m3u8")], {"OssObject": "index/made.m3u8"}, MAIN
    ),
    ("apsara_indexes", "+"): Filling(INDEX, {"OssBucket": "venue-recordings"}, MAIN),
    ("apsara_record_notify", "+"): Filling(
        [("DomainName", CLEAR), ("DomainName", STADIUM), ("NotifyUrl", URL)],
        {"DomainName": STADIUM, "NotifyUrl": URL},
    ),
    ("apsara_record_notify", "e"): Filling(
        [("NotifyUrl", Keys(("ctrl+e",))), ("NotifyUrl", URL)], {"DomainName": HARBOR, "NotifyUrl": URL}
    ),
    ("apsara_snapshot_configs", "+"): Filling(
        [*FRESH, ("TimeInterval", "10"), ("OverwriteOssObject", "now.jpg")],
        {"AppName": "made", "TimeInterval": 10, "OverwriteOssObject": "now.jpg"},
        has("DomainName", HARBOR),
    ),
    ("apsara_snapshot_configs", "e"): Filling(
        [("TimeInterval", CLEAR), ("TimeInterval", "77")],
        {"DomainName": HARBOR, "TimeInterval": 77},
        has("DomainName", HARBOR),
    ),
    ("apsara_detection", "+"): Filling([*FRESH], {"AppName": "made"}, has("DomainName", STADIUM)),
    ("apsara_detection", "e"): Filling(
        [("Interval", CLEAR), ("Interval", "77")],
        {"Interval": 77, "DomainName": STADIUM},
        has("DomainName", STADIUM),
    ),
    ("apsara_detect_notify", "+"): Filling(
        [("DomainName", CLEAR), ("DomainName", HARBOR), ("NotifyUrl", URL)], {"DomainName": HARBOR}
    ),
    ("apsara_detect_notify", "e"): Filling(
        [("NotifyUrl", CLEAR), ("NotifyUrl", URL)], {"DomainName": MARKET, "NotifyUrl": URL}
    ),
    ("apsara_transcodes", "+"): Filling(
        [("App", CLEAR), ("App", "made"), ("Template", "ld")], {"App": "made", "Template": "ld"}
    ),
    ("apsara_transcodes", "K"): Filling(
        OF_ITS_OWN, {"Domain": CAMPUS, "App": "studio", **NARROW}, has("TranscodeApp", "studio")
    ),
    ("apsara_pulls", "+"): Filling(
        [
            ("StreamName", CLEAR),
            ("StreamName", "made"),
            ("SourceUrl", CLEAR),
            ("SourceUrl", "rtmp://origin.harbor.example/live/cam"),
            ("StartTime", "+5m"),
            ("EndTime", "+2h"),
        ],
        {"StreamName": "made", "StartTime": "2026-03-10T12:05:00Z", "EndTime": "2026-03-10T14:00:00Z"},
    ),
    ("apsara_stream_notify", "+"): Filling(
        [("DomainName", CLEAR), ("DomainName", CAMPUS), ("NotifyUrl", URL)],
        {"DomainName": CAMPUS, "NotifyUrl": URL},
    ),
    ("apsara_stream_notify", "e"): Filling(
        [("NotifyUrl", CLEAR), ("NotifyUrl", URL)],
        {"DomainName": HARBOR, "NotifyUrl": URL},
        has("DomainName", HARBOR),
    ),
}
"""(resource, key) -> what its form is filled with, and what of it has to travel."""


def test_every_form_is_filled_below() -> None:
    assert set(FORMS) == set(forms("apsara"))


@pytest.mark.parametrize("name", FORMS, ids=".".join)
async def test_a_form_is_filled_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource_id, key = name
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        await sent(console, key, FORMS[name])


async def test_what_was_made_is_undone_by_taking_it_away(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_pulls") as console:
        await sent(console, "+", FORMS["apsara_pulls", "+"])
        await console.goes("MainScreen")
        await console.press("u")
        await console.goes("ConfirmScreen")
        await console.shows("Undo: New pulled stream", "DeleteLivePullStreamInfoConfig", "yes, undo it")
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "undo New pulled stream: accepted" in console.said, "undone")
        (call,) = calls(console, "DeleteLivePullStreamInfoConfig")
        assert call.params == {"DomainName": HARBOR, "AppName": "live", "StreamName": "made"}


# Secrets.


def kept(folder: Path) -> list[Path]:
    """All that a console left on disk."""
    return [path for path in folder.rglob("*") if path.is_file()]


KEY = "kept-to-ourselves-7Qm2x"


@pytest.mark.parametrize(
    ("resource_id", "values"),
    [
        ("apsara_pulls", [("StreamName", CLEAR), ("StreamName", "made"), ("SourceUrl", CLEAR)]),
        ("apsara_stream_notify", [("DomainName", CLEAR), ("DomainName", CAMPUS)]),
    ],
)
async def test_keys_in_addresses_are_shown_when_asked_for_and_never_kept(
    emulator: Served, tmp_path: Path, resource_id: str, values: list[tuple[str, str | Keys]]
) -> None:
    pulled = resource_id == "apsara_pulls"
    url = f"{'rtmp' if pulled else 'http'}://u:{KEY}@hook.harbor.example/made?token={KEY}"
    more = [("StartTime", "+5m"), ("EndTime", "+2h")] if pulled else []
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        page = partial(whole, console)
        name = "SourceUrl" if pulled else "NotifyUrl"
        filling = Filling([*values, (name, url), *more], {name: url})
        await sent(console, "+", filling)
        await console.goes("MainScreen")
        assert KEY not in console.text
        await console.again()
        at(console, has("StreamName", "made") if pulled else has("DomainName", CAMPUS))
        assert "//••••@hook" in console.text and KEY not in console.text
        await console.press("y")
        await console.goes("TextScreen")
        assert "made?token=" in page() and KEY not in page()
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("enter")
        await console.goes("DetailScreen")
        assert "hook.harbor.example" in page() and KEY not in page()
        await console.press("v")
        await console.pilot.pause()
        assert page().count(KEY) == 2 and "SECRETS SHOWN" in console.text
    assert [file.name for file in kept(tmp_path) if KEY.encode() in file.read_bytes()] == []


async def test_the_address_of_a_push_is_shown_without_its_signature(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        thing = at(console, MAIN)
        signature = thing.data["PublishUrl"].partition("auth_key=")[2]
        assert signature
        await console.press("enter")
        await console.goes("DetailScreen")
        assert "auth_key=••••" in whole(console) and signature not in whole(console)
        await console.press("v")
        await console.pilot.pause()
        assert signature in whole(console)


async def test_whoever_asks_for_a_stream_is_led_to_it_and_to_no_verb(
    emulator: Served, tmp_path: Path
) -> None:
    async with pilot(emulator, tmp_path, start="apsara_streams") as console:
        at(console, CAM)
        await console.press("colon")
        await console.goes("PaletteScreen")
        await console.type("stream match-01-main")
        await console.press("enter")
        await console.goes("MainScreen")
        await console.until(lambda: console.lists.thing and MAIN(console.lists.thing.data), "led to it")
