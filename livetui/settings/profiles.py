"""Profiles: one account of one cloud each. How they are written down is in `config_file`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path

from livetui.frozen import frozen
from livetui.settings.credentials import Credential, CredentialMissing, Reference, fetch
from livetui.settings.paths import Caution

SERVED = {"tencent": ("css", "mdp"), "aliyun": ("apsara",)}
"""Cloud -> the services that its profiles have unless they say otherwise."""
SERVICES = {"tencent": ("css", "mdp", "channel", "lvb"), "aliyun": ("apsara",)}
"""Cloud -> all that a profile of it can have."""
CLOUDS = tuple(SERVED)
DEMOS = ("demo", "demo-ali")
"""What the demo's accounts are called in header and journal: no profile may be mistaken for one."""


class ConfigError(Exception):
    """A config that cannot be used: which file, line (from 1; 0 for the file as a whole) and key, and why.

    `str()` is one readable line. It never carries a value of the file: that could be a key.
    """

    def __init__(self, file: Path, line: int, message: str, remedy: str, key: str = "") -> None:
        self.file, self.line, self.key, self.message, self.remedy = file, line, key, message, remedy
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {f'{key}: ' if key else ''}{message}; {remedy}")


class UnknownProfile(Exception):
    """No profile of that name, or none named and no default; `known` holds the names there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        there = f"there are: {', '.join(known)}" if known else "there are none yet"
        super().__init__(f"no profile {name!r}; {there}" if name else f"no profile chosen; {there}")


@frozen
class Profile:
    """One account of one cloud, and how it is to be treated."""

    name: str
    cloud: str = "tencent"
    credential: Credential | None = None
    """None while only `reference` is known; `Config.profile` fills it."""
    reference: Reference | None = None
    regions: tuple[str, ...] = ()
    """Regions in which regional things are listed; empty: every one that an action allows."""
    endpoint: str | None = None
    """URL to send to instead of the service's own host."""
    account: str = ""
    """The account's id, where profiles of one account shall share one rate budget."""
    read_only: bool = False
    production: bool = False
    play_domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Push domain → the play domains that carry its streams; no action tells this."""
    services: tuple[str, ...] = ()
    """Ids of the services that are looked at; empty: those that the cloud is known for."""
    domains: tuple[str, ...] = ()
    """The account's domains, for services of which no action lists them."""
    lvb: Credential | None = None
    """LVB's own: the appid as its id, the API key as its key."""
    lvb_reference: Reference | None = None
    """Where that is kept; `Config.profile` fills `lvb` from it, as far as anything is there."""
    allow_plain_http: bool = False
    """Whether calls may go over plain http, which is all that LVB's hosts have."""
    callback_key: str = field(default="", repr=False)
    """What event notifications are signed with."""
    callback_env: str = ""
    """The environment variable that it is in, where it is not here."""
    poll_streams: float = 15.0
    """Seconds from the end of one poll of the streams in view to the next."""
    poll_others: float = 60.0
    """The same for every other pane."""
    polling_share: float = 0.1
    """The part of an action's documented rate that polling may use, above 0 and at most 1."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Binding id → key, for bindings that were changed."""

    @property
    def served(self) -> tuple[str, ...]:
        """Ids of the services of this profile, the first of which it opens with."""
        return self.services or SERVED[self.cloud]

    def credential_for(self, service: str) -> Credential | None:
        """What signs the calls of one of them; None where the profile has nothing that would."""
        return self.lvb if service == "lvb" else self.credential

    def lacking(self, service: str) -> CredentialMissing:
        """Why there is no credential for one of them, and what to do."""
        reference = self.lvb_reference if service == "lvb" else self.reference
        if reference is not None:
            try:
                fetch(reference)
            except CredentialMissing as error:
                return error
        remedy = f"add [profiles.{self.name}.lvb] with appid and key to config.toml"
        if service != "lvb":
            remedy = "add a credential to it in config.toml"
        return CredentialMissing(f"profile {self.name}", f"it holds no key for {service}", remedy)

    def callback(self, environ: Mapping[str, str] | None = None) -> str:
        """The key of its event notifications; "" where it has none. Raises CredentialMissing."""
        if self.callback_key or not self.callback_env:
            return self.callback_key
        key = (os.environ if environ is None else environ).get(self.callback_env, "").strip()
        if not key:
            name = self.callback_env
            raise CredentialMissing("environment", f"{name} not set", f"export {name}")
        return key


@frozen
class Config:
    """What `config.toml` says; with no file, a config without profiles."""

    file: Path
    exists: bool = False
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    """In the file's order; credentials that are referred to are not fetched."""
    default_profile: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()

    def choice(self, name: str = "") -> str:
        """The name of the profile that is meant: the one named, the default, the only one; "" for none."""
        return name or self.default_profile or (next(iter(self.profiles)) if len(self.profiles) == 1 else "")

    def profile(
        self, name: str = "", environ: Mapping[str, str] | None = None, home: Path | None = None
    ) -> Profile:
        """The profile of that name, its credentials fetched; without a name the default or the only one.

        Raises UnknownProfile, or CredentialMissing when its reference leads nowhere.
        """
        chosen = self.choice(name)
        if chosen not in self.profiles:
            raise UnknownProfile(chosen, tuple(self.profiles))
        return with_keys(self.profiles[chosen], environ=environ, home=home)


def with_keys(
    profile: Profile,
    service: str = "",
    *,
    environ: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Profile:
    """The profile with its credentials fetched, or with that of one service.

    Raises CredentialMissing. That LVB's leads nowhere is no reason: everything else goes without it.
    """
    if profile.lvb_reference is not None:
        with suppress(CredentialMissing):
            profile = replace(profile, lvb=fetch(profile.lvb_reference, environ, home))
    if profile.reference is None or service == "lvb":
        return profile
    return replace(profile, credential=fetch(profile.reference, environ, home))
