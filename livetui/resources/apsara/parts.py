"""What the declarations of ApsaraVideo Live have in common: domains, streams, addresses taken apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from livetui.catalogue.times import from_wire
from livetui.resources.model import DOMAINS, Column, Data, Each, Section

OF_DOMAIN = {"DomainName": "DomainName"}
OF_APP = {**OF_DOMAIN, "AppName": "AppName"}
NAMED = {**OF_APP, "StreamName": "StreamName"}
IDENTITY = tuple(NAMED)
ANY_APP = "*"
"""As a config's app: every app of the domain."""

PUSHED = {"StreamType": "raw"}
"""Streams as they are pushed; what they are transcoded to is listed as streams of its own otherwise."""

BY_DOMAIN = Each(DOMAINS, OF_DOMAIN)
TOLD_DOMAIN = Each(DOMAINS, OF_DOMAIN, told=OF_DOMAIN)
"""For rows that do not say whose they are."""
BY_STREAM = Each("apsara_streams", NAMED, told=NAMED, most=60)
"""A call each: of thousands on the air only some are asked for, as many as the pane can read in a minute."""

DOMAIN = Column("domain", "DOMAIN", "DomainName", rank=1)
APP = Column("app", "APP", "AppName", rank=4, widest=16)
NAME = Column("name", "STREAM", "StreamName", rank=0, widest=48)


def address(member: str) -> Callable[[Data], dict[str, Any]]:
    """Reads rows that say domain, app and stream in one text, with or without a scheme before it.

    A text with fewer parts is left as it is; a bare value is kept under `member`.
    """

    def read(row: Data) -> dict[str, Any]:
        made = {member: row[""], **row} if "" in row else dict(row)
        made.pop("", None)
        text = str(made.get(member) or "").partition("?")[0]
        domain, _, rest = text.rpartition("://")[2].partition("/")
        app, _, name = rest.partition("/")
        return {**made, "DomainName": domain, "AppName": app, "StreamName": name} if name else made

    return read


def app_or_any(row: Data) -> str:
    """A config's app as people say it."""
    app = str(row.get("AppName") or "")
    return "(any)" if app in ("", ANY_APP) else app


def when(value: Any) -> datetime | None:
    """A UTC time of a reply; None for what is none."""
    try:
        return from_wire("utc", value)
    except ValueError:
        return None


def lasted(begin: str, end: str) -> Callable[[Data], float | None]:
    """Seconds from one member to another; None where either is missing."""

    def seconds(row: Data) -> float | None:
        first, last = when(row.get(begin)), when(row.get(end))
        return (last - first).total_seconds() if first and last else None

    return seconds


def figures(
    ident: str,
    title: str,
    action: str,
    member: str,
    last: str,
    columns: tuple[Column, ...],
    *,
    params: Mapping[str, str] = NAMED,
    newest_last: bool = True,
) -> Section:
    """A stream's figures over time, the newest first."""
    return Section(
        ident,
        title,
        action,
        params,
        member,
        items=True,
        last=last,
        columns=columns,
        newest_last=newest_last,
    )
