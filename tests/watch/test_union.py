"""Lists of several accounts as one: each at its own pace, and what fails is that source's alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from livetui.catalogue import load
from livetui.client import Unreachable
from livetui.resources import book
from livetui.resources.union import ALL_STREAMS
from livetui.watch.cells import Reader
from livetui.watch.diff import advance, fail
from livetui.watch.poller import Poller
from livetui.watch.things import Failure, Gathered, Identity, Snapshot, Thing
from livetui.watch.union import Part, UnionPoller, UnionReader, Whose, together

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CSS, ALI = ("prod", "streams"), ("ali", "apsara_streams")
DOWN = Unreachable("ListStreams", "the network is gone")


def thing(whose: Whose, name: str, region: str = "") -> Thing:
    profile, resource = whose
    data = {"DomainName": "live.example", "AppName": "live", "StreamName": name}
    return Thing(Identity(profile, region, resource, (name,)), data, NOW)


def reading(*things: Thing, at: datetime = NOW, **rest: object) -> Gathered:
    return Gathered(things=things, at=at, **rest)  # type: ignore[arg-type]


def read(before: Snapshot, *things: Thing, **rest: object) -> Snapshot:
    return advance(before, reading(*things, **rest), values)  # type: ignore[arg-type]


def names(identities: object) -> set[str]:
    return {identity.key[0] for identity in identities}  # type: ignore[attr-defined]


def values(one: Thing) -> dict[str, object]:
    return {"fps": one.data.get("fps")}


# What is known together.


def test_all_sources_have_every_row_and_are_as_old_as_the_oldest() -> None:
    early = NOW - timedelta(seconds=9)
    made = together(
        [
            read(Snapshot(), thing(CSS, "a"), total=5, calls=2, took=1.0, request_id="one", ceiling=3000),
            read(Snapshot(), thing(ALI, "b"), at=early, total=1, calls=3, took=4.0, request_id="two"),
        ]
    )
    assert names(made.things) == {"a", "b"} and made.read is not None
    assert (made.at, made.read.total, made.read.calls, made.read.took) == (early, 6, 5, 4.0)
    # Each source has its own; one of them would be taken for all.
    assert (made.read.request_id, made.read.ceiling, made.read.failures) == ("", None, ())


def test_nothing_is_known_before_the_first_has_come_and_then_what_has_come() -> None:
    assert together([Snapshot(), Snapshot()]).read is None
    made = together([Snapshot(), read(Snapshot(), thing(ALI, "b"))])
    assert names(made.things) == {"b"} and made.at == NOW and not made.unread


def test_a_source_that_failed_keeps_its_things_as_unread_and_the_others_go_on() -> None:
    css, ali = read(Snapshot(), thing(CSS, "a")), read(Snapshot(), thing(ALI, "b"), thing(ALI, "c"))
    css = fail(css, DOWN, NOW)
    ali = read(ali, thing(ALI, "b"), at=NOW + timedelta(seconds=15), atomic=True)
    made = together([css, ali])
    assert names(made.things) == {"a", "b", "c"} and names(made.gone) == {"c"}
    assert names(made.unread) == {"a"} and not made.missing
    assert made.error is None and made.at == NOW + timedelta(seconds=15), "as old as what did come"
    ali = read(ali, thing(ALI, "b"), atomic=True)
    assert names(together([css, ali]).things) == {"a", "b"}
    again = together([read(css, thing(CSS, "a")), ali])
    assert not again.unread


def test_a_region_that_failed_keeps_what_is_there_and_nothing_else() -> None:
    here, there = thing(CSS, "a", "ap-one"), thing(CSS, "b", "ap-two")
    css, ali = read(Snapshot(), here, there), read(Snapshot(), thing(ALI, "c", "ap-two"))
    css = read(css, failures=(Failure("ListStreams", "ap-two", DOWN),), atomic=True)
    made = together([css, read(ali, atomic=True)])
    assert names(made.gone) == {"a", "c"} and names(made.unread) == {"b"}


def test_all_sources_failing_is_a_failure_since_the_last_of_them_failed() -> None:
    later = NOW + timedelta(seconds=30)
    css, ali = read(Snapshot(), thing(CSS, "a")), read(Snapshot(), thing(ALI, "b"))
    made = together([fail(css, DOWN, NOW), fail(ali, Unreachable("x", "no such host"), later)])
    assert made.error is DOWN and made.failing_since == later
    assert names(made.things) == names(made.unread) == {"a", "b"} and made.at == NOW


def test_what_is_new_is_what_is_new_in_each() -> None:
    css, ali = read(Snapshot(), thing(CSS, "a")), read(Snapshot(), thing(ALI, "b"))
    changed = Thing(thing(ALI, "b").identity, {"fps": 3}, NOW)
    made = together([read(css, thing(CSS, "a"), thing(CSS, "n")), read(ali, changed)])
    assert names(made.arrived) == {"n"}
    assert {one.key[0]: what for one, what in made.changed.items()} == {"b": frozenset({"fps"})}


# Each at its own pace.


def part(whose: Whose, read: Callable[[bool], Awaitable[Gathered]]) -> Part:
    catalogue, resource = {
        CSS: (load("css"), book("css").resources["streams"]),
        ALI: (load("apsara"), book("apsara").resources["apsara_streams"]),
    }[whose]
    reader = Reader(catalogue, resource, UTC)
    poller = Poller(read, values, interval=3600.0, now=lambda: NOW, told=lambda snapshot: None)
    return Part(whose[0], reader, poller)


async def test_a_source_that_hangs_holds_up_none_of_the_others() -> None:
    begun = asyncio.Event()

    async def hangs(asked: bool) -> Gathered:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("never")

    async def comes(asked: bool) -> Gathered:
        return reading(thing(ALI, "b"))

    slow, quick = part(CSS, hangs), part(ALI, comes)
    poller = UnionPoller([slow, quick])
    running = asyncio.create_task(poller.run())
    await begun.wait()
    await quick.poller.known.wait()
    assert names(poller.snapshot.things) == {"b"} and poller.reading
    assert poller.snapshot is poller.snapshot, "the very same while nothing else is known"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not slow.poller.reading


async def test_they_are_read_asked_and_paused_together() -> None:
    asked: list[str] = []
    again = asyncio.Event()

    def reads(whose: Whose) -> Callable[[bool], Awaitable[Gathered]]:
        async def come(wanted: bool) -> Gathered:
            asked.append(whose[0])
            if len(asked) == 4:
                again.set()
            return reading(thing(whose, whose[0]))

        return come

    parts = [part(CSS, reads(CSS)), part(ALI, reads(ALI))]
    poller = UnionPoller(parts)
    await poller.once()
    assert sorted(asked) == ["ali", "prod"] and names(poller.snapshot.things) == {"ali", "prod"}
    assert not poller.paused
    for one in parts:
        one.poller.paused = True
    assert poller.paused
    running = asyncio.create_task(poller.run())
    poller.poke()
    async with asyncio.timeout(10):
        await again.wait()
    running.cancel()


async def test_a_part_that_joins_disturbs_no_reading_and_one_that_goes_is_read_no_more() -> None:
    began: list[str] = []
    comes, joined = asyncio.Event(), asyncio.Event()

    async def slow(asked: bool) -> Gathered:
        began.append("prod")
        await comes.wait()
        return reading(thing(CSS, "a"))

    async def quick(asked: bool) -> Gathered:
        began.append("ali")
        joined.set()
        return reading(thing(ALI, "b"))

    first, second = part(CSS, slow), part(ALI, quick)
    poller = UnionPoller([first])
    running = asyncio.create_task(poller.run())
    await asyncio.sleep(0)
    poller.change([first, second])
    await joined.wait()
    comes.set()
    await first.poller.known.wait()
    assert began == ["prod", "ali"] and names(poller.snapshot.things) == {"a", "b"}
    poller.change([first])
    for _ in range(5):
        await asyncio.sleep(0)
    assert names(poller.snapshot.things) == {"a"}
    second.poller.poke()
    first.poller.poke()
    comes.clear()
    while began.count("prod") < 2:  # noqa: ASYNC110
        # Nothing tells of its beginning but that it has begun.
        await asyncio.sleep(0)
    assert began == ["prod", "ali", "prod"]
    running.cancel()


async def test_what_goes_wrong_in_a_poller_comes_out() -> None:
    async def broken(asked: bool) -> Gathered:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await UnionPoller([part(CSS, broken)]).run()


# Rows.


def test_rows_are_read_by_their_own_list_in_the_columns_that_they_share() -> None:
    async def never(asked: bool) -> Gathered:
        raise AssertionError("never read")

    parts = {CSS: part(CSS, never)._replace(label="prod css"), ALI: part(ALI, never)}
    reader = UnionReader(ALL_STREAMS, parts, UTC)
    rows = {}
    for whose, more in ((CSS, {"PublishTimeList": []}), (ALI, {"PublishTime": "2026-03-10T11:00:00Z"})):
        one = thing(whose, "gate")
        one = Thing(one.identity, {**one.data, **more}, NOW)
        cells = reader.cells(one, NOW)
        rows[whose] = {column.id: cells[n].text for n, column in enumerate(ALL_STREAMS.columns)}
    assert rows[CSS]["name"] == rows[ALI]["name"] == "gate"
    assert (rows[CSS]["source"], rows[ALI]["source"]) == ("prod css", "ali")
    assert rows[ALI]["age"] == "1h00m" and rows[ALI]["domain"] == rows[CSS]["domain"] == "live.example"


def test_a_row_says_of_its_state_that_it_was_not_read() -> None:
    reader = Reader(load("css"), book("css").resources["streams"], UTC)
    state = [column.id for column in reader.resource.columns].index("state")
    texts = [
        reader.cells(thing(CSS, "a"), NOW, sight=sight)[state].text for sight in ("seen", "unread", "missing")
    ]
    assert texts[0] and texts[1:] == [f"{texts[0]}?", "not seen"]


def test_every_column_of_all_sources_is_one_that_two_of_the_lists_have() -> None:
    lists = [
        book(service).resources[name]
        for service, name in (
            ("css", "streams"),
            ("apsara", "apsara_streams"),
            ("channel", "channel_channels"),
        )
    ]
    for column in ALL_STREAMS.columns:
        having = [one for one in lists if column.id in {c.id for c in one.columns}]
        assert column.id == "source" or len(having) >= 2, column.id
        assert {c.kind for one in having for c in one.columns if c.id == column.id} <= {column.kind}
