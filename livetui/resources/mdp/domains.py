"""CDN domains that serve channels (CDN Domain APIs; the two binding pages of StreamPackage Channel APIs)."""

from __future__ import annotations

from livetui.resources.mdp.parts import ASSEMBLIES, REGION, seen_state
from livetui.resources.model import (
    Column,
    Data,
    Evidence,
    Join,
    Look,
    Resource,
    Sighting,
    Source,
    State,
    Verb,
)
from livetui.resources.signs import gone

BINDINGS = Source("DescribeLinearAssemblyCDNDomainWithChannels", items="Info.Records")
BOUND = {"ChannelId": "ChannelId", "CdnDomain": "CdnDomain"}


def says_bound(evidence: Evidence) -> Sighting:
    """Among the channel's domains is the one that was sent."""
    wanted = evidence.params.get("CdnDomain")
    there = any(row.get("CdnDomain") == wanted for row in evidence.rows)
    return (True, "bound") if there else (False, "not among its domains")


CDN = Resource(
    id="mdp_cdn_domains",
    title="cdn domains",
    one="domain of an assembly channel",
    service="mdp",
    key=("ChannelId", "CdnDomain"),
    called="CdnDomain",
    source=BINDINGS,
    joins=(Join("channel", ASSEMBLIES, on=(("ChannelId", "Id"),), title="the channels' names"),),
    columns=(
        Column("domain", "DOMAIN", "CdnDomain", rank=0),
        Column("channel", "SERVES", "channel.Name", rank=0),
        REGION,
        Column("channel_id", "CHANNEL ID", "ChannelId", rank=2),
        Column("id", "ID", "Id", rank=3),
    ),
    verbs=(
        Verb(
            "unbind",
            "Unbind",
            "U",
            "UnbindLinearAssemblyCDNDomainWithChannel",
            BOUND,
            tier="type",
            look=(
                Look(
                    "DescribeStreamPackageLinearAssemblyChannel",
                    {"Id": "ChannelId"},
                    show="Info.State",
                    title="the channel now",
                    as_state=seen_state,
                ),
            ),
            warns="Viewers on this domain get nothing more of the channel.",
            signs=(gone(BINDINGS, BOUND),),
        ),
    ),
    create="BindLinearAssemblyCDNDomainWithChannel",
    create_params={"ChannelId": "ChannelId"},
    sort="domain",
    note="of linear assembly; those of packaging channels are among the play domains",
)


def play_domain_state(row: Data) -> State:
    """By the last call about it that was made here."""
    if row.get("@status") == "unknown":
        return State("unknown", "unknown")
    return State("unbound", "off") if row.get("@action") == "UnbindCdnDomainWithChannel" else State("bound")


PLAY = Resource(
    id="mdp_play_domains",
    title="play domains",
    one="domain of a packaging channel",
    service="mdp",
    key=("ChannelId", "LVBDomain"),
    called="LVBDomain",
    journal=("BindNewLVBDomainWithChannel", "UnbindCdnDomainWithChannel"),
    renamed={"CdnDomain": "LVBDomain"},
    state=play_domain_state,
    columns=(
        Column("domain", "DOMAIN", "LVBDomain", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("made", "LAST CALL", "@at", "time", rank=0),
        Column("channel", "CHANNEL ID", "ChannelId", rank=1),
        REGION._replace(rank=2),
    ),
    verbs=(
        Verb(
            "bind",
            "Bind",
            "b",
            "BindNewLVBDomainWithChannel",
            {"ChannelId": "ChannelId", "LVBDomain": "LVBDomain"},
            states=("unbound", "unknown"),
            back="mdp_play_domains.unbind",
        ),
        Verb(
            "unbind",
            "Unbind",
            "U",
            "UnbindCdnDomainWithChannel",
            {"ChannelId": "ChannelId", "CdnDomain": "LVBDomain"},
            states=("bound", "unknown"),
            tier="type",
            warns="Viewers on this domain get nothing more of the channel.",
            back="mdp_play_domains.bind",
        ),
    ),
    create="BindNewLVBDomainWithChannel",
    create_params={"ChannelId": "ChannelId"},
    sort="-made",
    note="from the journal: no action lists these, so only those bound here are known",
)

RESOURCES = (CDN, PLAY)
