"""The emulated LVB API: streams by their code, two codings of a status, bans with an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tenant import START, Tenant

from livetui.catalogue.loader import load
from livetui.emulator.css.roster import Key
from livetui.emulator.lvb.codes import latest_end
from livetui.emulator.services import handlers

STEADY = "match-01-backup"
SEVERAL = "test-pattern"


@pytest.fixture
def lvb() -> Tenant:
    return Tenant("lvb")


def status(lvb: Tenant, code: str) -> int:
    value: int = lvb("Live_Channel_GetStatus", channel_id=code)["status"]
    return value


def listed(lvb: Tenant, **params: Any) -> list[str]:
    """All pages of the list."""
    found: list[str] = []
    while True:
        number = len(found) // 100 + 1
        page = lvb("Live_Channel_GetChannelList", page_no=number, page_size=100, **params)
        found += [row["channel_id"] for row in page["channel_list"]]
        if len(found) >= page["all_count"]:
            return found


def set_status(lvb: Tenant, code: str, value: int) -> None:
    lvb("Live_Channel_SetStatus", channel_id=code, status=value)


def test_every_action_has_someone_who_answers() -> None:
    assert set(handlers("lvb")) == set(load("lvb").names)


def test_the_codings_of_a_status_are_two(lvb: Tenant) -> None:
    """0 disables where it is set and is an interrupted stream where it is read."""
    assert status(lvb, STEADY) == 1
    set_status(lvb, STEADY, 0)
    assert status(lvb, STEADY) == 3
    set_status(lvb, STEADY, 1)
    assert status(lvb, STEADY) == 0
    lvb.advance(60)
    assert status(lvb, STEADY) == 1
    set_status(lvb, STEADY, 2)
    assert status(lvb, STEADY) == 0
    lvb.advance(60)
    assert status(lvb, STEADY) == 1


def test_a_disabled_code_is_what_css_calls_a_forbidden_stream(lvb: Tenant) -> None:
    set_status(lvb, SEVERAL, 0)
    assert not lvb.account.streams.online(lvb.now, name=SEVERAL)
    key = Key("push.harbor.example", "live", SEVERAL)
    assert lvb.account.streams.state(key, lvb.now) == "forbid"
    lvb.account.streams.resume(SEVERAL, lvb.now)
    lvb.advance(60)
    assert status(lvb, SEVERAL) == 1


def test_disabling_ends_after_three_months(lvb: Tenant) -> None:
    set_status(lvb, STEADY, 0)
    lvb.account.clock.set(datetime(2026, 6, 1, 11, 59, tzinfo=UTC))
    assert status(lvb, STEADY) == 3
    lvb.account.clock.set(datetime(2026, 6, 1, 12, 1, tzinfo=UTC))
    assert status(lvb, STEADY) == 1


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2027, 2, 28, 8, tzinfo=UTC)),
        (datetime(2026, 12, 31, 8, tzinfo=UTC), datetime(2027, 3, 31, 8, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)),
    ],
)
def test_three_months_are_months(now: datetime, end: datetime) -> None:
    assert latest_end(now) == end


def manage(lvb: Tenant, code: str, action: str, end: timedelta) -> None:
    when = int((lvb.now + end).timestamp())
    lvb("channel_manager", channel_id=code, action=action, abstime_end=when)


def test_channel_manager_forbids_until_a_time(lvb: Tenant) -> None:
    manage(lvb, STEADY, "forbid", timedelta(hours=1))
    lvb.advance(3590)
    assert status(lvb, STEADY) == 3
    lvb.advance(60)
    assert status(lvb, STEADY) == 1


def test_a_later_end_takes_the_place_of_an_earlier_one(lvb: Tenant) -> None:
    manage(lvb, STEADY, "forbid", timedelta(days=7))
    manage(lvb, STEADY, "forbid", timedelta(hours=1))
    lvb.advance(3660)
    assert status(lvb, STEADY) == 1


def test_channel_manager_lets_push_again_whatever_the_end(lvb: Tenant) -> None:
    manage(lvb, STEADY, "forbid", timedelta(days=2))
    manage(lvb, STEADY, "resume", timedelta(days=-1))
    assert status(lvb, STEADY) == 0


def test_an_end_past_three_months_is_cut_to_them(lvb: Tenant) -> None:
    manage(lvb, STEADY, "forbid", timedelta(days=92))
    ban = lvb.account.streams.ban(STEADY, lvb.now)
    assert ban is not None
    assert ban.expires <= int(latest_end(START).timestamp())


def test_a_code_that_never_pushed(lvb: Tenant) -> None:
    lvb.refused("20601", "Live_Channel_GetStatus", channel_id="nobody_here")
    set_status(lvb, "nobody_here", 0)
    assert status(lvb, "nobody_here") == 3


def test_each_code_is_listed_once_by_its_status(lvb: Tenant) -> None:
    everything = listed(lvb)
    assert len(everything) == len(set(everything))
    parts = {value: set(listed(lvb, status=value)) for value in (0, 1, 3)}
    assert set.union(*parts.values()) == set(everything)
    assert sum(map(len, parts.values())) == len(everything)
    assert all(parts.values())
    for value, codes in parts.items():
        assert {status(lvb, code) for code in codes} == {value}


def test_the_list_turns_round_and_comes_in_tens(lvb: Tenant) -> None:
    assert listed(lvb, order_type=1) == listed(lvb, order_type=0)[::-1]
    assert len(lvb("Live_Channel_GetChannelList")["channel_list"]) == 10
    second = lvb("Live_Channel_GetChannelList", page_no=2)["channel_list"]
    assert [row["channel_id"] for row in second] == listed(lvb)[10:20]


def test_the_list_follows_what_is_done(lvb: Tenant) -> None:
    assert STEADY in listed(lvb, status=1)
    set_status(lvb, STEADY, 0)
    assert STEADY in listed(lvb, status=3)
    assert STEADY not in listed(lvb, status=1)
    manage(lvb, STEADY, "forbid", timedelta(minutes=2))
    lvb.advance(121)
    assert STEADY not in listed(lvb, status=3)


def test_live_codes_come_at_once(lvb: Tenant) -> None:
    live = lvb("Live_Channel_GetLiveChannelList")
    codes = [row["channel_id"] for row in live["channel_list"]]
    assert live["all_count"] == len(codes)
    assert set(codes) == set(listed(lvb, status=1))
    assert codes.count(SEVERAL) == 1
