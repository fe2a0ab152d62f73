"""What holds for the account's configuration as a whole: the seed decides it, the catalogue shapes it."""

from typing import Any

from customer import START, Customer

from livetui.emulator import shape

LISTS = (
    ("DescribeLiveDomains", None),
    ("DescribeLiveCerts", None),
    ("DescribeLiveDomainCertBindings", None),
    ("DescribeLiveTranscodeTemplates", None),
    ("DescribeLiveTranscodeRules", None),
    ("DescribeLiveRecordTemplates", None),
    ("DescribeLiveRecordRules", None),
    ("DescribeLiveSnapshotTemplates", None),
    ("DescribeLiveSnapshotRules", None),
    ("DescribeLiveCallbackTemplates", None),
    ("DescribeLiveCallbackRules", None),
    ("DescribeLiveWatermarks", None),
    ("DescribeLiveWatermarkRules", None),
    ("DescribeLiveTimeShiftTemplates", None),
    ("DescribeLiveTimeShiftRules", None),
    ("DescribeLivePullStreamTasks", "ap-singapore"),
    ("DescribeLivePullStreamTasks", "eu-frankfurt"),
)
SPAN = {"StartTime": int(START.timestamp()) - 4 * 86_400, "EndTime": int(START.timestamp()) + 86_400}


def everything(css: Customer, order: tuple[tuple[str, str | None], ...] = LISTS) -> dict[str, Any]:
    told = {f"{action} {region}": css(action, region) for action, region in order}
    told["records"] = css("DescribeRecordTask", "ap-singapore", **SPAN)
    told["key"] = css("DescribeLivePushAuthKey", DomainName="push.harbor.example")
    return told


def test_the_same_seed_makes_the_same_account_in_whatever_order_it_is_read() -> None:
    assert everything(Customer(7)) == everything(Customer(7), LISTS[::-1])


def test_another_seed_makes_another_account() -> None:
    one, other = everything(Customer(7)), everything(Customer(8))
    assert one["key"] != other["key"]
    assert one["DescribeLiveTranscodeTemplates None"] != other["DescribeLiveTranscodeTemplates None"]


def test_reset_brings_the_first_account_back() -> None:
    css = Customer()
    before = everything(css)
    css("ForbidLiveDomain", DomainName="push.harbor.example")
    css("DeleteLiveTranscodeRule", **_first_rule(css))
    assert everything(css) != before
    css.account.reset()
    assert everything(css) == before


def _first_rule(css: Customer) -> dict[str, Any]:
    rule = css("DescribeLiveTranscodeRules")["Rules"][0]
    return {name: rule[name] for name in ("DomainName", "AppName", "StreamName", "TemplateId")}


def test_a_reply_is_nobody_elses() -> None:
    css = Customer()
    family = css.account.families.record
    row = css.account.families.record.row(next(iter(family.templates)))
    shaped = shape.structure(css.catalogue, "RecordTemplateInfo", row)
    shaped["HlsParam"]["Enable"] = "spoilt"
    assert "spoilt" not in str(family.templates)
