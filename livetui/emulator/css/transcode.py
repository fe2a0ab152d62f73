"""Transcoding templates and rules; plays the chapter "Live Transcoding APIs"."""

from __future__ import annotations

from typing import Any

from livetui.emulator.account import PLAY_DOMAINS, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.css.domains import PLAY
from livetui.emulator.css.templates import Family, Kind, Rule, play

_LOWEST, _HIGHEST = 100, 8000
"""kbps"""


def _settle(family: Family, id: int | None, template: dict[str, Any]) -> None:
    others = {other: made for other, made in family.templates.items() if other != id}
    name = template["TemplateName"]
    if template["AiTransCode"]:
        if not template["Height"]:
            raise Refusal("InvalidParameter", "A top speed codec template needs a height.")
        if len(name) < 3:
            raise Refusal(
                "InvalidParameter.ArgsNotMatch", "A top speed codec template's name has 3 to 10 characters."
            )
    if any(other["TemplateName"] == name for other in others.values()):
        raise Refusal("InvalidParameter.ProcessorAlreadyExist", f"A template is called {name} already.")
    template["VideoBitrate"] = _free_bitrate(template["VideoBitrate"], others)


def _free_bitrate(wanted: int, others: dict[int, dict[str, Any]]) -> int:
    """The bitrate that is saved: no two templates have the same."""
    taken = {other["VideoBitrate"] for other in others.values()}
    near = (rate for step in range(_HIGHEST) for rate in (wanted - step, wanted + step))
    return next(rate for rate in near if _LOWEST <= rate <= _HIGHEST and rate not in taken)


def _rule_wanted(params: dict[str, Any], rule: Rule) -> bool:
    ids, domains = params.get("TemplateIds"), params.get("DomainNames")
    return (not ids or rule.template in ids) and (not domains or rule.domain in domains)


KIND = Kind(
    part="transcode",
    word="transcoding template",
    first=100_000,
    structure="TemplateInfo",
    create="CreateLiveTranscodeTemplate",
    modify="ModifyLiveTranscodeTemplate",
    delete="DeleteLiveTranscodeTemplate",
    describe="DescribeLiveTranscodeTemplate",
    list="DescribeLiveTranscodeTemplates",
    create_rule="CreateLiveTranscodeRule",
    delete_rule="DeleteLiveTranscodeRule",
    list_rules="DescribeLiveTranscodeRules",
    rule_key=("DomainName", "AppName", "StreamName", "TemplateId"),
    binds=PLAY,
    rule_limit=50,
    settle=_settle,
    rule_wanted=_rule_wanted,
)
play(KIND)


def seeded(account: Account) -> Family:
    """The ladder 360p to 1080p, a top speed one and one with DRM."""
    harbor, stadium, campus, _market = PLAY_DOMAINS
    h264 = {"Vcodec": "h264", "Profile": "main", "Gop": 2, "Fps": 25, "BitrateToOrig": 1, "HeightToOrig": 1}
    family = Family(account, KIND)
    family.seed(
        [
            {**h264, "TemplateName": "360p", "VideoBitrate": 400, "Height": 360, "AudioBitrate": 48},
            {**h264, "TemplateName": "540p", "VideoBitrate": 900, "Height": 540, "AudioBitrate": 64},
            {**h264, "TemplateName": "720p", "VideoBitrate": 1800, "Height": 720, "AudioBitrate": 96},
            {**h264, "TemplateName": "1080p", "VideoBitrate": 3500, "Height": 1080, "AudioBitrate": 128},
            {
                **h264,
                "TemplateName": "ts720",
                "VideoBitrate": 1500,
                "Height": 720,
                "AiTransCode": 1,
                "AdaptBitratePercent": 0.3,
                "Description": "top speed, trial",
            },
            {
                **h264,
                "TemplateName": "1080drm",
                "VideoBitrate": 3400,
                "Height": 1080,
                "DRMType": "widevine",
                "DRMTracks": "AUDIO|HD",
                "Description": "finals only",
            },
        ],
        [
            (harbor, "live", "", 0),
            (harbor, "live", "", 2),
            (stadium, "live", "", 1),
            (stadium, "live", "", 3),
            (stadium, "finals", "", 5),
            (campus, "", "", 1),
        ],
    )
    return family
