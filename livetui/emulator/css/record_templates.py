"""Recording templates and rules; plays the template half of "Recording Management APIs"."""

from __future__ import annotations

import re
from typing import Any

from livetui.emulator.account import PUSH_DOMAINS, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.css.templates import Family, Kind, play

FORMATS = ("FlvParam", "HlsParam", "Mp4Param", "AacParam", "Mp3Param")

_UNITS = ("Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond")
_PLACEHOLDERS = {"StreamID", *(f"{end}{unit}" for end in ("Start", "End") for unit in _UNITS)}


def _settle(family: Family, id: int | None, template: dict[str, Any]) -> None:
    for form in FORMATS:
        used = set(re.findall(r"\{([^}]*)\}", template[form]["VodFileName"]))
        if not used <= _PLACEHOLDERS:
            raise Refusal(
                "InvalidParameter.InvalidVodFileName", f"{form}.VodFileName has an unknown placeholder."
            )


KIND = Kind(
    part="record",
    word="recording template",
    first=200_000,
    structure="RecordTemplateInfo",
    create="CreateLiveRecordTemplate",
    modify="ModifyLiveRecordTemplate",
    delete="DeleteLiveRecordTemplate",
    describe="DescribeLiveRecordTemplate",
    list="DescribeLiveRecordTemplates",
    create_rule="CreateLiveRecordRule",
    delete_rule="DeleteLiveRecordRule",
    list_rules="DescribeLiveRecordRules",
    settle=_settle,
    wanted=lambda params, template: bool(template["IsDelayLive"] == params.get("IsDelayLive", 0)),
)
play(KIND)


def seeded(account: Account) -> Family:
    """HLS kept a month, MP4 by the hour, audio alone, and one for slow live."""
    harbor, stadium, campus, _market = PUSH_DOMAINS
    month = 30 * 86_400
    family = Family(account, KIND)
    family.seed(
        [
            {
                "TemplateName": "hls-30d",
                "HlsParam": {"Enable": 1, "StorageTime": month, "StorageMode": "normal"},
                "HlsSpecialParam": {"FlowContinueDuration": 300},
            },
            {
                "TemplateName": "mp4-hourly",
                "Description": "for the editors",
                "Mp4Param": {"Enable": 1, "RecordInterval": 3600, "StorageTime": 7 * 86_400},
                "FlvParam": {"Enable": 1, "RecordInterval": 3600, "StorageTime": 86_400},
                "FlvSpecialParam": {"UploadInRecording": True},
            },
            {
                "TemplateName": "audio",
                "AacParam": {"Enable": 1, "RecordInterval": 7200, "StorageTime": month},
                "RemoveWatermark": True,
            },
            {"TemplateName": "slow-hls", "IsDelayLive": 1, "HlsParam": {"Enable": 1, "StorageTime": month}},
        ],
        [
            (harbor, "live", "", 0),
            (stadium, "live", "", 0),
            (stadium, "finals", "", 1),
            (campus, "live", "", 2),
        ],
    )
    return family
