"""Domains of the emulated account: ownership, state and play settings.

Plays the chapter "Domain Name Management APIs"; referers and keys are answered in `authentication`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from livetui.emulator import shape
from livetui.emulator.account import PLAY_DOMAINS, PUSH_DOMAINS
from livetui.emulator.answers import Call, Refusal, answers

if TYPE_CHECKING:
    from livetui.emulator.account import Account

PUSH, PLAY = 0, 1
LIMIT = 100
"""Domains an account may have (error `FailedOperation.HostOutLimit`)."""

LOCKED_FOR = timedelta(days=2)
"""How long a domain that carried traffic cannot be deleted (`DeleteDomainInLockedTime`)."""

PROOF_AFTER = timedelta(seconds=60)
"""How long the emulated owner takes to put a TXT record or a file in place once it was told."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
_LONGEST = 253
_NEVER = "0000-00-00 00:00:00"
"""What the disused RentExpireTime holds in the documents' examples."""


@dataclass
class AuthKeys:
    """Signing of push or play URLs: txSecret is made with the main or the backup key."""

    enabled: bool
    main: str = field(repr=False)
    backup: str = field(repr=False)
    delta: int
    """Seconds a URL stays good after its txTime."""


@dataclass
class Referer:
    """A play domain's list of referers, either of those let in or of those shut out."""

    enabled: bool = False
    allowlist: bool = False
    allow_empty: bool = True
    rules: str = ""


@dataclass
class Domain:
    """One push or play domain."""

    name: str
    type: int
    created: datetime
    auth: AuthKeys
    enabled: bool = True
    has_cname: bool = True
    play_region: int = 1
    is_delay_live: int = 0
    is_mini_program: int = 0
    busy: bool = False
    """Carries traffic whenever it is enabled."""
    quiet_since: datetime | None = None
    """When a busy domain was disabled."""
    referer: Referer = field(default_factory=Referer)


class Domains:
    """The account's domains, and which main domains its owner has proved to own."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._random = account.random("domains")
        self._all: dict[str, Domain] = {}
        self._proved: set[str] = set()
        self._asked: dict[str, datetime] = {}
        self._seed()

    def _seed(self) -> None:
        for day, name in enumerate((*PUSH_DOMAINS, *PLAY_DOMAINS)):
            created = self._account.born + timedelta(days=2 + day, hours=self._random.randrange(9))
            kind = PUSH if name in PUSH_DOMAINS else PLAY
            domain = Domain(name, kind, created, self._keys(enabled=kind == PUSH), busy=True)
            domain.play_region = (2, 1, 3, 1)[day % 4] if kind == PLAY else 1
            self._all[name] = domain
            self._proved.add(main_domain(name))
        harbor, stadium, _campus, market = (self._all[name] for name in PLAY_DOMAINS)
        harbor.referer = Referer(True, True, False, "www.harbor.example;m.harbor.example")
        stadium.referer = Referer(True, False, True, "mirror.example")
        stadium.auth.enabled = True
        market.enabled = market.has_cname = market.busy = False

    def _keys(self, *, enabled: bool) -> AuthKeys:
        main, backup = (f"{self._random.getrandbits(128):032x}" for _ in range(2))
        return AuthKeys(enabled, main, backup, 1800)

    # What the other parts ask.

    def find(self, name: str, kind: int | None = None) -> Domain | None:
        """The domain of that name, if it is there and of that kind."""
        domain = self._all.get(name)
        return domain if domain is not None and kind in (None, domain.type) else None

    def all(self) -> list[Domain]:
        """Every domain, oldest first."""
        return sorted(self._all.values(), key=lambda domain: (domain.created, domain.name))

    def enabled(self, push_domain: str) -> bool:
        """Whether the account has this push domain and it is not disabled."""
        domain = self.find(push_domain, PUSH)
        return domain is not None and domain.enabled

    def play_domains_of(self, push: str) -> list[str]:
        """The enabled play domains that show a push domain's streams: those under the same main domain."""
        main = main_domain(push)
        return [d.name for d in self.all() if d.type == PLAY and d.enabled and main_domain(d.name) == main]

    def require(self, name: str, kind: int) -> Domain:
        """The domain a rule or a task is to use.

        Raises `InvalidParameter.DomainFormatError` for what is no domain name, `InvalidParameter` for a
        domain the account has not, or has as the other kind.
        """
        if not well_formed(name):
            raise Refusal("InvalidParameter.DomainFormatError", "The domain name is malformed.")
        domain = self.find(name, kind)
        if domain is None:
            word = "push" if kind == PUSH else "playback"
            raise Refusal("InvalidParameter", f"The account has no {word} domain {name}.")
        return domain

    # What operators do.

    def add(self, domain: Domain) -> None:
        self._all[domain.name] = domain

    def new(self, name: str, kind: int) -> Domain:
        """A domain made now, with keys of its own, not yet added."""
        return Domain(
            name, kind, self._account.clock.now(), self._keys(enabled=kind == PUSH), has_cname=False
        )

    def forget(self, domain: Domain) -> None:
        """Takes a domain and everything bound to it out of the account."""
        del self._all[domain.name]
        self._account.families.forget_domain(domain.name)
        self._account.certificates.forget_domain(domain.name)

    def locked(self, domain: Domain, now: datetime) -> bool:
        """Whether the domain carried traffic too lately to be deleted."""
        return domain.busy and domain.quiet_since is not None and now - domain.quiet_since < LOCKED_FOR

    def proof(self, main: str) -> str:
        """The text that shows, in a TXT record or a file, that this account owns the main domain."""
        return hashlib.sha256(f"{self._account.app_id}/{self._account.seed}/{main}".encode()).hexdigest()[:32]

    def proved(self, main: str, how: str, now: datetime) -> bool:
        """Whether ownership is proved; a look for the record or file counts, and starts the owner on it."""
        if main not in self._proved and how != "dbCheck":
            asked = self._asked.setdefault(main, now)
            if now - asked >= PROOF_AFTER:
                self._proved.add(main)
        return main in self._proved


def main_domain(name: str) -> str:
    """The registered domain: its last two labels."""
    return ".".join(name.split(".")[-2:])


def well_formed(name: str) -> bool:
    return len(name) <= _LONGEST and _DOMAIN.fullmatch(name.lower()) is not None


@answers("AddLiveDomain")
def _add(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    name = params["DomainName"]
    _refuse_bad_name(name)
    _refuse_taken(account.domains, name)
    if len(account.domains.all()) >= LIMIT:
        raise Refusal("FailedOperation.HostOutLimit", f"An account has at most {LIMIT} domains.")
    if not account.domains.proved(main_domain(name), params.get("VerifyOwnerType", "dbCheck"), call.now):
        raise Refusal(
            "FailedOperation.DomainNeedVerifyOwner", f"Ownership of {main_domain(name)} is not proved."
        )
    domain = account.domains.new(name, params["DomainType"])
    domain.play_region = params.get("PlayType", 1)
    domain.is_delay_live = params.get("IsDelayLive", 0)
    domain.is_mini_program = params.get("IsMiniProgramLive", 0)
    account.domains.add(domain)
    return {}


def _refuse_bad_name(name: str) -> None:
    if not name.isascii():
        raise Refusal("InternalError.ChineseCharacterDetected", "A domain name is written in ASCII.")
    if len(name) > _LONGEST:
        raise Refusal("InvalidParameter.DomainTooLong", f"A domain name has at most {_LONGEST} characters.")
    if not well_formed(name):
        raise Refusal("InvalidParameter.DomainFormatError", "The domain name is malformed.")


def _refuse_taken(domains: Domains, name: str) -> None:
    for other in domains.all():
        if other.name == name:
            raise Refusal("FailedOperation.DomainAdded", f"{name} has been added before.")
        if name.endswith(f".{other.name}"):
            raise Refusal(
                "FailedOperation.ParentDomainAdded", f"{other.name} above it has been added before."
            )
        if other.name.endswith(f".{name}"):
            raise Refusal("FailedOperation.SubDomainAdded", f"{other.name} below it has been added before.")


@answers("AuthenticateDomainOwner")
def _authenticate(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    if not well_formed(params["DomainName"]):
        raise Refusal("InvalidParameter.DomainFormatError", "The domain name is malformed.")
    main = main_domain(params["DomainName"])
    proved = account.domains.proved(main, params["VerifyType"], call.now)
    data = {"Content": account.domains.proof(main), "Status": 0 if proved else -1, "MainDomain": main}
    return shape.reply(account.catalogue, call.action, data)


@answers("DeleteLiveDomain")
def _delete(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    domain = account.domains.find(params["DomainName"], params["DomainType"])
    if domain is None:
        raise Refusal("ResourceNotFound.DomainNotExist", "No such domain of that type.")
    if domain.enabled:
        raise Refusal("FailedOperation", "The domain is enabled: disable it first.")
    if account.domains.locked(domain, call.now):
        raise Refusal(
            "FailedOperation.DeleteDomainInLockedTime", "The domain had traffic in the last 2 days."
        )
    account.domains.forget(domain)
    return {}


@answers("DescribeLiveDomain")
def _describe(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    if "DomainName" not in params:
        raise Refusal("MissingParameter", "DomainName is missing.")
    domain = account.domains.find(params["DomainName"])
    if domain is None:
        raise Refusal("ResourceNotFound.DomainNotExist", "No such domain.")
    return shape.reply(account.catalogue, call.action, {"DomainInfo": _row(domain)})


@answers("DescribeLiveDomains")
def _describe_all(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    everything = account.domains.all()
    found = [domain for domain in everything if _wanted(domain, params)]
    size, page = params.get("PageSize", 10), params.get("PageNum", 1)
    plays = [domain.play_region for domain in everything if domain.type == PLAY]
    return shape.reply(
        account.catalogue,
        call.action,
        {
            "AllCount": len(found),
            "DomainList": [_row(domain) for domain in found[(page - 1) * size : page * size]],
            "CreateLimitCount": LIMIT - len(everything),
            "PlayTypeCount": [plays.count(region) for region in (1, 2, 3)],
        },
    )


def _wanted(domain: Domain, params: dict[str, Any]) -> bool:
    kind = params.get("DomainType")
    return (
        params.get("DomainStatus", domain.enabled) == domain.enabled
        and kind in (None, domain.type)
        and params.get("IsDelayLive", 0) == domain.is_delay_live
        and domain.name.startswith(params.get("DomainPrefix", ""))
        and (kind != PLAY or params.get("PlayType", domain.play_region) == domain.play_region)
    )


def _row(domain: Domain) -> dict[str, Any]:
    target = f"{domain.name}.{'livepush' if domain.type == PUSH else 'liveplay'}.example"
    return {
        "Name": domain.name,
        "Type": domain.type,
        "Status": int(domain.enabled),
        "CreateTime": domain.created,
        "BCName": int(domain.has_cname),
        "TargetDomain": target,
        "PlayType": domain.play_region,
        "IsDelayLive": domain.is_delay_live,
        "CurrentCName": target if domain.has_cname else "",
        "RentTag": 0,
        "RentExpireTime": _NEVER,
        "IsMiniProgramLive": domain.is_mini_program,
    }


@answers("EnableLiveDomain")
def _enable(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    domain = _known(account, params["DomainName"])
    domain.enabled, domain.quiet_since = True, None
    return {}


@answers("ForbidLiveDomain")
def _forbid(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    domain = _known(account, params["DomainName"])
    if domain.enabled:
        domain.enabled, domain.quiet_since = False, call.now
    return {}


def _known(account: Account, name: str) -> Domain:
    domain = account.domains.find(name)
    if domain is None:
        raise Refusal("ResourceNotFound", f"No such domain: {name}.")
    return domain


@answers("ModifyLivePlayDomain")
def _modify_play(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    play_domain(account, params["DomainName"]).play_region = params["PlayType"]
    return {}


def play_domain(account: Account, name: str) -> Domain:
    """Raises `ResourceNotFound.DomainNotExist` for what is no play domain of the account."""
    domain = account.domains.find(name, PLAY)
    if domain is None:
        raise Refusal("ResourceNotFound.DomainNotExist", f"No such playback domain: {name}.")
    return domain
