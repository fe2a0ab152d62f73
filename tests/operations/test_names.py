"""Names as people write them, and the streams that the emulated account has for them."""

from collections.abc import AsyncIterator

import pytest
from emulated import Served
from hypothesis import given
from hypothesis import strategies as st

from livetui.catalogue import load
from livetui.client import Budget, Client, ClientError
from livetui.operations.names import (
    BadLine,
    Candidates,
    Found,
    Name,
    parse,
    parse_list,
    resolve,
    resolve_all,
)
from livetui.resources import book
from livetui.settings import Credential
from livetui.watch.gather import Account


@pytest.fixture
async def account(emulator: Served) -> AsyncIterator[Account]:
    async with Client(
        load("css"),
        Credential(emulator.secret_id, emulator.secret_key),
        endpoint=emulator.url,
        budget=Budget(),
        now=emulator.clock.now,
    ) as client:
        yield Account("p", client, load("css"), book("css"), (), emulator.clock.now)


def online(emulator: Served) -> list[tuple[str, str, str]]:
    rows = emulator.call("DescribeLiveStreamOnlineList", PageSize=100)["OnlineInfo"]
    return [(row["DomainName"], row["AppName"], row["StreamName"]) for row in rows]


def test_a_line_names_a_stream_with_as_much_of_its_place_as_is_written() -> None:
    assert parse("a") == Name("a")
    assert parse("push.d.example/a") == Name("a", domain="push.d.example")
    assert parse("push.d.example/live/a") == Name("a", "live", "push.d.example")


@pytest.mark.parametrize("text", ["a/b/c/d", "/a", "d//a", "d/", "a b", "a,\tb"])
def test_what_is_no_name_says_why(text: str) -> None:
    bad = parse(text, 3)
    assert isinstance(bad, BadLine) and bad.why and bad.line == 3


def test_a_list_has_comments_and_blank_lines_and_tells_its_lines() -> None:
    text = "\ufeff# who goes dark\r\n\r\none  # said so\n  d/two\nthree#x\n"
    assert parse_list(text) == [Name("one", line=3), Name("two", domain="d", line=4), Name("three#x", line=5)]


@given(st.text())
def test_any_text_is_a_list_of_names_or_says_what_is_wrong(text: str) -> None:
    for one in parse_list(text):
        assert one.line >= 1
        if isinstance(one, Name):
            assert parse(str(one)) == Name(one.name, one.app, one.domain)


async def test_a_name_online_once_is_found(account: Account, emulator: Served) -> None:
    streams = online(emulator)
    names = [name for _, _, name in streams]
    domain, app, name = next(s for s in streams if names.count(s[2]) == 1)
    for text in (name, f"{domain}/{name}", f"{domain}/{app}/{name}"):
        found = await resolve(account, text)
        assert isinstance(found, Found) and found.place.key == (domain, app, name)
        assert found.place.where == "online"
    assert await resolve(account, f"push.nowhere.example/{name}") is None


async def test_a_name_on_several_domains_tells_its_candidates(account: Account, emulator: Served) -> None:
    found = await resolve(account, "test-pattern")
    assert isinstance(found, Candidates)
    assert [p.key for p in found.places] == sorted(s for s in online(emulator) if s[2] == "test-pattern")
    one = await resolve(account, f"{found.places[0].domain}/test-pattern")
    assert isinstance(one, Found) and one.place == found.places[0]


async def test_a_forbidden_name_is_found_though_it_is_not_online(account: Account, emulator: Served) -> None:
    row = emulator.call("DescribeLiveForbidStreamList", PageSize=100)["ForbidStreamList"][0]
    found = await resolve(account, row["StreamName"])
    assert isinstance(found, Found) and found.place.where == "forbidden"
    assert found.place.domain == row["DomainName"] and found.place.data["ExpireTime"] == row["ExpireTime"]


async def test_a_ban_without_a_domain_is_placed_by_the_events(account: Account, emulator: Served) -> None:
    domain, app, name = next(s for s in online(emulator) if s[2] == "test-pattern")
    emulator.call("ForbidLiveStream", DomainName=domain, AppName=app, StreamName=name)
    emulator.advance(5)
    found = await resolve(account, name)
    assert isinstance(found, Candidates) and (domain, app, name) in [p.key for p in found.places]
    one = await resolve(account, f"{domain}/{app}/{name}")
    assert isinstance(one, Found) and one.place.where == "forbidden" and one.place.data["ExpireTime"]


async def test_a_stream_that_has_gone_is_found_in_the_events(account: Account, emulator: Served) -> None:
    there = {s[2] for s in online(emulator)}
    banned = {
        b["StreamName"]
        for b in emulator.call("DescribeLiveForbidStreamList", PageSize=100)["ForbidStreamList"]
    }
    gone = next(
        s.key
        for s in emulator.account.streams.by_key.values()
        if s.key.name not in there | banned
        and len(emulator.account.streams.by_name[s.key.name]) == 1
        and emulator.call(
            "DescribeLiveStreamEventList",
            StartTime="2026-02-20T00:00:00Z",
            EndTime="2026-03-10T12:00:00Z",
            StreamName=s.key.name,
            IsStrict=1,
        )["TotalNum"]
    )
    found = await resolve(account, gone.name)
    assert isinstance(found, Found) and found.place.where == "events"
    assert found.place.key == tuple(gone)


async def test_unknown_names_are_none_and_no_names_are_errors(account: Account) -> None:
    assert await resolve(account, "no-such-stream") is None
    with pytest.raises(ValueError, match="more than"):
        await resolve(account, "a/b/c/d")


async def test_a_list_that_does_not_come_is_not_taken_for_an_absence(
    account: Account, emulator: Served
) -> None:
    emulator.fault("error", "DescribeLiveForbidStreamList", code="UnauthorizedOperation", message="no")
    with pytest.raises(ClientError):
        await resolve(account, "no-such-stream")


async def test_a_long_list_is_looked_up_in_whole_lists(account: Account, emulator: Served) -> None:
    streams = online(emulator)
    resolved = await resolve_all(account, parse_list("\n".join("/".join(s) for s in streams)))
    assert resolved.clear and [p.key for p in resolved.places()] == streams
    listed = [c for c in emulator.calls() if c["action"] == "DescribeLiveStreamOnlineList"]
    assert len(listed) <= 3


async def test_a_list_keeps_apart_what_can_and_what_cannot_be_acted_on(
    account: Account, emulator: Served
) -> None:
    names = [s[2] for s in online(emulator)]
    domain, app, name = next(s for s in online(emulator) if names.count(s[2]) == 1)
    text = f"{name}\n{domain}/{app}/{name}\ntest-pattern\nno-such-stream\na b\n"
    resolved = await resolve_all(account, parse_list(text))
    assert not resolved.clear
    assert [p.name for p in resolved.places()] == [name]
    assert [n.line for n in resolved.repeated] == [2]
    assert [c.asked.line for c in resolved.candidates] == [3]
    assert [m.asked.name for m in resolved.missing] == ["no-such-stream"] and resolved.missing[0].why
    assert [b.line for b in resolved.bad] == [5]
