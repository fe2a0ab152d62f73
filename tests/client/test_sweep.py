"""Whole lists: every style of page, lists that change meanwhile, ceilings, regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from loopback import HANG_UP, Out, Seen, error, loopback, ok

from livetui.client import (
    ApiError,
    BadParameters,
    BadReply,
    Client,
    Denied,
    Priority,
    Sweep,
    Throttled,
    Unreachable,
)

Make = Callable[..., Client]
ONLINE, PULL, SCROLL, BINDINGS = (
    "DescribeLiveStreamOnlineList",
    "DescribeLivePullStreamTasks",
    "DescribeRecordTask",
    "DescribeLiveDomainCertBindings",
)
WEEK = {"StartTime": 1773000000, "EndTime": 1773100000}


def name(row: Any) -> str:
    return str(row["StreamName"])


def streams(count: int) -> list[dict[str, Any]]:
    return [{"StreamName": f"s{number}"} for number in range(count)]


def online(rows: list[dict[str, Any]], seen: Seen, total: int | None = None) -> Out:
    number, size = seen.params["PageNum"], seen.params["PageSize"]
    return ok(
        OnlineInfo=rows[(number - 1) * size : number * size],
        TotalNum=len(rows) if total is None else total,
        TotalPage=1,
        PageNum=number,
        PageSize=size,
    )


async def swept(client: Client, action: str = ONLINE, params: Any = None, **how: Any) -> Sweep:
    return await client.sweep(action, params or {}, identity=name, **how)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 950])
async def test_numbered_pages(client_of: Make, count: int) -> None:
    rows = streams(count)
    async with loopback(lambda seen: online(rows, seen)) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert [item.data for item in sweep.items] == rows
    assert (sweep.total, sweep.ceiling, sweep.failures, sweep.complete) == (count, None, {}, True)
    assert len(sweep.request_ids) == max(1, -(-count // 100))
    assert all(seen.params["PageSize"] == 100 for seen in server.seen)
    assert sweep.raw.startswith('{"Response"')
    assert sweep.started <= sweep.finished


async def test_pages_are_fetched_side_by_side_but_not_all_at_once(client_of: Make) -> None:
    import asyncio

    rows, flying, most = streams(3000), 0, 0

    async def answer(seen: Seen) -> Out:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        for _ in range(20):
            await asyncio.sleep(0)
        flying -= 1
        return online(rows, seen)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert len(sweep.items) == 3000
    assert 4 < most <= 16


async def test_the_caller_may_choose_the_size(client_of: Make) -> None:
    rows = streams(35)
    async with loopback(lambda seen: online(rows, seen)) as server, client_of(server.url) as client:
        sweep = await swept(client, params={"PageSize": 10, "PageNum": 3})
    assert [item.data for item in sweep.items] == rows
    assert sorted(seen.params["PageNum"] for seen in server.seen) == [1, 2, 3, 4]


async def test_the_ceiling_is_told(client_of: Make) -> None:
    rows = streams(20_000)
    async with loopback(lambda seen: online(rows, seen, total=23_456)) as server:
        async with client_of(server.url) as client:
            sweep = await swept(client)
    assert (len(sweep.items), sweep.total, sweep.ceiling) == (20_000, 23_456, 20_000)
    assert len(server.seen) == 200


async def test_a_row_that_moved_is_there_once(client_of: Make) -> None:
    rows = streams(250)

    def answer(seen: Seen) -> Out:
        made = online(rows, seen)
        if seen.params["PageNum"] == 1:
            rows.insert(0, {"StreamName": "new"})  # pushes the last row of each page onto the next
        return made

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    names = [name(item.data) for item in sweep.items]
    assert len(names) == len(set(names)) == 250
    assert not sweep.complete  # 251 are there, and "new" was not seen


async def test_without_an_identity_rows_are_taken_as_they_come(client_of: Make) -> None:
    rows = [{"StreamName": "same"}] * 3
    async with loopback(lambda seen: online(rows, seen)) as server, client_of(server.url) as client:
        assert len((await client.sweep(ONLINE, {})).items) == 3
        assert len((await client.sweep(ONLINE, {}, identity=name)).items) == 1


async def test_a_list_that_grows_is_followed(client_of: Make) -> None:
    rows = streams(150)

    def answer(seen: Seen) -> Out:
        made = online(rows, seen)
        if len(rows) < 400:
            rows.extend(streams(len(rows) + 100)[len(rows) :])
        return made

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert len(sweep.items) == sweep.total == 450
    assert sweep.complete


async def test_a_list_that_shrinks_ends_where_it_ends(client_of: Make) -> None:
    rows = streams(500)

    def answer(seen: Seen) -> Out:
        made = online(rows, seen)
        del rows[150:]
        return made

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert len(sweep.items) == sweep.total == 150
    assert sweep.complete


async def test_an_empty_page_in_mid_list_is_asked_for_again(client_of: Make) -> None:
    rows, empty = streams(450), [3]

    def answer(seen: Seen) -> Out:
        if seen.params["PageNum"] in empty:
            empty.clear()
            return ok(OnlineInfo=[], TotalNum=450, TotalPage=5, PageNum=3, PageSize=100)
        return online(rows, seen)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert [item.data for item in sweep.items] == rows
    assert sweep.complete
    assert len(server.seen) == 6


async def test_an_empty_page_that_stays_empty_is_told(client_of: Make) -> None:
    rows = streams(450)

    def answer(seen: Seen) -> Out:
        if seen.params["PageNum"] == 3:
            return ok(OnlineInfo=None, TotalNum=450, TotalPage=5, PageNum=3, PageSize=100)
        return online(rows, seen)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert len(sweep.items) == 350
    assert (sweep.complete, sweep.failures) == (False, {})


async def test_a_total_with_nothing_behind_it_is_not_followed_for_ever(client_of: Make) -> None:
    async with loopback(lambda seen: ok(OnlineInfo=[], TotalNum=10**9, PageNum=1, PageSize=1)) as server:
        async with client_of(server.url) as client:
            sweep = await swept(client)
    assert not sweep.complete
    assert len(server.seen) < 60


async def test_offsets(client_of: Make) -> None:
    rows = [{"DomainName": f"d{number}"} for number in range(120)]

    def answer(seen: Seen) -> Out:
        offset, length = seen.params["Offset"], seen.params["Length"]
        return ok(LiveDomainCertBindings=rows[offset : offset + length], TotalNum=120)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await client.sweep(BINDINGS, {}, identity=lambda row: row["DomainName"])
    assert [item.data for item in sweep.items] == rows
    assert sorted(seen.params["Offset"] for seen in server.seen) == [0, 50, 100]


async def test_scrolling(client_of: Make) -> None:
    from datetime import UTC, datetime

    def answer(seen: Seen) -> Out:
        number = int(seen.params.get("ScrollToken", "0"))
        token = {"ScrollToken": str(number + 1)} if number < 3 else {"ScrollToken": None}
        return ok(TaskList=[{"StreamName": f"t{number}"}] if number != 1 else [], **token)

    async with loopback(answer) as server:
        now = datetime.fromtimestamp(WEEK["EndTime"], UTC)
        async with client_of(server.url, now=lambda: now) as client:
            sweep = await swept(client, SCROLL, WEEK, region="ap-guangzhou")
    assert [name(item.data) for item in sweep.items] == ["t0", "t2", "t3"]
    assert (sweep.total, sweep.complete) == (None, True)
    assert "ScrollToken" not in server.seen[0].params


async def test_a_token_that_leads_round_in_a_circle_is_left(client_of: Make) -> None:
    from datetime import UTC, datetime

    async with loopback(lambda seen: ok(TaskList=[{"StreamName": "t"}], ScrollToken="again")) as server:
        now = datetime.fromtimestamp(WEEK["EndTime"], UTC)
        async with client_of(server.url, now=lambda: now) as client:
            sweep = await swept(client, SCROLL, WEEK, region="ap-guangzhou")
    assert len(server.seen) == 2
    assert not sweep.complete


async def test_an_action_without_pages_is_one_call(client_of: Make) -> None:
    async with loopback(lambda seen: ok(Templates=[{"StreamName": "a"}])) as server:
        async with client_of(server.url) as client:
            sweep = await swept(client, "DescribeLiveTranscodeTemplates")
    assert [item.data for item in sweep.items] == [{"StreamName": "a"}]
    assert (sweep.total, sweep.complete) == (None, True)


# What fails.


async def test_a_page_that_fails_is_told_and_the_rest_kept(client_of: Make) -> None:
    rows = streams(450)

    def answer(seen: Seen) -> Out:
        return error("InternalError.ConfInUsed") if seen.params["PageNum"] == 3 else online(rows, seen)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert isinstance(sweep.failures[""], ApiError)
    assert not sweep.complete
    assert 100 <= len(sweep.items) < 450


async def test_a_page_that_fails_once_is_no_failure(client_of: Make) -> None:
    rows, left = streams(450), [HANG_UP, error("RequestLimitExceeded"), error("InternalError")]

    def answer(seen: Seen) -> Out:
        return left.pop() if left and seen.params["PageNum"] > 1 else online(rows, seen)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client)
    assert [item.data for item in sweep.items] == rows
    assert sweep.failures == {}


async def test_rows_that_are_no_list_are_a_bad_reply(client_of: Make) -> None:
    async with loopback(lambda seen: ok(OnlineInfo="none", TotalNum=1)) as server:
        async with client_of(server.url) as client:
            sweep = await swept(client)
    assert isinstance(sweep.failures[""], BadReply)


async def test_bad_parameters_raise(client_of: Make) -> None:
    async with loopback(lambda seen: ok()) as server, client_of(server.url) as client:
        with pytest.raises(BadParameters):
            await swept(client, params={"Nonsense": 1})
        with pytest.raises(BadParameters):
            await swept(client, PULL, regions=["moon-1"])
        with pytest.raises(BadParameters):
            await swept(client, PULL)
    assert server.seen == []


async def test_nothing_there_at_all(client_of: Make) -> None:
    async with client_of("http://127.0.0.1:9") as client:
        sweep = await swept(client)
    assert isinstance(sweep.failures[""], Unreachable)
    assert (sweep.items, sweep.complete) == ((), False)


# Regions.


def task(region: str, number: int) -> dict[str, Any]:
    return {"StreamName": f"{region}-{number}"}


async def test_regions_are_read_side_by_side(client_of: Make) -> None:
    def answer(seen: Seen) -> Out:
        region, number = seen.headers["x-tc-region"], seen.params["PageNum"]
        rows = [task(region, one) for one in range(25)]
        return ok(TaskInfos=rows[(number - 1) * 20 : number * 20], TotalNum=25, TotalPage=2)

    async with loopback(answer) as server, client_of(server.url) as client:
        wanted = ["ap-guangzhou", "ap-shanghai", "moon-1", "ap-guangzhou"]
        sweep = await swept(client, PULL, regions=wanted)
    assert [item.region for item in sweep.items] == ["ap-guangzhou"] * 25 + ["ap-shanghai"] * 25
    assert (sweep.total, sweep.complete, sweep.failures) == (50, True, {})
    assert {seen.params["PageSize"] for seen in server.seen} == {20}


async def test_a_region_that_fails_is_named_and_the_others_stay(client_of: Make) -> None:
    def answer(seen: Seen) -> Out:
        region = seen.headers["x-tc-region"]
        if region == "ap-shanghai":
            return error("AuthFailure.UnauthorizedOperation")
        return ok(TaskInfos=[task(region, 1)], TotalNum=1, TotalPage=1)

    async with loopback(answer) as server, client_of(server.url) as client:
        sweep = await swept(client, PULL, regions=["ap-guangzhou", "ap-shanghai", "ap-beijing"])
    assert [item.region for item in sweep.items] == ["ap-guangzhou", "ap-beijing"]
    assert isinstance(sweep.failures.pop("ap-shanghai"), Denied)
    assert sweep.failures == {}
    assert not sweep.complete


async def test_the_same_name_in_two_regions_is_two_things(client_of: Make) -> None:
    async with loopback(lambda seen: ok(TaskInfos=[{"StreamName": "x"}], TotalNum=1)) as server:
        async with client_of(server.url) as client:
            sweep = await swept(client, PULL, regions=["ap-guangzhou", "ap-beijing"])
    assert [item.region for item in sweep.items] == ["ap-guangzhou", "ap-beijing"]


async def test_regions_mean_nothing_to_an_action_without_them(client_of: Make) -> None:
    rows = streams(3)
    async with loopback(lambda seen: online(rows, seen)) as server, client_of(server.url) as client:
        sweep = await swept(client, regions=["ap-guangzhou", "ap-beijing"])
    assert len(server.seen) == 1
    assert [item.region for item in sweep.items] == [None] * 3


async def test_a_sweep_throttled_to_the_end_says_so(client_of: Make) -> None:
    async with loopback(lambda seen: error("RequestLimitExceeded")) as server:
        async with client_of(server.url) as client:
            sweep = await swept(client, priority=Priority.POLL)
    assert isinstance(sweep.failures[""], Throttled)
