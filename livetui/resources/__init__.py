"""Floor 2: the operator's nouns, declared on the catalogue's actions."""

from importlib import import_module
from importlib.util import find_spec

from livetui.catalogue import SERVICES
from livetui.resources.model import Book


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
