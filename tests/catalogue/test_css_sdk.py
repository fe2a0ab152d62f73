"""css.json held against the models of the official SDK, name by name and type by type.

The SDK is newer than the documents, so it knows more. What it knows and the catalogue does not is listed
here by name, exactly, for the version pinned in pyproject.toml: a newer SDK makes these tests fail with the
names that are to be decided on.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import pytest
from tencentcloud.live.v20180801 import models

from livetui.catalogue import Catalogue, Field, load

PINNED = "3.1.195"

GONE_FROM_SDK = {"DescribeLiveForbidStreamList"}
"""Documented, served, and no longer in the SDK."""

STRUCTURES_GONE_FROM_SDK = {"ForbidStreamInfo"}

ONLY_IN_SDK = {
    "AddLiveWatermark request": {"BackgroundHeight", "BackgroundWidth"},
    "CallBackTemplateInfo": {"RecordExceptionLevels", "RecordExceptionNotifyUrl"},
    "CommonMixControlParams": {"UsePictureTransparent"},
    "CommonMixInputParam": {"PortraitSegmentParams"},
    "CommonMixLayoutParams": {"WebPageUrl"},
    "CreateLiveCallbackTemplate request": {
        "AudioAuditNotifyUrl",
        "RecordExceptionLevels",
        "RecordExceptionNotifyUrl",
        "RecordStatusNotifyUrl",
    },
    "CreateLivePullStreamTask request": {
        "BackupToUrl",
        "FileIndex",
        "OffsetTime",
        "RecordTemplateId",
        "SpecifyTaskId",
        "TranscodeTemplateName",
    },
    "CreateLiveRecordTemplate request": {"CosStore"},
    "CreateLiveTranscodeTemplate request": {
        "AdaptiveChildren",
        "AudienceDrivenTranscode",
        "AudienceThreshold",
        "IsAdaptiveBitRate",
    },
    "DeleteLivePullStreamTask request": {"SpecifyTaskId"},
    "DescribeLivePullStreamTasks request": {"SpecifyTaskId"},
    "DescribeLiveTranscodeTemplates request": {"TemplateType"},
    "DescribeLiveWatermarks request": {"Name", "PageNo", "PageSize"},
    "ModifyLiveCallbackTemplate request": {
        "AudioAuditNotifyUrl",
        "RecordExceptionLevels",
        "RecordExceptionNotifyUrl",
        "RecordStatusNotifyUrl",
    },
    "ModifyLivePullStreamTask request": {"BackupToUrl", "BackupVodUrl", "SpecifyTaskId", "ToUrl"},
    "ModifyLiveTranscodeTemplate request": {
        "AdaptiveChildren",
        "AudienceDrivenTranscode",
        "AudienceThreshold",
        "IsAdaptiveBitRate",
    },
    "PullStreamTaskInfo": {"TranscodeTemplateName"},
    "PushQualityData": {"GopSize"},
    "RecordParam": {"CosBucketName", "CosBucketPath", "CosBucketRegion"},
    "RecordTemplateInfo": {"CosStore"},
    "SnapshotTemplateInfo": {"CosSecretId", "CosSecretKey"},
    "StreamOnlineInfo": {"PushToDelay"},
    "TemplateInfo": {"AdaptiveChildren", "AudienceDrivenTranscode", "AudienceThreshold", "IsAdaptiveBitRate"},
    "TimeShiftStreamInfo": {"TimeShiftSubStreams"},
    "UpdateLiveWatermark request": {"BackgroundHeight", "BackgroundWidth"},
    "WatermarkInfo": {"BackgroundHeight", "BackgroundWidth"},
}
"""Members that came after the documents."""

OTHER_TYPE = {("TimeShiftTemplate", "TranscodeTemplateIds"): ("list[integer]", "list[int non-negative]")}
"""(where, member): (ours, the SDK's)."""

ACTIONS_ONLY_IN_SDK = 143
"""Actions the documents have no page for (casters, monitors, pads, XP2P and the like), less those disused."""

_PLAIN = {"str": "string", "int": "integer", "float": "float", "bool": "boolean"}

CSS = load("css")


def _members(model: type) -> dict[str, str]:
    """Member names of an SDK model with their types in the catalogue's words, read from its docstring."""
    text = inspect.getdoc(model.__init__) or ""
    return {name: _type(written) for name, written in re.findall(r"^\s*:type (\w+): (.+)$", text, re.M)}


def _type(written: str) -> str:
    written = written.strip()
    if written.startswith("list of "):
        return f"list[{_type(written.removeprefix('list of '))}]"
    model = re.fullmatch(r":class:`.*\.(\w+)`", written)
    return model[1] if model else _PLAIN.get(written, written)


def _fits(ours: str, theirs: str) -> bool:
    """A time is a string or an integer to the SDK."""
    if "timestamp" in ours:
        return theirs in (ours.replace("timestamp", "string"), ours.replace("timestamp", "integer"))
    return ours == theirs


def _pairs(css: Catalogue) -> Iterator[tuple[str, Iterable[Field], type]]:
    """Each list of fields of the catalogue with a name to show and the SDK's model for it."""
    for action in css:
        if action.name not in GONE_FROM_SDK:
            yield f"{action.name} request", action.parameters, getattr(models, f"{action.name}Request")
            yield f"{action.name} reply", action.response, getattr(models, f"{action.name}Response")
    for name in css.structure_names():
        if name not in STRUCTURES_GONE_FROM_SDK:
            yield name, css.structure(name).members, getattr(models, name)


def test_the_sdk_is_the_version_these_lists_are_for() -> None:
    found = version("tencentcloud-sdk-python-live")
    assert found == PINNED, (
        f"SDK {found} is installed; the lists in this file are for {PINNED}: check them anew"
    )


def test_every_action_is_known_to_the_sdk_but_the_listed() -> None:
    sdk = {name.removesuffix("Request") for name in dir(models) if name.endswith("Request")}
    assert set(CSS.names) - sdk == GONE_FROM_SDK
    assert len(sdk - set(CSS.names)) == ACTIONS_ONLY_IN_SDK


def test_every_structure_is_known_to_the_sdk_but_the_listed() -> None:
    assert {name for name in CSS.structure_names() if not hasattr(models, name)} == STRUCTURES_GONE_FROM_SDK


def test_no_member_is_ours_alone() -> None:
    """A name the SDK doesn't have is a slip of the scan."""
    ours_alone = {
        where: unknown
        for where, fields, model in _pairs(CSS)
        if (unknown := {field.name for field in fields} - _members(model).keys())
    }
    assert ours_alone == {}


def test_members_only_the_sdk_has_are_the_listed() -> None:
    newer = {
        where: missing
        for where, fields, model in _pairs(CSS)
        if (missing := _members(model).keys() - {field.name for field in fields} - {"RequestId"})
    }
    new = {where: names - ONLY_IN_SDK.get(where, set()) for where, names in newer.items()}
    new = {where: names for where, names in new.items() if names}
    assert not new, f"the SDK has members nobody decided on yet: {new}"
    assert newer == ONLY_IN_SDK, "some listed members are gone from the SDK, or catalogued by now"


def test_types_agree_but_for_the_listed() -> None:
    differ = {
        (where, field.name): (field.type, theirs[field.name])
        for where, fields, model in _pairs(CSS)
        for theirs in [_members(model)]
        for field in fields
        if field.name in theirs and not _fits(field.type, theirs[field.name])
    }
    assert differ == OTHER_TYPE


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("str", "string"),
        ("list of int", "list[integer]"),
        ("list of RuleInfo", "list[RuleInfo]"),
        (":class:`tencentcloud.live.v20180801.models.RecordParam`", "RecordParam"),
    ],
)
def test_the_sdk_types_are_read_rightly(written: str, ours: str) -> None:
    """Were they not, everything above would compare nothing."""
    assert _type(written) == ours
    assert sum(len(_members(model)) for _, _, model in _pairs(CSS)) > 1000
