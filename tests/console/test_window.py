"""Several services and profiles in one window: whose row it is, where a verb goes, what fails by itself."""

from __future__ import annotations

import gc
import re
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from clouds import DOMAINS, EVERYTHING, configure
from emulated import ALIYUN_ID, SECRET_ID, SECRET_KEY, Served
from opened import LOCAL, Console
from textual import events

from livetui.console import leaving
from livetui.console.app import LivetuiApp
from livetui.console.screens.confirm import ConfirmScreen
from livetui.console.session import Session, join, open_session
from livetui.console.table import TableRow
from livetui.operations.journal import IntentEntry, Journal, pair, read
from livetui.settings import Paths, load
from livetui.watch.things import Identity

ALL = "all_streams"
SLOW = "\n[polling]\nstreams = 3600\nothers = 3600\n"
OTHER = f"""
[profiles.other]
credential = {{secret_id = "{SECRET_ID}", secret_key = "{SECRET_KEY}"}}
services = ["css"]
"""


@pytest.fixture
def emulator(serve_emulator: Callable[..., Served]) -> Served:
    """Without limits: its clock stands, so that a minute's calls never pass."""
    return serve_emulator(streams=12, limits=False)


def set_up(emulator: Served, folder: Path, services: tuple[str, ...] = EVERYTHING, more: str = "") -> Paths:
    """A config with `prod` and `ali`; `more` stands at its end."""
    (folder / "config").mkdir(exist_ok=True)
    configure(folder, emulator.url, services, more + SLOW)
    return Paths(config=folder / "config", state=folder / "state", cache=folder / "cache")


def sessions(emulator: Served, places: Paths, *names: str, **how: Any) -> Session:
    """Those profiles in one window, the first in front."""
    config = load(places.config_file)
    session = open_session(config.profile(names[0]), places, emulator.clock.now, zone=LOCAL, **how)
    for name in names[1:]:
        join(session.window, config.profile(name))
    return session


@asynccontextmanager
async def console_on(
    emulator: Served,
    session: Session,
    *,
    start: str = "",
    size: tuple[int, int] = (80, 24),
    left: Mapping[str, Any] | None = None,
) -> AsyncIterator[Console]:
    """A console whose services have all joined and whose first list was read."""
    start = start or session.window.home
    if start not in session.book.resources:
        session.window.complete()
    app = LivetuiApp(session, start=start, left=left)
    async with app.run_test(size=size) as pilot:
        console = Console(app, pilot, emulator)
        await console.until(lambda: session.settler is not None and not session.window.waiting, "complete")
        await console.read(console.lists.resource.id)
        await drawn(console)
        yield console


@asynccontextmanager
async def window(
    emulator: Served,
    folder: Path,
    *names: str,
    services: tuple[str, ...] = EVERYTHING,
    more: str = "",
    start: str = "",
    size: tuple[int, int] = (80, 24),
    **how: Any,
) -> AsyncIterator[Console]:
    places = set_up(emulator, folder, services, more)
    session = sessions(emulator, places, *(names or ("prod", "ali")), **how)
    async with console_on(emulator, session, start=start, size=size) as console:
        yield console


async def drawn(console: Console) -> None:
    poller = console.lists.session.poller(console.lists.resource.id)
    await console.until(
        lambda: not poller.reading and console.lists.table.total_count == len(poller.snapshot.things), "drawn"
    )
    await console.pilot.pause()


async def run(console: Console, text: str) -> None:
    """A command by its name."""
    await console.press("colon")
    await console.goes("PaletteScreen")
    await console.type(text)
    await console.pilot.pause()
    await console.press("enter")


async def in_front(console: Console, name: str) -> None:
    await run(console, f"profile {name}")
    await console.until(lambda: console.session.profile.name == name, f"{name} in front")
    await console.read(console.lists.resource.id)
    await drawn(console)


def listed(console: Console, profile: str, kind: str = "") -> list[Identity]:
    """What the list in view shows of a profile."""
    rows = [row.identity for row in console.lists.table.rows if isinstance(row.identity, Identity)]
    return [one for one in rows if one.profile == profile and kind in ("", one.kind)]


def shown(console: Console) -> list[TableRow]:
    """The rows as they stand below each other."""
    table = console.lists.table
    rows = [table._listing.row(line) for line in range(table.shown_count)]
    return [row for row in rows if row is not None]


def at(console: Console, identity: Identity) -> Identity:
    assert console.lists.table.move_to(identity)
    return identity


async def asked(console: Console) -> str:
    """The dialog's first line, once it has looked again."""
    await console.until(lambda: isinstance(console.app.screen, ConfirmScreen), "asked")
    dialog = console.app.screen
    assert isinstance(dialog, ConfirmScreen)
    await console.until(lambda: dialog.looked_at is not None and not dialog.looking, "looked again")
    await console.pilot.pause()
    return next(line for line in console.text.splitlines() if line.strip(" ┃").startswith("on  "))


async def forbid(console: Console) -> None:
    """Answer what both clouds ask for a ban."""
    await console.press("f")
    await asked(console)
    await console.type("1h")
    await console.press("enter")
    await console.type("rights")
    await console.press("ctrl+y")
    await console.goes("MainScreen")


def sent(emulator: Served, action: str) -> list[tuple[str, str]]:
    """(who signed it, which stream) of the calls of an action that were accepted."""
    return [
        (call.secret_id, str((call.params or {}).get("StreamName")))
        for call in emulator.app.calls
        if call.action == action and not call.code
    ]


def burst(console: Console, *keys: str) -> None:
    """All keys in one read of the terminal."""
    named = {" ": "space", ":": "colon", "\r": "enter"}
    for key in keys:
        console.app.post_message(events.Key(named.get(key, key), key))


# All sources.


async def test_all_sources_are_one_list_with_a_column_that_says_whose(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path) as console:
        assert console.lists.resource.id == ALL and "[all sources]" in console.bar("tabs")
        for profile, kind in (
            ("prod", "streams"),
            ("prod", "channel_channels"),
            ("ali", "apsara_streams"),
        ):
            assert listed(console, profile, kind)
        await console.shows("SOURCE", "prod css", "prod channel", "ali")


async def test_services_that_join_disturb_no_reading(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        assert len(emulator.calls("DescribeLiveStreamsOnlineList")) == len(DOMAINS)
        assert len(emulator.calls("DescribeLiveStreamOnlineList")) == 1
        await in_front(console, "ali")
        await run(console, "without prod")
        await console.until(lambda: "closed" in console.said, "closed")
        assert len(emulator.calls("DescribeLiveStreamsOnlineList")) == len(DOMAINS)


async def test_the_head_of_all_sources_says_of_each_profile_what_it_can_do(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path, more="production = true\nread_only = true") as console:
        head = console.bar("head")
        assert head.index(" prod ") < head.index(" writes on ") < head.index(" ali ")
        assert head.index(" ali ") < head.index(" PRODUCTION ") < head.index(" READ-ONLY ")
        await console.press("tab")
        assert " ali " not in console.bar("head") and "Tencent CSS" in console.bar("head")


async def test_filter_and_sort_by_source(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        await console.press("slash")
        await console.type("source:ali")
        await console.press("enter")
        table = console.lists.table
        assert table.shown_count == len(listed(console, "ali")) and table.shown_count < table.total_count
        assert {row.cells[2].text for row in shown(console)} == {"ali"}
        await console.press("escape")
        assert table.shown_count == table.total_count
        await console.press("greater_than_sign", "greater_than_sign")
        assert table.sort_keys[0] == ("source", False)
        order = [row.cells[2].text for row in shown(console)]
        assert order == sorted(order) and set(order) == {"ali", "prod css", "prod channel"}


async def test_a_verb_goes_to_the_account_that_the_row_is_from(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        for profile, kind, system, key in (
            ("ali", "apsara_streams", "Alibaba Live", ALIYUN_ID),
            ("prod", "streams", "Tencent CSS", SECRET_ID),
        ):
            before = len(sent(emulator, "ForbidLiveStream"))
            target = at(console, listed(console, profile, kind)[0])
            await console.press("f")
            first = await asked(console)
            assert f"{system}, account {key[:4]}" in first and f"profile {profile}" in first
            await console.press("escape")
            await console.goes("MainScreen")
            assert len(sent(emulator, "ForbidLiveStream")) == before
            await forbid(console)
            await console.until(lambda: "accepted" in console.said, "accepted")
            assert sent(emulator, "ForbidLiveStream")[before:] == [(key, target.key[-1])]
            await console.until(lambda: "and effective" in console.said, "effective")
        records = pair(read(console.session.paths.journal_file))
        told = [(r.intent.cloud, r.intent.service, r.intent.profile) for r in records]
        assert told == [("aliyun", "apsara", "ali"), ("tencent", "css", "prod")]
        assert {r.intent.account[:4] for r in records} == {ALIYUN_ID[:4], SECRET_ID[:4]}


async def test_details_verbs_and_forms_of_a_row_are_those_of_its_own_list(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path) as console:
        at(console, listed(console, "prod", "channel_channels")[0])
        await console.pilot.pause()
        assert "create" not in console.bar("keys") and "edit" in console.bar("keys")
        await console.press("enter")
        await console.goes("DetailScreen")
        assert console.app.screen.session.service == "channel"  # type: ignore[attr-defined]
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("y")
        await console.goes("TextScreen")
        await console.shows("raw reply of DescribeLVBChannelList")
        await console.press("escape")
        at(console, listed(console, "ali")[0])
        await console.press("y")
        await console.shows("DescribeLiveStreamsOnlineList", "LiveStreamOnlineInfo")


async def test_marks_of_two_sources_are_refused_with_what_to_do(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        for profile, kind in (("ali", "apsara_streams"), ("prod", "streams")):
            at(console, listed(console, profile, kind)[0])
            await console.press("space")
        await console.press("f")
        await console.until(lambda: "marked are things of prod css and ali" in console.said, "refused")
        assert "filter source:NAME" in console.said
        assert type(console.app.screen).__name__ == "MainScreen"
        assert len(console.lists.table.marks) == 2 and not sent(emulator, "ForbidLiveStream")


async def test_marks_of_one_source_go_to_its_account(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        chosen = listed(console, "ali")[:2]
        for one in chosen:
            at(console, one)
            await console.press("space")
        await console.press("f")
        first = await asked(console)
        assert "Alibaba Live" in first and "profile ali" in first
        await console.type("1h")
        await console.press("enter")
        await console.type("rights")
        await console.press("enter")
        await console.type("ali:2")
        await console.press("ctrl+y")
        await console.goes("RunScreen")
        await console.until(lambda: len(sent(emulator, "ForbidLiveStream")) == 2, "sent")
        assert {name for _, name in sent(emulator, "ForbidLiveStream")} == {one.key[-1] for one in chosen}
        assert {key for key, _ in sent(emulator, "ForbidLiveStream")} == {ALIYUN_ID}
        await console.until(lambda: all(run.ended.is_set() for run in console.session.runs), "ended")


async def test_a_key_of_other_rows_verbs_says_that_this_row_has_it_not(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path) as console:
        at(console, listed(console, "ali")[0])
        await console.press("d")
        assert "Drop is nothing that Alibaba Live does to a stream" in console.said
        at(console, listed(console, "prod", "channel_channels")[0])
        await console.press("d", "f")
        assert "Forbid is nothing that Tencent channels does to a channel" in console.said
        assert type(console.app.screen).__name__ == "MainScreen"


async def test_a_stream_of_any_account_is_gone_to_by_its_name(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        target = listed(console, "ali")[-1]
        await console.press("colon")
        await console.type(f"stream {target.key[-1]}")
        await console.pilot.pause()
        await console.shows("all sources, ", "ali  live.")
        await console.press("escape")
        await in_front(console, "ali")
        await console.press("colon")
        await console.type(f"stream {target.key[-1][:6]}")
        await console.shows("not looked up by name", "only Tencent CSS can be asked so; ali has none")
        await console.press("enter")
        await console.until(lambda: console.lists.table.cursor is not None, "gone there")
        await console.press("colon")
        await console.type("stream nobody-of-that-name")
        await console.shows("not listed, nor looked up by name")


async def test_a_pasted_list_goes_to_the_profile_in_front(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, "ali", "prod") as console:
        targets = listed(console, "ali")[:2]
        await console.press("L")
        await console.goes("ChoiceScreen")
        await console.shows("A list of streams of Alibaba Live, profile ali")
        await console.press("f")
        await console.goes("PasteScreen")
        await console.type("/".join(targets[0].key))
        await console.press("enter")
        await console.type(targets[1].key[-1])
        await console.press("ctrl+y")
        first = await asked(console)
        assert "Alibaba Live" in first and "profile ali" in first
        await console.shows("Forbid 2 streams")


async def test_a_list_is_not_asked_for_where_names_are_not_enough(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, "prod", services=("mdp", "channel")) as console:
        await console.press("L")
        await console.until(
            lambda: "prod has Tencent MDP, Tencent channels: none of them knows" in console.said, "told"
        )


# What fails by itself.


async def test_a_source_that_fails_is_named_and_the_others_go_on(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        there = listed(console, "ali")
        gone = listed(console, "prod", "streams")[0]
        emulator.fault("error", "DescribeLiveStreamsOnlineList", code="InternalError", message="no luck")
        domain, app, name = gone.key
        emulator.control("streams", {"domain": domain, "app": app, "name": name}, method="DELETE")
        await console.again()
        await console.shows("ali: not refreshed for 0s")
        assert listed(console, "ali") == there and "1 error (!)" in console.bar("head")
        await console.again()
        await console.again()
        await drawn(console)
        assert gone not in listed(console, "prod") and listed(console, "ali") == there
        await console.press("exclamation_mark")
        await console.shows("ali: apsara_streams", "no luck")
        await console.press("escape")
        await console.goes("MainScreen")
        emulator.control("faults", method="DELETE")
        await console.again()
        await console.until(lambda: "not refreshed" not in console.text, "all came")


async def test_rows_of_a_source_that_failed_are_not_taken_for_fresh(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, size=(140, 40)) as console:
        emulator.fault("error", "DescribeLiveStreamsOnlineList", code="InternalError", message="no luck")
        emulator.advance(600)
        await console.again()
        states = {row.identity: row.cells[1].text for row in console.lists.table.rows}
        assert {states[one] for one in listed(console, "ali")} == {"live?", "no data?"}
        assert "live" in {states[one] for one in listed(console, "prod", "streams")}
        emulator.control("faults", method="DELETE")
        await console.again()
        assert "live?" not in console.text


async def test_all_sources_failing_names_each_and_keeps_the_rows(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, services=("css",), size=(140, 40)) as console:
        count = console.lists.table.total_count
        emulator.fault("http", status=502)
        emulator.advance(60)
        await console.again()
        await console.shows("prod: not refreshed for", "ali: not refreshed for")
        assert console.lists.table.total_count == count and console.lists.table.dim


async def test_a_source_that_hangs_is_named_and_holds_up_none_of_the_others(
    emulator: Served, tmp_path: Path
) -> None:
    places = set_up(emulator, tmp_path, ("css",))
    emulator.fault("timeout", "DescribeLiveStreamsOnlineList")
    session = sessions(emulator, places, "prod", "ali")
    app = LivetuiApp(session, start=ALL)
    async with app.run_test(size=(80, 24)) as pilot:
        console = Console(app, pilot, emulator)
        await console.until(lambda: listed(console, "prod"), "the other's rows")
        emulator.advance(40)
        await console.press("r")
        await console.shows("ali: the reading under way has taken 40s so far")
        await console.until(lambda: len(emulator.calls("DescribeLiveStreamOnlineList")) > 1, "read again")


async def test_a_service_that_cannot_be_opened_is_told_and_listed_while_the_rest_works(
    emulator: Served, tmp_path: Path
) -> None:
    places = set_up(emulator, tmp_path)
    text = places.config_file.read_text()
    places.config_file.write_text(re.sub("(?m)^lvb = .*$", "lvb = {env = true}", text))
    async with console_on(emulator, sessions(emulator, places, "prod"), start="streams") as console:
        await console.until(lambda: "lvb of profile prod could not be opened" in console.said, "told")
        assert "1 error (!)" in console.bar("head")
        assert {service for _, service in console.session.window.sessions} == {"css", "mdp", "channel"}
        assert "LVB" not in console.bar("panes") and "Pack" in console.bar("panes")
        await console.press("exclamation_mark")
        await console.shows("profile prod, lvb", "LIVETUI_LVB_APPID")


async def test_plain_http_is_refused_to_a_service_that_has_nothing_else(
    emulator: Served, tmp_path: Path
) -> None:
    profile = load(set_up(emulator, tmp_path).config_file).profile("prod")
    profile = replace(profile, services=("css", "lvb"), endpoint=None, allow_plain_http=False)
    places = Paths(tmp_path / "config", tmp_path / "state", tmp_path / "cache")
    session = open_session(profile, places, emulator.clock.now)
    (why,) = session.window.complete()
    assert "lvb" in why and "plain http" in why
    assert "allow_plain_http" in session.troubles[0].remedy
    assert list(session.window.sessions) == [("prod", "css")]


# Profiles beside each other.


async def test_beside_and_without(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, "prod", services=("css",)) as console:
        assert console.lists.resource.id == "streams" and ALL not in console.session.book.resources
        await run(console, "beside ali")
        await console.until(lambda: "ali is open beside prod" in console.said, "told")
        assert "all sources lists both" in console.said and "all sources" in console.bar("tabs")
        await run(console, "all sources")
        await console.read(ALL)
        await drawn(console)
        assert listed(console, "ali") and listed(console, "prod")
        await console.press("tab", "left_curly_bracket")
        assert console.lists.resource.id == ALL
        closed = console.session.window.sessions[("ali", "apsara")]
        await run(console, "without ali")
        await console.until(lambda: "profile ali is closed" in console.said, "told")
        assert console.lists.resource.id == "streams" and "all sources" not in console.bar("tabs")
        await drawn(console)
        assert not listed(console, "ali")
        await console.until(lambda: closed.client._lines is None, "its connections closed")
        for key in ("left_curly_bracket", "right_curly_bracket", "left_curly_bracket", "r", "1", "2"):
            await console.press(key)
        assert not console.session.troubles


async def test_a_profile_beside_that_has_nothing_on_the_air_adds_no_list(
    emulator: Served, tmp_path: Path
) -> None:
    places = set_up(emulator, tmp_path, ("mdp",), OTHER)
    async with console_on(emulator, sessions(emulator, places, "prod")) as console:
        await run(console, "beside ali")
        await console.until(lambda: "ali is open beside prod" in console.said, "told")
        assert ALL not in console.session.book.resources and "lists both" not in console.said
        # Two lists, and none of them of the profile in front.
        await run(console, "beside other")
        await console.until(lambda: "other is open beside prod" in console.said, "told")
        await run(console, "all sources")
        await console.read(ALL)
        assert listed(console, "ali")


async def test_the_front_changes_and_the_other_stays_open(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        first = console.session.window.sessions[("prod", "css")]
        settler = first.settler
        await in_front(console, "ali")
        assert "prod open beside it" in console.said
        assert console.lists.resource.id == ALL and listed(console, "prod") and listed(console, "ali")
        await console.press("tab")
        await console.read("apsara_streams")
        assert "Alibaba Live" in console.bar("head") and "2 Recor" in console.bar("panes")
        await in_front(console, "prod")
        assert console.session is first and first.settler is settler
        assert "1 Doma" in console.bar("panes")
        assert not console.session.troubles


async def test_the_cursor_and_the_marks_stay_on_their_things_when_the_front_changes(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path) as console:
        at(console, listed(console, "ali")[2])
        await console.press("space", "j")
        cursor, marks = console.lists.table.cursor, console.lists.table.marks
        await in_front(console, "ali")
        assert console.lists.resource.id == ALL
        assert console.lists.table.cursor == cursor and console.lists.table.marks == marks


async def test_what_is_typed_ahead_of_a_change_of_profile_waits_for_it(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path) as console:
        burst(console, *":profile ali\r:profile prod\r:without ali\r")
        lists = console.lists
        await console.until(lambda: "profile ali is closed" in lists.message[0], "all three were done")
        assert console.session.profile.name == "prod" and console.app.screen is lists
        assert not lists.session.poller(lists.resource.id).paused


async def test_marks_of_a_profile_go_with_it(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        for profile in ("ali", "prod"):
            at(console, listed(console, profile)[0])
            await console.press("space")
        await run(console, "without ali")
        await console.until(lambda: "closed" in console.said, "closed")
        await drawn(console)
        assert console.lists.resource.id == ALL and not listed(console, "ali")
        assert "1 marked " in console.bar("tabs") and "left" not in console.bar("tabs")


async def test_two_accounts_of_one_cloud_are_kept_apart(
    emulator: Served, serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    second = serve_emulator(streams=3, seed=7, limits=False)
    more = OTHER
    more += f'endpoint = "{second.url}"\n'
    async with window(emulator, tmp_path, "prod", "other", services=("css",), more=more) as console:
        target = at(console, listed(console, "other")[0])
        await forbid(console)
        await console.until(lambda: "accepted" in console.said, "accepted")
        assert sent(second, "ForbidLiveStream") == [(SECRET_ID, target.key[-1])]
        assert not sent(emulator, "ForbidLiveStream")
        await console.until(lambda: "effective" in console.said, "followed there")
        await console.press("u")
        assert "profile other" in await asked(console)
        await console.press("y")
        await console.until(lambda: len(sent(second, "ResumeLiveStream")) == 1, "undone there")
        assert not sent(emulator, "ResumeLiveStream")


async def test_what_was_done_to_the_other_profiles_row_is_undone_there(
    emulator: Served, tmp_path: Path
) -> None:
    async with window(emulator, tmp_path) as console:
        target = at(console, listed(console, "ali")[0])
        await forbid(console)
        await console.until(lambda: "and effective" in console.said, "effective")
        await console.press("tab")
        await console.press("u")
        first = await asked(console)
        assert "Alibaba Live" in first and "profile ali" in first
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "accepted" in console.said, "accepted")
        assert sent(emulator, "ResumeLiveStream") == [(ALIYUN_ID, target.key[-1])]
        assert not console.session.deeds


async def test_an_undo_of_a_closed_profile_says_what_to_do(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, services=("css",)) as console:
        at(console, listed(console, "ali")[0])
        await forbid(console)
        await console.until(lambda: "and effective" in console.said, "effective")
        await run(console, "without ali")
        await console.until(lambda: "closed" in console.said, "closed")
        await console.press("u")
        await console.until(lambda: "profile ali: open it first" in console.said, "told")
        await run(console, "beside ali")
        await console.until(lambda: "ali is open beside" in console.said, "open again")
        await console.press("u")
        assert "profile ali" in await asked(console)


async def test_what_is_followed_of_a_closed_profile_ends_with_it(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, services=("css",)) as console:
        at(console, listed(console, "ali")[0])
        # Its effect is never seen, so that it would be looked for on and on.
        emulator.fault("error", "DescribeLiveStreamsBlockList", code="InternalError", message="no luck")
        await forbid(console)
        await console.until(lambda: "looking whether" in console.said, "followed")
        closed = console.session.window.sessions[("ali", "apsara")]
        await run(console, "without ali")
        await console.until(lambda: "closed" in console.said, "closed")
        await console.pilot.pause()
        assert not [one for one in console.app.workers if one.name == "ali apsara" and one.is_running]
        await console.until(lambda: closed.client._lines is None, "its connections closed")


# What holds for all.


async def test_read_only_is_for_all(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, more="read_only = true") as console:
        clients = [session.client for session in console.session.window.sessions.values()]
        assert {client.read_only for client in clients} == {True, False}
        await console.press("ctrl+r")
        assert all(client.read_only for client in clients) and "nothing can be changed" in console.said
        await console.press("ctrl+r")
        assert "writes are on; profile ali is read-only; its config decides" in console.said
        open_now = {
            s.profile.name for s in console.session.window.sessions.values() if not s.client.read_only
        }
        assert open_now == {"prod"}
        await console.press("ctrl+r")
        await in_front(console, "ali")
        assert "READ-ONLY" in console.bar("head") and all(client.read_only for client in clients)


async def test_what_joins_later_is_read_only_too(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, "prod", services=("css", "mdp"), read_only=True) as console:
        await run(console, "beside ali")
        await console.until(lambda: "read-only as before" in console.said, "told")
        assert all(session.client.read_only for session in console.session.window.sessions.values())


async def test_pausing_holds_for_the_other_profile_too(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, start="journal") as console:
        await in_front(console, "ali")
        await in_front(console, "prod")
        await console.press("p")
        await in_front(console, "ali")
        assert "PAUSED" in console.bar("status")
        await console.press("p")
        assert "PAUSED" not in console.bar("status")


async def test_unknown_outcomes_are_settled_by_each_service(emulator: Served, tmp_path: Path) -> None:
    places = set_up(emulator, tmp_path)
    session = sessions(emulator, places, "prod", "ali")
    domain, app, name = emulator.account.streams.online(emulator.clock.now())[0]
    journal = Journal(places.journal_file, emulator.clock.now)
    row = {"DomainName": domain, "AppName": app, "StreamName": name}
    ali = {"DomainName": "live.harbor.example", "AppName": "live", "StreamName": "harbor-cam-07"}
    for profile, cloud, service, key, params in (
        ("prod", "tencent", "css", SECRET_ID, row),
        ("ali", "aliyun", "apsara", ALIYUN_ID, {**ali, "LiveStreamType": "publisher"}),
    ):
        journal.intent(
            IntentEntry(
                profile=profile,
                account=key,
                service=service,
                action="ForbidLiveStream",
                params=params,
                cloud=cloud,
                target=(params,),
            )
        )
    emulator.advance(300)
    async with console_on(emulator, session) as console:

        def settled() -> list[tuple[str, bool]]:
            return [
                (record.intent.service, record.settled.effective)
                for record in pair(read(places.journal_file))
                if record.settled is not None
            ]

        await console.until(lambda: len(settled()) == 2, "settled")
        assert sorted(settled()) == [("apsara", False), ("css", False)]
        asked = {(call.action, call.secret_id) for call in emulator.app.calls}
        assert ("DescribeLiveStreamsBlockList", ALIYUN_ID) in asked
        await console.until(lambda: "unknown" not in console.bar("head"), "none left")


# The screen.


async def test_nine_and_more_panes_fit_80_columns(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        book = console.session.book
        assert len(book.panes) >= 9
        for pane in book.panes:
            await console.press(pane.key)
            line = console.text.splitlines()[1]
            assert f"[{pane.key} {pane.title}]" in line
            for other in book.panes:
                assert f"{other.key} {other.title[:3].rstrip()}" in line, line
            assert len(line) <= 80


# Ends and starts.


async def test_a_pane_of_a_later_service_is_taken_up_after_a_cut(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path, "prod") as console:
        await run(console, "channels")
        await console.until(lambda: console.lists.resource.id == "channel_channels", "there")
        await console.read("channel_channels")
        await drawn(console)
        await console.press("j", "space", "j")
        marks, cursor = console.lists.table.marks, console.lists.table.cursor
        leaving.keep(console.app, "the line was cut")
    session = sessions(emulator, Paths(tmp_path / "config", tmp_path / "state", tmp_path / "cache"), "prod")
    left = leaving.left_at(session)
    async with console_on(emulator, session, start=left["resource"], left=left) as console:
        await console.until(lambda: console.lists.table.marks == marks, "marks")
        assert console.lists.resource.id == "channel_channels" and console.lists.table.cursor == cursor


async def test_all_sources_are_taken_up_after_a_cut(emulator: Served, tmp_path: Path) -> None:
    async with window(emulator, tmp_path) as console:
        chosen = at(console, listed(console, "ali")[1])
        await console.press("space")
        leaving.keep(console.app, "the line was cut")
        leaving.keep(console.app, "the line was cut")
    places = Paths(tmp_path / "config", tmp_path / "state", tmp_path / "cache")
    session = sessions(emulator, places, "prod", "ali")
    left = leaving.left_at(session)
    async with console_on(emulator, session, start=left["resource"], left=left) as console:
        await console.until(lambda: console.lists.table.marks == {chosen}, "marks")
        assert console.lists.resource.id == ALL and "was open beside" not in console.said
    session = sessions(emulator, places, "prod")
    left = leaving.left_at(session)
    async with console_on(emulator, session, start=left["resource"], left=left) as console:
        await console.until(lambda: "ali was open beside it (: beside ali)" in console.said, "told")
        assert not console.lists.table.gone_marks


async def test_every_connection_is_closed_at_the_end(emulator: Served, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with window(emulator, tmp_path) as console:
            for pane in console.session.book.panes:
                await console.press(pane.key)
                await console.read(console.lists.resource.id)
            clients = [session.client for session in console.session.window.sessions.values()]
            assert len([client for client in clients if client._lines is not None]) == 5
        assert not [client for client in clients if client._lines is not None]
        del console, clients
        gc.collect()
