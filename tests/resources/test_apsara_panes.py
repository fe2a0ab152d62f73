"""The panes of ApsaraVideo Live against the emulated account: lists, verbs, forms, and what is seen."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from emulated import NOW
from hosted import Host, hosted, shown_in

from livetui.catalogue import load
from livetui.catalogue.times import to_wire
from livetui.client import Priority
from livetui.emulator.apsara.state import DOMAINS
from livetui.operations.draft import Draft
from livetui.operations.guard import Planned, look, matches
from livetui.operations.permissions import ask
from livetui.operations.records import with_records
from livetui.operations.targets import read_again
from livetui.operations.undo import call_back, subject, verb_back
from livetui.resources import book
from livetui.resources.model import REASON, dig
from livetui.watch.cells import Reader
from livetui.watch.gather import window
from livetui.watch.things import Thing

APSARA, BOOK = load("apsara"), book("apsara")
LISTED = [r.id for r in BOOK.resources.values() if r.source is not None]
MAY_BE_EMPTY = {"until", "left", "why", "by", "since", "kind"}
"""Columns that only the journal, or only some rows, fill."""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Host]:
    async with hosted("apsara", NOW, tmp_path, DOMAINS) as host:
        yield host


def hence(**span: float) -> str:
    return str(to_wire("utc", NOW + timedelta(**span)))


async def first(here: Host, resource_id: str) -> Thing:
    return (await here.things(resource_id))[0]


# Lists.


@pytest.mark.parametrize("resource_id", LISTED)
async def test_a_list_is_read_and_every_column_finds_its_member(here: Host, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    read = await here.read(resource_id)
    assert read.things and not read.failures and read.complete and read.request_id
    assert len({thing.identity for thing in read.things}) == len(read.things)
    assert all(all(thing.identity.key) for thing in read.things)
    reader = Reader(APSARA, resource)
    rows = [reader.cells(thing, here.account.now()) for thing in read.things]
    for number, column in enumerate(resource.columns):
        assert column.id in MAY_BE_EMPTY or any(row[number].text for row in rows), column.id
        if column.kind in ("time", "age", "left", "number", "bps", "seconds"):
            assert all(row[number].value is not None for row in rows if row[number].text), column.id
    shown = shown_in(80, APSARA, resource, read.things)
    assert {column.id for column in resource.columns if column.rank == 0} <= shown, "80 columns name it"


async def test_what_is_forbidden_is_not_on_the_air(here: Host) -> None:
    online = {thing.identity.key for thing in await here.things("apsara_streams")}
    assert not online & {thing.identity.key for thing in await here.things("apsara_blocked")}


async def test_streams_have_their_figures(here: Host) -> None:
    for thing in await here.things("apsara_streams"):
        for name in ("push", "seen"):
            assert all(thing.data[name][member] == thing.data[member] for member in ("AppName", "StreamName"))


async def test_a_key_is_tried_on_every_list(here: Host) -> None:
    told = await ask(here.account)
    assert set(told) == {pane.id for pane in BOOK.panes} - {"journal"}
    for pane, asked in told.items():
        assert not [one for one in asked if one.error or one.skipped], pane


@pytest.mark.parametrize("resource_id", [r.id for r in BOOK.resources.values() if r.sections])
async def test_a_details_sections_are_read(here: Host, resource_id: str) -> None:
    thing = await first(here, resource_id)
    for section in BOOK.resources[resource_id].sections:
        if not section.action:
            continue
        params = {param: dig(thing.data, member) for param, member in section.params.items()}
        params |= {**section.fixed, **window(here.account, _windowed(section))}
        reply = await here.account.client.call(section.action, params, priority=Priority.READ)
        assert dig(reply.data, section.member) is not None, section.id


def _windowed(section: Any) -> Any:
    from livetui.resources.model import Source

    return Source(section.action, last=section.last)


# What is done, and seen.


@pytest.mark.parametrize(
    ("verb", "answers"),
    [
        ("forbid", {"ResumeTime": hence(hours=1), REASON: "wrong feed"}),
        ("forbid-for-good", {REASON: "wrong feed"}),
    ],
)
async def test_forbidden_is_seen_and_undone(here: Host, verb: str, answers: dict[str, Any]) -> None:
    thing = await first(here, "apsara_streams")
    done = await here.do("apsara_streams", verb, thing, **answers)
    assert REASON not in done.planned.params
    _, declared = here.noun("apsara_streams", verb)
    verdict = await here.seen(declared, thing, done)
    assert (verdict.answer, verdict.text) == ("yes", "on the block list")
    assert thing.identity.key not in {t.identity.key for t in await here.things("apsara_streams")}

    back = verb_back(BOOK, declared)
    assert back is not None
    banned = subject(here.account, *back, done.planned.params)
    assert banned.identity.key == thing.identity.key
    undone = await here.do("apsara_blocked", "resume", banned)
    verdict = await here.seen(back[1], banned, undone)
    assert (verdict.answer, verdict.text) == ("yes", "off the block list")


async def test_a_ban_ends_at_its_time(here: Host) -> None:
    thing = await first(here, "apsara_streams")
    done = await here.do("apsara_streams", "forbid", thing, ResumeTime=hence(minutes=15))
    here.clock.account.clock.advance(16 * 60)
    keys = {one.identity.key for one in await here.things("apsara_blocked")}
    assert thing.identity.key not in keys
    _, declared = here.noun("apsara_streams", "forbid")
    verdict = await here.seen(declared, thing, done)
    assert (verdict.answer, verdict.text) == ("unknown", "the ban is over by now")


async def test_who_why_and_until_when_come_from_the_journal(here: Host) -> None:
    thing = await first(here, "apsara_streams")
    end = hence(hours=1)
    params = {**dict(zip(("DomainName", "AppName", "StreamName"), thing.identity.key, strict=True))}
    sent = {**params, "LiveStreamType": "publisher", "ResumeTime": end}
    await here.guard.send(Planned(APSARA.action("ForbidLiveStream"), sent, "", (params,), "wrong feed"))
    resource = BOOK.resources["apsara_blocked"]
    read = with_records(here.account, resource, await here.read(resource.id), here.guard.journal.path)
    banned = next(one for one in read.things if one.identity.key == thing.identity.key)
    reader, ids = Reader(APSARA, resource), [column.id for column in resource.columns]
    cells = dict(zip(ids, reader.cells(banned, here.account.now()), strict=True))
    assert (cells["left"].text, cells["why"].text) == ("1h00m", "wrong feed")
    assert isinstance(cells["until"].value, float) and cells["since"].text and cells["by"].text
    other = next(one for one in read.things if one.identity.key != thing.identity.key)
    assert reader.cells(other, here.account.now())[ids.index("why")].text == ""


async def test_a_ban_that_is_extended_stays(here: Host) -> None:
    thing = await first(here, "apsara_blocked")
    done = await here.do("apsara_blocked", "extend", thing, ResumeTime=hence(hours=4))
    verdict = await here.seen(here.noun("apsara_blocked", "extend")[1], thing, done)
    assert verdict.answer == "yes"


async def test_what_was_done_is_in_the_control_history(here: Host) -> None:
    thing = await first(here, "apsara_streams")
    await here.do("apsara_streams", "forbid", thing, ResumeTime=hence(hours=1))
    here.clock.account.clock.advance(1)
    done = [one for one in await here.things("apsara_control") if one.identity.key[:3] == thing.identity.key]
    assert any("forbid" in str(one.data["Action"]).lower() for one in done)


DELETED = [
    "apsara_record_configs",
    "apsara_record_notify",
    "apsara_snapshot_configs",
    "apsara_detection",
    "apsara_detect_notify",
    "apsara_transcodes",
    "apsara_pulls",
    "apsara_stream_notify",
]


@pytest.mark.parametrize("resource_id", DELETED)
async def test_what_is_deleted_is_seen_to_be_gone(here: Host, resource_id: str) -> None:
    thing = await first(here, resource_id)
    done = await here.do(resource_id, "delete", thing)
    verdict = await here.seen(here.noun(resource_id, "delete")[1], thing, done)
    assert (verdict.answer, verdict.text) == ("yes", "off its list")
    assert thing.identity not in {one.identity for one in await here.things(resource_id)}


@pytest.mark.parametrize(
    ("resource_id", "verb_id"),
    [
        ("apsara_streams", "forbid"),
        ("apsara_blocked", "resume"),
        *((resource_id, "delete") for resource_id in DELETED),
    ],
)
async def test_targets_are_looked_at_again(here: Host, resource_id: str, verb_id: str) -> None:
    things = await here.things(resource_id)
    resource, verb = here.noun(resource_id, verb_id)
    seen = await look(here.account, things[0], verb.look)
    assert not [one.error for one in seen if one.error]
    if resource_id in ("apsara_streams", "apsara_blocked"):
        assert [one.text for one in seen] == ["1"]
    present = await read_again(here.account, resource, verb, things)
    assert all(one.data is not None and one.error is None for one in present.values())


# Forms.


MADE: Mapping[str, Mapping[str, Any]] = {
    "AddLiveAppRecordConfig": {"AppName": "made", "OssBucket": "media", "OssEndpoint": "oss.harbor.example"},
    "AddLiveRecordNotifyConfig": {"NotifyUrl": "http://hook.harbor.example/made"},
    "AddLiveAppSnapshotConfig": {
        "AppName": "made",
        "TimeInterval": 10,
        "OssBucket": "media",
        "OssEndpoint": "oss.harbor.example",
        "OverwriteOssObject": "{AppName}/{StreamName}.jpg",
    },
    "AddLiveSnapshotDetectPornConfig": {
        "AppName": "made",
        "OssBucket": "media",
        "OssEndpoint": "oss.harbor.example",
        "Scene": ["porn", "ad"],
    },
    "AddLiveDetectNotifyConfig": {"NotifyUrl": "http://hook.harbor.example/made"},
    "AddLiveStreamTranscode": {"App": "made", "Template": "ld"},
    "AddLivePullStreamInfoConfig": {
        "AppName": "made",
        "StreamName": "made",
        "SourceUrl": "rtmp://origin.harbor.example/live/cam",
        "StartTime": hence(minutes=1),
        "EndTime": hence(days=1),
    },
    "SetLiveStreamsNotifyUrlConfig": {"NotifyUrl": "http://hook.harbor.example/made"},
}
MAKERS = {BOOK.resources[name].create: name for name in DELETED}


@pytest.mark.parametrize("action", MADE)
async def test_a_new_one_is_made_by_its_form_and_unmade_again(here: Host, action: str) -> None:
    resource = BOOK.resources[MAKERS[action]]
    while len(things := await here.things(resource.id)) and action.endswith("NotifyConfig"):
        await here.do(resource.id, "delete", things[0])  # a domain has one address, and no second is added
    before = {thing.identity for thing in things}
    draft = Draft(APSARA, APSARA.action(action), now=here.account.now)
    domain = "Domain" if action == "AddLiveStreamTranscode" else "DomainName"
    for name, value in {domain: DOMAINS[0], **MADE[action]}.items():
        draft.set(name, value)
    assert draft.problems(here.account.now()) == []
    done = await here.guard.send(Planned(draft.action, draft.params()))
    assert done.status == "accepted", done.message
    after = {thing.identity: thing for thing in await here.things(resource.id)}
    assert len(set(after) - before) == (0 if action.startswith("Set") and before else 1)
    planned = call_back(here.account, done)
    if draft.action.inverse:
        assert planned is not None and (await here.guard.send(planned)).status == "accepted"
        assert {thing.identity for thing in await here.things(resource.id)} == before


async def test_a_template_of_ones_own(here: Host) -> None:
    stream = await first(here, "apsara_streams")
    section = next(one for one in BOOK.resources["apsara_streams"].sections if one.id == "renditions")
    given = {param: dig(stream.data, member) for param, member in section.edit_params.items()}
    draft = Draft(APSARA, APSARA.action(section.edit), now=here.account.now, given=given)
    own = {"Template": "narrow", "TemplateType": "h264", "Height": 360, "Width": 640}
    for name, value in {**own, "FPS": 25, "VideoBitrate": 500}.items():
        draft.set(name, value)
    done = await here.guard.send(Planned(draft.action, draft.params()))
    assert done.status == "accepted", done.message
    rows = [one for one in await here.things("apsara_transcodes") if one.identity.key[2] == "narrow"]
    ids = [column.id for column in BOOK.resources["apsara_transcodes"].columns]
    cells = Reader(APSARA, BOOK.resources["apsara_transcodes"]).cells(rows[0], here.account.now())
    told = dict(zip(ids, (cell.text for cell in cells), strict=True))
    assert (told["whose"], told["size"], told["rate"], told["fps"]) == ("own", "640x360", "500", "25")


async def test_an_index_is_made_of_a_recordings_span(here: Host) -> None:
    recording = await first(here, "apsara_recordings")
    resource = BOOK.resources["apsara_recordings"]
    draft = Draft(
        APSARA,
        APSARA.action(resource.create),
        now=here.account.now,
        proposals={param: dig(recording.data, member) for param, member in resource.create_params.items()},
    )
    draft.set("OssObject", "{AppName}/{StreamName}.m3u8")
    assert draft.problems(here.account.now()) == []
    done = await here.guard.send(Planned(draft.action, draft.params()))
    assert done.status == "accepted" and done.reply is not None, done.message
    made = done.reply.data["RecordInfo"]["RecordId"]
    assert made in {one.data["RecordId"] for one in await here.things("apsara_indexes")}


CHANGED: Mapping[str, tuple[str, Any]] = {
    "apsara_record_notify": ("NotifyUrl", "http://hook.harbor.example/other"),
    "apsara_snapshot_configs": ("TimeInterval", 77),
    "apsara_detection": ("Interval", 77),
    "apsara_detect_notify": ("NotifyUrl", "http://hook.harbor.example/other"),
    "apsara_stream_notify": ("NotifyUrl", "http://hook.harbor.example/other"),
}


@pytest.mark.parametrize("resource_id", CHANGED)
async def test_an_edit_changes_one_member_and_leaves_the_rest(here: Host, resource_id: str) -> None:
    how = BOOK.resources[resource_id].edit
    assert how is not None
    thing = await first(here, resource_id)
    params = {param: dig(thing.data, member) for param, member in how.read_params.items()}
    reply = await here.account.client.call(how.read, params, priority=Priority.WRITE)
    present = dig(reply.data, how.read_member)
    if isinstance(present, list):
        (present,) = [row for row in present if matches(thing, row, how.match)]
    draft = Draft(
        APSARA,
        APSARA.action(how.action),
        now=here.account.now,
        present={**present, **{param: dig(present, member) for param, member in how.rename.items()}},
        given={param: dig(thing.data, member) for param, member in how.params.items()},
    )
    assert draft.problems(here.account.now()) == [] and draft.changes() == []
    member, value = CHANGED[resource_id]
    draft.set(member, value)
    done = await here.guard.send(Planned(draft.action, draft.params()))
    assert done.status == "accepted", done.message
    after = next(one for one in await here.things(resource_id) if one.identity == thing.identity)
    assert after.data == {**thing.data, member: value}


def test_the_account_stands_where_the_tests_think() -> None:
    assert datetime.fromisoformat(hence(hours=0)) == NOW
