"""What an operator's gestures cost on the line: the console in a terminal of its own, every byte counted.

The console runs in a child process on an account that stands still, with a frozen clock. Function keys that
no one binds stand for what otherwise happens by itself: F12 says when all before it has been written, F11
reads one changed cell, F10 twenty of them, F9 lets the clock of the ages tick.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import Any

import pyte

PATIENCE = 60.0
"""Seconds to wait for what surely comes, on a busy machine."""
NOW = datetime(2026, 3, 10, 12, 0, 0, tzinfo=UTC)
KNOWS_SYNCHRONISED = b"\x1b[?2026$p"
KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f11": "\x1b[23~",
    "f12": "\x1b[24~",
}
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]")
"""What joins, selects and directs: pyte would take it for the end of what is written."""
NAMES = [
    "赛事直播-主舞台",
    "한국어 채널",
    "e\u0301cole",
    "👍🏽 thumbs",
    "👩‍👩‍👧 family",
    "🇨🇳 flag",
    "❤️ heart",
    "שלום",
    "قناة",
    "\x1b[31mred\x1b[2J",
    "\u202eevil",
    "zero\u200bwidth",
    "全角ＡＢＣ",
    "x" * 70,
]
CHANGES: dict[str, list[dict[str, Any]]] = {
    "f11": [{"more_fps": 1}],
    "f10": [{"more_fps": 1}] * 20,
    "f8": [{"fps": 1}],
    "f7": [{"name": name} for name in NAMES],
}


@dataclass
class Console:
    """A console in a terminal: what it wrote, and what the terminal shows."""

    child: subprocess.Popen[bytes]
    handle: int
    folder: Path
    screen: pyte.Screen
    answers: bool = False
    """Whether the terminal knows synchronised output, and says so."""
    wrote: bytes = b""
    _decode: Any = field(default_factory=lambda: getincrementaldecoder("utf-8")().decode)
    _marks: int = 0
    _stream: Any = field(init=False)

    def __post_init__(self) -> None:
        self._stream = pyte.Stream(self.screen)

    def press(self, *keys: str) -> None:
        os.write(self.handle, "".join(KEYS.get(key, key) for key in keys).encode())

    def read(self, seconds: float = PATIENCE, most: int = 65536) -> bytes:
        """What comes next; b"" when nothing does."""
        ready, _, _ = select.select([self.handle], [], [], seconds)
        try:
            came = os.read(self.handle, most) if ready else b""
        except OSError:  # so Linux tells that the other side has closed
            came = b""
        self.take(came)
        return came

    def take(self, came: bytes) -> None:
        self.wrote += came
        self._stream.feed(INVISIBLE.sub("", self._decode(came)))
        if self.answers:
            for _ in range(came.count(KNOWS_SYNCHRONISED)):
                os.write(self.handle, b"\x1b[?2026;2$y")

    def settled(self) -> None:
        """Wait until all that was asked for has been written."""
        self._marks += 1
        self.press("f12")
        mark = f"\x1b]2;mark {self._marks}\x07".encode()
        end = time.monotonic() + PATIENCE
        while mark not in self.wrote[-65536 * 4 :]:
            if time.monotonic() > end or not self.read():
                raise AssertionError(f"it never settled:\n{self.text}")

    def cost(self, *keys: str) -> int:
        """Bytes that a gesture costs on the line."""
        before = len(self.wrote)
        self.press(*keys)
        self.settled()
        return len(self.wrote) - before - len(f"\x1b]2;mark {self._marks}\x07")

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def cells(self) -> list[list[Any]]:
        return [
            [self.screen.buffer[y][x] for x in range(self.screen.columns)] for y in range(self.screen.lines)
        ]

    def resize(self, columns: int, lines: int) -> None:
        """As an emulator does when its window is resized."""
        ioctl(self.handle, TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)
        self.child.send_signal(signal.SIGWINCH)

    def leave(self) -> dict[str, Any]:
        """Quit; what the child counted: frames drawn, and those on which the differ fell back."""
        self.press("q")
        while self.read():
            pass
        self.child.wait(PATIENCE)
        return json.loads((self.folder / "report.json").read_text())  # type: ignore[no-any-return]


def command(url: str, folder: Path, *, frozen: bool = True) -> list[str]:
    """What runs the child on the account at the URL."""
    return [sys.executable, __file__, json.dumps({"url": url, "folder": str(folder), "frozen": frozen})]


@contextmanager
def console(
    url: str,
    folder: Path,
    *,
    size: tuple[int, int] = (80, 24),
    env: Mapping[str, str] | None = None,
    answers: bool = False,
    frozen: bool = True,
) -> Iterator[Console]:
    """The console on the account at the URL, its streams read and settled."""
    ours, its = pty.openpty()
    ioctl(its, TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    project = str(Path(__file__).parents[1])
    told = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": project,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        **(env or {}),
    }
    child = subprocess.Popen(
        command(url, folder, frozen=frozen),
        stdin=its,
        stdout=its,
        stderr=its,
        env=told,
        cwd=folder,
        start_new_session=True,
    )
    os.close(its)
    try:
        made = Console(child, ours, folder, pyte.Screen(*size), answers)
        while "as of" not in made.text:
            if not made.read():
                raise AssertionError(f"the streams never came:\n{made.wrote.decode()[-2000:]}")
        made.settled()
        yield made
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def main(words: str) -> None:
    """The child."""
    told = json.loads(words)
    folder = Path(told["folder"])
    from datetime import timedelta, timezone

    from emulated import SECRET_ID, SECRET_KEY

    from livetui.console.app import LivetuiApp
    from livetui.console.session import open_session
    from livetui.settings import Credential, Paths, Profile

    profile = Profile(
        name="demo",
        credential=Credential(SECRET_ID, SECRET_KEY),
        endpoint=told["url"],
        poll_streams=3600.0,
        poll_others=3600.0,
        polling_share=1.0,
    )
    places = Paths(config=folder / "config", state=folder / "state", cache=folder / "cache")
    now = (lambda: NOW) if told["frozen"] else (lambda: datetime.now(UTC))
    session = open_session(profile, places, now, zone=timezone(timedelta(hours=1), "CET"))

    class Measured(LivetuiApp):
        marks = 0

        async def on_event(self, event: Any) -> None:
            key = getattr(event, "key", "")
            if key == "f12":
                self.run_worker(self.mark_when_shown())
            elif key in CHANGES:
                await self.change(CHANGES[key])
            elif key == "f9":
                self.lists._tick()
            elif key == "f6":
                with self.suspend():
                    os.write(1, b"\x1b[2J\x1b[3;3Hsomebody else's output")
            elif key == "f5":
                assert self._driver is not None
                self._driver.write("\x1b[2J\x1b[5;5Hoverwritten")
                self.refresh(layout=True)
            else:
                await super().on_event(event)

        async def mark_when_shown(self) -> None:
            """After whatever the messages before it ask to be painted; many rows take their time."""
            await self.lists.shown()
            self.set_timer(0.06, self.mark)

        def mark(self) -> None:
            self.marks += 1
            assert self._driver is not None
            self._driver.write(f"\x1b]2;mark {self.marks}\x07")

        async def change(self, changes: Sequence[dict[str, Any]]) -> None:
            """As if a reading had brought these, one each for the rows in view from the second."""
            from dataclasses import replace

            poller, listing = session.poller("streams"), self.lists.table._listing
            read = poller.snapshot.read
            assert read is not None
            brought = {}
            for line, change in enumerate(changes, listing.top + 1):
                if (row := listing.row(line)) is not None:
                    brought[row.identity] = change
            things = [
                replace(thing, held=changed(thing.data, brought[thing.identity]))
                if thing.identity in brought
                else thing
                for thing in poller.snapshot.things.values()
            ]
            poller.snapshot = await poller._advance(replace(read, things=tuple(things)))
            session.told("streams", poller.snapshot)

    app = Measured(session)
    app.run(mouse=False)
    driver: Any = app._driver
    counts = {"frames": getattr(driver, "frames", None), "fell_back": getattr(driver, "fell_back", None)}
    (folder / "report.json").write_text(json.dumps({**counts, "return_code": app.return_code}))


def changed(data: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a stream with what the change brings; `fps` counts from what it was."""
    push = dict(data["push"])
    if "more_fps" in change:
        push["VideoFps"] += change["more_fps"]
    if "fps" in change:
        push["VideoFps"] = change["fps"]
    return {**data, "push": push, "StreamName": change.get("name", data["StreamName"])}


if __name__ == "__main__":
    main(sys.argv[1])
