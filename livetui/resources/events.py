"""Event notifications as a noun: what listeners on this machine took in, and those listeners themselves.

The codes are those of Event Message Notification (LVB API 2017 / Operation API).
"""

from __future__ import annotations

from collections.abc import Mapping

from livetui.resources.model import Column, Data, Pane, Resource, State, Tone

KINDS: Mapping[str, tuple[str, Tone]] = {
    "0": ("interruption", "warn"),
    "1": ("push", "ok"),
    "100": ("recording", "ok"),
    "200": ("screenshot", "ok"),
}
CAUSES: Mapping[str, tuple[str, Tone]] = {
    "1": ("encoder deleted the stream", "off"),
    "2": ("encoder closed the stream", "off"),
    "3": ("encoder closed the connection", "bad"),
    "4": ("connection broke", "bad"),
    "7": ("message over 1 MB from the encoder", "bad"),
}
"""Why a push was interrupted; every other code is the service's own."""


def state(row: Data) -> State:
    """What kind of event; an interruption that the encoder meant is none to look at twice."""
    kind = str(row.get("event_type", ""))
    word, tone = KINDS.get(kind, (f"type {kind}", "unknown"))
    if kind == "0":
        tone = CAUSES.get(str(row.get("errcode", "")), ("", tone))[1]
    return State(word, tone)


def about(row: Data) -> str:
    """Why it was interrupted, or what was recorded or pictured."""
    kind = str(row.get("event_type", ""))
    if kind == "100":
        return f"{row.get('file_format', '')} {row.get('duration', '')} s {row.get('video_url', '')}".strip()
    if kind == "200":
        return str(row.get("pic_full_url") or row.get("pic_url") or "")
    code, said = str(row.get("errcode", "")), str(row.get("errmsg", ""))
    return CAUSES[code][0] if code in CAUSES else f"{code} {said}".strip()


def stream(row: Data) -> str:
    return str(row.get("stream_id") or row.get("channel_id") or "")


NOTICES = Resource(
    id="notices",
    title="received",
    one="notification",
    service="",
    key=("@key",),
    called="stream_id",
    events="messages",
    state=state,
    columns=(
        Column("time", "WHEN", "@time", "time", rank=0),
        Column("event", "EVENT", "", "state", rank=0),
        Column("stream", "STREAM", stream, rank=0, widest=32),
        Column("about", "REASON OR FILE", about, rank=1, widest=44),
        Column("domain", "DOMAIN", "app", rank=2, widest=32),
        Column("app", "APP", "appname", rank=2, widest=16),
        Column("ip", "FROM", "user_ip", rank=3, widest=39),
        Column("sequence", "SEQUENCE", "sequence", rank=4, widest=20),
        Column("profile", "PROFILE", "@profile", rank=3, widest=16),
        Column("received", "RECEIVED", "@received", "time", rank=4),
    ),
    poll="streams",
    sort="-time",
    note="what livetui listen took in on this machine; nothing comes while none listens",
)

_TONES: Mapping[str, Tone] = {"listening": "ok", "ended": "off", "not heard of": "bad"}


def listens(row: Data) -> State:
    word = str(row.get("@state", ""))
    return State(word, _TONES.get(word, "unknown"))


def refused(row: Data) -> str:
    """How many were turned away, and for what."""
    reasons = row.get("refused")
    if not isinstance(reasons, Mapping) or not reasons:
        return "0"
    return f"{sum(reasons.values())}: {', '.join(f'{n} {why}' for why, n in sorted(reasons.items()))}"


LISTENERS = Resource(
    id="listeners",
    title="listeners",
    one="listener",
    service="",
    key=("id",),
    called="url",
    events="listeners",
    state=listens,
    columns=(
        Column("url", "URL", "url", rank=0, widest=44),
        Column("state", "STATE", "", "state", rank=0),
        Column("since", "SINCE", "since", "time", rank=1),
        Column("received", "RECEIVED", "received", "number", rank=0, moves=True),
        Column("repeated", "REPEATED", "repeated", "number", rank=2, moves=True),
        Column("refused", "REFUSED", refused, rank=1, widest=48),
        Column("unkept", "NOT KEPT", "unkept", "number", rank=2),
        Column("signed", "SIGNED", "signed", "flag", rank=3),
        Column("profile", "PROFILE", "profile", rank=3, widest=16),
    ),
    sort="-since",
    note="livetui listen begins one; those that ended stay here until the next one begins",
)

RESOURCES = (NOTICES, LISTENERS)
PANE = Pane("events", "Events", "0", ("notices", "listeners"), "what the cloud told of streams")
