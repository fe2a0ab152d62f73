"""Reads a list wherever it is kept: at the cloud, in the journal, or with the event messages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from livetui.client import Priority
from livetui.operations.records import gather_records, with_records
from livetui.resources.model import Resource
from livetui.settings import Paths
from livetui.watch.events import gather_events
from livetui.watch.gather import Account, gather
from livetui.watch.things import Gathered, Identity, Thing


async def read_list(
    account: Account,
    resource: Resource,
    paths: Paths,
    *,
    priority: Priority,
    known: Mapping[Identity, Thing] = MappingProxyType({}),
) -> Gathered:
    """One reading, with what the journal adds to it. Raises what `gather` does; OSError for the journal's."""
    if resource.events:
        return await asyncio.to_thread(gather_events, account, resource, paths.events_file)
    if resource.journal:
        return await asyncio.to_thread(gather_records, account, resource, paths.journal_file)
    gathered = await gather(account, resource, priority=priority, known=known)
    if resource.recorded is None:
        return gathered
    return await asyncio.to_thread(with_records, account, resource, gathered, paths.journal_file)
