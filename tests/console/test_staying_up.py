"""Whatever network, clock, disk or the line to the terminal do: nothing is lost, nothing is hidden."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from emulated import Served
from opened import LOCAL, Console, opened, session_on
from terminal import PATIENCE, Terminal, terminal

from livetui.client import Timeouts
from livetui.console import leaving
from livetui.console.app import LivetuiApp
from livetui.console.session import open_session
from livetui.operations.journal import Journal, JournalUnavailable

ONLINE = "DescribeLiveStreamOnlineList"


def hurry(console: Console) -> None:
    """Look at the clock as often as can be: it only moves when the test moves it."""
    for poller in console.session.pollers.values():
        poller._look = 0.005


async def polled(console: Console, calls: int) -> None:
    """Wait until so many calls of the list's action have come in, and the reading is over."""
    emulator, poller = console.emulator, console.session.poller("streams")
    await console.until(
        lambda: len(emulator.calls(ONLINE)) >= calls and not poller.reading, f"{calls} calls of {ONLINE}"
    )
    console.lists._tick()
    await console.pilot.pause()


# An outage.


@pytest.mark.parametrize("kind", ["reset", "timeout", "http"])
async def test_ten_minutes_without_a_network(emulator: Served, tmp_path: Path, kind: str) -> None:
    async with opened(emulator, tmp_path, poll_streams=60.0) as console:
        hurry(console)
        if kind == "timeout":
            await console.client.aclose()
            console.client._timeouts = Timeouts(connect=1, read=0.05, total=1)
        rows = console.lists.table.total_count
        cursor = console.lists.table.cursor
        emulator.fault(kind)
        before = len(emulator.calls(ONLINE))
        # The first reading that fails tries again; those after it try once, once an interval.
        emulator.advance(60)
        await console.until(lambda: console.session.poller("streams").snapshot.error, "failed")
        first = len(emulator.calls(ONLINE))
        assert before + 2 <= first <= before + 4
        for minute in range(2, 11):
            emulator.advance(60)
            await polled(console, first + minute - 1)
            await console.shows(
                f"not refreshed for {minute - 1}m, since 13:01:00",
                "(shown as of 13:00:00 +01:00)",
                f"as of 13:00:00 +01:00, {minute}m old",
            )
            assert len(emulator.calls(ONLINE)) == first + minute - 1
        assert console.lists.table.total_count == rows and console.lists.table.cursor == cursor
        assert len(console.app.screen_stack) == 1 and console.app.return_code is None
        emulator.control("faults", method="DELETE")
        emulator.advance(60)
        await polled(console, first + 10)
        assert "not refreshed" not in console.text and "as of 13:11:00 +01:00, 0s old" in console.text


async def test_an_outage_costs_no_draft_and_opens_no_dialog(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, poll_streams=60.0) as console:
        await console.press("colon")
        await console.type("CreateLiveRecordTemplate")
        await console.press("enter")
        await console.goes("FormScreen")
        await console.type("archive")
        emulator.fault("reset")
        emulator.advance(600)
        await console.press("ctrl+s")
        await console.until(lambda: type(console.app.screen).__name__ == "ConfirmScreen", "confirm")
        await console.shows("yes,")
        await console.press("y")
        await console.until(lambda: type(console.app.screen).__name__ != "ConfirmScreen", "answered")
        await console.press("escape")
        await console.goes("MainScreen")
        assert console.session.memory.drafts("demo")


async def test_a_reading_that_hangs_is_said_before_it_fails(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        emulator.fault("timeout", ONLINE)
        calls = len(emulator.calls(ONLINE))
        console.session.poller("streams")._look = 3600.0
        await console.press("r")
        await console.until(lambda: len(emulator.calls(ONLINE)) > calls, "asked")
        emulator.advance(30)
        console.lists._tick()
        await console.shows("the reading under way has taken 30s so far", "30s old")
        emulator.control("faults", method="DELETE")


async def test_what_the_service_refuses_is_asked_for_less_and_less(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, poll_streams=60.0) as console:
        hurry(console)
        poller = console.session.poller("streams")
        emulator.fault("error", code="UnauthorizedOperation", message="no")
        for gap in (60, 60, 120, 240, 480, 480):
            calls = len(emulator.calls(ONLINE))
            assert poller.every == gap
            emulator.advance(gap - 1)
            console.lists._tick()
            await console.pilot.pause(0.05)
            assert len(emulator.calls(ONLINE)) == calls
            emulator.advance(1)
            await polled(console, calls + 1)
        await console.shows("every 480s")
        emulator.control("faults", method="DELETE")
        await console.again()
        assert poller.every == 60


# Clocks.


async def test_after_a_suspension_it_is_read_at_once(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        hurry(console)
        calls = len(emulator.calls(ONLINE))
        emulator.advance(2 * 3600)
        await polled(console, calls + 1)
        assert "as of 15:00:00 +01:00, 0s old" in console.text


async def test_a_reading_that_began_before_a_suspension_is_begun_anew(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        hurry(console)
        emulator.fault("timeout", ONLINE, times=1)
        calls = len(emulator.calls(ONLINE))
        await console.press("r")
        await console.until(lambda: len(emulator.calls(ONLINE)) > calls, "asked")
        emulator.advance(600)
        await polled(console, calls + 2)
        assert "as of 13:10:00 +01:00, 0s old" in console.text
        assert not console.session.troubles


class Shifted:
    """A machine whose clock may be set; time passes as the emulator's does."""

    def __init__(self, emulator: Served) -> None:
        self._emulator = emulator
        self.shift = timedelta()

    def wall(self) -> Any:
        return self._emulator.clock.now() + self.shift

    def seconds(self) -> float:
        return self._emulator.clock.now().timestamp()


@asynccontextmanager
async def on_machine(emulator: Served, folder: Path, machine: Shifted) -> AsyncIterator[Console]:
    made = session_on(emulator, folder)
    session = open_session(made.profile, made.paths, machine.wall, zone=LOCAL, seconds=machine.seconds)
    app = LivetuiApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot, emulator)
        await console.read("streams")
        yield console


def refused(emulator: Served) -> int:
    return sum(call["code"] == "AuthFailure.SignatureExpire" for call in emulator.calls(ONLINE))


async def test_a_wrong_clock_is_corrected_for_once(emulator: Served, tmp_path: Path) -> None:
    machine = Shifted(emulator)
    machine.shift = timedelta(hours=1)
    async with on_machine(emulator, tmp_path, machine) as console:
        await console.shows("as of 14:00:00 +01:00, 0s old")
        assert refused(emulator) == 1
        for _ in range(3):
            await console.again()
        assert refused(emulator) == 1
        # The clock is put right: what was corrected for is wrong now, and corrected once again.
        machine.shift = timedelta()
        console.lists._tick()
        assert "clock was set back by 1h" in console.said
        await console.until(lambda: not console.session.poller("streams").reading, "read again")
        await console.again()
        await console.shows("as of 13:00:00 +01:00, 0s old")
        assert refused(emulator) == 2


async def test_a_clock_set_back_in_an_outage_leaves_ages_as_they_are(
    emulator: Served, tmp_path: Path
) -> None:
    machine = Shifted(emulator)
    async with on_machine(emulator, tmp_path, machine) as console:
        emulator.fault("reset")
        await console.again()
        emulator.advance(300)
        console.lists._tick()
        await console.shows("not refreshed for 5m, since 13:00:00", "as of 13:00:00 +01:00, 5m old")
        machine.shift = timedelta(hours=-2)
        console.lists._tick()
        await console.shows("not refreshed for 5m, since 11:00:00", "as of 11:00:00 +01:00, 5m old")
        assert "clock was set back by 2h" in console.said
        machine.shift = timedelta(days=1)
        console.lists._tick()
        await console.shows("5m old", "as of 13:00:00 +01:00")
        assert "-" not in console.bar("status").partition("as of")[2].partition("req")[0]


async def test_a_sweep_of_a_wrong_clock_asks_for_the_services_windows(
    emulator: Served, tmp_path: Path
) -> None:
    machine = Shifted(emulator)
    machine.shift = timedelta(hours=-3)
    async with on_machine(emulator, tmp_path, machine) as console:
        console.lists.go("events")
        await console.read("events")
        (*_, last) = emulator.calls("DescribeLiveStreamEventList")
        assert last["parameters"]["EndTime"] == "2026-03-10T12:00:00Z"


# The disk.


async def test_writes_are_refused_up_front_while_nothing_can_be_put_on_record(
    emulator: Served, tmp_path: Path
) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file where the folder should be")
    async with opened(emulator, tmp_path) as console:
        await console.until(lambda: console.session.unkept, "seen")
        await console.shows("WRITES REFUSED", "! writes refused: the journal", "reads go on")
        await console.again()
        assert console.session.poller("streams").snapshot.error is None
        await console.press("g", "d")
        await console.goes("ConfirmScreen")
        await console.shows("it will not be sent", "state now")
        await console.press("y")
        await console.shows("not-sent")
        await console.press("escape")
        await console.goes("MainScreen")
        assert not emulator.calls("DropLiveStream")
        blocked.unlink()
        console.session.look_at_disk.set()
        await console.shows("writes on")
        assert "the journal can be kept again" in console.said
        await console.press("g", "d")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        await console.press("y")
        await console.goes("MainScreen")
        assert len(emulator.calls("DropLiveStream")) == 1


def test_a_full_disk_is_noticed_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Served
) -> None:
    journal = Journal(tmp_path / "journal.jsonl", emulator.clock.now)
    journal.check()

    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("livetui.operations.journal.os.write", full)
    with pytest.raises(JournalUnavailable, match="No space left"):
        journal.check()
    monkeypatch.setattr("livetui.operations.journal.os.write", lambda handle, data: 5)
    with pytest.raises(JournalUnavailable, match="No space left"):
        journal.check()
    monkeypatch.undo()
    journal.check()
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


# Ends that nobody asked for.


async def test_how_it_stood_is_taken_up_by_the_next_start(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("slash")
        await console.type("match")
        await console.press("enter", "space", "j")
        cursor, marks = console.lists.table.cursor, console.lists.table.marks
        assert cursor and marks and cursor not in marks
        await console.press("f")
        await console.goes("BulkConfirmScreen")
        await console.type("1h")
        emulator.advance(120)
        leaving.keep(console.app, "the line was cut")
    session = session_on(emulator, tmp_path)
    left = leaving.left_at(session)
    app = LivetuiApp(session, start=left["resource"], left=left)
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot, emulator)
        await console.until(lambda: console.lists.table.marks == marks, "marks")
        assert console.lists.table.cursor == cursor and console.lists.table.filter_text == "match"
        assert "as you left it 0s ago (the line was cut): streams online, /match, on match" in console.said
        assert (
            "1 marked" in console.said
            and "not sent: Forbid 1 stream" in console.said
            and "(1h)" in console.said
        )
    assert not leaving.left_at(session_on(emulator, tmp_path)), "taken up once"
    assert not emulator.calls("ForbidLiveStream")


def test_several_that_were_cut_off_are_taken_up_one_after_the_other(emulator: Served, tmp_path: Path) -> None:
    memory = session_on(emulator, tmp_path).memory
    for number in range(7):
        memory.leave("demo", {"resource": "streams", "number": number})
    memory.leave("other", {"resource": "domains"})
    taken = [memory.take_left("demo").get("number") for _ in range(6)]
    assert taken == [6, 5, 4, 3, 2, None]
    assert memory.take_left("other")["resource"] == "domains"


@pytest.mark.parametrize(
    "odd",
    [
        {"resource": "nothing of ours"},
        {"resource": "streams", "marks": 5, "cursor": "x", "open": {}, "at": 7},
        {"resource": "streams", "marks": [[1, 2], ["", "a", "b", "c"]], "cursor": [None]},
    ],
)
async def test_what_was_left_oddly_keeps_nobody_from_starting(
    emulator: Served, tmp_path: Path, odd: dict[str, Any]
) -> None:
    session = session_on(emulator, tmp_path)
    session.memory.leave("demo", odd)
    left = leaving.left_at(session)
    app = LivetuiApp(session, left=left)
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot, emulator)
        await console.read("streams")
        assert console.lists.thing is not None


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "LIVETUI_CONFIG_DIR": str(tmp_path / "config"),
        "LIVETUI_STATE_DIR": str(tmp_path / "state"),
    }


def entered(screen: Terminal, folder: Path, *, kept: bool = False) -> None:
    """A list that was filtered, and a form with something in it; `kept`: until it is on disk by itself."""
    screen.shows("as of", "rows")
    screen.press("/match\r")
    screen.shows("/match")
    screen.press(":")
    screen.shows("Enter")
    screen.press("CreateLiveRecordTemplate\r")
    screen.shows("missing")
    screen.press("archive")
    screen.shows("archive")
    if kept:
        end = time.monotonic() + PATIENCE
        while not (folder / "state" / "drafts.json").exists():
            assert time.monotonic() < end
            screen._read(0.05)


def taken_up(env: dict[str, str], *texts: str) -> None:
    with terminal("demo", env=env) as screen:
        screen.shows("/match", *texts)
        screen.press("q")
        assert screen.ends() == 0


needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


def ended(screen: Terminal) -> int:
    return screen.child.wait(PATIENCE)


@needs_signals
@pytest.mark.parametrize(
    ("number", "why"),
    [(signal.SIGTERM, "ended from outside"), (signal.SIGHUP, "the line was cut")],
)
def test_a_signal_ends_it_quietly_and_keeps_all(
    env: dict[str, str], tmp_path: Path, number: signal.Signals, why: str
) -> None:
    with terminal("demo", env=env) as screen:
        entered(screen, tmp_path)
        os.kill(screen.child.pid, number)
        assert screen.ends() == 128 + number
        assert screen.drawn.rstrip().endswith(b"\x1b[?1004l"), (
            "the terminal is as it was, and nothing is said"
        )
        assert b"\x1b[?1049l" in screen.drawn and b"Traceback" not in screen.drawn
    taken_up(env, "as you left it", why, "draft kept: CreateLiveRecordTemplate")


@needs_signals
def test_a_terminal_that_is_gone_ends_it_and_keeps_all(env: dict[str, str], tmp_path: Path) -> None:
    with terminal("demo", env=env) as screen:
        entered(screen, tmp_path)
        with Path(os.devnull).open("r+b", buffering=0) as nothing:
            os.dup2(nothing.fileno(), screen._handle)  # the other end is closed by that
        assert ended(screen) == 128 + signal.SIGHUP
    taken_up(env, "as you left it", "the line was cut", "draft kept: CreateLiveRecordTemplate")


@needs_signals
def test_a_killed_one_has_its_draft_on_disk(env: dict[str, str], tmp_path: Path) -> None:
    with terminal("demo", env=env) as screen:
        entered(screen, tmp_path, kept=True)
        os.kill(screen.child.pid, signal.SIGKILL)
        assert ended(screen) == -signal.SIGKILL
    with terminal("demo", env=env) as screen:
        screen.shows("draft kept: CreateLiveRecordTemplate")
        screen.press(":")
        screen.shows("Enter")
        screen.press("CreateLiveRecordTemplate\r")
        screen.shows("archive")
        screen.press("\x1b")
        screen.shows("[2 Streams]")
        screen.press("q")
        assert screen.ends() == 0


def test_the_calls_of_a_console_that_is_cut_off_are_on_record(
    env: dict[str, str], tmp_path: Path, serve_emulator: Callable[..., Served]
) -> None:
    """The answer comes after the signal: its outcome is waited for, for a moment."""
    emulator = serve_emulator(at=None)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(
        "[profiles.demo]\n"
        f'credential = {{secret_id = "{emulator.secret_id}", secret_key = "{emulator.secret_key}"}}\n'
        f'endpoint = "{emulator.url}"\n'
    )
    (tmp_path / "config" / "config.toml").chmod(0o600)
    with terminal(env=env) as screen:
        screen.shows("as of", "rows")
        emulator.fault("latency", "DropLiveStream", ms=700)
        screen.press("gd")
        screen.shows("state now")
        screen.press("y")
        screen.shows("sending")
        os.kill(screen.child.pid, signal.SIGTERM)
        assert screen.ends() == 128 + signal.SIGTERM
    lines = (tmp_path / "state" / "journal.jsonl").read_text().splitlines()
    assert len(lines) == 2 and '"status":"accepted"' in lines[1]
