"""What the account has of channels, recordings and screenshot tasks before anyone looks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livetui.emulator.css import roster
from livetui.emulator.css.schedule import NEVER
from livetui.emulator.hosting.state import BOTH, HLS, RTMP, Hosting

if TYPE_CHECKING:
    from livetui.emulator.hosting.state import Channel

_CHANNELS = (
    # name, description, output, habit of its encoder ("" for none that ever pushes)
    ("Harbor open day", "all day from the pier", BOTH, "steady"),
    ("Stadium main stand", "", BOTH, "viewed"),
    ("Lecture hall 3", "with a camera that drops frames", BOTH, "frames"),
    ("Market opening", "mornings", HLS, "programme"),
    ("Campus choir", "", RTMP, "steady"),
    ("Ferry timetable", "a still picture", BOTH, ""),
    ("Spring concert", "over since May", BOTH, "steady"),
    ("Old harbor test", "", RTMP, "steady"),
    ("Press room", "", BOTH, ""),
    ("Goal-line view", "second camera", BOTH, "steady"),
    ("Kitchen class", "", HLS, "visitor"),
    ("港口直播", "harbor, Chinese commentary", BOTH, "steady"),
)
_DISABLED = ("Spring concert", "Old harbor test")
_NOT_SET_UP = ("Press room",)
_WITH_PASSWORD = ("Campus choir",)


def fill(hosting: Hosting) -> None:
    """Channels of every status, and a task of every status."""
    now = hosting.account.made
    made = [_channel(hosting, *one) for one in _CHANNELS]
    by_name = {channel.name: channel for channel in made}
    for name in _DISABLED:
        hosting.disable(by_name[name], now - timedelta(days=9))
    for name in _WITH_PASSWORD:
        by_name[name].password = f"{hosting.account.random('player passwords').getrandbits(40):010x}"
    harbor, stadium, silent = made[0].id, made[1].id, by_name["Ferry timetable"].id
    hour = timedelta(hours=1)
    add = hosting.tapes.add
    add(harbor, now - 26 * hour, now - 24 * hour, at_once=False)
    add(harbor, now - timedelta(minutes=50), now + 2 * hour, at_once=False)
    add(harbor, now + 20 * hour, now + 21 * hour, at_once=False)
    add(stadium, now - 3 * hour, now - 2.6 * hour, at_once=True)
    add(silent, now - 30 * hour, now - 29 * hour, at_once=False)
    for name in _familiar(hosting):
        add(name, now - 7 * hour, now - 5 * hour, at_once=False)
        add(name, now - 26 * hour, now - 25.5 * hour, at_once=True, form="mp4")
    hosting.shots.add(harbor, now - hour, now + 23 * hour)
    hosting.shots.add(stadium, now - 30 * hour, now - 6 * hour)
    hosting.shots.add(harbor, now + 20 * hour, now + 21 * hour)


def _channel(hosting: Hosting, name: str, about: str, output: int, habit: str) -> Channel:
    number = len(hosting.channels)
    created = hosting.account.made - timedelta(days=300 - 23 * number, hours=number)
    return hosting.open(
        name,
        about,
        output,
        created,
        habit=habit or "steady",
        since=None if habit else NEVER,
        source="" if name in _NOT_SET_UP else "main camera",
    )


def _familiar(hosting: Hosting) -> list[str]:
    """Two codes that every account has."""
    known = hosting.account.streams.by_name
    return [name for name in (roster.FAMILIAR[0][2], roster.STAGES[0][2]) if name in known]
