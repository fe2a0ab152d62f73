"""What the streams of an app are transcoded to, by the cloud's templates or others (Transcode APIs)."""

from __future__ import annotations

from livetui.resources.apsara.parts import APP, DOMAIN, PUSHED
from livetui.resources.model import DOMAINS, Column, Data, Each, Look, Resource, Section, Source, Verb, dig
from livetui.resources.signs import gone

ASKED = {"DomainTranscodeName": "TranscodeName"}
KEY = ("TranscodeName", "TranscodeApp", "TranscodeTemplate")
IN_USE = Source(
    "DescribeLiveStreamTranscodeInfo",
    each=Each(DOMAINS, {"DomainTranscodeName": "DomainName"}),
    items="DomainTranscodeList",
)
WHERE = {"Domain": "TranscodeName", "App": "TranscodeApp"}


def size(row: Data) -> str:
    """The picture's size; the cloud's own templates decide it by the push."""
    width, height = (dig(row, f"CustomTranscodeParameters.{side}") for side in ("Width", "Height"))
    return f"{width}x{height}" if width and height else ""


def whose(row: Data) -> str:
    return "own" if row.get("CustomTranscodeParameters") else "the cloud's"


TEMPLATE_COLUMNS = (
    Column("template", "TEMPLATE", "TranscodeTemplate", rank=0),
    Column("whose", "WHOSE", whose, rank=1),
    Column("size", "SIZE", size, rank=2),
    Column("rate", "KBPS", "CustomTranscodeParameters.VideoBitrate", "number", rank=2),
    Column("fps", "FPS", "CustomTranscodeParameters.FPS", "number", rank=2),
    Column("kind", "KIND", "CustomTranscodeParameters.TemplateType", "code", rank=3),
)

TRANSCODES = Resource(
    id="apsara_transcodes",
    title="transcode",
    one="transcoding",
    service="apsara",
    key=KEY,
    source=IN_USE,
    columns=(
        DOMAIN._replace(path="TranscodeName", rank=0),
        APP._replace(path="TranscodeApp", rank=0),
        *TEMPLATE_COLUMNS,
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteLiveStreamTranscode",
            {**WHERE, "Template": "TranscodeTemplate"},
            tier="type",
            look=(
                Look(
                    "DescribeLiveStreamsOnlineList",
                    {"DomainName": "TranscodeName", "AppName": "TranscodeApp"},
                    show="OnlineInfo",
                    title="streams on the air in this app",
                    match=("DomainName=TranscodeName", "AppName=TranscodeApp"),
                    columns=("StreamName",),
                    fixed=PUSHED,
                ),
            ),
            warns="Viewers of this rendition lose it on every stream of the app.",
            undo="add it again",
            signs=(gone(IN_USE, {name: name for name in KEY}, ASKED),),
        ),
    ),
    create="AddLiveStreamTranscode",
    create_params=WHERE,
    narrow=ASKED,
    sections=(
        Section(
            "own",
            "All templates of the app",
            "DescribeLiveStreamTranscodeInfo",
            ASKED,
            "DomainTranscodeList",
            items=True,
            match=("TranscodeApp",),
            columns=TEMPLATE_COLUMNS,
            edit="AddCustomLiveStreamTranscode",
            edit_key="K",
            edit_does="adds one of your own",
            edit_params=WHERE,
        ),
    ),
    sort="domain",
    note="+ adds one of the cloud's templates; K in a stream's or a row's detail makes one of your own",
)

RESOURCES = (TRANSCODES,)
