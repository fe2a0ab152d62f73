"""Floor 2: the operator's nouns, declared on the catalogue's actions."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from livetui.catalogue import SERVICES
from livetui.resources.model import Book, Pane, Resource


def book(service: str) -> Book:
    """The panes and resources of a service: none yet for one that can only be called.

    Raises KeyError for a service there is none of.
    """
    if service not in SERVICES:
        raise KeyError(service)
    name = f"{__name__}.{service}"
    if find_spec(name) is None:
        return Book(())
    declared: Book = import_module(name).BOOK
    return declared


DIGITS = "123456789"
"""Keys of panes; 0 is that of events, wherever they are told."""


def joined(services: Sequence[str], union: Resource | None = None) -> Book:
    """The panes of several services as one book, each under its own key where that is free.

    What is this machine's own, the journal and the events that it was told of, is there once. `union`
    becomes the first tab of the pane that holds the first list it is made of, or the first pane where these
    services have none.
    """
    from livetui.resources import events
    from livetui.resources.journal import JOURNAL
    from livetui.resources.union import ON_AIR

    panes: list[Pane] = []
    resources: dict[str, Resource] = {}
    for service in services:
        declared = book(service)
        resources |= declared.resources
        for pane in declared.panes:
            if all(pane.id != one.id for one in panes):
                taken = {one.key for one in panes}
                free = next((digit for digit in DIGITS if digit not in taken), "")
                panes.append(pane._replace(key=free if pane.key in taken else pane.key))
    if all(pane.id != JOURNAL.id for pane in panes):
        free = next((digit for digit in DIGITS if all(digit != pane.key for pane in panes)), "")
        panes.append(Pane(JOURNAL.id, "Journal", free, (JOURNAL.id,), "what was done from here"))
    panes.append(events.PANE)
    resources |= {resource.id: resource for resource in (JOURNAL, *events.RESOURCES)}
    if union is not None:
        first = next((one for one in ON_AIR if one in resources), "")
        if not first:
            free = next((digit for digit in DIGITS if all(digit != pane.key for pane in panes)), "")
            panes.insert(0, Pane(union.id, "All sources", free, (), union.note))
        panes = [
            pane._replace(resources=(union.id, *pane.resources))
            if first in pane.resources or pane.id == union.id
            else pane
            for pane in panes
        ]
        resources[union.id] = union
    return Book(tuple(panes), resources)
