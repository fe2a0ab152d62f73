"""What operators do, from the first key to the journal, on the emulated account."""

from collections.abc import Callable
from pathlib import Path

import pytest
from emulated import Served
from opened import opened

from livetui.operations.journal import Intent, Outcome, pair, read

PARTS = 4
"""The panes are gone through in so many tests, so that several can run at once."""


def journal(folder: Path) -> list[tuple[str, str]]:
    return [(r.intent.action, r.status) for r in pair(read(folder / "state" / "journal.jsonl"))]


async def test_find_a_stream_and_forbid_it(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        name = sorted(
            s["StreamName"] for s in emulator.call("DescribeLiveStreamOnlineList", PageSize=100)["OnlineInfo"]
        )[3]
        await console.press("slash")
        await console.type(name)
        await console.press("enter")
        assert console.lists.thing is None or console.lists.thing.data["StreamName"] == name
        await console.press("g")
        assert console.lists.thing and console.lists.thing.data["StreamName"] == name
        await console.press("f")
        await console.goes("ConfirmScreen")
        await console.shows(
            "Forbid stream", "state now: active", "on the air under this name: 1", "profile demo"
        )
        await console.press("down", "enter")
        await console.type("test of the ban")
        await console.shows('"ResumeTime":', "2026-03-10T12:15:00Z", '"Reason": "test of the ban"')
        await console.press("ctrl+y")
        await console.goes("MainScreen")
        await console.until(lambda: "accepted and effective" in console.said, "effective")
        assert "state forbidden" in console.said and "RequestId" in console.said
        await console.press("tab")
        await console.read("forbidden")
        await console.shows(name, "03-10 13:15:00", "15m")
        await console.press("5")
        await console.read("journal")
        await console.shows("ForbidLiveStream", "accepted", "test of the ban")
    lines = list(read(tmp_path / "state" / "journal.jsonl"))
    intent, outcome = lines
    assert isinstance(intent, Intent) and isinstance(outcome, Outcome)
    assert (
        intent.reason == "test of the ban"
        and intent.effect == "destructive"
        and intent.undo == "ResumeLiveStream"
    )
    assert outcome.request_id and [c["action"] for c in emulator.calls("ForbidLiveStream")] == [
        "ForbidLiveStream"
    ]


async def test_enter_and_escape_never_destroy(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g", "f")
        await console.goes("ConfirmScreen")
        for _ in range(8):
            await console.press("enter")
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("d")
        await console.goes("ConfirmScreen")
        await console.press("enter", "enter", "escape")
        await console.goes("MainScreen")
    assert not emulator.calls("ForbidLiveStream") and not emulator.calls("DropLiveStream")
    assert journal(tmp_path) == []


async def test_a_ban_needs_an_end_and_a_reason(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g", "f")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        await console.press("ctrl+y")
        await console.shows("until: is needed")
        await console.type("200d")
        await console.press("ctrl+y")
        await console.shows("reason: is needed")
        await console.type("x")
        await console.press("ctrl+y")
        await console.shows("ResumeTime")
        await console.press("escape")
    assert not emulator.calls("ForbidLiveStream")


async def test_read_only_refuses_before_anything_is_sent(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, read_only=True) as console:
        assert "READ-ONLY" in console.bar("head")
        await console.press("g", "d")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        await console.press("y")
        await console.shows("not-sent")
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("ctrl+r")
        await console.until(lambda: "its config decides" in console.said, "refusal")
        assert console.client.read_only
    assert not emulator.calls("DropLiveStream")


async def test_a_failed_poll_ages_what_is_shown_and_never_blanks_it(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        rows = console.lists.table.total_count
        emulator.fault("reset", "DescribeLiveStreamOnlineList")
        emulator.advance(120)
        await console.again()
        await console.shows("not refreshed", "as of 13:00:00 +01:00")
        assert console.lists.table.total_count == rows
        emulator.advance(60)
        console.lists._tick()
        await console.shows("not refreshed for 1m", "3m old")
        emulator.control("faults", method="DELETE")
        await console.again()
        await console.until(lambda: "not refreshed" not in console.text, "recovered")


async def test_the_cursor_stays_on_its_stream_and_disarms_when_it_leaves(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g", "j", "j")
        thing = console.lists.thing
        assert thing is not None
        emulator.call(
            "ForbidLiveStream", **{k: thing.data[k] for k in ("DomainName", "AppName", "StreamName")}
        )
        await console.again()
        assert console.lists.thing is None
        assert "has left: nothing is under the cursor" in console.bar("keys")
        await console.press("d")
        await console.until(lambda: "nothing is under the cursor" in console.said, "said so")
        await console.press("j")
        await console.until(lambda: "drop" in console.bar("keys"), "keys of what is under it")
    assert not emulator.calls("DropLiveStream")


async def test_production_asks_for_the_profiles_name(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, production=True) as console:
        assert "PRODUCTION" in console.bar("head")
        await console.press("g", "d")
        await console.goes("ConfirmScreen")
        await console.shows("type demo:1", "PRODUCTION")
        await console.press("ctrl+y")
        await console.shows("type demo:1 to go on")
        await console.type("demo:1")
        await console.press("ctrl+y")
        await console.goes("MainScreen")
        await console.until(lambda: "accepted" in console.said, "accepted")
    assert journal(tmp_path) == [("DropLiveStream", "accepted")]


async def test_an_unanswered_write_is_called_unknown_and_sent_once(emulator: Served, tmp_path: Path) -> None:
    emulator.fault("timeout", "DropLiveStream", close=True)
    async with opened(emulator, tmp_path) as console:
        await console.press("g", "d")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "no answer had come; it took effect" in console.said, "settled")
        assert "off the air" in console.said
    assert journal(tmp_path) == [("DropLiveStream", "unknown")]
    assert len(emulator.calls("DropLiveStream")) == 1


async def test_a_journal_that_cannot_be_written_refuses_writes_and_reads_go_on(
    emulator: Served, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("in the way of the folder")
    async with opened(emulator, tmp_path) as console:
        assert console.lists.table.total_count > 0
        await console.press("g", "d")
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        await console.press("y")
        await console.shows("not-sent", "journal")
        await console.press("escape")
    assert not emulator.calls("DropLiveStream")


async def test_a_region_that_fails_is_named_on_the_screen(emulator: Served, tmp_path: Path) -> None:
    emulator.fault(
        "error",
        "DescribeLivePullStreamTasks",
        region="eu-frankfurt",
        code="UnauthorizedOperation",
        message="no",
    )
    async with opened(emulator, tmp_path, start="pull_tasks") as console:
        await console.shows("not all of it came", "eu-frankfurt", "ap-singapore")
        assert console.lists.table.total_count > 0


async def test_a_list_at_the_services_ceiling_says_so(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    served = serve_emulator(streams=25_000, limits=False)
    async with opened(served, tmp_path) as console:
        await console.shows("lists at most 20,000", "20,000 rows")


async def test_a_hostile_name_is_shown_and_not_obeyed(emulator: Served, tmp_path: Path) -> None:
    hostile = "\x1b[31m[red]evil[/red]\x1b]0;title\x07\u202egnp.exe" + "x" * 2000
    emulator.control("streams", {"name": hostile, "domain": "push.harbor.example", "app": "live"})
    async with opened(emulator, tmp_path) as console:
        await console.press("slash")
        await console.type("evil")
        await console.press("enter", "g")
        assert console.lists.thing is not None and console.lists.thing.data["StreamName"] == hostile
        assert "[red]evil" in console.text
        await console.press("enter")
        await console.goes("DetailScreen")
        await console.shows("[red]evil")
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("d")
        await console.goes("ConfirmScreen")
        await console.shows("state now", "[red]evil")
        assert all(char == "\n" or char.isprintable() for char in console.text)


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_pane_opens_refreshes_filters_and_shows_a_detail(
    emulator: Served, tmp_path: Path, part: int
) -> None:
    async with opened(emulator, tmp_path) as console:
        for ident in [*console.session.book.resources][part::PARTS]:
            console.lists.go(ident)
            await console.read(ident)
            await console.again()
            assert not console.session.poller(ident).snapshot.error, ident
            await console.press("question_mark")
            await console.goes("TextScreen")
            await console.press("escape")
            await console.goes("MainScreen")
            if console.lists.table.total_count:
                await console.press("g", "enter")
                await console.goes("DetailScreen")
                await console.until(lambda: "reading…" not in console.text, f"the sections of {ident}")
                assert "! " not in console.text, console.text
                await console.press("escape")
                await console.goes("MainScreen")
            await console.press("slash")
            await console.type("zzzz")
            await console.press("enter")
            assert console.lists.table.shown_count == 0
            await console.press("escape")
        assert not console.session.troubles, console.session.troubles
