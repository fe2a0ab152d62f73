"""The console in a terminal: what each gesture costs on the line, and that the screen is Textual's own.

Two consoles on two accounts that are the same, one with the differ and one without, see the same gestures.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from emulated import Served
from gestures import Console, console

from livetui.console.terminal.driver import OFF

BOUNDS = {
    (80, 24): {"f9": 0, "": 0, "f11": 150, "f8": 300, "down": 500, "pagedown": 3000},
    (200, 50): {"f9": 0, "": 0, "f11": 150, "f10": 1500, "down": 1500, "pagedown": 8000},
}
"""Bytes a gesture may cost, by the terminal's size; "" is none at all."""


@pytest.mark.parametrize("size", BOUNDS)
def test_what_gestures_cost(
    size: tuple[int, int], serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    bounds = BOUNDS[size]
    with console(serve_emulator(streams=300).url, tmp_path, size=size) as made:
        costs = {gesture: made.cost(gesture) for gesture in bounds}
        # From the last line in view, each step scrolls.
        scrolls = [made.cost("down") for _ in range(size[1])][-8:]
        counted = made.leave()
    assert {gesture: cost for gesture, cost in costs.items() if cost > bounds[gesture]} == {}
    assert max(scrolls) <= bounds["down"]
    assert min(scrolls) > 50, "it did not scroll"
    assert counted["fell_back"] == 0
    assert counted["frames"] > len(bounds)


JOURNEY = [
    *["down"] * 3,
    "pagedown",
    "pageup",
    "f11",
    "f10",
    "f8",
    "f7",
    *["down"] * 4,
    " ",
    "/",
    "c",
    "a",
    "m",
    "enter",
    "escape",
    "enter",
    "down",
    "escape",
    ":",
    "forb",
    "escape",
    "f",
    "escape",
    "?",
    "escape",
    "tab",
    "3",
    "1",
    "2",
]
WHERE_THE_CURSOR_STAYS = {"down", "pagedown", "pageup", "f11", "a", "m"}
"""Where the layout changes, the terminal's cursor, which is hidden, comes a frame later or not at all."""
PATIENCE = 50
"""How often both are asked again until they have heard from their accounts."""
TERMINALS = {
    "xterm": {},
    "no colour": {"NO_COLOR": "1"},
    "linux": {"TERM": "linux", "COLORTERM": "", "TEXTUAL_COLOR_SYSTEM": "standard"},
    "screen": {"TERM": "screen-256color", "COLORTERM": "", "TEXTUAL_COLOR_SYSTEM": "256"},
    "unknown": {"TERM": "vt220", "TEXTUAL_COLOR_SYSTEM": "standard"},
}


@pytest.mark.parametrize("env", TERMINALS.values(), ids=TERMINALS)
@pytest.mark.parametrize("size", [(80, 24)])
def test_every_screen_is_textuals_own(
    size: tuple[int, int], env: dict[str, str], serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    places = [tmp_path / "thrifty", tmp_path / "plain"]
    for place in places:
        place.mkdir()
    accounts = [serve_emulator() for _ in places]
    for account in accounts:
        # Calls that are made at the same time come in any order; the screens tell their RequestIds.
        account.app._request_id = lambda: "00000000-1111-2222-3333-444444444444"
    with (
        console(accounts[0].url, places[0], size=size, env=env) as thrifty,
        console(accounts[1].url, places[1], size=size, env={**env, OFF: "1"}) as plain,
    ):
        _same(thrifty, plain, "the first screen")
        for gesture in JOURNEY:
            for one in (thrifty, plain):
                one.press(gesture)
                one.settled()
            for _ in range(PATIENCE):
                # What is asked of the account comes when it comes.
                if thrifty.cells == plain.cells:
                    break
                thrifty.settled()
                plain.settled()
            _same(thrifty, plain, gesture)
        assert len(thrifty.wrote) < len(plain.wrote) / 2
        counted = thrifty.leave()
        assert counted["fell_back"] == 0
        assert plain.leave()["frames"] is None


def _same(thrifty: Console, plain: Console, after: str) -> None:
    assert thrifty.text == plain.text, after
    assert thrifty.cells == plain.cells, after
    mine, its = thrifty.screen.cursor, plain.screen.cursor
    assert mine.hidden == its.hidden
    if after in WHERE_THE_CURSOR_STAYS:
        assert (mine.x, mine.y) == (its.x, its.y), after


def test_a_slow_line_is_not_behind_when_the_key_is_let_go(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    """32 kB a second and 30 keys a second for 3 s: what comes after the last key takes at most 0.3 s."""
    line, keys = 32_000, 30
    with console(serve_emulator(streams=600).url, tmp_path, size=(200, 50)) as made:
        for _ in range(3 * keys):
            made.press("down")
            made.read(1 / keys, line // keys)
        before = len(made.wrote)
        made.settled()
        assert len(made.wrote) - before <= 0.3 * line
        cursor = next(text for text in made.text.splitlines() if text.startswith(">"))
        made.press("up", "down")
        made.settled()
        assert cursor in made.text.splitlines()


@pytest.mark.parametrize("answers", [False, True], ids=["silent", "answering"])
def test_whatever_happens_to_the_screen_it_is_put_right(
    answers: bool, serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    with console(serve_emulator().url, tmp_path, answers=answers) as made:
        before = made.text
        made.press("f6")
        # What is typed while it is away is thrown away: it is back on its screen first.
        while made.wrote.count(b"\x1b[?1049h") < 2:
            assert made.read(), made.text
        made.settled()
        assert b"somebody else" in made.wrote
        assert made.text == before, "suspended"
        made.press("f5")
        made.settled()
        assert b"overwritten" in made.wrote
        assert made.text == before, "written over"
        for size in ((100, 30), (60, 20), (80, 24)):
            made.resize(*size)
            made.settled()
            assert made.text.splitlines()[-1].rstrip().endswith("quit"), size
        assert made.text == before, "resized"
        assert (b"\x1b[?2026h" in made.wrote) == answers
        # What was written over; and perhaps frames that were drawn for the size before.
        assert 1 <= made.leave()["fell_back"] <= 4


def test_a_console_that_was_stopped_shows_itself_again(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    with console(serve_emulator().url, tmp_path) as made:
        before = made.text
        made.child.send_signal(signal.SIGTSTP)
        os.waitid(os.P_PID, made.child.pid, os.WSTOPPED | os.WNOWAIT)
        while b"\x1b[?1049l" not in made.wrote:
            assert made.read()
        made.take(b"\x1b[2J\x1b[1;1H$ ls\r\n")
        made.child.send_signal(signal.SIGCONT)
        while made.text != before:
            assert made.read(), made.text
        assert made.cost("down") > 0
        made.press("up")
        made.settled()
        assert made.text == before
