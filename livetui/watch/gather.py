"""Reads a resource: its pages, its regions, its parents and what is joined to it, as one `Gathered`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from livetui.catalogue import Catalogue, duration
from livetui.catalogue.times import to_wire
from livetui.client import Client, ClientError, Priority
from livetui.frozen import frozen
from livetui.resources.model import DOMAINS, Book, Each, Inside, Resource, Source, dig
from livetui.turns import Pace
from livetui.watch.nested import as_read, told, unfolded
from livetui.watch.packed import Keep, Key, Packed, key_of, lay_under
from livetui.watch.things import Failure, Gathered, Identity, Thing

MOST_RAW = 12
"""Replies of one reading that are kept as they came."""


class NoDomains(ClientError):
    """Nothing to ask for: the lists of this service are each domain's, and the profile names none."""

    meaning = "no action lists this account's domains, and the profile names none"
    remedy = 'Name them in the config, with the profile: domains = ["live.example.com"].'


@frozen
class Account:
    """One profile's way to its cloud: everything that reading or acting needs."""

    profile: str
    client: Client
    catalogue: Catalogue
    book: Book
    regions: tuple[str, ...]
    """The profile's regions; empty means all that an action allows."""
    now: Callable[[], datetime]
    domains: tuple[str, ...] = ()
    """The domains that the profile names, for a service of which no action lists them."""

    def regions_of(self, action: str) -> tuple[str, ...]:
        """Where a regional action is asked: the profile's regions that it allows; () when it needs none.

        A profile that names only regions which the action does not allow asks in all that it allows.
        """
        allowed = self.catalogue.action(action).regions
        if not self.regions:
            return allowed
        return tuple(region for region in allowed if region in self.regions) or allowed


async def gather(
    account: Account,
    resource: Resource,
    *,
    priority: Priority,
    known: Mapping[Identity, Thing] = MappingProxyType({}),
) -> Gathered:
    """Reads the resource once.

    `known` is what was read before: what reads the same is taken from there, piece by piece as it comes, so
    that there are never two of it. Raises ClientError when nothing of its source came; a region, parent or
    join that failed while others came is in `failures`.
    """
    if resource.source is None:
        raise ValueError(f"{resource.id} has no source to read")
    began = account.now()
    packed = Packed(account.profile, account.now, resource, known)
    joined = [_read(account, join.source, priority, keep=packed.joined(join)) for join in resource.joins]
    main, *others = await asyncio.gather(
        _read(account, resource.source, priority, packed.key, keep=packed.row),
        *joined,
        return_exceptions=True,
    )
    if isinstance(main, BaseException):
        raise main
    failures = list(main.failures)
    rows: list[Thing] = list(main.items)
    request_ids = list(main.request_ids)
    main = replace(main, items=())  # all that follows goes without: two lists of everything are one too many
    others.reverse()
    for join in resource.joins:
        other = others.pop()
        if isinstance(other, ClientError):
            failures.append(Failure(join.title, "", other))
            # Not read is not the same as none there: the rows say so.
            rows = [row.laid(join.name, None) for row in rows]
        elif isinstance(other, BaseException):
            raise other
        else:
            failures += [Failure(f"{join.title}, {f.part}", f.region, f.error) for f in other.failures]
            request_ids += other.request_ids
            await lay_under(join, rows, list(other.items))
        del other
    things: dict[Identity, Thing] = {}
    pace = Pace()
    for row in rows:
        if pace.due:
            await pace.rest()
        things[row.identity] = row
    return Gathered(
        things=tuple(things.values()),
        at=main.at,
        request_id=main.request_ids[-1] if main.request_ids else "",
        raw=main.raw,
        raws=main.raws,
        failures=tuple(failures),
        total=main.total,
        ceiling=main.ceiling,
        atomic=len(main.request_ids) == 1 and main.complete,
        complete=main.complete,
        limited=main.limited,
        took=(account.now() - began).total_seconds(),
        calls=len(request_ids),
    )


@frozen
class _Item:
    region: str | None
    data: Any


@frozen
class _Read:
    items: Sequence[Any]
    """What was kept of each row."""
    request_ids: tuple[str, ...]
    failures: tuple[Failure, ...]
    total: int | None
    ceiling: int | None
    at: datetime
    raw: str
    complete: bool
    limited: tuple[str, int, int] | None = None
    raws: tuple[tuple[str, str], ...] = ()


def _whole(region: str | None, row: dict[str, Any], key: Hashable) -> _Item:
    return _Item(region, row)


async def _read(
    account: Account,
    source: Source,
    priority: Priority,
    key: Key | None = None,
    keep: Keep = _whole,
) -> _Read:
    """One source: one sweep, or one for each parent, which may have parents in its turn."""
    each = source.each
    if each is None:
        return await _sweep(account, source, {}, priority, key, keep)
    parents = await _parents(account, each, priority)
    asked = _asked(each, parents.items)
    limited = parents.limited
    if each.most and len(asked) > each.most:
        limited = (account.book.resources[each.resource].one, each.most, len(asked))
        asked = _alike(account, each, asked)
    reads = await asyncio.gather(
        *(
            _sweep(account, source, params, priority, key, _telling(each, item, keep), item.region)
            for item, params in asked
        ),
        return_exceptions=True,
    )
    good = [read for read in reads if isinstance(read, _Read)]
    failures = list(parents.failures)
    raws: list[tuple[str, str]] = []
    for (item, params), read in zip(asked, reads, strict=True):
        whose = ", ".join(str(v) for v in params.values())
        if isinstance(read, ClientError):
            failures.append(Failure(whose, item.region or "", read))
        elif isinstance(read, BaseException):
            raise read
        else:
            raws.append((whose, read.raw))
            failures += [Failure(f"{whose}, {f.part}", f.region, f.error) for f in read.failures]
    if asked and not good and failures:
        raise failures[-1].error
    return _Read(
        items=tuple(item for read in good for item in read.items),
        request_ids=tuple(i for read in (parents, *good) for i in read.request_ids),
        failures=tuple(failures),
        total=sum(read.total or len(read.items) for read in good),
        ceiling=next((read.ceiling for read in good if read.ceiling), None),
        at=max((read.at for read in good), default=parents.at),
        raw=good[-1].raw if good else parents.raw,
        complete=parents.complete and len(good) == len(reads) and all(read.complete for read in good),
        limited=limited,
        raws=tuple(raws) if len(raws) <= MOST_RAW else ((f"the last of {len(raws)}", raws[-1][1]),),
    )


async def _parents(account: Account, each: Each, priority: Priority) -> _Read:
    """What there is to ask for. Raises NoDomains where that is up to the profile, which names none."""
    if each.resource == DOMAINS:
        if not account.domains:
            raise NoDomains
        items = [_Item(None, {"DomainName": domain}) for domain in account.domains]
        return _Read(items, (), (), None, None, account.now(), "", complete=True)
    parent = account.book.resources[each.resource]
    if parent.source is None:
        raise ValueError(f"{parent.id} can't be a parent: it has no source")
    return await _read(account, parent.source, priority, partial(key_of, parent))


def _asked(each: Each, parents: Sequence[_Item]) -> list[tuple[_Item, dict[str, Any]]]:
    """Each parent that is to be asked for, with the parameters that ask; none twice."""
    made: dict[str, tuple[_Item, dict[str, Any]]] = {}
    for item in parents:
        if all(dig(item.data, member) == value for member, value in each.where):
            params = {param: dig(item.data, member) for param, member in each.params.items()}
            same = str((item.region, params, told(each.told, item.data)))
            made.setdefault(same, (item, params))
    return list(made.values())


def _alike(account: Account, each: Each, asked: list[tuple[_Item, dict[str, Any]]]) -> list[Any]:
    """As many as are to be asked for: by their keys the first, the second … of each of their own parents.

    Which they are does not hang on the order in which they were listed, nor on when they came.
    """
    resource = account.book.resources[each.resource]
    over = resource.source.each.params.values() if resource.source and resource.source.each else ()
    turns: Counter[tuple[str, ...]] = Counter()
    placed: list[tuple[int, tuple[str, ...], tuple[_Item, dict[str, Any]]]] = []
    for one in sorted(asked, key=lambda one: key_of(resource, one[0].data)):
        whose = tuple(str(dig(one[0].data, member)) for member in over)
        turns[whose] += 1
        placed.append((turns[whose], whose, one))
    placed.sort(key=lambda place: place[:2])
    return [one for _, _, one in placed[: each.most]]


def _telling(each: Each, parent: _Item, keep: Keep) -> Keep:
    """Keeps rows with what their parent says to them."""
    if not each.told:
        return keep
    said = told(each.told, parent.data)
    return lambda region, row, key: keep(region, {**row, **said}, None)


def _taking(source: Source, keep: Keep) -> Keep:
    """Keeps rows as the source takes them."""
    return lambda region, row, key: keep(region, as_read(source, row), key)


async def _sweep(
    account: Account,
    source: Source,
    params: Mapping[str, Any],
    priority: Priority,
    key: Key | None,
    keep: Keep = _whole,
    region: str | None = None,
) -> _Read:
    """One sweep of the source; in a parent's `region` where the action has regions."""
    action = account.catalogue.action(source.action)
    asked = {**source.params, **window(account, source), **params}
    regions = (region,) if region and action.regions else account.regions_of(source.action)
    if source.reads is not None:
        keep = _taking(source, keep)
    if source.inside is not None:
        return await _unfolded(account, source, source.inside, asked, regions, priority, keep)
    if action.page:
        identity = (lambda data: key(as_read(source, data))) if key is not None else None
        sweep = await account.client.sweep(
            source.action, asked, regions=regions, priority=priority, identity=identity, keep=keep
        )
        if not sweep.request_ids and sweep.failures:
            raise next(iter(sweep.failures.values()))
        return _Read(
            items=sweep.items,
            request_ids=sweep.request_ids,
            failures=tuple(Failure(source.action, region, error) for region, error in sweep.failures.items()),
            total=sweep.total,
            ceiling=sweep.ceiling,
            at=sweep.finished,
            raw=sweep.raw,
            complete=sweep.complete and sweep.ceiling is None,
        )
    return await _calls(account, source, asked, regions or (None,), priority, keep)


async def _unfolded(
    account: Account,
    source: Source,
    inside: Inside,
    asked: Mapping[str, Any],
    regions: Sequence[str],
    priority: Priority,
    keep: Keep,
) -> _Read:
    """A list whose rows are inside of the listed things."""
    sweep = await account.client.sweep(
        source.action,
        asked,
        regions=regions,
        priority=priority,
        identity=lambda data: tuple(str(dig(data, path)) for path in inside.key),
    )
    if not sweep.request_ids and sweep.failures:
        raise next(iter(sweep.failures.values()))
    items = tuple(keep(item.region, row, None) for item in sweep.items for row in unfolded(inside, item.data))
    return _Read(
        items=items,
        request_ids=sweep.request_ids,
        failures=tuple(Failure(source.action, region, error) for region, error in sweep.failures.items()),
        total=len(items),
        ceiling=sweep.ceiling,
        at=sweep.finished,
        raw=sweep.raw,
        complete=sweep.complete and sweep.ceiling is None,
    )


async def _calls(
    account: Account,
    source: Source,
    asked: Mapping[str, Any],
    regions: Sequence[str | None],
    priority: Priority,
    keep: Keep,
) -> _Read:
    """A list that comes whole: one call for each region."""
    replies = await asyncio.gather(
        *(account.client.call(source.action, asked, region=r, priority=priority) for r in regions),
        return_exceptions=True,
    )
    items: list[Any] = []
    failures: list[Failure] = []
    good = []
    for region, reply in zip(regions, replies, strict=True):
        if isinstance(reply, ClientError):
            failures.append(Failure(source.action, region or "", reply))
        elif isinstance(reply, BaseException):
            raise reply
        else:
            good.append(reply)
            found = dig(reply.data, source.items) or ()
            rows = [found] if isinstance(found, dict) else found
            items += [keep(region, row, None) for row in rows]
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
