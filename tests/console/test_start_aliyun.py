"""The first start with keys of Alibaba Cloud: they are listed, tried, and made a profile of that cloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from emulated import ALIYUN_ID, ALIYUN_SECRET, Served
from test_start import ENV, Start, started

from livetui.operations.trial import OF_A_DOMAIN, PROBES
from livetui.settings import Credential, Found, Reference, load
from livetui.settings.profiles import SERVED

KEPT = Found(
    Reference("aliyun", "default"), Credential(ALIYUN_ID, ALIYUN_SECRET, source="a file"), "cn-hangzhou"
)
ROLE = Found(Reference("aliyun", "role"), None, trouble="its mode is RamRoleArn")
DOMAIN = "live.harbor.example"


def test_each_cloud_has_a_read_to_try_a_key_with() -> None:
    from livetui.catalogue import load as catalogue

    firsts = {services[0] for services in SERVED.values()}
    assert set(PROBES) == firsts
    for service, probe in [*PROBES.items(), *OF_A_DOMAIN.items()]:
        action = catalogue(service).action(probe.action)
        assert action.effect == "read"
        required = {field.name for field in action.parameters if field.required}
        assert required <= {*probe.params, "DomainName"}
        assert not probe.total or probe.total in {field.name for field in action.response}


async def test_a_profile_of_alibaba_is_made_of_a_key_that_was_found(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, KEPT, ROLE) as start:
        await start.shows("> ~/.aliyun/config.json [default] LTAI…0001, cn-hangzhou", "mode is RamRoleArn")
        await start.press("t")
        await start.shows("accepted, ", "RequestId")
        await start.press("enter")
        await start.shows("new profile from ~/.aliyun/config.json [default] (LTAI…0001)", "aliyun")
        fields = [row.field.name for row in start.form.lines.rows]
        assert "Domains" in fields and "Regions" not in fields
        await start.press("ctrl+s")
        await start.shows("not saved: Domains is required")
        await start.type(f"{DOMAIN}, live.stadium.example")
        await start.press("ctrl+t")
        await start.shows("accepted; ", f"online on {DOMAIN}")
        await start.press("ctrl+s")
        await start.pilot.pause()
    assert start.app.return_value == "aliyun"
    made = load(start.file).profiles["aliyun"]
    assert (made.cloud, made.reference, made.credential) == ("aliyun", Reference("aliyun", "default"), None)
    assert made.domains == (DOMAIN, "live.stadium.example")
    assert ALIYUN_SECRET not in start.file.read_text()
    asked = [call["action"] for call in emulator.calls()]
    assert asked == ["DescribeLiveDomainBpsData", "DescribeLiveStreamsOnlineList"]


async def filled(start: Start, *fields: tuple[str, str]) -> None:
    for name, text in fields:
        await start.go(name)
        await start.press("ctrl+u")
        await start.type(text)


async def test_an_access_key_is_typed_in(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("a")
        await start.shows("with an access key typed in", "AccessKeyId", "SecurityToken")
        await filled(
            start, ("AccessKeyId", ALIYUN_ID), ("AccessKeySecret", ALIYUN_SECRET), ("Domains", DOMAIN)
        )
        assert ALIYUN_SECRET not in start.text
        await start.press("ctrl+t")
        await start.shows("accepted; ", f"online on {DOMAIN}")
        await start.press("escape", "n")
        await start.shows("with a key pair typed in", "SecretId")
        await start.press("escape", "a")
        assert start.form.draft.get("AccessKeyId") == ALIYUN_ID, "each has a draft of its own"
        await start.press("ctrl+s")
        await start.pilot.pause()
    made = load(start.file).profiles["aliyun"]
    assert made.credential is not None
    assert (made.credential.secret_id, made.credential.secret_key) == (ALIYUN_ID, ALIYUN_SECRET)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("Domains", "https://live.harbor.example", "is no domain"),
        ("Name", "demo-ali", "the emulated account is called demo-ali"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    emulator: Served, tmp_path: Path, field: str, text: str, said: str
) -> None:
    async with started(emulator, tmp_path, KEPT) as start:
        await start.press("enter")
        await filled(start, ("Domains", DOMAIN), (field, text))
        await start.press("ctrl+s")
        await start.shows("not saved", said)
        assert start.form.lines.row and start.form.lines.row.path == field
    assert not start.file.exists()


async def test_a_key_of_the_other_cloud_is_not_accepted(emulator: Served, tmp_path: Path) -> None:
    wrong = Found(Reference("aliyun", "x"), Credential("LTAInobodyknowsthis1", "wrong"))
    async with started(emulator, tmp_path, wrong) as start:
        await start.press("t")
        await start.shows("InvalidAccessKeyId", "RequestId")
