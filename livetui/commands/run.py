"""`livetui run`: one verb over a list of streams, as the console's bulk dialog does it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livetui.commands.tell import complain, print_json

if TYPE_CHECKING:
    from livetui.operations.bulk import Item, Run
    from livetui.operations.guard import Guard
    from livetui.operations.names import Resolved
    from livetui.operations.targets import Plan, Present
    from livetui.resources.model import Ask, Resource, Verb
    from livetui.settings import Profile
    from livetui.watch.things import Identity

EPILOG = """\
The list has one stream a line, [domain/[app/]]name; blank lines and # comments are left out. Names are
looked up online, among the forbidden and in the events; one that fits several streams, or none, stops
everything before anything is sent. At ApsaraVideo Live nothing looks a name up: there each line has to be
a whole domain/app/name.

What the console would have the profile's name and the count typed for (more than one stream, or a profile
marked production) takes them as --confirm NAME:COUNT; --yes does not replace that. --dry-run tells COUNT.

Exit code: 0 all took effect, 1 some did not or it is not known, 2 nothing was sent.
Interrupt (Ctrl-C) sends nothing more and waits for what is under way.
"""


class _Nothing(Exception):
    """Nothing was sent; says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "verb",
        choices=sorted({verb for verbs in _verbs().values() for verb in verbs}),
        metavar="VERB",
        help="%(choices)s",
    )
    parser.add_argument(
        "--from", dest="source", required=True, metavar="FILE|-", help="the list of streams; - is stdin"
    )
    parser.add_argument("--until", metavar="1h|TIME", help="when it ends: 15m, 4h, 7d, or 2026-01-31 18:00")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the cloud and the journal")
    parser.add_argument("--seconds", metavar="N", help="of delay, for the verb that delays")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.add_argument("--confirm", metavar="NAME:COUNT", help="profile and count, where they are asked for")
    parser.add_argument("--dry-run", action="store_true", help="look everything up, send nothing")
    parser.add_argument("-o", "--output", choices=("table", "json", "csv"), default="table")
    parser.add_argument("--profile", default="", help="the profile; the default one when left out")
    parser.add_argument("--endpoint", help="send to this URL instead of the service's own host")


def _verbs() -> dict[str, dict[str, tuple[Resource, Verb]]]:
    """Service → the verbs of its streams that a list of names can ask for; only services that have any."""
    from livetui.catalogue import SERVICES
    from livetui.operations.targets import stream_verbs
    from livetui.resources import book

    return {service: verbs for service in SERVICES if (verbs := stream_verbs(book(service)))}


def run(args: argparse.Namespace) -> int:
    """0 when all took effect, 1 when some did not, 2 when nothing was sent."""
    import asyncio

    from livetui.client import BadCredential, BadEndpoint, ClientError
    from livetui.commands.whom import profile_for
    from livetui.operations.names import parse_list
    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        lines = parse_list(_text(args.source))
        if not lines:
            raise _Nothing(f"{args.source}: no stream is named there")
        return asyncio.run(_run(args, profile_for(args.profile), lines))
    except (_Nothing, UnknownProfile, ConfigError, CredentialMissing) as error:
        return complain(str(error), 2)
    except (BadEndpoint, BadCredential) as error:
        return complain(str(error).removeprefix(": "), 2, error)
    except ClientError as error:
        return complain(f"nothing was sent: {error}", 2, error)


def _text(source: str) -> str:
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise _Nothing(f"--from {source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _Nothing(f"--from {source}: is not UTF-8 text") from None


async def _run(args: argparse.Namespace, profile: Profile, lines: Sequence[Any]) -> int:
    from livetui.commands.whom import account_of
    from livetui.operations import bulk, targets
    from livetui.operations.guard import Guard
    from livetui.operations.journal import Journal, whoami
    from livetui.operations.names import resolve_all
    from livetui.settings import paths

    service, resource, verb = _asked_for(args.verb, profile)
    account = account_of(profile, service, endpoint=args.endpoint)
    async with account.client as client:
        guard = Guard(account, Journal(paths().journal_file, _now), client.account, profile.cloud)
        answers = _answers(guard, verb, args)
        _refuse_unwritable(guard, args)
        resolved = await resolve_all(account, lines)
        _refuse_unclear(resolved)
        things = [place.thing(account, resource.id) for place in resolved.places()]
        made = targets.plan(resource, verb, things)
        present = await targets.read_again(account, resource, verb, made.things)
        user = whoami().user.partition("@")[0]
        items = bulk.calls_of(account, made, present, answers, operator=user)
        if args.reason:
            items = [_with_reason(item, args.reason) for item in items]
        _refuse_wrong(guard, items)
        _show(profile, guard, made, items, present, resolved)
        if args.dry_run:
            _print_calls(guard, items, args.output)
            return 0
        _confirm(args, profile, made, guard)
        return await _go(bulk.Run(guard, resource, verb, items), args.output)


def _asked_for(verb: str, profile: Profile) -> tuple[str, Resource, Verb]:
    """The service whose streams are meant, and the verb with the list it belongs to. Raises _Nothing."""
    known = _verbs()
    for service in profile.served:
        if verb in known.get(service, ()):
            return service, *known[service][verb]
    has = [service for service in profile.served if service in known]
    if not has:
        raise _Nothing(
            f"profile {profile.name} has {', '.join(profile.served)}; streams of {' and '.join(known)} are "
            "what a list of names is enough for"
        )
    there = ", ".join(sorted(known[has[0]]))
    raise _Nothing(f"{verb} is nothing that {has[0]} does to streams; there are: {there}")


# What speaks against it.


def _answers(guard: Guard, verb: Verb, args: argparse.Namespace) -> dict[str, Any]:
    """What the verb asks, from the options. Raises _Nothing."""
    from livetui.operations.entry import read
    from livetui.operations.guard import asked

    action = guard.account.catalogue.action(verb.action)
    answers: dict[str, Any] = {}
    used = {"--reason"}
    for ask in verb.asks:
        field = asked(action, ask)
        option, text = _option(ask, field.type, args)
        used.add(option)
        if not text:
            if ask.required:
                raise _Nothing(f"{verb.id} needs {option} ({ask.label})")
            continue
        try:
            answers[ask.param] = read(field, text, _now())
        except ValueError as error:
            raise _Nothing(f"{option} {text}: {error}") from None
    for option, text in (("--until", args.until), ("--seconds", args.seconds)):
        if text and option not in used:
            raise _Nothing(f"{verb.id} takes no {option}")
    return answers


def _option(ask: Ask, kind: str, args: argparse.Namespace) -> tuple[str, str]:
    if kind == "timestamp":
        return "--until", args.until or ""
    if kind == "integer":
        return "--seconds", args.seconds or ""
    return "--reason", args.reason


def _refuse_unwritable(guard: Guard, args: argparse.Namespace) -> None:
    if args.dry_run:
        return
    if guard.account.client.read_only:
        raise _Nothing(f"profile {guard.account.profile} is read-only; its config decides that")
    if (trouble := guard.check()) is not None:
        raise _Nothing(f"nothing is sent that can't be put on record: {trouble}")


def _refuse_unclear(resolved: Resolved) -> None:
    """Raises _Nothing, with every line that stands for no one stream told on stderr."""
    if resolved.clear:
        return
    for bad in resolved.bad:
        complain(f"line {bad.line}: {bad}", 2)
    for several in resolved.candidates:
        complain(f"line {several.asked.line}: {several.asked} fits several streams; write one of:", 2)
        for place in several.places:
            complain(f"    {place} ({place.where})", 2)
    for missing in resolved.missing:
        complain(f"line {missing.asked.line}: {missing.asked} {missing.why}", 2)
    raise _Nothing("nothing was sent: each line has to stand for one stream")


def _refuse_wrong(guard: Guard, items: Sequence[Item]) -> None:
    from livetui.catalogue.check import check

    catalogue = guard.account.catalogue
    now = guard.account.client.service_time()
    for item in items:
        for problem in check(catalogue, item.planned.action, item.planned.params, now):
            raise _Nothing(f"{item.name}: {problem}")


def _with_reason(item: Item, reason: str) -> Item:
    from dataclasses import replace

    item.planned = replace(item.planned, reason=reason)
    return item


# What is about to be done, on stderr.


def _show(
    profile: Profile,
    guard: Guard,
    made: Plan,
    items: Sequence[Item],
    present: Mapping[Identity, Present],
    resolved: Resolved,
) -> None:
    from livetui.settings import masked_id

    action = guard.account.catalogue.action(made.verb.action)
    _say(f"{made.verb.label}: {len(made.things)} streams, {action.name} ({action.effect})")
    production = " PRODUCTION" if profile.production else ""
    _say(f"  on        profile {profile.name}{production}, account {masked_id(guard.account_id)}")
    _say(f"  undone by {made.verb.undo or action.inverse or 'nothing'}")
    if made.verb.warns:
        _say(f"  ! {made.verb.warns}")
    for item in items:
        also = f"; the same call reaches {item.with_}" if item.with_ else ""
        now = present[item.thing.identity]
        others = f"; reaches also {', '.join(now.others)}" if now.others else ""
        _say(f"  {item.name}: {now.state.word}{also}{others}")
    for name in resolved.repeated:
        _say(f"  line {name.line}: {name} was named before")


def _say(text: str) -> None:
    from livetui.catalogue.text import visible

    sys.stderr.write(visible(text) + "\n")


def _confirm(args: argparse.Namespace, profile: Profile, made: Plan, guard: Guard) -> None:
    """Raises _Nothing unless what has to be said has been said."""
    from livetui.operations.guard import friction

    effect = guard.account.catalogue.action(made.verb.action).effect
    count = len(made.things)
    word = f"{profile.name}:{count}"
    typed = count > 1 or friction(made.verb.tier, effect, profile.production) == "type"
    asked = sys.stdin.isatty() and sys.stderr.isatty() and args.source != "-"
    if args.confirm is not None and args.confirm != word:
        raise _Nothing(f"--confirm {args.confirm}: this is {word}; nothing was sent")
    if typed:
        if args.confirm is None and not (asked and _asked(f"Type {word} to send it: ") == word):
            raise _Nothing(f"not sent: this takes --confirm {word}, which --yes does not replace")
    elif not args.yes and args.confirm is None:
        if not asked:
            raise _Nothing("not sent: nobody can be asked; add --yes")
        if _asked("Send it? [y/N] ").lower() not in ("y", "yes"):
            raise _Nothing("not sent")


def _asked(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


# Sending, and what came of it.


async def _go(going: Run, output: str) -> int:
    import asyncio
    import signal

    from livetui.operations.results import summary

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, going.stop, "interrupted")
    progress = asyncio.create_task(_progress(going)) if sys.stderr.isatty() else None
    try:
        await going.go()
    finally:
        if progress is not None:
            progress.cancel()
            sys.stderr.write("\r\x1b[K")
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    _print_results(going, output)
    _say(summary(going))
    if going.journal_trouble is not None:
        complain(f"NOT ALL IS ON RECORD: {going.journal_trouble}", 1)
        return 1
    return 0 if going.counts["effective"] == len(going.items) else 1


async def _progress(going: Run) -> None:
    import asyncio

    from livetui.operations.results import summary

    while True:
        sys.stderr.write(f"\r\x1b[K{summary(going)}"[:200])
        sys.stderr.flush()
        await asyncio.sleep(0.25)


def _print_results(going: Run, output: str) -> None:
    from livetui.operations.results import COLUMNS, as_csv, rows

    if output == "csv":
        sys.stdout.write(as_csv(going))
        return
    made = rows(going.items)
    if output == "json":
        print_json([dict(zip(COLUMNS, row, strict=True)) for row in made])
    else:
        _print_table(("TARGET", "OUTCOME", "SEEN", "REQUEST ID"), [(r[0], r[2], r[3], r[5]) for r in made])


def _print_calls(guard: Guard, items: Sequence[Item], output: str) -> None:
    """What would be sent, secrets masked."""
    from livetui.catalogue.mask import mask

    made = [
        {
            "target": item.name,
            "also reached": item.with_,
            "action": item.planned.action.name,
            "parameters": mask(guard.account.catalogue, item.planned.action.parameters, item.planned.params),
        }
        for item in items
    ]
    if output == "json":
        print_json(made)
        return
    import json

    cells = [(m["target"], m["action"], json.dumps(m["parameters"], default=str)) for m in made]
    if output == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("target", "action", "parameters"))
        writer.writerows(cells)
    else:
        _print_table(("TARGET", "ACTION", "PARAMETERS"), cells)


def _print_table(titles: Sequence[str], cells: Sequence[Sequence[Any]]) -> None:
    from livetui.catalogue.text import columns, visible

    table = [tuple(titles), *(tuple(visible(str(text)) for text in row) for row in cells)]
    widths = [max(columns(row[number]) for row in table) for number in range(len(titles))]
    for row in table:
        filled = (text + " " * (wide - columns(text)) for text, wide in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(filled).rstrip() + "\n")
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)
