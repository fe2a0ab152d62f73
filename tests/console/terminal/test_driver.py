"""Where the differ is joined to Textual: only where all that it leans on is as it was known to be."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver

from livetui.console.crash import DiscreetApp
from livetui.console.terminal.driver import OFF, DifferingDriver, joined
from livetui.console.terminal.line import Line


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Its file descriptor; the other end is not read."""
    ours, its = pty.openpty()
    with open(its, "w", encoding="utf-8", closefd=False) as file:
        monkeypatch.setattr(sys, "__stderr__", file)
        monkeypatch.delenv(OFF, raising=False)
        yield ours
    os.close(ours)
    os.close(its)


@pytest.mark.usefixtures("on_terminal")
def test_it_is_used_on_a_terminal() -> None:
    assert joined(LinuxDriver) is DifferingDriver
    assert DiscreetApp().driver_class is DifferingDriver


@pytest.mark.usefixtures("on_terminal")
def test_any_other_driver_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Theirs(LinuxDriver):
        pass

    assert joined(Theirs) is Theirs
    assert joined(HeadlessDriver) is HeadlessDriver
    monkeypatch.setenv(OFF, "1")
    assert joined(LinuxDriver) is LinuxDriver


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_other_encodings_are_left_to_textual(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "__stderr__", Terminal(io.BytesIO(), encoding=encoding))
    assert joined(LinuxDriver) is LinuxDriver


def test_no_terminal_is_left_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stderr__", None)
    assert joined(LinuxDriver) is LinuxDriver
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    assert joined(LinuxDriver) is LinuxDriver


def test_tests_and_screenshots_are_headless_as_ever() -> None:
    async def run() -> type[Driver]:
        app: App[None] = DiscreetApp()
        async with app.run_test():
            assert app._driver is not None
            return type(app._driver)

    assert asyncio.run(run()) is HeadlessDriver


DRIFTED = """
import sys
from textual.drivers.linux_driver import LinuxDriver

def write(self, data):  # it does not go through `write` any more: as a newer Textual might
    self._writer_thread.write(data)

def start(self, its=LinuxDriver.start_application_mode):
    self.write = lambda data: write(self, data)
    its(self)

LinuxDriver.start_application_mode = start
from livetui.console.crash import DiscreetApp
from textual.widgets import Static

class Shows(DiscreetApp):
    def compose(self):
        yield Static("all is well")
    def on_mount(self):
        self.call_after_refresh(self.exit)

app = Shows()
app.run(mouse=False)
print("driver", type(app._driver).__name__, app._driver._line, app._driver.frames)
"""


def test_a_textual_that_writes_in_another_way_is_left_to_it(tmp_path: Path) -> None:
    """It works, with nothing in between."""
    ours, its = pty.openpty()
    env = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", DRIFTED], stdin=its, stdout=its, stderr=its, env=env, cwd=tmp_path
    )
    os.close(its)
    wrote = b""
    try:
        while came := os.read(ours, 4096):
            wrote += came
    except OSError:
        pass  # so Linux tells that the other side has closed
    os.close(ours)
    assert child.wait(30) == 0, wrote
    assert b"all is well" in wrote
    assert b"driver DifferingDriver None 0" in wrote


def test_links_and_images_are_passed_on(monkeypatch: pytest.MonkeyPatch, on_terminal: int) -> None:
    """What is not plainly text in its place goes out as it came, and is counted."""
    passed: list[str] = []

    class Written(Line):
        def start(self) -> None:
            pass

        def stop(self) -> None:
            pass

        def pass_on(self, text: str) -> None:
            passed.append(text)

    monkeypatch.setattr("livetui.console.terminal.driver.Line", Written)

    async def run() -> DifferingDriver:
        return DifferingDriver(DiscreetApp())

    monkeypatch.setattr("signal.signal", lambda number, handler: handler)
    driver = asyncio.run(run())
    driver._line = Written(on_terminal, None, None)  # type: ignore[arg-type]
    link = "\x1b[1;1H\x1b]8;id=1;https://example.com\x1b\\link\x1b]8;;\x1b\\"
    for text in (link, "\x1b_Gf=100;AAAA\x1b\\", "\x1b[2J", "\x1b[5;10r"):
        driver.write(text)
    assert passed == [link, "\x1b_Gf=100;AAAA\x1b\\", "\x1b[2J", "\x1b[5;10r"]
    assert (driver.frames, driver.fell_back) == (4, 4)
    passed.clear()
    driver.write("\x1b[?2026h")
    driver.write(link)
    driver.write("\x1b[?2026l")
    assert passed == [f"\x1b[?2026h{link}\x1b[?2026l"]
    passed.clear()
    driver.write("\x1b[?1049l")
    assert (passed, driver.fell_back) == (["\x1b[?1049l"], 5)
