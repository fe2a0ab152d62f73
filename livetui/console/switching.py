"""Other profiles in the same window: in the place of the one in front, or beside it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from livetui import catalogue, resources
from livetui.client import BadCredential, BadEndpoint
from livetui.console.screens.palette import Entry
from livetui.console.session import Session, join
from livetui.resources.union import ALL_STREAMS
from livetui.settings import ConfigError, CredentialMissing, Profile, UnknownProfile, load

if TYPE_CHECKING:
    from livetui.console.app import LivetuiApp
    from livetui.console.window import Window


def entries(app: LivetuiApp) -> list[Entry]:
    """The config's profiles, and those that were opened in this window without standing there."""
    session, window = app.session, app.session.window
    made: list[Entry] = []
    try:
        profiles = dict(load(session.paths.config_file).profiles)
    except ConfigError as error:
        profiles = {}
        said = str(error)
        made.append(Entry("profile …", said, lambda: app.tell(said, "bold red"), 0.7))
    for name, profile in {**app.opened, **profiles}.items():
        if name == session.profile.name:
            continue
        about = _about(profile)
        if name in window.profiles:
            made.append(
                Entry(f"profile {name}", f"bring to the front: {about}", partial(_go, app, name), 0.7)
            )
            made.append(Entry(f"without {name}", "close it", partial(_without, app, name), 0.6))
        else:
            made.append(
                Entry(f"profile {name}", f"open it in this window: {about}", partial(_go, app, name), 0.7)
            )
            made.append(
                Entry(f"beside {name}", f"open it as well: {about}", partial(_beside, app, name), 0.65)
            )
    return made


def _about(profile: Profile) -> str:
    where = f"{len(profile.domains)} domains" if profile.domains else ", ".join(profile.regions)
    parts = [profile.cloud, where or "all regions"]
    parts += ["PRODUCTION"] if profile.production else []
    parts += ["read-only"] if profile.read_only else []
    return "; ".join(parts)


def _go(app: LivetuiApp, name: str) -> None:
    app.run_worker(switch(app, name), group="act")


def _beside(app: LivetuiApp, name: str) -> None:
    app.run_worker(beside(app, name), group="act")


def _without(app: LivetuiApp, name: str) -> None:
    app.run_worker(without(app, name), group="act")


async def switch(app: LivetuiApp, name: str) -> None:
    """Show the profile's panes; one that is open beside others stays so, else it takes the place of this one.

    What keeps it from opening is told, and the present one stays.
    """
    if why := app.busy():
        app.tell(why, "bold")
        return
    window, before = app.session.window, app.session
    kept = len(window.profiles) > 1
    if name in window.profiles:
        await app.alone()
        app.take_up(window.bring_to_front(name))
        app.tell(f"profile {name} is in front; {_beside_it(window)}", "bold")
        return
    if await _join(app, name) is None:
        return
    await app.alone()
    opened = window.bring_to_front(name)
    closed = [] if kept else window.let_go(before.profile.name)
    app.take_up(opened)
    what = _beside_it(window) if kept else f"{before.profile.name} is closed"
    app.tell(f"profile {name} opened{_read_only(opened)}; {what}", "bold")
    await app.close(closed)


async def beside(app: LivetuiApp, name: str) -> None:
    """Open a profile as well: the list of all sources has its streams."""
    opened = await _join(app, name)
    if opened is None:
        return
    window = opened.window
    lists = "; all sources lists both" if ALL_STREAMS.id in window.book.resources else ""
    app.tell(f"profile {name} is open beside {window.front}{_read_only(opened)}{lists}", "bold")
    app.complete()


async def without(app: LivetuiApp, name: str) -> None:
    """Close a profile that is not in front."""
    if why := app.busy():
        app.tell(why, "bold")
        return
    await app.alone()
    closed = app.session.window.let_go(name)
    app.lists.renew()
    app.tell(f"profile {name} is closed", "bold")
    await app.close(closed)


def _beside_it(window: Window) -> str:
    others = ", ".join(window.profiles[1:])
    return f"{others} open beside it" if others else "nothing else is open"


def _read_only(opened: Session) -> str:
    return ", read-only as before" if opened.window.read_only and opened.may_write else ""


async def _join(app: LivetuiApp, name: str) -> Session | None:
    """The profile as another of this window's; None, with the reason told, where it can't be opened."""
    before = app.session
    try:
        profile = await asyncio.to_thread(_profile, app, name)
        opened = join(before.window, profile)
        app.lists.renew()
        return opened
    except (ConfigError, UnknownProfile, CredentialMissing, BadEndpoint, BadCredential) as error:
        app.tell(f"profile {name} could not be opened: {error}", "bold red")
        before.trouble(f"profile {name}", error)
        return None


def _profile(app: LivetuiApp, name: str) -> Profile:
    """The profile with its credential. Raises ConfigError, UnknownProfile, CredentialMissing.

    Its first service's documents are read by the way: that takes long enough to hold a key.
    """
    config = load(app.session.paths.config_file)
    known = name in config.profiles or name not in app.opened
    profile = config.profile(name) if known else app.opened[name]
    catalogue.load(profile.served[0])
    resources.book(profile.served[0])
    return profile
