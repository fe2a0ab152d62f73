"""What a key may read, told from one small real read for each list of each pane."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from livetui.catalogue.model import Action
from livetui.client import ClientError, Priority, errors
from livetui.operations.doctor import Check
from livetui.resources.model import DOMAINS, Book, Each, Resource, Source, dig
from livetui.watch.gather import Account, window

OF_THE_KEY = (errors.BadCredential, errors.SignatureExpired)
"""Errors that every call with this key meets, so that telling one is enough."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One real read: its action, and the error it met; None when it was answered."""

    action: str
    error: ClientError | None = None
    skipped: str = ""
    """Why it could not be asked."""


def reads(account: Account) -> dict[str, tuple[Source, ...]]:
    """Pane id → the sources of its lists and of what is joined to them, each action once."""
    found = {}
    for pane in account.book.panes:
        resources = [account.book.resources[name] for name in pane.resources]
        sources = {source.action: source for resource in resources for source in _sources(resource)}
        if sources:
            found[pane.id] = tuple(sources.values())
    return found


def needs_domains(book: Book) -> bool:
    """Whether lists of the service are asked for by domains that only the profile can name."""
    sources = (source for resource in book.resources.values() for source in _sources(resource))
    return any(source.each is not None and source.each.resource == DOMAINS for source in sources)


def _sources(resource: Resource) -> Iterable[Source]:
    if resource.source:
        yield resource.source
    yield from (join.source for join in resource.joins)


async def ask(account: Account) -> dict[str, tuple[Asked, ...]]:
    """Pane id → what became of one small read for each of its lists.

    The first read goes alone: when the key itself is refused, the others are not sent.
    """
    panes = reads(account)
    by_action = {source.action: source for sources in panes.values() for source in sources}
    first, *others = by_action.values()
    told = {first.action: await _ask(account, first)}
    refused = told[first.action].error
    if isinstance(refused, (*OF_THE_KEY, errors.Unreachable)):
        told.update({source.action: Asked(source.action, skipped="not asked") for source in others})
    else:
        answers = await asyncio.gather(*(_ask(account, source) for source in others))
        told.update({answer.action: answer for answer in answers})
    return {pane: tuple(told[source.action] for source in sources) for pane, sources in panes.items()}


async def _ask(account: Account, source: Source) -> Asked:
    action = account.catalogue.action(source.action)
    params = {**source.params, **window(account, source), **_smallest(action)}
    regions = account.regions_of(action.name)
    region = regions[0] if regions else None
    if source.each is not None:
        one = _noun(account, source.each)
        try:
            parent = await _first_parent(account, source.each)
        except ClientError as error:
            return Asked(action.name, skipped=f"needs {one}, and those cannot be read ({error})")
        if parent is None:
            return Asked(action.name, skipped=f"the account has no {one} to ask it for")
        params |= _named(source.each, parent)
        region = (parent.region or region) if action.regions else None
    try:
        await account.client.call(action.name, params, region=region, priority=Priority.READ)
    except errors.NotFound:
        return Asked(action.name)  # it was allowed to look
    except ClientError as error:
        return Asked(action.name, error)
    return Asked(action.name)


def _smallest(action: Action) -> dict[str, Any]:
    """Parameters for the smallest page, where it can be chosen."""
    page = action.page
    return {page.size: page.min_size} if page and page.size else {}


def _noun(account: Account, each: Each) -> str:
    if each.resource == DOMAINS:
        return "domain of its profile"
    return account.book.resources[each.resource].one


class Parent(NamedTuple):
    """A thing that something else is asked for."""

    row: Mapping[str, Any]
    region: str | None = None


def _named(each: Each, parent: Parent) -> dict[str, Any]:
    return {param: dig(parent.row, member) for param, member in each.params.items()}


async def _first_parent(account: Account, each: Each) -> Parent | None:
    """The first there is to ask for, in whichever region; None where there is none."""
    if each.resource == DOMAINS:
        return Parent({"DomainName": account.domains[0]}) if account.domains else None
    source = account.book.resources[each.resource].source
    if source is None:
        return None
    above = await _first_parent(account, source.each) if source.each else None
    if source.each and above is None:
        return None
    named = _named(source.each, above) if source.each and above else {}
    action = account.catalogue.action(source.action)
    items = action.page.items if action.page else source.items
    params = {**source.params, **window(account, source), **named}
    regions: tuple[str | None, ...] = account.regions_of(action.name) or (None,)
    for region in (above.region,) if above and above.region and action.regions else regions:
        reply = await account.client.call(action.name, params, region=region, priority=Priority.READ)
        for row in dig(reply.data, items) or ():
            if all(dig(row, name) == value for name, value in each.where):
                return Parent(row, region)
    return None


def pane_checks(account: Account, asked: Mapping[str, Sequence[Asked]]) -> list[Check]:
    """For each pane whether this key may read its lists; a refused key is told once."""
    for one in (one for group in asked.values() for one in group):
        if isinstance(one.error, OF_THE_KEY):
            return [Check("permissions", "fail", str(one.error), one.error.remedy)]
    return [
        _pane_check(f"pane {pane.title}", account.catalogue.product, asked[pane.id])
        for pane in account.book.panes
        if pane.id in asked
    ]


def _pane_check(name: str, product: str, asked: Sequence[Asked]) -> Check:
    errors_met = [one.error for one in asked if one.error is not None]
    denied = [error for error in errors_met if isinstance(error, errors.Denied)]
    if denied:
        rights = ", ".join(f"{product}:{error.action}" for error in denied)
        remedy = f"{denied[0].remedy} What it needs: {rights}"
        return Check(name, "fail", f"denied: {'; '.join(map(str, denied))}", remedy)
    if errors_met:
        stopped = isinstance(errors_met[0], (errors.NotActivated, errors.Suspended, errors.Unreachable))
        found = "; ".join(map(str, errors_met))
        return Check(name, "fail" if stopped else "warn", found, errors_met[0].remedy)
    skipped = [f"{one.action} ({one.skipped})" for one in asked if one.skipped]
    read = len(asked) - len(skipped)
    found = f"{read} of {len(asked)} lists can be read"
    if skipped:
        return Check(name, "ok" if read else "warn", f"{found}; not asked: {'; '.join(skipped)}")
    return Check(name, "ok", found)
