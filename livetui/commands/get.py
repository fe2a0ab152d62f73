"""`livetui get`: a resource's list on stdout, for pipes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from livetui.commands.tell import complain, print_json

if TYPE_CHECKING:
    from livetui.resources.model import Column, Resource
    from livetui.watch.cells import Cell, Reader
    from livetui.watch.gather import Account
    from livetui.watch.things import Gathered, Thing

EPILOG = """\
table: as the console shows it, times in local time. csv: numbers without units (bits a second, seconds),
times in ISO 8601. json: the members as the API gave them, secrets masked, with @region and @state.
"""


class _Unreadable(Exception):
    """The journal, which some resources are read from, cannot be read: its path, and why."""


class _NotServed(Exception):
    """The profile does not have the service that the resource is of."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument(
        "resource", nargs="?", default="", help="which list, e.g. streams; none: the names there are"
    )
    parser.add_argument(
        "--filter", default="", metavar="TEXT", help="as in the console: words, col:text, fps<20 …"
    )
    parser.add_argument("-o", "--output", choices=("table", "json", "csv"), default="table")
    parser.add_argument("--profile", default="", help="the profile; the default one when left out")
    parser.add_argument("--endpoint", help="send to this URL instead of the service's own host")


def run(args: argparse.Namespace) -> int:
    """0; 1 when nothing or not all of it came (said on stderr); 2 for bad usage."""
    import asyncio

    from livetui.client import BadCredential, BadEndpoint, ClientError
    from livetui.commands.whom import WrongCloud
    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile
    from livetui.watch.filter import FilterError

    found = _find(args.resource)
    if found is None:
        if not args.resource:
            sys.stdout.writelines(f"{line}\n" for line in _names())
            return 0
        complain(f"no resource {args.resource!r}; there are:", 2)
        sys.stderr.writelines(f"{line}\n" for line in _names())
        return 2
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return asyncio.run(_get(_account(args, found), found, args.filter, args.output))
    except FilterError as error:
        return complain(f"--filter: {error}", 2)
    except (UnknownProfile, WrongCloud, _NotServed) as error:
        return complain(str(error), 2)
    except BadEndpoint as error:
        return complain(str(error), 2, error)
    except (ConfigError, CredentialMissing) as error:
        return complain(str(error), 1)
    except BadCredential as error:
        return complain(str(error).removeprefix(": "), 1, error)
    except ClientError as error:
        return complain(str(error), 1, error)
    except _Unreadable as error:
        return complain(str(error), 1)


def _find(name: str) -> Resource | None:
    """The list of that name, of whatever service; None for none."""
    for resources in _books().values():
        for resource in resources:
            if resource.id == name:
                return resource
    return None


def _books() -> dict[str, list[Resource]]:
    """Service → its lists; "" has those that are kept on this machine."""
    from livetui.catalogue import SERVICES
    from livetui.resources import book
    from livetui.resources.events import RESOURCES
    from livetui.resources.journal import JOURNAL

    own = [JOURNAL, *RESOURCES]
    local = {resource.id for resource in own}
    listed = {service: book(service).resources for service in SERVICES}
    return {
        service: [resource for name, resource in there.items() if name not in local]
        for service, there in listed.items()
    } | {"": own}


def _names() -> Iterator[str]:
    """Every list by its name, under its service."""
    from livetui.catalogue import load
    from livetui.resources import book

    for service, resources in _books().items():
        yield f"{service}: {load(service).title}" if service else "on this machine:"
        for resource in resources:
            pane = f"{book(service).pane_of(resource.id).title}: " if service else ""
            yield f"  {resource.id:<24}{pane}{resource.title}"


def _account(args: argparse.Namespace, resource: Resource) -> Account:
    """The account whose list it is. Raises _NotServed."""
    from livetui.commands.whom import account_of, profile_for, with_any_key

    profile = profile_for(args.profile, resource.service, with_credential=bool(resource.service))
    if not resource.service:
        profile = replace(with_any_key(profile), services=("css",))
    service = resource.service or "css"
    if service not in profile.served:
        has = ", ".join(profile.served)
        raise _NotServed(
            f"{resource.id} is of {service}, and profile {profile.name} has {has}; "
            f'add "{service}" to its services in the config'
        )
    return account_of(profile, service, read_only=True, endpoint=args.endpoint)


async def _get(account: Account, resource: Resource, text: str, output: str) -> int:
    from livetui.client import Priority
    from livetui.operations.reading import read_list
    from livetui.settings import paths
    from livetui.watch.cells import Reader, utc_now
    from livetui.watch.filter import Filter

    chosen = Filter.parse(text, [(c.id, c.title, c.kind) for c in resource.columns])
    try:
        gathered = await read_list(account, resource, paths(), priority=Priority.READ)
    except OSError as error:
        raise _Unreadable(f"{error.filename}: {error.strerror}") from None
    finally:
        await account.client.aclose()
    reader, now = Reader(account.catalogue, resource), utc_now()
    rows = [(thing, reader.cells(thing, now)) for thing in gathered.things]
    kept = [(thing, cells) for thing, cells in rows if chosen.matches(cells)]
    if output == "json":
        print_json([_members(reader, thing) for thing, _ in kept])
    elif output == "csv":
        _print_csv(resource.columns, [cells for _, cells in kept])
    else:
        _print_table(resource.columns, [cells for _, cells in kept], now)
    return _say_what_is_missing(gathered)


def _say_what_is_missing(gathered: Gathered) -> int:
    for failure in gathered.failures:
        complain(f"not all of it came: {failure}", 1, failure.error)
    if gathered.limited is not None:
        noun, asked, there = gathered.limited
        complain(f"of {asked} of the {there} {noun}s only: each takes a call of its own", 0)
    if gathered.ceiling is not None:
        complain(f"the service lists at most {gathered.ceiling}; there may be more", 0)
    return 1 if gathered.failures else 0


def _members(reader: Reader, thing: Thing) -> dict[str, Any]:
    """What the API gave of a thing, with what is sensitive masked, and what we know besides."""
    from livetui.catalogue.mask import mask

    made: dict[str, Any] = dict(mask(reader.catalogue, reader.row_fields(), thing.data))
    if thing.region:
        made.setdefault("@region", thing.region)
    if state := reader.state(thing).word:
        made.setdefault("@state", state)
    return made


def _print_csv(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([column.id for column in columns])
    writer.writerows(
        [_plain(column, cell) for column, cell in zip(columns, cells, strict=True)] for cells in rows
    )


def _plain(column: Column, cell: Cell) -> str:
    """A cell as a program reads it."""
    from livetui.catalogue.text import visible

    if not isinstance(cell.value, int | float):
        return visible(cell.text)
    if column.kind == "time":
        return datetime.fromtimestamp(cell.value, UTC).isoformat(timespec="seconds")
    return f"{cell.value:.0f}" if column.kind in ("age", "left") else f"{cell.value:.15g}"


def _print_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], now: datetime) -> None:
    from livetui.catalogue.text import columns as width_of
    from livetui.catalogue.text import visible
    from livetui.watch.cells import offset

    titles = [f"{c.title} ({offset(now)})" if c.kind == "time" else c.title for c in columns]
    table = [titles, *([visible(cell.text) for cell in cells] for cells in rows)]
    widths = [max(width_of(row[number]) for row in table) for number in range(len(columns))]
    for row in table:
        filled = (text + " " * (width - width_of(text)) for text, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(filled).rstrip() + "\n")
