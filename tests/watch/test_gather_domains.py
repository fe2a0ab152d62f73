"""Lists that are asked domain by domain: those the profile names; what fails, bare rows, joins, no domain."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from livetui.catalogue import load
from livetui.client import Budget, Client, Priority
from livetui.resources import book
from livetui.settings import Credential
from livetui.watch.cells import Reader
from livetui.watch.gather import Account, NoDomains, gather
from livetui.watch.lists import Asked, ask
from livetui.watch.things import Gathered

APSARA, BOOK = load("apsara"), book("apsara")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ONE, TWO = "one.harbor.example", "two.harbor.example"
Answers = dict[str, Callable[[dict[str, str]], dict[str, Any] | None]]
"""By action: parameters -> the reply, None for an error."""


def online(asked: dict[str, str]) -> dict[str, Any]:
    domain = asked["DomainName"]
    rows = [
        {"DomainName": domain, "AppName": app, "StreamName": "cam", "PublishTime": "2026-03-10T10:00:00Z"}
        for app in ("live", "spare")
    ]
    return {"OnlineInfo": {"LiveStreamOnlineInfo": rows}, "TotalNum": 2}


def rates(asked: dict[str, str]) -> dict[str, Any]:
    rows = [
        {"StreamUrl": f"rtmp://{asked['DomainName']}/live/cam", "BitRate": rate, "Time": time}
        for rate, time in ((600, "2026-03-10T11:58:00Z"), (900, "2026-03-10T11:59:00Z"), (1, ""))
    ]
    return {"FrameRateAndBitRateInfos": {"FrameRateAndBitRateInfo": rows}}


def viewers(asked: dict[str, str]) -> dict[str, Any]:
    row = {"StreamUrl": f"rtmp://{asked['DomainName']}/live/cam", "UserNumber": 7}
    return {"TotalUserNumber": 7, "OnlineUserInfo": {"LiveStreamOnlineUserNumInfo": [row]}}


def only(domain: str, answer: Callable[[dict[str, str]], dict[str, Any]]) -> Any:
    return lambda asked: answer(asked) if asked["DomainName"] == domain else None


STREAMS: Answers = {
    "DescribeLiveStreamsOnlineList": online,
    "DescribeLiveStreamBitRateData": rates,
    "DescribeLiveStreamOnlineUserNum": viewers,
}
Open = Callable[..., AbstractAsyncContextManager[tuple[Account, list[dict[str, str]]]]]


@pytest.fixture
def opened() -> Open:
    """An account whose cloud answers as told, and what it was asked."""

    @asynccontextmanager
    async def make(
        answers: Answers, domains: tuple[str, ...] = (ONE, TWO)
    ) -> AsyncIterator[tuple[Account, list[dict[str, str]]]]:
        calls: list[dict[str, str]] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked = dict(request.url.params)
            calls.append(asked)
            said = answers[asked["Action"]](asked)
            if said is None:
                refused = {"Code": "Forbidden.RAM", "Message": "no", "RequestId": "r", "HostId": "h"}
                return httpx.Response(403, content=json.dumps(refused))
            return httpx.Response(200, content=json.dumps({**said, "RequestId": "r"}))

        async with Client(
            APSARA,
            Credential("id", "key"),
            budget=Budget(),
            now=lambda: NOW,
            transport=httpx.MockTransport(answer),
        ) as client:
            yield Account("p", client, APSARA, BOOK, (), lambda: NOW, domains), calls

    return make


async def read(account: Account, resource: str) -> Gathered:
    return await gather(account, BOOK.resources[resource], priority=Priority.READ)


async def test_each_domain_is_asked_once_and_the_account_is_their_union(opened: Open) -> None:
    async with opened(STREAMS) as (account, calls):
        got = await read(account, "apsara_streams")
    assert [thing.identity.key for thing in got.things] == [
        (domain, app, "cam") for domain in (ONE, TWO) for app in ("live", "spare")
    ]
    assert not got.failures and got.complete and got.total == 4
    assert len(calls) == 6 and {call["DomainName"] for call in calls} == {ONE, TWO}


async def test_of_several_figures_the_newest_is_shown(opened: Open) -> None:
    async with opened(STREAMS) as (account, _):
        got = await read(account, "apsara_streams")
    reader = Reader(APSARA, BOOK.resources["apsara_streams"])
    ids = [column.id for column in BOOK.resources["apsara_streams"].columns]
    with_figures, without = (
        dict(zip(ids, (cell.text for cell in reader.cells(thing, NOW)), strict=True))
        for thing in got.things[:2]
    )
    assert (with_figures["rate"], with_figures["viewers"], with_figures["age"]) == ("900k", "7", "2h00m")
    assert (without["rate"], without["viewers"], without["state"]) == ("", "", "live")


async def test_a_domain_that_fails_is_named_and_the_others_come(opened: Open) -> None:
    answers = {**STREAMS, "DescribeLiveStreamsOnlineList": only(ONE, online)}
    async with opened(answers) as (account, _):
        got = await read(account, "apsara_streams")
    assert [failure.part for failure in got.failures] == [TWO]
    assert {thing.data["DomainName"] for thing in got.things} == {ONE} and not got.complete


async def test_a_joined_list_that_fails_names_its_domain_too(opened: Open) -> None:
    answers = {**STREAMS, "DescribeLiveStreamOnlineUserNum": only(ONE, viewers)}
    async with opened(answers) as (account, _):
        got = await read(account, "apsara_streams")
    assert [failure.part for failure in got.failures] == [f"viewers, {TWO}"]
    assert len(got.things) == 4


async def test_without_domains_nothing_is_asked_and_it_is_said_what_to_do(opened: Open) -> None:
    async with opened(STREAMS, ()) as (account, calls):
        for resource in ("apsara_streams", "apsara_recordings", "apsara_bandwidth"):
            with pytest.raises(NoDomains) as caught:
                await read(account, resource)
            assert "names none" in str(caught.value) and "domains = [" in caught.value.remedy
    assert calls == []


async def test_rows_that_are_bare_addresses_are_streams(opened: Open) -> None:
    def blocked(asked: dict[str, str]) -> dict[str, Any]:
        urls = [f"{asked['DomainName']}/live/{name}" for name in ("cam", "gate")]
        return {"StreamUrls": {"StreamUrl": urls}, "TotalNum": 2}

    def controlled(asked: dict[str, str]) -> dict[str, Any]:
        done = {"StreamName": f"{asked['DomainName']}/live/gate", "Action": "forbid"}
        return {"ControlInfo": {"LiveStreamControlInfo": [{**done, "TimeStamp": "2026-03-10T09:00:00Z"}]}}

    answers = {"DescribeLiveStreamsBlockList": blocked, "DescribeLiveStreamsControlHistory": controlled}
    async with opened(answers) as (account, _):
        got = await read(account, "apsara_blocked")
        source = BOOK.resources["apsara_blocked"].source
        assert source is not None
        (answer,) = await ask(account, source, [Asked({"StreamName": "gate"}, {"DomainName": TWO})])
    keys = [thing.identity.key for thing in got.things]
    assert keys == [(domain, "live", name) for domain in (ONE, TWO) for name in ("cam", "gate")]
    assert "" not in got.things[0].data and got.things[0].data["StreamUrl"] == f"{ONE}/live/cam"
    assert [(row["DomainName"], row["AppName"]) for row in answer.rows] == [(TWO, "live")]


async def test_one_thing_instead_of_a_list_is_one_row_and_none_is_none(opened: Open) -> None:
    def notify(asked: dict[str, str]) -> dict[str, Any]:
        told = {"DomainName": ONE, "NotifyUrl": "http://hook.harbor.example/"}
        return {"LiveStreamsNotifyConfig": told if asked["DomainName"] == ONE else {}}

    async with opened({"DescribeLiveStreamsNotifyUrlConfig": notify}) as (account, _):
        got = await read(account, "apsara_stream_notify")
    assert [thing.identity.key for thing in got.things] == [(ONE,)]


async def test_rows_that_do_not_say_whose_they_are_are_told(opened: Open) -> None:
    def bandwidth(asked: dict[str, str]) -> dict[str, Any]:
        rows = [{"TimeStamp": "2026-03-10T11:55:00Z", "BpsValue": "5000000"}]
        return {"BpsDataPerInterval": {"DataModule": rows}, "DataInterval": "300"}

    async with opened({"DescribeLiveDomainBpsData": bandwidth}) as (account, calls):
        got = await read(account, "apsara_bandwidth")
    assert [thing.identity.key[0] for thing in got.things] == [ONE, TWO]
    assert {(call["StartTime"], call["EndTime"]) for call in calls} == {
        ("2026-03-09T12:00:00Z", "2026-03-10T12:00:00Z")
    }


async def test_parents_that_ask_the_same_are_one_call(opened: Open) -> None:
    source = BOOK.resources["apsara_recordings"].source
    assert source is not None and source.each is not None
    by_app = source.each._replace(params={"DomainName": "DomainName", "AppName": "AppName"}, told={})
    frames = source._replace(
        action="DescribeLiveStreamsFrameRateAndBitRateData",
        items="FrameRateAndBitRateInfos",
        last="",
        each=by_app,
    )

    def streams(asked: dict[str, str]) -> dict[str, Any]:
        rows = [
            {"DomainName": asked["DomainName"], "AppName": "live", "StreamName": f"cam-{number}"}
            for number in range(5)
        ]
        return {"OnlineInfo": {"LiveStreamOnlineInfo": rows}, "TotalNum": 5}

    async with opened({"DescribeLiveStreamsOnlineList": streams, frames.action: rates}) as (account, calls):
        resource = BOOK.resources["apsara_recordings"]._replace(source=frames, key=("StreamUrl", "Time"))
        await gather(account, resource, priority=Priority.READ)
    assert sum(call["Action"] == frames.action for call in calls) == 2


async def test_a_days_seconds_by_template(opened: Open) -> None:
    def transcoded(asked: dict[str, str]) -> dict[str, Any]:
        day = {"Date": "20260309", "Total": 90, "Detail": {"LD": 60, "HD": 30}}
        plain = {"Date": "20260308", "Total": 60, "Detail": '{"LD": 60}'}
        return {"TranscodeDataInfos": {"TranscodeDataInfo": [day, plain]}}

    async with opened({"DescribeLiveDomainTranscodeData": transcoded}, (ONE,)) as (account, _):
        got = await read(account, "apsara_transcoded")
    reader = Reader(APSARA, BOOK.resources["apsara_transcoded"])
    assert [[cell.text for cell in reader.cells(thing, NOW)][2:] for thing in got.things] == [
        ["1m30s", "LD 1m, HD 30s"],
        ["1m", '{"LD": 60}'],
    ]


async def test_of_thousands_of_parents_some_of_each_domain_are_asked_for_and_it_is_told(opened: Open) -> None:
    source = BOOK.resources["apsara_recordings"].source
    assert source is not None and source.each is not None

    def streams(asked: dict[str, str]) -> dict[str, Any]:
        domain = asked["DomainName"]
        count = 8 if domain == ONE else 2
        rows = [
            {"DomainName": domain, "AppName": "live", "StreamName": f"cam-{number:03}"}
            for number in reversed(range(count))
        ]
        return {"OnlineInfo": {"LiveStreamOnlineInfo": rows}, "TotalNum": count}

    def recorded(asked: dict[str, str]) -> dict[str, Any]:
        row = {"StartTime": "2026-03-10T11:00:00Z", "EndTime": "2026-03-10T12:00:00Z", "OssObjectPrefix": "x"}
        return {"RecordContentInfoList": {"RecordContentInfo": [row]}}

    answers = {"DescribeLiveStreamsOnlineList": streams, source.action: recorded}
    few = BOOK.resources["apsara_recordings"]._replace(
        source=source._replace(each=source.each._replace(most=7))
    )
    async with opened(answers) as (account, _):
        got = await gather(account, few, priority=Priority.READ)
        all_of_it = await gather(
            account,
            few._replace(source=source._replace(each=source.each._replace(most=10))),
            priority=Priority.READ,
        )
    assert got.limited == ("stream", 7, 10) and len(got.things) == 7
    names = {thing.data["StreamName"] for thing in got.things if thing.data["DomainName"] == ONE}
    assert names == {f"cam-{number:03}" for number in range(5)}
    assert all_of_it.limited is None and len(all_of_it.things) == 10


async def test_each_domains_reply_is_kept_and_of_many_the_last(opened: Open) -> None:
    async with opened(STREAMS) as (account, _):
        got = await read(account, "apsara_streams")
    assert [whose for whose, _ in got.raws] == [ONE, TWO]
    assert all(f'"DomainName": "{whose}"' in raw for whose, raw in got.raws)
    many = tuple(f"d{number:02}.harbor.example" for number in range(20))
    async with opened(STREAMS, many) as (account, _):
        got = await read(account, "apsara_streams")
    ((whose, raw),) = got.raws
    assert whose == "the last of 20" and '"DomainName": "d19.harbor.example"' in raw
