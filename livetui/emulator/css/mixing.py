"""Stream mixes, known by their session ids; plays the chapter "Live Stream Mix APIs"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from livetui.emulator.account import PUSH_DOMAINS
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css.relays import Play
from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import NEVER, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account

MOST_INPUTS = 16
SAME, NEW = 0, 1
"""OutputStreamType: the output is one of the inputs, or a stream of its own."""
IMAGE, CANVAS = 2, 3
"""InputTypes that are no streams."""

CANCELLED, CHANGED = "mix cancelled", "mix changed"
"""What the events of an output stream give as the cause."""

_CANVAS_SIDE = 2000
_TEMPLATE_INPUTS = {10: 2, 20: 2, 30: 2, 40: 2, 50: 2, 310: 3, 390: 3, 391: 3, 410: 4, 510: 5, 590: 5, 610: 6}


@dataclass
class Mix:
    session: str
    inputs: list[str]
    output: str
    started: datetime
    play: Play | None = None
    """What it pushes; None when its output takes the place of an input, which is on the air anyway."""


@answers("CreateCommonMixStream")
def _create(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Starts a mix, or changes that of the session."""
    session, inputs = params["MixStreamSessionId"], params["InputStreamList"]
    output = params["OutputParams"]["OutputStreamName"]
    _refuse_bad_layers(account, inputs)
    _refuse_missing_streams(account, inputs, call.now)
    expected = _TEMPLATE_INPUTS.get(params.get("MixStreamTemplateId", 0), len(inputs))
    if expected != len(inputs):
        raise Refusal("InvalidParameter.TemplateNotMatchInputNum", f"The layout takes {expected} inputs.")
    _refuse_bad_output(account, params, call.now)
    before = account.tasks.mixes.get(session)
    if before is not None and before.output != output:
        raise Refusal("InvalidParameter.SessionOutputStreamChanged", "The session mixes into another stream.")
    names = [taken["InputStreamName"] for taken in inputs]
    if _asks_to_end(params):
        account.tasks.mixes.pop(session, None)
        _push_no_more(account, before, CANCELLED, call.now)
        return {}
    mix = Mix(session, names, output, before.started if before else call.now)
    if _output_type(params) == SAME:
        _push_no_more(account, before, CHANGED, call.now)
    elif before is not None and before.play is not None:
        mix.play = before.play
    else:
        key = _output_key(account, inputs, output, call.now)
        mix.play = account.streams.begin(key, second(call.now), NEVER, CANCELLED, call.now)
    account.tasks.mixes[session] = mix
    return {}


def _push_no_more(account: Account, mix: Mix | None, cause: str, now: datetime) -> None:
    if mix is not None and mix.play is not None:
        account.streams.cut(mix.play, cause, now)


def _output_key(account: Account, inputs: list[dict[str, Any]], output: str, now: datetime) -> Key:
    """A new output goes where its first input that is a stream comes from."""
    for taken in inputs:
        found = account.streams.online(now, name=taken["InputStreamName"])
        if _is_stream(taken) and found:
            return found[0]._replace(name=output)
    return Key(PUSH_DOMAINS[0], "live", output)


def _is_stream(taken: Mapping[str, Any]) -> bool:
    return taken["LayoutParams"].get("InputType", 0) not in (IMAGE, CANVAS)


def _asks_to_end(params: Mapping[str, Any]) -> bool:
    """One input and a new output end the mix, unless a copy is asked for."""
    copies = params.get("ControlParams", {}).get("AllowCopy", 0)
    return len(params["InputStreamList"]) == 1 and _output_type(params) == NEW and not copies


def _output_type(params: Mapping[str, Any]) -> int:
    kind: int = params["OutputParams"].get("OutputStreamType", SAME)
    return kind


def _refuse_bad_layers(account: Account, inputs: list[dict[str, Any]]) -> None:
    if len(inputs) > MOST_INPUTS:
        raise Refusal("InvalidParameter.InputNumLimitExceeded", f"At most {MOST_INPUTS} inputs.")
    layouts = [taken["LayoutParams"] for taken in inputs]
    layers = [layout["ImageLayer"] for layout in layouts]
    if len(set(layers)) != len(layers):
        raise Refusal("InvalidParameter.InvalidLayerParam", "Each input has an ImageLayer of its own.")
    for layout in layouts:
        if layout.get("InputType", 0) == IMAGE:
            if "WatermarkId" not in layout:
                raise Refusal("InvalidParameter.InvalidPictureID", "An image input needs a WatermarkId.")
            if layout["WatermarkId"] not in account.families.watermark.templates:
                raise Refusal("FailedOperation.GetPictureUrlError", f"No watermark {layout['WatermarkId']}.")
    for taken in inputs:
        crop = taken.get("CropParams", {})
        for side, begin in (("CropWidth", "CropStartLocationX"), ("CropHeight", "CropStartLocationY")):
            if crop.get(side, 0) + crop.get(begin, 0) > _CANVAS_SIDE:
                raise Refusal(
                    "InvalidParameter.InvalidCropParam", "The crop reaches over the picture's edge."
                )


def _refuse_missing_streams(account: Account, inputs: list[dict[str, Any]], now: datetime) -> None:
    for taken in inputs:
        if _is_stream(taken) and not account.streams.online(now, name=taken["InputStreamName"]):
            raise Refusal("FailedOperation.StreamNotExist", f"{taken['InputStreamName']} is not on the air.")


def _refuse_bad_output(account: Account, params: Mapping[str, Any], now: datetime) -> None:
    output = params["OutputParams"]["OutputStreamName"]
    among = any(taken["InputStreamName"] == output for taken in params["InputStreamList"])
    if _output_type(params) == SAME and not among:
        raise Refusal("InvalidParameter.InvalidOutputType", "With type 0 the output is one of the inputs.")
    if _output_type(params) == NEW and (among or _taken(account, params["MixStreamSessionId"], output, now)):
        raise Refusal(
            "InvalidParameter.InvalidOutputStreamID", "With type 1 the output is a name not in use."
        )


def _taken(account: Account, session: str, name: str, now: datetime) -> bool:
    """Whether a name is on the air otherwise than by the session that asks for it."""
    before = account.tasks.mixes.get(session)
    own = before.play.key if before and before.play else None
    return any(key != own for key in account.streams.online(now, name=name))


@answers("CancelCommonMixStream")
def _cancel(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    mix = account.tasks.mixes.pop(params["MixStreamSessionId"], None)
    if mix is None:
        raise Refusal("InvalidParameter.CancelSessionNotExist", "No such mix session.")
    _push_no_more(account, mix, CANCELLED, call.now)
    return {}
