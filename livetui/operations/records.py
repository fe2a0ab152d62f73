"""Things that only the journal knows: its own entries, and what no action of the cloud lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from livetui.operations.journal import Record, pair, read
from livetui.resources.model import Recorded, Resource, dig
from livetui.watch.gather import Account
from livetui.watch.packed import key_of
from livetui.watch.things import Gathered, Identity, Thing

EVERYTHING = ("*",)


def gather_records(account: Account, resource: Resource, path: Path) -> Gathered:
    """The journalled things of a resource, the newest call about each. Raises OSError.

    The journal's own pane shows every profile's entries; other resources show their profile's accepted
    calls, and those whose outcome is unknown, since such a thing may well be there.
    """
    now = account.now()
    things: dict[Identity, Thing] = {}
    for record in _chosen(account, resource, pair(read(path))):
        data = _renamed(resource.renamed, _data(record))
        region = record.intent.region if resource.journal != EVERYTHING else ""
        identity = Identity(account.profile, region, resource.id, key_of(resource, data))
        things[identity] = Thing(identity, data, now)
    return Gathered(things=tuple(things.values()), at=now, atomic=True)


def _renamed(names: Mapping[str, str], data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data with each of these parameters under the name that the other actions have for it."""
    return {names.get(name, name): value for name, value in data.items()} if names else data


def with_records(account: Account, resource: Resource, read_now: Gathered, path: Path) -> Gathered:
    """A reading with what the journal adds to its rows; as it is where the journal can't be read."""
    how = resource.recorded
    if how is None:
        return read_now
    try:
        records = pair(read(path))
    except OSError:
        return read_now
    newest: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        intent = record.intent
        if intent.action in how.actions and intent.profile == account.profile and record.perhaps_done:
            key = tuple(str(intent.params.get(param)) for param in how.on)
            newest.setdefault(key, []).insert(0, record)
    if not newest:
        return read_now
    things = tuple(_noted(thing, how, newest) for thing in read_now.things)
    return replace(read_now, things=things)


def _noted(thing: Thing, how: Recorded, newest: Mapping[tuple[str, ...], Sequence[Record]]) -> Thing:
    key = tuple(str(dig(thing.data, member)) for member in how.on.values())
    for record in newest.get(key, ()):
        if how.agrees(record.intent.params, thing.data):
            intent = record.intent
            note = {"who": intent.who.user, "reason": intent.reason, "at": intent.at, "id": intent.id}
            note |= {name: intent.params.get(param) for name, param in how.shows.items()}
            return Thing(thing.identity, {**thing.data, "@journal": note}, thing.at)
    return thing


def _chosen(account: Account, resource: Resource, records: Iterable[Record]) -> Iterable[Record]:
    if resource.journal == EVERYTHING:
        return records
    return (
        record
        for record in records
        if record.intent.action in resource.journal
        and record.intent.profile == account.profile
        and record.perhaps_done
    )


def _data(record: Record) -> Mapping[str, Any]:
    intent, outcome = record.intent, record.outcome
    return {
        **intent.params,
        **(outcome.result if outcome else {}),
        "@id": intent.id,
        "@at": intent.at,
        "@action": intent.action,
        "@region": intent.region,
        "@status": record.status,
        "@settled": ""
        if record.settled is None
        else ("took effect" if record.settled.effective else "no effect"),
        "@target": ", ".join(_target(target) for target in intent.target),
        "@reason": intent.reason,
        "@who": " ".join(word for word in (intent.who.user, intent.who.client, intent.who.tty) if word),
        "@profile": intent.profile,
        "@account": intent.account,
        "@effect": intent.effect,
        "@undo": intent.undo,
        "@request_id": outcome.request_id if outcome else "",
        "@code": outcome.code if outcome else "",
        "@message": outcome.message if outcome else "",
        "@took_ms": outcome.took_ms if outcome else "",
        "@params": dict(intent.params),
    }


def _target(target: Any) -> str:
    if not isinstance(target, Mapping):
        return str(target)
    # A stream's own name first: on a narrow screen the rest is what gets cut.
    named = sorted(target.items(), key=lambda pair: pair[0] != "StreamName")
    return " ".join(str(value) for _, value in named)
