"""Stream mixes."""

from typing import Any

import pytest
from customer import Customer

from livetui.emulator.css.roster import Key


@pytest.fixture
def css() -> Customer:
    customer = Customer()
    for name in ("studio_a", "studio_b"):
        customer.account.streams.add(Key("push.campus.example", "live", name), "steady", customer.clock.now())
    customer.clock.advance(1)
    return customer


def wanted(*inputs: dict[str, Any], output: str = "studio_a", kind: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "MixStreamSessionId": "session_1",
        "InputStreamList": list(inputs) or [layer("studio_a", 1), layer("studio_b", 2)],
        "OutputParams": {"OutputStreamName": output, "OutputStreamType": kind},
        **more,
    }


def layer(name: str, place: int, crop: dict[str, float] | None = None, **layout: Any) -> dict[str, Any]:
    taken = {"InputStreamName": name, "LayoutParams": {"ImageLayer": place, **layout}}
    return taken | ({"CropParams": crop} if crop else {})


def test_a_mix_is_made_changed_and_cancelled_by_its_session(css: Customer) -> None:
    css("CreateCommonMixStream", **wanted())
    css("CreateCommonMixStream", **wanted(MixStreamTemplateId=20))
    assert list(css.account.tasks.mixes) == ["session_1"]
    css.refused(
        "InvalidParameter.SessionOutputStreamChanged", "CreateCommonMixStream", **wanted(output="studio_b")
    )
    css("CancelCommonMixStream", MixStreamSessionId="session_1")
    css.refused(
        "InvalidParameter.CancelSessionNotExist", "CancelCommonMixStream", MixStreamSessionId="session_1"
    )


def test_one_input_and_a_new_output_end_a_mix_unless_it_is_a_copy(css: Customer) -> None:
    alone = wanted(layer("studio_a", 1), output="mixed", kind=1)
    css("CreateCommonMixStream", **alone, ControlParams={"AllowCopy": 1})
    assert css.account.tasks.mixes["session_1"].inputs == ["studio_a"]
    css("CreateCommonMixStream", **alone)
    assert not css.account.tasks.mixes


A, B = layer("studio_a", 1), layer("studio_b", 2)


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("FailedOperation.StreamNotExist", wanted(A, layer("gone", 2))),
        ("InvalidParameter.InvalidLayerParam", wanted(A, layer("studio_b", 1))),
        ("InvalidParameter.TemplateNotMatchInputNum", wanted(A, B, MixStreamTemplateId=310)),
        ("InvalidParameter.InvalidOutputType", wanted(A, B, output="else")),
        ("InvalidParameter.InvalidOutputStreamID", wanted(A, B, output="studio_a", kind=1)),
        ("InvalidParameter.InvalidPictureID", wanted(A, layer("picture", 2, InputType=2))),
        ("FailedOperation.GetPictureUrlError", wanted(A, layer("picture", 2, InputType=2, WatermarkId=5))),
        (
            "InvalidParameter.InvalidCropParam",
            wanted(A, layer("studio_b", 2, {"CropWidth": 1500, "CropStartLocationX": 600})),
        ),
        ("InvalidParameterValue", wanted(*(layer(f"s{n}", n % 16 + 1) for n in range(17)))),
    ],
)
def test_mixes_that_cannot_be(css: Customer, code: str, params: dict[str, Any]) -> None:
    css.refused(code, "CreateCommonMixStream", **params)


def test_what_pull_tasks_and_mixes_send_can_be_mixed(css: Customer) -> None:
    inputs = (layer("studio_a", 1), layer("relay_ferries", 2))
    css("CreateCommonMixStream", **wanted(*inputs, output="mixed", kind=1))
    again = wanted(layer("mixed", 1), layer("studio_b", 2), output="mixed_again", kind=1)
    css("CreateCommonMixStream", **{**again, "MixStreamSessionId": "session_2"})
    css("CreateCommonMixStream", **wanted(*inputs, output="mixed", kind=1))
    stale = wanted(layer("studio_a", 1), layer("relay_stadium_eu", 2))
    css.refused("FailedOperation.StreamNotExist", "CreateCommonMixStream", **stale)


def test_canvases_and_pictures_are_no_streams(css: Customer) -> None:
    picture = css("DescribeLiveWatermarks")["WatermarkList"][0]["WatermarkId"]
    inputs = (
        layer("canvas", 1, InputType=3, Color="0x000000"),
        layer("studio_a", 2, ImageWidth=0.5),
        layer("picture", 3, InputType=2, WatermarkId=picture),
    )
    css("CreateCommonMixStream", **wanted(*inputs, output="mixed", kind=1))
