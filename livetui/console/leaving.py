"""Ends that nobody at the keyboard asked for, and the start after one.

A hang-up, a termination, a terminal that is gone: what was entered and how the lists stood is put on disk,
then the console ends at once, without a word. The next start on the same profile takes it up again.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from livetui.console.pasted import DRAFT
from livetui.console.session import Session
from livetui.console.table import Left
from livetui.settings import MemoryUnavailable
from livetui.watch.cells import age
from livetui.watch.things import Identity

if TYPE_CHECKING:
    from livetui.console.app import LivetuiApp

WHY = {
    signal.SIGHUP: "the line was cut",
    signal.SIGTERM: "it was ended from outside",
    signal.SIGINT: "it was interrupted",
}
GRACE = 1.5
"""Seconds that calls under way get for their outcome to be put on record."""
AT_LAST = 4.0
"""Seconds after which the process ends, whatever holds it up."""
MOST_MARKS = 1000
NAMED_DRAFTS = 2
"""Drafts that are called by name."""


class Watch:
    """Notices the end of the line for an app that runs in a terminal."""

    def __init__(self, app: LivetuiApp) -> None:
        self._app = app
        self._loop = asyncio.get_running_loop()
        self._cut = False

    def begin(self) -> None:
        """Listen for signals, and for the terminal to go: a process that leads no session gets no signal."""
        for number in WHY:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._loop.add_signal_handler(number, self.cut, WHY[number], 128 + number)
        threading.Thread(target=self._wait_for_the_end, name="livetui-line", daemon=True).start()

    def _wait_for_the_end(self) -> None:
        line = select.poll()
        line.register(sys.stdin.fileno(), 0)
        line.poll()
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.cut, WHY[signal.SIGHUP], 128 + signal.SIGHUP)

    def cut(self, why: str, code: int) -> None:
        """Keep what there is to keep, and end."""
        if self._cut:
            return
        self._cut = True
        last = threading.Timer(AT_LAST, os._exit, (code,))
        last.daemon = True
        last.start()
        self._app.cut_off = code
        keep(self._app, why)
        self._ending = self._loop.create_task(self._end(code))

    async def _end(self, code: int) -> None:
        session = self._app.session
        for run in session.runs:
            run.stop("the console was ended")
        patience = self._loop.time() + GRACE
        while _writing(session) and self._loop.time() < patience:  # noqa: ASYNC110
            # Whoever is ended waits for whatever may be under way: nothing tells the end of all of it.
            await asyncio.sleep(0.02)
        self._app.exit(code)


def _writing(session: Session) -> bool:
    return any(one.writes_under_way for one in session.window.sessions.values())


def keep(app: LivetuiApp, why: str) -> None:
    """Put the drafts of every open screen on disk, and how the list stands."""
    for screen in app.screen_stack:
        keep_draft = getattr(screen, "keep", None)
        if keep_draft is not None:
            keep_draft()
    session, lists = app.session, app.lists
    lists.remember()
    left = lists.table.left
    marks = [_kept(mark) for mark in left.marks if isinstance(mark, Identity)]
    how = {
        "why": why,
        "resource": lists.resource.id,
        "filter": lists.table.filter_text,
        "cursor": _kept(left.cursor) if isinstance(left.cursor, Identity) else None,
        "marks": sorted(marks)[:MOST_MARKS],
        "open": [title for screen in app.screen_stack if (title := getattr(screen, "unfinished", ""))],
        "beside": session.window.profiles[1:],
        "runs": [f"{run.verb.label} {len(run.items)}" for run in session.runs if not run.ended.is_set()],
    }
    try:
        session.memory.leave(session.profile.name, how)
    except MemoryUnavailable as error:
        session.trouble("view", error)


def _kept(identity: Identity) -> list[str]:
    return [identity.profile, identity.kind, identity.region, *identity.key]


# The next start.


def left_at(session: Session) -> Mapping[str, Any]:
    """How the profile's console was cut off, taken up by this start alone; empty when it was not."""
    window = session.window
    found = session.memory.take_left(session.profile.name)
    if found and found.get("resource") not in window.book.resources:
        window.complete()
    if found and found.get("resource") not in window.book.resources:
        # Of a profile that is not open this time; what was not sent is told all the same.
        return {**found, "resource": window.home, "filter": "", "cursor": None, "marks": []}
    return found


async def take_up(app: LivetuiApp, left: Mapping[str, Any]) -> None:
    """Marks and cursor as they were, once the list has been read; and a word on all that was kept."""
    session, lists = app.session, app.lists
    said = told(session, left)
    if said:
        app.tell(said, "bold")
    if not left:
        return
    await app.completed.wait()
    cursor, marks = _identity(session, left.get("cursor")), _marks(session, left)
    for identity in {cursor, *marks}:
        if identity is not None:
            await session.of(identity).own_poller(identity.kind).known.wait()
    if lists.resource.id != left["resource"]:
        return
    table = lists.table
    now = table.left
    table.restore(Left(now.marks | marks, cursor or now.cursor, now.line, now.top))
    app.tell(said, "bold")


def told(session: Session, left: Mapping[str, Any]) -> str:
    """One line on what was kept; empty when there is nothing."""
    drafts = [draft for draft in session.memory.drafts(session.profile.name) if draft.values]
    forms = _named([_called(draft.form) for draft in drafts])
    kept = f"draft{'s' if len(drafts) > 1 else ''} kept: {forms}" if drafts else ""
    if not left:
        return kept
    resource = session.resource(str(left["resource"]))
    pane = session.book.pane_of(resource.id).title.lower()
    parts = [pane if pane == resource.title else f"{pane} {resource.title}"]
    parts += [f"/{left['filter']}"] if isinstance(left.get("filter"), str) and left["filter"] else []
    cursor, marks = _identity(session, left.get("cursor")), _marks(session, left)
    parts += [f"on {cursor.key[-1]}"] if cursor else []
    parts += [f"{len(marks)} marked"] if marks else []
    made = [f"as you left it{_ago(session, left)} ({left.get('why', 'it ended')}): {', '.join(parts)}"]
    beside = [one for one in _list(left.get("beside")) if one not in session.window.profiles]
    made += [f"{one} was open beside it (: beside {one})" for one in beside]
    made += [f"not sent: {one}" for one in _list(left.get("open")) if isinstance(one, str)]
    made += [f"cut off: {one}; the journal has each call" for one in _list(left.get("runs"))]
    return "; ".join([*made, *([kept] if kept else [])])


def _ago(session: Session, left: Mapping[str, Any]) -> str:
    try:
        passed = (session.now() - datetime.fromisoformat(str(left.get("at")))).total_seconds()
    except (ValueError, TypeError):
        return ""
    return f" {age(passed)} ago" if passed >= 0 else ""


def _called(form: str) -> str:
    return "a list of streams (L)" if form == DRAFT else form.partition("/")[2].partition("/")[0] or form


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED_DRAFTS])
    return f"{shown} and {len(names) - NAMED_DRAFTS} more" if len(names) > NAMED_DRAFTS else shown


def _marks(session: Session, left: Mapping[str, Any]) -> frozenset[Identity]:
    marks = (_identity(session, kept) for kept in _list(left.get("marks")))
    return frozenset(one for one in marks if one is not None)


def _identity(session: Session, kept: object) -> Identity | None:
    """What was kept of a thing; None for one of a profile or a list that is not open."""
    words = _list(kept)
    if len(words) < 4 or not all(isinstance(word, str) for word in words):
        return None
    profile, kind, region, *key = words
    window = session.window
    books = [window.book, *(one.account.book for one in window.of_profile(profile))]
    known = profile in window.profiles and any(kind in book.resources for book in books)
    return Identity(profile, region, kind, tuple(key)) if known else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
