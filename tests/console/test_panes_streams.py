"""The stream panes as an operator meets them: secrets, freshness, errors, small screens, pauses."""

from pathlib import Path

import pytest
from emulated import Served
from opened import opened

from livetui.console.session import Session


async def test_a_push_secret_is_hidden_in_the_quality_of_a_stream(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, size=(140, 60)) as console:
        await console.press("g", "enter")
        await console.goes("DetailScreen")
        screen = console.app.screen
        await console.until(lambda: "quality" in screen.read, "quality read")  # type: ignore[attr-defined]
        rows = screen.read["quality"][0]  # type: ignore[attr-defined]
        secret = rows[-1]["StreamParam"]
        assert "txSecret=" in secret

        def page() -> str:
            return "\n".join(one.plain for one in screen._lines())  # type: ignore[attr-defined]

        assert "StreamParam ••••" in page() and "txSecret" not in page()
        await console.press("y")
        await console.goes("TextScreen")
        await console.shows("-- State now --")
        raw = "\n".join(one.plain for one in console.app.screen.lines)  # type: ignore[attr-defined]
        assert "txSecret" not in raw and "-- list, DescribeLiveStreamOnlineList --" in raw
        await console.press("escape")
        await console.goes("DetailScreen")
        await console.press("v")
        await console.shows("SECRETS SHOWN")
        assert secret in page()


async def test_the_newest_quality_comes_first(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, size=(140, 60)) as console:
        await console.press("g", "enter")
        await console.goes("DetailScreen")
        screen = console.app.screen
        await console.until(lambda: "quality" in screen.read, "quality read")  # type: ignore[attr-defined]
        await console.shows("Push quality")
        lines = [one.plain for one in screen._lines()]  # type: ignore[attr-defined]
        times = [text.split("Time ")[1][:19] for text in lines if text.startswith("  Time ")]
        assert len(times) == 30 and times == sorted(times, reverse=True)
        assert lines[-1].endswith("earlier")


async def test_the_ages_of_a_detail_go_on_and_a_failed_reading_keeps_what_was_read(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path, start="forbidden") as console:
        await console.press("g", "enter")
        await console.goes("DetailScreen")
        await console.shows("0s old", "forbid")
        emulator.advance(60)
        emulator.fault("error", "DescribeLiveStreamState", code="InternalError", message="broken")
        await console.press("r")
        await console.shows("not read again", "1m old", "1m ago", "  forbid")
        await console.press("exclamation_mark")
        await console.shows("DescribeLiveStreamState", "broken")


async def test_a_failing_poll_is_in_the_list_of_errors_once(
    emulator: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(emulator, tmp_path) as console:
        # The clock goes on between a failure and the moment it is told of.
        monkeypatch.setattr(Session, "now", lambda self: emulator.advance(0.01))
        emulator.fault("error", "DescribeLiveStreamOnlineList", code="FailedOperation", message="no luck")
        await console.again()
        await console.again()
        await console.shows("1 error (!)", "not refreshed")
        emulator.control("faults", method="DELETE")
        emulator.control("account", {"status": "suspended"})
        await console.again()
        await console.shows("2 errors (!)")
        await console.press("exclamation_mark")
        await console.shows("luck (RequestId", "arrears")


async def test_the_remedy_of_a_failed_poll_is_seen_at_80_columns(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        emulator.control("account", {"status": "suspended"})
        await console.again()
        remedy = console.session.poller("streams").snapshot.error.remedy  # type: ignore[union-attr]
        assert remedy
        await console.shows(remedy.split(".")[0].split(",")[0][:40])


async def test_reading_is_not_said_when_it_has_been_read(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.again()
        assert console.said == ""
        await console.press("c")
        await console.again()
        assert console.said == ""


async def test_pausing_holds_in_panes_not_yet_looked_at(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("p", "1")
        await console.read("domains")
        assert "PAUSED" in console.bar("status")
        await console.press("p")
        assert "PAUSED" not in console.bar("status")


async def test_a_dialog_never_loses_its_answers_to_a_long_name(emulator: Served, tmp_path: Path) -> None:
    emulator.control("streams", {"domain": "push.harbor.example", "app": "live", "name": "A" * 2000})
    for size in ((80, 24), (60, 16)):
        async with opened(emulator, tmp_path, size=size) as console:
            await console.press("g", "f")
            await console.goes("ConfirmScreen")
            await console.shows("until *", "reason *", "no, leave it", "PgDn")
            await console.press("ctrl+y")
            await console.shows("until: is needed", "until *", "reason *", "no, leave it")
            await console.pilot.resize_terminal(60, 16)
            await console.shows("until *", "reason *", "no, leave it")
            await console.press("escape")
            await console.goes("MainScreen")


async def test_a_dialog_says_the_end_of_a_ban_in_local_time(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g", "f")
        await console.goes("ConfirmScreen")
        await console.press("ctrl+y")
        await console.shows("until: is needed")
        await console.type("1h")
        await console.shows("2026-03-10 14:00:00 +01:00, in 1h")
        await console.until(lambda: "is needed" not in console.text, "what was mended is said no more")


async def test_read_only_is_said_before_a_dialog_is_filled_in(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, read_only=True) as console:
        await console.press("g", "f")
        await console.goes("ConfirmScreen")
        await console.shows("read-only: it will not be sent")


async def test_the_journal_says_why_it_has_no_raw_reply(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="journal") as console:
        await console.press("y")
        await console.shows("no service answered for the journal")


async def test_the_palette_marks_what_it_cuts(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("colon")
        await console.type("DropLive")
        await console.shows("DropLiveStream", "…")


async def test_hostile_names_are_shown_not_obeyed_anywhere(emulator: Served, tmp_path: Path) -> None:
    name = "a\x1b[2J\x1b]0;owned\x07[bold red]x[/]\u202egnp"
    emulator.control("streams", {"domain": "push.harbor.example", "app": "live", "name": name})
    async with opened(emulator, tmp_path) as console:
        for key, screen in (("enter", "DetailScreen"), ("f", "ConfirmScreen")):
            identity = next(i for i in console.session.poller("streams").snapshot.things if name in i.key)
            console.lists.table.move_to(identity)
            await console.press(key)
            await console.goes(screen)
            await console.shows("␛[2J", "[bold red]x[/]")
            assert not {"\x1b", "\x07", "\u202e"} & set(console.text)
            await console.press("escape")
            await console.goes("MainScreen")
