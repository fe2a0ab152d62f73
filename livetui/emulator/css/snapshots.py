"""Screenshot templates and rules; plays the template half of "Screencapturing and Porn Detection APIs"."""

from __future__ import annotations

import re
from typing import Any

from livetui.emulator.account import PUSH_DOMAINS, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.css.templates import Family, Kind, Rule, play

_PLACEHOLDERS = {"StreamID", "Year", "Month", "Day", "Hour", "Minute", "Second", "Width", "Height", "Ext"}


def _settle(family: Family, id: int | None, template: dict[str, Any]) -> None:
    if template["CosBucket"].endswith(f"-{template['CosAppId']}"):
        raise Refusal(
            "FailedOperation.CosBucketNotExist", "The bucket's name goes without the application id."
        )
    if not set(re.findall(r"\{([^}]*)\}", template["CosFileName"])) <= _PLACEHOLDERS:
        raise Refusal("InvalidParameter.COSCustomFileNameError", "CosFileName has an unknown placeholder.")


def _refuse_second_template(family: Family, rule: Rule) -> None:
    """A domain has one screenshot template, however many rules."""
    if any(other.domain == rule.domain and other.template != rule.template for other in family.rules):
        raise Refusal("FailedOperation.RuleAlreadyExist", "The domain has another screenshot template.")


KIND = Kind(
    part="snapshot",
    word="screenshot template",
    first=300_000,
    structure="SnapshotTemplateInfo",
    create="CreateLiveSnapshotTemplate",
    modify="ModifyLiveSnapshotTemplate",
    delete="DeleteLiveSnapshotTemplate",
    describe="DescribeLiveSnapshotTemplate",
    list="DescribeLiveSnapshotTemplates",
    create_rule="CreateLiveSnapshotRule",
    delete_rule="DeleteLiveSnapshotRule",
    list_rules="DescribeLiveSnapshotRules",
    settle=_settle,
    refuse_rule=_refuse_second_template,
)
play(KIND)


def seeded(account: Account) -> Family:
    """One for covers, one for moderation, one nobody uses any more."""
    harbor, stadium, campus, _market = PUSH_DOMAINS
    cos = {"CosAppId": account.app_id, "CosRegion": "ap-singapore"}
    family = Family(account, KIND)
    family.seed(
        [
            {**cos, "TemplateName": "covers", "CosBucket": "covers", "SnapshotInterval": 60, "Width": 640},
            {
                **cos,
                "TemplateName": "moderation",
                "CosBucket": "moderation",
                "SnapshotInterval": 5,
                "PornFlag": 1,
                "Description": "every_five_seconds",
            },
            {**cos, "TemplateName": "archive-2024", "CosBucket": "archive", "CosRegion": "eu-frankfurt"},
        ],
        [(harbor, "live", "", 0), (stadium, "live", "", 0), (campus, "live", "", 1)],
    )
    return family
