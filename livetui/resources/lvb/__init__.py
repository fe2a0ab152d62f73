"""Tencent's LVB API of 2017 as an operator sees it: streams by their LVB code."""

from livetui.resources.lvb import codes, figures, orders
from livetui.resources.model import Book, Pane

PANES = (
    Pane(
        "lvb",
        "LVB",
        "9",
        (
            "lvb_live",
            "lvb_codes",
            "lvb_disabled",
            "lvb_tapes",
            "lvb_mixes",
            "lvb_plays",
            "lvb_billing",
        ),
        "streams by their LVB code, recordings, mixes and figures",
    ),
)

BOOK = Book(
    panes=PANES,
    resources={r.id: r for r in (*codes.RESOURCES, *orders.RESOURCES, *figures.RESOURCES)},
)
