"""Transcoding (document: the chapter of that name)."""

from __future__ import annotations

from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.apsara.played import played
from livetui.emulator.apsara.state import Apsara
from livetui.emulator.css.schedule import second
from livetui.emulator.shape import ABSENT

CLOUDS_OWN = ("ld", "sd", "hd", "ud", "lld")
SHORTER, LONGER = 1080, 1920
"""The most pixels of a picture's sides."""

_SETTINGS = ("VideoBitrate", "FPS", "Height", "Width", "TemplateType")


def _key(params: dict[str, Any]) -> tuple[str, ...]:
    return params["Domain"], params["App"], params["Template"]


@played("AddLiveStreamTranscode")
def add(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    apsara.transcodes.add(_key(params), {}, second(call.now))
    return {}


@played("AddCustomLiveStreamTranscode")
def add_own(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Raises InvalidParameter for too large a picture or a name of the cloud's own."""
    sides = params["Width"], params["Height"]
    if min(sides) > SHORTER or max(sides) > LONGER:
        raise Refusal("InvalidParameter", f"Width and Height: at most {LONGER} by {SHORTER}, either way.")
    if params["Template"] in CLOUDS_OWN:
        raise Refusal("InvalidParameter", f"Template: {params['Template']} is one of the cloud's own.")
    settings = {name: params[name] for name in _SETTINGS}
    apsara.transcodes.add(_key(params), settings, second(call.now))
    return {}


@played("DeleteLiveStreamTranscode")
def delete(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    apsara.transcodes.delete(_key(params), second(call.now))
    return {}


@played("DescribeLiveStreamTranscodeInfo")
def in_use(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {
        "DomainTranscodeList": [
            {
                "TranscodeName": config.key[0],
                "TranscodeApp": config.key[1],
                "TranscodeTemplate": config.key[2],
                "CustomTranscodeParameters": config.data or ABSENT,
            }
            for config in apsara.transcodes.of(params["DomainTranscodeName"])
        ]
    }


@played("AddTrancodeSEI")
def put_text(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Raises ConfigNotFound where nothing is transcoded that could carry the text."""
    domain, app = params["DomainName"], params["AppName"]
    if not any(config.key[1] == app for config in apsara.transcodes.of(domain)):
        raise Refusal("ConfigNotFound", f"No stream of {domain}/{app} is transcoded.")
    return {}
