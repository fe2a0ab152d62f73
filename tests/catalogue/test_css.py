"""css.json against itself and against the facts that decide most: effects, times, rules, what is secret."""

from __future__ import annotations

import inspect
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from livetui.catalogue import UNSET, Action, Catalogue, Field, Rule, loader, times
from livetui.catalogue.check import check, check_value
from livetui.catalogue.mask import mask

CSS = loader.load("css")
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PLAIN = {"string", "integer", "float", "boolean", "timestamp"}
ACTIONS = pytest.mark.parametrize("action", list(CSS), ids=lambda action: action.name)


def _input_structures() -> set[str]:
    """Names of the structures that can be sent, nested ones included."""
    found: set[str] = set()
    waiting = [field.item_type for action in CSS for field in action.parameters]
    while waiting:
        name = waiting.pop()
        if name not in PLAIN and name not in found:
            found.add(name)
            waiting += [member.item_type for member in CSS.structure(name).members]
    return found


def _inputs() -> Iterator[tuple[str, Field]]:
    for action in CSS:
        for field in action.parameters:
            yield f"{action.name}.{field.name}", field
    for name in sorted(_input_structures()):
        for field in CSS.structure(name).members:
            yield f"{name}.{field.name}", field


def _fields() -> Iterator[tuple[str, Field]]:
    """Every field there is, with where it stands."""
    yield from _inputs()
    for action in CSS:
        for field in action.response:
            yield f"{action.name} reply.{field.name}", field
    for name in CSS.structure_names():
        for field in CSS.structure(name).members:
            yield f"{name}.{field.name}", field


# What is there.


def test_counts() -> None:
    documented = [action for action in CSS if not action.undocumented]
    assert len(documented) == 116
    assert sum(len(action.parameters) for action in documented) == 502
    disused = {action.name for action in CSS if action.deprecated}
    assert disused == {action.name for action in CSS if action.undocumented}
    assert disused == {"CreateLiveRecord", "StopLiveRecord", "DeleteLiveRecord"}


@ACTIONS
def test_an_action_says_what_it_is(action: Action) -> None:
    chapter, _, page = action.section.partition(" / ")
    assert chapter
    assert page
    assert action.summary.endswith(".")
    assert "\n" not in action.summary
    assert len(action.summary) <= 90
    assert action.effect in ("read", "write", "destructive")
    assert 20 <= action.rate_limit <= 500
    assert action.version == "2018-08-01"


def test_every_field_has_a_type_that_exists() -> None:
    known = PLAIN | set(CSS.structure_names())
    assert {where: field.type for where, field in _fields() if field.item_type not in known} == {}


def test_every_structure_is_used() -> None:
    used = {field.item_type for _, field in _fields()}
    assert set(CSS.structure_names()) <= used


def test_every_input_has_a_help_of_one_line() -> None:
    bad = [
        where for where, field in _inputs() if not field.help or "\n" in field.help or len(field.help) > 110
    ]
    assert bad == []


def test_names_stand_once() -> None:
    lists = [action.parameters for action in CSS] + [action.response for action in CSS]
    lists += [CSS.structure(name).members for name in CSS.structure_names()]
    for fields in lists:
        names = [field.name for field in fields]
        assert len(names) == len(set(names))
        assert "RequestId" not in names


def test_limits_and_choices_fit_the_type() -> None:
    numbers, texts = {"integer", "float"}, {"string"}
    for where, field in _fields():
        if field.minimum is not None or field.maximum is not None or field.step is not None:
            assert field.item_type in numbers, where
        if field.max_bytes or field.max_chars or field.min_chars or field.pattern:
            assert field.item_type in texts, where
        if field.min_items is not None or field.max_items is not None:
            assert field.is_list, where
        if field.pattern:
            re.compile(field.pattern)
        python = {"integer": int, "string": str, "boolean": bool}.get(field.item_type, object)
        assert all(isinstance(value, python) for value in field.allowed), where
        if field.allowed and field.labels:
            assert {code for code, _ in field.labels} <= {str(value) for value in field.allowed}, where


def test_a_default_is_a_value_that_may_be_sent() -> None:
    wrong = {
        where: [str(problem) for problem in problems]
        for where, field in _inputs()
        if field.default is not UNSET and (problems := check_value(CSS, field, field.default))
    }
    assert wrong == {}


def test_a_required_field_says_no_default_means_reset() -> None:
    assert [where for where, field in _inputs() if field.required and field.omit in ("keep", "reset")] == []


# Pages, rules, inverses name what exists.


@ACTIONS
def test_a_page_names_members_of_the_action(action: Action) -> None:
    page = action.page
    if page is None:
        return
    reply = {field.name: field for field in action.response}
    for name in filter(None, (page.page, page.size, page.offset)):
        field = action.parameter(name)
        assert field is not None
        assert field.type == "integer"
    assert reply[page.items].is_list
    for name in filter(None, (page.total, page.pages)):
        assert reply[name].type == "integer"
    size = action.parameter(page.size)
    if size is not None:
        assert page.max_size <= (size.maximum or page.max_size)
        assert page.min_size >= (size.minimum or 0)
    if page.style == "scroll":
        token = action.parameter(page.token)
        assert token is not None
        assert token.type == reply[page.token].type == "string"
    elif page.style == "number":
        assert page.page
    else:
        assert page.offset


def test_every_list_that_takes_a_page_has_a_page_style() -> None:
    """Whoever forgot one would show the first ten rows as all there are."""
    words = {"PageNum", "Offset", "ScrollToken"}
    taking = {action.name for action in CSS if words & {field.name for field in action.parameters}}
    assert taking == {action.name for action in CSS if action.page}


def test_the_page_styles_of_the_documents() -> None:
    def page(name: str) -> tuple[str, int, int, str, int | None]:
        made = CSS.action(name).page
        assert made is not None
        return made.style, made.min_size, made.max_size, made.total, made.ceiling

    assert page("DescribeLiveStreamOnlineList") == ("number", 10, 100, "TotalNum", 20_000)
    assert page("DescribeLiveForbidStreamList") == ("number", 1, 100, "TotalNum", None)
    assert page("DescribeLivePullStreamTasks") == ("number", 1, 20, "TotalNum", None)
    assert page("DescribeLiveStreamEventList") == ("number", 1, 100, "TotalNum", 10_000)
    assert page("DescribeLiveStreamPushInfoList") == ("number", 1, 1000, "TotalNum", None)
    assert page("DescribeLiveDomainCertBindings") == ("offset", 1, 50, "TotalNum", None)
    assert page("DescribeRecordTask") == ("scroll", 1, 100, "", None)
    assert page("DescribeLiveDomains")[3] == "AllCount"
    assert page("DescribeTimeShiftStreamList")[3] == "TotalSize"


@ACTIONS
def test_a_rule_names_parameters_of_the_action(action: Action) -> None:
    for rule in action.rules:
        for name in filter(None, (*rule.fields, rule.since)):
            field = action.parameter(name)
            assert field is not None, name
            if rule.kind in ("window", "future", "past"):
                assert field.type == "timestamp"
        for name, values in rule.when:
            field = action.parameter(name)
            assert field is not None, name
            for value in values:
                assert value is None or not check_value(CSS, field, value)
        assert bool(rule.text) == (rule.kind == "note")
        assert rule.kind == "note" or rule.fields
        if rule.minimum is not None and rule.maximum is not None:
            assert rule.minimum <= rule.maximum


@ACTIONS
def test_an_inverse_is_another_action_that_changes(action: Action) -> None:
    if action.inverse:
        assert action.effect != "read"
        assert action.inverse != action.name
        assert CSS.action(action.inverse).effect != "read"


def test_inverses_of_what_is_done_most() -> None:
    inverses = {action.name: action.inverse for action in CSS}
    assert inverses["ForbidLiveStream"] == "ResumeLiveStream"
    assert inverses["AddDelayLiveStream"] == "ResumeDelayLiveStream"
    assert inverses["ForbidLiveDomain"] == "EnableLiveDomain"
    assert inverses["CreateRecordTask"] == "StopRecordTask"
    # A deleted template comes back under another id, a dropped stream only when its encoder does.
    for name in ("DeleteLiveDomain", "DropLiveStream", "UnBindLiveDomainCert", "CancelCommonMixStream"):
        assert inverses[name] == ""
    assert {name for name in inverses if name.endswith("Template") and inverses[name]} == {
        name for name in inverses if name.startswith("Create") and name.endswith("Template")
    }


def test_regions_are_named_where_a_call_needs_one() -> None:
    regional = defaultdict(set)
    for action in CSS:
        assert set(action.regions) <= set(CSS.regions), action.name
        regional[len(action.regions)].add(action.name)
    del regional[0]
    assert regional == {
        2: {"DescribeTimeShiftRecordDetail", "DescribeTimeShiftStreamList"},
        12: {
            "CreateLivePullStreamTask",
            "DeleteLivePullStreamTask",
            "DescribeLivePullStreamTasks",
            "ModifyLivePullStreamTask",
            "RestartLivePullStreamTask",
        },
        13: {"CreateRecordTask", "DeleteRecordTask", "DescribeRecordTask", "StopRecordTask"},
    }
    assert CSS.action("DescribeTimeShiftStreamList").regions == ("ap-singapore", "eu-frankfurt")


# Effects are decided one by one.


def test_effects_do_not_follow_from_the_name() -> None:
    """The best guess by leading word has to be wrong somewhere, and in more than one family."""
    by_word: dict[str, Counter[str]] = defaultdict(Counter)
    for action in CSS:
        by_word[re.match("[A-Z][a-z]+", action.name)[0]][action.effect] += 1  # type: ignore[index]
    mixed = {word for word, effects in by_word.items() if len(effects) > 1}
    assert {"Create", "Modify", "Resume"} <= mixed
    wrong = sum(effects.total() - max(effects.values()) for effects in by_word.values())
    assert wrong >= 3


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("CreateCommonMixStream", "destructive"),  # by default it takes the place of a stream on air
        ("CreateLivePullStreamTask", "write"),
        ("ResumeDelayLiveStream", "destructive"),  # the safety margin is gone
        ("ResumeLiveStream", "write"),
        ("RestartLivePullStreamTask", "destructive"),
        ("ModifyLivePullStreamTask", "destructive"),  # can pause, can lose its backup
        ("ModifyLivePlayAuthKey", "destructive"),  # play URLs in use stop working
        ("ModifyLivePushAuthKey", "destructive"),
        ("ModifyLiveDomainReferer", "destructive"),  # can shut viewers out
        ("ModifyLiveDomainCertBindings", "destructive"),
        ("ModifyLiveTranscodeTemplate", "destructive"),  # leaving DRM out takes it off
        ("ModifyLiveRecordTemplate", "destructive"),  # what is not recorded cannot be had later
        ("ModifyLiveTimeShiftTemplate", "write"),
        ("UpdateLiveWatermark", "write"),
        ("AuthenticateDomainOwner", "write"),  # sounds like a look, records a result
        ("DropLiveStream", "destructive"),
        ("EnableLiveDomain", "write"),
        ("DeleteRecordTask", "destructive"),
        ("DescribeLiveStreamOnlineList", "read"),
    ],
)
def test_effects_that_matter(name: str, effect: str) -> None:
    assert CSS.action(name).effect == effect


def test_each_effect_has_a_reason_of_its_own() -> None:
    reasons = Counter(action.because for action in CSS)
    assert [reason for reason, count in reasons.items() if count > 1] == []
    where = re.compile(
        r"API Description|Rows? [A-Z]|Rows of [A-Z]|Category table|CommonMixOutputParams\.OutputStreamType"
    )
    for action in CSS:
        assert where.match(action.because), f"{action.name}: which line of the page says so?"
        assert len(action.because) >= 30, action.name


def test_the_loader_takes_effects_as_they_are_written() -> None:
    raw = dict(loader.load("css")._raw)
    told = {**raw["actions"]["DescribeLiveDomains"], "effect": "destructive"}
    made = Catalogue(
        {**raw, "actions": {"DescribeLiveDomains": told, "DeleteLiveDomain": {**told, "effect": "read"}}}
    )
    assert made.action("DescribeLiveDomains").effect == "destructive"
    assert made.action("DeleteLiveDomain").effect == "read"
    del told["effect"]
    with pytest.raises(KeyError):
        Catalogue({**raw, "actions": {"DescribeLiveDomains": told}}).action("DescribeLiveDomains")


# Times.


def test_every_time_has_notations_that_are_known() -> None:
    for where, field in _fields():
        if field.item_type == "timestamp":
            assert field.time, where
            assert set(field.time) <= times.EXAMPLES.keys(), where
        else:
            assert not field.time, where


def test_every_notation_in_use_comes_back() -> None:
    minute = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)  # midnight in Beijing, so that days come back as well
    for notation in {notation for _, field in _fields() for notation in field.time}:
        assert times.from_wire(notation, times.to_wire(notation, minute)) == minute


BEIJING = {
    "CallBackRuleInfo": {"CreateTime", "UpdateTime"},
    "CertInfo": {"CertExpireTime", "CreateTime"},
    "DomainCertInfo": {"CertExpireTime", "CreateTime"},
    "DomainInfo": {"CreateTime", "RentExpireTime"},
    "ForbidStreamInfo": {"CreateTime", "ExpireTime"},
    "LiveDomainCertBindings": {"CertExpireTime", "UpdateTime"},
    "RuleInfo": {"CreateTime", "UpdateTime"},
    "WatermarkInfo": {"CreateTime"},
}
"""The 15 fields whose note says that Beijing time is used."""


def test_what_is_noted_as_beijing_is_read_as_beijing() -> None:
    assert sum(map(len, BEIJING.values())) == 15
    for structure, names in BEIJING.items():
        for field in CSS.structure(structure).members:
            if field.name in names:
                assert set(field.time) <= {"beijing", "beijing-z"}, f"{structure}.{field.name}"


def _field(where: str) -> Field:
    owner, _, name = where.partition(".")
    fields = CSS.action(owner).parameters if owner in CSS else CSS.structure(owner).members
    return next(field for field in fields if field.name == name)


@pytest.mark.parametrize(
    ("where", "value", "utc"),
    [
        ("ForbidLiveStream.ResumeTime", "2018-11-29T19:00:00Z", "2018-11-29 19:00:00"),
        ("ForbidStreamInfo.ExpireTime", "2019-06-15T00:00:00Z", "2019-06-14 16:00:00"),
        ("WatermarkInfo.CreateTime", "2018-09-07T15:55:23Z", "2018-09-07 07:55:23"),
        ("CertInfo.CertExpireTime", "2018-12-30T15:50:12Z", "2018-12-30 07:50:12"),
        ("DomainInfo.CreateTime", "2018-08-29 10:00:00", "2018-08-29 02:00:00"),
        ("RuleInfo.CreateTime", "2018-09-12 15:52:01", "2018-09-12 07:52:01"),
        ("RuleInfo.CreateTime", "2018-09-12T15:52:01Z", "2018-09-12 07:52:01"),
        ("DelayInfo.ExpireTime", "2019-06-18T12:00:00Z", "2019-06-18 12:00:00"),
        ("PublishTime.PublishTime", "2018-06-29T19:00:00Z", "2018-06-29 19:00:00"),
        ("PullStreamTaskInfo.StartTime", "2019-01-08T10:00:00Z", "2019-01-08 10:00:00"),
        ("PushDataInfo.BeginPushTime", "2019-02-01 00:00:00", "2019-01-31 16:00:00"),
        ("PushQualityData.Time", "2019-06-21 01:10:39.87", "2019-06-20 17:10:39.870000"),
        ("PushQualityData.BeginPushTime", "2019-06-21 00:29:12.252", "2019-06-20 16:29:12.252000"),
        ("RecordTask.StartTime", 1589889600, "2020-05-19 12:00:00"),
        ("TranscodeDetailInfo.StartTime", "2022-01-09 00:00", "2022-01-08 16:00:00"),
        ("TranscodeTaskNum.Time", "2022-01-09 00:00", "2022-01-08 16:00:00"),
        ("TimeValue.Time", "2019-11-07T16:00:00Z", "2019-11-07 16:00:00"),
        ("DescribeStreamPushInfoList.StartTime", "2021-07-27 10:00:00", "2021-07-27 02:00:00"),
        ("DescribeStreamPushInfoList.StartTime", "2021-07-27T10:00:00Z", "2021-07-27 10:00:00"),
        ("DescribeStreamDayPlayInfoList.DayTime", "2019-02-01", "2019-01-31 16:00:00"),
        ("DescribeLiveTranscodeDetailInfo.DayTime", "20190201", "2019-01-31 16:00:00"),
    ],
)
def test_times_as_the_documents_print_them(where: str, value: object, utc: str) -> None:
    assert times.parse(_field(where), value) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_time_of_all_zeros_is_none() -> None:
    with pytest.raises(ValueError, match="0000-00-00"):
        times.parse(_field("DomainInfo.RentExpireTime"), "0000-00-00 00:00:00")


# What leaving a field out, or sending it empty, means.

KEYS = {
    "ModifyLiveCallbackTemplate": "TemplateId",
    "ModifyLiveDomainCertBindings": "DomainInfos",
    "ModifyLiveDomainReferer": "DomainName",
    "ModifyLivePlayAuthKey": "DomainName",
    "ModifyLivePlayDomain": "DomainName",
    "ModifyLivePullStreamTask": "TaskId",
    "ModifyLivePushAuthKey": "DomainName",
    "ModifyLiveRecordTemplate": "TemplateId",
    "ModifyLiveSnapshotTemplate": "TemplateId",
    "ModifyLiveTimeShiftTemplate": "TemplateId",
    "ModifyLiveTranscodeTemplate": "TemplateId",
    "UpdateLiveWatermark": "WatermarkId",
}
"""Every action that changes a thing in place, with the parameter that says which."""


def test_every_field_of_a_modify_says_what_leaving_it_out_means() -> None:
    changing = {action.name for action in CSS if any(field.omit for field in action.parameters)}
    assert changing == KEYS.keys()
    assert changing == {action.name for action in CSS if re.match("Modify|Update", action.name)}
    for name, key in KEYS.items():
        silent = {field.name for field in CSS.action(name).parameters if field.omit is None}
        assert silent == {key}, name


@pytest.mark.parametrize(
    ("action", "omit", "names"),
    [
        ("ModifyLiveTranscodeTemplate", "reset", {"DRMType", "DRMTracks"}),
        ("ModifyLivePullStreamTask", "reset", {"BackupSourceType", "BackupSourceUrl", "CallbackEvents"}),
        ("ModifyLiveSnapshotTemplate", "refuse", {"CosAppId", "CosBucket", "CosRegion"}),
        ("UpdateLiveWatermark", "refuse", {"PictureUrl", "XPosition", "YPosition"}),
        ("ModifyLivePlayAuthKey", "keep", {"Enable", "AuthKey", "AuthDelta", "AuthBackKey"}),
        ("ModifyLivePushAuthKey", "keep", {"Enable", "MasterAuthKey", "BackupAuthKey", "AuthDelta"}),
    ],
)
def test_leaving_out(action: str, omit: str, names: set[str]) -> None:
    assert {field.name for field in CSS.action(action).parameters if field.omit == omit} == names


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("ModifyLiveTranscodeTemplate", {"TemplateId": 1, "DRMType": "", "DRMTracks": ""}),
        ("ModifyLiveTranscodeTemplate", {"TemplateId": 1, "DRMType": "widevine", "DRMTracks": "AUDIO|HD"}),
        ("DeleteLiveTranscodeRule", {"DomainName": "", "AppName": "", "StreamName": "", "TemplateId": 1}),
        ("ModifyLivePullStreamTask", {"TaskId": "1", "Operator": "a", "WatermarkList": []}),
        ("DeleteLiveRecordRule", {"DomainName": "push.example", "AppName": "", "StreamName": ""}),
    ],
)
def test_an_empty_value_may_be_sent_where_it_means_something(action: str, params: dict[str, Any]) -> None:
    assert check(CSS, CSS.action(action), params, NOW) == []


def test_two_video_tracks_are_refused() -> None:
    params = {"TemplateId": 1, "DRMTracks": "SD|HD"}
    assert [p.path for p in check(CSS, CSS.action("ModifyLiveTranscodeTemplate"), params, NOW)] == [
        "DRMTracks"
    ]


# Rules at work.


def _period(name: str, back: timedelta, span: timedelta, **more: Any) -> list[str]:
    """Problems of a window that began `back` ago and lasts `span`."""
    action = CSS.action(name)
    start, end = (f for f in action.rules[0].fields)
    notation = _field(f"{name}.{start}").time[0]
    times_ = {start: times.to_wire(notation, NOW - back), end: times.to_wire(notation, NOW - back + span)}
    required = {f.name: "x" for f in action.parameters if f.required and f.type == "string"}
    return [p.path for p in check(CSS, action, {**required, **times_, **more}, NOW)]


@pytest.mark.parametrize(
    ("name", "past", "span"),
    [
        ("DescribeLiveStreamEventList", 60, timedelta(days=30)),
        ("DescribeLiveStreamPublishedList", 60, timedelta(days=30)),
        ("DescribeStreamPushInfoList", 7, timedelta(hours=3)),
        ("DescribeRecordTask", 90, timedelta(days=7)),
        ("DescribeStreamPlayInfoList", 31, timedelta(hours=24)),
        ("DescribeTranscodeTaskNum", 40, timedelta(days=1)),
        ("DescribeDeliverBandwidthList", 92, timedelta(days=31)),
    ],
)
def test_windows_of_the_documents(name: str, past: int, span: timedelta) -> None:
    second, back = timedelta(seconds=1), timedelta(days=past)
    assert _period(name, back, span) == []
    assert _period(name, back + second, span) == ["StartTime"]
    assert _period(name, back, span + second) == ["EndTime"]
    assert _period(name, timedelta(hours=1), timedelta(0)) == ["EndTime"]


def test_a_span_follows_the_granularity_also_when_that_is_left_out() -> None:
    day, month = timedelta(days=1), timedelta(days=31)
    name = "DescribeUploadStreamNums"
    assert _period(name, month, day) == []
    assert _period(name, month, 2 * day) == ["EndTime"], "left out, the granularity is 5 minutes"
    assert _period(name, month, 2 * day, Granularity=5) == ["EndTime"]
    assert _period(name, month, month, Granularity=1440) == []
    name = "DescribeScreenShotSheetNumList"
    assert _period(name, timedelta(days=186), timedelta(days=186)) == []
    assert _period(name, timedelta(days=186), timedelta(days=32), Granularity="Minute") == ["EndTime"]


@pytest.mark.parametrize(
    ("field", "values", "given", "holds"),
    [
        ("Plain", (None,), {}, True),
        ("Plain", (None,), {"Plain": 1}, False),
        ("Plain", (5, None), {"Plain": 5}, True),
        ("Plain", (5,), {}, False),
        ("Defaulted", (7,), {}, True),
        ("Defaulted", (7, None), {}, True),
        ("Defaulted", (5,), {}, False),
    ],
)
def test_a_condition_may_speak_of_what_is_left_out(
    field: str, values: tuple[Any, ...], given: dict[str, Any], holds: bool
) -> None:
    """null stands for a value left out; where there is a default, it is that which is looked at."""
    fields = (Field("Plain", "integer"), Field("Defaulted", "integer", default=7))
    action = CSS.action("DescribeLiveDomain")._replace(
        parameters=(*fields, Field("A", "string"), Field("B", "string")),
        rules=(Rule("requires", ("A", "B"), when=((field, values),)),),
    )
    assert bool(check(CSS, action, {"A": "a", **given}, NOW)) is holds


@pytest.mark.parametrize(
    ("ahead", "fine"),
    [
        (timedelta(minutes=15), True),
        (timedelta(days=90), True),
        (timedelta(days=91), False),
        (-timedelta(hours=1), False),
    ],
)
def test_a_ban_ends_at_most_90_days_ahead(ahead: timedelta, fine: bool) -> None:
    params = {"AppName": "live", "DomainName": "push.example", "StreamName": "a"}
    params["ResumeTime"] = str(times.to_wire("utc", NOW + ahead))
    assert (not check(CSS, CSS.action("ForbidLiveStream"), params, NOW)) is fine


def test_a_reason_is_counted_in_bytes() -> None:
    params = {"AppName": "live", "DomainName": "push.example", "StreamName": "a", "Reason": "直" * 682}
    assert check(CSS, CSS.action("ForbidLiveStream"), params, NOW) == []
    params["Reason"] += "直"
    assert [p.path for p in check(CSS, CSS.action("ForbidLiveStream"), params, NOW)] == ["Reason"]


@pytest.mark.parametrize("mark", list(";(){}\\$>`#\"'|"))
def test_a_picture_url_holds_none_of_the_marks(mark: str) -> None:
    params = {"PictureUrl": f"https://pictures.example/a{mark}b.png", "WatermarkName": "logo"}
    assert [p.path for p in check(CSS, CSS.action("AddLiveWatermark"), params, NOW)] == ["PictureUrl"]


# What has to stay hidden.


def test_keys_and_urls_are_marked() -> None:
    secret = re.compile(
        r"(Auth|Callback|Private|Back|Backup|MasterAuth)Key$|^PushArgs$|^StreamParam$|^Cos?Secret|^SecretKey$"
    )
    certificate = re.compile(r"^HttpsCrt$|PublicKey$")
    # Keys' records are structures, and this parameter is a list of settings, not a query string.
    plain = {"PushAuthKeyInfo", "PlayAuthKeyInfo", "CreateLiveRecord.StreamParam"}
    for where, field in _fields():
        if field.type in plain or where in plain:
            continue
        if secret.search(field.name):
            assert field.sensitive == "secret", where
        elif certificate.search(field.name):
            assert field.sensitive == "certificate", where
        elif re.search(r"Urls?$", field.name):
            assert field.sensitive == "url", where
        else:
            assert not field.sensitive, where


def test_a_secret_the_documents_do_not_know_is_hidden_by_its_name() -> None:
    """The SDK knows two more members of a snapshot template, so the service may send them."""
    told = {
        "TemplateId": 1,
        "CosSecretId": "AKID0123456789abcdef",
        "CosSecretKey": "0123456789abcdef",
        "New": [1],
    }
    reply = CSS.action("DescribeLiveSnapshotTemplate").response
    shown = mask(CSS, reply, {"Template": told, "Also": [{"Password": "x"}]})
    assert shown == {
        "Template": {"TemplateId": 1, "CosSecretId": "••••cdef", "CosSecretKey": "••••cdef", "New": [1]},
        "Also": [{"Password": "••••"}],
    }


# Errors.

REMEDIED = [
    "ActionOffline",
    "AuthFailure.InvalidAuthorization",
    "AuthFailure.InvalidSecretId",
    "AuthFailure.MFAFailure",
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.SignatureExpire",
    "AuthFailure.SignatureFailure",
    "AuthFailure.TokenFailure",
    "AuthFailure.UnauthorizedOperation",
    "FailedOperation",
    "InternalError",
    "InternalServerError",
    "InvalidAction",
    "InvalidParameter",
    "InvalidParameterValue",
    "IpInBlacklist",
    "IpNotInWhitelist",
    "LimitExceeded",
    "LimitExceeded.MaximumRunningTask",
    "LimitExceeded.MaximumTask",
    "LimitExceeded.RateLimitExceeded",
    "MissingParameter",
    "NoSuchVersion",
    "RequestLimitExceeded",
    "ResourceInUse",
    "ResourceNotFound",
    "ResourceNotFound.ForbidService",
    "ResourceNotFound.FreezeService",
    "ResourceNotFound.StopService",
    "ResourceNotFound.UserDisableService",
    "ResourceNotFound.UserNotExist",
    "ServiceUnavailable",
    "UnauthorizedOperation",
    "UnknownParameter",
    "UnsupportedOperation",
    "UnsupportedRegion",
]


@pytest.mark.parametrize("code", REMEDIED)
def test_a_common_error_has_meaning_and_remedy(code: str) -> None:
    fact = CSS.error(code)
    assert fact is not None
    assert fact.code == code
    assert fact.meaning.endswith(".")
    assert fact.remedy.endswith(".")


@ACTIONS
def test_every_error_an_action_can_give_is_explained(action: Action) -> None:
    unexplained = [code for code in action.errors if CSS.error(code) is None]
    assert unexplained == []


def test_only_what_may_pass_by_itself_is_tried_again() -> None:
    retried = {code for code in CSS._raw["errors"] if CSS._raw["errors"][code].get("retryable")}
    assert {"InternalError", "InternalServerError", "FailedOperation.CallOtherSvrFailed"} <= retried
    families = {code.partition(".")[0] for code in retried}
    assert families <= {"InternalError", "InternalServerError", "FailedOperation", "ServiceUnavailable"}
    assert "FailedOperation" not in retried
    assert "InternalError.ConfInUsed" not in retried


def test_an_unknown_sub_code_falls_back_to_its_family() -> None:
    fact = CSS.error("ResourceNotFound.SomethingNew")
    assert fact is not None
    assert fact.code == "ResourceNotFound"
    assert CSS.error("NobodyKnows.This") is None


# Loading.


def test_loading_takes_less_than_15_ms() -> None:
    """Processor time, so that a busy machine does not fail it; about 2 ms are used."""
    load = inspect.unwrap(loader.load)
    spent = []
    for _ in range(9):
        begun = time.process_time()
        load("css")
        spent.append(time.process_time() - begun)
    assert statistics.median(spent) < 0.015


def test_only_what_is_asked_for_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = loader._action

    def noting(service: str, version: str, name: str, raw: dict[str, Any]) -> Action:
        made.append(name)
        return make(service, version, name, raw)

    monkeypatch.setattr(loader, "_action", noting)
    fresh = inspect.unwrap(loader.load)("css")
    assert len(fresh.summaries()) == len(fresh.names) == 119
    assert made == []
    assert fresh.action("ForbidLiveStream") is fresh.action("ForbidLiveStream")
    assert made == ["ForbidLiveStream"]


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(loader.UnknownAction, match="did you mean ForbidLiveStream"):
        CSS.action("ForbidLiveStreams")
    with pytest.raises(loader.UnknownService, match="there are: css"):
        loader.load("nothing")
