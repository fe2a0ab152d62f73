"""Another profile in the same window: its console is opened, then the one before is closed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from livetui.client import BadCredential, BadEndpoint
from livetui.console.screens.palette import Entry
from livetui.console.session import open_session
from livetui.settings import ConfigError, CredentialMissing, Profile, UnknownProfile, load

if TYPE_CHECKING:
    from livetui.console.app import LivetuiApp


def entries(app: LivetuiApp) -> list[Entry]:
    """The config's profiles, and those that were opened in this window without standing there."""
    session = app.session
    made: list[Entry] = []
    try:
        profiles = dict(load(session.paths.config_file).profiles)
    except ConfigError as error:
        profiles = {}
        said = str(error)
        made.append(Entry("profile …", said, lambda: app.tell(said, "bold red"), 0.7))
    for name, profile in {**app.opened, **profiles}.items():
        if name != session.profile.name:
            made.append(Entry(f"profile {name}", _about(profile), partial(_go, app, name), 0.7))
    return made


def _about(profile: Profile) -> str:
    parts = [", ".join(profile.regions) or "all regions"]
    parts += ["PRODUCTION"] if profile.production else []
    parts += ["read-only"] if profile.read_only else []
    return f"open it in this window: {'; '.join(parts)}"


def _go(app: LivetuiApp, name: str) -> None:
    app.run_worker(switch(app, name), group="switch", exclusive=True)


async def switch(app: LivetuiApp, name: str) -> None:
    """Open the profile's console here; what keeps it from opening is told, and the present one stays."""
    if why := app.busy():
        app.tell(why, "bold")
        return
    before = app.session
    try:
        profile = await asyncio.to_thread(_profile, app, name)
        session = open_session(
            profile,
            before.paths,
            before.clock.wall,
            read_only=before.client.read_only,
            zone=before.zone,
            seconds=before.clock.seconds,
        )
    except (ConfigError, UnknownProfile, CredentialMissing, BadEndpoint, BadCredential) as error:
        app.tell(f"profile {name} could not be opened: {error}", "bold red")
        before.trouble(f"profile {name}", error)
        return
    await app.take_up(session)
    kept = ", read-only as before" if session.client.read_only and not profile.read_only else ""
    app.tell(f"profile {name} opened{kept}; {before.profile.name} is closed", "bold")


def _profile(app: LivetuiApp, name: str) -> Profile:
    """The profile with its credential. Raises ConfigError, UnknownProfile, CredentialMissing."""
    config = load(app.session.paths.config_file)
    if name not in config.profiles and name in app.opened:
        return app.opened[name]
    return config.profile(name)
