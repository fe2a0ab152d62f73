"""Draws what stands around the table of the list screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livetui.console import standing
from livetui.console.widgets.bars import Bar

if TYPE_CHECKING:
    from livetui.console.screens.main import MainScreen


def draw(lists: MainScreen) -> None:
    """Every bar, from what is known now."""
    poller = lists.session.poller(lists.resource.id)
    table = lists.table
    lists.query_one("#head", Bar).say(*standing.head(lists.session, lists.resource))
    lists.query_one("#panes", Bar).say(standing.panes(lists.session.book, lists.resource, lists.size.width))
    marks = standing.marks(table)
    room = lists.size.width - sum(len(text) for text, _ in marks)
    lists.query_one("#tabs", Bar).say(
        standing.tabs(lists.session.book, lists.resource, room, table.filter_text), marks
    )
    lists.notices.say(standing.notices(lists.session, lists.resource))
    lists.said.say([lists.message] if lists.message[0] else [])
    lists.query_one("#status", Bar).say(*standing.status(lists.session, poller, table))
    lists.query_one("#keys", Bar).say(*standing.keys(lists.noun, lists.session.key_for, table))
