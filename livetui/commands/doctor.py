"""`livetui doctor`: looks at everything that has to be right, and says what to do where it is not."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livetui.operations.doctor import Check
    from livetui.settings import Config, Found, Profile

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
    profile, trouble = choose(config, name, found)
    yield from doctor.credential_check(profile, trouble, found)
    yield from doctor.terminal_checks(os.environ, _size(), _encoding(), sys.stdout.isatty())
    if profile is not None and profile.credential is not None:
        yield from examine_cloud(replace(profile, endpoint=endpoint or profile.endpoint))


def choose(config: Config | None, name: str, found: list[Found]) -> tuple[Profile | None, str]:
    """The profile to examine, or None and why. Without profiles, one of the credential found first."""
    from livetui.commands import whom
    from livetui.settings import CredentialMissing, Profile, UnknownProfile

    if config is None:
        return None, "the config cannot be read"
    try:
        return whom.choose(config, name), ""
    except (UnknownProfile, CredentialMissing) as error:
        if name or config.profiles:
            return None, str(error)
    usable = next((place for place in found if place.credential), None)
    if usable is None:
        return None, ""
    regions = (usable.region,) if usable.region else ()
    return Profile("(none)", credential=usable.credential, reference=usable.reference, regions=regions), ""


def examine_cloud(profile: Profile) -> Iterator[Check]:
    """The checks that need the network."""
    import asyncio

    from livetui.catalogue import load
    from livetui.client import BadEndpoint
    from livetui.client.wire import endpoint
    from livetui.operations import doctor, reach

    catalogue = load("css")
    yield doctor.region_check(profile, catalogue.regions)
    try:
        reached = reach.probe(endpoint(profile.endpoint or catalogue.host), utc_now)
    except BadEndpoint as error:
        yield doctor.Check("network", "fail", str(error), error.remedy)
        return
    yield reach.reach_check(reached)
    if reached.stage != "answered":
        yield doctor.Check("permissions", "warn", "not asked: the endpoint cannot be reached")
        return
    yield reach.clock_check(reached)
    yield from asyncio.run(_permissions(profile))


async def _permissions(profile: Profile) -> list[Check]:
    from livetui.catalogue import load
    from livetui.client import BadCredential, Client
    from livetui.operations import permissions
    from livetui.operations.doctor import Check
    from livetui.resources import book
    from livetui.watch.gather import Account

    catalogue = load("css")
    assert profile.credential is not None  # examine() comes here only with one
    try:
        client = Client(catalogue, profile.credential, endpoint=profile.endpoint, read_only=True)
    except BadCredential as error:
        return [Check("permissions", "fail", error.message, error.remedy)]
    try:
        account = Account(profile.name, client, catalogue, book("css"), profile.regions, utc_now)
        return permissions.pane_checks(account, await permissions.ask(account))
    finally:
        await client.aclose()


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
