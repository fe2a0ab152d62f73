"""Keys that arrive together, as they do on a slow line, do what they would have done one by one."""

from pathlib import Path

from emulated import Served
from opened import Console, opened
from textual import events


def burst(console: Console, *keys: str) -> None:
    """All keys in one read of the terminal."""
    named = {" ": "space", ":": "colon", "/": "slash", "-": "minus", "\r": "enter"}
    for key in keys:
        char = key if len(key) == 1 else None
        console.app.post_message(events.Key(named.get(key, key), char))


async def test_a_verb_acts_on_what_the_keys_before_it_moved_to(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        things = console.lists.table
        await console.press("g")
        burst(console, "j", "j", "j", "d")
        await console.goes("ConfirmScreen")
        name = things.cursor_row
        assert name is not None and things.cursor_line == 3
        await console.shows(f"Drop stream {'/'.join(name.identity.key)}")  # type: ignore[attr-defined]


async def test_marks_made_in_the_same_breath_are_what_is_acted_on(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g")
        burst(console, " ", "j", " ", "j", "j", " ", "f", *"1h\rrights of others\rdemo:3\r")
        await console.goes("BulkConfirmScreen")
        await console.shows("Forbid 3 streams", '"Reason": "rights of others"')
        values = [box.value for box in console.app.screen.query("Input")]  # type: ignore[attr-defined]
        assert values == ["1h", "rights of others", "demo:3"]
    assert not emulator.calls("ForbidLiveStream")


async def test_a_filter_typed_ahead_reaches_its_line_and_no_verb(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        burst(console, *"/fud\r")
        await console.until(lambda: console.lists.table.filter_text == "fud", "the filter")
        await console.pilot.pause()
        assert console.app.screen is console.lists


async def test_the_palette_takes_what_is_typed_ahead(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        burst(console, *":streams forbidden\r")
        await console.until(lambda: console.lists.resource.id == "forbidden", "gone there")


async def test_a_yes_typed_before_the_dialog_was_there_does_not_count(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g")
        burst(console, "d", "y", "ctrl+y", "y")
        await console.goes("ConfirmScreen")
        await console.shows("state now: active")
        assert "!" not in console.app.screen.query_one("#trouble").lines  # type: ignore[attr-defined]
        await console.press("y")
        await console.goes("MainScreen")
    assert len(emulator.calls("DropLiveStream")) == 1


async def test_keys_of_panes_and_verbs_keep_their_order(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        burst(console, "1", "2", "tab")
        await console.until(lambda: console.lists.resource.id == "forbidden", "the tab of pane 2")
