"""From a profile to its way into a service: the one place where an `Account` is made of settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from livetui.catalogue import load
from livetui.client import Budget, Client
from livetui.resources import book
from livetui.settings import CredentialMissing, Profile
from livetui.watch.gather import Account


def open_account(
    profile: Profile,
    service: str,
    *,
    now: Callable[[], datetime],
    budget: Budget | None = None,
    read_only: bool = False,
    client: Client | None = None,
) -> Account:
    """The profile's account at one service. Nothing is sent yet.

    Raises CredentialMissing where the profile has no key for that service, PlainHttpRefused where the
    service has plain http only and the profile does not allow it, UnknownService.
    """
    catalogue = load(service)
    credential = profile.credential_for(service)
    if credential is None:
        where = f"profile {profile.name}"
        raise CredentialMissing(where, f"it holds no key for {service}", "add one to config.toml")
    client = client or Client(
        catalogue,
        credential,
        endpoint=profile.endpoint,
        account=profile.account or credential.secret_id,
        allow_plain_http=profile.allow_plain_http,
        read_only=read_only or profile.read_only,
        now=now,
        budget=budget,
    )
    return Account(
        profile.name, client, catalogue, book(service), tuple(profile.regions), now, tuple(profile.domains)
    )
