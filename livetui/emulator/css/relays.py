"""What the account's own tasks push: the plays of pull tasks and of mixes.

A play is one stretch of a task's pushing. It is ordered ahead, and changed when the task is; the part of it
that is past never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import Push, Sessions

OPENING = 2
"""Seconds before a stream that one play has ended is pushed by the next."""


@dataclass(slots=True)
class Play:
    """A task pushes `key` in [start, end), in UNIX seconds; nothing when it was called off before."""

    key: Key
    start: int
    end: int
    cause: str
    """Why it ends."""


def sessions(plays: Iterable[Play]) -> Sessions:
    """What comes of plays of one stream: who began first holds it, the next takes over when he ends."""
    pushes: list[Push] = []
    for play in sorted(plays, key=lambda play: play.start):
        start = max(play.start, pushes[-1].end + OPENING) if pushes else play.start
        if start < play.end:
            pushes.append(Push(start, play.end, play.cause))
    return Sessions(tuple(pushes))
