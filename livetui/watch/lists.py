"""Asks a list about certain things, in as few calls as it takes.

One thing is asked for by its own parameters. Many are looked up in the whole list, where that has fewer
pages than there are things to ask for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from livetui.client import ClientError, Priority
from livetui.resources.model import Source, dig
from livetui.watch.gather import Account, window
from livetui.watch.nested import as_read, unfolded

AT_ONCE = 16
"""Calls under way at a time, where each thing is asked for by itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a list is asked about."""

    match: Mapping[str, str]
    """Member of a row -> the value that it has to have, as text."""
    narrow: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that make the list tell of this thing alone."""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a list says of one thing."""

    rows: tuple[Mapping[str, Any], ...] = ()
    whole: bool = False
    """It came in one reply, so that what is not in it is not there. Pages that change prove nothing."""
    request_id: str = ""
    at: datetime | None = None
    error: ClientError | None = None
    """Why the list did not come; then it says nothing."""


async def ask(
    account: Account, source: Source, asked: Sequence[Asked], priority: Priority = Priority.READ
) -> list[Answer]:
    """What the source says of each, in the order they were asked for. Raises nothing that the cloud did."""
    by_region: dict[str, list[int]] = {}
    for number, one in enumerate(asked):
        by_region.setdefault(one.region, []).append(number)
    asker = _Asker(account, source, priority)
    told = await asyncio.gather(
        *(asker.region(region, [asked[n] for n in numbers]) for region, numbers in by_region.items())
    )
    answers = [Answer()] * len(asked)
    for numbers, part in zip(by_region.values(), told, strict=True):
        for number, answer in zip(numbers, part, strict=True):
            answers[number] = answer
    return answers


async def each(
    account: Account,
    source: Source,
    narrows: Sequence[Mapping[str, Any]],
    priority: Priority = Priority.READ,
) -> list[Answer]:
    """What the first page of the source says under each set of parameters, in their order."""
    asker = _Asker(account, source, priority)

    async def question(narrow: Mapping[str, Any]) -> Answer:
        async with asker.gate:
            rows, answer = await asker.called("", narrow)
        return replace(answer, rows=tuple(rows))

    return list(await asyncio.gather(*(question(narrow) for narrow in narrows)))


class _Asker:
    """One source of one account."""

    def __init__(self, account: Account, source: Source, priority: Priority) -> None:
        self.account, self.source, self.priority = account, source, priority
        self.action = account.catalogue.action(source.action)
        self.gate = asyncio.Semaphore(AT_ONCE)

    async def region(self, region: str, asked: Sequence[Asked]) -> list[Answer]:
        page = self.action.page
        narrows = {_key(one.narrow): one.narrow for one in asked}
        narrowed = _key({}) not in narrows
        if narrowed and (len(narrows) == 1 or self._needs(narrows.values())):
            return await self._each(region, asked)
        if page is None:
            return _told(self.source, asked, *await self._whole(region, {}))
        rows, answer, total = await self._first(region, page.size, page.max_size)
        if answer.error is not None or (total is not None and total <= len(rows)):
            return _told(self.source, asked, rows, answer)
        if narrowed and total is not None and -(-total // page.max_size) > len(narrows):
            return await self._each(region, asked)
        rows, answer, ceiling = await self._swept(region, {})
        answers = _told(self.source, asked, rows, answer)
        if ceiling and narrowed:
            lacking = [n for n, one in enumerate(answers) if not one.rows]
            for n, found in zip(lacking, await self._each(region, [asked[n] for n in lacking]), strict=True):
                answers[n] = found
        return answers

    def _needs(self, narrows: Iterable[Mapping[str, Any]]) -> bool:
        """Whether the action can't be asked at all without what names a single thing, or its parent."""
        required = {field.name for field in self.action.parameters if field.required} - set(self._asking())
        return any(required.intersection(narrow) for narrow in narrows)

    async def _each(self, region: str, asked: Sequence[Asked]) -> list[Answer]:
        """One question for each set of parameters."""
        narrows = {_key(one.narrow): one.narrow for one in asked}

        async def question(narrow: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], Answer]:
            async with self.gate:
                rows, answer = await self._whole(region, narrow)
            said = _of_parent(self.source, narrow)
            return [{**row, **said} for row in rows] if said else rows, answer

        told = await asyncio.gather(*(question(narrow) for narrow in narrows.values()))
        by_key = dict(zip(narrows, told, strict=True))
        return [_told(self.source, (one,), *by_key[_key(one.narrow)])[0] for one in asked]

    async def _whole(self, region: str, narrow: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], Answer]:
        if self.action.page is not None:
            rows, answer, _ = await self._swept(region, narrow)
            return rows, answer
        return await self.called(region, narrow)

    async def called(self, region: str, narrow: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], Answer]:
        """One call, and the rows in its reply."""
        try:
            reply = await self.account.client.call(
                self.source.action,
                {**self._asking(), **narrow},
                region=self._region(region),
                priority=self.priority,
            )
        except ClientError as error:
            return [], Answer(error=error)
        found = dig(reply.data, self.source.items) if self.source.items else reply.data
        rows = found if isinstance(found, list) else [] if found is None else [found]
        return rows, Answer(whole=True, request_id=reply.request_id, at=reply.at)

    async def _first(
        self, region: str, size: str, most: int
    ) -> tuple[list[Mapping[str, Any]], Answer, int | None]:
        """The first page, and how many rows there are in all."""
        page = self.action.page
        assert page is not None
        if page.style == "scroll":
            return [], Answer(), None
        try:
            reply = await self.account.client.call(
                self.source.action,
                {**self._asking(), size: most},
                region=self._region(region),
                priority=self.priority,
            )
        except ClientError as error:
            return [], Answer(error=error), None
        rows = list(dig(reply.data, page.items) or ())
        total = dig(reply.data, page.total) if page.total else None
        return rows, Answer(whole=True, request_id=reply.request_id, at=reply.at), total

    async def _swept(
        self, region: str, narrow: Mapping[str, Any]
    ) -> tuple[list[Mapping[str, Any]], Answer, bool]:
        try:
            sweep = await self.account.client.sweep(
                self.source.action,
                {**self._asking(), **narrow},
                region=self._region(region),
                priority=self.priority,
            )
        except ClientError as error:
            return [], Answer(error=error), False
        failure = next(iter(sweep.failures.values()), None)
        whole = len(sweep.request_ids) == 1 and sweep.complete and sweep.ceiling is None
        request_id = sweep.request_ids[-1] if sweep.request_ids else ""
        rows: list[Mapping[str, Any]] = [item.data for item in sweep.items]
        return rows, Answer((), whole, request_id, sweep.finished, failure), sweep.ceiling is not None

    def _asking(self) -> dict[str, Any]:
        return {**self.source.params, **window(self.account, self.source)}

    def _region(self, region: str) -> str | None:
        return region if region and self.action.regions else None


def _of_parent(source: Source, narrow: Mapping[str, Any]) -> dict[str, Any]:
    """What rows are told of the parent that they were asked for by, as far as the question names it."""
    if source.each is None:
        return {}
    known = {member: narrow[param] for param, member in source.each.params.items() if param in narrow}
    return {name: known[member] for name, member in source.each.told.items() if member in known}


def _told(
    source: Source, asked: Sequence[Asked], rows: Iterable[Mapping[str, Any]], answer: Answer
) -> list[Answer]:
    """The answer to each, with the rows that match it."""
    rows = list(rows)
    if source.inside is not None:
        rows = [one for row in rows for one in unfolded(source.inside, row)]
    if source.reads is not None:
        rows = [as_read(source, dict(row)) for row in rows]
    indexes: dict[tuple[str, ...], dict[tuple[str, ...], list[Mapping[str, Any]]]] = {}
    made = []
    for one in asked:
        members = tuple(one.match)
        if members not in indexes:
            index = indexes[members] = {}
            for row in rows:
                index.setdefault(tuple(_text(dig(row, member)) for member in members), []).append(row)
        found = indexes[members].get(tuple(one.match.values()), ())
        # What did come of a list that broke off is there all the same.
        error = None if found else answer.error
        made.append(replace(answer, rows=tuple(found), error=error))
    return made


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _key(narrow: Mapping[str, Any]) -> Hashable:
    return tuple(sorted((name, str(value)) for name, value in narrow.items()))
