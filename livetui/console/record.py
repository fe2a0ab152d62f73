"""Whether what is done can be put on record: looked at again and again, and said up front."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.console.app import LivetuiApp
    from livetui.console.session import Session

EVERY = 15.0
"""Seconds between two looks at the disk."""
SOON = 5.0
"""The same while the journal can't be kept."""


async def watch(app: LivetuiApp, session: Session) -> None:
    """Keep `session.unkept` true, and tell the operator when it changes; until cancelled."""
    # The guard is not there yet when the first frame is painted; making it must not hold the loop.
    await asyncio.to_thread(import_module, "livetui.operations.guard")
    guard = session.guard
    while True:
        session.look_at_disk.clear()
        trouble = await asyncio.to_thread(guard.check)
        before, session.window.unkept = session.unkept, str(trouble or "")
        if trouble is not None and not before:
            session.trouble("journal", trouble)
            app.tell("writes are refused until the journal can be kept; reads go on", "bold red")
        elif before and not trouble:
            app.tell("the journal can be kept again: nothing is refused any more", "bold")
        if session.unkept != before:
            app.draw_bars()
        try:
            await asyncio.wait_for(session.look_at_disk.wait(), SOON if trouble else EVERY)
        except TimeoutError:
            continue
