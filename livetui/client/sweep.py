"""Reading a whole list: its pieces at once where their number is known, its regions side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from livetui.catalogue import Action, Page
from livetui.catalogue.check import Problem
from livetui.client import paginate
from livetui.client.budget import Priority
from livetui.client.errors import BadParameters, BadReply, ClientError
from livetui.turns import Pace

if TYPE_CHECKING:
    from livetui.client.client import Client, Reply

IN_FLIGHT = 12
"""Calls of one sweep under way at a time, over all its regions."""
ROWS_IN_FLIGHT = 2_000
"""Rows that they may bring at a time: pieces of a thousand rows each are asked for more sparingly."""
ROUNDS = 5
"""How often a list that has grown while it was read is followed."""
MOST_PIECES = 2000
"""Where a list without a total is given up; the longest documented one has 200."""
_EMPTY_IN_A_ROW = 3
_LOOK = 10
"""Rows taken in between two looks at the time."""

Identity = Callable[[Mapping[str, Any]], Hashable]
Keep = Callable[[str | None, dict[str, Any], Hashable], Any]
"""(region, row, its identity or None) -> what is kept of the row; asked as each piece comes."""


class Item(NamedTuple):
    """One row, and the region it came from."""

    region: str | None
    data: dict[str, Any]


def whole(region: str | None, row: dict[str, Any], key: Hashable) -> Item:
    """Keeps a row as it came."""
    return Item(region, row)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A list as it was read between two moments."""

    action: str
    items: tuple[Any, ...]
    """An Item for each row, or what was asked to be kept of it; in the service's order, region by region; no
    identity twice."""
    total: int | None
    """How many the service says there are, all regions together; None where it does not say."""
    ceiling: int | None
    """The most the service lists, where that was reached: there may be more. Else None."""
    request_ids: tuple[str, ...]
    failures: dict[str, ClientError]
    """What kept a region from being read to its end, by region; "" for none. Its items so far are kept."""
    started: datetime
    finished: datetime
    raw: str
    """The last answer as it came."""
    complete: bool = True
    """Whether as many were read as the service says there are, from every region. A list that changes while
    it is read can come up short; then an absence proves nothing."""


@dataclass(slots=True)
class _Part:
    """What has been read of one region."""

    region: str | None
    items: dict[int, list[Any]] = field(default_factory=dict)
    """By piece, from 1."""
    seen: set[Hashable] = field(default_factory=set)
    request_ids: dict[int, str] = field(default_factory=dict)
    total: int | None = None
    ceiling: int | None = None
    read: int = 0
    """Rows, those that came twice included."""
    raw: str = ""
    failure: ClientError | None = None
    gaps: bool = False
    """A piece that should have held rows was empty, twice."""


async def sweep(
    client: Client,
    action: str,
    params: Mapping[str, Any],
    *,
    region: str | None,
    regions: Sequence[str],
    priority: Priority,
    identity: Identity | None,
    keep: Keep = whole,
) -> Sweep:
    """Read a list to its end.

    `regions` are tried side by side, as far as the action allows them; `identity` tells rows apart, so that
    one which moved to another piece meanwhile is not there twice. What fails, fails by region and is in
    `failures`; only what is refused before anything is sent raises.
    """
    fact = client.catalogue.action(action)
    started = client.now()
    wanted = _regions(fact, region, regions)
    size = paginate.size_of(fact.page, params) if fact.page else 1
    gate = asyncio.Semaphore(max(2, min(IN_FLIGHT, ROWS_IN_FLIGHT // size)))
    reader = _Reader(client, fact, params, priority, gate, identity, keep)
    parts = await asyncio.gather(*(reader.part(one) for one in wanted))
    refused = next((p.failure for p in parts if isinstance(p.failure, BadParameters)), None)
    if refused is not None:
        raise refused
    return _together(fact, parts, started, client.now())


def _regions(action: Action, region: str | None, regions: Sequence[str]) -> list[str | None]:
    """Where to read: nowhere special for an action without regions. Raises BadParameters."""
    if not action.regions or not regions:
        return [region]
    wanted = list(dict.fromkeys(one for one in regions if one in action.regions))
    if not wanted:
        message = f"has to be one of: {', '.join(action.regions)}"
        raise BadParameters(action.name, [Problem("region", "value", message)])
    return [*wanted]


def _together(action: Action, parts: Sequence[_Part], started: datetime, finished: datetime) -> Sweep:
    items: list[Any] = []
    complete = True
    for part in parts:
        mine = [item for number in sorted(part.items) for item in part.items[number]]
        items += mine
        reachable = part.total if part.ceiling is None else min(part.total or 0, part.ceiling)
        short = reachable is not None and len(mine) < reachable
        complete = complete and part.failure is None and not part.gaps and not short
    totals = [part.total for part in parts if part.total is not None]
    return Sweep(
        action.name,
        tuple(items),
        sum(totals) if totals else None,
        next((part.ceiling for part in parts if part.ceiling is not None), None),
        tuple(part.request_ids[number] for part in parts for number in sorted(part.request_ids)),
        {part.region or "": part.failure for part in parts if part.failure is not None},
        started,
        finished,
        next((part.raw for part in reversed(parts) if part.raw), ""),
        complete,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the pieces of one list."""

    client: Client
    action: Action
    params: Mapping[str, Any]
    priority: Priority
    gate: asyncio.Semaphore
    identity: Identity | None
    keep: Keep

    async def part(self, region: str | None) -> _Part:
        """One region's list; what goes wrong is kept in it."""
        part = _Part(region)
        page = self.action.page
        try:
            if page is None:
                await self._whole(part)
            elif page.style in ("scroll", "marker"):
                await self._scrolled(part, page)
            else:
                await self._numbered(part, page)
        except ClientError as error:
            part.failure = error
        return part

    async def _call(self, part: _Part, number: int, params: dict[str, Any]) -> Reply:
        async with self.gate:
            reply = await self.client.call(
                self.action.name, params, region=part.region, priority=self.priority
            )
        part.request_ids[number] = reply.request_id
        part.raw = reply.raw
        return reply

    async def _keep(self, part: _Part, number: int, rows: Sequence[dict[str, Any]]) -> None:
        """Take in the rows of a piece as it comes, so that a long list does not hold the loop at its end."""
        part.read += len(rows)
        kept = part.items[number] = []
        pace = Pace()
        for place, row in enumerate(rows):
            if place % _LOOK == 0 and pace.due:
                await pace.rest()
            key = self.identity(row) if self.identity is not None else None
            if key is None or key not in part.seen:
                kept.append(self.keep(part.region, row, key))
                if key is not None:
                    part.seen.add(key)

    async def _whole(self, part: _Part) -> None:
        """An action without pages: its first list, or the reply itself where it has none."""
        reply = await self._call(part, 1, dict(self.params))
        member = paginate.items_member(self.action)
        if not member:
            await self._keep(part, 1, (reply.data,))
            return
        await self._keep(part, 1, self._read(part, Page("scroll", member), reply.data).rows)

    def _read(self, part: _Part, page: Page, data: Mapping[str, Any]) -> paginate.Piece:
        try:
            return paginate.read(page, data)
        except paginate.NotAList as error:
            raise BadReply(self.action.name, str(error), part.region, status=200, raw=part.raw) from None

    async def _scrolled(self, part: _Part, page: Page) -> None:
        token, seen = "", {""}
        for number in range(1, MOST_PIECES + 1):
            reply = await self._call(part, number, paginate.scroll(page, self.params, token))
            piece = self._read(part, page, reply.data)
            await self._keep(part, number, piece.rows)
            token = piece.token
            if token in seen:
                # "" is the end; any other token twice would lead round in a circle.
                part.gaps = token != ""
                return
            seen.add(token)
        part.gaps = True

    async def _numbered(self, part: _Part, page: Page) -> None:
        size = paginate.size_of(page, self.params)
        count = await self._piece(part, page, size, 1)
        if part.total is None:
            await self._until_short(part, page, size, count)
        done = 1
        for _ in range(ROUNDS):
            last = paginate.pieces(page, size, part.total) if part.total is not None else done
            if last <= done:
                break
            await self._pieces(part, page, size, range(done + 1, last + 1))
            done = last
        if page.ceiling is not None and max(part.read, part.total or 0) >= page.ceiling:
            part.ceiling = page.ceiling

    async def _until_short(self, part: _Part, page: Page, size: int, count: int) -> None:
        """A list that tells no total ends with a piece that is not full."""
        number = 1
        most = min(MOST_PIECES, paginate.pieces(page, size, page.ceiling or size * MOST_PIECES))
        while count >= size and number < most:
            number += 1
            count = await self._piece(part, page, size, number)
        part.gaps = part.gaps or (number == MOST_PIECES)

    async def _pieces(self, part: _Part, page: Page, size: int, numbers: range) -> None:
        """Several at a time, in order; the first failure stops the rest."""
        left = iter(numbers)
        empty = 0

        async def work() -> None:
            nonlocal empty
            for number in left:
                if part.failure is not None or empty >= _EMPTY_IN_A_ROW:
                    return
                try:
                    rows = await self._piece(part, page, size, number)
                except ClientError as error:
                    part.failure = part.failure or error
                    return
                # A total that no row stands behind is not followed to its end.
                empty = 0 if rows else empty + 1

        async with asyncio.TaskGroup() as group:
            for _ in range(min(IN_FLIGHT, len(numbers))):
                group.create_task(work())
        if empty >= _EMPTY_IN_A_ROW:
            part.gaps = part.gaps or any(number not in part.items for number in numbers)

    async def _piece(self, part: _Part, page: Page, size: int, number: int) -> int:
        """Read one piece, once more where it is empty and should not be. Returns its rows' number."""
        for again in (False, True):
            reply = await self._call(part, number, paginate.ask(page, self.params, number))
            piece = self._read(part, page, reply.data)
            await self._keep(part, number, piece.rows)
            # The last told is the truest; a list may grow or shrink while it is read.
            part.total = piece.total if piece.total is not None else part.total
            wanted = paginate.expected(page, size, number, piece.total)
            if piece.rows or not wanted:
                break
            part.gaps = part.gaps or again
        return len(piece.rows)
