from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livetui.client import ApiError, BadParameters, BadReply, OutcomeUnknown, Throttled, Unreachable
from livetui.client.retry import ATTEMPTS, CAP, decide

PASSING = [
    Unreachable("A", "x"),
    BadReply("A", "x", status=502),
    BadReply("A", "x", cut_short=True, status=200),
    ApiError("A", "InternalError", "x"),
    ApiError("A", "Whatever", "x", status=500),
    Throttled("A", "RequestLimitExceeded", "x"),
]
LASTING = [
    BadParameters("A", []),
    BadReply("A", "x", status=200),
    BadReply("A", "x", status=404),
    ApiError("A", "InternalError.ConfInUsed", "x"),
    ApiError("A", "InvalidParameter", "x"),
    OutcomeUnknown("A", "x"),
]


@given(st.sampled_from(PASSING), st.integers(1, 10), st.floats(0, 1, exclude_max=True))
def test_reads_come_back_within_the_bounds(error: ApiError, attempt: int, drawn: float) -> None:
    delay = decide(attempt, error, "read", lambda: drawn)
    if attempt >= ATTEMPTS:
        assert delay is None
    else:
        assert delay is not None
        assert 0 <= delay < CAP


@given(st.sampled_from(PASSING + LASTING), st.sampled_from(["write", "destructive"]), st.integers(1, 3))
def test_what_changes_something_is_never_sent_again(error: ApiError, effect: str, attempt: int) -> None:
    assert decide(attempt, error, effect, lambda: 0.0) is None  # type: ignore[arg-type]


@given(st.sampled_from(LASTING))
def test_what_a_second_try_cannot_mend_is_not_tried(error: ApiError) -> None:
    assert decide(1, error, "read", lambda: 0.0) is None


def test_the_jitter_is_full() -> None:
    error = Unreachable("A", "x")
    assert [decide(n, error, "read", lambda: 0.0) for n in (1, 2, 3)] == [0, 0, 0]
    assert [decide(n, error, "read", lambda: 1.0) for n in (1, 2, 3)] == [0.25, 0.5, 1.0]
    throttled = Throttled("A", "RequestLimitExceeded", "x")
    assert [decide(n, throttled, "read", lambda: 1.0) for n in (1, 2, 3)] == [1.0, 2.0, 4.0]


def test_a_retry_after_is_waited_for_within_reason() -> None:
    for asked, waited in ((2.0, 2.0), (3600.0, 30.0)):
        error = Throttled("A", "RequestLimitExceeded", "x", retry_after=asked)
        assert decide(1, error, "read", lambda: 0.0) == waited
