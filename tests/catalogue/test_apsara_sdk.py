"""apsara.json held against the official clients, name by name and type by type.

Requests are compared with the client that is installed. Replies it leaves untyped, so names and types of its
successor's were written down once, in apsara_sdk.json, with the parameters of the actions that have gone from
both. The clients are newer than the documents; what only they know is listed here by name, exactly, for the
version pinned in pyproject.toml.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from catalogued import PLAIN, coming

from livetui.catalogue import Field

PINNED = "3.9.75"
RECORDED: dict[str, Any] = json.loads(Path(__file__).with_name("apsara_sdk.json").read_bytes())
APSARA = coming("apsara")

COMMON = {"OwnerId", "SecurityToken"}
"""Sent with every call and listed with none."""

GONE_FROM_SDK = {
    "DescribeLiveDomainRecordData",
    "DescribeLiveDomainTranscodeData",
    "DescribeLiveStreamOnlineUserNum",
    "DescribeLiveStreamsFrameRateAndBitRateData",
}
"""Documented, in older clients (see the recording), and no longer in today's."""

ONLY_IN_SDK = {
    # All of these came after the documents.
    "AddCustomLiveStreamTranscode": {
        "AudioBitrate",
        "AudioChannelNum",
        "AudioCodec",
        "AudioProfile",
        "AudioRate",
        "BitrateWithSource",
        "DeInterlaced",
        "EncryptParameters",
        "ExtWithSource",
        "FpsWithSource",
        "Gop",
        "KmsKeyExpireInterval",
        "KmsKeyID",
        "KmsUID",
        "Lazy",
        "Profile",
        "ResWithSource",
    },
    "AddLiveAppRecordConfig": {"DelayTime", "TranscodeRecordFormat", "TranscodeTemplates"},
    "AddLiveAppSnapshotConfig": {"Callback"},
    "AddLiveRecordNotifyConfig": {"OnDemandUrl"},
    "AddLiveStreamTranscode": {"EncryptParameters", "Lazy"},
    "CreateLiveStreamRecordIndexFiles": {"EndTimeIncluded"},
    "DescribeLiveDomainBpsData": {"Interval", "IspNameEn", "LocationNameEn"},
    "DescribeLiveDomainTrafficData": {"Interval", "IspNameEn", "LocationNameEn"},
    "DescribeLiveRecordConfig": {"StreamName"},
    "DescribeLiveStreamSnapshotInfo": {"Order"},
    "DescribeLiveStreamTranscodeInfo": {"AppName"},
    "DescribeLiveStreamsOnlineList": {"OnlyStream", "QueryType", "StreamName"},
    "DescribeLiveStreamsPublishList": {"OrderBy", "QueryType", "StreamType"},
    "ForbidLiveStream": {"Oneshot"},
    "SetLiveStreamsNotifyUrlConfig": {
        "ExceptionNotifyUrl",
        "NotifyAuthKey",
        "NotifyReqAuth",
        "SwitchNotifyUrl",
    },
    "UpdateLiveAppSnapshotConfig": {"Callback"},
    "UpdateLiveRecordNotifyConfig": {"OnDemandUrl"},
}

ONLY_IN_SDK_REPLIES = {
    # These too.
    "CustomTranscodeParameters": {
        "AudioBitrate",
        "AudioChannelNum",
        "AudioCodec",
        "AudioProfile",
        "AudioRate",
        "Bframes",
        "BitrateWithSource",
        "DeInterlaced",
        "ExtWithSource",
        "FpsWithSource",
        "Gop",
        "ResWithSource",
        "RtsFlag",
        "VideoProfile",
    },
    "DomainTranscodeInfo": {"EncryptParameters", "IsLazy"},
    "LiveAppRecord": {
        "DelayTime",
        "EndTime",
        "OnDemond",
        "StartTime",
        "StreamName",
        "TranscodeRecordFormatList",
        "TranscodeTemplates",
    },
    "LivePullStream": {"SourceUsing"},
    "LiveRecordNotifyConfig": {"NotifyAuthKey", "NotifyReqAuth", "OnDemandUrl"},
    "LiveStreamOnlineInfo": {
        "AudioCodecId",
        "AudioDataRate",
        "ClientIp",
        "FrameRate",
        "Height",
        "PublishType",
        "ServerIp",
        "Transcoded",
        "VideoCodecId",
        "VideoDataRate",
        "Width",
    },
    "LiveStreamPublishInfo": {"AliInnerErrorFlags", "PublishType", "TranscodeId", "Transcoded"},
    "LiveStreamSnapshotConfig": {"Callback"},
    "LiveStreamSnapshotInfo": {"CreateTimestamp", "IsOverlay"},
    "LiveStreamsNotifyConfig": {"ExceptionNotifyUrl", "NotifyAuthKey", "NotifyReqAuth"},
    # A piece of an index has its format told since; the answer to making one has not.
    "RecordIndexInfo": {"Format"},
    "RecordFormat": {"SliceDuration"},
}

TYPES = {"String": "string", "Integer": "integer", "Boolean": "boolean", "RepeatList": "list"}

SERVED = sorted(set(APSARA.names) - GONE_FROM_SDK)


def _request(action: str) -> Any:
    module = import_module(f"aliyunsdklive.request.v20161101.{action}Request")
    return getattr(module, f"{action}Request")()


def _parameters(action: str) -> dict[str, str]:
    """The client's parameters of an action, by their names on the wire, with their types."""
    made = {}
    for name, getter in inspect.getmembers(_request(action), inspect.ismethod):
        source = inspect.getsource(getter)
        if name.startswith("get_") and (wire := re.search(r"get_query_params\(\)\.get\('(\w+)'\)", source)):
            written = re.search(r"# (\w+)", source)
            assert written, f"{action}.{name}"
            made[wire[1]] = written[1]
    return {name: written for name, written in made.items() if name not in COMMON}


def test_the_client_is_of_the_version_these_lists_are_for() -> None:
    assert version("aliyun-python-sdk-live") == PINNED
    assert "alibabacloud-live20161101 3.0.2" in RECORDED["sdk"]


def test_the_client_has_every_action_but_the_four_that_have_gone() -> None:
    for action in GONE_FROM_SDK:
        with pytest.raises(ModuleNotFoundError):
            _request(action)
    for action in SERVED:
        request = _request(action)
        assert (request.get_action_name(), request.get_version()) == (action, APSARA.version)
        assert request.get_product().lower() == APSARA.product


@pytest.mark.parametrize("action", SERVED)
def test_parameters_are_the_clients(action: str) -> None:
    """A name the client doesn't have is a slip of the scan."""
    ours = {field.wire_name for field in APSARA.action(action).parameters}
    theirs = set(_parameters(action))
    assert ours - theirs == set()
    assert theirs - ours == ONLY_IN_SDK.get(action, set())


@pytest.mark.parametrize("action", SERVED)
def test_parameters_have_the_clients_types(action: str) -> None:
    theirs = _parameters(action)
    for field in APSARA.action(action).parameters:
        kind = "list" if field.is_list else "string" if field.type == "timestamp" else field.type
        assert TYPES[theirs[field.name]] == kind, field.name


def test_parameters_of_what_has_gone_are_those_older_clients_had() -> None:
    assert set(RECORDED["withdrawn"]) == GONE_FROM_SDK
    for action, versions in RECORDED["withdrawn"].items():
        ours = {field.name for field in APSARA.action(action).parameters}
        oldest, *later = versions.values()
        assert ours == set(oldest), action
        for names in later:
            assert ours - set(names) <= {"HlsSwitch"}, action


def test_lists_are_numbered_from_one_as_the_client_does() -> None:
    request = _request("AddLiveAppRecordConfig")
    members = {field.name: field.name for field in APSARA.structure("RecordFormatSetting").members}
    request.set_RecordFormats([members])
    assert request.get_query_params() == {f"RecordFormat.1.{name}": name for name in members}
    request = _request("AddLiveSnapshotDetectPornConfig")
    request.set_Scenes(["porn", "ad"])
    assert request.get_query_params() == {"Scene.1": "porn", "Scene.2": "ad"}


def _pairs() -> Iterator[tuple[str, Iterable[Field], dict[str, Any]]]:
    """Each list of reply members, with a name to show and what is recorded in its place."""
    waiting = [
        (f"{action} reply", APSARA.action(action).response, RECORDED["replies"][action]) for action in SERVED
    ]
    while waiting:
        where, fields, theirs = waiting.pop()
        yield where, fields, theirs
        for field in fields:
            if field.item_type not in PLAIN:
                inner = _unwrapped(field, theirs[field.name])
                waiting.append((field.item_type, APSARA.structure(field.item_type).members, inner))


def _unwrapped(field: Field, theirs: Any) -> Any:
    """What stands for one item: the object around a list and the list itself are taken off."""
    if field.inside:
        assert list(theirs) == [field.inside], field.name
        theirs = theirs[field.inside]
    assert isinstance(theirs, list) == field.is_list, field.name
    return theirs[0] if field.is_list else theirs


def test_replies_hold_no_member_of_ours_alone() -> None:
    alone = {
        where: unknown
        for where, fields, theirs in _pairs()
        if (unknown := {field.name for field in fields} - theirs.keys())
    }
    assert alone == {}


def test_what_replies_have_besides_is_listed() -> None:
    besides: dict[str, set[str]] = {}
    for where, fields, theirs in _pairs():
        besides.setdefault(where, set()).update(theirs.keys() - {field.name for field in fields})
    assert {where: names for where, names in besides.items() if names} == ONLY_IN_SDK_REPLIES


def test_replies_have_the_clients_types() -> None:
    """A number that is a string to the client may arrive quoted; times are strings to it."""
    for where, fields, theirs in _pairs():
        for field in fields:
            if field.item_type in PLAIN:
                kind = _unwrapped(field, theirs[field.name])
                ours = "string" if field.type == "timestamp" else field.item_type
                assert kind == ours or (kind == "string" and field.as_text), f"{where}.{field.name}"


def test_the_recording_holds_names_and_types_only() -> None:
    waiting = list(RECORDED["replies"].values())
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, dict):
            assert all(name.isidentifier() for name in shape)
            waiting += shape.values()
        elif isinstance(shape, list):
            waiting += shape
        else:
            assert shape in {"string", "integer", "float", "boolean", "object"}
