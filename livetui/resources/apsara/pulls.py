"""Streams that the cloud fetches from other origins (Pull-stream of the API)."""

from __future__ import annotations

from livetui.resources.apsara.parts import APP, BY_DOMAIN, DOMAIN, IDENTITY, NAMED, OF_DOMAIN, PUSHED
from livetui.resources.model import Column, Look, Resource, Source, State, Verb
from livetui.resources.signs import gone

LISTED = Source("DescribeLivePullStreamConfig", each=BY_DOMAIN, items="LiveAppRecordList")

PULLS = Resource(
    id="apsara_pulls",
    title="pull",
    one="pulled stream",
    service="apsara",
    key=IDENTITY,
    source=LISTED,
    state=lambda row: State("in force"),
    begins="StartTime",
    over="EndTime",
    columns=(
        Column("stream", "STREAM", "StreamName", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        DOMAIN,
        Column("source", "SOURCE", "SourceUrl", "url", rank=2, widest=44),
        Column("left", "ENDS IN", "EndTime", "left", rank=1),
        Column("begin", "BEGINS", "StartTime", "time", rank=3),
        Column("until", "ENDS", "EndTime", "time", rank=4),
        APP,
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteLivePullStreamInfoConfig",
            NAMED,
            tier="type",
            look=(
                Look(
                    "DescribeLiveStreamsOnlineList",
                    {"DomainName": "DomainName", "AppName": "AppName"},
                    show="OnlineInfo",
                    title="on the air now",
                    match=IDENTITY,
                    columns=("PublishTime",),
                    fixed=PUSHED,
                ),
            ),
            warns="The stream goes off the air and is fetched no more.",
            undo="add it again",
            signs=(gone(LISTED, NAMED, OF_DOMAIN),),
        ),
    ),
    create="AddLivePullStreamInfoConfig",
    create_params={**NAMED, "SourceUrl": "SourceUrl"},
    narrow=OF_DOMAIN,
    sort="stream",
    note="nothing tells whether fetching succeeds: look whether the stream is on the air",
)

RESOURCES = (PULLS,)
