"""Tencent CSS as an operator sees it: panes and the nouns in them."""

from livetui.resources.css import domains, streams, tasks, templates
from livetui.resources.journal import JOURNAL
from livetui.resources.model import Book, Pane

PANES = (
    Pane("domains", "Domains", "1", ("domains", "certificates"), "push and play domains, keys, certificates"),
    Pane(
        "streams",
        "Streams",
        "2",
        ("streams", "forbidden", "delayed", "events", "history"),
        "what is on the air",
    ),
    Pane(
        "templates",
        "Templates",
        "3",
        tuple(f"{family}_{part}" for family in templates.FAMILIES for part in ("templates", "rules")),
        "six families of templates and the rules that bind them",
    ),
    Pane(
        "tasks", "Tasks", "4", ("pull_tasks", "record_tasks", "screenshot_tasks", "mixes"), "relays and jobs"
    ),
    Pane("journal", "Journal", "5", ("journal",), "what was done from here"),
)

BOOK = Book(
    panes=PANES,
    resources={
        r.id: r
        for r in (
            *domains.RESOURCES,
            *streams.RESOURCES,
            *templates.RESOURCES,
            *tasks.RESOURCES,
            JOURNAL,
        )
    },
)
