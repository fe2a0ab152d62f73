"""On whose behalf a command runs: the profile that was named, the config's own choice, or the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.settings import Caution, Config, Credential, Profile


def chosen_profile(name: str = "", *, with_credential: bool = True) -> Profile:
    """The profile of a command that was told `--profile name`, or nothing.

    Raises ConfigError, UnknownProfile, and CredentialMissing: not that when the profile will do without one.
    """
    from livetui.settings import CredentialMissing, load, paths

    config = load(paths().config_file)
    try:
        return choose(config, name)
    except CredentialMissing:
        if with_credential:
            raise
    return config.profiles.get(config.choice(name)) or _from_environment()


def choose(config: Config, name: str = "") -> Profile:
    """The profile of that name with its credential; without a name the default or only one, else one made
    of TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.

    Raises UnknownProfile when there are profiles and nothing says which, or CredentialMissing.
    """
    from livetui.settings import CredentialMissing, Reference, fetch

    if name or config.choice():
        return config.profile(name)
    try:
        return _from_environment(fetch(Reference("env")))
    except CredentialMissing as error:
        if config.profiles:
            return config.profile()
        remedy = f"{error.remedy}, or run livetui to make a profile"
        raise CredentialMissing(error.where, error.message, remedy) from None


def _from_environment(credential: Credential | None = None) -> Profile:
    import os

    from livetui.settings import Profile, Reference
    from livetui.settings.credentials import REGION

    region = os.environ.get(REGION, "").strip()
    return Profile(
        "environment",
        credential=credential,
        reference=Reference("env"),
        regions=(region,) if region else (),
    )


def cautions(config: Config, profile: Profile) -> tuple[Caution, ...]:
    """What works but should be put right in what the profile was read from."""
    from livetui.settings.discover import caution_of

    own = caution_of(profile.reference) if profile.reference else None
    return (*config.cautions, *((own,) if own else ()))
