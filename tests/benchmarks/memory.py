"""The console with the whole account on its screen, and the bare app, each in a terminal."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from painting import BARE, CONSOLE, HEADER, painting, profile_folder
from report import table
from served import peak_of, rss_of, served

SIZE = (120, 40)
READINGS = 5
"""Readings after the first: memory that only the first takes does not show what a day does."""


def run(args: argparse.Namespace) -> None:
    with painting(BARE, {}, SIZE) as bare:
        bare.until(HEADER)
        bare_rss = rss_of(bare.process.pid)
    with served(args.streams) as (place, _), profile_folder(place, poll=1.0) as env:
        with painting(CONSOLE, env, SIZE) as console:
            console.until(HEADER)
            pid = console.process.pid
            empty = rss_of(pid)
            count, stamp = _read_again(console.watch, "")
            shown = rss_of(pid)
            for _ in range(READINGS):
                count, stamp = _read_again(console.watch, stamp)
            later, peak = rss_of(pid), peak_of(pid)
    rows = [
        ["bare Textual app", _mb(bare_rss), "1.00"],
        ["console, first frame", _mb(empty), f"{empty / bare_rss:.2f}"],
        [f"console, {count} streams shown", _mb(shown), f"{shown / bare_rss:.2f}"],
        [f"console, {READINGS} readings later", _mb(later), f"{later / bare_rss:.2f}"],
    ]
    if peak is not None:
        rows.append(["console, the most it had", _mb(peak), f"{peak / bare_rss:.2f}"])
    table([f"at {SIZE[0]}x{SIZE[1]}", "resident", "to bare"], rows)


def _read_again(watch: Callable[..., str], before: str) -> tuple[str, str]:
    """Waits for the next reading; the number of rows and the time of the reading as the screen tells them."""

    def read(text: str) -> tuple[str, str] | None:
        rows = re.search(r"([\d,]+) rows", text)
        stamp = re.search(r"as of (\d\d:\d\d:\d\d)", text)
        if rows is None or stamp is None or rows[1] == "0" or stamp[1] == before:
            return None
        return rows[1], stamp[1]

    found = read(watch(SIZE, read))
    assert found is not None
    return found


def _mb(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
