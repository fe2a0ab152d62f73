"""Recording: what is configured, what was recorded, index files, and who is told (Recording of the API)."""

from __future__ import annotations

from livetui.resources.apsara.notify import notified
from livetui.resources.apsara.parts import (
    APP,
    BY_DOMAIN,
    BY_STREAM,
    DOMAIN,
    IDENTITY,
    NAME,
    NAMED,
    OF_APP,
    OF_DOMAIN,
    app_or_any,
)
from livetui.resources.model import Ask, Column, Data, Look, Resource, Section, Source, Verb, dig
from livetui.resources.signs import gone

CONFIGS = Source("DescribeLiveRecordConfig", each=BY_DOMAIN)
CONFIG_KEY = ("DomainName", "AppName", "CreateTime")


def formats(row: Data) -> str:
    """The formats that are written, with the length of their files in minutes."""
    made = dig(row, "RecordFormatList") or ()
    return " ".join(
        f"{one.get('Format')}{f' {minutes:g}m' if (minutes := (one.get('CycleDuration') or 0) / 60) else ''}"
        for one in made
    )


CONTENTS = Section(
    "contents",
    "Recorded, last 24 hours",
    "DescribeLiveStreamRecordContent",
    NAMED,
    "RecordContentInfoList",
    items=True,
    last="24h",
    newest_last=True,
    edit="CreateLiveStreamRecordIndexFiles",
    edit_key="I",
    edit_does="makes an index of a span",
    edit_params=NAMED,
    columns=(
        Column("begin", "FROM", "StartTime", "time"),
        Column("end", "TO", "EndTime", "time"),
        Column("lasted", "LASTED", "Duration", "seconds"),
        Column("bucket", "BUCKET", "OssBucket"),
        Column("object", "FILES", "OssObjectPrefix", widest=48),
    ),
)
INDEX_FILES = Section(
    "indexes",
    "Index files, last 4 days",
    "DescribeLiveStreamRecordIndexFiles",
    NAMED,
    "RecordIndexInfoList",
    items=True,
    last="4d",
    fixed={"PageSize": 30, "Order": "desc"},
    columns=(
        Column("begin", "FROM", "StartTime", "time"),
        Column("lasted", "LASTED", "Duration", "seconds"),
        Column("created", "MADE", "CreateTime", "time"),
        Column("url", "URL", "RecordUrl", "url", widest=60),
    ),
)

RECORD_CONFIGS = Resource(
    id="apsara_record_configs",
    title="configs",
    one="recording config",
    service="apsara",
    key=CONFIG_KEY,
    source=CONFIGS,
    columns=(
        DOMAIN._replace(rank=0),
        APP._replace(path=app_or_any, rank=0, widest=20),
        Column("formats", "FORMATS", formats, rank=1),
        Column("bucket", "BUCKET", "OssBucket", rank=1, widest=24),
        Column("endpoint", "ENDPOINT", "OssEndpoint", rank=4),
        Column("created", "ADDED", "CreateTime", "time", rank=3),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteLiveAppRecordConfig",
            OF_APP,
            tier="type",
            asks=(Ask("StreamName", "only of stream", hint="empty: the config of the whole app"),),
            look=(
                Look(
                    CONFIGS.action,
                    OF_APP,
                    show="LiveAppRecordList",
                    title="the app's configs now",
                    match=("DomainName", "AppName"),
                    columns=("CreateTime", "OssBucket"),
                ),
            ),
            warns="What is on the air is recorded no more. Configs of one stream are listed by their app.",
            undo="add it again; what was not recorded meanwhile is lost",
            signs=(gone(CONFIGS, {name: name for name in CONFIG_KEY}, OF_DOMAIN),),
        ),
    ),
    create="AddLiveAppRecordConfig",
    create_params={
        **OF_APP,
        "OssBucket": "OssBucket",
        "OssEndpoint": "OssEndpoint",
        "RecordFormat": "RecordFormatList",
    },
    narrow=OF_DOMAIN,
    sort="domain",
    note="of the domains that the profile names",
)

RECORDINGS = Resource(
    id="apsara_recordings",
    title="recorded",
    one="recording",
    service="apsara",
    key=(*IDENTITY, "StartTime", "OssObjectPrefix"),
    called="StreamName",
    source=Source(
        "DescribeLiveStreamRecordContent", last="24h", each=BY_STREAM, items="RecordContentInfoList"
    ),
    columns=(
        NAME,
        Column("begin", "FROM", "StartTime", "time", rank=0),
        Column("lasted", "LASTED", "Duration", "seconds", rank=0),
        DOMAIN,
        Column("object", "FILES", "OssObjectPrefix", rank=1, widest=48),
        Column("end", "TO", "EndTime", "time", rank=2),
        Column("bucket", "BUCKET", "OssBucket", rank=3, widest=24),
        APP,
    ),
    create="CreateLiveStreamRecordIndexFiles",
    create_params={
        **NAMED,
        "OssBucket": "OssBucket",
        "OssEndpoint": "OssEndpoint",
        "StartTime": "StartTime",
        "EndTime": "EndTime",
    },
    sort="-begin",
    note="the last 24 hours of each stream on the air, one call a stream; + makes an index of the row's span",
)

INDEXES = Resource(
    id="apsara_indexes",
    title="index files",
    one="index file",
    service="apsara",
    key=(*IDENTITY, "RecordId"),
    called="StreamName",
    source=Source("DescribeLiveStreamRecordIndexFiles", last="4d", each=BY_STREAM),
    columns=(
        NAME,
        Column("begin", "FROM", "StartTime", "time", rank=0),
        Column("lasted", "LASTED", "Duration", "seconds", rank=0),
        DOMAIN,
        Column("created", "MADE", "CreateTime", "time", rank=1),
        Column("bucket", "BUCKET", "OssBucket", rank=3, widest=24),
        Column("url", "URL", "RecordUrl", "url", rank=4, widest=60),
        APP,
        Column("id", "ID", "RecordId", rank=5),
    ),
    sections=(
        Section(
            "now",
            "The index now",
            "DescribeLiveStreamRecordIndexFile",
            {**NAMED, "RecordId": "RecordId"},
            "RecordIndexInfo",
        ),
    ),
    create="CreateLiveStreamRecordIndexFiles",
    create_params={**NAMED, "OssBucket": "OssBucket", "OssEndpoint": "OssEndpoint"},
    sort="-begin",
    note="the last 4 days of each stream on the air, one call a stream",
)

RECORD_NOTIFY = notified(
    "record",
    "notify",
    "recording notice",
    read="DescribeLiveRecordNotifyConfig",
    member="LiveRecordNotifyConfig",
    add="AddLiveRecordNotifyConfig",
    update="UpdateLiveRecordNotifyConfig",
    delete="DeleteLiveRecordNotifyConfig",
    told="recordings",
    columns=(Column("status", "STATUS TOO", "NeedStatusNotify", "flag", rank=1),),
)

RESOURCES = (RECORD_CONFIGS, RECORDINGS, INDEXES, RECORD_NOTIFY)
