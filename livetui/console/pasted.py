"""The pasted list of streams, from the typing of it until every call for it has been sent.

It is a draft until then: a console that is cut off in the middle of a run, even killed, offers it again, and
tells by the journal which of its lines were sent.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.console.session import Session
    from livetui.operations.bulk import Run, Stage

DRAFT = "paste"
_UNSENT: frozenset[Stage] = frozenset({"pending", "cancelled", "not sent"})


async def text(session: Session) -> str:
    """The list as it was left. Of a run that was cut off, the lines that were sent are comments at its end.

    Nothing while a run over it is under way: the next list is another. Reads the journal in that case alone.
    """
    draft = session.drafts().load(DRAFT) or {}
    kept = str(draft.get("text") or "")
    if not draft.get("action"):
        return kept
    if any(_names(run) == kept for run in session.runs if not run.ended.is_set()):
        return ""
    try:
        since = datetime.fromisoformat(str(draft.get("since")))
        sent = await asyncio.to_thread(
            _sent, session.paths.journal_file, session.profile.name, draft["action"], since
        )
    except OSError as error:
        session.trouble("journal", error)
        return f"# the journal can't be read: {error.strerror}; some of these may have been sent\n{kept}"
    except (ValueError, TypeError):  # a draft that somebody edited
        return kept
    names = [name for name in kept.split("\n") if name]
    made = [name for name in names if name not in sent]
    made += [f"# {sent[name]}: {name}" for name in names if name in sent]
    return "".join(f"{one}\n" for one in made)


def _sent(path: Path, profile: str, action: str, since: datetime) -> dict[str, str]:
    """What became of each stream that a run was begun for, unless that is known to be nothing.

    Raises OSError, and TypeError for a time without its zone.
    """
    from livetui.operations.journal import pair, read

    made: dict[str, str] = {}
    for record in pair(read(path)):
        intent, settled = record.intent, record.settled
        if intent.at < since or (intent.profile, intent.action) != (profile, action):
            continue
        if settled.effective if settled is not None else record.perhaps_done:
            word = record.status if settled is None else "took effect"
            made |= dict.fromkeys(intent.names, word)
    return made


def begun(session: Session, run: Run) -> None:
    """Keep the list of a run that begins."""
    since = session.now().isoformat(timespec="seconds")
    session.drafts().save(DRAFT, {"text": _names(run), "action": _action(run), "since": since})


def ended(session: Session, run: Run) -> str:
    """Leave as the list what was never sent; returns a word on it, to say beside the run's own."""
    drafts = session.drafts()
    kept = drafts.load(DRAFT) or {}
    if (kept.get("text"), kept.get("action")) != (_names(run), _action(run)):
        return ""  # another list has been begun since
    rest = _names(run, _UNSENT)
    if not rest:
        drafts.drop(DRAFT)
        return ""
    drafts.save(DRAFT, {"text": rest})
    count = rest.count("\n")  # a name may have other line ends in it
    return f"; L has the {count} that were not sent"


def _action(run: Run) -> str:
    return run.items[0].planned.action.name


def _names(run: Run, stages: frozenset[Stage] | None = None) -> str:
    """Its streams, a line each: all, or those whose calls are at these stages."""
    return "".join(
        f"{'/'.join(thing.identity.key)}\n"
        for item in run.items
        if stages is None or item.stage in stages
        for thing in item.things
    )
