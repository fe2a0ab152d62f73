"""Whether a failed call is made again, and after how long."""

from __future__ import annotations

from collections.abc import Callable

from livetui.catalogue.model import Effect
from livetui.client.errors import ApiError, BadReply, ClientError, Throttled, Unreachable

ATTEMPTS = 4
BASE = 0.25
"""Seconds; doubles with each attempt."""
THROTTLED_BASE = 1.0
CAP = 8.0
LONGEST_ASKED = 30.0
"""Seconds that an answer's Retry-After may make us wait."""

_RETRYABLE = frozenset(
    {
        "InternalError",
        "InternalServerError",
        "InternalError.CallOtherSvrError",
        "InternalError.ConnectDbError",
        "InternalError.DBError",
        "InternalError.NetworkError",
        "InternalError.SystemError",
        "FailedOperation.CallOtherSvrError",
        "FailedOperation.CallOtherSvrFailed",
        "FailedOperation.NetworkError",
        "ServiceUnavailable",
        "SignatureNonceUsed",
    }
)
"""Failures that pass; most codes of the family InternalError are answers, not failures."""


def decide(attempt: int, error: ClientError, effect: Effect, random: Callable[[], float]) -> float | None:
    """Seconds to wait before the next attempt, or None when there shall be none.

    Only reads are made again, on what a second attempt can mend. `attempt` counts from 1. The delay is
    drawn evenly between nothing and a bound that doubles up to a cap, so that clients which failed together
    do not come back together.
    """
    if effect != "read" or attempt >= ATTEMPTS or not _passes(error):
        return None
    base = THROTTLED_BASE if isinstance(error, Throttled) else BASE
    delay = random() * min(CAP, base * 2.0 ** (attempt - 1))
    asked = error.retry_after if isinstance(error, ApiError) else None
    return delay if asked is None else max(delay, min(asked, LONGEST_ASKED))


def _passes(error: ClientError) -> bool:
    if isinstance(error, Unreachable | Throttled):
        return True
    if isinstance(error, BadReply):
        return error.cut_short or (error.status is not None and error.status >= 500)
    if isinstance(error, ApiError):
        return error.code in _RETRYABLE or error.retryable or (error.status or 0) >= 500
    return False
