"""The six template families of the emulated account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livetui.emulator.css import callbacks, record_templates, snapshots, timeshift, transcode, watermarks
from livetui.emulator.css.templates import Family

if TYPE_CHECKING:
    from livetui.emulator.account import Account


class Families:
    """Templates and rules: transcode, record, snapshot, callback, watermark and time shift."""

    def __init__(self, account: Account) -> None:
        self.transcode: Family = transcode.seeded(account)
        self.record: Family = record_templates.seeded(account)
        self.snapshot: Family = snapshots.seeded(account)
        self.callback: Family = callbacks.seeded(account)
        self.watermark: Family = watermarks.seeded(account)
        self.timeshift: Family = timeshift.seeded(account, self.transcode)

    def all(self) -> tuple[Family, ...]:
        return (self.transcode, self.record, self.snapshot, self.callback, self.watermark, self.timeshift)

    def forget_domain(self, domain: str) -> None:
        """Takes away every rule of a domain that is deleted."""
        for family in self.all():
            family.forget_domain(domain)
