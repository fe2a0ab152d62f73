"""The tasks of the emulated account: pulls, recordings, screenshots and mixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

# The last of these holds nothing of its own: it is imported for its answers.
from livetui.emulator.css import mixing, pulling, recording, screenshots, timeshift_records  # noqa: F401
from livetui.emulator.css.mixing import Mix
from livetui.emulator.css.pull_tasks import Pulls
from livetui.emulator.css.recording import Recordings, Span

if TYPE_CHECKING:
    from livetui.emulator.account import Account


class Tasks:
    """Everything that runs for a while."""

    def __init__(self, account: Account) -> None:
        self.pulls = Pulls(account)
        self.recordings = Recordings(account)
        self.screenshots: dict[str, Span] = {}
        """By id; no action tells of them."""
        self.mixes: dict[str, Mix] = {}
        """By session id; no action tells of them either."""
