"""The targets of one verb over many things: which calls they come to, and what they look like now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livetui.client import ClientError, Priority
from livetui.operations.guard import look
from livetui.resources.model import Book, Resource, State, Verb, dig
from livetui.watch.gather import Account
from livetui.watch.lists import Asked, ask
from livetui.watch.things import Identity, Thing

# What is to be done.


@dataclass(frozen=True, slots=True)
class Plan:
    """One verb over many things, before anything is read or sent."""

    resource: Resource
    verb: Verb
    calls: tuple[tuple[Thing, ...], ...]
    """The things that each call reaches, the one that it names first."""
    left_out: tuple[tuple[Thing, str], ...] = ()
    """Things that the verb is not for, and why."""

    @property
    def things(self) -> tuple[Thing, ...]:
        return tuple(thing for call in self.calls for thing in call)

    @property
    def shared(self) -> tuple[tuple[Thing, ...], ...]:
        """The calls that reach more than one of the things."""
        return tuple(call for call in self.calls if len(call) > 1)


STREAM = ("DomainName", "AppName", "StreamName")


def stream_verbs(book: Book) -> dict[str, tuple[Resource, Verb]]:
    """The verbs of streams that domain, app and name are enough for, by id: what a list of names can ask.

    What is ordered for a stream may be known by the same three and is no stream: it has a pane of its own.
    """
    made: dict[str, tuple[Resource, Verb]] = {}
    known = [resource for resource in book.resources.values() if resource.key == STREAM]
    for resource in known:
        beside = book.pane_of(resource.id) is book.pane_of(known[0].id)
        for verb in resource.verbs if beside else ():
            if dict(verb.params) == {name: name for name in STREAM} and not verb.replaces:
                made.setdefault(verb.id, (resource, verb))
    return made


def plan(resource: Resource, verb: Verb, things: Sequence[Thing], *, undoes: bool = False) -> Plan:
    """What a verb over these things comes to: things that one call reaches are one call.

    So are those that its batch action takes together, as many as that takes. For a verb that `undoes` what
    was done to them their state is of before that, and leaves none of them out.
    """
    calls: dict[tuple[str, ...], list[Thing]] = {}
    batch = verb.batch
    left_out: list[tuple[Thing, str]] = []
    for thing in things:
        word = resource.state(thing.data).word if resource.state else ""
        if verb.states and word not in verb.states and not undoes:
            left_out.append((thing, f"is {word}; {verb.label.lower()} is for {' or '.join(verb.states)}"))
            continue
        if verb.reach:
            key = (thing.region, *(str(dig(thing.data, member) or "") for member in verb.reach))
        elif batch:
            others = (member for member in verb.params.values() if member != batch.member)
            key = (thing.region, *(str(dig(thing.data, member) or "") for member in others))
        else:
            key = (thing.region, *thing.identity.key)
        calls.setdefault(key, []).append(thing)
    most = batch.most if batch else len(things) or 1
    parts = (call[n : n + most] for call in calls.values() for n in range(0, len(call), most))
    return Plan(resource, verb, tuple(tuple(part) for part in parts), tuple(left_out))


# What it looks like now.


@dataclass(frozen=True, slots=True)
class Present:
    """A thing as it was read again."""

    state: State
    data: Mapping[str, Any] | None = None
    """Its row of the list now; None where it is not on it."""
    changed: bool = False
    """It is other than it was shown."""
    others: tuple[str, ...] = ()
    """What else the call would reach, by name, that is not among the things."""
    error: ClientError | None = None

    @property
    def same_as(self) -> tuple[str, tuple[str, ...]]:
        """What an operator has seen of it, to compare two readings by."""
        return self.state.word, self.others


async def read_again(
    account: Account, resource: Resource, verb: Verb, things: Sequence[Thing]
) -> dict[Identity, Present]:
    """Every thing as it is now, by as few calls as it takes; what is not on its list is asked for by itself.

    Raises nothing that the cloud did.
    """
    if resource.source is None:
        return {t.identity: Present(_state(resource, t.data), t.data) for t in things}
    members = verb.reach or resource.key
    asked = [
        Asked(
            {member: _text(dig(thing.data, member)) for member in members},
            {p: value for p, member in resource.narrow.items() if (value := dig(thing.data, member))},
            thing.region,
        )
        for thing in things
    ]
    answers = await ask(account, resource.source, asked, Priority.WRITE)
    mine = {thing.identity for thing in things}
    made: dict[Identity, Present] = {}
    absent: list[tuple[Thing, tuple[str, ...]]] = []
    for thing, answer in zip(things, answers, strict=True):
        own, others = _sorted_out(account, resource, thing, answer.rows, mine)
        if answer.error is not None:
            word = State("could not be read", "unknown")
            made[thing.identity] = Present(word, others=others, error=answer.error)
        elif own is None:
            absent.append((thing, others))
        else:
            differs = any(name in thing.data and thing.data[name] != value for name, value in own.items())
            made[thing.identity] = Present(_state(resource, own), own, differs, others)
    looks = [one for one in verb.look if not one.match][:1]
    seen = await asyncio.gather(*(look(account, thing, looks) for thing, _ in absent))
    for (thing, others), told in zip(absent, seen, strict=True):
        state = told[0].state if told and told[0].state else State(f"not in {resource.title}", "off")
        error = told[0].error if told else None
        made[thing.identity] = Present(state, None, True, others, error)
    return made


def _sorted_out(
    account: Account,
    resource: Resource,
    thing: Thing,
    rows: Sequence[Mapping[str, Any]],
    mine: set[Identity],
) -> tuple[Mapping[str, Any] | None, tuple[str, ...]]:
    """The thing's own row among those its call reaches, and the names of the others."""
    own, others = None, []
    for row in rows:
        key = tuple(_text(dig(row, member)) for member in resource.key)
        # A ban's row tells no domain where the name is in use on several.
        if all(theirs in ("", ours) for theirs, ours in zip(key, thing.identity.key, strict=True)):
            own = row
        elif Identity(account.profile, thing.region, thing.identity.kind, key) not in mine:
            others.append("/".join(part for part in key if part))
    return own, tuple(others)


def _state(resource: Resource, data: Mapping[str, Any]) -> State:
    return resource.state(data) if resource.state else State("there")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
