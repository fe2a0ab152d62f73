"""What the play figures of several answers have in common: their streams, windows and sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.css import asked, audience
from livetui.emulator.css.audience import MINUTE, Steps, Watched
from livetui.emulator.css.roster import Stream
from livetui.emulator.css.schedule import second

if TYPE_CHECKING:
    from livetui.emulator.account import Account


LATE = 4 * MINUTE
"""Play figures take about four minutes to arrive (DescribeLiveDomainPlayInfoList, API description)."""


def every_stream(account: Account) -> list[Stream]:
    return list(account.streams.by_key.values())


def window(account: Account, params: dict[str, Any], call: Call, length: int, late: int) -> Steps:
    """The steps of the window that was asked for, as far as figures have come in."""
    account.streams.settle(second(call.now))
    start, end = asked.span(account, call, params)
    return Steps.within(second(start), second(end), length, second(call.now) - late)


def series_of(
    account: Account, params: dict[str, Any], call: Call, length: int, late: int = LATE
) -> list[Watched]:
    """What was watched of all streams on the play domains asked for, by steps of `length` seconds."""
    steps = window(account, params, call, length, late)
    share = audience.share_on(account, params.get("PlayDomains"))
    return audience.watched(account, every_stream(account), share, steps, second(call.now))


def figures_of(point: Watched, share: float = 1.0) -> dict[str, Any]:
    """The members most replies tell of a step, or of a share of it."""
    return {
        "Bandwidth": round(point.mbps * share, 3),
        "Flux": round(point.mb * share, 3),
        "Request": round(point.requests * share),
        "Online": round(point.online * share),
    }


def taken_of(
    account: Account, stream: Stream, share: Callable[[Stream], float], start: int, end: int, call: Call
) -> Watched:
    """What one stream's viewers took in [start, end), as one step."""
    steps = Steps(start, max(1, end - start), 1)
    return audience.watched(account, [stream], share, steps, second(call.now))[0]


def total_of(account: Account, params: dict[str, Any], call: Call) -> tuple[Watched, int]:
    """(everything watched in the window as one step, its seconds)."""
    start, end = (second(when) for when in asked.span(account, call, params))
    steps = Steps(start, max(1, end - start), 1)
    share = audience.share_on(account, params.get("PlayDomains"))
    account.streams.settle(second(call.now))
    (whole,) = audience.watched(account, every_stream(account), share, steps, second(call.now) - LATE)
    return whole, steps.length


def tongue_of(params: dict[str, Any]) -> int:
    """Which of a place's two names is asked for."""
    return 1 if params.get("OutLanguage") == "English" else 0
