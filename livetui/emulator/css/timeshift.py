"""Time shift templates and rules; plays the template half of "Time Shifting APIs"."""

from __future__ import annotations

from typing import Any

from livetui.emulator.account import PUSH_DOMAINS, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.css.templates import Family, Kind, play


def _refuse_unknown_transcodes(account: Account, template: dict[str, Any]) -> None:
    for id in template["TranscodeTemplateIds"]:
        if id not in account.families.transcode.templates:
            raise Refusal("InvalidParameter", f"No transcoding template {id}.")


KIND = Kind(
    part="timeshift",
    word="time shifting template",
    first=600_000,
    structure="TimeShiftTemplate",
    create="CreateLiveTimeShiftTemplate",
    modify="ModifyLiveTimeShiftTemplate",
    delete="DeleteLiveTimeShiftTemplate",
    describe="",
    list="DescribeLiveTimeShiftTemplates",
    create_rule="CreateLiveTimeShiftRule",
    delete_rule="DeleteLiveTimeShiftRule",
    list_rules="DescribeLiveTimeShiftRules",
    unknown_to_rule="InternalError.ConfNotFound",
    refuse=_refuse_unknown_transcodes,
)
play(KIND)


def seeded(account: Account, transcode: Family) -> Family:
    """One template, a week long, that also keeps the account's third transcoded stream."""
    harbor, stadium, campus, _market = PUSH_DOMAINS
    family = Family(account, KIND)
    family.seed(
        [
            {
                "TemplateName": "week",
                "Duration": 7 * 86_400,
                "Area": "Overseas",
                "TranscodeTemplateIds": [list(transcode.templates)[2]],
            },
        ],
        [(harbor, "live", "", 0), (stadium, "live", "", 0), (campus, "live", "", 0)],
    )
    return family
