"""`livetui doctor`: looks at everything that has to be right, and says what to do where it is not."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from livetui.catalogue import Catalogue
    from livetui.client.wire import Endpoint
    from livetui.operations.doctor import Check
    from livetui.operations.reach import Reach
    from livetui.settings import Config, Credential, Found, Profile
    from livetui.watch.gather import Account

WIDTH = 80
LABEL = 22


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", metavar="NAME", default="", help="the profile to look at")
    parser.add_argument("--endpoint", metavar="URL", help="ask this endpoint instead of the profile's")
    parser.add_argument("--json", action="store_true", help="a JSON list")


def run(args: argparse.Namespace) -> int:
    """Print every check; exit code 0 when none failed, else 1."""
    checks = []
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    for check in examine(args.profile, args.endpoint):
        checks.append(check)
        if not args.json:
            sys.stdout.writelines(f"{line}\n" for line in lines(check))
            sys.stdout.flush()
    if args.json:
        sys.stdout.write(json.dumps([asdict(check) for check in checks], indent=1) + "\n")
    return 1 if any(check.status == "fail" for check in checks) else 0


def examine(name: str, endpoint: str | None) -> Iterator[Check]:
    """Every check in turn; those further along are left out where what they need is missing."""
    from livetui.operations import doctor
    from livetui.settings import ConfigError, discover, load, paths

    where, config, broken = paths(), None, None
    try:
        config = load(where.config_file)
    except ConfigError as error:
        broken = error
    yield doctor.config_check(where, config, broken)
    yield from doctor.permission_checks(where, config)
    yield doctor.state_check(where, utc_now())
    found = discover()
    profile, trouble, remedy = choose(config, name, found)
    yield from doctor.credential_check(profile, trouble, found, remedy)
    yield from doctor.terminal_checks(os.environ, _size(), _encoding(), sys.stdout.isatty())
    if profile is not None:
        yield from examine_cloud(profile, endpoint)


def choose(config: Config | None, name: str, found: list[Found]) -> tuple[Profile | None, str, str]:
    """The profile to examine, or None, why, and what to do. Without profiles, one of the credential found
    first.
    """
    from livetui.commands import whom
    from livetui.settings import CredentialMissing, Profile, UnknownProfile

    if config is None:
        return None, "the config cannot be read", ""
    try:
        return whom.choose(config, name), "", ""
    except UnknownProfile as error:
        return None, str(error), ""
    except CredentialMissing as error:
        if name or config.profiles:
            return None, f"{error.where}: {error.message}", error.remedy
    usable = next((place for place in found if place.credential), None)
    if usable is None:
        return None, "", ""
    made = Profile(
        "(none)",
        cloud=usable.cloud,
        credential=usable.credential,
        reference=usable.reference,
        regions=(usable.region,) if usable.region and usable.cloud == "tencent" else (),
    )
    return made, "", ""


def examine_cloud(profile: Profile, endpoint: str | None) -> Iterator[Check]:
    """The checks that need the network: of each service that the profile has."""
    from livetui.catalogue import load
    from livetui.operations import doctor
    from livetui.operations.permissions import needs_domains
    from livetui.resources import book

    catalogues = [load(service) for service in profile.served]
    known = dict.fromkeys(region for catalogue in catalogues for region in catalogue.regions)
    if known:
        yield doctor.region_check(profile, tuple(known))
    if any(needs_domains(book(service)) for service in profile.served):
        yield doctor.domains_check(profile)
    seen = Seen({}, [])
    for catalogue in catalogues:
        checks = _of_service(profile, catalogue, endpoint, seen)
        unasked = not profile.services and catalogue.service != profile.served[0]
        yield from (doctor.forgiven(check, profile) for check in checks) if unasked else checks


class Seen(NamedTuple):
    """What was found out at the services looked at so far."""

    reached: dict[str, Reach]
    """By URL."""
    refused: list[Credential]
    """Keys that a service does not know."""


def _of_service(profile: Profile, catalogue: Catalogue, endpoint: str | None, seen: Seen) -> Iterator[Check]:
    import asyncio

    from livetui.client import BadCredential, BadEndpoint
    from livetui.commands.whom import account_of
    from livetui.operations import reach
    from livetui.operations.doctor import Check, key_check
    from livetui.settings import CredentialMissing

    service = catalogue.service
    try:
        places = _places(profile, catalogue, endpoint)
        if profile.credential_for(service) is not profile.credential:
            check = key_check(profile, service)
            yield check
            if check.status == "fail":
                return
        if reach.is_open(places):
            yield reach.open_check(catalogue, places)
        for place in places:
            yield from _reach(place, seen)
        if any(seen.reached[place.url].stage != "answered" for place in places):
            yield Check("permissions", "warn", f"{service} not asked: the endpoint cannot be reached")
            return
        account = account_of(profile, service, read_only=True, endpoint=endpoint)
    except BadEndpoint as error:
        yield Check("network", "fail", f"{service}: {error}", error.remedy)
    except BadCredential as error:
        yield Check("permissions", "fail", error.message, error.remedy)
    except CredentialMissing as error:
        yield Check("permissions", "fail", f"{service} not asked: {error.message}", error.remedy)
    else:
        key = profile.credential_for(service)
        if key in seen.refused:
            yield Check("permissions", "warn", f"{service} not asked: the key was refused")
            return
        told = asyncio.run(_permissions(account))
        if key is not None and [check.name for check in told] == ["permissions"]:
            seen.refused.append(key)
        yield from told


def _places(profile: Profile, catalogue: Catalogue, endpoint: str | None) -> list[Endpoint]:
    """Where the service's calls go: to one endpoint, or to each of its own hosts. Raises BadEndpoint."""
    from livetui.client.wire import endpoint as read
    from livetui.client.wire import home
    from livetui.watch.opening import endpoint_of, is_plain

    chosen = endpoint or endpoint_of(profile, catalogue)
    allowed = profile.allow_plain_http and is_plain(catalogue)
    own = [home(catalogue).replace(catalogue.host, host) for host in catalogue.hosts]
    return [read(url, allow_plain_http=allowed) for url in ([chosen] if chosen else own)]


def _reach(place: Endpoint, seen: Seen) -> Iterator[Check]:
    """Whether a place can be reached, and its clock; what is well with the clock is said of one alone."""
    from livetui.operations import reach

    if place.url in seen.reached:
        return
    first = not seen.reached
    reached = seen.reached[place.url] = reach.probe(place, utc_now)
    yield reach.reach_check(reached)
    if reached.stage == "answered":
        clock = reach.clock_check(reached)
        if first or clock.status != "ok":
            yield clock


async def _permissions(account: Account) -> list[Check]:
    from livetui.operations import permissions

    async with account.client:
        return permissions.pane_checks(account, await permissions.ask(account))


def lines(check: Check) -> Iterator[str]:
    """One check in lines of at most 80 columns, the remedy below it."""
    from livetui.catalogue.text import visible, wrap

    label = f"{check.status:<5} {check.name}"
    for index, line in enumerate(wrap(visible(check.found), WIDTH - LABEL - 1)):
        yield f"{'' if index else label:<{LABEL}} {line}"
    if check.remedy and check.status != "ok":
        for index, line in enumerate(wrap(visible(check.remedy), WIDTH - LABEL - 4)):
            yield f"{'':<{LABEL}} {'  ' if index else '->'} {line}"


def utc_now() -> datetime:
    return datetime.now(UTC)


def _size() -> os.terminal_size | None:
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return None


def _encoding() -> str:
    """What names are written to the terminal in."""
    return sys.stdout.encoding or ""
