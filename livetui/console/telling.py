"""What all that acts stands on: whose session it is, what things are called, where results are said."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.screen import Screen

from livetui.console.session import Session
from livetui.resources.model import Resource, dig
from livetui.watch.things import Thing


def name_of(resource: Resource, thing: Thing) -> str:
    """What a thing is called on the screen: by its name, with the key where that says more."""
    key = "/".join(part for part in thing.identity.key if part)
    called = dig(thing.data, resource.called) if resource.called else None
    if called is not None and str(called) in thing.identity.key:
        return str(called)
    return f"{called} ({key})" if called else key


def target(resource: Resource, thing: Thing) -> dict[str, str]:
    """What a thing is called in the journal."""
    return dict(zip(resource.key, thing.identity.key, strict=True))


def operator() -> str:
    """Who is at the keyboard, for the parameters that ask it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "livetui"


def session_of(screen: Screen[Any]) -> Session:
    session = getattr(screen.app, "session", None)
    if not isinstance(session, Session):
        raise TypeError("this screen needs an open session")
    return session


def tell(screen: Screen[Any], text: str, style: str = "") -> None:
    """Say something on the list screen, where it stays."""
    say(screen.app, text, style)


def refresh(screen: Screen[Any]) -> None:
    poke(screen.app)


def say(app: App[Any], text: str, style: str = "") -> None:
    """The same from where no screen is at hand; an app without a list screen has nowhere to say it."""
    told = getattr(app, "tell", None)
    if told is not None:
        told(text, style)


def poke(app: App[Any]) -> None:
    """Something was changed from here: what is shown is read again."""
    poked = getattr(app, "poke", None)
    if poked is not None:
        poked()
