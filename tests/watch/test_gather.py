"""Every css resource read from the emulated account; regions and parents that fail; lists cut short."""

from collections.abc import AsyncIterator, Callable

import pytest
from emulated import Served

from livetui.catalogue import load
from livetui.client import ApiError, Budget, Client, Priority, Throttled
from livetui.resources import book
from livetui.settings import Credential
from livetui.watch.cells import Reader
from livetui.watch.gather import Account, gather

CSS = load("css")
BOOK = book("css")
LISTED = [r.id for r in BOOK.resources.values() if r.source is not None]


@pytest.fixture
async def account(emulator: Served) -> AsyncIterator[Account]:
    async with Client(
        CSS,
        Credential(emulator.secret_id, emulator.secret_key),
        endpoint=emulator.url,
        budget=Budget(),
        now=emulator.clock.now,
    ) as client:
        yield Account("p", client, CSS, BOOK, (), emulator.clock.now)


@pytest.mark.parametrize("resource_id", LISTED)
async def test_a_resource_is_read_and_every_column_finds_its_member(
    account: Account, resource_id: str
) -> None:
    resource = BOOK.resources[resource_id]
    read = await gather(account, resource, priority=Priority.READ)
    reader = Reader(CSS, resource)
    if resource_id == "delayed":
        return
    assert read.things and not read.failures and read.request_id
    assert len({thing.identity for thing in read.things}) == len(read.things)
    rows = [reader.cells(thing, account.now()) for thing in read.things]
    for number, column in enumerate(resource.columns):
        assert (
            resource_id in ("record_tasks",)
            or column.id in ("drm", "about", "comment", "stopped", "why", "by")
            or any(row[number].text for row in rows)
        ), column.id
        if column.kind in ("time", "age", "left"):
            assert all(row[number].value is not None for row in rows if row[number].text), column.id


async def test_streams_join_their_push_quality(account: Account) -> None:
    read = await gather(account, BOOK.resources["streams"], priority=Priority.READ)
    joined = [thing for thing in read.things if "push" in thing.data]
    assert len(joined) == len(read.things)
    for thing in joined:
        assert thing.data["push"]["StreamName"] == thing.data["StreamName"]
        assert thing.data["push"]["PushDomain"] == thing.data["DomainName"]


async def test_regional_things_keep_their_region_and_the_account_is_their_union(account: Account) -> None:
    read = await gather(account, BOOK.resources["pull_tasks"], priority=Priority.READ)
    assert len({thing.region for thing in read.things}) == 3
    assert all(thing.region == thing.data["Region"] for thing in read.things)


async def test_one_faulted_region_is_named_and_the_others_come(account: Account, emulator: Served) -> None:
    emulator.fault(
        "error",
        "DescribeLivePullStreamTasks",
        region="eu-frankfurt",
        code="UnauthorizedOperation",
        message="no",
    )
    read = await gather(account, BOOK.resources["pull_tasks"], priority=Priority.READ)
    assert [failure.region for failure in read.failures] == ["eu-frankfurt"]
    assert {thing.region for thing in read.things} == {"ap-singapore", "na-ashburn"}


async def test_a_failed_join_costs_its_columns_only(account: Account, emulator: Served) -> None:
    emulator.fault("error", "DescribeLiveStreamPushInfoList", code="UnauthorizedOperation", message="no")
    read = await gather(account, BOOK.resources["streams"], priority=Priority.READ)
    assert read.things and [failure.part for failure in read.failures] == ["push quality"]
    assert all(thing.data["push"] is None for thing in read.things)


async def test_a_failed_source_raises(account: Account, emulator: Served) -> None:
    emulator.fault("error", "DescribeLiveStreamOnlineList", code="UnauthorizedOperation", message="no")
    with pytest.raises(ApiError):
        await gather(account, BOOK.resources["streams"], priority=Priority.READ)


async def test_history_asks_each_enabled_push_domain(account: Account, emulator: Served) -> None:
    await gather(account, BOOK.resources["history"], priority=Priority.READ)
    listed = emulator.call("DescribeLiveDomains", PageSize=100)["DomainList"]
    enabled = {d["Name"] for d in listed if d["Type"] == 0 and d["Status"] == 1}
    assert len(emulator.calls("DescribeLiveStreamPublishedList")) >= len(enabled)


async def test_a_list_at_the_services_ceiling_says_so(serve_emulator: Callable[..., Served]) -> None:
    served = serve_emulator(streams=25_000, limits=False)
    client = Client(
        CSS,
        Credential(served.secret_id, served.secret_key),
        endpoint=served.url,
        budget=Budget(polling_share=1.0),
        now=served.clock.now,
    )
    async with client:
        account = Account("p", client, CSS, BOOK, (), served.clock.now)
        read = await gather(account, BOOK.resources["streams"], priority=Priority.READ)
    assert len(read.things) == read.ceiling == 20_000
    assert not read.complete


async def test_throttled_readings_come_when_the_cloud_gives_way(account: Account, emulator: Served) -> None:
    emulator.fault("throttle", "DescribeLiveDomains", times=1)
    read = await gather(account, BOOK.resources["domains"], priority=Priority.READ)
    assert read.things
    emulator.fault("throttle", "DescribeLiveDomains")
    with pytest.raises(Throttled):
        await gather(account, BOOK.resources["domains"], priority=Priority.READ)
