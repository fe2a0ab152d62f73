"""Mixes by their session (Cloud Mixed Streaming): the same mixes that css makes and cancels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from livetui.emulator.account import PUSH_DOMAINS
from livetui.emulator.answers import Call, Refusal
from livetui.emulator.css.mixing import CANCELLED, CHANGED, NEW, SAME, Mix
from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import NEVER, second
from livetui.emulator.hosting.played import played
from livetui.emulator.hosting.state import Hosting

CANVAS, SOUND = 3, 4
"""input_type."""
PICTURES = 6
"""Layers above it are for sound alone."""
REST = timedelta(seconds=30)
"""How long after its end a session takes no other output."""

_INPUTS = {10: 2, 20: 2, 30: 2, 40: 2, 310: 3, 390: 3, 391: 3, 410: 4, 510: 5, 590: 5, 610: 6}
_CANVAS_FIRST = (390, 391, 590)
_UNTOLD = (1920.0, 1080.0)
"""A background of which nobody knows the size."""

_WRONG, _NO_STREAM, _OUTSIDE, _OTHER_OUTPUT = "1000", "-505", "-21", "-30300"

Inputs = list[dict[str, Any]]


@played("mix_streamv2.start_mix_stream_advanced", "lvb")
def _mix(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Starts a mix or changes that of the session; a single input ends it (1.5)."""
    session, inputs = params["mix_stream_session_id"], params["input_stream_list"]
    output = params["output_stream_id"]
    mixes, before = hosting.account.tasks.mixes, hosting.account.tasks.mixes.get(session)
    _refuse_other_output(hosting, before, session, output, call.now)
    if len(inputs) == 1:
        if before is not None:
            del mixes[session]
            _push_no_more(hosting, before, CANCELLED, call.now)
            hosting.mixed[session] = (output, call.now)
        return {"timestamp": call.now}
    _refuse_bad_layers(params.get("mix_stream_template_id", 0), inputs)
    _refuse_missing_streams(hosting, inputs, call.now)
    if not params.get("mix_stream_template_id"):
        _refuse_outside(hosting, inputs, call.now)
    kind = params.get("output_stream_type", SAME)
    _refuse_bad_output(hosting, before, kind, output, inputs, call.now)
    names = [taken["input_stream_id"] for taken in inputs]
    mix = Mix(session, names, output, before.started if before else call.now)
    if kind == SAME:
        _push_no_more(hosting, before, CHANGED, call.now)
    elif before is not None and before.play is not None:
        mix.play = before.play
    else:
        key = _output_key(hosting, inputs, output, call.now)
        mix.play = hosting.account.streams.begin(key, second(call.now), NEVER, CANCELLED, call.now)
    mixes[session] = mix
    return {"timestamp": call.now}


def _push_no_more(hosting: Hosting, mix: Mix | None, cause: str, now: datetime) -> None:
    if mix is not None and mix.play is not None:
        hosting.account.streams.cut(mix.play, cause, now)


def _output_key(hosting: Hosting, inputs: Inputs, output: str, now: datetime) -> Key:
    """A new output goes where its first input that is a stream comes from."""
    streams = (taken["input_stream_id"] for taken in inputs if _kind(taken) != CANVAS)
    found = next((key for name in streams for key in hosting.codes.keys(name, now)), None)
    return found._replace(name=output) if found else Key(PUSH_DOMAINS[0], "live", output)


def _kind(taken: dict[str, Any]) -> int:
    kind: int = taken["layout_params"].get("input_type", 0)
    return kind


def _refuse_other_output(
    hosting: Hosting, before: Mix | None, session: str, output: str, now: datetime
) -> None:
    used, ended = hosting.mixed.get(session, (output, now - REST))
    if (before is not None and before.output != output) or (used != output and now - ended < REST):
        raise Refusal(_OTHER_OUTPUT, "The session mixes into another output stream")


def _refuse_bad_layers(template: int, inputs: Inputs) -> None:
    layers = [taken["layout_params"]["image_layer"] for taken in inputs]
    if len(set(layers)) != len(layers):
        raise Refusal(_WRONG, "Each input needs an image_layer of its own")
    for taken, layer in zip(inputs, layers, strict=True):
        if layer > PICTURES and _kind(taken) != SOUND:
            raise Refusal(_WRONG, f"image_layer {layer} is for sound alone")
    if template and len(inputs) != _INPUTS[template]:
        raise Refusal(_WRONG, f"Template {template} takes {_INPUTS[template]} inputs")
    first = inputs[layers.index(1)] if 1 in layers else None
    if template in _CANVAS_FIRST and (first is None or _kind(first) != CANVAS):
        raise Refusal(_WRONG, f"Template {template} needs a canvas on layer 1")


def _refuse_missing_streams(hosting: Hosting, inputs: Inputs, now: datetime) -> None:
    for taken in inputs:
        if _kind(taken) != CANVAS and not hosting.codes.keys(taken["input_stream_id"], now):
            raise Refusal(_NO_STREAM, f"The input stream {taken['input_stream_id']} can't be asked for")


def _refuse_outside(hosting: Hosting, inputs: Inputs, now: datetime) -> None:
    """Nothing reaches over the edge of the picture on layer 1."""
    width, height = _background(hosting, inputs, now)
    for taken in inputs:
        layout = taken["layout_params"]
        across = _pixels(layout, "location_x", width) + _pixels(layout, "image_width", width)
        down = _pixels(layout, "location_y", height) + _pixels(layout, "image_height", height)
        if layout["image_layer"] != 1 and (across > width or down > height):
            raise Refusal(_OUTSIDE, f"Layer {layout['image_layer']} lies outside of the background")


def _background(hosting: Hosting, inputs: Inputs, now: datetime) -> tuple[float, float]:
    """The size of layer 1: as it was told, else that of its stream."""
    first = next((taken for taken in inputs if taken["layout_params"]["image_layer"] == 1), None)
    if first is None:
        return _UNTOLD
    layout, keys = first["layout_params"], hosting.codes.keys(first["input_stream_id"], now)
    size = _UNTOLD
    if keys:
        width, _, height = hosting.account.streams.by_key[keys[0]].resolution.partition("*")
        size = float(width), float(height)
    return _pixels(layout, "image_width", size[0]) or size[0], _pixels(
        layout, "image_height", size[1]
    ) or size[1]


def _pixels(layout: dict[str, Any], name: str, whole: float) -> float:
    """A length told in pixels, or as a share of the background."""
    told = float(layout.get(name, 0))
    return told * whole if told < 1 else told


def _refuse_bad_output(
    hosting: Hosting, before: Mix | None, kind: int, output: str, inputs: Inputs, now: datetime
) -> None:
    among = any(taken["input_stream_id"] == output for taken in inputs)
    if kind == SAME and not among:
        raise Refusal(_WRONG, "With output_stream_type 0 the output is one of the inputs")
    own = before.play.key if before is not None and before.play is not None else None
    taken = any(key != own for key in hosting.codes.keys(output, now))
    if kind == NEW and (among or taken):
        raise Refusal(_WRONG, "With output_stream_type 1 the output is a name not in use")
