"""Replies as they came, with their secrets masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from livetui.catalogue import Action
from livetui.console import telling
from livetui.console.session import Session
from livetui.resources.model import Resource
from livetui.watch.things import Thing


def show(
    screen: Screen[Any],
    session: Session,
    resource: Resource,
    parts: Sequence[tuple[str, Sequence[str]]] = (),
    thing: Thing | None = None,
) -> None:
    """Replies as they came, secrets masked: those of a thing's `parts` (title, lines), then the list's.

    Of a list that was asked for each of several parents, each one's reply; of a thing, its parent's.
    """
    from livetui.console.screens.texts import TextScreen

    if resource.source is None:
        telling.tell(
            screen, f"no service answered for the {resource.title}; Enter shows all of an entry", "bold"
        )
        return
    read = session.poller(resource.id).snapshot.read
    action = session.account.catalogue.action(resource.source.action)
    if read is not None and read.raw:
        replies = [(f", {whose}", raw) for whose, raw in read.raws if raw] or [("", read.raw)]
        own = [one for one in replies if thing is not None and _is_of(thing, one[0])]
        parts = [
            *parts,
            *((f"list, {action.name}{whose}", lines(session, action, raw)) for whose, raw in own or replies),
        ]
    if not parts:
        telling.tell(screen, "no reply to show yet", "bold")
        return
    if len(parts) == 1:
        screen.app.push_screen(TextScreen(f"raw reply of {parts[0][0].removeprefix('list, ')}", parts[0][1]))
        return
    together = [text for title, held in parts for text in (f"-- {title} --", *held)]
    screen.app.push_screen(TextScreen(f"raw replies: {', '.join(title for title, _ in parts)}", together))


def _is_of(thing: Thing, whose: str) -> bool:
    return {*whose.split(", ")} - {""} <= {*thing.identity.key}


def lines(session: Session, action: Action, raw: str) -> list[str]:
    """A reply's JSON, indented, its sensitive members masked."""
    import json

    from livetui.catalogue.mask import anywhere

    try:
        held = json.loads(raw)
    except ValueError:
        return [f"not the documented envelope, {len(raw)} characters"]
    shown = anywhere(session.account.catalogue, action.response, held)
    return json.dumps(shown, indent=2, ensure_ascii=False).splitlines()
