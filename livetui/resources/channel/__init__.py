"""Tencent's channel hosting (old) as an operator sees it: channels and what is ordered for them."""

from livetui.resources.channel import channels, tasks
from livetui.resources.model import Book, Pane

PANES = (
    Pane(
        "channels",
        "Channels",
        "8",
        ("channel_channels", "channel_records", "channel_files", "channel_shots"),
        "hosted channels, their recordings and screenshots",
    ),
)

BOOK = Book(panes=PANES, resources={r.id: r for r in (*channels.RESOURCES, *tasks.RESOURCES)})
