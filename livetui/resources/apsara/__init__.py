"""Alibaba Cloud's ApsaraVideo Live as an operator sees it: panes and the nouns in them."""

from livetui.resources.apsara import notify, pictures, pulls, recording, streams, transcode, usage
from livetui.resources.journal import JOURNAL
from livetui.resources.model import Book, Pane

PANES = (
    Pane(
        "apsara_streams",
        "Streams",
        "1",
        ("apsara_streams", "apsara_blocked", "apsara_control", "apsara_history"),
        "what is on the air, what is forbidden, what was",
    ),
    Pane(
        "apsara_recording",
        "Record",
        "2",
        ("apsara_record_configs", "apsara_recordings", "apsara_indexes", "apsara_record_notify"),
        "what is recorded, where to, and who is told",
    ),
    Pane(
        "apsara_pictures",
        "Images",
        "3",
        ("apsara_snapshot_configs", "apsara_snapshots", "apsara_detection", "apsara_detect_notify"),
        "pictures of streams, and what is looked for in them",
    ),
    Pane("apsara_transcode", "Transcode", "4", ("apsara_transcodes",), "templates in use, by app"),
    Pane(
        "apsara_sources",
        "Sources",
        "5",
        ("apsara_pulls", "apsara_stream_notify"),
        "streams fetched from elsewhere; who is told of begins and ends",
    ),
    Pane(
        "apsara_usage",
        "Usage",
        "6",
        ("apsara_bandwidth", "apsara_traffic", "apsara_transcoded", "apsara_recorded", "apsara_pictured"),
        "figures of each domain over time",
    ),
    Pane("journal", "Journal", "7", ("journal",), "what was done from here"),
)

BOOK = Book(
    panes=PANES,
    resources={
        r.id: r
        for r in (
            *streams.RESOURCES,
            *recording.RESOURCES,
            *pictures.RESOURCES,
            *transcode.RESOURCES,
            *pulls.RESOURCES,
            *notify.RESOURCES,
            *usage.RESOURCES,
            JOURNAL,
        )
    },
)
