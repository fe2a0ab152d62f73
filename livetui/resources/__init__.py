"""Floor 2: the operator's nouns, declared on the catalogue's actions."""

from livetui.catalogue import SERVICES
from livetui.resources.model import Book


def book(service: str) -> Book:
    """The panes and resources of a service: none yet for one that can only be called.

    Raises KeyError for a service there is none of.
    """
    if service == "css":
        from livetui.resources.css import BOOK

        return BOOK
    if service in SERVICES:
        return Book(())
    raise KeyError(service)
