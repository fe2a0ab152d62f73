"""Floor 2: one async client for every service. Loading this package does not load httpx."""

from typing import TYPE_CHECKING

from livetui.client.budget import SHARED, Budget, Priority, Spent
from livetui.client.client import Client, Reply, Timeouts
from livetui.client.errors import (
    ApiError,
    BadCredential,
    BadEndpoint,
    BadParameters,
    BadReply,
    ClientError,
    Denied,
    NotActivated,
    NotFound,
    Outcome,
    OutcomeUnknown,
    PartlyDone,
    PlainHttpRefused,
    ReadOnly,
    SignatureExpired,
    Suspended,
    Throttled,
    Unreachable,
)

if TYPE_CHECKING:
    from livetui.client.sweep import Item, Sweep

__all__ = [
    "SHARED",
    "ApiError",
    "BadCredential",
    "BadEndpoint",
    "BadParameters",
    "BadReply",
    "Budget",
    "Client",
    "ClientError",
    "Denied",
    "Item",
    "NotActivated",
    "NotFound",
    "Outcome",
    "OutcomeUnknown",
    "PartlyDone",
    "PlainHttpRefused",
    "Priority",
    "ReadOnly",
    "Reply",
    "SignatureExpired",
    "Spent",
    "Suspended",
    "Sweep",
    "Throttled",
    "Timeouts",
    "Unreachable",
]


def __getattr__(name: str) -> object:
    """What comes with a sweep, loaded with the first."""
    if name in ("Item", "Sweep"):
        from livetui.client import sweep

        return getattr(sweep, name)
    raise AttributeError(name)
