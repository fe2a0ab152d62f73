"""What the account has at ApsaraVideo Live before anyone does anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from livetui.emulator.account import VENUES
from livetui.emulator.answers import Call
from livetui.emulator.apsara.state import DOMAINS, Operation
from livetui.emulator.css import roster
from livetui.emulator.css.roster import DAY, HOUR, Key
from livetui.emulator.css.schedule import NEVER, second

if TYPE_CHECKING:
    from livetui.emulator.apsara.configs import Thing
    from livetui.emulator.apsara.state import Apsara

HARBOR, STADIUM, CAMPUS, MARKET = DOMAINS
BUCKET, ENDPOINT = "venue-recordings", "oss-cn-shanghai.example"
STORE = {"OssBucket": BUCKET, "OssEndpoint": ENDPOINT}
SILENT = Key(HARBOR, "live", "breakwater-cam")
"""A camera that is connected and sends nothing."""

_FILE = "/{AppName}/{StreamName}/{Sequence}_{EscapedStartTime}_{EscapedEndTime}"
_SLICE = "record/slices/{AppName}/{StreamName}/{UnixTimestamp}_{Sequence}"
_FORMATS: dict[str, Thing] = {
    form: {
        "Format": form,
        "CycleDuration": cycle,
        "OssObjectPrefix": f"record/{form}{_FILE}",
        "SliceOssObjectPrefix": pieces,
    }
    for form, cycle, pieces in (("m3u8", 3600, _SLICE), ("mp4", 1800, ""), ("flv", 3600, ""))
}
_RECORDS = (
    # domain, app, stream, formats, on demand
    (HARBOR, "*", "", ("m3u8",), 0),
    (STADIUM, "live", "", ("mp4", "flv"), 0),
    (STADIUM, "live", "match-01-main", ("m3u8", "mp4"), 0),
    (CAMPUS, "live", "", ("m3u8",), 1),
)
_TRANSCODES: tuple[tuple[str, str, str, Thing], ...] = (
    (STADIUM, "live", "ld", {}),
    (STADIUM, "live", "hd", {}),
    (
        STADIUM,
        "live",
        "match-720",
        {"VideoBitrate": 1800, "FPS": 30, "Height": 720, "Width": 1280, "TemplateType": "h264-nbhd"},
    ),
    (CAMPUS, "studio", "sd", {}),
)
_SNAPSHOTS = (
    # domain, app, seconds, the replaced picture, the kept ones
    (STADIUM, "live", 10, "", "snapshot/{AppName}/{StreamName}/{UnixTimestamp}.jpg"),
    (MARKET, "*", 60, "{AppName}/{StreamName}.jpg", "snapshot/{AppName}/{StreamName}/{Sequence}.jpg"),
    (HARBOR, "live", 30, "{AppName}/{StreamName}.jpg", ""),
)
_DETECTIONS = ((MARKET, "*", 30, ["porn", "ad"]), (STADIUM, "live", 10, ["porn", "terrorism", "live"]))
_SUSPICIOUS = "{AppName}/{StreamName}/{Date}/{Hour}/{Minute}_{Second}.jpg"


def fill(apsara: Apsara) -> None:
    """Streams as the roster has them, each push domain's at its play domain; a config of each kind."""
    now = apsara.account.made
    names = roster.names(apsara.account.random("apsara names"))
    for key, habit in islice(names, apsara.account.stream_count):
        venue = VENUES.index(key.domain.split(".")[1])
        apsara.air.enrol(key._replace(domain=DOMAINS[venue]), habit)
    silent = apsara.air.enrol(SILENT, "steady")
    silent.fps = silent.kbps = silent.audio_kbps = silent.sample_rate = 0
    silent.viewers = 0
    _configs(apsara, second(now))
    _notices(apsara, second(now))
    _pulls(apsara, now)
    _bans(apsara, now)
    _indexes(apsara, now)


def _configs(apsara: Apsara, now: int) -> None:
    for number, (domain, app, name, formats, on_demand) in enumerate(_RECORDS):
        data: Thing = {"DomainName": domain, "AppName": app, "OnDemand": on_demand, **STORE}
        data["RecordFormatList"] = [_FORMATS[one] for one in formats]
        apsara.records.add((domain, app, name), data, now - (200 - 40 * number) * DAY)
    for number, (domain, app, template, settings) in enumerate(_TRANSCODES):
        apsara.transcodes.add((domain, app, template), settings, now - (150 - 30 * number) * DAY)
    for number, (domain, app, every, replaced, kept) in enumerate(_SNAPSHOTS):
        data = {"DomainName": domain, "AppName": app, "TimeInterval": every, **STORE}
        data |= {"OverwriteOssObject": replaced, "SequenceOssObject": kept}
        apsara.snapshots.add((domain, app), data, now - (90 - 20 * number) * DAY)
    for number, (domain, app, every, scenes) in enumerate(_DETECTIONS):
        data = {"DomainName": domain, "AppName": app, "Interval": every, **STORE}
        data |= {"OssObject": _SUSPICIOUS, "Scene": scenes}
        apsara.detections.add((domain, app), data, now - (60 - 10 * number) * DAY)


def _notices(apsara: Apsara, now: int) -> None:
    told = (
        (apsara.stream_notices, HARBOR, "http://events.harbor.example/streams"),
        (apsara.stream_notices, STADIUM, "http://events.stadium.example/streams"),
        (apsara.record_notices, HARBOR, "https://events.harbor.example/files"),
        (apsara.detect_notices, MARKET, "https://events.market.example/found"),
    )
    for kept, domain, url in told:
        data = {"DomainName": domain, "NotifyUrl": url, "NeedStatusNotify": True}
        kept.add((domain,), data, now - 100 * DAY)


def _pulls(apsara: Apsara, now: datetime) -> None:
    """One that runs, one to come, one that is over and was never deleted."""
    at = second(now)
    plans = (
        (Key(HARBOR, "live", "visiting-fleet"), -2 * DAY, 3 * DAY, "rtmp://origin.fleet.example/live/deck"),
        (Key(MARKET, "live", "guest-kitchen"), DAY, 2 * DAY, "http://studio.guest.example/live/kitchen.flv"),
        (
            Key(CAMPUS, "live", "guest-lecture"),
            -6 * DAY,
            -6 * DAY + 3 * HOUR,
            "rtmp://hall.guest.example/a/b",
        ),
    )
    for key, begin, end, source in plans:
        data = {"SourceUrl": source, "StartTime": at + begin, "EndTime": at + end}
        apsara.pulls.add(key, data, at + min(begin, 0) - HOUR)
        apsara.plays[key] = apsara.air.fetch(key, at + begin, at + end, now)


def _bans(apsara: Apsara, now: datetime) -> None:
    """Three in force, the second of which runs out while a demo is being looked at; one that was lifted."""
    spare = [s for s in apsara.air.by_key.values() if not s.trouble and s.key not in apsara.plays]
    spare = [stream for stream in spare if stream.key != SILENT]
    plans = (
        # hours ago, until when; seconds from now
        (2, NEVER),
        (20, 360),
        (9 * 24, 81 * DAY),
        (3 * 24, -3 * DAY + 2 * HOUR),
    )
    clients = apsara.account.random("apsara clients")
    for (ago, left), stream in zip(plans, spare[-4:], strict=False):
        begun, client = now - timedelta(hours=ago), f"192.0.2.{clients.randrange(1, 255)}"
        end = NEVER if left == NEVER else second(now) + left
        apsara.air.forbid(stream.key, second(begun), end, now)
        apsara.operations.append(Operation(stream.key, "forbid", client, begun))
        if left < 0:
            lifted = now + timedelta(seconds=left)
            apsara.operations.append(Operation(stream.key, "resume", client, lifted))


def _indexes(apsara: Apsara, now: datetime) -> None:
    """An index of what the stadium's main camera sent yesterday and the day before."""
    from livetui.emulator.apsara.recording import make_index, pieces

    stream = apsara.air.by_key.get(Key(STADIUM, "live", "match-01-main"))
    for days in (2, 1):
        made = now - timedelta(days=days)
        start, end = second(made) - 3 * HOUR, second(made) - HOUR
        found = list(pieces(apsara, stream, start, end, second(now))) if stream is not None else []
        if stream is not None and found:
            spans = [(max(piece.start, start), min(piece.end, end)) for piece in found]
            store = STORE | {"OssObject": "index/{StreamName}/{Date}_{Hour}{Minute}.m3u8"}
            make_index(apsara, stream, store, spans, Call("", None, made, ""))
