"""The pasted list of streams, from the typing of it until every call for it has been sent.

It is a draft until then: a console that is cut off in the middle of a run, even killed, offers it again, and
tells by the journal which of its lines were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetui.console.session import Session
    from livetui.operations.bulk import Run, Stage
    from livetui.operations.journal import Record

DRAFT = "paste"
_UNSENT: frozenset[Stage] = frozenset({"pending", "cancelled", "not sent"})


def text(session: Session) -> str:
    """The list as it was left. Of a run that was cut off, the lines that were sent are comments at its end.

    Nothing while a run over it is under way: the next list is another. Reads the journal in that case alone.
    """
    draft = session.drafts().load(DRAFT) or {}
    kept = str(draft.get("text") or "")
    if not draft.get("action"):
        return kept
    if any(_names(run, None) == kept for run in session.runs if not run.ended.is_set()):
        return ""
    try:
        sent = _sent(session.paths.journal_file, session.profile.name, draft)
    except OSError as error:
        session.trouble("journal", error)
        return f"# the journal can't be read: {error.strerror}; some of these may have been sent\n{kept}"
    except (ValueError, TypeError):  # a draft that somebody edited
        return kept
    names = [name for name in kept.split("\n") if name]
    made = [name for name in names if name not in sent]
    made += [f"# {sent[name]}: {name}" for name in names if name in sent]
    return "".join(f"{one}\n" for one in made)


def _sent(path: Path, profile: str, draft: Mapping[str, Any]) -> dict[str, str]:
    """What became of each stream that a run was begun for, unless that is known to be nothing.

    Raises OSError, and ValueError where the draft has no time.
    """
    from livetui.operations.journal import pair, read

    since = datetime.fromisoformat(str(draft.get("since")))
    made: dict[str, str] = {}
    for record in pair(read(path)):
        intent = record.intent
        if intent.at < since or (intent.profile, intent.action) != (profile, draft.get("action")):
            continue
        for target in intent.target:
            if _did_something(record) and isinstance(target, Mapping):
                name = "/".join(str(part) for part in target.values())
                made[name] = "took effect" if record.settled else record.status
    return made


def _did_something(record: Record) -> bool:
    if record.settled is not None:
        return record.settled.effective
    return record.status in ("accepted", "unknown")


def begun(session: Session, run: Run) -> Callable[[], str]:
    """Keep the list of a run that begins; gives what is to be called at its end.

    That leaves as the list what was never sent, and returns a word on it.
    """
    since = session.now().isoformat(timespec="seconds")
    kept = {"text": _names(run, None), "action": run.items[0].planned.action.name, "since": since}
    session.drafts().save(DRAFT, kept)

    def ended() -> str:
        drafts = session.drafts()
        if drafts.load(DRAFT) != kept:  # another list has been begun since
            return ""
        rest = _names(run, _UNSENT)
        if not rest:
            drafts.drop(DRAFT)
            return ""
        drafts.save(DRAFT, {"text": rest})
        return f"; L has the {rest.count(chr(10))} that were not sent"

    return ended


def _names(run: Run, stages: frozenset[Stage] | None) -> str:
    return "".join(
        f"{'/'.join(thing.identity.key)}\n"
        for item in run.items
        if stages is None or item.stage in stages
        for thing in item.things
    )
