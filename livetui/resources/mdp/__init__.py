"""Tencent Media Packaging as an operator sees it: live streams packaged, and channels made of programs."""

from livetui.resources.mdp import adverts, alerts, assembly, channels, domains, jobs, programs, sources
from livetui.resources.model import Book, Pane

PANES = (
    Pane(
        "packaging",
        "Packaging",
        "6",
        (
            "mdp_channels",
            "mdp_endpoints",
            "mdp_inputs",
            "mdp_ssai",
            "mdp_ssai_usage",
            "mdp_harvests",
            "mdp_remuxes",
            "mdp_cdn_domains",
            "mdp_play_domains",
        ),
        "channels with inputs and endpoints, ads, recordings, domains",
    ),
    Pane(
        "assembly",
        "Assembly",
        "7",
        (
            "mdp_assembly",
            "mdp_schedule",
            "mdp_programs",
            "mdp_locations",
            "mdp_sources",
            "mdp_channel_alerts",
            "mdp_source_alerts",
            "mdp_location_alerts",
        ),
        "channels made of programs, their sources and alerts",
    ),
)

BOOK = Book(
    panes=PANES,
    resources={
        r.id: r
        for r in (
            *channels.RESOURCES,
            *adverts.RESOURCES,
            *jobs.RESOURCES,
            *domains.RESOURCES,
            *assembly.RESOURCES,
            *programs.RESOURCES,
            *sources.RESOURCES,
            *alerts.RESOURCES,
        )
    },
)
