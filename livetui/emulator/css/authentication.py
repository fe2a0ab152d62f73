"""Referers and authentication keys of domains; plays the chapter "Authentication Management APIs"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css.domains import PLAY, PUSH, Domain, Referer, play_domain

if TYPE_CHECKING:
    from livetui.emulator.account import Account


@answers("DescribeLiveDomainReferer")
def _describe_referer(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    domain = play_domain(account, params["DomainName"])
    config = {
        "DomainName": domain.name,
        "Enable": int(domain.referer.enabled),
        "Type": int(domain.referer.allowlist),
        "AllowEmpty": int(domain.referer.allow_empty),
        "Rules": domain.referer.rules,
    }
    return shape.reply(account.catalogue, call.action, {"RefererAuthConfig": config})


@answers("ModifyLiveDomainReferer")
def _modify_referer(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    domain = play_domain(account, params["DomainName"])
    rules = [rule.strip() for rule in params["Rules"].split(";") if rule.strip()]
    domain.referer = Referer(
        bool(params["Enable"]), bool(params["Type"]), bool(params["AllowEmpty"]), ";".join(rules)
    )
    return {}


@answers("DescribeLivePushAuthKey")
def _describe_push_key(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _described_keys(account, call, _keyed(account, params["DomainName"], PUSH), "PushAuthKeyInfo")


@answers("DescribeLivePlayAuthKey")
def _describe_play_key(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _described_keys(account, call, _keyed(account, params["DomainName"], PLAY), "PlayAuthKeyInfo")


def _described_keys(account: Account, call: Call, domain: Domain, member: str) -> dict[str, Any]:
    main, backup = _KEY_NAMES[domain.type]
    info = {
        "DomainName": domain.name,
        "Enable": int(domain.auth.enabled),
        main: domain.auth.main,
        backup: domain.auth.backup,
        "AuthDelta": domain.auth.delta,
    }
    return shape.reply(account.catalogue, call.action, {member: info})


@answers("ModifyLivePushAuthKey")
def _modify_push_key(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _changed_keys(_keyed(account, params["DomainName"], PUSH), params)


@answers("ModifyLivePlayAuthKey")
def _modify_play_key(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _changed_keys(_keyed(account, params["DomainName"], PLAY), params)


def _changed_keys(domain: Domain, params: dict[str, Any]) -> dict[str, Any]:
    """What is left out, and a key sent empty, stays as it was."""
    main, backup = _KEY_NAMES[domain.type]
    auth = domain.auth
    auth.enabled = bool(params.get("Enable", auth.enabled))
    auth.main = params.get(main) or auth.main
    auth.backup = params.get(backup) or auth.backup
    auth.delta = params.get("AuthDelta", auth.delta)
    return {}


_KEY_NAMES = {PUSH: ("MasterAuthKey", "BackupAuthKey"), PLAY: ("AuthKey", "AuthBackKey")}


def _keyed(account: Account, name: str, kind: int) -> Domain:
    domain = account.domains.find(name, kind)
    if domain is None:
        code = "PushDomainNoRecord" if kind == PUSH else "PlayDomainNoRecord"
        raise Refusal(f"ResourceNotFound.{code}", f"No such domain: {name}.")
    return domain
