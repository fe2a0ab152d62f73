"""From a profile to its way into a service: the one place where an `Account` is made of settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from livetui.catalogue import Catalogue, load
from livetui.client import Budget, Client
from livetui.client.wire import Signature, home
from livetui.client.wire import endpoint as read_endpoint
from livetui.resources import book
from livetui.settings import Profile
from livetui.watch.gather import Account

_VENDORS = (".tencentcloudapi.com", ".qcloud.com", ".aliyuncs.com")


def open_account(
    profile: Profile,
    service: str,
    *,
    now: Callable[[], datetime],
    budget: Budget | None = None,
    read_only: bool = False,
    client: Client | None = None,
    endpoint: str | None = None,
    signature: Signature = "tc3",
) -> Account:
    """The profile's account at one service. Nothing is sent yet. `endpoint` goes before the profile's.

    Raises CredentialMissing where the profile has no key for that service, PlainHttpRefused where the
    service has plain http only and the profile does not allow it, BadEndpoint, BadCredential, UnknownService.
    """
    catalogue = load(service)
    credential = profile.credential_for(service)
    if credential is None:
        raise profile.lacking(service)
    client = client or Client(
        catalogue,
        credential,
        endpoint=endpoint or endpoint_of(profile, catalogue),
        account=profile.account or credential.secret_id,
        # For those that have nothing else; the others are not to be led off https by the way.
        allow_plain_http=profile.allow_plain_http and is_plain(catalogue),
        read_only=read_only or profile.read_only,
        now=now,
        budget=budget,
        signature=signature,
    )
    return Account(
        profile.name, client, catalogue, book(service), tuple(profile.regions), now, tuple(profile.domains)
    )


def is_plain(catalogue: Catalogue) -> bool:
    """Whether the service's own hosts have plain http and nothing else."""
    return home(catalogue).startswith("http://")


def endpoint_of(profile: Profile, catalogue: Catalogue) -> str | None:
    """The profile's endpoint; None, for the service's own, where that is another service's host.

    Raises BadEndpoint.
    """
    if profile.endpoint is None:
        return None
    host = read_endpoint(profile.endpoint, allow_plain_http=True).host
    vendor = next((suffix for suffix in _VENDORS if host.endswith(suffix)), "")
    own = catalogue.host.endswith(vendor) and host.partition(".")[0] == catalogue.host.partition(".")[0]
    return profile.endpoint if own or not vendor else None
