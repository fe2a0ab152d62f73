"""What happens to an account's streams, as the event messages that tell of it.

Plays Event Message Notification (LVB API 2017 / Operation API): push (1), interruption (0), a new recording
file (100), a new screenshot (200). What the documents leave open is decided here: a recording rule makes a
file of each of its formats, at every interval and when the push ends; a record task makes one when it ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from livetui.emulator.css.record_templates import FORMATS
from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import Push, moment, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account
    from livetui.emulator.css.recording import Span

INTERRUPTION, PUSH, RECORDING, SCREENSHOT = 0, 1, 100, 200

ERROR_CODES = {
    "recv rtmp deleteStream": 1,
    "recv rtmp closeStream": 2,
    "recv() return 0": 3,
    "recv() return error": 4,
    "rtmp message large than 1M": 7,
}
"""By the reason a push ended for; all others are said to be internal."""
INTERNAL = 100
"""The documents give no number for what ends within the service: this one is theirs for nothing else."""


class Occurrence(NamedTuple):
    """Something that happened at a time, in UNIX seconds, and who is told of it how."""

    at: int
    order: int
    """Of what happens in one second, a push begins before anything else and ends after all."""
    key: Key
    kind: int
    message: Mapping[str, Any]
    """Without t and sign."""

    @property
    def name(self) -> tuple[Any, ...]:
        """What tells it from every other."""
        return self.kind, self.key, self.at, self.message.get("file_id", "")


def occurrences(account: Account, domains: Collection[str], start: int, end: int) -> list[Occurrence]:
    """What happened in [start, end] to the streams of those domains that were stirred, in order of time.

    Of streams that were on the air all along, recordings and screenshots.
    """
    streams = account.streams
    streams.settle(end)
    found: list[Occurrence] = []
    for stream, push in _pushes(account, domains, start, end):
        found += _run(account, stream, push)
        found += _recorded(account, stream, push, start, end)
        found += _shot(account, stream, push, start, end)
    found += _tasks(account, domains, start, end)
    return sorted((one for one in found if start <= one.at <= end), key=lambda one: one[:4])


def _pushes(
    account: Account, domains: Collection[str], start: int, end: int
) -> Iterator[tuple[Stream, Push]]:
    """Pushes with a part in the window, or ended as it began: of stirred streams, and those on the air."""
    streams = account.streams
    stirred = sorted(key for key in streams.index.stirred if key.domain in domains)
    streams.index.stirred.clear()
    for key in stirred:
        if (stream := streams.by_key.get(key)) is not None:
            for push in streams.pushes(stream, start - 1, end + 1):
                yield stream, push
    seen = set(stirred)
    for domain in domains:
        for key in streams.index.listed(domain, "", ""):
            if key not in seen and (on_air := streams.index.push(key)) is not None:
                yield streams.by_key[key], on_air


def _run(account: Account, stream: Stream, push: Push) -> Iterator[Occurrence]:
    """The begin and the end of a push: both with its sequence number."""
    key = stream.key
    told = {
        "app": key.domain,
        "appname": key.app,
        "appid": account.app_id,
        "stream_id": key.name,
        "channel_id": key.name,
        "sequence": str(_number(account, key, push.start)),
        "node": stream.server_ip,
        "user_ip": stream.client_ip,
        "stream_param": "",
    }
    yield Occurrence(push.start, 0, key, PUSH, {**told, "event_type": PUSH, "event_time": push.start})
    ended = {
        **told,
        "event_type": INTERRUPTION,
        "event_time": push.end,
        "errcode": ERROR_CODES.get(push.cause, INTERNAL),
        "errmsg": push.cause,
        "push_duration": str((push.end - push.start) * 1000),
    }
    yield Occurrence(push.end, 2, key, INTERRUPTION, ended)


# Recordings.


def _recorded(account: Account, stream: Stream, push: Push, start: int, end: int) -> Iterator[Occurrence]:
    family = account.families.record
    rule = family.governing(*stream.key)
    if rule is None:
        return
    for form, interval in _formats(family.templates[rule.template]):
        length = interval or push.end - push.start
        ends = [*_ticks(push.start + length, length, start, min(end, push.end - 1)), push.end]
        for at in ends:
            begun = push.start + (at - 1 - push.start) // length * length
            yield _file(account, stream, form, begun, at)


def _tasks(account: Account, domains: Collection[str], start: int, end: int) -> Iterator[Occurrence]:
    """Files of record tasks that ended, and the screenshots of screenshot tasks."""
    recordings = account.tasks.recordings
    spans = (*recordings.tasks.values(), *recordings.orphans, *recordings.disused.values())
    for span, stream in _known(account, domains, spans):
        at = second(span.ends())
        if start <= at <= end:
            first = second(span.start)
            if any(True for _ in account.streams.pushes(stream, first, at)):
                template = account.families.record.templates.get(span.template)
                forms = _formats(template) if template else [("hls", 0)]
                for form, _interval in forms:
                    yield _file(account, stream, form, first, at)
    for span, stream in _known(account, domains, account.tasks.screenshots.values()):
        template = account.families.snapshot.templates.get(span.template)
        if template is None or span.start >= moment(end) or span.ends() < moment(start):
            continue
        for push in account.streams.pushes(stream, start - 1, end + 1):
            first, last = max(push.start, second(span.start)), min(push.end, second(span.ends()), end)
            for at in _ticks(first, template["SnapshotInterval"], start, last):
                yield _picture(account, stream, template, at)


def _known(
    account: Account, domains: Collection[str], spans: Iterable[Span]
) -> Iterator[tuple[Span, Stream]]:
    for span in spans:
        stream = account.streams.by_key.get(Key(span.domain, span.app, span.stream))
        if stream is not None and span.domain in domains:
            yield span, stream


def _formats(template: Mapping[str, Any]) -> list[tuple[str, int]]:
    """(file format, seconds of a file) of a recording template; 0 for one file of the whole push."""
    made = []
    for member in FORMATS:
        how = template[member]
        if how["Enable"]:
            form = member.removesuffix("Param").lower()
            # HLS goes on through the whole push (Recording templates, RecordInterval).
            made.append((form, 0 if form == "hls" else how["RecordInterval"]))
    return made


def _file(account: Account, stream: Stream, form: str, start: int, end: int) -> Occurrence:
    key = stream.key
    number = _number(account, key, start, end, form)
    bits = (stream.kbps + stream.audio_kbps) * 1000
    message = {
        "event_type": RECORDING,
        "appid": account.app_id,
        "stream_id": key.name,
        "channel_id": key.name,
        "video_id": f"{account.app_id}_{number:x}",
        "video_url": f"http://{account.app_id}.vod.example/{number:x}/f0.{'m3u8' if form == 'hls' else form}",
        "file_id": str(number),
        "file_format": form,
        "file_size": (end - start) * bits // 8,
        "start_time": start,
        "end_time": end,
        "duration": end - start,
        "vod2Flag": 1,
        "record_file_id": str(number),
        "stream_param": "",
    }
    return Occurrence(end, 1, key, RECORDING, message)


# Screenshots.


def _shot(account: Account, stream: Stream, push: Push, start: int, end: int) -> Iterator[Occurrence]:
    family = account.families.snapshot
    rule = family.governing(*stream.key)
    if rule is not None:
        template = family.templates[rule.template]
        interval = template["SnapshotInterval"]
        for at in _ticks(push.start + interval, interval, start, min(end, push.end - 1)):
            yield _picture(account, stream, template, at)


def _picture(account: Account, stream: Stream, template: Mapping[str, Any], at: int) -> Occurrence:
    key = stream.key
    when = moment(at) + timedelta(hours=8)
    size = f"{template['Width'] or 0}x{template['Height'] or 0}"
    path = f"/{when:%Y-%m-%d}/{key.name}-screenshot-{when:%H-%M-%S}-{size}.jpg"
    message = {
        "event_type": SCREENSHOT,
        "stream_id": key.name,
        "channel_id": key.name,
        "create_time": at,
        "pic_url": path,
        "pic_full_url": f"http://{template['CosBucket']}-{template['CosAppId']}.cos.example{path}",
    }
    return Occurrence(at, 1, key, SCREENSHOT, message)


def _ticks(first: int, interval: int, start: int, end: int) -> range:
    """The moments first, first + interval … that lie in [start, end]."""
    late = max(0, -(-(start - first) // interval))
    return range(first + late * interval, end + 1, interval)


def _number(account: Account, *of: object) -> int:
    """A number of 63 bits that is always the same for the same thing."""
    text = f"{account.seed} {of}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1
