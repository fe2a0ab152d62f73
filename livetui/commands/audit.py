"""`livetui audit`: the journal for people, newest last, or as JSON."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetui.operations.journal import Record

WIDTH = 80
LABEL = 10
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="WHEN", help="30m, 2h, 7d, or an ISO date or time (local)")
    parser.add_argument("--profile", metavar="NAME", help="only of this profile")
    parser.add_argument("--action", metavar="TEXT", help="only actions with this in their name")
    parser.add_argument("--json", action="store_true", help="a JSON list, times in UTC")
    parser.add_argument("-n", type=int, metavar="N", help="only the newest N")


def run(args: argparse.Namespace) -> int:
    """Print the journal. Exit code 1 when it cannot be read, 2 for bad usage."""
    from livetui.operations.journal import Foreign, pair, read
    from livetui.settings import paths

    try:
        since = since_when(args.since, datetime.now(UTC)) if args.since is not None else None
    except (ValueError, OverflowError):
        return _complain(f"--since {args.since}: write 30m, 2h, 7d, or 2026-01-31T18:00", 2)
    if args.n is not None and args.n < 0:
        return _complain(f"-n {args.n}: write how many are wanted", 2)
    file = paths().journal_file
    try:
        entries = list(read(file))
    except OSError as error:
        return _complain(f"{file}: {error.strerror}", 1)
    chosen = [record for record in pair(entries) if _wanted(record, since, args.profile, args.action)]
    if args.n is not None:
        chosen = chosen[max(len(chosen) - args.n, 0) :]
    _print(chosen, as_list=args.json)
    if foreign := [str(entry.line) for entry in entries if isinstance(entry, Foreign)]:
        shown = ", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else "")
        _complain(f"{file}: left out what is no entry: line {shown}", 0)
    return 0


def since_when(text: str, now: datetime) -> datetime:
    """The moment `--since` means: so long before now, or an ISO time (local where it has no offset).

    Raises ValueError, and OverflowError for a moment outside the calendar.
    """
    if text[:-1].isdecimal() and text[-1] in _UNITS:
        return now - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
    return datetime.fromisoformat(text).astimezone()


def as_json(record: Record) -> dict[str, Any]:
    """One entry as a plain object: the intent's members, `status`, `outcome` and `settled`."""
    made: dict[str, Any] = {**asdict(record.intent), "status": record.status}
    made["outcome"] = asdict(record.outcome) if record.outcome else None
    made["settled"] = asdict(record.settled) if record.settled else None
    for part in (made, made["outcome"], made["settled"]):
        if part:
            part["at"] = part["at"].astimezone(UTC).isoformat(timespec="milliseconds")
    return made


def lines(record: Record) -> Iterator[str]:
    """One entry in lines of at most 80 columns; whatever came from outside is made visible."""
    from livetui.catalogue.text import visible, wrap

    at = record.intent.at.astimezone().isoformat(" ", "seconds")
    yield from wrap(visible(f"{at}  {record.intent.action}  {_status(record)}"), WIDTH)
    for name, fact in _facts(record):
        for index, line in enumerate(wrap(visible(fact), WIDTH - LABEL)):
            yield f"  {'' if index else name:<{LABEL - 2}}{line}"


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    intent, who = record.intent, record.intent.who
    yield "on", " ".join(part for part in (intent.profile, intent.region, f"({intent.account})") if part)
    yield "by", f"{who.user}{f' from {who.client}' if who.client else ''} {who.tty}".rstrip()
    for target in intent.target:
        yield "target", _words(target)
    yield "params", _words(intent.params)
    yield "reason", intent.reason
    if record.outcome:
        took = f"({record.outcome.took_ms} ms)" if record.outcome.took_ms else ""
        yield "answer", f"{record.outcome.code} {record.outcome.message}".strip()
        yield "request", f"{record.outcome.request_id} {took}".strip()
    if record.settled:
        yield "seen", f"{record.settled.message} {record.settled.request_id}".strip()
    yield "undo", intent.undo


def _wanted(record: Record, since: datetime | None, profile: str | None, action: str | None) -> bool:
    return (
        (since is None or record.intent.at >= since)
        and (profile is None or record.intent.profile == profile)
        and (action is None or action.casefold() in record.intent.action.casefold())
    )


def _status(record: Record) -> str:
    if record.settled:
        return f"{record.status}, settled: {'took effect' if record.settled.effective else 'no effect'}"
    return record.status if record.outcome else "unknown (no outcome on record)"


def _words(value: Any) -> str:
    """A parameter list or an identity on one line: Name=value Name=value."""
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_word(held)}" for name, held in value.items())
    return _word(value)


def _word(value: Any) -> str:
    """A value as it is, or quoted where it could be read as something else."""
    if isinstance(value, str) and re.fullmatch(r"[^\s=\"]+", value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _print(records: list[Record], *, as_list: bool) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    if as_list:
        rows = ",\n".join(json.dumps(as_json(record)) for record in records)
        sys.stdout.write(f"[\n{rows}\n]\n" if rows else "[]\n")
    else:
        sys.stdout.writelines(f"{line}\n" for record in records for line in lines(record))


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"livetui audit: {text}\n")
    return code
