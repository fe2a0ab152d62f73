"""Domains: keys, referers, certificates and play settings (Domain Name, Certificate, Authentication APIs)."""

from __future__ import annotations

from livetui.resources.model import Column, Data, Join, Look, Resource, Section, Sign, Source, State, Verb
from livetui.resources.signs import gone, member

NAMED = {"DomainName": "Name"}
PUSH = (("Type", 0),)
PLAY = (("Type", 1),)

NOW = Look(
    "DescribeLiveDomain",
    NAMED,
    show="DomainInfo.Status",
    title="state now",
    as_state=lambda value: State("enabled") if value == 1 else State("disabled", "off"),
)
ON_AIR = Look(
    "DescribeLiveStreamOnlineList",
    NAMED,
    show="OnlineInfo",
    title="streams on the air on this domain",
    match=("DomainName=Name",),
    columns=("StreamName", "AppName"),
)


TWO_WEEKS = 14 * 86400.0
LISTED = Source("DescribeLiveDomains")
STATUS = Source("DescribeLiveDomain", items="DomainInfo.Status")
BINDINGS = Source("DescribeLiveDomainCertBindings")


def _word(status: object) -> str:
    return {1: "enabled", 0: "disabled"}.get(status, f"status {status}") if isinstance(status, int) else "?"


def _switched(status: int) -> tuple[Sign, ...]:
    """The domain's own state says so; for many, their list."""
    return (
        Sign(STATUS, member("", lambda value: value == status, _word), narrow=NAMED),
        Sign(LISTED, member("Status", lambda value: value == status, _word), {"Name": "Name"}),
    )


def state(row: Data) -> State:
    if row.get("Status") != 1:
        return State("disabled", "off")
    if row.get("BCName") == 0:
        return State("no cname", "warn")
    return State("enabled")


DOMAINS = Resource(
    id="domains",
    title="domains",
    one="domain",
    service="css",
    key=("Name", "Type"),
    called="Name",
    source=Source("DescribeLiveDomains"),
    joins=(
        Join(
            "cert",
            Source("DescribeLiveDomainCertBindings"),
            on=(("Name", "DomainName"),),
            title="certificate bindings",
        ),
    ),
    state=state,
    columns=(
        Column("name", "DOMAIN", "Name", rank=0),
        Column("type", "TYPE", "Type", "code", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("cert", "CERT ENDS IN", "cert.CertExpireTime", "left", rank=1, soon=TWO_WEEKS),
        Column("area", "PLAYS IN", "PlayType", "code", rank=2),
        Column("cname", "CNAME", "TargetDomain", rank=4),
        Column("created", "ADDED", "CreateTime", "time", rank=3),
    ),
    verbs=(
        Verb(
            "enable",
            "Enable",
            "a",
            "EnableLiveDomain",
            NAMED,
            states=("disabled",),
            look=(NOW,),
            signs=_switched(1),
            back="domains.disable",
        ),
        Verb(
            "disable",
            "Disable",
            "x",
            "ForbidLiveDomain",
            NAMED,
            tier="type",
            states=("enabled", "no cname"),
            look=(NOW, ON_AIR),
            warns="Every stream of this domain stops and no new one is taken.",
            signs=_switched(0),
            back="domains.enable",
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteLiveDomain",
            {"DomainName": "Name", "DomainType": "Type"},
            tier="type",
            look=(NOW,),
            warns="The domain has to be disabled first. Its settings are lost.",
            signs=(gone(LISTED, {"Name": "Name", "Type": "Type"}),),
        ),
        Verb(
            "unbind-certificate",
            "Unbind cert",
            "U",
            "UnBindLiveDomainCert",
            NAMED,
            tier="type",
            look=(
                Look(
                    "DescribeLiveDomainCert", NAMED, show="DomainCertInfo.CertName", title="certificate now"
                ),
            ),
            warns="HTTPS playback of this domain fails from then on.",
            signs=(gone(BINDINGS, {"DomainName": "Name"}, {"DomainName": "Name"}),),
        ),
    ),
    create="AddLiveDomain",
    sections=(
        Section(
            "certificate",
            "Certificate",
            "DescribeLiveDomainCert",
            NAMED,
            "DomainCertInfo",
            where=PLAY,
            edit="ModifyLiveDomainCertBindings",
            edit_key="C",
            absent=("ResourceNotFound.Cert", "InvalidParameter.DomainCertNotFound"),
            proposals=lambda row: {"DomainInfos": [{"DomainName": row["Name"], "Status": 1}]},
        ),
        Section(
            "play",
            "Play domain",
            "DescribeLiveDomain",
            NAMED,
            "DomainInfo",
            where=PLAY,
            edit="ModifyLivePlayDomain",
            edit_key="P",
        ),
        Section(
            "playkey",
            "Play key",
            "DescribeLivePlayAuthKey",
            NAMED,
            "PlayAuthKeyInfo",
            where=PLAY,
            edit="ModifyLivePlayAuthKey",
            edit_key="K",
        ),
        Section(
            "referer",
            "Referers",
            "DescribeLiveDomainReferer",
            NAMED,
            "RefererAuthConfig",
            where=PLAY,
            edit="ModifyLiveDomainReferer",
            edit_key="R",
        ),
        Section(
            "pushkey",
            "Push key",
            "DescribeLivePushAuthKey",
            NAMED,
            "PushAuthKeyInfo",
            where=PUSH,
            edit="ModifyLivePushAuthKey",
            edit_key="K",
        ),
        Section(
            "owner",
            "Ownership",
            "",
            NAMED,
            "",
            edit="AuthenticateDomainOwner",
            edit_key="O",
            edit_params=NAMED,
        ),
    ),
    sort="name",
)

CERTIFICATES = Resource(
    id="certificates",
    title="certificates",
    one="certificate binding",
    service="css",
    key=("DomainName",),
    source=Source("DescribeLiveDomainCertBindings"),
    state=lambda row: State("https on") if row.get("Status") == 1 else State("https off", "off"),
    columns=(
        Column("domain", "DOMAIN", "DomainName", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("left", "ENDS IN", "CertExpireTime", "left", rank=0, soon=TWO_WEEKS),
        Column("alias", "CERTIFICATE", "CertificateAlias", rank=1),
        Column("kind", "KIND", "CertType", "code", rank=3),
        Column("until", "ENDS", "CertExpireTime", "time", rank=2),
        Column("id", "SSL ID", "CloudCertId", rank=4),
    ),
    verbs=(
        Verb(
            "unbind-certificate",
            "Unbind",
            "U",
            "UnBindLiveDomainCert",
            {"DomainName": "DomainName"},
            tier="type",
            look=(
                Look(
                    "DescribeLiveDomainCert",
                    {"DomainName": "DomainName"},
                    show="DomainCertInfo.CertName",
                    title="certificate now",
                ),
            ),
            warns="HTTPS playback of this domain fails from then on.",
            signs=(gone(BINDINGS, {"DomainName": "DomainName"}, {"DomainName": "DomainName"}),),
        ),
    ),
    create="ModifyLiveDomainCertBindings",
    sort="left",
)

RESOURCES = (DOMAINS, CERTIFICATES)
