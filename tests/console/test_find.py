"""Finding one's way: filters kept and recalled, streams by name, panes visited, profiles, marks that stay."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from emulated import NOW, Served
from hypothesis import given
from hypothesis import strategies as st
from opened import Console, opened

from livetui.client import Priority
from livetui.console.entries import Roll
from livetui.console.finding import Trail
from livetui.console.screens.palette import PaletteScreen
from livetui.settings import Credential, Profile, save_profile
from livetui.watch.things import Identity, Thing


async def command(console: Console, text: str) -> PaletteScreen:
    """Type into the palette, and wait for what it offers."""
    await console.press("colon")
    await console.goes("PaletteScreen")
    await console.type(text)
    screen = console.app.screen
    assert isinstance(screen, PaletteScreen)
    await console.pilot.pause()
    return screen


async def run(console: Console, text: str) -> None:
    await command(console, text)
    await console.press("enter")


async def filtered(console: Console, text: str) -> None:
    await console.press("slash")
    for _ in range(len(console.lists.filter_box.value)):
        await console.press("backspace")
    await console.type(text)
    await console.press("enter")


def name(console: Console) -> str:
    """The stream under the cursor."""
    thing = console.lists.thing
    return str(thing.data["StreamName"]) if thing else ""


# The filter.


async def test_a_bad_expression_is_told_and_leaves_the_last_good_filter_in_force(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await filtered(console, "match")
        shown = console.lists.table.shown_count
        await console.press("slash")
        await console.type(" fps<")
        await console.until(lambda: "fps< wants a number" in console.said, "error")
        await console.shows("match fps<")
        lines = console.text.splitlines()
        typed = next(i for i, line in enumerate(lines) if "match fps<" in line)
        assert "fps< wants a number" in lines[typed + 1] and "in force: match fps" in console.said
        assert console.lists.table.filter_text == "match fps", "the last that was one"
        await console.press("enter")
        assert console.lists.filter_box.open, "what is no filter stays open to be put right"
        await console.press("escape")
        await console.until(lambda: "was no filter" in console.said, "said so")
        assert console.lists.table.shown_count == shown and "/match" in console.bar("tabs")


async def test_escape_says_how_the_filter_comes_back_and_up_brings_it(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await filtered(console, "match")
        await filtered(console, "harbor")
        await console.press("escape")
        await console.until(lambda: "'harbor' taken off" in console.said, "said so")
        assert "/ and up bring it back" in console.said
        await console.press("slash", "up", "up", "down", "up", "enter")
        assert console.lists.table.filter_text == "match"
        await console.press("slash", "up", "enter")
        assert console.lists.table.filter_text == "harbor"
        await console.press("slash", "up", "down", "down", "escape")
        assert console.lists.table.filter_text == "harbor"
    async with opened(emulator, tmp_path) as console:
        assert console.lists.table.filter_text == "harbor", "and the next console finds it as it was left"
        await console.press("escape", "slash", "up", "up", "enter")
        assert console.lists.table.filter_text == "match"


async def test_n_goes_from_match_to_match_once_the_filter_is_off(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("n")
        await console.until(lambda: "no filter was used" in console.said, "said so")
        await filtered(console, "lecture")
        table = console.lists.table
        matches = table.shown_count
        assert 1 < matches < table.total_count
        await console.press("escape", "g")
        visited = []
        for _ in range(matches):
            await console.press("n")
            visited.append(name(console))
        assert all("lecture" in one for one in visited) and len(set(visited)) == matches
        assert visited == sorted(visited)
        await console.press("n")
        await console.until(lambda: "from the top" in console.said, "round the end")
        assert name(console) == visited[0]
        await console.press("N")
        assert name(console) == visited[-1] and "from the bottom" in console.said
        await console.press("N")
        assert name(console) == visited[-2]
        assert table.shown_count == table.total_count


async def test_saved_filters_are_named_recalled_from_elsewhere_and_deleted(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await run(console, "save-filter too early")
        await console.until(lambda: "no filter is in force" in console.said, "nothing to save")
        await console.press("slash")
        await console.type("match up>1h")
        await console.press("ctrl+s")
        await console.goes("PaletteScreen")
        await console.type("long matches")
        await console.press("enter")
        await console.until(lambda: "saved match up>1h as long matches" in console.said, "saved")
        shown = console.lists.table.shown_count
        await console.press("1")
        await console.read("domains")
    async with opened(emulator, tmp_path, start="domains") as console:
        await run(console, "filter long")
        await console.read("streams")
        await console.until(lambda: console.lists.resource.id == "streams", "gone there")
        assert console.lists.table.filter_text == "match up>1h"
        await console.until(lambda: console.lists.table.shown_count == shown, "shown")
        await run(console, "delete-filter long")
        await console.until(lambda: "it was match up>1h" in console.said, "told what it was")
        screen = await command(console, "filter long")
        assert not [entry for entry in screen.found if entry.name.startswith("filter ")]


# Marks.


async def test_marks_and_cursor_survive_a_look_at_another_pane(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        table = console.lists.table
        await console.press("j", "space", "j", "space", "j", "j")
        marks, cursor = table.marks, table.cursor
        leaves = console.session.poller("streams").snapshot.things[next(iter(marks))]  # type: ignore[index]
        assert "2 marked" in console.bar("tabs")
        await console.press("escape")
        await console.until(lambda: "2 marks stay" in console.said, "Esc keeps marks")
        await console.press("4")
        await console.read("pull_tasks")
        assert not table.marks and "marked" not in console.bar("tabs")
        await console.press("2")
        assert table.marks == marks and table.cursor == cursor
        assert "2 marked here" in console.said
        await filtered(console, "zzz")
        assert "2 marked (2 hidden)" in console.bar("tabs") and table.cursor is None
        await console.press("1", "2")
        assert "2 hidden by the filter" in console.said and table.cursor is None
        await console.press("escape")
        assert table.cursor == cursor
        parts = {part: leaves.data[part] for part in ("DomainName", "AppName", "StreamName")}
        emulator.call("ForbidLiveStream", **parts)
        await console.press("1")
        await console.read("domains")
        await console.press("2")
        await console.again()
        await console.again()
        await console.until(lambda: "2 marked (1 left)" in console.bar("tabs"), "gone marks counted")
        await console.press("C")
        await console.until(lambda: "marked" not in console.bar("tabs"), "cleared")


# Panes visited.


@given(st.lists(st.sampled_from(["a", "b", "c", -1, 1]), max_size=30))
def test_back_and_forward_are_those_of_a_browser(steps: list[str | int]) -> None:
    trail = Trail()
    trail.visit("a")
    behind, here, ahead = list[str](), "a", list[str]()
    for step in steps:
        if isinstance(step, str):
            trail.visit(step)
            if step != here:
                behind, here, ahead = [*behind, here], step, []
        elif step < 0:
            assert trail.step(-1) == (behind[-1] if behind else None)
            if behind:
                ahead, here = [here, *ahead], behind.pop()
        else:
            assert trail.step(1) == (ahead[0] if ahead else None)
            if ahead:
                behind, here = [*behind, here], ahead.pop(0)


async def test_back_and_forward_through_the_panes_visited(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        here = lambda: console.lists.resource.id  # noqa: E731
        await console.press("backspace")
        await console.until(lambda: "no pane was visited before" in console.said, "said so")
        await console.press("1", "5")
        assert here() == "journal"
        await console.press("{")
        assert here() == "domains"
        await console.press("alt+left")
        assert here() == "streams"
        await console.press("}", "alt+right")
        assert here() == "journal"
        await console.press("}")
        await console.until(lambda: "after this one" in console.said, "said so")


# Streams by name.


async def test_a_stream_of_any_domain_is_offered_by_its_name(emulator: Served, tmp_path: Path) -> None:
    emulator.control("streams", {"name": "dom-perignon", "domain": "push.market.example", "app": "live"})
    async with opened(emulator, tmp_path) as console:
        await filtered(console, "harbor")
        await console.press("1")
        await console.read("domains")
        screen = await command(console, "dom")
        assert screen.found[0].name == "domains", "panes before streams"
        assert "stream dom-perignon" in [entry.name for entry in screen.found]
        await console.type("-per")
        await console.press("enter")
        await console.until(lambda: name(console) == "dom-perignon", "gone there")
        assert "filter 'harbor' hid it" in console.said and console.lists.table.filter_text == ""
        screen = await command(console, "dmprgn")
        assert screen.found[0].name == "stream dom-perignon", "letters in order"


async def test_a_stream_that_is_not_online_is_looked_up(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        gone = console.lists.thing
        assert gone is not None
        parts = {part: gone.data[part] for part in ("DomainName", "AppName", "StreamName")}
        emulator.call("ForbidLiveStream", **parts)
        await run(console, f"stream {parts['StreamName']}")
        await console.until(lambda: console.lists.resource.id == "forbidden", "gone to the forbidden")
        await console.until(lambda: name(console) == parts["StreamName"], "the cursor is on it")
        emulator.call("ResumeLiveStream", **parts)
        await run(console, f"stream {parts['DomainName']}/{parts['StreamName']}")
        await console.goes("DetailScreen")
        await console.shows("seen in the events", parts["StreamName"], "when asked: inactive")
        await console.press("escape")
        await console.goes("MainScreen")
        assert "state when asked: inactive" in console.said


async def test_a_name_that_nothing_has_is_said_in_words(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        screen = await command(console, "no-such-stream")
        assert [entry.name for entry in screen.found] == ["stream no-such-stream"], (
            "offered, being nothing else"
        )
        await console.press("enter")
        await console.until(
            lambda: "not online, not forbidden, and not in the events" in console.said, "said"
        )
        screen = await command(console, "stream a/b/c/d")
        assert "more than domain/app/name" in screen.found[0].about
        await console.press("escape")
        emulator.fault("reset", "DescribeLiveStreamOnlineList")
        await run(console, "stream other")
        await console.until(lambda: "could not be looked up" in console.said, "the failure told")


async def test_several_streams_of_a_name_are_offered_with_their_state(
    emulator: Served, tmp_path: Path
) -> None:
    for domain in ("push.harbor.example", "push.market.example"):
        emulator.control("streams", {"name": "twin", "domain": domain, "app": "live"})
    async with opened(emulator, tmp_path) as console:
        await run(console, "stream twin")
        await console.until(
            lambda: (
                isinstance(screen := console.app.screen, PaletteScreen)
                and len(screen.entries) == 2
                and screen.is_mounted
            ),
            "candidates",
        )
        await console.shows("push.harbor.example/live/twin", "push.market.example/live/twin")
        assert console.text.count("state now: active") == 2 and "2 streams are called twin" in console.text
        await console.press("down", "enter")
        await console.until(lambda: name(console) == "twin", "chosen")
        assert console.lists.thing and console.lists.thing.data["DomainName"] == "push.market.example"
        await run(console, "stream push.harbor.example/twin")
        await console.until(
            lambda: console.lists.thing and console.lists.thing.data["DomainName"] == "push.harbor.example",
            "told apart by its domain",
        )


def roll(count: int) -> Roll:
    identities = [
        Identity("p", "", "streams", (f"push-{i % 7}.example", "live", f"cam-{i:05d}")) for i in range(count)
    ]
    return Roll.of({identity: Thing(identity, MappingProxyType({}), NOW) for identity in identities})


def test_the_search_among_twenty_thousand_names_ends_at_its_limit() -> None:
    names = roll(20_000)
    found, count = names.search("cam", 30)
    assert len(found) == 30 and count == 20_000
    found, count = names.search("push-3 00", 30)
    assert len(found) == 30 and all(identity.key[0] == "push-3.example" for identity in found)
    found, count = names.search("cm19999", 30)
    assert [identity.key[2] for identity in found] == ["cam-19999"] and count == 0
    assert names.search("", 30) == ([], 0) and names.search("qqq", 30) == ([], 0)


@given(st.lists(st.text("ab/-\nİß", max_size=4), max_size=12, unique=True), st.text("abß ", max_size=3))
def test_what_is_found_has_every_word(names: list[str], typed: str) -> None:
    identities = [Identity("p", "", "streams", ("d.example", "live", name)) for name in names]
    held = Roll.of({identity: Thing(identity, MappingProxyType({}), NOW) for identity in identities})
    found, count = held.search(typed, 5)
    words = typed.casefold().split()
    if not words:
        assert (found, count) == ([], 0)
        return
    wanted = [
        identity for identity in identities if all(w in "/".join(identity.key).casefold() for w in words)
    ]
    if wanted:
        assert count == len(wanted) and set(found) <= set(wanted) and len(found) == min(5, count)
    else:
        assert count == 0


async def test_twenty_thousand_streams_are_searched_while_one_types(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    served = serve_emulator(streams=20_000, limits=False)
    async with opened(served, tmp_path) as console:
        await console.until(lambda: console.lists.table.total_count > 15_000, "all of them")
        screen = await command(console, "ma")
        streams = [entry for entry in screen.found if entry.name.startswith("stream ")]
        assert 30 <= len(streams) < 40
        assert any(entry.name.startswith("all ") for entry in screen.found)


# Another profile.


def keep(folder: Path, emulator: Served, profile_name: str, **more: object) -> None:
    save_profile(
        folder / "config" / "config.toml",
        Profile(
            profile_name,
            credential=Credential(emulator.secret_id, emulator.secret_key),
            endpoint=emulator.url,
            **more,  # type: ignore[arg-type]
        ),
    )


async def test_another_profile_opens_in_the_same_window(
    emulator: Served, serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    other = serve_emulator(streams=5)
    keep(tmp_path, other, "other", production=True)
    async with opened(emulator, tmp_path) as console:
        before = console.session
        await console.press("space")
        await run(console, "profile other")
        await console.until(lambda: console.session is not before, "switched")
        await console.read("streams")
        await console.until(lambda: "profile other opened" in console.said, "said so")
        assert "PRODUCTION" in console.bar("head") and "other" in console.bar("head")
        assert not console.lists.table.marks
        await console.until(lambda: console.lists.table.total_count > 0, "its streams")
        await run(console, "profile demo")
        await console.until(lambda: console.session.profile.name == "demo", "and back")
        await console.read("streams")
        assert "PRODUCTION" not in console.bar("head")
        assert not console.session.troubles


async def test_a_profile_that_cannot_be_opened_is_told_and_the_present_one_stays(
    emulator: Served, tmp_path: Path
) -> None:
    keep(tmp_path, emulator, "other")
    file = tmp_path / "config" / "config.toml"
    text = file.read_text()
    file.write_text(text + '\n[profiles.lost]\ncredential = {file = "/nowhere/at/all"}\n')
    assert set(tomllib.loads(file.read_text())["profiles"]) == {"other", "lost"}
    async with opened(emulator, tmp_path) as console:
        await run(console, "profile lost")
        await console.until(lambda: "profile lost could not be opened" in console.said, "told")
        assert console.session.profile.name == "demo"
        assert await console.client.call("DescribeLiveDomains", {}, priority=Priority.READ)
        file.write_text("[profiles.broken\n")
        screen = await command(console, "profile")
        assert "config.toml" in screen.found[0].about
        await console.press("escape")


async def test_read_only_is_kept_when_another_profile_is_opened(emulator: Served, tmp_path: Path) -> None:
    keep(tmp_path, emulator, "other")
    async with opened(emulator, tmp_path) as console:
        await console.press("ctrl+r")
        await run(console, "profile other")
        await console.until(lambda: "read-only as before" in console.said, "told")
        assert console.client.read_only and "READ-ONLY" in console.bar("head")


async def test_among_many_rows_marks_and_matches_are_found_again(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    """Rows of a long list are made in slices: what was left is taken up only when they are there."""
    served = serve_emulator(streams=3_000, limits=False)
    async with opened(served, tmp_path) as console:
        table = console.lists.table
        await console.until(lambda: table.total_count > 2_000, "rows")
        await console.press("G", "space", "k", "space", "k")
        marks, cursor, line = table.marks, table.cursor, table.cursor_line
        await console.press("1", "2")
        await console.until(lambda: table.total_count > 2_000, "rows again")
        assert (table.marks, table.cursor, table.cursor_line) == (marks, cursor, line)
        await console.press("1", "2", "1", "2")
        await console.until(lambda: table.total_count > 2_000, "rows again")
        assert (table.marks, table.cursor, table.cursor_line) == (marks, cursor, line)
        await filtered(console, "lecture")
        await console.press("escape", "g", "n")
        await console.until(lambda: "lecture" in name(console), "a match")
        first = name(console)
        await console.press("n")
        await console.until(lambda: name(console) != first, "the next")
        assert "lecture" in name(console)
