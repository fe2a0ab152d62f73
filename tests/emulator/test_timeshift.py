"""What time shifting has kept."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from customer import START, Customer

from livetui.emulator.css.timeshift_records import region_of

REGIONS = ("ap-singapore", "eu-frankfurt")


def at(**ahead: float) -> int:
    return int((START + timedelta(**ahead)).timestamp())


DAY = {"StartTime": at(days=-1), "EndTime": at()}


@pytest.fixture
def css() -> Customer:
    return Customer()


def streams(css: Customer, region: str, **params: Any) -> list[dict[str, Any]]:
    reply = css("DescribeTimeShiftStreamList", region, **{**DAY, **params})
    return reply["StreamList"]


def of_both(css: Customer, **params: Any) -> list[dict[str, Any]]:
    return [row for region in REGIONS for row in streams(css, region, **params)]


def test_streams_under_a_rule_are_kept_in_one_of_two_regions(css: Customer) -> None:
    rules = {rule["DomainName"] for rule in css("DescribeLiveTimeShiftRules")["Rules"]}
    for region in REGIONS:
        rows = streams(css, region)
        assert rows
        assert {region_of(row["Domain"]) for row in rows} == {region}
        assert {row["Domain"] for row in rows} <= rules
        assert {row["Duration"] for row in rows} == {7 * 86_400}
    css.refused("UnsupportedRegion", "DescribeTimeShiftStreamList", "ap-tokyo", **DAY)


def test_a_stream_is_kept_plain_or_watermarked_and_transcoded(css: Customer) -> None:
    transcode = css("DescribeLiveTimeShiftTemplates")["Templates"][0]["TranscodeTemplateIds"][0]
    kinds = {(row["Domain"], row["StreamType"], row["TransCodeId"]) for row in of_both(css)}
    assert ("push.harbor.example", 1, 0) in kinds
    assert ("push.campus.example", 0, 0) in kinds
    assert ("push.campus.example", 2, transcode) in kinds


def test_the_list_comes_in_pages_with_its_whole_number(css: Customer) -> None:
    region = region_of("push.stadium.example")
    whole = css("DescribeTimeShiftStreamList", region, **DAY)
    assert whole["TotalSize"] > 20
    first, second = (
        css("DescribeTimeShiftStreamList", region, **DAY, PageSize=10, PageNum=page)["StreamList"]
        for page in (1, 2)
    )
    assert first + second == whole["StreamList"][:20]
    assert css("DescribeTimeShiftStreamList", region, **DAY, PageSize=0) == whole
    css.refused("InvalidParameterValue", "DescribeTimeShiftStreamList", region, **DAY, PageSize=101)


def test_a_streams_recordings_are_told_by_session(css: Customer) -> None:
    region = region_of("push.campus.example")
    named = {"Domain": "push.campus.example", "StreamName": "lecture-hall-3"}
    (row,) = [row for row in streams(css, region, **named) if row["TransCodeId"] == 0]
    detail = css("DescribeTimeShiftRecordDetail", region, AppName="live", **named, **DAY)["RecordList"]
    assert len(detail) > 100
    assert (detail[0]["StartTime"], detail[-1]["EndTime"]) == (row["StartTime"], row["EndTime"])
    assert all(before["EndTime"] <= after["StartTime"] for before, after in pairwise(detail))
    assert len({record["Sid"] for record in detail}) == len(detail)
    transcoded = next(row["TransCodeId"] for row in streams(css, region, **named) if row["TransCodeId"])
    other = css(
        "DescribeTimeShiftRecordDetail", region, AppName="live", **named, **DAY, TransCodeId=transcoded
    )["RecordList"]
    assert len(other) == len(detail)
    assert not {r["Sid"] for r in other} & {r["Sid"] for r in detail}


def test_nothing_is_kept_longer_than_the_template_says(css: Customer) -> None:
    assert of_both(css, StartTime=at(days=-8), EndTime=at(days=-7)) == []
    assert of_both(css, StartTime=at(days=-7), EndTime=at(days=-6, hours=-1))


def test_nothing_is_kept_from_before_the_rule(css: Customer) -> None:
    id = css("DescribeLiveTimeShiftTemplates")["Templates"][0]["TemplateId"]
    region = region_of("push.market.example")
    assert streams(css, region, Domain="push.market.example") == []
    css(
        "CreateLiveTimeShiftRule",
        DomainName="push.market.example",
        AppName="live",
        StreamName="",
        TemplateId=id,
    )
    css.clock.advance(3600)
    rows = streams(css, region, Domain="push.market.example", StartTime=at(), EndTime=at(hours=1))
    assert rows
    assert min(row["StartTime"] for row in rows) >= at()


def test_a_rule_that_is_deleted_keeps_no_more(css: Customer) -> None:
    region = region_of("push.campus.example")
    css("DeleteLiveTimeShiftRule", DomainName="push.campus.example", AppName="live", StreamName="")
    assert streams(css, region, Domain="push.campus.example") == []


def test_spans_that_cannot_be_asked_for(css: Customer) -> None:
    long = {"StartTime": at(days=-2), "EndTime": at()}
    css.refused("InvalidParameterValue", "DescribeTimeShiftStreamList", "ap-singapore", **long)
    css.refused(
        "InvalidParameterValue",
        "DescribeTimeShiftRecordDetail",
        "ap-singapore",
        Domain="push.campus.example",
        AppName="live",
        StreamName="x",
        **long,
    )
