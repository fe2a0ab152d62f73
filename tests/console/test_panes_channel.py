"""Channel hosting in the console: every list, verb, form and batch, as they travel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from emulated import Served
from operated import (
    Doing,
    Filling,
    Keys,
    answer,
    at,
    calls,
    done,
    forms,
    has,
    marked,
    noun,
    operating,
    ran,
    resources,
    sent,
    verbs,
    walk,
)

from livetui.console.screens.bulk import BulkConfirmScreen
from livetui.operations.journal import pair, read

pilot = partial(operating, service="channel")
RUNNING = has("status", 1)
DONE: dict[tuple[str, str], Doing] = {
    ("channel_channels", "start"): Doing(has("channel_name", "Spring concert")),
    ("channel_channels", "stop"): Doing(has("channel_name", "Harbor open day")),
    ("channel_channels", "delete"): Doing(has("channel_name", "Old harbor test")),
    ("channel_records", "stop"): Doing(RUNNING, later=20),
    ("channel_records", "delete"): Doing(has("status", 2)),
    ("channel_shots", "stop"): Doing(RUNNING),
    ("channel_shots", "delete"): Doing(has("status", 2)),
}
"""Verb -> what it is done to."""


@pytest.fixture
def emulator(serve_emulator: Callable[..., Served]) -> Served:
    """Without limits: its clock stands, so that a minute's calls never pass."""
    return serve_emulator(limits=False)


@pytest.mark.parametrize("resource_id", [one.id for one in resources("channel")])
async def test_a_list_is_read_sorted_filtered_and_opened(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        await walk(console, console.lists.resource)


def test_every_verb_is_tried_below() -> None:
    assert set(DONE) == set(verbs("channel"))


@pytest.mark.parametrize("name", DONE, ids=".".join)
async def test_a_verb_is_asked_about_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource, verb = noun("channel", *name)
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        await done(console, resource, verb, DONE[name])


# Forms.

NEW = "+"
FORMS: dict[tuple[str, str], Filling] = {
    ("channel_channels", NEW): Filling(
        [
            ("channelName", "Night market"),
            ("outputSourceType", "3"),
            ("sourceList", Keys(("ctrl+n",))),
            ("sourceList.0.name", "main camera"),
            ("sourceList.0.type", "1"),
        ],
        {"channelName": "Night market", "outputSourceType": 3, "sourceList.0.name": "main camera"},
    ),
    ("channel_channels", "e"): Filling(
        [("channelDescribe", Keys(("ctrl+e",))), ("channelDescribe", "a picture that moves")],
        {"channelName": "Ferry timetable", "channelDescribe": "a picture that moves"},
        has("channel_name", "Ferry timetable"),
    ),
    ("channel_channels", "R"): Filling(
        [("endTime", "+20m")], {"tapeType": 1}, has("channel_name", "Goal-line view")
    ),
    ("channel_channels", "T"): Filling(
        [("startTime", "+5m"), ("endTime", "+1h")], {}, has("channel_name", "Goal-line view")
    ),
    ("channel_records", NEW): Filling(
        [("startTime", "+30h"), ("endTime", "+31h"), ("tapeType", "0")], {"tapeType": 0}
    ),
    ("channel_shots", NEW): Filling([("startTime", "+30h"), ("endTime", "+31h")], {}),
}
"""(resource, key) -> what its form is filled with."""


def test_every_form_is_filled_below() -> None:
    assert set(FORMS) == set(forms("channel"))


@pytest.mark.parametrize("name", FORMS, ids=".".join)
async def test_a_form_is_filled_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource_id, key = name
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        await sent(console, key, FORMS[name])


async def test_times_of_a_form_are_read_here_and_sent_as_beijings(emulator: Served, tmp_path: Path) -> None:
    async with pilot(emulator, tmp_path, start="channel_records") as console:
        filling = Filling([("startTime", "2026-03-12 09:00"), ("endTime", "2026-03-12 10:00:00")], {})
        call = await sent(console, NEW, filling._replace(values=[*filling.values, ("tapeType", "0")]))
        assert call.params is not None
        assert call.params["startTime"] == "2026-03-12 16:00:00"
        assert call.params["endTime"] == "2026-03-12 17:00:00"


# Several at once.


async def test_several_are_stopped_in_one_call_and_undone_in_one(emulator: Served, tmp_path: Path) -> None:
    resource, verb = noun("channel", "channel_channels", "stop")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        things = [at(console, has("channel_name", name)) for name in ("Campus choir", "Harbor open day")]
        screen = await ran(console, things, verb, Doing())
        assert [item.stage for item in screen.run.items] == ["effective"] * 2
        (call,) = calls(console, verb.action)
        assert call.params is not None and set(call.params) == {"channelIds"}
        assert {*call.params["channelIds"]} == {thing.data["channel_id"] for thing in things}
        await console.press("u")
        await console.until(lambda: isinstance(console.app.screen, BulkConfirmScreen), "asked")
        await console.shows("Start 2 channels")


async def test_what_a_batch_did_in_part_is_told_of_each(emulator: Served, tmp_path: Path) -> None:
    """One of them was deleted from elsewhere after it was read again: 5400, with a code for each."""
    resource, verb = noun("channel", "channel_channels", "stop")
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        stays, goes = (at(console, has("channel_name", name)) for name in ("Campus choir", "Goal-line view"))
        await marked(console, [stays, goes], verb)
        del emulator.account.hosting.channels[goes.data["channel_id"]]
        await answer(console, verb, Doing(), "demo:2")
        await console.goes("RunScreen")
        await console.until(console.app.screen.run.ended.is_set, "ended")
        await console.shows("Campus choir", "effective", "Goal-line view", "refused", "20301")
        (call,) = calls(console, verb.action)
        assert call.code == "5400"
    (record,) = pair(read(tmp_path / "state" / "journal.jsonl"))
    assert record.settled is not None and not record.open
    assert goes.data["channel_id"] in record.settled.message and "20301" in record.settled.message


@pytest.mark.parametrize("verb_id", ["start", "delete"])
async def test_several_of_the_disabled_are_one_call(emulator: Served, tmp_path: Path, verb_id: str) -> None:
    resource, verb = noun("channel", "channel_channels", verb_id)
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        things = [at(console, has("channel_name", name)) for name in ("Old harbor test", "Spring concert")]
        screen = await ran(console, things, verb, Doing())
        assert {item.stage for item in screen.run.items} == {"effective"}
        assert len(calls(console, verb.action)) == 1
