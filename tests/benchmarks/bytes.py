"""Bytes on the line for each gesture, with the differ and without; a slow line; the console at rest."""

from __future__ import annotations

import argparse
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from emulated import make_emulator
from gestures import Console, console
from report import table
from served import cpu_of

from livetui.console.terminal.driver import OFF
from livetui.emulator import serve

SIZES = ((80, 24), (200, 50))
GESTURES = [
    ("idle", "", (0, 0)),
    ("a tick that changes nothing", "f9", (0, 0)),
    ("one cell changed", "f11", (150, 150)),
    ("20 cells changed", "f10", (None, 1500)),
    ("a stream's state changed", "f8", (None, None)),
    ("cursor down", "down", (500, None)),
    ("page down", "pagedown", (3000, 8000)),
]
"""What it is, its key, and the most bytes it may cost at each size."""
LINE, KEYS, HELD = 32_000, 30, 3.0
"""Bytes and keys a second, and seconds that a key is held."""
QUIET = 0.5
"""Seconds without output after which a screen is settled."""
REST = 20.0


def run(args: argparse.Namespace) -> None:
    for at, size in enumerate(SIZES):
        _gestures(args.streams, size, at)
    _held(args.streams)
    _at_rest(args.streams)


@contextmanager
def _consoles(
    streams: int, size: tuple[int, int], *, frozen: bool = True, answers: bool = False
) -> Iterator[list[Console]]:
    """One with the differ, one without, by turns on the same account."""
    emulator = make_emulator(streams=streams, limits=False, **({} if frozen else {"at": None}))
    with serve.served(emulator) as url, TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("with", "without")]
        for place in places:
            place.mkdir()
        shared = {"size": size, "frozen": frozen, "answers": answers}
        with (
            console(url, places[0], **shared) as thrifty,
            console(url, places[1], env={OFF: "1"}, **shared) as plain,
        ):
            yield [thrifty, plain]


def _gestures(streams: int, size: tuple[int, int], at: int) -> None:
    with _consoles(streams, size) as consoles:
        costs = {name: [one.cost(key) for one in consoles] for name, key, _ in GESTURES}
        for one in consoles:
            for _ in range(size[1]):
                one.cost("down")
        costs["line scroll"] = [one.cost("down") for one in consoles]
        counted = consoles[0].leave()
    bounds = {name: bound[at] for name, _, bound in GESTURES} | {"line scroll": (None, 1500)[at]}
    rows = [
        [
            name,
            "" if bounds[name] is None else f"≤ {bounds[name]:,}",
            f"{mine:,}",
            f"{its:,}",
            ratio(mine, its),
        ]
        for name, (mine, its) in costs.items()
    ]
    table([f"bytes at {size[0]}x{size[1]}", "bound", "livetui", "Textual's own", "ratio"], rows)
    print(
        f"  frames: {counted['frames']}, of which the differ fell back on {counted['fell_back']} (bound 0)\n"
    )


def ratio(mine: float, its: float) -> str:
    return f"{mine / its:.2f}" if its else ""


def _held(streams: int) -> None:
    rows = []
    for name, key in (("cursor down", "down"), ("page down", "pagedown")):
        with _consoles(streams, (200, 50)) as consoles:
            took = [_settles(one, key) for one in consoles]
        bound = "≤ 0.3 s" if key == "down" else ""
        rows.append([name, bound, *[f"{seconds:.2f} s" for seconds in took], ratio(*took)])
    held = f"held {HELD:g} s, {LINE // 1000} kB/s"
    table([f"{held}: settled after", "bound", "livetui", "Textual's own", "ratio"], rows)
    print()


def _settles(one: Console, key: str) -> float:
    """Seconds from when the key is let go to the last byte."""
    line = _Slow(one)
    began = time.perf_counter()
    for number in range(round(HELD * KEYS)):
        while (now := time.perf_counter()) < began + number / KEYS:
            line.take(began + number / KEYS - now)
        one.press(key)
    let_go = last = time.perf_counter()
    while time.perf_counter() - last < QUIET:
        if line.take(0.02):
            last = time.perf_counter()
    return last - let_go


class _Slow:
    """A line that takes so many bytes a second, and saves up none of them."""

    def __init__(self, one: Console) -> None:
        self._one, self._free_at = one, time.perf_counter()

    def take(self, seconds: float) -> bool:
        """Take for so long; whether anything came."""
        end, came = time.perf_counter() + seconds, False
        while (left := end - time.perf_counter()) > 0:
            busy = self._free_at - time.perf_counter()
            if busy > 0:
                select.select([], [], [], min(busy, left))
                continue
            if data := self._one.read(left, 256):
                self._free_at = max(self._free_at, time.perf_counter() - 0.01) + len(data) / LINE
                came = True
        return came


def _at_rest(streams: int) -> None:
    cpu, sent = [], []
    with _consoles(streams, (80, 24), frozen=False) as consoles:
        for one in consoles:
            _listen(one, 6.0)
            used, wrote = cpu_of(one.child.pid) or 0.0, len(one.wrote)
            _listen(one, REST)
            cpu.append(((cpu_of(one.child.pid) or 0.0) - used) / REST * 100)
            sent.append((len(one.wrote) - wrote) / REST)
    rows = [
        ["CPU of a core", "≤ 0.3 %", *[f"{value:.2f} %" for value in cpu], ratio(*cpu)],
        ["bytes a second", "≤ 100", *[f"{value:.0f}" for value in sent], ratio(*sent)],
    ]
    table([f"at rest, {streams:,} rows, ages ticking", "bound", "livetui", "Textual's own", "ratio"], rows)


def _listen(one: Console, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        one.read(left)
