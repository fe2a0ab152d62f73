"""Floor 2: the operator's nouns, declared on the catalogue's actions."""

from livetui.resources.model import Book


def book(service: str) -> Book:
    """The panes and resources of a service. Raises KeyError for one that has none."""
    if service == "css":
        from livetui.resources.css import BOOK

        return BOOK
    raise KeyError(service)
