"""The six template families and the rules that bind them to domains, apps and streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from livetui.resources.model import Column, Data, Edit, Join, Look, Resource, Section, Source, State, Verb
from livetui.resources.signs import gone

FAMILIES = ("transcode", "record", "snapshot", "callback", "watermark", "timeshift")

BY_ID = {"TemplateId": "TemplateId"}


def _rules_look(action: str, id_member: str = "TemplateId") -> Look:
    return Look(
        action,
        {},
        show="Rules",
        title="rules that use it",
        match=(f"TemplateId={id_member}",),
        columns=("DomainName", "AppName", "StreamName"),
    )


def _templates(
    family: str,
    title: str,
    columns: tuple[Column, ...],
    *,
    stem: str,
    lists: str,
    read: str,
    create: str,
    modify: str,
    delete: str,
    items: str = "Templates",
    read_member: str = "Template",
    ident: str = "TemplateId",
    name: str = "TemplateName",
    reads: bool = True,
    state: Callable[[Data], State] | None = None,
) -> Resource:
    rules = f"Describe{stem}Rules"
    key = {ident: ident}
    return Resource(
        id=f"{family}_templates",
        title=title,
        one=f"{title} template",
        service="css",
        key=(ident,),
        called=name,
        source=Source(lists, items=items),
        state=state,
        columns=(
            Column("id", "ID", ident, "text", rank=0),
            Column("name", "NAME", name, rank=0),
            *columns,
            Column("about", "DESCRIPTION", "Description", rank=8),
        ),
        verbs=(
            Verb(
                "delete",
                "Delete",
                "D",
                delete,
                key,
                tier="type",
                look=(_rules_look(rules, ident),),
                warns="A template that a rule uses can't be deleted; delete the rule first.",
                signs=(gone(Source(lists, items=items), key),),
            ),
        ),
        create=create,
        edit=Edit(
            modify,
            key,
            read=read if reads else "",
            read_params=key,
            read_member=read_member,
            look=(_rules_look(rules, ident),),
        ),
        sections=(
            Section(
                "rules", "Rules that use it", rules, {}, "Rules", items=True, match=(f"TemplateId={ident}",)
            ),
        ),
        sort="name",
    )


def _rules(
    family: str,
    title: str,
    *,
    stem: str,
    binds: str = "push",
    stream: bool = True,
    delete_params: Mapping[str, str] | None = None,
    lists: str = "",
    items: str = "Templates",
    ident: str = "TemplateId",
    called: str = "TemplateName",
) -> Resource:
    named = {"DomainName": "DomainName", "AppName": "AppName"}
    if stream:
        named["StreamName"] = "StreamName"
    return Resource(
        id=f"{family}_rules",
        title=f"{title} rules",
        one=f"{title} rule",
        service="css",
        key=(*named, "TemplateId"),
        source=Source(f"Describe{stem}Rules", items="Rules"),
        joins=(
            Join(
                "template",
                Source(lists or f"Describe{stem}Templates", items=items),
                on=(("TemplateId", ident),),
                title="the templates' names",
            ),
        ),
        columns=(
            Column("domain", "DOMAIN", "DomainName", rank=0),
            Column("app", "APP", lambda row: row.get("AppName") or "(any)", rank=0, widest=20),
            *(
                (Column("name", "STREAM", lambda row: row.get("StreamName") or "(any)", rank=0),)
                if stream
                else ()
            ),
            Column("template", "TEMPLATE", "TemplateId", "text", rank=0),
            Column("called", "NAMED", f"template.{called}", rank=1, widest=20),
            Column("updated", "CHANGED", "UpdateTime", "time", rank=2),
        ),
        verbs=(
            Verb(
                "delete",
                "Delete",
                "D",
                f"Delete{stem}Rule",
                delete_params or named,
                tier="confirm",
                look=(
                    Look(
                        f"Describe{stem}Rules",
                        {},
                        show="Rules",
                        title="the rule now",
                        match=(*named, "TemplateId"),
                        columns=("DomainName", "AppName", *(("StreamName",) if stream else ()), "TemplateId"),
                    ),
                ),
                undo="create the rule again",
                signs=(
                    gone(
                        Source(f"Describe{stem}Rules", items="Rules"), {m: m for m in (*named, "TemplateId")}
                    ),
                ),
            ),
        ),
        create=f"Create{stem}Rule",
        create_params={**named, "TemplateId": "TemplateId"},
        sort="domain",
        note=f"binds {binds} domains",
    )


def picture_size(row: Data) -> str:
    """0 means that the service decides that side."""
    width, height = row.get("Width") or 0, row.get("Height") or 0
    return "original" if not (width or height) else f"{width or 'auto'}x{height or 'auto'}"


def formats(row: Data) -> str:
    """The formats a record template writes."""
    kinds = {"FlvParam": "flv", "HlsParam": "hls", "Mp4Param": "mp4", "AacParam": "aac", "Mp3Param": "mp3"}
    return " ".join(word for member, word in kinds.items() if (row.get(member) or {}).get("Enable")) or "none"


def callbacks(row: Data) -> str:
    """Which events a callback template reports."""
    kinds = {
        "StreamBeginNotifyUrl": "begin",
        "StreamEndNotifyUrl": "end",
        "RecordNotifyUrl": "record",
        "SnapshotNotifyUrl": "snapshot",
        "PornCensorshipNotifyUrl": "porn",
        "PushExceptionNotifyUrl": "exception",
        "AudioAuditNotifyUrl": "audit",
    }
    return " ".join(word for member, word in kinds.items() if row.get(member)) or "none"


def watermark_state(row: Data) -> State:
    return State("in use") if row.get("Status") == 1 else State("unused", "off")


SIZE = Column("size", "SIZE", picture_size, rank=2)

RESOURCES = (
    _templates(
        "transcode",
        "transcode",
        (
            Column("codec", "CODEC", "Vcodec", rank=1),
            Column("rate", "KBPS", "VideoBitrate", "number", rank=1),
            SIZE,
            Column("fps", "FPS", "Fps", "number", rank=3),
            Column("gop", "GOP", "Gop", "number", rank=4),
            Column("drm", "DRM", "DRMType", rank=5),
        ),
        stem="LiveTranscode",
        lists="DescribeLiveTranscodeTemplates",
        read="DescribeLiveTranscodeTemplate",
        create="CreateLiveTranscodeTemplate",
        modify="ModifyLiveTranscodeTemplate",
        delete="DeleteLiveTranscodeTemplate",
    ),
    _rules(
        "transcode",
        "transcode",
        stem="LiveTranscode",
        binds="play",
        delete_params={name: name for name in ("DomainName", "AppName", "StreamName", "TemplateId")},
    ),
    _templates(
        "record",
        "record",
        (Column("formats", "FORMATS", formats, rank=1),),
        stem="LiveRecord",
        lists="DescribeLiveRecordTemplates",
        read="DescribeLiveRecordTemplate",
        create="CreateLiveRecordTemplate",
        modify="ModifyLiveRecordTemplate",
        delete="DeleteLiveRecordTemplate",
    ),
    _rules("record", "record", stem="LiveRecord"),
    _templates(
        "snapshot",
        "snapshot",
        (
            Column("every", "EVERY", "SnapshotInterval", "seconds", rank=1),
            SIZE,
            Column("porn", "PORN CHECK", "PornFlag", "flag", rank=3),
            Column("bucket", "BUCKET", "CosBucket", rank=2),
        ),
        stem="LiveSnapshot",
        lists="DescribeLiveSnapshotTemplates",
        read="DescribeLiveSnapshotTemplate",
        create="CreateLiveSnapshotTemplate",
        modify="ModifyLiveSnapshotTemplate",
        delete="DeleteLiveSnapshotTemplate",
    ),
    _rules("snapshot", "snapshot", stem="LiveSnapshot"),
    _templates(
        "callback",
        "callback",
        (Column("events", "REPORTS", callbacks, rank=1),),
        stem="LiveCallback",
        lists="DescribeLiveCallbackTemplates",
        read="DescribeLiveCallbackTemplate",
        create="CreateLiveCallbackTemplate",
        modify="ModifyLiveCallbackTemplate",
        delete="DeleteLiveCallbackTemplate",
    ),
    _rules("callback", "callback", stem="LiveCallback", stream=False),
    _templates(
        "watermark",
        "watermark",
        (
            Column("state", "STATE", "", "state", rank=1),
            Column("x", "X %", "XPosition", "number", rank=2),
            Column("y", "Y %", "YPosition", "number", rank=2),
        ),
        stem="LiveWatermark",
        lists="DescribeLiveWatermarks",
        items="WatermarkList",
        read="DescribeLiveWatermark",
        read_member="Watermark",
        create="AddLiveWatermark",
        modify="UpdateLiveWatermark",
        delete="DeleteLiveWatermark",
        ident="WatermarkId",
        name="WatermarkName",
        state=watermark_state,
    ),
    _rules(
        "watermark",
        "watermark",
        stem="LiveWatermark",
        lists="DescribeLiveWatermarks",
        items="WatermarkList",
        ident="WatermarkId",
        called="WatermarkName",
    ),
    _templates(
        "timeshift",
        "time shift",
        (
            Column("span", "KEEPS", "Duration", "seconds", rank=1),
            Column("item", "SEGMENT", "ItemDuration", "seconds", rank=2),
            Column("area", "AREA", "Area", rank=3),
        ),
        stem="LiveTimeShift",
        lists="DescribeLiveTimeShiftTemplates",
        read="",
        create="CreateLiveTimeShiftTemplate",
        modify="ModifyLiveTimeShiftTemplate",
        delete="DeleteLiveTimeShiftTemplate",
        reads=False,
    ),
    _rules("timeshift", "time shift", stem="LiveTimeShift"),
)
