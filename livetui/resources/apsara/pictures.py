"""Pictures of streams, and what is looked for in them (Snapshots, Detection of the API)."""

from __future__ import annotations

from collections.abc import Mapping

from livetui.resources.apsara.notify import notified
from livetui.resources.apsara.parts import (
    APP,
    BY_DOMAIN,
    BY_STREAM,
    DOMAIN,
    IDENTITY,
    NAME,
    OF_APP,
    OF_DOMAIN,
    app_or_any,
)
from livetui.resources.model import Column, Data, Edit, Look, Resource, Source, Verb
from livetui.resources.signs import gone

KEPT_IN = (
    Column("bucket", "BUCKET", "OssBucket", rank=1, widest=24),
    Column("endpoint", "ENDPOINT", "OssEndpoint", rank=5),
)


def kept(row: Data) -> str:
    """Whether one picture is replaced again and again, or each is kept."""
    ways = {"OverwriteOssObject": "the newest", "SequenceOssObject": "all"}
    return " and ".join(word for member, word in ways.items() if row.get(member)) or "none"


def _configs(
    family: str,
    title: str,
    one: str,
    columns: tuple[Column, ...],
    *,
    shows: tuple[str, ...],
    read: str,
    member: str,
    stem: str,
    warns: str,
    rename: Mapping[str, str],
) -> Resource:
    """Configs of a domain's apps, one for each."""
    source = Source(read, each=BY_DOMAIN)
    now = Look(read, OF_APP, show=member, title="the config now", match=tuple(OF_APP), columns=shows)
    return Resource(
        id=f"apsara_{family}",
        title=title,
        one=one,
        service="apsara",
        key=tuple(OF_APP),
        source=source,
        columns=(
            DOMAIN._replace(rank=0),
            APP._replace(path=app_or_any, rank=0, widest=20),
            *columns,
            *KEPT_IN,
        ),
        verbs=(
            Verb(
                "delete",
                "Delete",
                "D",
                f"Delete{stem}",
                OF_APP,
                tier="type",
                look=(now,),
                warns=warns,
                undo="add it again",
                signs=(gone(source, OF_APP, OF_DOMAIN),),
            ),
        ),
        create=f"Add{stem}",
        create_params={**OF_APP, "OssBucket": "OssBucket", "OssEndpoint": "OssEndpoint"},
        edit=Edit(
            f"Update{stem}",
            OF_APP,
            read=read,
            read_params=OF_APP,
            read_member=member,
            match=tuple(OF_APP),
            rename=rename,
        ),
        narrow=OF_DOMAIN,
        sort="domain",
        note="of the domains that the profile names",
    )


SNAPSHOT_CONFIGS = _configs(
    "snapshot_configs",
    "snapshots",
    "picture config",
    (
        Column("every", "EVERY", "TimeInterval", "seconds", rank=0),
        Column("kept", "KEEPS", kept, rank=1),
        Column("created", "ADDED", "CreateTime", "time", rank=3),
        Column("newest", "NEWEST AS", "OverwriteOssObject", rank=4),
        Column("each", "EACH AS", "SequenceOssObject", rank=4),
    ),
    shows=("TimeInterval", "OssBucket", "CreateTime"),
    read="DescribeLiveSnapshotConfig",
    member="LiveStreamSnapshotConfigList",
    stem="LiveAppSnapshotConfig",
    warns="No more pictures are taken of this app's streams.",
    rename={},
)

SNAPSHOTS = Resource(
    id="apsara_snapshots",
    title="pictures",
    one="picture",
    service="apsara",
    key=(*IDENTITY, "CreateTime", "OssObject"),
    called="StreamName",
    source=Source("DescribeLiveStreamSnapshotInfo", last="10m", each=BY_STREAM),
    columns=(
        NAME,
        Column("time", "TAKEN", "CreateTime", "time", rank=0),
        DOMAIN,
        Column("file", "FILE", lambda row: str(row.get("OssObject") or "").rpartition("/")[2], rank=1),
        Column("object", "OBJECT", "OssObject", rank=6, widest=60),
        Column("bucket", "BUCKET", "OssBucket", rank=2, widest=24),
        APP,
    ),
    sort="-time",
    note="the last 10 minutes of each stream on the air, a call a stream and hundred pictures",
)

DETECTION = _configs(
    "detection",
    "detection",
    "detection config",
    (
        Column("scenes", "LOOKS FOR", "Scenes", rank=0),
        Column("every", "EVERY", "Interval", "seconds", rank=1),
        Column("object", "SUSPICIOUS AS", "OssObject", rank=4),
    ),
    shows=("Scenes", "Interval", "OssBucket"),
    read="DescribeLiveSnapshotDetectPornConfig",
    member="LiveSnapshotDetectPornConfigList",
    stem="LiveSnapshotDetectPornConfig",
    warns="Forbidden content in this app's streams is not looked for any more.",
    rename={"Scene": "Scenes"},
)

DETECT_NOTIFY = notified(
    "detect",
    "detection notify",
    "detection notice",
    read="DescribeLiveDetectNotifyConfig",
    member="LiveDetectNotifyConfig",
    add="AddLiveDetectNotifyConfig",
    update="UpdateLiveDetectNotifyConfig",
    delete="DeleteLiveDetectNotifyConfig",
    told="forbidden content",
)

RESOURCES = (SNAPSHOT_CONFIGS, SNAPSHOTS, DETECTION, DETECT_NOTIFY)
