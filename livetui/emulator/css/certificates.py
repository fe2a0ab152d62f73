"""Certificates of the emulated account and the play domains they are bound to.

Plays the chapter "Certificate Management APIs".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from livetui.emulator import shape
from livetui.emulator.account import PLAY_DOMAINS
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css.domains import PLAY

if TYPE_CHECKING:
    from livetui.emulator.account import Account

OWN, HOSTED = 0, 1
"""A certificate its owner keeps, or one in the cloud's SSL service."""

FORMAL, GRAY = "formal", "gray"
KEEP = -1
"""HTTPS status sent to leave it as it is."""

UPLOADED_FOR = timedelta(days=365)
"""How long an uploaded certificate is taken to last: the emulator does not read X.509."""


@dataclass
class Certificate:
    id: int
    name: str
    description: str
    kind: int
    created: datetime
    expires: datetime
    names: list[str]
    """The domain names it is good for, with wildcards."""
    text: str = field(repr=False)
    cloud_id: str = ""
    """Id in the SSL service; empty for one its owner keeps."""

    def covers(self, domain: str) -> bool:
        return any(domain == name or f"*.{domain.partition('.')[2]}" == name for name in self.names)


@dataclass
class Binding:
    """A certificate on one play domain."""

    certificate: Certificate
    https: bool
    updated: datetime


class Certificates:
    """All certificates, and for each play domain its formal and its canary binding."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._random = account.random("certificates")
        self._next = 580_000 + self._random.randrange(10_000)
        self.all: dict[int, Certificate] = {}
        self.bindings: dict[tuple[str, str], Binding] = {}
        """By (play domain, "formal" or "gray")."""
        self._seed(account.born + timedelta(days=400))

    def _seed(self, start: datetime) -> None:
        harbor, stadium, campus, market = PLAY_DOMAINS
        ending = self.make("harbor-2025", HOSTED, start - timedelta(days=359), timedelta(days=365), [harbor])
        fresh = self.make(
            "harbor-renewed", HOSTED, start - timedelta(days=3), timedelta(days=365), ["*.harbor.example"]
        )
        shared = self.make(
            "events", HOSTED, start - timedelta(days=160), timedelta(days=365), [stadium, campus]
        )
        own = self.make("market", OWN, start - timedelta(days=300), timedelta(days=390), ["*.market.example"])
        self.bindings[harbor, FORMAL] = Binding(ending, True, start - timedelta(days=358))
        self.bindings[harbor, GRAY] = Binding(fresh, True, start - timedelta(days=2))
        self.bindings[stadium, FORMAL] = Binding(shared, True, start - timedelta(days=159))
        self.bindings[campus, FORMAL] = Binding(shared, False, start - timedelta(days=158))
        self.bindings[market, FORMAL] = Binding(own, True, start - timedelta(days=299))

    def make(
        self, name: str, kind: int, created: datetime, lasts: timedelta, names: list[str], text: str = ""
    ) -> Certificate:
        """A new certificate; without a text it gets one that only looks like a certificate."""
        self._next += 1 + self._random.randrange(40)
        body = base64.encodebytes(self._random.randbytes(180)).decode()
        text = text or f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"
        made = Certificate(
            self._next, name, f"For {', '.join(names)}", kind, created, created + lasts, names, text
        )
        if kind == HOSTED:
            self.host(made)
        self.all[made.id] = made
        return made

    def host(self, certificate: Certificate) -> None:
        """Puts a certificate into the SSL service, which gives it an id."""
        alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
        certificate.kind = HOSTED
        certificate.cloud_id = "".join(self._random.choice(alphabet) for _ in range(8))

    def hosted(self, cloud_id: str) -> Certificate | None:
        return next((c for c in self.all.values() if c.cloud_id == cloud_id), None)

    def domains_of(self, certificate: Certificate) -> list[str]:
        """Where the certificate is the formal one."""
        return sorted(
            domain
            for (domain, kind), bound in self.bindings.items()
            if kind == FORMAL and bound.certificate is certificate
        )

    def forget_domain(self, domain: str) -> None:
        for kind in (FORMAL, GRAY):
            self.bindings.pop((domain, kind), None)


@answers("DescribeLiveCert")
def _describe(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    certificate = account.certificates.all.get(params["CertId"])
    if certificate is None:
        raise Refusal("ResourceNotFound.CrtDomainNotFound", f"No certificate {params['CertId']}.")
    return shape.reply(account.catalogue, call.action, {"CertInfo": _info(account, certificate)})


@answers("DescribeLiveCerts")
def _describe_all(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    found = [_info(account, certificate) for certificate in account.certificates.all.values()]
    return shape.reply(account.catalogue, call.action, {"CertInfoSet": found})


def _info(account: Account, certificate: Certificate) -> dict[str, Any]:
    return {
        "CertId": certificate.id,
        "CertName": certificate.name,
        "Description": certificate.description,
        "CreateTime": certificate.created,
        "HttpsCrt": certificate.text,
        "CertType": certificate.kind,
        "CertExpireTime": certificate.expires,
        "DomainList": account.certificates.domains_of(certificate),
    }


@answers("DescribeLiveDomainCert")
def _describe_domain(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    bound = account.certificates.bindings.get((params["DomainName"], FORMAL))
    if bound is None:
        raise Refusal("ResourceNotFound.CrtDomainNotFound", f"No certificate on {params['DomainName']}.")
    info = {
        **_info(account, bound.certificate),
        "DomainName": params["DomainName"],
        "Status": int(bound.https),
        "CertDomains": bound.certificate.names,
        "CloudCertId": bound.certificate.cloud_id or None,
    }
    return shape.reply(account.catalogue, call.action, {"DomainCertInfo": info})


@answers("DescribeLiveDomainCertBindings")
def _describe_bindings(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    found = [
        _bound_row(domain, bound)
        for (domain, kind), bound in sorted(account.certificates.bindings.items(), key=lambda item: item[0])
        if kind == FORMAL
        and params.get("DomainSearch", "") in domain
        and params.get("DomainName", domain) == domain
    ]
    if "OrderBy" in params:
        found.sort(key=lambda row: row["CertExpireTime"], reverse=params["OrderBy"] == "ExpireTimeDesc")
    offset = params.get("Offset", 0)
    data = {
        "LiveDomainCertBindings": found[offset : offset + params.get("Length", 50)],
        "TotalNum": len(found),
    }
    return shape.reply(account.catalogue, call.action, data)


def _bound_row(domain: str, bound: Binding) -> dict[str, Any]:
    return {
        "DomainName": domain,
        "CertificateAlias": bound.certificate.name,
        "CertType": bound.certificate.kind,
        "Status": int(bound.https),
        "CertExpireTime": bound.certificate.expires,
        "CertId": bound.certificate.id,
        "CloudCertId": bound.certificate.cloud_id,
        "UpdateTime": bound.updated,
    }


@answers("ModifyLiveDomainCertBindings")
def _bind(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Domains fail one by one: the call succeeds and tells which, even when all of them failed."""
    certificate = _chosen(account, params, call)
    mismatched: list[str] = []
    errors: list[dict[str, str]] = []
    for wanted in params["DomainInfos"]:
        try:
            _bind_one(account, wanted["DomainName"], wanted["Status"], certificate, call.now)
        except Refusal as refusal:
            errors.append(
                {"DomainName": wanted["DomainName"], "Code": refusal.code, "Message": refusal.message}
            )
            if refusal.code == "InvalidParameter.CrtDomainNotFound":
                mismatched.append(wanted["DomainName"])
    data = {"MismatchedDomainNames": mismatched, "Errors": errors}
    return shape.reply(account.catalogue, call.action, data)


def _chosen(account: Account, params: dict[str, Any], call: Call) -> Certificate | None:
    """The certificate to bind, uploaded now where a key pair was sent; None where only HTTPS changes."""
    if params.get("CloudCertId"):
        certificate = account.certificates.hosted(params["CloudCertId"])
        if certificate is None:
            raise Refusal("InvalidParameter.CloudCrtIdError", "No certificate of that id in the SSL service.")
    elif params.get("CertificatePublicKey") or params.get("CertificatePrivateKey"):
        certificate = _uploaded(account, params, call.now)
    else:
        return None
    if certificate.expires <= call.now:
        raise Refusal("InvalidParameter.CrtDateOverdue", "The certificate has expired.")
    return certificate


def _uploaded(account: Account, params: dict[str, Any], now: datetime) -> Certificate:
    public, private = params.get("CertificatePublicKey", ""), params.get("CertificatePrivateKey", "")
    if not (public and private):
        raise Refusal("InvalidParameter.CrtOrKeyNotExist", "The certificate and its private key go together.")
    if "-----BEGIN CERTIFICATE-----" not in public:
        raise Refusal("InvalidParameter.CrtDateNotLegal", "The certificate is not PEM.")
    if "PRIVATE KEY-----" not in private:
        raise Refusal("InvalidParameter.CrtKeyNotMatch", "The private key is not PEM.")
    names = [wanted["DomainName"] for wanted in params["DomainInfos"]]
    alias = params.get("CertificateAlias", "")
    return account.certificates.make(alias, HOSTED, now, UPLOADED_FOR, names, public)


def _bind_one(
    account: Account, domain: str, status: int, certificate: Certificate | None, now: datetime
) -> None:
    certificates = account.certificates
    if account.domains.find(domain, PLAY) is None:
        raise Refusal("ResourceNotFound.DomainNotExist", f"No such playback domain: {domain}.")
    bound = certificates.bindings.get((domain, FORMAL))
    https = bound is not None and bound.https if status == KEEP else bool(status)
    if certificate is not None:
        if not certificate.covers(domain):
            raise Refusal("InvalidParameter.CrtDomainNotFound", f"The certificate is not good for {domain}.")
        certificates.bindings[domain, FORMAL] = Binding(certificate, https, now)
    elif bound is None:
        raise Refusal("ResourceNotFound.CrtDomainNotFound", f"No certificate on {domain}.")
    else:
        bound.https, bound.updated = https, now
        if bound.certificate.kind == OWN:
            certificates.host(bound.certificate)


@answers("UnBindLiveDomainCert")
def _unbind(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    kind = params.get("Type", FORMAL)
    if account.certificates.bindings.pop((params["DomainName"], kind), None) is None:
        raise Refusal("InvalidParameter", f"No {kind} certificate on {params['DomainName']}.")
    return {}
