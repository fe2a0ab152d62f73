"""On whose behalf a command runs: the profile that was named, the config's own choice, or the environment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.client.wire import Signature
    from livetui.settings import Caution, Config, Profile
    from livetui.watch.gather import Account

ENVIRONMENT = "environment"
"""The name of a profile that is made of what the environment holds."""


class WrongCloud(Exception):
    """A profile whose account cannot have the service."""


def profile_for(name: str = "", service: str = "", *, with_credential: bool = True) -> Profile:
    """As `choose`, from the config of this user. Raises ConfigError too."""
    from livetui.settings import load, paths

    return choose(load(paths().config_file), name, service, with_credential=with_credential)


def choose(config: Config, name: str = "", service: str = "", *, with_credential: bool = True) -> Profile:
    """The profile of that name with its credential; without a name the default or the only one, else one made
    of the environment.

    For a call of one `service` its cloud has a say: a profile that nobody named and that is of another cloud
    stands aside for the only one of that cloud, else for the environment. Without `with_credential` a profile
    may be given back that has none. Raises UnknownProfile when there are profiles and nothing says which,
    WrongCloud where the one that was named is of another cloud, or CredentialMissing.
    """
    from livetui.settings import CredentialMissing
    from livetui.settings.profiles import with_keys

    cloud = _cloud_of(service)
    chosen = _chosen(config, name, cloud)
    if chosen is None:
        return _from_environment(config, cloud, service, with_credential)
    made = _with_lvb(chosen) if service == "lvb" else chosen
    try:
        made = with_keys(made, service)
        if with_credential and service and made.credential_for(service) is None:
            raise made.lacking(service)
    except CredentialMissing:
        if with_credential:
            raise
    return made


def _cloud_of(service: str) -> str:
    """The cloud that has the service; "" for none in particular."""
    from livetui.settings.profiles import SERVICES

    return next((cloud for cloud, services in SERVICES.items() if service in services), "")


def _chosen(config: Config, name: str, cloud: str) -> Profile | None:
    """The profile that is meant, its credential not fetched; None where that is the environment."""
    from livetui.settings import UnknownProfile

    meant = config.profiles.get(config.choice(name))
    if name and meant is None:
        raise UnknownProfile(name, tuple(config.profiles))
    if meant is None or cloud in ("", meant.cloud):
        return meant
    if name:
        raise WrongCloud(f"profile {name} is of {meant.cloud}, and this is of {cloud}")
    of_cloud = [profile for profile in config.profiles.values() if profile.cloud == cloud]
    return of_cloud[0] if len(of_cloud) == 1 else None


def _with_lvb(profile: Profile) -> Profile:
    """A profile that says nothing of LVB's key has the environment's."""
    from livetui.settings import Reference

    if profile.lvb is not None or profile.lvb_reference is not None:
        return profile
    return replace(profile, lvb_reference=Reference("env", "lvb"))


def _from_environment(config: Config, cloud: str, service: str, with_credential: bool) -> Profile:
    """A profile of the first cloud whose key is in the environment; of `cloud` where that is told."""
    import os

    from livetui.settings import CredentialMissing, Profile, Reference, UnknownProfile
    from livetui.settings.credentials import REGION
    from livetui.settings.profiles import CLOUDS, with_keys

    region = os.environ.get(REGION, "").strip()
    made = [
        Profile(
            ENVIRONMENT,
            cloud=one,
            reference=None if service == "lvb" else Reference("env", "" if one == "tencent" else one),
            lvb_reference=Reference("env", "lvb") if service == "lvb" else None,
            regions=(region,) if region and one == "tencent" else (),
            services=(service,) if service else (),
        )
        for one in ([cloud] if cloud else CLOUDS)
    ]
    missing = []
    for profile in made:
        try:
            found = with_keys(profile, service)
            if found.credential_for(service) is None:
                raise found.lacking(service)
        except CredentialMissing as error:
            missing.append(error)
        else:
            return found
    if not with_credential:
        return made[0]
    known = tuple(one.name for one in config.profiles.values() if cloud in ("", one.cloud))
    if known:
        raise UnknownProfile("", known)
    first = missing[0]
    raise CredentialMissing(first.where, first.message, f"{first.remedy}, or run livetui to make a profile")


def account_of(
    profile: Profile,
    service: str,
    *,
    read_only: bool = False,
    endpoint: str | None = None,
    signature: Signature = "tc3",
) -> Account:
    """The profile's account at one service, within the rate that this user's programs share.

    Raises what `open_account` raises.
    """
    from livetui.client import Budget
    from livetui.settings import paths
    from livetui.watch.cells import utc_now
    from livetui.watch.opening import open_account

    return open_account(
        profile,
        service,
        now=utc_now,
        budget=Budget(polling_share=profile.polling_share, shared=paths().state / "budget"),
        read_only=read_only,
        endpoint=endpoint,
        signature=signature,
    )


def with_any_key(profile: Profile) -> Profile:
    """The profile with a key that is none in place of each that it lacks: for what is not sent anywhere."""
    from livetui.settings import Credential

    none = Credential("no-credential", "no-credential")
    return replace(profile, credential=profile.credential or none, lvb=profile.lvb or none)


def cautions(config: Config, profile: Profile) -> tuple[Caution, ...]:
    """What works but should be put right in what the profile was read from."""
    from livetui.settings.discover import caution_of

    own = caution_of(profile.reference) if profile.reference else None
    return (*config.cautions, *((own,) if own else ()))
