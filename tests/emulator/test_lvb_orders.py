"""The emulated LVB API: recordings, the queue of screenshots, and mixes."""

from datetime import timedelta
from typing import Any

import pytest
from tenant import Tenant

from livetui.catalogue.times import from_wire, to_wire

MIX = "mix_streamv2.start_mix_stream_advanced"
LIVE, OTHER = "stage_left", "stage_right"


@pytest.fixture
def lvb() -> Tenant:
    return Tenant("lvb")


def times(lvb: Tenant, start: float, end: float) -> dict[str, Any]:
    """Start and end, in minutes from now, as the call wants them."""
    found = {"start_time": start, "end_time": end}
    return {name: to_wire("beijing", lvb.now + timedelta(minutes=at)) for name, at in found.items()}


def record(lvb: Tenant, start: float, end: float, kind: int, code: str = LIVE, **more: Any) -> str:
    asked = {"channel_id": code, "task_sub_type": kind} | times(lvb, start, end) | more
    ident: str = lvb("Live_Tape_Start", **asked)["task_id"]
    return ident


def files(lvb: Tenant, code: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lvb("Live_Tape_GetFilelist", channel_id=code, page_size=100, **params)[
        "file_list"
    ]
    return rows


# Recordings.


def test_at_once_the_start_is_ignored_and_half_an_hour_is_recorded(lvb: Tenant) -> None:
    before = len(files(lvb, LIVE))
    record(lvb, 600, 620, 1)
    lvb.advance(40 * 60)
    new = files(lvb, LIVE)[before:]
    lasted = from_wire("beijing", new[-1]["end_time"]) - from_wire("beijing", new[0]["start_time"])
    assert timedelta(minutes=28) < lasted <= timedelta(minutes=30)


def test_at_once_needs_a_push(lvb: Tenant) -> None:
    lvb("Live_Channel_SetStatus", channel_id=LIVE, status=0)
    lvb.refused("20320", "Live_Tape_Start", channel_id=LIVE, task_sub_type=1, **times(lvb, 0, 5))


def test_two_at_once_are_two_tasks(lvb: Tenant) -> None:
    """The page warns of it: retries can make a second task."""
    assert record(lvb, 0, 5, 1) != record(lvb, 0, 5, 1)


def test_set_times_of_one_code_may_not_meet(lvb: Tenant) -> None:
    record(lvb, 60, 120, 0)
    asked = {"channel_id": LIVE, "task_sub_type": 0}
    lvb.refused("20322", "Live_Tape_Start", **asked, **times(lvb, 90, 150))
    record(lvb, 120, 150, 0)
    record(lvb, 90, 150, 0, code=OTHER)


@pytest.mark.parametrize(("start", "end", "kind"), [(-120, -60, 0), (-10, -5, 1)])
def test_an_end_that_is_over_is_refused(lvb: Tenant, start: float, end: float, kind: int) -> None:
    asked = times(lvb, start, end)
    lvb.refused("20323", "Live_Tape_Start", channel_id=LIVE, task_sub_type=kind, **asked)


def test_sound_alone_needs_its_own_type(lvb: Tenant) -> None:
    asked = {"channel_id": LIVE, "task_sub_type": 1, "file_format": "aac"} | times(lvb, 0, 5)
    lvb.refused("1000", "Live_Tape_Start", **asked)
    lvb("Live_Tape_Start", **asked, record_type="audio")
    lvb.advance(6 * 60)
    assert files(lvb, LIVE)[-1]["record_file_url"].endswith(".aac")


def test_a_stopped_task_has_recorded_so_far(lvb: Tenant) -> None:
    before = len(files(lvb, LIVE))
    ident = record(lvb, 0, 20, 1)
    lvb.advance(300)
    stopped = lvb.now
    lvb("Live_Tape_Stop", channel_id=LIVE, task_id=ident, task_sub_type=1)
    lvb("Live_Tape_Stop", channel_id=LIVE, task_id=ident, task_sub_type=1)
    lvb.advance(60)
    (made,) = files(lvb, LIVE)[before:]
    assert from_wire("beijing", made["end_time"]) <= stopped


def test_a_task_is_found_under_its_code_and_kind_only(lvb: Tenant) -> None:
    ident = record(lvb, 0, 20, 1)
    lvb.refused("20327", "Live_Tape_Stop", channel_id=OTHER, task_id=ident, task_sub_type=1)
    lvb.refused("20327", "Live_Tape_Stop", channel_id=LIVE, task_id=ident)
    lvb.refused("20327", "Live_Tape_Stop", channel_id=LIVE, task_id="1", task_sub_type=1)


def test_ids_exceed_63_bits(lvb: Tenant) -> None:
    assert any(int(record(lvb, 0, 20, 1)) > 2**63 for _ in range(40))


def test_files_are_half_an_hour_at_most_and_come_in_either_order(lvb: Tenant) -> None:
    rows = files(lvb, LIVE)
    assert rows
    for row in rows:
        lasted = from_wire("beijing", row["end_time"]) - from_wire("beijing", row["start_time"])
        assert timedelta() < lasted <= timedelta(minutes=30)
        assert row["record_file_url"].startswith("http://")
        assert row["vid"] in row["record_file_url"]
    assert files(lvb, LIVE, sort_type="desc") == rows[::-1]
    assert len({row["file_id"] for row in rows}) == len(rows)


def test_files_of_a_window(lvb: Tenant) -> None:
    window = times(lvb, -7.5 * 60, -6 * 60)
    rows = files(lvb, LIVE, **window)
    assert rows
    assert all(window["start_time"] <= row["start_time"] <= window["end_time"] for row in rows)
    assert len(rows) < len(files(lvb, LIVE))


def test_files_of_a_code_that_was_never_recorded(lvb: Tenant) -> None:
    assert lvb("Live_Tape_GetFilelist", channel_id=OTHER) == {"all_count": 0, "file_list": []}


# The queue.


def test_messages_are_out_of_the_queue_once_taken(lvb: Tenant) -> None:
    first = lvb("Live_Queue_Get", bid=100, count=5)
    assert first["count"] == 5
    times = [row["create_time"] for row in first["data"]]
    assert times == sorted(times, reverse=True)
    second = lvb("Live_Queue_Get", bid=100)
    assert second["count"] == 1
    assert second["data"][0]["create_time"] < min(times)


def test_the_queue_is_the_same_for_channel_hosting(lvb: Tenant) -> None:
    channel = Tenant("channel", lvb.account)
    taken = lvb("Live_Queue_Get", bid=100, count=100)["data"]
    assert channel("DescribeQueueLog", bid=100, count=100) == {"data": []}
    lvb.advance(10)
    (later,) = channel("DescribeQueueLog", bid=100, count=100)["data"]
    assert later["pic_url"] not in {row["pic_url"] for row in taken}


# Mixes.


def taken(name: str, layer: int, **layout: Any) -> dict[str, Any]:
    return {"input_stream_id": name, "layout_params": {"image_layer": layer} | layout}


TWO = [taken(LIVE, 1), taken(OTHER, 2, image_width=160, image_height=240)]


def mix(
    lvb: Tenant, inputs: list[dict[str, Any]], output: str = "mixed_1", kind: int = 1, **more: Any
) -> Any:
    return lvb(MIX, **asked(inputs, output, kind, **more))


def asked(
    inputs: list[dict[str, Any]], output: str = "mixed_1", kind: int = 1, **more: Any
) -> dict[str, Any]:
    return {
        "mix_stream_session_id": "session",
        "output_stream_id": output,
        "output_stream_type": kind,
        "input_stream_list": inputs,
    } | more


def live(lvb: Tenant, code: str) -> bool:
    return bool(lvb.account.streams.online(lvb.now, name=code))


def test_a_mix_goes_on_the_air_and_off_by_a_single_input(lvb: Tenant) -> None:
    assert mix(lvb, TWO)["timestamp"] == int(lvb.now.timestamp())
    assert live(lvb, "mixed_1")
    assert set(lvb.account.tasks.mixes) == {"session"}
    lvb.advance(60)
    mix(lvb, TWO[:1])
    assert not live(lvb, "mixed_1")
    assert not lvb.account.tasks.mixes


def test_a_mix_into_one_of_its_inputs(lvb: Tenant) -> None:
    mix(lvb, TWO, output=LIVE, kind=0)
    assert lvb.account.tasks.mixes["session"].output == LIVE
    mix(lvb, TWO[:1], output=LIVE, kind=0)
    assert live(lvb, LIVE)


def test_a_session_takes_another_output_half_a_minute_after_its_end(lvb: Tenant) -> None:
    mix(lvb, TWO)
    lvb.refused("-30300", MIX, **asked(TWO, "mixed_2"))
    mix(lvb, TWO[:1])
    lvb.advance(29)
    lvb.refused("-30300", MIX, **asked(TWO, "mixed_2"))
    lvb.advance(2)
    mix(lvb, TWO, "mixed_2")
    assert live(lvb, "mixed_2")


def test_a_mix_is_changed_by_its_session(lvb: Tenant) -> None:
    mix(lvb, TWO)
    began = lvb.account.streams.push(lvb.account.streams.online(lvb.now, name="mixed_1")[0], lvb.now)
    lvb.advance(30)
    mix(lvb, [*TWO, taken("match-01-backup", 3, image_width=0.2, image_height=0.2)])
    now = lvb.account.streams.push(lvb.account.streams.online(lvb.now, name="mixed_1")[0], lvb.now)
    assert began is not None
    assert now is not None
    assert now.start == began.start


SMALL = taken(LIVE, 1, image_width=640, image_height=360)
CANVAS = taken("canvas", 1, input_type=3, color="0x99CCFF")


@pytest.mark.parametrize(
    ("code", "inputs", "more"),
    [
        ("-505", [taken("not_there", 1), taken(OTHER, 2)], {}),
        ("-21", [SMALL, taken(OTHER, 2, location_x=600, image_width=100)], {}),
        ("-21", [taken(LIVE, 1), taken(OTHER, 2, location_y=0.9, image_height=0.2)], {}),
        ("1000", [taken(LIVE, 1), taken(OTHER, 1)], {}),
        ("1000", [taken(LIVE, 1), taken(OTHER, 7)], {}),
        ("1000", TWO, {"mix_stream_template_id": 310}),
        ("1000", [*TWO, taken("match-01-backup", 3)], {"mix_stream_template_id": 390}),
        ("1000", TWO, {"output_stream_type": 0}),
        ("1000", TWO, {"output_stream_id": LIVE}),
        ("1000", TWO, {"output_stream_id": "loop_catalogue"}),
    ],
)
def test_what_a_mix_is_refused_for(lvb: Tenant, code: str, inputs: list[dict[str, Any]], more: Any) -> None:
    lvb.refused(code, MIX, **asked(inputs, **more))
    assert not lvb.account.tasks.mixes


def test_templates_with_a_canvas_and_sound_on_high_layers(lvb: Tenant) -> None:
    mix(lvb, [CANVAS, taken(LIVE, 2), taken(OTHER, 3)], mix_stream_template_id=390)
    mix(lvb, [taken(LIVE, 1, input_type=4), taken(OTHER, 8, input_type=4)])


def test_ending_a_mix_that_is_not_there_is_no_error(lvb: Tenant) -> None:
    mix(lvb, TWO[:1])
    assert not lvb.account.tasks.mixes


def test_css_cancels_a_mix_of_lvb(lvb: Tenant) -> None:
    mix(lvb, TWO)
    css = Tenant("css", lvb.account)
    css("CancelCommonMixStream", MixStreamSessionId="session")
    assert not live(lvb, "mixed_1")
