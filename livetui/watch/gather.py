"""Reads a resource: its pages, its regions, its parents and what is joined to it, as one `Gathered`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from livetui.catalogue import Catalogue, duration
from livetui.catalogue.times import to_wire
from livetui.client import Client, ClientError, Priority
from livetui.resources.model import Book, Join, Resource, Source, dig
from livetui.watch.diff import SLICE
from livetui.watch.things import Failure, Gathered, Identity, Thing


@dataclass(frozen=True)
class Account:
    """One profile's way to its cloud: everything that reading or acting needs."""

    profile: str
    client: Client
    catalogue: Catalogue
    book: Book
    regions: tuple[str, ...]
    """The profile's regions; empty means all that an action allows."""
    now: Callable[[], datetime]

    def regions_of(self, action: str) -> tuple[str, ...]:
        """Where a regional action is asked: the profile's regions that it allows; () when it needs none.

        A profile that names only regions which the action does not allow asks in all that it allows.
        """
        allowed = self.catalogue.action(action).regions
        if not self.regions:
            return allowed
        return tuple(region for region in allowed if region in self.regions) or allowed


def key_of(resource: Resource, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The thing's own key; identifiers are text always, since some exceed 2^63."""
    return tuple("" if (value := dig(data, path)) is None else str(value) for path in resource.key)


async def gather(account: Account, resource: Resource, *, priority: Priority) -> Gathered:
    """Reads the resource once.

    Raises ClientError when nothing of its source came; a region, parent or join that failed while others
    came is in `failures`.
    """
    if resource.source is None:
        raise ValueError(f"{resource.id} has no source to read")
    began = account.now()
    joined = [_read(account, join.source, priority) for join in resource.joins]
    main, *others = await asyncio.gather(
        _read(account, resource.source, priority, resource), *joined, return_exceptions=True
    )
    if isinstance(main, BaseException):
        raise main
    failures = list(main.failures)
    datas = [(item.region or "", item.data) for item in main.items]
    request_ids = list(main.request_ids)
    for join, other in zip(resource.joins, others, strict=True):
        if isinstance(other, ClientError):
            failures.append(Failure(join.title, "", other))
            # Not read is not the same as none there: the rows say so.
            datas = [(region, {**data, join.name: None}) for region, data in datas]
        elif isinstance(other, BaseException):
            raise other
        else:
            failures += [Failure(join.title, f.region, f.error) for f in other.failures]
            datas = await _laid_under(join, datas, other)
            request_ids += other.request_ids
    things: dict[Identity, Thing] = {}
    shared: dict[str, str] = {}
    for number, (region, data) in enumerate(datas):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        identity = Identity(account.profile, region, resource.id, key_of(resource, data))
        things[identity] = Thing(identity, _sharing(data, shared), main.at)
    return Gathered(
        things=tuple(things.values()),
        at=main.at,
        request_id=main.request_ids[-1] if main.request_ids else "",
        raw=main.raw,
        failures=tuple(failures),
        total=main.total,
        ceiling=main.ceiling,
        atomic=len(main.request_ids) == 1 and main.complete,
        complete=main.complete,
        took=(account.now() - began).total_seconds(),
        calls=len(request_ids),
    )


def _sharing(data: dict[str, Any], shared: dict[str, str]) -> dict[str, Any]:
    """The row, its texts shared with those of rows before it: twenty thousand name the same few domains."""
    for name, value in data.items():
        if type(value) is str:
            data[name] = shared.setdefault(value, value)
        elif type(value) is dict:
            _sharing(value, shared)
    return data


async def _laid_under(
    join: Join, datas: Sequence[tuple[str, dict[str, Any]]], other: _Read
) -> list[tuple[str, dict[str, Any]]]:
    """The rows with the joined row they belong to under the join's name; pauses every few hundred."""
    ours, theirs = zip(*join.on, strict=True)
    there: dict[tuple[str, ...], dict[str, Any]] = {}
    for number, item in enumerate(other.items):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        there[tuple(str(dig(item.data, path)) for path in theirs)] = item.data
    made: list[tuple[str, dict[str, Any]]] = []
    for number, (region, data) in enumerate(datas):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        found = there.get(tuple(str(dig(data, path)) for path in ours))
        made.append((region, {**data, join.name: found} if found is not None else data))
    return made


@dataclass(frozen=True)
class _Item:
    region: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class _Read:
    items: tuple[_Item, ...]
    request_ids: tuple[str, ...]
    failures: tuple[Failure, ...]
    total: int | None
    ceiling: int | None
    at: datetime
    raw: str
    complete: bool


async def _read(
    account: Account, source: Source, priority: Priority, resource: Resource | None = None
) -> _Read:
    """One source: one sweep, or one for each parent."""
    if source.each is None:
        return await _sweep(account, source, {}, priority, resource)
    parent = account.book.resources[source.each.resource]
    if parent.source is None:
        raise ValueError(f"{parent.id} can't be a parent: it has no source")
    parents = await _sweep(account, parent.source, {}, priority, parent)
    asked = [
        {param: dig(item.data, member) for param, member in source.each.params.items()}
        for item in parents.items
        if all(dig(item.data, member) == value for member, value in source.each.where)
    ]
    reads = await asyncio.gather(
        *(_sweep(account, source, params, priority, resource) for params in asked), return_exceptions=True
    )
    good = [read for read in reads if isinstance(read, _Read)]
    failures = list(parents.failures)
    for params, read in zip(asked, reads, strict=True):
        if isinstance(read, ClientError):
            failures.append(Failure(", ".join(str(v) for v in params.values()), "", read))
        elif isinstance(read, BaseException):
            raise read
        else:
            failures += read.failures
    if not good and failures:
        raise failures[0].error
    return _Read(
        items=tuple(item for read in good for item in read.items),
        request_ids=tuple(i for read in (parents, *good) for i in read.request_ids),
        failures=tuple(failures),
        total=sum(read.total or len(read.items) for read in good),
        ceiling=next((read.ceiling for read in good if read.ceiling), None),
        at=max((read.at for read in good), default=parents.at),
        raw=good[-1].raw if good else parents.raw,
        complete=parents.complete and all(read.complete for read in good),
    )


async def _sweep(
    account: Account,
    source: Source,
    params: Mapping[str, Any],
    priority: Priority,
    resource: Resource | None,
) -> _Read:
    action = account.catalogue.action(source.action)
    asked = {**source.params, **window(account, source), **params}
    regions = account.regions_of(source.action)
    if action.page:
        identity = (lambda data: key_of(resource, data)) if resource else None
        sweep = await account.client.sweep(
            source.action, asked, regions=regions, priority=priority, identity=identity
        )
        if not sweep.request_ids and sweep.failures:
            raise next(iter(sweep.failures.values()))
        return _Read(
            items=tuple(_Item(item.region, item.data) for item in sweep.items),
            request_ids=sweep.request_ids,
            failures=tuple(Failure(source.action, region, error) for region, error in sweep.failures.items()),
            total=sweep.total,
            ceiling=sweep.ceiling,
            at=sweep.finished,
            raw=sweep.raw,
            complete=sweep.complete and sweep.ceiling is None,
        )
    return await _calls(account, source, asked, regions or (None,), priority)


async def _calls(
    account: Account,
    source: Source,
    asked: Mapping[str, Any],
    regions: Sequence[str | None],
    priority: Priority,
) -> _Read:
    """A list that comes whole: one call for each region."""
    replies = await asyncio.gather(
        *(account.client.call(source.action, asked, region=r, priority=priority) for r in regions),
        return_exceptions=True,
    )
    items: list[_Item] = []
    failures: list[Failure] = []
    good = []
    for region, reply in zip(regions, replies, strict=True):
        if isinstance(reply, ClientError):
            failures.append(Failure(source.action, region or "", reply))
        elif isinstance(reply, BaseException):
            raise reply
        else:
            good.append(reply)
            items += [_Item(region, row) for row in dig(reply.data, source.items) or ()]
    if not good:
        raise failures[0].error
    return _Read(
        items=tuple(items),
        request_ids=tuple(reply.request_id for reply in good),
        failures=tuple(failures),
        total=len(items),
        ceiling=None,
        at=max(reply.at for reply in good),
        raw=good[-1].raw,
        complete=True,
    )


def window(account: Account, source: Source) -> dict[str, Any]:
    """The source's window that ends now (or reaches ahead), in the notation of the action's own fields."""
    if not source.last:
        return {}
    action = account.catalogue.action(source.action)
    rule = next(rule for rule in action.rules if rule.kind == "window")
    # The service judges windows by its own clock.
    now = account.client.service_time().replace(microsecond=0)
    ends = now + (duration(source.ahead) if source.ahead else timedelta())
    return {
        name: to_wire(field.time[0], when)
        for name, when in zip(rule.fields, (now - duration(source.last), ends), strict=True)
        if (field := action.parameter(name)) is not None
    }
