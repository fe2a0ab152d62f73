"""Figures of the account over time: viewers and billing (Statistics API, Getting Billing Bandwidth Data)."""

from __future__ import annotations

from livetui.resources.lvb.codes import MINUTES, megabits
from livetui.resources.model import Column, Resource, Source

SWITCHED_ON = "the cloud's support has to switch the account on for it"

PLAYS = Resource(
    id="lvb_plays",
    title="viewers",
    one="minute",
    service="lvb",
    key=("time",),
    source=Source("Get_LivePlayStatHistory", items="stat_info", last="2h"),
    columns=MINUTES,
    sort="-time",
    note=f"all streams, the last 2 hours; {SWITCHED_ON}",
)

BILLING = Resource(
    id="lvb_billing",
    title="billing",
    one="slot",
    service="lvb",
    key=("time",),
    source=Source("Get_BillingBandwidth", items="total_info", last="24h"),
    columns=(
        Column("time", "5 MINUTES", "time", "time", rank=0),
        Column("bandwidth", "BANDWIDTH", megabits("bandwidth"), "bps", rank=0),
        Column("flux", "MB", "flux", "number", rank=1),
    ),
    sort="-time",
    note=f"all domains, the last 24 hours; {SWITCHED_ON}",
)

RESOURCES = (PLAYS, BILLING)
