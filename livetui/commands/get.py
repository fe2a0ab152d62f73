"""`livetui get`: a resource's list on stdout, for pipes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from livetui.commands.tell import complain, print_json

if TYPE_CHECKING:
    from livetui.resources.model import Column, Resource
    from livetui.settings import Profile
    from livetui.watch.cells import Cell, Reader
    from livetui.watch.things import Gathered, Thing

EPILOG = """\
table: as the console shows it, times in local time. csv: numbers without units (bits a second, seconds),
times in ISO 8601. json: the members as the API gave them, secrets masked, with @region and @state.
"""


class _Unreadable(Exception):
    """The journal, which some resources are read from, cannot be read: its path, and why."""


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
    from dataclasses import replace

    from livetui.client import BadCredential, BadEndpoint, ClientError
    from livetui.commands.whom import chosen_profile
    from livetui.resources import book
    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile
    from livetui.watch.filter import FilterError

    nouns = book("css")
    resources = nouns.resources
    if args.resource not in resources:
        names = "".join(f"  {r.id:<22}{nouns.pane_of(r.id).title}: {r.title}\n" for r in resources.values())
        if not args.resource:
            sys.stdout.write(names)
            return 0
        complain(f"no resource {args.resource!r}; there are:", 2)
        sys.stderr.write(names)
        return 2
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        profile = chosen_profile(args.profile)
        profile = replace(profile, endpoint=args.endpoint or profile.endpoint)
        return asyncio.run(_get(profile, resources[args.resource], args.filter, args.output))
    except FilterError as error:
        return complain(f"--filter: {error}", 2)
    except (UnknownProfile, BadEndpoint) as error:
        return complain(str(error), 2, error if isinstance(error, BadEndpoint) else None)
    except (ConfigError, CredentialMissing) as error:
        return complain(str(error), 1)
    except BadCredential as error:
        return complain(str(error).removeprefix(": "), 1, error)
    except ClientError as error:
        return complain(str(error), 1, error)
    except _Unreadable as error:
        return complain(str(error), 1)


async def _get(profile: Profile, resource: Resource, text: str, output: str) -> int:
    from livetui.client import Priority
    from livetui.console.session import open_session
    from livetui.settings import paths
    from livetui.watch.cells import utc_now
    from livetui.watch.filter import Filter

    chosen = Filter.parse(text, [(c.id, c.title, c.kind) for c in resource.columns])
    session = open_session(profile, paths(), utc_now, read_only=True)
    session.painted.set()  # there is no frame for a reading to wait for
    try:
        gathered = await session.read(resource, Priority.READ)
    except OSError as error:
        raise _Unreadable(f"{error.filename}: {error.strerror}") from None
    finally:
        await session.client.aclose()
    reader, now = session.reader(resource.id), utc_now()
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
