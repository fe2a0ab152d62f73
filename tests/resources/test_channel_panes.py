"""The pane of channel hosting against the emulated account: lists, batches, and effects that are seen."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hosted import Host, hosted, shown_in

from livetui.catalogue import load
from livetui.catalogue.check import check
from livetui.catalogue.mask import DOTS, mask
from livetui.catalogue.times import to_wire
from livetui.client import PartlyDone, Priority
from livetui.operations.effect import Case, Watcher
from livetui.operations.guard import look
from livetui.operations.targets import read_again
from livetui.resources import book
from livetui.resources.model import dig
from livetui.watch.cells import Reader
from livetui.watch.things import Thing

CHANNEL, BOOK = load("channel"), book("channel")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[Host]:
    async with hosted("channel", START, tmp_path) as host:
        yield host


async def named(channel: Host, name: str, resource: str = "channel_channels") -> Thing:
    member = BOOK.resources[resource].called
    return next(thing for thing in await channel.things(resource) if thing.data[member] == name)


def word(thing: Thing) -> str:
    return Reader(CHANNEL, BOOK.resources[thing.identity.kind]).state(thing).word


@pytest.mark.parametrize("resource_id", list(BOOK.resources))
async def test_a_list_is_read_and_every_column_finds_its_member(channel: Host, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    read = await channel.read(resource_id)
    assert read.things
    assert not read.failures
    assert read.complete
    assert len({thing.identity for thing in read.things}) == len(read.things)
    assert all(all(thing.identity.key) for thing in read.things)
    reader = Reader(CHANNEL, resource)
    rows = [reader.cells(thing, channel.account.now()) for thing in read.things]
    for number, column in enumerate(resource.columns):
        assert column.id == "report" or any(row[number].text for row in rows), column.id
        if column.kind in ("time", "number", "seconds"):
            assert all(row[number].value is not None for row in rows if row[number].text), column.id


@pytest.mark.parametrize("resource_id", list(BOOK.resources))
async def test_80_columns_name_a_thing_and_say_what_it_is(channel: Host, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    things = await channel.things(resource_id)
    assert {c.id for c in resource.columns if c.rank == 0} <= shown_in(80, CHANNEL, resource, things)


async def test_there_is_a_word_for_every_status(channel: Host) -> None:
    words = {word(thing) for thing in await channel.things("channel_channels")}
    assert words == {"live", "no input", "exception", "disabled", "not set up"}
    words = {word(thing) for thing in await channel.things("channel_records")}
    assert words == {"not started", "running", "completed", "exception"}


async def test_tasks_know_their_channel(channel: Host) -> None:
    channels = {
        t.data["channel_id"]: t.data["channel_name"] for t in await channel.things("channel_channels")
    }
    for resource in ("channel_records", "channel_files", "channel_shots"):
        for thing in await channel.things(resource):
            assert channels[thing.data["channelId"]] == thing.data["channelName"]


async def test_addresses_and_password_are_masked_in_the_detail(channel: Host) -> None:
    (section,) = [one for one in BOOK.resources["channel_channels"].sections if one.id == "all"]
    thing = await named(channel, "Stadium main stand")
    params = {param: dig(thing.data, member) for param, member in section.params.items()}
    reply = await channel.account.client.call(section.action, params)
    held = dig(reply.data, section.member)
    shown = mask(CHANNEL, CHANNEL.structure("ChannelInfo").members, held)
    secret = held["upstream_list"][0]["sourceAddress"].partition("txSecret=")[2].partition("&")[0]
    assert secret
    assert secret not in str(shown)
    password = {"password": "open-sesame"}
    assert mask(CHANNEL, CHANNEL.structure("ChannelInfo").members, password)["password"].startswith(DOTS)


async def test_stopped_started_and_deleted_as_seen(channel: Host) -> None:
    live = await named(channel, "Harbor open day")
    for verb, state in (("stop", "disabled"), ("start", "no input"), ("stop", "disabled")):
        done = await channel.do("channel_channels", verb, live)
        verdict = await channel.seen(channel.noun("channel_channels", verb)[1], live, done)
        assert (verdict.answer, verdict.text) == ("yes", f"status {state}")
    (seen,) = await look(channel.account, live, channel.noun("channel_channels", "delete")[1].look)
    assert seen.text == "disabled"
    done = await channel.do("channel_channels", "delete", live)
    verdict = await channel.seen(channel.noun("channel_channels", "delete")[1], live, done)
    assert (verdict.answer, verdict.text) == ("yes", "off its list")


async def test_what_is_refused_says_why(channel: Host) -> None:
    done = await channel.do("channel_channels", "delete", await named(channel, "Harbor open day"))
    assert done.status == "refused"
    assert getattr(done.error, "code", "") == "20109"


async def test_a_batch_tells_what_became_of_each(channel: Host) -> None:
    live = await named(channel, "Harbor open day")
    verb = channel.noun("channel_channels", "stop")[1]
    assert verb.batch is not None
    with pytest.raises(PartlyDone) as caught:
        await channel.account.client.call(
            verb.batch.action, {verb.batch.param: [dig(live.data, verb.batch.member), "404"]}
        )
    told = {one.target: one.code for one in caught.value.outcomes}
    assert told == {live.data["channel_id"]: "0", "404": "20301"}


async def test_many_are_looked_for_in_one_list(channel: Host) -> None:
    things = [await named(channel, name) for name in ("Harbor open day", "Campus choir")]
    verb = channel.noun("channel_channels", "stop")[1]
    idents = [thing.data["channel_id"] for thing in things]
    since = channel.account.now()
    assert (await channel.call("StopLVBChannel", channelIds=idents)).status == "accepted"
    channel.emulator.calls.clear()
    watcher = Watcher(channel.account, verb, Priority.READ)
    verdicts = await watcher.look(
        [Case(thing, {"channelIds": idents}, since, thing.data) for thing in things]
    )
    assert [verdict.answer for verdict in verdicts] == ["yes", "yes"]
    assert {name for name, _ in channel.asked} == {"DescribeLVBChannelList"}


@pytest.mark.parametrize("resource_id", ["channel_records", "channel_shots"])
async def test_a_task_is_stopped_and_deleted_as_seen(channel: Host, resource_id: str) -> None:
    running = next(t for t in await channel.things(resource_id) if word(t) == "running")
    done = await channel.do(resource_id, "stop", running)
    verdict = await channel.seen(channel.noun(resource_id, "stop")[1], running, done)
    assert (verdict.answer, verdict.text) == ("yes", "status completed")
    done = await channel.do(resource_id, "delete", running)
    verdict = await channel.seen(channel.noun(resource_id, "delete")[1], running, done)
    assert (verdict.answer, verdict.text) == ("yes", "off its list")


async def test_tasks_of_several_channels_are_read_again_by_channel(channel: Host) -> None:
    things = await channel.things("channel_records")
    assert len({thing.data["channelId"] for thing in things}) > 1
    resource, verb = channel.noun("channel_records", "delete")
    present = await read_again(channel.account, resource, verb, things)
    for thing in things:
        assert present[thing.identity].error is None
        assert present[thing.identity].data is not None
        assert not present[thing.identity].changed


async def test_a_form_changes_what_is_not_on_the_air(channel: Host) -> None:
    how = BOOK.resources["channel_channels"].edit
    assert how is not None
    thing = await named(channel, "Ferry timetable")
    reply = await channel.account.client.call(how.read, {"channelId": thing.data["channel_id"]})
    present = dig(reply.data, how.read_member)
    filled = {param: dig(present, member) for param, member in how.rename.items()}
    assert filled == {"channelName": "Ferry timetable", "channelDescribe": "a still picture"}
    filled["channelName"] = "Ferries"
    given = {param: dig(thing.data, member) for param, member in how.params.items()}
    assert (await channel.call(how.action, **filled, **given)).status == "accepted"
    assert await named(channel, "Ferries")


async def test_a_task_is_made_from_a_channels_detail(channel: Host) -> None:
    thing = await named(channel, "Campus choir")
    for section in BOOK.resources["channel_channels"].sections:
        if not section.edit:
            continue
        assert section.proposals is not None
        given = {param: dig(thing.data, member) for param, member in section.params.items()}
        proposed = given | dict(section.proposals(thing.data))
        if section.edit == "CreateRecord":
            proposed["endTime"] = to_wire("beijing", START + timedelta(minutes=10))
        assert (await channel.call(section.edit, **proposed)).status == "accepted"
    assert await named(channel, "Campus choir", "channel_records")
    assert await named(channel, "Campus choir", "channel_shots")


@pytest.mark.parametrize(
    ("resource_id", "verb_id"), [(r.id, v.id) for r in BOOK.resources.values() for v in r.verbs]
)
def test_what_a_verb_sends_is_catalogued(resource_id: str, verb_id: str) -> None:
    resource = BOOK.resources[resource_id]
    verb: Any = resource.verb(verb_id)
    action = CHANNEL.action(verb.action)
    known = {field.name for field in action.parameters}
    sent = {*verb.params, *verb.fixed, *(ask.param for ask in verb.asks)}
    assert sent <= known
    assert {field.name for field in action.parameters if field.required} <= sent
    wrong = [
        problem for problem in check(CHANNEL, action, dict(verb.fixed), START) if problem.kind == "value"
    ]
    assert wrong == []
    if verb.batch:
        assert CHANNEL.action(verb.batch.action).parameter(verb.batch.param) is not None
    if verb.back:
        back, _, name = verb.back.partition(".")
        assert BOOK.resources[back].verb(name) is not None
    if verb.states:
        assert resource.state is not None
