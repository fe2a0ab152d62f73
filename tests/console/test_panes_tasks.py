"""Pull, record and screenshot tasks and mixes: made, changed, ended and found again."""

from __future__ import annotations

from pathlib import Path

from emulated import Served
from opened import Console, opened

from livetui.catalogue import load
from livetui.console.forms import FormScreen
from livetui.resources import book

STREAM = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-01-main"}
PULL = {
    "@region": "ap-singapore",
    "SourceType": "live",
    "SourceUrls": "rtmp://origin.harbor.example/live/pilot",
    "DomainName": "push.harbor.example",
    "AppName": "live",
    "StreamName": "pilot",
    "StartTime": "+5m",
    "EndTime": "+2h",
}


async def filled(console: Console, values: dict[str, str]) -> FormScreen:
    await console.goes("FormScreen")
    form = console.app.screen
    assert isinstance(form, FormScreen)
    for path, text in values.items():
        form.lines.go(path)
        await console.type(text)
    return form


async def send(console: Console, back_to: str = "MainScreen") -> None:
    await console.press("ctrl+s")
    await console.goes("ConfirmScreen")
    await console.press("y")
    await console.goes(back_to)


async def verb(console: Console, key: str, said: str) -> None:
    await console.press(key)
    await console.goes("ConfirmScreen")
    await console.until(lambda: "looking again" not in console.text, "looked")
    if "type demo:1" in console.text:
        await console.type("demo:1")
    await console.press("ctrl+y")
    await console.goes("MainScreen")
    await console.until(lambda: said in console.said and "accepted" in console.said, said)


def at(console: Console, stream: str) -> None:
    things = console.session.poller(console.lists.resource.id).snapshot.things
    console.lists.table.move_to(next(i for i, t in things.items() if t.data["StreamName"] == stream))


async def test_a_pull_task_is_made_paused_enabled_edited_and_deleted(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path, start="pull_tasks") as console:
        await console.press("plus")
        await filled(console, PULL)
        await send(console)
        await console.until(lambda: "TaskId " in console.said, "made")
        await console.shows("pilot")
        at(console, "pilot")
        await verb(console, "P", "Pause")
        await console.until(lambda: console.lists.thing and console.lists.thing.data["Status"] == "pause")
        await verb(console, "a", "Enable")
        await console.press("e")
        form = await filled(console, {"Comment": "by the pilot"})
        assert form.draft.regions == ()
        await send(console)
        await console.until(lambda: "Edit" in console.said and "accepted" in console.said, "edited")
        await verb(console, "D", "Delete")
        await console.again()
        await console.until(lambda: console.lists.thing is None, "gone")
        at(console, "relay_ferries")
        await verb(console, "S", "Restart")
    assert {call["region"] for call in emulator.calls("ModifyLivePullStreamTask")} == {"ap-singapore"}


async def test_the_pull_task_too_many_is_refused_in_its_form(emulator: Served, tmp_path: Path) -> None:
    params = {
        "SourceType": "PullLivePushLive",
        "SourceUrls": [PULL["SourceUrls"]],
        "DomainName": PULL["DomainName"],
        "AppName": "live",
        "StartTime": "2026-03-10T12:05:00Z",
        "EndTime": "2026-03-10T14:00:00Z",
        "Operator": "pilot",
    }
    for number in range(20):
        emulator.call("CreateLivePullStreamTask", "ap-singapore", **params, StreamName=f"many_{number}")
        emulator.advance(1)
    async with opened(emulator, tmp_path, start="pull_tasks") as console:
        await console.press("plus")
        form = await filled(console, PULL)
        await send(console, "FormScreen")
        await console.shows("the draft is kept", "RequestId")
        assert form.draft.get("StreamName") == "pilot"


async def test_a_record_task_is_made_stopped_and_deleted(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="record_tasks") as console:
        await console.press("plus")
        form = await filled(
            console, {"@region": "ap-singapore", **STREAM, "StartTime": "+2h", "EndTime": "+1h"}
        )
        await console.press("ctrl+s")
        await console.shows("not sent")
        assert not emulator.calls("CreateRecordTask")
        form.lines.go("EndTime")
        await console.press("ctrl+u")
        await console.type("+4h")
        await send(console)
        await console.until(lambda: "TaskId " in console.said, "made")
        await console.press("g")
        await console.until(lambda: console.lists.thing is not None, "on a row")
        await verb(console, "D", "Delete")


async def test_a_task_past_its_end_is_not_called_scheduled(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="record_tasks") as console:
        poller = console.session.poller("record_tasks")
        reader = console.session.reader("record_tasks")
        now = emulator.clock.now().timestamp()
        states = {
            (thing.data["EndTime"] <= now, reader.state(thing).word)
            for thing in poller.snapshot.things.values()
            if not thing.data.get("Stopped")
        }
        assert states == {(True, "ended"), (False, "scheduled")}


async def test_a_screenshot_task_is_found_again_in_the_journal(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="screenshot_tasks") as console:
        await console.shows("from the journal: no action lists or stops these")
        await console.press("plus")
        await filled(console, {**STREAM, "EndTime": "+1h", "TemplateId": "302223"})
        await send(console)
        await console.until(lambda: "TaskId " in console.said, "made")
        await console.shows("match-01-main", "03-10 14:00:00", "302223")
    async with opened(emulator, tmp_path, start="screenshot_tasks") as console:
        await console.shows("match-01-main")


def test_every_verb_gives_what_its_action_requires() -> None:
    catalogue = load("css")
    for resource in book("css").resources.values():
        for one in resource.verbs:
            action = catalogue.action(one.action)
            given = {*one.params, *one.fixed, *(ask.param for ask in one.asks), one.operator}
            missing = [f.name for f in action.parameters if f.required and f.name not in given]
            assert not missing, (resource.id, one.id, missing)
