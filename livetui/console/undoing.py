"""The way back of what was done from here: confirmed like anything else."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from livetui.console import acting, telling
from livetui.console.after import Deed, call_back_of, things_back
from livetui.console.bulk import bulk
from livetui.console.screens.confirm import ConfirmScreen, Question
from livetui.console.session import Session
from livetui.operations.guard import Planned
from livetui.operations.undo import verb_back


def undo(screen: Screen[Any]) -> None:
    """Undo the last thing done from here that has a way back; it is confirmed like anything else."""
    session = telling.session_of(screen)
    if not session.deeds:
        telling.tell(screen, "nothing that was done from here can be undone", "bold")
        return
    deed = session.deeds[-1]
    owner = session.window.sessions.get(deed.whose)
    if owner is None:
        telling.tell(screen, f"{deed.what} was done by profile {deed.whose[0]}: open it first", "bold")
        return
    screen.run_worker(_undo(screen, owner, deed), group="act", exclusive=True)


async def _undo(screen: Screen[Any], session: Session, deed: Deed) -> None:
    found = verb_back(session.account.book, deed.verb) if deed.verb is not None else None
    if found is None:
        await _undo_call(screen, session, deed)
        return
    resource, verb = found
    things = things_back(session, resource, verb, deed.done)
    if len(things) == 1:
        await acting.do(screen, resource, verb, things[0], undoes=deed)
    else:
        await bulk(screen, resource, verb, things, undoes=deed)


async def _undo_call(screen: Screen[Any], session: Session, deed: Deed) -> None:
    planned = call_back_of(session, deed)
    if planned is None:
        return
    done = await screen.app.push_screen_wait(ConfirmScreen(session, _question(deed, planned)))
    if done is None:
        telling.tell(screen, f"undo {deed.what}: not done")
        return
    await acting.report(screen, session, done, f"undo {deed.what}", undoes=deed)


def _question(deed: Deed, planned: Planned) -> Question:
    return Question(
        title=f"Undo: {deed.what}",
        verb="undo it",
        action=planned.action,
        make=lambda answers, seen: planned,
        region=planned.region,
        warns=planned.action.summary if planned.action.effect == "destructive" else "",
    )
