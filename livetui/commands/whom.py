"""On whose behalf a command runs: the profile that was named, the config's own choice, or the environment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.catalogue import Catalogue
    from livetui.settings import Caution, Config, Credential, Profile

OWN_KEYS = {
    "rpc": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
    "md5": ("LIVETUI_LVB_APPID", "LIVETUI_LVB_KEY", ""),
}
"""By signature scheme: the variables of a key that is none of Tencent's pairs: id, secret, token."""


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


def caller(name: str, catalogue: Catalogue, *, with_credential: bool = True) -> Profile:
    """The profile for a call of one service, with the key that its scheme signs with.

    A profile of another cloud that nobody named stands aside for the environment. Raises what
    `chosen_profile` raises; WrongCloud where the one that was named is of another cloud.
    """
    from livetui.settings import load, paths

    if catalogue.scheme not in OWN_KEYS:
        return chosen_profile(name, with_credential=with_credential)
    config = load(paths().config_file)
    chosen = config.profiles.get(config.choice(name))
    if chosen is None and name:
        return config.profile(name)
    if chosen is not None and chosen.cloud != catalogue.cloud:
        if name:
            raise WrongCloud(
                f"profile {name} is of {chosen.cloud}, {catalogue.service} is of {catalogue.cloud}"
            )
        chosen = None
    if chosen is not None and catalogue.cloud != "tencent":
        return config.profile(chosen.name) if with_credential else chosen
    credential = _own_key(catalogue.scheme, with_credential)
    return replace(chosen or _from_environment(), credential=credential, cloud=catalogue.cloud)


class WrongCloud(Exception):
    """A profile whose account cannot have the service."""


def _own_key(scheme: str, needed: bool) -> Credential | None:
    """The key in the scheme's own variables. Raises CredentialMissing where one is needed and not there."""
    import os

    from livetui.settings import Credential, CredentialMissing

    ident, key, token = (os.environ.get(name, "").strip() for name in OWN_KEYS[scheme])
    if ident and key:
        return Credential(ident, key, token or None, "environment")
    absent = " and ".join(
        name for name, value in zip(OWN_KEYS[scheme], (ident, key), strict=False) if not value
    )
    if needed:
        raise CredentialMissing("environment", f"{absent} not set", f"export {absent}")
    return None


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
