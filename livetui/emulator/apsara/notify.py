"""Addresses that are told what happens, one of each kind for a domain.

Document: Notify, and what Live recording and Live detection have of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livetui.catalogue.loader import load
from livetui.emulator import shape
from livetui.emulator.answers import Call
from livetui.emulator.apsara.played import SERVICE, played
from livetui.emulator.apsara.state import Apsara
from livetui.emulator.css.schedule import second

if TYPE_CHECKING:
    from livetui.emulator.apsara.configs import Configs, Thing


def _kept(apsara: Apsara, member: str) -> Configs:
    return {
        "LiveStreamsNotifyConfig": apsara.stream_notices,
        "LiveRecordNotifyConfig": apsara.record_notices,
        "LiveDetectNotifyConfig": apsara.detect_notices,
    }[member]


def _told(apsara: Apsara, params: dict[str, Any], member: str) -> Thing:
    """The reply member: an object without members where nobody is told."""
    config = _kept(apsara, member).find((params["DomainName"],))
    if config is not None:
        return {member: config.data}
    fields = load(SERVICE).structure(member).members
    return {member: {field.name: shape.ABSENT for field in fields}}


@played("SetLiveStreamsNotifyUrlConfig")
def set_stream_notice(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Takes the place of what was set."""
    apsara.stream_notices.put((params["DomainName"],), params, second(call.now))
    return {}


@played("DescribeLiveStreamsNotifyUrlConfig")
def stream_notice(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _told(apsara, params, "LiveStreamsNotifyConfig")


@played("DeleteLiveStreamsNotifyUrlConfig")
def delete_stream_notice(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    apsara.stream_notices.delete((params["DomainName"],), second(call.now))
    return {}


@played("DescribeLiveRecordNotifyConfig")
def record_notice(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _told(apsara, params, "LiveRecordNotifyConfig")


@played("DescribeLiveDetectNotifyConfig")
def detect_notice(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _told(apsara, params, "LiveDetectNotifyConfig")


def _changing(kind: str) -> None:
    """Registers who adds, updates and deletes the notices of recordings, of what is detected."""
    member = f"Live{kind}NotifyConfig"

    @played(f"Add{member}")
    def add(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
        data = shape.made(load(SERVICE), call.action, params)
        _kept(apsara, member).add((params["DomainName"],), data, second(call.now))
        return {}

    @played(f"Update{member}")
    def update(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
        kept, key = _kept(apsara, member), (params["DomainName"],)
        data = shape.changed(load(SERVICE), call.action, kept.have(key).data, params)
        kept.put(key, data, second(call.now))
        return {}

    @played(f"Delete{member}")
    def delete(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
        _kept(apsara, member).delete((params["DomainName"],), second(call.now))
        return {}


for _kind in ("Record", "Detect"):
    _changing(_kind)
