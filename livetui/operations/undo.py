"""The way back of what was done: the verb or call that undoes it, filled from what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livetui.operations.guard import Done, Planned
from livetui.resources.model import Book, Resource, Verb
from livetui.watch.gather import Account
from livetui.watch.packed import key_of
from livetui.watch.things import Identity, Thing


def verb_back(book: Book, verb: Verb) -> tuple[Resource, Verb] | None:
    """The declared verb that undoes this one, with the resource it is of."""
    ident, _, name = verb.back.partition(".")
    resource = book.resources.get(ident)
    back = resource.verb(name) if resource else None
    return (resource, back) if resource and back else None


def subject(
    account: Account,
    resource: Resource,
    verb: Verb,
    params: Mapping[str, Any],
    region: str = "",
    data: Mapping[str, Any] | None = None,
) -> Thing:
    """The thing that a call of the verb with these parameters is about, as one of the resource.

    `data` is what else is known of it.
    """
    known = data or {}
    named = {
        member: _one(params[param], known.get(member))
        for param, member in verb.params.items()
        if param in params
    }
    made = {**known, **named}
    return Thing(Identity(account.profile, region, resource.id, key_of(resource, made)), made, account.now())


def _one(value: Any, own: Any) -> Any:
    """What a list of one is a list of; of a list of several, as one call takes them, the thing's `own`."""
    if not isinstance(value, list):
        return value
    return value[0] if len(value) == 1 else own if own in value else value


def call_back(
    account: Account, done: Done, data: Mapping[str, Any] | None = None, *, operator: str = ""
) -> Planned | None:
    """The catalogue's inverse of a call, filled from what was sent, answered and known of the thing.

    None where there is no inverse, or where something it requires is not known.
    """
    planned = done.planned
    if not planned.action.inverse:
        return None
    action = account.catalogue.action(planned.action.inverse)
    reply = done.reply.data if done.reply else {}
    made: dict[str, Any] = {}
    for part in reply.values():
        # Some replies tell what was made as one structure.
        made |= part if isinstance(part, Mapping) else {}
    known: dict[str, Any] = {**made, **(data or {}), **planned.params, **reply}
    known |= {f.name: [known[one]] for f in action.parameters if f.is_list and known.get(one := f.name[:-1])}
    if operator:
        known["Operator"] = operator
    params = {f.name: known[f.name] for f in action.parameters if known.get(f.name) not in (None, "")}
    for field in action.parameters:
        if field.required and field.name not in params:
            if field.type != "string" or field.name not in known:
                return None
            params[field.name] = ""
    return Planned(action, params, planned.region, planned.targets)
