"""Watermarks and their rules; plays the chapter "Watermark Management APIs"."""

from __future__ import annotations

from livetui.emulator.account import PUSH_DOMAINS, Account
from livetui.emulator.css.templates import Family, Kind, play

KIND = Kind(
    part="watermark",
    word="watermark",
    first=500_000,
    structure="WatermarkInfo",
    create="AddLiveWatermark",
    modify="UpdateLiveWatermark",
    delete="DeleteLiveWatermark",
    describe="DescribeLiveWatermark",
    list="DescribeLiveWatermarks",
    create_rule="CreateLiveWatermarkRule",
    delete_rule="DeleteLiveWatermarkRule",
    list_rules="DescribeLiveWatermarkRules",
    member="Watermark",
    members="WatermarkList",
    id="WatermarkId",
    # This page's example writes a rule's Beijing times with T and Z, unlike the other families' pages.
    rule_time="beijing-z",
    limit=100,
    unknown="ResourceNotFound.WatermarkNotExist",
    in_use="InvalidParameter.ConfInUsed",
)
play(KIND)


def seeded(account: Account) -> Family:
    """Three logos, one of them unused."""
    harbor, stadium, _campus, market = PUSH_DOMAINS
    images = "https://images.harbor.example"
    family = Family(account, KIND)
    family.seed(
        [
            {
                "WatermarkName": "logo",
                "PictureUrl": f"{images}/logo.png",
                "XPosition": 88,
                "YPosition": 4,
                "Width": 9,
            },
            {
                "WatermarkName": "sponsor",
                "PictureUrl": f"{images}/sponsor.png",
                "XPosition": 4,
                "YPosition": 88,
            },
            {"WatermarkName": "logo-2024", "PictureUrl": f"{images}/logo-2024.png", "Width": 12},
        ],
        [(harbor, "live", "", 0), (stadium, "live", "", 1), (market, "live", "", 0)],
    )
    return family
