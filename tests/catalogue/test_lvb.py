"""lvb.json against itself and against what the documents print: names on the wire, codings, times, spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from catalogued import coming, fields, holds_together

from livetui.catalogue import times
from livetui.catalogue.check import check

LVB = coming("lvb")
NOW = datetime(2018, 8, 1, 12, 0, tzinfo=UTC)
STAT = "statcgi.video.qcloud.com"
MIX = "mix_streamv2.start_mix_stream_advanced"

EFFECTS = {
    "Get_BillingBandwidth": "read",
    "Get_LivePlayStat": "read",
    "Get_LivePlayStatHistory": "read",
    "Get_LivePushStat": "read",
    "Get_LivePushStatHistory": "read",
    "Get_LiveStat": "read",
    "Live_Channel_GetChannelList": "read",
    "Live_Channel_GetLiveChannelList": "read",
    "Live_Channel_GetStatus": "read",
    "Live_Tape_GetFilelist": "read",
    "Live_Tape_Start": "write",
    # Each call takes messages out of the queue for good.
    "Live_Queue_Get": "destructive",
    "Live_Channel_SetStatus": "destructive",
    "Live_Tape_Stop": "destructive",
    "channel_manager": "destructive",
    MIX: "destructive",
}

FIGURES = {"Param.n.page_no", "Param.n.page_size", "Param.s.stream_id", "Param.s.pull_domain"}

WIRE = {
    "Live_Channel_SetStatus": {"Param.s.channel_id", "Param.n.status"},
    "channel_manager": {"Param.s.channel_id", "Param.n.abstime_end", "Param.s.action"},
    "Live_Tape_Start": {
        "Param.s.channel_id",
        "Param.s.start_time",
        "Param.s.end_time",
        "Param.n.task_sub_type",
        "Param.s.file_format",
        "Param.s.record_type",
    },
    "Live_Tape_Stop": {"Param.s.channel_id", "Param.s.task_id", "Param.n.task_sub_type"},
    "Live_Channel_GetStatus": {"Param.s.channel_id"},
    "Get_LiveStat": FIGURES,
    "Get_LivePushStat": FIGURES,
    "Get_LivePlayStat": FIGURES,
    "Live_Tape_GetFilelist": {
        "Param.s.channel_id",
        "Param.n.page_no",
        "Param.n.page_size",
        "Param.s.sort_type",
        "Param.s.start_time",
        "Param.s.end_time",
    },
    "Live_Queue_Get": {"Param.n.bid", "Param.n.count"},
    "Live_Channel_GetChannelList": {
        "Param.n.status",
        "Param.n.page_no",
        "Param.n.page_size",
        "Param.s.order_field",
        "Param.n.order_type",
    },
    "Live_Channel_GetLiveChannelList": set(),
    "Get_BillingBandwidth": {
        "Param.n.start_time",
        "Param.n.end_time",
        "Param.s.domain",
        "Param.n.home_foreign",
        "Param.n.get_top_bd",
    },
    "Get_LivePushStatHistory": {"Param.n.start_time", "Param.n.end_time", "Param.s.stream_id"},
    "Get_LivePlayStatHistory": {
        "Param.n.start_time",
        "Param.n.end_time",
        "Param.s.stream_id",
        "Param.s.domain",
    },
    MIX: {
        "interface.para.mix_stream_session_id",
        "interface.para.output_stream_id",
        "interface.para.output_stream_type",
        "interface.para.mix_stream_template_id",
        "interface.para.input_stream_list",
    },
}


def problems(action: str, params: dict[str, Any]) -> list[str]:
    found = check(LVB, LVB.action(action), params, NOW)
    return [f"{problem.path} {problem.kind}" for problem in found]


def unix(when: datetime) -> int:
    return int(when.timestamp())


def test_it_holds_together() -> None:
    holds_together(LVB)


def test_what_the_service_is() -> None:
    assert (LVB.scheme, LVB.envelope, LVB.method) == ("md5", "lvb", "GET")
    assert (LVB.host, LVB.cloud, LVB.regions) == ("fcgi.video.qcloud.com", "tencent", ())


def test_all_sixteen_with_their_effects() -> None:
    assert len(LVB.names) == 16
    assert {action.name: action.effect for action in LVB} == EFFECTS
    assert [action.name for action in LVB if action.undocumented] == ["Live_Queue_Get"]


def test_names_on_the_wire() -> None:
    assert {action.name: {field.wire_name for field in action.parameters} for action in LVB} == WIRE


def test_the_wire_name_tells_numbers_from_text() -> None:
    """Param.n holds what is a number (or a time in seconds), Param.s what is text."""
    for action in LVB:
        for field in action.parameters:
            prefix, _, name = field.wire_name.rpartition(".")
            assert name == field.name
            if action.method != "POST":
                number = field.type == "integer" or field.time == ("unix",)
                assert prefix == ("Param.n" if number else "Param.s"), f"{action.name}.{field.name}"


def test_statistics_have_a_host_and_an_account_parameter_of_their_own() -> None:
    there = {action.name for action in LVB if action.host == STAT}
    assert there == {name for name in LVB.names if name.startswith("Get_")}
    cmd = {action.name for action in LVB if action.account_param == "cmd"}
    assert cmd == there | {"Live_Queue_Get"}
    assert {action.account_param for action in LVB} == {"appid", "cmd"}


def test_no_limit_is_documented_and_ours_is_said_to_be_ours() -> None:
    assert {action.rate_limit for action in LVB} == {0}
    assert LVB.default_rate == 5
    assert any("default_rate" in note and "own" in note for note in LVB.notes)


def test_two_codings_of_a_status_are_kept_apart() -> None:
    setting = LVB.action("Live_Channel_SetStatus").parameter("status")
    reading = next(f for f in LVB.action("Live_Channel_GetStatus").response if f.name == "status")
    filtering = LVB.action("Live_Channel_GetChannelList").parameter("status")
    assert setting is not None
    assert filtering is not None
    assert setting.allowed == (0, 1, 2)
    assert [setting.label(code) for code in (0, 1, 2, 3)] == ["disable", "enable", "interrupt", ""]
    assert [reading.label(code) for code in (0, 1, 2, 3)] == ["interrupted", "live", "", "disabled"]
    assert filtering.labels == reading.labels
    assert filtering.allowed == (0, 1, 3)
    assert setting.note
    assert reading.note


def test_where_the_document_disagrees_the_choice_is_noted() -> None:
    for action, parameter in (
        ("Live_Tape_Stop", "task_id"),
        ("channel_manager", "action"),
        ("Live_Tape_Start", "task_sub_type"),
    ):
        field = LVB.action(action).parameter(parameter)
        assert field is not None
        assert field.note
    assert LVB.action("channel_manager").note
    assert LVB.action(MIX).note
    assert LVB.action("Live_Queue_Get").note


def test_identifiers_are_text() -> None:
    names = {"task_id", "channel_id", "stream_id", "file_id", "vid", "stream_name"}
    assert {field.type for _, field in fields(LVB) if field.name in names} == {"string"}
    stop = {"channel_id": "8888_test123", "task_id": "18446744073709551615"}
    assert problems("Live_Tape_Stop", stop) == []
    assert problems("Live_Tape_Stop", stop | {"task_id": 123}) == ["task_id type"]


@pytest.mark.parametrize(
    ("ahead", "action", "wrong"),
    [
        (timedelta(days=60), "forbid", []),
        (timedelta(days=93), "forbid", ["abstime_end rule"]),
        (timedelta(hours=-1), "forbid", ["abstime_end rule"]),
        (timedelta(hours=-1), "resume", []),
        (timedelta(days=1), "Forbid", ["action value"]),
    ],
)
def test_only_channel_manager_ends_at_a_time(ahead: timedelta, action: str, wrong: list[str]) -> None:
    given = {"channel_id": "8888_test123", "abstime_end": unix(NOW + ahead), "action": action}
    assert problems("channel_manager", given) == wrong
    assert LVB.action("Live_Channel_SetStatus").parameter("abstime_end") is None


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"end_time": "2018-08-03 20:30:00"}, ["end_time rule"]),
        ({"end_time": "2018-08-03 20:30:00", "task_sub_type": 1}, []),
        ({"end_time": "2018-08-02 19:30:00"}, ["end_time rule"]),
        ({"end_time": "2018-08-02T20:30:00Z"}, ["end_time value"]),
        ({"file_format": "aac", "record_type": "audio"}, []),
        ({"record_type": "sound"}, ["record_type value"]),
    ],
)
def test_a_recording_at_set_times_lasts_a_day_at_most(given: dict[str, Any], wrong: list[str]) -> None:
    task = {
        "channel_id": "8888_test123",
        "start_time": "2018-08-02 20:00:00",
        "end_time": "2018-08-02 20:30:00",
        "task_sub_type": 0,
    }
    assert problems("Live_Tape_Start", task | given) == wrong


def test_times_as_the_documents_print_them() -> None:
    tape = LVB.action("Live_Tape_Start").parameter("start_time")
    history = LVB.action("Get_LivePushStatHistory").parameter("start_time")
    assert tape is not None
    assert history is not None
    assert times.parse(tape, "2017-01-01 10:10:01") == datetime(2017, 1, 1, 2, 10, 1, tzinfo=UTC)
    assert times.parse(history, 1453279831) == datetime(2016, 1, 20, 8, 50, 31, tzinfo=UTC)
    for _, field in fields(LVB):
        assert field.time in ((), ("unix",), ("beijing",))


@pytest.mark.parametrize(
    ("action", "days"), [("Get_LivePushStatHistory", 3), ("Get_LivePlayStatHistory", 15)]
)
def test_history_reaches_back_some_days(action: str, days: int) -> None:
    def asked(back: timedelta) -> list[str]:
        start = NOW - back
        times = {"start_time": unix(start), "end_time": unix(start + timedelta(hours=2))}
        return problems(action, {"stream_id": "1234_xxx"} | times)

    assert asked(timedelta(days=days, hours=-1)) == []
    assert asked(timedelta(days=days, hours=1)) == ["start_time rule"]


def test_pages_of_the_documents() -> None:
    pages = {
        action.name: (action.page.min_size, action.page.max_size, action.page.items, action.page.total)
        for action in LVB
        if action.page
    }
    figures = (1, 300, "stream_info", "stream_count")
    assert pages == {
        "Get_LiveStat": figures,
        "Get_LivePushStat": figures,
        "Get_LivePlayStat": figures,
        "Live_Tape_GetFilelist": (1, 100, "file_list", "all_count"),
        "Live_Channel_GetChannelList": (10, 100, "channel_list", "all_count"),
    }
    defaults = {name: LVB.action(name).parameter("page_size").default for name in pages}  # type: ignore[union-attr]
    assert set(defaults.values()) == {300, 10}


def _mix(**more: Any) -> dict[str, Any]:
    ends = {"mix_stream_session_id": "5000_enson", "output_stream_id": "5000_enson11"}
    lone = [{"input_stream_id": "5000_enson11", "layout_params": {"image_layer": 1}}]
    return ends | {"input_stream_list": lone} | more


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"output_stream_type": 2}, ["output_stream_type value"]),
        ({"mix_stream_template_id": 50}, ["mix_stream_template_id value"]),
        ({"mix_stream_session_id": "5000-enson"}, ["mix_stream_session_id value"]),
        ({"mix_stream_session_id": "5" * 81}, ["mix_stream_session_id value"]),
        ({"input_stream_list": []}, ["input_stream_list value"]),
    ],
)
def test_a_mix(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems(MIX, _mix(**given)) == wrong


@pytest.mark.parametrize("color", ["0xcc0033", "0xFFFFFFFF", "0x99CCFF", "0x000000"])
def test_a_mix_takes_the_colours_of_the_page(color: str) -> None:
    canvas = {"image_layer": 1, "input_type": 3, "color": color}
    cut = {"crop_width": 160, "crop_height": 240, "crop_x": 0, "crop_y": 3000}
    second = {"image_layer": 8, "image_width": 0.5, "location_x": 380}
    inputs = [
        {"input_stream_id": "canvas", "layout_params": canvas},
        {"input_stream_id": "5000_enson22", "layout_params": second, "crop_params": cut},
    ]
    assert problems(MIX, _mix(input_stream_list=inputs)) == []


def test_a_mix_is_posted_under_another_name() -> None:
    action = LVB.action(MIX)
    assert (action.wire_name, action.method) == ("Mix_StreamV2", "POST")
    assert {other.method for other in LVB if other is not action} == {""}


@pytest.mark.parametrize(
    "code", ["-505", "-21", "-30001", "20601", "appid is invalid", "cmd is invalid", "403"]
)
def test_an_error_has_meaning_and_remedy(code: str) -> None:
    fact = LVB.error(code)
    assert fact is not None
    assert fact.meaning.endswith(".")
    assert fact.remedy.endswith(".")
    assert not fact.retryable
