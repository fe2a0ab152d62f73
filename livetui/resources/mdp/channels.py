"""Packaging channels, what goes into them and what comes out (StreamPackage Channel APIs)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livetui.resources.mdp.parts import BY_ID, CHANNELS, REGION, count, entries
from livetui.resources.model import (
    Ask,
    Batch,
    Column,
    Data,
    Edit,
    Evidence,
    Inside,
    Look,
    Resource,
    Section,
    Sighting,
    Sign,
    Source,
    State,
    Verb,
    dig,
)
from livetui.resources.signs import gone

TOLD = {"ChannelId": "Id", "ChannelName": "Name", "ChannelProtocol": "Protocol"}
ENDPOINTS = Source(CHANNELS.action, inside=Inside("Points.Endpoints", ("Id",), TOLD))
INPUTS = Source(CHANNELS.action, inside=Inside("Points.Inputs", ("Id",), TOLD))
ENDPOINT_KEY = ("ChannelId", "Name")
INPUT_KEY = ("ChannelId", "Number")
OF_CHANNEL = {"Id": "ChannelId"}

READERS = Look(
    "DescribeStreamPackageChannel",
    BY_ID,
    show="Info.Points.Endpoints",
    title="its endpoints now",
    columns=("Name", "Protocol", "Manifest"),
)
JOBS = Look(
    "DescribeStreamPackageHarvestJobs",
    {"ChannelName": "Name"},
    show="Infos",
    title="harvest jobs of it",
    match=("ChannelId=Id",),
    columns=("ID", "Status", "EndpointName"),
)


def locked(entry: Data) -> bool:
    """Whether an input asks for a password."""
    return bool(dig(entry, "AuthInfo.Username") or dig(entry, "AuthInfo.Password"))


def channel_state(row: Data) -> State:
    """Whether anyone who knows the address may push into it."""
    inputs = entries(row, "Points.Inputs")
    unlocked = sum(not locked(one) for one in inputs)
    return State(f"{unlocked} open", "warn") if unlocked else State("locked")


def input_state(row: Data) -> State:
    return State("locked") if locked(row) else State("open", "warn")


def access(row: Data) -> str:
    """Who may read an endpoint."""
    white, black = (len(dig(row, f"AuthInfo.{kind}List") or ()) for kind in ("WhiteIp", "BlackIp"))
    words = ["key"] if dig(row, "AuthInfo.AuthKey") else []
    words += [f"{white} allowed"] if white else []
    words += [f"{black} blocked"] if black else []
    return ", ".join(words) or "anyone"


def time_shift(row: Data) -> str:
    """How far back viewers may go; 0 days is a time shift whose length was not told."""
    if not row.get("TimeShiftEnable"):
        return "off"
    return f"{row['TimeShiftDuration']}d" if row.get("TimeShiftDuration") else "on"


def protection(row: Data) -> str:
    """How an endpoint's segments are encrypted."""
    if not row.get("DRMEnabled"):
        return "off"
    how = (dig(row, "DRMInfo.EncryptionMethod"), *(dig(row, "DRMInfo.DRMSystems") or ()))
    return " ".join(str(word) for word in how if word) or "on"


def some(test: Callable[[Data], str]) -> Callable[[Data], str]:
    """What the endpoints of a channel have, each once."""

    def found(row: Data) -> str:
        words = dict.fromkeys(test(one) for one in entries(row, "Points.Endpoints"))
        return ", ".join(word for word in words if word != "off") or "off"

    return found


def cached(row: Data) -> str:
    """How long files are cached, by extension."""
    kept = entries(row, "CacheInfo.Info")
    return " ".join(f"{one.get('Ext')} {(one.get('Timeout') or 0) / 1000:g}s" for one in kept)


CHANNEL = Resource(
    id="mdp_channels",
    title="channels",
    one="packaging channel",
    service="mdp",
    key=("Id",),
    called="Name",
    source=CHANNELS,
    state=channel_state,
    columns=(
        Column("name", "CHANNEL", "Name", rank=0),
        Column("protocol", "MAKES", "Protocol", rank=0),
        Column("state", "INPUTS", "", "state", rank=0),
        Column("endpoints", "ENDPOINTS", count("Points.Endpoints"), "number", rank=1),
        REGION,
        Column("shift", "TIME SHIFT", some(time_shift), rank=2),
        Column("drm", "DRM", some(protection), rank=3),
        Column("cache", "CACHED FOR", cached, rank=5),
        Column("id", "ID", "Id", rank=4),
    ),
    verbs=(
        Verb(
            "bind",
            "Bind domain",
            "b",
            "BindNewLVBDomainWithChannel",
            {"ChannelId": "Id"},
            asks=(Ask("LVBDomain", "play domain", required=True, hint="play.example.com"),),
            look=(READERS,),
            undo="unbind the domain: U here, or in the play domains",
        ),
        Verb(
            "unbind",
            "Unbind domain",
            "U",
            "UnbindCdnDomainWithChannel",
            {"ChannelId": "Id"},
            tier="type",
            asks=(Ask("CdnDomain", "play domain", required=True, hint="play.example.com"),),
            look=(READERS,),
            warns="Viewers on that domain get nothing more of this channel.",
            undo="bind the domain again",
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageChannels",
            {"Ids": "Id"},
            tier="type",
            look=(READERS, JOBS),
            warns="Its addresses stop working for encoders and viewers; a new one gets others.",
            signs=(gone(CHANNELS, BY_ID),),
            batch=Batch("DeleteStreamPackageChannels", "Ids", "Id"),
        ),
    ),
    create="CreateStreamPackageChannel",
    edit=Edit(
        "ModifyStreamPackageChannel",
        BY_ID,
        read="DescribeStreamPackageChannel",
        read_params=BY_ID,
        read_member="Info",
        look=(READERS,),
    ),
    sections=(
        Section(
            "jobs",
            "Harvest jobs",
            "DescribeStreamPackageHarvestJobs",
            {"ChannelName": "Name"},
            "Infos",
            items=True,
            match=("ChannelId=Id",),
            columns=(
                Column("id", "JOB", "ID", rank=0),
                Column("state", "STATE", "Status", rank=0),
                Column("begin", "FROM", "StartTime", "time", rank=0),
                Column("end", "TO", "EndTime", "time", rank=0),
                Column("endpoint", "ENDPOINT", "EndpointName", rank=1),
            ),
        ),
    ),
    sort="name",
)

ENDPOINT = Resource(
    id="mdp_endpoints",
    title="endpoints",
    one="endpoint",
    service="mdp",
    key=ENDPOINT_KEY,
    called="ChannelName",
    source=ENDPOINTS,
    columns=(
        Column("channel", "CHANNEL", "ChannelName", rank=0),
        Column("name", "ENDPOINT", "Name", rank=0),
        Column("protocol", "MAKES", "Protocol", rank=1),
        Column("access", "READ BY", access, rank=0),
        Column("shift", "TIME SHIFT", time_shift, rank=1),
        Column("drm", "DRM", protection, rank=2),
        Column("ads", "ADS", "SSAIEnable", "flag", rank=3),
        REGION._replace(rank=2),
        Column("url", "URL", "Url", "url", rank=4, widest=60),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageChannelEndpoints",
            {"Id": "ChannelId", "Urls": "Url"},
            tier="type",
            look=(
                Look(
                    "DescribeStreamPackageChannel",
                    OF_CHANNEL,
                    show="Info.Points.Endpoints",
                    title="the endpoint now",
                    match=("Url",),
                    columns=("Name", "Protocol", "AuthInfo.WhiteIpList"),
                ),
            ),
            warns="Everyone who plays this address is cut off; a new endpoint gets another.",
            signs=(gone(ENDPOINTS, {name: name for name in ENDPOINT_KEY}),),
            batch=Batch("DeleteStreamPackageChannelEndpoints", "Urls", "Url"),
        ),
    ),
    create="CreateStreamPackageChannelEndpoint",
    create_params=OF_CHANNEL,
    edit=Edit(
        "ModifyStreamPackageChannelEndpoint",
        {"Id": "ChannelId", "Url": "Url"},
        read="DescribeStreamPackageChannel",
        read_params=OF_CHANNEL,
        read_member="Info.Points.Endpoints",
        match=("Url",),
    ),
    sort="channel",
    note="what viewers read; + makes one for the channel under the cursor",
)


def _authentication(verb_id: str, label: str, key: str, kind: str, **rest: Any) -> Verb:
    return Verb(
        verb_id,
        label,
        key,
        "ModifyStreamPackageChannelInputAuthInfo",
        {"Id": "ChannelId", "Url": "Url"},
        fixed={"ActionType": kind},
        tier="type",
        look=(
            Look(
                "DescribeStreamPackageChannel",
                OF_CHANNEL,
                show="Info.Points.Inputs",
                title="the input now",
                match=("Url",),
                columns=("AuthInfo.Username",),
            ),
        ),
        **rest,
    )


def says_open(evidence: Evidence) -> Sighting:
    if not evidence.rows:
        return None, "not on its list"
    return (False, "still locked") if locked(evidence.rows[0]) else (True, "open")


def says_renewed(evidence: Evidence) -> Sighting:
    """Another password than before; where that is not known, nothing tells."""
    if not evidence.rows:
        return None, "not on its list"
    now = dig(evidence.rows[0], "AuthInfo")
    if not locked(evidence.rows[0]):
        return False, "open"
    if "AuthInfo" not in evidence.before:
        return None, "locked; whether with another password is not known"
    same = all(
        dig(evidence.before, f"AuthInfo.{name}") == dig(now, name) for name in ("Username", "Password")
    )
    return (False, "the same password") if same else (True, "locked with another password")


OWN = {name: name for name in INPUT_KEY}

INPUT = Resource(
    id="mdp_inputs",
    title="inputs",
    one="input",
    service="mdp",
    key=INPUT_KEY,
    called="ChannelName",
    source=INPUTS,
    state=input_state,
    columns=(
        Column("channel", "CHANNEL", "ChannelName", rank=0),
        Column("number", "INPUT", "Number", "number", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("user", "USER", "AuthInfo.Username", rank=1),
        REGION,
        Column("url", "URL", "Url", "url", rank=2, widest=60),
    ),
    verbs=(
        _authentication(
            "renew",
            "New password",
            "w",
            "UPDATE",
            warns="An encoder with the present password is turned away when it connects again.",
            undo="no way back to the present password",
            signs=(Sign(INPUTS, says_renewed, OWN),),
        ),
        _authentication(
            "open",
            "Open",
            "x",
            "CLOSE",
            states=("locked",),
            warns="Whoever knows the address may push without a password from then on.",
            undo="a new password locks it again; the present one is lost",
            signs=(Sign(INPUTS, says_open, OWN),),
        ),
    ),
    sort="channel",
    note="where encoders push to; v in the detail shows the password",
)

RESOURCES = (CHANNEL, ENDPOINT, INPUT)
