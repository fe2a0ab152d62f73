"""Nouns that several clouds have alike, as one list: the columns that they share by their ids."""

from __future__ import annotations

from livetui.resources.model import Column, Resource

ON_AIR = ("streams", "apsara_streams", "channel_channels")
"""Resources whose things are what an account has on the air, or may put there."""

ALL_STREAMS = Resource(
    id="all_streams",
    title="all sources",
    one="stream",
    service="",
    key=(),
    columns=(
        Column("name", "STREAM", "", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        Column("source", "SOURCE", "", rank=0, widest=24),
        Column("domain", "DOMAIN", "", rank=1),
        Column("app", "APP", "", rank=3, widest=16),
        Column("age", "UP", "", "age", rank=1),
        Column("rate", "BITRATE", "", "bps", rank=2, moves=True),
        Column("since", "SINCE", "", "time", rank=4),
    ),
    poll="streams",
    sort="name",
    note="what every open account has on the air; a verb goes to the account that the row is from",
)
