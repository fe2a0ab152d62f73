"""`livetui get`: a resource's list on stdout, for pipes."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetui.resources.model import Resource
    from livetui.settings import Profile
    from livetui.watch.cells import Cell
    from livetui.watch.things import Gathered


def add_arguments(parser: argparse.ArgumentParser) -> None:
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
    from livetui.commands.whom import NoProfile, chosen_profile
    from livetui.resources import book
    from livetui.watch.filter import FilterError

    resources = book("css").resources
    if args.resource not in resources:
        names = "\n".join(f"  {r.id:<22} {r.note or r.title}" for r in resources.values())
        said = f"no resource {args.resource!r}; there are:" if args.resource else "resources:"
        print(f"{said}\n{names}", file=sys.stderr)
        return 2
    try:
        profile = chosen_profile(args.profile)
        if args.endpoint:
            profile = replace(profile, endpoint=args.endpoint)
        return asyncio.run(_get(profile, resources[args.resource], args.filter, args.output))
    except (NoProfile, FilterError, BadEndpoint, BadCredential) as error:
        print(f"livetui: {error}", file=sys.stderr)
        return 2
    except ClientError as error:
        print(f"livetui: {error}", file=sys.stderr)
        if error.remedy:
            print(error.remedy, file=sys.stderr)
        return 1


async def _get(profile: Profile, resource: Resource, text: str, output: str) -> int:
    from livetui.catalogue.mask import mask
    from livetui.client import Priority
    from livetui.console.session import open_session
    from livetui.settings import paths
    from livetui.watch.cells import utc_now
    from livetui.watch.filter import Filter

    session = open_session(profile, paths(), utc_now, read_only=True)
    try:
        chosen = Filter.parse(text, [(c.id, c.title, c.kind) for c in resource.columns])
        gathered = await session.read(resource, Priority.READ)
    finally:
        await session.client.aclose()
    reader, now = session.reader(resource.id), utc_now()
    rows = [(thing, reader.cells(thing, now)) for thing in gathered.things]
    kept = [(thing, cells) for thing, cells in rows if chosen.matches(cells)]
    if output == "json":
        fields, catalogue = reader.row_fields(), session.account.catalogue
        _print_json([mask(catalogue, fields, thing.data) for thing, _ in kept])
    else:
        _print_rows(resource, [cells for _, cells in kept], output)
    return _say_what_is_missing(gathered)


def _say_what_is_missing(gathered: Gathered) -> int:
    for failure in gathered.failures:
        print(f"livetui: not all of it came: {failure}", file=sys.stderr)
    if gathered.ceiling is not None:
        print(f"livetui: the service lists at most {gathered.ceiling}; there may be more", file=sys.stderr)
    return 1 if gathered.failures else 0


def _print_json(rows: list[dict[str, Any]]) -> None:
    import json

    print(json.dumps(rows, indent=1, ensure_ascii=False, default=str))


def _print_rows(resource: Resource, rows: list[tuple[Cell, ...]], output: str) -> None:
    from livetui.catalogue.text import visible

    if output == "csv":
        import csv

        writer = csv.writer(sys.stdout)
        writer.writerow([column.id for column in resource.columns])
        writer.writerows([[visible(cell.text) for cell in cells] for cells in rows])
        return
    table = [
        [column.title for column in resource.columns],
        *([visible(c.text) for c in cells] for cells in rows),
    ]
    widths = [max(len(row[number]) for row in table) for number in range(len(resource.columns))]
    for row in table:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
