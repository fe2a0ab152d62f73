"""One verb over marks and over pasted lists, its results, and the way back, at the keyboard."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from emulated import Served
from opened import Console, opened
from textual.widgets import TextArea

from livetui.client import Priority
from livetui.console.screens.bulk import BulkConfirmScreen, RunScreen
from livetui.console.table import ThingTable
from livetui.operations.journal import IntentEntry, Journal, pair, read


def sent(emulator: Served, action: str) -> Counter[str]:
    """Stream names of the calls that the service took to do something."""
    return Counter(c["parameters"]["StreamName"] for c in emulator.calls(action) if c["parameters"])


def records(folder: Path) -> list[Any]:
    return pair(read(folder / "state" / "journal.jsonl"))


async def mark(console: Console, *names: str) -> None:
    """Mark streams by name, wherever they are."""
    things = console.session.poller(console.lists.resource.id).snapshot.things
    wanted = [i for i, thing in things.items() if thing.data["StreamName"] in names]
    for identity in wanted:
        assert console.lists.table.move_to(identity)
        await console.press("space")


async def forbid(console: Console, count: int, reason: str = "rights") -> None:
    """Answer the dialog of a ban over so many."""
    await console.goes("BulkConfirmScreen")
    await console.press("down", "enter")
    await console.type(reason)
    await console.press("enter")
    await console.type(f"demo:{count}")
    await console.press("ctrl+y")


async def paste(console: Console, verb: str) -> None:
    await console.press("L")
    await console.goes("ChoiceScreen")
    await console.press(verb)
    await console.goes("PasteScreen")


def pasted(console: Console) -> str:
    return console.app.screen.query_one("#names", TextArea).text


async def left_sending(console: Console, count: int) -> RunScreen:
    """Say yes to a run over so many, and leave its table while it sends."""
    await console.goes("BulkConfirmScreen")
    await console.shows("live")
    await console.type(f"demo:{count}")
    await console.press("ctrl+y")
    await console.goes("RunScreen")
    screen = console.app.screen
    assert isinstance(screen, RunScreen)
    await console.until(lambda: screen.run.counts["sent"], "sending")
    await console.press("escape")
    await console.goes("MainScreen")
    return screen


async def ended(console: Console) -> RunScreen:
    await console.goes("RunScreen")
    screen = console.app.screen
    assert isinstance(screen, RunScreen)
    await console.until(screen.run.ended.is_set, "the run's end")
    await console.pilot.pause(0.3)
    return screen


async def test_marks_are_forbidden_together(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await mark(console, "match-01-main", "test-pattern")
        count = len(console.lists.table.marks)
        assert count >= 3
        await console.press("f")
        await console.goes("BulkConfirmScreen")
        await console.shows(f"Forbid {count} streams", "profile demo", "2 calls", "match-01-main", "live")
        await console.shows("ForbidLiveStream", "and 1 more like it", f"type demo:{count}", "one call")
        await console.press("ctrl+y")
        await console.shows("until: is needed")
        await console.press("escape")
        await console.goes("MainScreen")
        assert len(console.lists.table.marks) == count and "not done" in console.said
        assert not emulator.calls("ForbidLiveStream")
        await console.press("f")
        await forbid(console, count)
        screen = await ended(console)
        await console.shows("2 effective", "forbidden", "undo 2", "test-pattern +")
        assert screen.run.items[0].request_id
        await console.press("escape")
        await console.goes("MainScreen")
        assert not console.lists.table.marks and "2 effective" in console.said
    assert sent(emulator, "ForbidLiveStream") == {"match-01-main": 1, "test-pattern": 1}
    assert {r.intent.reason for r in records(tmp_path)} == {"rights"}
    assert {len(r.intent.target) for r in records(tmp_path)} == {1, count - 1}


async def test_many_take_the_typed_count_and_nothing_less(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await mark(console, "match-01-main", "match-01-backup")
        await console.press("d")
        await console.goes("BulkConfirmScreen")
        await console.press("enter", "enter")
        await console.type("demo:1")
        await console.press("ctrl+y")
        await console.shows("type demo:2 to go on")
        await console.press("escape")
        await console.goes("MainScreen")
    assert not emulator.calls("DropLiveStream")


async def test_marks_that_the_filter_hides_are_asked_about(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await mark(console, "match-01-main", "match-01-backup", "opening-night")
        marked = len(console.lists.table.marks)
        await console.press("slash")
        await console.type("match")
        await console.press("enter", "d")
        await console.goes("ChoiceScreen")
        await console.shows("hidden by the filter", "only the 2 shown", f"all {marked}")
        await console.press("enter", "escape")
        await console.goes("MainScreen")
        assert len(console.lists.table.marks) == marked and "marks are as they were" in console.said
        await console.press("d")
        await console.goes("ChoiceScreen")
        await console.press("a")
        await console.goes("BulkConfirmScreen")
        await console.shows(f"Drop {marked} streams")
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("d")
        await console.goes("ChoiceScreen")
        await console.press("s")
        await console.goes("BulkConfirmScreen")
        await console.shows("Drop 2 streams")
        await console.type("demo:2")
        await console.press("ctrl+y")
        await ended(console)
        await console.press("escape")
        assert len(console.lists.table.marks) == marked - 2
    assert sent(emulator, "DropLiveStream") == {"match-01-main": 1, "match-01-backup": 1}


async def test_a_target_that_changed_while_the_dialog_stood_is_asked_about_again(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await mark(console, "match-01-main", "match-01-backup")
        await console.press("d")
        await console.goes("BulkConfirmScreen")
        await console.shows("live")
        await console.type("demo:2")
        thing = next(
            t
            for t in console.session.poller("streams").snapshot.things.values()
            if t.data["StreamName"] == "match-01-main"
        )
        named = {name: thing.data[name] for name in ("DomainName", "AppName", "StreamName")}
        emulator.call("ForbidLiveStream", **named)
        emulator.advance(20)
        await console.press("ctrl+y")
        await console.shows("has changed since you looked", "forbidden changed since", "1 is not as it was")
        assert not emulator.calls("DropLiveStream")
        await console.press("ctrl+y")
        await ended(console)
    assert len(emulator.calls("DropLiveStream")) == 2


async def test_the_refused_are_tried_again_and_the_accepted_undone(emulator: Served, tmp_path: Path) -> None:
    emulator.fault("error", "ForbidLiveStream", code="InternalError.NotPermmitOperat", message="no", times=1)
    async with opened(emulator, tmp_path) as console:
        await mark(console, "match-01-main", "match-01-backup", "shop-kitchen")
        await console.press("f")
        await forbid(console, 3)
        first = await ended(console)
        await console.shows("1 refused", "2 effective", "retry 1", "undo 2")
        (refused,) = [i.thing.data["StreamName"] for i in first.run.items if i.stage == "refused"]
        await console.press("R")
        await console.goes("BulkConfirmScreen")
        await console.shows("Forbid 1 stream", refused, "rights")
        await console.press("ctrl+y")
        await console.until(lambda: console.app.screen is not first, "the second run")
        second = await ended(console)
        assert second is not first and second.run.counts == {"effective": 1}
        await console.press("escape")
        await console.until(lambda: console.app.screen is first, "back at the first")
        await console.press("u")
        await console.goes("BulkConfirmScreen")
        await console.shows("Resume 2 forbidden streams", "ResumeLiveStream", "forbidden")
        assert "not as" not in console.text
        await console.type("demo:2")
        await console.press("ctrl+y")
        third = await ended(console)
        assert third.run.counts == {"effective": 2}
        assert not any(trouble.where.startswith("ResumeLiveStream") for trouble in console.session.troubles)
    assert sum(sent(emulator, "ForbidLiveStream").values()) == 3
    assert refused not in sent(emulator, "ResumeLiveStream")


async def test_a_run_can_be_stopped_left_and_found_again(emulator: Served, tmp_path: Path) -> None:
    emulator.fault("latency", "DropLiveStream", ms=900)
    async with opened(emulator, tmp_path) as console:
        await console.press("ctrl+a")
        count = len(console.lists.table.marks)
        await console.press("d")
        await left_sending(console, count)
        await console.press("q")
        assert "bulk run is under way" in console.said
        await console.press("colon")
        await console.type("bulk run")
        await console.press("enter")
        await console.goes("RunScreen")
        await console.press("x")
        screen = await ended(console)
        await console.shows("cancelled")
        counts = screen.run.counts
        assert counts["cancelled"] and counts["effective"] + counts["cancelled"] == count
        await console.press("escape")
        await console.goes("MainScreen")
        assert len(console.lists.table.marks) == counts["cancelled"]
    assert len(emulator.calls("DropLiveStream")) == counts["effective"]


async def test_what_a_stopped_run_did_not_send_is_the_list_again(emulator: Served, tmp_path: Path) -> None:
    emulator.fault("latency", "DropLiveStream", ms=900)
    async with opened(emulator, tmp_path) as console:
        things = console.session.poller("streams").snapshot.things
        listed = ["/".join(identity.key) for identity in things]
        console.session.drafts().save("paste", {"text": "\n".join(listed)})
        await paste(console, "d")
        await console.press("ctrl+y")
        screen = await left_sending(console, len(listed))
        await paste(console, "f")
        assert pasted(console) == "", "the next list is another one"
        await console.press("escape")
        await console.goes("MainScreen")
        screen.run.stop()
        await console.until(screen.run.ended.is_set, "the run's end")
        cancelled = [item.name for item in screen.run.items if item.stage == "cancelled"]
        await console.until(lambda: f"L has the {len(cancelled)} that were not sent" in console.said, "said")
        await paste(console, "d")
        assert cancelled and pasted(console).split() == cancelled


@pytest.mark.parametrize("answer", ["accepted", "unknown", "refused"])
async def test_what_a_killed_run_sent_is_told_in_its_list(
    answer: str, emulator: Served, tmp_path: Path
) -> None:
    """As a kill leaves it: the list with its run's beginning, and what the journal has of that."""
    async with opened(emulator, tmp_path) as console:
        kept = {"action": "ForbidLiveStream", "since": "2026-03-10T12:00:00+00:00"}
        text = "push.stadium.example/live/match-01-main\npush.stadium.example/live/match-01-backup\n"
        console.session.drafts().save("paste", {"text": text, **kept})
        journal = console.session.guard.journal
        target = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-01-main"}
        ident = journal.intent(
            IntentEntry("demo", "AKID", "css", "ForbidLiveStream", target, target=(target,))
        )
        if answer != "unknown":
            journal.outcome(ident, answer)  # type: ignore[arg-type]
        await paste(console, "f")
        told = "" if answer == "refused" else f"# {answer}: "
        first, second = text.split()
        expected = [second, f"{told}{first}"] if told else [first, second]
        assert pasted(console).splitlines() == expected
        await console.press("ctrl+y")
        await console.goes("BulkConfirmScreen")
        await console.shows(f"Forbid {2 if answer == 'refused' else 1} stream")


@pytest.mark.parametrize("kind", ["csv", "md"])
async def test_results_are_written_where_the_operator_is_told(
    kind: str, emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await mark(console, "match-01-main", "match-01-backup")
        await console.press("d")
        await console.goes("BulkConfirmScreen")
        await console.type("demo:2")
        await console.press("ctrl+y")
        await ended(console)
        await console.press("e" if kind == "csv" else "m")
        await console.shows("written:")
    (path,) = (tmp_path / "state" / "results").iterdir()
    assert path.name == f"drop-20260310-120000.{kind}" and path.stat().st_mode & 0o777 == 0o600
    if kind == "csv":
        rows = csv.DictReader(path.read_text().splitlines())
        assert [row["outcome"] for row in rows] == ["effective"] * 2
    else:
        assert "| push.stadium.example/live/match-01-main |" in path.read_text()


async def test_a_pasted_list_names_its_targets(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("L")
        await console.goes("ChoiceScreen")
        await console.shows("Forbid", "Drop", "Resume")
        assert "Delete" not in console.text
        await console.press("f")
        await console.goes("PasteScreen")
        console.app.screen.query_one("#names").text = (  # type: ignore[attr-defined]
            "# by counsel\nmatch-01-main\ntest-pattern\nno-such-stream\nmatch-01-backup\n"
        )
        await console.press("ctrl+y")
        await console.shows(
            "2 of the lines", "fits several", "push.harbor.example/live/test-pattern", "line 4 no-such-stream"
        )
        await console.press("escape")
        await console.goes("MainScreen")
        assert "the text is kept" in console.said
        await console.press("L", "f")
        await console.goes("PasteScreen")
        await console.shows("no-such-stream")
        console.app.screen.query_one("#names").text = "match-01-main\nmatch-01-backup\n"  # type: ignore[attr-defined]
        await console.press("ctrl+y")
        await console.goes("BulkConfirmScreen")
        await console.shows("Forbid 2 streams", "match-01-backup")
        await forbid(console, 2)
        await ended(console)
        await console.shows("2 effective")
        assert console.session.drafts().load("paste") is None
    assert set(sent(emulator, "ForbidLiveStream")) == {"match-01-main", "match-01-backup"}


async def test_the_dialog_names_all_at_80_by_24_and_scrolls(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("ctrl+a")
        count = len(console.lists.table.marks)
        await console.press("f")
        await console.goes("BulkConfirmScreen")
        screen = console.app.screen
        assert isinstance(screen, BulkConfirmScreen)
        await console.until(lambda: screen.present, "read again")
        await console.pilot.pause()
        targets = screen.query_one("#targets", ThingTable)
        assert targets.total_count == count and targets.size.height >= 5
        for text in ("until", "reason", f"type demo:{count}", "Esc", "Ctrl+Y", "profile demo"):
            assert text in console.text, console.text
        first = console.text
        await console.press("pagedown")
        await console.until(lambda: console.text != first, "a page further")


# The way back, and what a restart picks up.


async def test_the_last_reversible_action_is_undone_with_its_own_confirmation(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("u")
        assert "nothing that was done from here" in console.said
        await mark(console, "match-01-main")
        await console.press("C", "f")
        await console.goes("ConfirmScreen")
        await console.press("down", "enter")
        await console.type("rights")
        await console.press("ctrl+y")
        await console.goes("MainScreen")
        await console.until(lambda: "effective" in console.said, "effective")
        await console.press("u")
        await console.goes("ConfirmScreen")
        await console.shows("Resume forbidden stream", "match-01-main", "state now: forbidden")
        await console.press("enter", "escape")
        await console.goes("MainScreen")
        assert not emulator.calls("ResumeLiveStream")
        await console.press("u")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "effective" in console.said and "Resume" in console.said, "resumed")
        await console.press("u")
        assert "nothing that was done from here" in console.said
    assert sent(emulator, "ResumeLiveStream") == {"match-01-main": 1}


async def test_what_is_accepted_and_not_seen_is_said_and_kept(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        console.session.window.patience = 0.3
        await mark(console, "match-01-main")
        await console.press("C", "d")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        row = next(
            r
            for r in emulator.call("DescribeLiveStreamOnlineList", PageSize=100)["OnlineInfo"]
            if r["StreamName"] == "match-01-main"
        )
        emulator.app.account.streams.drop = lambda key, now: None  # type: ignore[method-assign]
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "ACCEPTED, BUT not seen" in console.said, "not seen")
        assert "same push" in console.said and row
    (record,) = records(tmp_path)
    assert record.status == "accepted" and record.settled and not record.settled.effective


async def test_a_restart_picks_up_what_is_unknown(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        guard = console.session.guard
        thing = next(
            t
            for t in console.session.poller("streams").snapshot.things.values()
            if t.data["StreamName"] == "match-01-main"
        )
        named = {name: thing.data[name] for name in ("DomainName", "AppName", "StreamName")}
        journal = Journal(guard.journal.path, emulator.clock.now)
        journal.intent(
            IntentEntry("demo", emulator.secret_id, "css", "DropLiveStream", named, target=(named,))
        )
    emulator.advance(300)
    async with opened(emulator, tmp_path) as console:
        await console.until(lambda: "it had NO effect" in console.said, "settled")
        await console.press("5")
        await console.read("journal")
        await console.shows("unknown: no effect")
        assert "unknown" not in console.bar("head")
    (record,) = records(tmp_path)
    assert record.settled is not None and not record.settled.effective


async def test_what_cannot_be_settled_is_counted_in_the_header(emulator: Served, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state" / "journal.jsonl", emulator.clock.now)
    for key in (emulator.secret_id, "AKIDofADemoThatHasEnded"):
        journal.intent(IntentEntry("demo", key, "css", "CreateLiveRecordTemplate", {"TemplateName": "t"}))
    emulator.advance(300)
    async with opened(emulator, tmp_path) as console:
        await console.until(lambda: "1 unknown" in console.bar("head"), "counted")
        assert "outcome of an earlier call is unknown" in console.said


# Forbids in force.


async def test_a_ban_tells_who_why_and_that_it_ends_soon_and_is_extended(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path, size=(120, 30)) as console:
        await mark(console, "match-01-main")
        await console.press("C", "f")
        await console.goes("ConfirmScreen")
        await console.type("15m")
        await console.press("enter")
        await console.type("rights")
        await console.press("ctrl+y")
        await console.goes("MainScreen")
        await console.until(lambda: "effective" in console.said, "effective")
        emulator.advance(120)
        await console.press("tab")
        await console.read("forbidden")
        await console.again()
        user = records(tmp_path)[0].intent.who.user
        await console.shows("match-01-main", "rights", user[:10], "13m soon")
        things = console.session.poller("forbidden").snapshot.things
        (ban,) = [i for i, t in things.items() if t.data["StreamName"] == "match-01-main"]
        console.lists.table.move_to(ban)
        await console.press("f")
        await console.goes("ConfirmScreen")
        await console.shows("Extend forbidden stream", "03-10 13:15:00 -> ?")
        await console.type("4h")
        await console.shows("03-10 13:15:00 -> ", "17:02")
        await console.press("enter")
        await console.type("rights, longer")
        await console.press("ctrl+y")
        await console.goes("MainScreen")
        await console.until(lambda: "accepted and effective: forbidden" in console.said, "extended")
        await console.again()
        await console.shows("rights, longer", "03-10 17:02:00")


async def test_a_ban_listed_without_a_domain_can_be_lifted(emulator: Served, tmp_path: Path) -> None:
    domains = [
        r["DomainName"]
        for r in emulator.call("DescribeLiveStreamOnlineList", PageSize=100)["OnlineInfo"]
        if r["StreamName"] == "test-pattern"
    ]
    emulator.call("ForbidLiveStream", DomainName=domains[0], AppName="live", StreamName="test-pattern")
    emulator.advance(5)
    async with opened(emulator, tmp_path, start="forbidden") as console:
        things = console.session.poller("forbidden").snapshot.things
        (ban,) = [i for i, t in things.items() if t.data["StreamName"] == "test-pattern"]
        assert not things[ban].data.get("DomainName")
        console.lists.table.move_to(ban)
        await console.press("R")
        await console.goes("ConfirmScreen")
        await console.shows("state now: forbidden")
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "effective" in console.said, "resumed")
    assert emulator.calls("ResumeLiveStream")[0]["parameters"]["DomainName"] in domains
    assert Priority.WRITE < Priority.READ
