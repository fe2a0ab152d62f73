"""The listener over real HTTP: what it answers, keeps, shows and counts."""

from __future__ import annotations

import errno
import json
import socket
import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from notified import EXPIRES, GOOD, NOW, Clock, Listening, listening, push, signed

from livetui.listener.messages import MOST_BYTES
from livetui.listener.receiver import MOST_DRAINED
from livetui.settings.events import EventsUnavailable, Kept, read
from livetui.settings.listeners import SILENT, listeners


def test_a_good_message_is_answered_shown_and_kept(listener: Listening, folder: Path) -> None:
    reply = listener.post(signed(push()))
    assert (reply.status_code, reply.json()) == (200, GOOD)
    assert reply.text == '{"code":0}'
    assert reply.headers["content-type"] == "application/json"
    (kept,) = read(folder / "events.jsonl")
    assert listener.shown == [kept]
    assert (kept.at, kept.message["stream_id"]) == (NOW, "pier-04")
    assert "sign" not in kept.message
    assert listener.counts() == (1, 0, {})
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_repeated_one_is_answered_and_counted_and_not_shown(listener: Listening, folder: Path) -> None:
    for expires in (EXPIRES, EXPIRES, EXPIRES + 60):
        assert listener.post(signed(push(), expires), f"/{expires}").json() == GOOD
    assert listener.post(signed(push(event_type=0, errcode=1))).json() == GOOD
    assert [kept.message["event_type"] for kept in listener.shown] == [1, 0]
    assert len(read(folder / "events.jsonl")) == 2
    assert listener.counts() == (2, 2, {})


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (json.dumps({**signed(push()), "sign": "0" * 32}).encode(), 403, "sign"),
        (json.dumps(signed(push(), EXPIRES - 601)).encode(), 403, "expired"),
        (b"[1]", 400, "not json"),
        (b'{"a":' * 200_000, 400, "not json"),
        (b" " * MOST_BYTES + b"{}", 413, "too long"),
        (b" " * (3 * MOST_BYTES), 413, "too long"),
        (json.dumps(signed({"stream_id": "a"})).encode(), 400, "no event"),
    ],
)
def test_what_is_no_event_is_refused_and_counted_and_never_shown(
    listener: Listening, folder: Path, body: bytes, status: int, reason: str
) -> None:
    reply = listener.post(body)
    assert reply.status_code == status
    assert reply.json()["code"] != 0
    assert listener.counts() == (0, 0, {reason: 1})
    assert listener.shown == []
    assert not (folder / "events.jsonl").exists()
    assert listener.post(signed(push())).json() == GOOD, "and it goes on"


def test_a_body_of_a_mebibyte_is_none_too_many(listener: Listening) -> None:
    body = json.dumps(signed(push())).encode()
    assert listener.post(body + b" " * (MOST_BYTES - len(body))).json() == GOOD


def test_a_body_without_end_is_not_read_to_its_end(listener: Listening) -> None:
    host, port = listener.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as plug:
        plug.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
        plug.settimeout(10)
        with pytest.raises(OSError):
            for _ in range(MOST_DRAINED * 4 // 65536):
                plug.sendall(bytes(65536))
    assert listener.counts() == (0, 0, {"too long": 1})


def test_a_sender_that_dawdles_is_not_waited_for(folder: Path) -> None:
    with listening(folder, patience=0.05) as listener:
        host, port = listener.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as plug:
            plug.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
            assert b" 408 " in plug.recv(4096)
        assert listener.counts() == (0, 0, {"too slow": 1})


def test_a_sender_that_hangs_up_is_none(listener: Listening) -> None:
    host, port = listener.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as plug:
        plug.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
    assert listener.post(signed(push())).json() == GOOD
    assert listener.counts() == (1, 0, {})


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_messages_come_by_post(listener: Listening, method: str) -> None:
    reply = listener.http.request(method, listener.url, content=json.dumps(signed(push())))
    assert reply.status_code == 405
    assert listener.counts() == (0, 0, {"method": 1})


def test_a_listener_begun_anew_knows_what_came_before(folder: Path) -> None:
    with listening(folder) as first:
        first.post(signed(push()))
    with listening(folder, id="two") as second:
        assert second.post(signed(push())).json() == GOOD
        assert second.post(signed(push(event_type=0))).json() == GOOD
        assert [kept.message["event_type"] for kept in second.shown] == [0]
        assert second.counts() == (1, 1, {})


def test_two_listeners_on_one_folder_keep_each_event_once(folder: Path) -> None:
    with listening(folder) as one, listening(folder, id="two") as two:

        def send(listener: Listening, numbers: Iterator[int]) -> None:
            for number in numbers:
                assert listener.post(signed(push(sequence=str(number)))).json() == GOOD

        numbers = range(30)
        threads = [
            threading.Thread(target=send, args=(listener, iter(order)))
            for listener in (one, two)
            for order in (numbers, numbers[::-1])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(read(folder / "events.jsonl")) == 30
        assert len(one.shown) + len(two.shown) == 30
        (received_one, repeated_one, _), (received_two, repeated_two, _) = one.counts(), two.counts()
        assert received_one + received_two == 30
        assert repeated_one + repeated_two == 90
    assert {told.id for told in listeners(folder)} == {"one", "two"}


class FullDisk:
    """A store that takes nothing until there is room."""

    def __init__(self) -> None:
        self.full = True
        self.kept: list[Kept] = []

    def add(self, kept: Kept) -> bool:
        if self.full:
            raise EventsUnavailable(Path("events.jsonl"), OSError(errno.ENOSPC, "No space left on device"))
        self.kept.append(kept)
        return True


def test_what_a_full_disk_does_not_take_is_asked_for_again(folder: Path) -> None:
    store = FullDisk()
    with listening(folder, store=store) as listener:
        for _ in range(2):
            reply = listener.post(signed(push()))
            assert reply.status_code == 500
            assert reply.json()["code"] != 0
        assert listener.shown == []
        (said,) = listener.warned
        assert "No space left on device" in said and "500" in said
        store.full = False
        assert listener.post(signed(push())).json() == GOOD
        assert [kept.message["sequence"] for kept in listener.shown] == [push()["sequence"]]
        assert listener.warned[1:] == ["events are kept again"]
        told = listener.receiver.told("")
        assert (told.received, told.unkept) == (1, 2)


def test_unsigned_messages_are_taken_where_that_was_asked_for(folder: Path) -> None:
    with listening(folder, key=None) as listener:
        assert listener.post(push()).json() == GOOD
        assert not listener.receiver.told("").signed


def test_it_says_what_it_does_in_the_state_folder(folder: Path) -> None:
    clock = Clock()
    with listening(folder, clock=clock, profile="prod") as listener:
        (told,) = listeners(folder)
        assert (told.id, told.url, told.profile, told.signed) == ("one", listener.url, "prod", True)
        assert (told.since, told.ended) == (NOW, False)
        listener.post(signed(push()))
        listener.post(signed(push()))
        listener.post(b"")
        clock.at += timedelta(minutes=5)
    (told,) = listeners(folder)
    assert (told.ended, told.at - told.since) == (True, timedelta(minutes=5))
    assert (told.received, told.repeated, dict(told.refused)) == (1, 1, {"not json": 1})
    assert json.loads((folder / "listener-one.json").read_bytes()).keys() == {"listener"}


def test_the_next_listener_takes_away_what_others_left(folder: Path) -> None:
    with listening(folder, id="ended"):
        pass
    clock = Clock(NOW + SILENT)
    with listening(folder, id="alive", clock=clock), listening(folder, id="fresh", clock=clock):
        assert {told.id for told in listeners(folder)} == {"alive", "fresh"}


def test_it_listens_where_its_counts_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("no folder")
    store = FullDisk()
    store.full = False
    with listening(folder, store=store) as listener:
        assert listener.post(signed(push())).json() == GOOD


def test_it_ends_when_nobody_reads_what_it_shows(folder: Path) -> None:
    def closed(kept: Kept) -> None:
        raise BrokenPipeError

    with listening(folder, show=closed) as listener:
        assert listener.post(signed(push())).json() == GOOD, "it is on disk"
        assert listener.receiver.nobody_reads.is_set()
