"""Recording tasks as both systems order them, by a channel's id or by an LVB code."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from livetui.emulator.answers import Refusal
from livetui.emulator.hosting.tapes import AT_ONCE_FOR, Piece, Tape, span_of

if TYPE_CHECKING:
    from livetui.emulator.hosting.state import Hosting


def ordered(
    hosting: Hosting,
    about: str,
    start: datetime | None,
    end: datetime | None,
    now: datetime,
    *,
    at_once: bool,
    form: str = "flv",
) -> Tape:
    """A new task. Raises Refusal where it can't be: at once needs a push, set times need to be free.

    Tasks that start at once may be there twice: the pages warn of that.
    """
    now = now.replace(microsecond=0)
    if at_once:
        start = now
    if start is None or end is None or end <= start or end <= now:
        raise Refusal("20323", "The start time and end time of the recording task are invalid")
    if at_once and not hosting.live(about, now):
        raise Refusal("20320", "Failed to create recording task: nothing is pushed")
    if not at_once and hosting.tapes.conflict(about, start, end) is not None:
        raise Refusal("20322", "Time conflict between recording tasks")
    if at_once:
        end = min(end, now + AT_ONCE_FOR)
    return hosting.tapes.add(about, start, end, at_once=at_once, form=form)


def tape_of(hosting: Hosting, about: str, ident: str) -> Tape:
    """The task of that id. Raises Refusal 20327."""
    tape = hosting.tapes.find(about, ident)
    if tape is None:
        raise Refusal("20327", "The recording task does not exist")
    return tape


def made_by(hosting: Hosting, tape: Tape, now: datetime) -> list[Piece]:
    """The files a task has made by now, the oldest first."""
    start, end = span_of(tape, now)
    return list(tape.pieces(hosting.pushes(tape.about, start, end), now)) if start < end else []
