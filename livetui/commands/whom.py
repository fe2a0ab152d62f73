"""On whose behalf a command runs: the profile that was named, the config's own choice, or the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.settings import Profile


class NoProfile(Exception):
    """There is no credential to use; the text says what to do."""


def chosen_profile(name: str = "") -> Profile:
    """The profile of that name with its credential; without a name the default or only one, else one made
    of TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY. Raises NoProfile."""
    import os

    from livetui.settings import (
        ConfigError,
        CredentialMissing,
        Profile,
        Reference,
        UnknownProfile,
        fetch,
        load,
        paths,
    )

    try:
        config = load(paths().config_file)
        if name or config.default_profile or len(config.profiles) == 1:
            return config.profile(name)
        credential = fetch(Reference("env"))
    except (ConfigError, UnknownProfile) as error:
        raise NoProfile(str(error)) from None
    except CredentialMissing as error:
        raise NoProfile(
            f"{error}; set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or name a --profile"
        ) from None
    region = os.environ.get("TENCENTCLOUD_REGION", "").strip()
    return Profile("environment", credential=credential, regions=(region,) if region else ())
