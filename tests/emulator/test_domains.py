"""Domains, their ownership, referers and keys."""

import pytest
from customer import Customer


@pytest.fixture
def css() -> Customer:
    return Customer()


def names(reply: dict) -> list[str]:
    return [domain["Name"] for domain in reply["DomainList"]]


def test_the_account_has_four_pairs_of_domains_one_of_them_disabled(css: Customer) -> None:
    reply = css("DescribeLiveDomains")
    assert reply["AllCount"] == 8
    assert reply["CreateLimitCount"] == 92
    assert reply["PlayTypeCount"] == [2, 1, 1]
    assert names(css("DescribeLiveDomains", DomainStatus=0)) == ["play.market.example"]
    assert names(css("DescribeLiveDomains", DomainType=1, PlayType=2)) == ["play.harbor.example"]
    assert len(names(css("DescribeLiveDomains", DomainPrefix="push."))) == 4
    assert css("DescribeLiveDomains", IsDelayLive=1)["AllCount"] == 0


def test_domains_come_in_pages(css: Customer) -> None:
    for number in range(12):
        css("AddLiveDomain", DomainName=f"play-{number}.harbor.example", DomainType=1)
    first, second = (css("DescribeLiveDomains", PageSize=10, PageNum=page) for page in (1, 2))
    assert first["AllCount"] == second["AllCount"] == 20
    assert len({*names(first), *names(second)}) == 20
    assert names(css("DescribeLiveDomains", PageNum=3)) == []


def test_a_domain_is_added_once_in_beijing_time(css: Customer) -> None:
    css("AddLiveDomain", DomainName="play2.harbor.example", DomainType=1, PlayType=3)
    info = css("DescribeLiveDomain", DomainName="play2.harbor.example")["DomainInfo"]
    assert info["CreateTime"] == "2026-03-01 20:00:00"
    assert (info["Type"], info["Status"], info["PlayType"], info["BCName"]) == (1, 1, 3, 0)
    css.refused(
        "FailedOperation.DomainAdded", "AddLiveDomain", DomainName="play2.harbor.example", DomainType=1
    )
    css.refused(
        "FailedOperation.ParentDomainAdded",
        "AddLiveDomain",
        DomainName="a.play2.harbor.example",
        DomainType=1,
    )
    css.refused("FailedOperation.SubDomainAdded", "AddLiveDomain", DomainName="harbor.example", DomainType=1)


def test_bad_names_are_refused(css: Customer) -> None:
    css.refused("InvalidParameter.DomainFormatError", "AddLiveDomain", DomainName="no dots", DomainType=0)
    css.refused(
        "InternalError.ChineseCharacterDetected", "AddLiveDomain", DomainName="推流.example", DomainType=0
    )
    css.refused(
        "InvalidParameter.DomainTooLong", "AddLiveDomain", DomainName="a." * 130 + "example", DomainType=0
    )
    css.refused(
        "InvalidParameter.DomainFormatError", "AuthenticateDomainOwner", DomainName="-", VerifyType="dbCheck"
    )


def test_an_account_has_a_hundred_domains_at_most(css: Customer) -> None:
    for number in range(92):
        css("AddLiveDomain", DomainName=f"p{number}.campus.example", DomainType=0)
    css.refused(
        "FailedOperation.HostOutLimit", "AddLiveDomain", DomainName="one.campus.example", DomainType=0
    )
    assert css("DescribeLiveDomains")["CreateLimitCount"] == 0


@pytest.mark.parametrize("how", ["dnsCheck", "fileCheck"])
def test_ownership_is_proved_once_the_record_or_file_is_there(css: Customer, how: str) -> None:
    wanted = {"DomainName": "push.new.example", "DomainType": 0}
    css.refused("FailedOperation.DomainNeedVerifyOwner", "AddLiveDomain", **wanted)
    told = css("AuthenticateDomainOwner", DomainName="push.new.example", VerifyType=how)
    assert told["MainDomain"] == "new.example"
    assert told["Content"]
    assert told["Status"] < 0
    css.clock.advance(90)
    assert css("AuthenticateDomainOwner", DomainName="push.new.example", VerifyType="dbCheck")["Status"] < 0
    again = css("AuthenticateDomainOwner", DomainName="push.new.example", VerifyType=how)
    assert again["Status"] >= 0
    assert again["Content"] == told["Content"]
    css("AddLiveDomain", **wanted)
    css("AddLiveDomain", DomainName="play.new.example", DomainType=1)


def test_a_domain_is_disabled_before_it_is_deleted(css: Customer) -> None:
    css("AddLiveDomain", DomainName="push2.campus.example", DomainType=0)
    gone = {"DomainName": "push2.campus.example", "DomainType": 0}
    css.refused("FailedOperation", "DeleteLiveDomain", **gone)
    css("ForbidLiveDomain", DomainName="push2.campus.example")
    assert not css.account.domains.enabled("push2.campus.example")
    css.refused(
        "ResourceNotFound.DomainNotExist", "DeleteLiveDomain", DomainName="push2.campus.example", DomainType=1
    )
    css("DeleteLiveDomain", **gone)
    css.refused("ResourceNotFound.DomainNotExist", "DescribeLiveDomain", DomainName="push2.campus.example")
    css.refused("ResourceNotFound.DomainNotExist", "DeleteLiveDomain", **gone)


def test_a_domain_that_had_traffic_is_locked_for_two_days(css: Customer) -> None:
    gone = {"DomainName": "push.campus.example", "DomainType": 0}
    css("ForbidLiveDomain", DomainName="push.campus.example")
    css.refused("FailedOperation.DeleteDomainInLockedTime", "DeleteLiveDomain", **gone)
    css.clock.advance(2 * 86_400)
    css("DeleteLiveDomain", **gone)
    for action in ("DescribeLiveRecordRules", "DescribeLiveCallbackRules", "DescribeLiveSnapshotRules"):
        assert "push.campus.example" not in [rule["DomainName"] for rule in css(action)["Rules"]]


def test_a_disabled_domain_takes_its_streams_off_the_air(css: Customer) -> None:
    assert css.account.streams.online(css.clock.now(), "push.stadium.example")
    css("ForbidLiveDomain", DomainName="push.stadium.example")
    assert css("DescribeLiveDomain", DomainName="push.stadium.example")["DomainInfo"]["Status"] == 0
    assert not css.account.streams.online(css.clock.now(), "push.stadium.example")
    css("EnableLiveDomain", DomainName="push.stadium.example")
    css.clock.advance(60)
    assert css.account.streams.online(css.clock.now(), "push.stadium.example")


def test_disabling_or_enabling_twice_changes_nothing(css: Customer) -> None:
    css("ForbidLiveDomain", DomainName="push.campus.example")
    css.clock.advance(86_400)
    css("ForbidLiveDomain", DomainName="push.campus.example")
    css.clock.advance(86_400)
    css("DeleteLiveDomain", DomainName="push.campus.example", DomainType=0)
    css("EnableLiveDomain", DomainName="push.harbor.example")
    assert css.account.domains.enabled("push.harbor.example")


def test_unknown_domains_are_refused(css: Customer) -> None:
    for action in ("EnableLiveDomain", "ForbidLiveDomain"):
        css.refused("ResourceNotFound", action, DomainName="push.nowhere.example")
    css.refused("MissingParameter", "DescribeLiveDomain")
    css.refused(
        "ResourceNotFound.DomainNotExist",
        "ModifyLivePlayDomain",
        DomainName="push.harbor.example",
        PlayType=2,
    )


def test_the_play_region_can_be_changed(css: Customer) -> None:
    css("ModifyLivePlayDomain", DomainName="play.stadium.example", PlayType=3)
    assert css("DescribeLiveDomain", DomainName="play.stadium.example")["DomainInfo"]["PlayType"] == 3


def test_play_domains_of_a_push_domain_are_the_enabled_ones_under_its_main_domain(css: Customer) -> None:
    css("AddLiveDomain", DomainName="play2.harbor.example", DomainType=1)
    domains = css.account.domains
    assert domains.play_domains_of("push.harbor.example") == ["play.harbor.example", "play2.harbor.example"]
    assert domains.play_domains_of("push.market.example") == []
    assert not domains.enabled("play.harbor.example")


def test_referers_are_a_blocklist_or_an_allowlist(css: Customer) -> None:
    before = css("DescribeLiveDomainReferer", DomainName="play.harbor.example")["RefererAuthConfig"]
    assert (before["Enable"], before["Type"]) == (1, 1)
    css(
        "ModifyLiveDomainReferer",
        DomainName="play.harbor.example",
        Enable=1,
        Type=0,
        AllowEmpty=1,
        Rules="bad.example; worse.example;",
    )
    assert css("DescribeLiveDomainReferer", DomainName="play.harbor.example")["RefererAuthConfig"] == {
        "DomainName": "play.harbor.example",
        "Enable": 1,
        "Type": 0,
        "AllowEmpty": 1,
        "Rules": "bad.example;worse.example",
    }
    css.refused(
        "ResourceNotFound.DomainNotExist", "DescribeLiveDomainReferer", DomainName="push.harbor.example"
    )


def test_push_keys_keep_what_is_left_out_or_empty(css: Customer) -> None:
    before = css("DescribeLivePushAuthKey", DomainName="push.harbor.example")["PushAuthKeyInfo"]
    assert before["Enable"] == 1
    assert before["MasterAuthKey"] != before["BackupAuthKey"]
    css("ModifyLivePushAuthKey", DomainName="push.harbor.example", MasterAuthKey="fresh", BackupAuthKey="")
    after = css("DescribeLivePushAuthKey", DomainName="push.harbor.example")["PushAuthKeyInfo"]
    assert after == {**before, "MasterAuthKey": "fresh"}
    css.refused(
        "ResourceNotFound.PushDomainNoRecord", "DescribeLivePushAuthKey", DomainName="play.harbor.example"
    )
    css.refused("ResourceNotFound.PushDomainNoRecord", "ModifyLivePushAuthKey", DomainName="nowhere.example")


def test_play_keys_can_be_switched_on(css: Customer) -> None:
    before = css("DescribeLivePlayAuthKey", DomainName="play.harbor.example")["PlayAuthKeyInfo"]
    assert before["Enable"] == 0
    css(
        "ModifyLivePlayAuthKey",
        DomainName="play.harbor.example",
        Enable=1,
        AuthDelta=600,
        AuthBackKey="spare",
    )
    after = css("DescribeLivePlayAuthKey", DomainName="play.harbor.example")["PlayAuthKeyInfo"]
    assert after == {**before, "Enable": 1, "AuthDelta": 600, "AuthBackKey": "spare"}
    css.refused(
        "ResourceNotFound.PlayDomainNoRecord", "ModifyLivePlayAuthKey", DomainName="push.harbor.example"
    )


def test_keys_stay_out_of_reprs(css: Customer) -> None:
    domain = css.account.domains.find("push.harbor.example")
    assert domain is not None
    assert domain.auth.main not in repr(domain)
