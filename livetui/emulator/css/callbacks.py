"""Callback templates and rules; plays the chapter "LVB Callback APIs"."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from livetui.emulator.account import PUSH_DOMAINS, Account
from livetui.emulator.answers import Refusal
from livetui.emulator.css.templates import Family, Kind, play

URLS = (
    "StreamBeginNotifyUrl",
    "StreamEndNotifyUrl",
    "RecordNotifyUrl",
    "SnapshotNotifyUrl",
    "PornCensorshipNotifyUrl",
    "PushExceptionNotifyUrl",
)


def _settle(family: Family, id: int | None, template: dict[str, Any]) -> None:
    urls = [template[name] for name in URLS if template[name]]
    if not urls:
        raise Refusal("InvalidParameter", "A callback template has at least one URL.")
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refusal("InvalidParameter.UrlNotSafe", "A callback URL does not resolve.")


KIND = Kind(
    part="callback",
    word="callback template",
    first=400_000,
    structure="CallBackTemplateInfo",
    create="CreateLiveCallbackTemplate",
    modify="ModifyLiveCallbackTemplate",
    delete="DeleteLiveCallbackTemplate",
    describe="DescribeLiveCallbackTemplate",
    list="DescribeLiveCallbackTemplates",
    create_rule="CreateLiveCallbackRule",
    delete_rule="DeleteLiveCallbackRule",
    list_rules="DescribeLiveCallbackRules",
    rule_key=("DomainName", "AppName"),
    # The page of CreateLiveCallbackRule has no code of its own for a rule that exists.
    rule_exists="InvalidParameter",
    settle=_settle,
)
play(KIND)


def seeded(account: Account) -> Family:
    """The backend's, the moderators', and one that is being tried out."""
    harbor, stadium, campus, market = PUSH_DOMAINS
    draw = account.random("callback/keys")
    backend = "https://hooks.harbor.example/css"
    family = Family(account, KIND)
    family.seed(
        [
            {
                "TemplateName": "backend",
                "Description": "all-events",
                "StreamBeginNotifyUrl": f"{backend}/begin",
                "StreamEndNotifyUrl": f"{backend}/end",
                "RecordNotifyUrl": f"{backend}/record",
                "PushExceptionNotifyUrl": f"{backend}/exception",
                "CallbackKey": f"{draw.getrandbits(96):024x}",
            },
            {
                "TemplateName": "moderation",
                "SnapshotNotifyUrl": "https://moderation.campus.example/snapshot",
                "PornCensorshipNotifyUrl": "https://moderation.campus.example/flagged",
                "CallbackKey": f"{draw.getrandbits(96):024x}",
            },
            {
                "TemplateName": "staging",
                "StreamBeginNotifyUrl": "http://staging.market.example/css?event=begin",
            },
        ],
        [(harbor, "live", "", 0), (stadium, "live", "", 0), (campus, "live", "", 1), (market, "live", "", 0)],
    )
    return family
