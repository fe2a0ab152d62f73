"""The pane of LVB against the emulated account: lists, states, and whether what is done is seen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from emulated import LVB_APPID
from hosted import Host, hosted, shown_in

from livetui.catalogue import load
from livetui.catalogue.check import check
from livetui.catalogue.times import to_wire
from livetui.client import NotActivated
from livetui.operations.guard import look
from livetui.resources import book
from livetui.resources.lvb.codes import status_of
from livetui.resources.model import REASON
from livetui.watch.cells import Reader
from livetui.watch.things import Thing

LVB, BOOK = load("lvb"), book("lvb")
LISTED = [r.id for r in BOOK.resources.values() if r.source is not None]
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STEADY = "match-01-backup"


@pytest.fixture
async def lvb(tmp_path: Path) -> AsyncIterator[Host]:
    async with hosted("lvb", START, tmp_path) as host:
        yield host


async def code(lvb: Host, name: str = STEADY, resource: str = "lvb_codes") -> Thing:
    return next(thing for thing in await lvb.things(resource) if thing.data["channel_id"] == name)


async def state(lvb: Host, name: str = STEADY) -> str:
    return Reader(LVB, BOOK.resources["lvb_codes"]).state(await code(lvb, name)).word


@pytest.mark.parametrize("resource_id", LISTED)
async def test_a_list_is_read_and_every_column_finds_its_member(lvb: Host, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    read = await lvb.read(resource_id)
    assert read.things
    assert not read.failures
    assert read.complete
    assert len({thing.identity for thing in read.things}) == len(read.things)
    reader = Reader(LVB, resource)
    rows = [reader.cells(thing, lvb.account.now()) for thing in read.things]
    for number, column in enumerate(resource.columns):
        assert column.id in ("at", "by", "why") or any(row[number].text for row in rows), column.id
        if column.kind in ("time", "number", "bps"):
            assert all(row[number].value is not None for row in rows if row[number].text), column.id


async def test_states_come_from_the_lists(lvb: Host) -> None:
    reader = Reader(LVB, BOOK.resources["lvb_codes"])
    things = await lvb.things("lvb_codes")
    told = {thing.data["channel_id"]: reader.state(thing).word for thing in things}
    assert set(told.values()) == {"live", "interrupted", "disabled"}
    for name, word in told.items():
        status = lvb.clock.account.hosting.codes.status(name, lvb.account.now())
        assert status_of(status).word == word


async def test_a_status_nobody_told_is_not_called_good(lvb: Host) -> None:
    states = BOOK.resources["lvb_codes"].state
    assert states is not None
    assert states({"channel_id": "x", "off": None}).word == "not told"
    assert states({"channel_id": "x", "live": None}).word == "not told"
    assert states({"channel_id": "x", "live": None, "off": {"channel_id": "x"}}).word == "disabled"
    assert status_of(2).word == "not told"


@pytest.mark.parametrize("resource_id", list(BOOK.resources))
async def test_80_columns_name_a_thing_and_say_what_it_is(lvb: Host, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    things = await lvb.things(resource_id) if resource.source else []
    assert {c.id for c in resource.columns if c.rank == 0} <= shown_in(80, LVB, resource, things)


async def test_figures_that_are_not_switched_on_cost_their_columns_only(lvb: Host) -> None:
    lvb.emulator.keys[LVB_APPID] = replace(lvb.emulator.keys[LVB_APPID], denied=frozenset({"Get_LiveStat"}))
    read = await lvb.read("lvb_live")
    assert [failure.part for failure in read.failures] == ["statistics"]
    assert isinstance(read.failures[0].error, NotActivated)
    assert read.things
    cells = Reader(LVB, BOOK.resources["lvb_live"]).cells(read.things[0])
    assert [cell.text for cell in cells][:3] == [read.things[0].data["channel_id"], "live", "?"]


async def test_the_online_list_has_figures(lvb: Host) -> None:
    for thing in await lvb.things("lvb_live"):
        assert thing.data["stat"]["stream_name"] == thing.data["channel_id"]


@pytest.mark.parametrize(
    ("verb", "answers", "after"),
    [
        ("disable", {}, "disabled"),
        ("forbid", {"abstime_end": to_wire("unix", START + timedelta(hours=1))}, "disabled"),
    ],
)
async def test_taken_off_and_let_back(lvb: Host, verb: str, answers: dict[str, Any], after: str) -> None:
    thing = await code(lvb)
    done = await lvb.do("lvb_codes", verb, thing, **answers)
    declared = lvb.noun("lvb_codes", verb)[1]
    verdict = await lvb.seen(declared, thing, done)
    assert (verdict.answer, verdict.text) == ("yes", "status disabled")
    assert await state(lvb) == after
    back, name = declared.back.split(".")
    banned = await code(lvb, resource=back)
    ends = {"abstime_end": to_wire("unix", lvb.account.now() + timedelta(minutes=15))}
    undone = await lvb.do(back, name, banned, **(ends if name == "allow" else {}))
    seen = await lvb.seen(lvb.noun(back, name)[1], banned, undone)
    assert seen.answer == "yes"
    assert await state(lvb) in ("interrupted", "live")


async def test_the_setting_coding_is_what_is_sent(lvb: Host) -> None:
    thing = await code(lvb)
    for verb, sent in (("disable", 0), ("enable", 1), ("interrupt", 2)):
        done = await lvb.do("lvb_codes", verb, thing)
        assert done.status == "accepted"
        assert lvb.asked[-1] == ("Live_Channel_SetStatus", {"channel_id": STEADY, "status": sent})


async def test_an_interrupted_stream_may_be_back(lvb: Host) -> None:
    thing, verb = await code(lvb), lvb.noun("lvb_codes", "interrupt")[1]
    verdict = await lvb.seen(verb, thing, await lvb.do("lvb_codes", "interrupt", thing))
    assert (verdict.answer, verdict.text) == ("yes", "status interrupted")
    done = await lvb.do("lvb_codes", "interrupt", thing)
    await lvb.clock.sleep(60)
    verdict = await lvb.seen(verb, thing, done)
    assert verdict.answer == "unknown"
    assert "back on the air" in verdict.text


async def test_a_look_shows_the_status(lvb: Host) -> None:
    verb = lvb.noun("lvb_codes", "disable")[1]
    (seen,) = await look(lvb.account, await code(lvb), verb.look)
    assert (seen.text, seen.error) == ("live", None)


async def test_a_tape_is_known_from_the_journal_and_stopped_by_its_kind(lvb: Host) -> None:
    asked = {
        "channel_id": STEADY,
        "task_sub_type": 1,
        "start_time": to_wire("beijing", START),
        "end_time": to_wire("beijing", START + timedelta(minutes=20)),
    }
    assert (await lvb.call("Live_Tape_Start", **asked)).status == "accepted"
    (tape,) = await lvb.things("lvb_tapes")
    assert int(tape.data["task_id"]) > 0
    reader = Reader(LVB, BOOK.resources["lvb_tapes"])
    assert reader.state(tape).word == "started"
    done = await lvb.do("lvb_tapes", "stop", tape)
    assert done.status == "accepted", done.message
    (tape,) = await lvb.things("lvb_tapes")
    assert reader.state(tape).word == "stopped"


async def test_a_mix_is_ended_by_one_of_its_inputs(lvb: Host) -> None:
    inputs = [
        {"input_stream_id": name, "layout_params": {"image_layer": layer}}
        for layer, name in enumerate(("stage_left", "stage_right"), 1)
    ]
    made = await lvb.call(
        "mix_streamv2.start_mix_stream_advanced",
        mix_stream_session_id="both",
        output_stream_id="both_stages",
        output_stream_type=1,
        input_stream_list=inputs,
    )
    assert made.status == "accepted", made.message
    (mix,) = await lvb.things("lvb_mixes")
    reader = Reader(LVB, BOOK.resources["lvb_mixes"])
    assert reader.state(mix).word == "started"
    assert [cell.text for cell in reader.cells(mix)][-1] == "stage_left, stage_right"
    done = await lvb.do("lvb_mixes", "cancel", mix)
    assert done.status == "accepted", done.message
    assert not lvb.clock.account.tasks.mixes
    (mix,) = await lvb.things("lvb_mixes")
    assert reader.state(mix).word == "cancelled"


@pytest.mark.parametrize(
    ("resource_id", "verb_id"), [(r.id, v.id) for r in BOOK.resources.values() for v in r.verbs]
)
def test_what_a_verb_sends_is_catalogued(resource_id: str, verb_id: str) -> None:
    resource = BOOK.resources[resource_id]
    verb = resource.verb(verb_id)
    assert verb is not None
    action = LVB.action(verb.action)
    known = {field.name for field in action.parameters}
    sent = {*verb.params, *verb.fixed, *(ask.param for ask in verb.asks)} - {REASON}
    assert sent <= known
    assert {field.name for field in action.parameters if field.required} <= sent
    wrong = [problem for problem in check(LVB, action, dict(verb.fixed), START) if problem.kind == "value"]
    assert wrong == []
    if verb.back:
        back, _, name = verb.back.partition(".")
        assert BOOK.resources[back].verb(name) is not None
