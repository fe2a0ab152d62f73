"""Floor 1: what the APIs are. Facts only."""

from livetui.catalogue.loader import SERVICES, Catalogue, UnknownAction, UnknownService, load
from livetui.catalogue.model import UNSET, Action, Effect, ErrorFact, Field, Page, Rule, Structure, duration

__all__ = [
    "SERVICES",
    "UNSET",
    "Action",
    "Catalogue",
    "Effect",
    "ErrorFact",
    "Field",
    "Page",
    "Rule",
    "Structure",
    "UnknownAction",
    "UnknownService",
    "duration",
    "load",
]
