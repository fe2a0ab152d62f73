"""Live screenshot (document: the chapter of that name). A push keeps to the config it began under."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from livetui.catalogue.loader import load
from livetui.emulator import shape
from livetui.emulator.answers import Call
from livetui.emulator.apsara.configs import Config, by_app
from livetui.emulator.apsara.played import (
    SERVICE,
    check_object,
    check_store,
    key_of,
    object_name,
    played,
    sorted_page,
    span,
    value,
    wall,
)
from livetui.emulator.apsara.state import Apsara
from livetui.emulator.css.roster import Stream
from livetui.emulator.css.schedule import Push, moment, second

if TYPE_CHECKING:
    from livetui.emulator.apsara.configs import Thing

NO_LONGER = "-"
"""As a file name of an update: no more pictures of that kind."""
REPLACED, KEPT = "OverwriteOssObject", "SequenceOssObject"
_PLACEHOLDERS = {
    REPLACED: ("AppName", "StreamName"),
    KEPT: ("AppName", "StreamName", "UnixTimestamp", "Sequence"),
}


def _check(params: dict[str, Any]) -> tuple[str, str]:
    """The config's key, when all it is to have can be."""
    check_store(params)
    for name, known in _PLACEHOLDERS.items():
        check_object(params.get(name, ""), known)
    return params["DomainName"], params["AppName"]


@played("AddLiveAppSnapshotConfig")
def add(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    key = _check(params)
    apsara.snapshots.add(key, shape.made(load(SERVICE), call.action, params), second(call.now))
    return {}


@played("UpdateLiveAppSnapshotConfig")
def update(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    key = _check(params)
    data = shape.changed(load(SERVICE), call.action, apsara.snapshots.have(key).data, params)
    ended = {name: "" for name in _PLACEHOLDERS if data[name] == NO_LONGER}
    apsara.snapshots.put(key, data | ended, second(call.now))
    return {}


@played("DeleteLiveAppSnapshotConfig")
def delete(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    apsara.snapshots.delete((params["DomainName"], params["AppName"]), second(call.now))
    return {}


@played("DescribeLiveSnapshotConfig")
def configs(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    app = params.get("AppName", "")
    kept = apsara.snapshots.of(params["DomainName"])
    rows, numbers = sorted_page(call, params, (c for c in kept if not app or c.key[1] == app))
    found = [config.data | {"CreateTime": moment(config.made)} for config in rows]
    return {"LiveStreamSnapshotConfigList": found, **numbers}


# Pictures.


class Shoot(NamedTuple):
    """The pictures of one push."""

    push: Push
    config: Config

    @property
    def every(self) -> int:
        """Seconds from one picture to the next; the first is taken when the push begins."""
        every: int = self.config.data["TimeInterval"]
        return every

    def taken(self, start: int, end: int) -> range:
        """The numbers of the pictures taken in [start, end); the first is 0."""
        low = max(0, -(-(start - self.push.start) // self.every))
        high = -(-(min(end, self.push.end) - self.push.start) // self.every)
        return range(low, max(low, high))


def shoots(apsara: Apsara, stream: Stream, start: int, end: int) -> Iterator[Shoot]:
    """The pushes with a part in [start, end) of which pictures are taken."""
    keys = by_app(stream.key.domain, stream.key.app)
    for push in apsara.air.pushes(stream, start, end):
        config = apsara.snapshots.at(keys, push.start)
        if config is not None and (config.data[REPLACED] or config.data[KEPT]):
            yield Shoot(push, config)


@played("DescribeLiveStreamSnapshotInfo")
def pictures(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Those that are kept, the oldest first: one that is replaced at each shot is no more."""
    start, end = span(call, params)
    limit = value(call, params, "Limit")
    stream = apsara.air.by_key.get(key_of(params))
    known = min(end, second(call.now)) + 1
    found = [] if stream is None else list(islice(_kept(apsara, stream, start, known), limit + 1))
    later = [row["CreateTime"] for row in found[limit:]]
    return {
        "LiveStreamSnapshotInfoList": found[:limit],
        "NextStartTime": later[0] if later else shape.ABSENT,
    }


def _kept(apsara: Apsara, stream: Stream, start: int, end: int) -> Iterator[Thing]:
    key = stream.key
    for shoot in shoots(apsara, stream, start, end):
        data = shoot.config.data
        if not data[KEPT]:
            continue
        for number in shoot.taken(start, end):
            taken = moment(shoot.push.start) + timedelta(seconds=number * shoot.every)
            names = {"AppName": key.app, "StreamName": key.name, "Sequence": number, **wall(taken)}
            yield {
                "CreateTime": taken,
                "OssBucket": data["OssBucket"],
                "OssEndpoint": data["OssEndpoint"],
                "OssObject": object_name(data[KEPT], names),
            }
