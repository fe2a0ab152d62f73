"""From the emulated cloud through a listener and the state folder to the rows of the Events pane."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from emulated import InProcess
from notified import KEY, NOW, Clock, listening, push, signed

from livetui.catalogue import load
from livetui.client import Client
from livetui.resources.events import LISTENERS, NOTICES, PANE, RESOURCES
from livetui.resources.model import Book, Resource
from livetui.settings import Credential
from livetui.settings.events import EventsFile, Kept
from livetui.settings.listeners import SILENT, Listener, tell
from livetui.watch.cells import Reader
from livetui.watch.events import LONGEST, EventsUnreadable, gather_events
from livetui.watch.gather import Account

BOOK = Book((PANE,), {one.id: one for one in RESOURCES})


def account(at: datetime = NOW) -> Account:
    catalogue = load("css")
    client = Client(catalogue, Credential("AKIDexample0001", "key"), now=lambda: at)
    return Account("prod", client, catalogue, BOOK, (), lambda: at)


def rows(resource: Resource, folder: Path, at: datetime = NOW) -> list[dict[str, str]]:
    """The pane's rows by column id."""
    reader = Reader(load("css"), resource, UTC)
    read = gather_events(account(at), resource, folder / "events.jsonl")
    names = [column.id for column in resource.columns]
    return [
        dict(zip(names, (cell.text for cell in reader.cells(thing, at)), strict=True))
        for thing in read.things
    ]


def keep(folder: Path, *messages: dict[str, Any]) -> None:
    file = EventsFile(folder / "events.jsonl")
    for number, message in enumerate(messages):
        file.add(Kept(f"1:{number}", NOW, "", message))


async def test_an_emulated_stream_s_end_and_return_are_in_the_pane(
    emulator_app: InProcess, tmp_path: Path
) -> None:
    """Over real HTTP, signed and checked."""
    clock = Clock()
    with listening(tmp_path, clock=clock, profile="prod") as listener:
        made = await emulator_app.call(
            "CreateLiveCallbackTemplate",
            TemplateName="local",
            CallbackKey=KEY,
            StreamBeginNotifyUrl=f"{listener.url}/css",
            StreamEndNotifyUrl=f"{listener.url}/css",
        )
        await emulator_app.call(
            "CreateLiveCallbackRule",
            DomainName="push.market.example",
            AppName="studio",
            TemplateId=made["TemplateId"],
        )
        await emulator_app.call(
            "DropLiveStream",
            DomainName="push.market.example",
            AppName="studio",
            StreamName="market-square",
        )
        await emulator_app.app.notices.due()
        clock.at = emulator_app.clock.advance(30)
        await emulator_app.app.notices.due()
        ended, begun = rows(NOTICES, tmp_path, clock.at)
        assert listener.counts() == (2, 0, {})
        (told,) = rows(LISTENERS, tmp_path, clock.at)
        assert (told["state"], told["url"], told["profile"]) == ("listening", listener.url, "prod")
    assert ended["event"] == "interruption"
    assert ended["about"] == "100 dropped by DropLiveStream"
    assert (ended["stream"], ended["domain"], ended["app"]) == (
        "market-square",
        "push.market.example",
        "studio",
    )
    assert ended["time"] == "03-10 12:00:00"
    assert begun["event"] == "push"
    assert begun["sequence"] != ended["sequence"]
    assert begun["ip"].startswith("203.0.113.")
    (told,) = rows(LISTENERS, tmp_path, clock.at)
    assert (told["state"], told["received"], told["repeated"], told["refused"]) == ("ended", "2", "0", "0")


@pytest.mark.parametrize(
    ("message", "event", "tone", "about"),
    [
        (push(), "push", "ok", ""),
        (push(event_type=0, errcode=1, errmsg="x"), "interruption", "off", "encoder deleted the stream"),
        (push(event_type=0, errcode=4), "interruption", "bad", "connection broke"),
        (push(event_type="0", errcode="4"), "interruption", "bad", "connection broke"),
        (push(event_type=0, errcode=9, errmsg="so"), "interruption", "warn", "9 so"),
        (push(event_type=0), "interruption", "warn", ""),
        (
            {
                "event_type": 100,
                "file_format": "flv",
                "duration": 272,
                "video_url": "http://vod.example/f0.flv",
            },
            "recording",
            "ok",
            "flv 272 s http://vod.example/f0.flv",
        ),
        ({"event_type": 200, "pic_url": "/a.jpg"}, "screenshot", "ok", "/a.jpg"),
        ({"event_type": 321}, "type 321", "unknown", ""),
    ],
)
def test_what_a_row_says(tmp_path: Path, message: dict[str, Any], event: str, tone: str, about: str) -> None:
    keep(tmp_path, message)
    (row,) = rows(NOTICES, tmp_path)
    assert (row["event"], row["about"]) == (event, about)
    assert NOTICES.state is not None
    assert NOTICES.state(message).tone == tone


@pytest.mark.parametrize(
    "at", [None, "", "soon", -1, 0, 10**15, "9" * 20, 1.5, True, [1], {"a": 1}, "١٢٣", "\ud800"]
)
def test_a_time_that_is_none_is_the_one_it_came_at(tmp_path: Path, at: Any) -> None:
    keep(tmp_path, push(event_time=at))
    (row,) = rows(NOTICES, tmp_path)
    assert row["time"] == row["received"] == "03-10 12:00:00"


def test_a_time_may_be_told_as_text(tmp_path: Path) -> None:
    keep(tmp_path, push(event_time=str(int(NOW.timestamp()) - 60)))
    assert rows(NOTICES, tmp_path)[0]["time"] == "03-10 11:59:00"


def test_hostile_members_make_plain_rows(tmp_path: Path) -> None:
    """Whoever has seen one message can make up another while its t is good."""
    odd: dict[str, Any] = {
        "event_type": 0,
        "stream_id": ["a", {"b": 1}],
        "app": {"x": [1, {"y": 2}]},
        "appname": "x" * 100_000,
        "user_ip": None,
        "errcode": [1],
        "errmsg": {"a": "\x1b[2J"},
        "sequence": True,
        "mixed": [{"a": 1}, 5],
        "@key": "another",
        "@time": "never",
        "@profile": "another",
        "n" * 100_000: 1,
    }
    keep(tmp_path, odd)
    read = gather_events(account(), NOTICES, tmp_path / "events.jsonl")
    (thing,) = read.things
    assert thing.identity.key == ("1:0",)
    assert all(not isinstance(value, list | dict) for value in thing.data.values())
    assert all(len(str(value)) < LONGEST + 50 for value in thing.data.values())
    assert all(len(name) <= LONGEST for name in thing.data)
    (row,) = rows(NOTICES, tmp_path)
    assert (row["stream"], row["app"][:3]) == ('["a", {"b": 1}]', "xxx")
    assert row["time"] == row["received"]


def test_a_reading_is_the_whole_of_it(tmp_path: Path) -> None:
    keep(tmp_path, push(), push(event_type=0))
    read = gather_events(account(), NOTICES, tmp_path / "events.jsonl")
    assert (read.atomic, read.complete, read.at, len(read.things)) == (True, True, NOW, 2)
    assert {thing.identity[:3] for thing in read.things} == {("prod", "", "notices")}
    assert gather_events(account(), NOTICES, tmp_path / "none" / "events.jsonl").things == ()


@pytest.mark.parametrize(("resource", "file"), [(NOTICES, "events.jsonl"), (LISTENERS, "listener-a.json")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, resource: Resource, file: str) -> None:
    (tmp_path / file).mkdir()
    with pytest.raises(EventsUnreadable, match=f"{file} cannot be read: Is a directory") as told:
        gather_events(account(), resource, tmp_path / "events.jsonl")
    assert told.value.remedy


def test_a_listener_that_was_killed_is_not_said_to_listen(tmp_path: Path) -> None:
    tell(tmp_path, Listener("ab12", "http://127.0.0.1:4", NOW, NOW, refused={"sign": 2, "expired": 1}))
    (row,) = rows(LISTENERS, tmp_path, NOW + SILENT)
    assert (row["state"], row["refused"]) == ("listening", "3: 1 expired, 2 sign")
    (row,) = rows(LISTENERS, tmp_path, NOW + SILENT + timedelta(seconds=1))
    assert row["state"] == "not heard of"


def test_signed_messages_of_the_helper_are_what_the_pane_shows(tmp_path: Path) -> None:
    with listening(tmp_path) as listener:
        listener.post(signed(push(stream_param="txSecret=0123456789abcdef")))
    (thing,) = gather_events(account(), NOTICES, tmp_path / "events.jsonl").things
    assert "0123456789abcdef" not in str(dict(thing.data))
