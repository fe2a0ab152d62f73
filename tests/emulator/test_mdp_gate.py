"""One emulator, several systems: which of them a request is for, and what each keeps to itself."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import httpx
import pytest
from emulated import SECRET_ID, SECRET_KEY, InProcess, Served, signed

from livetui.catalogue import SERVICES, load
from livetui.emulator.services import PLAYED, service_of
from livetui.signing import v1

LIST = "DescribeStreamPackageChannels"
REGION = "ap-singapore"


def ask(server: Served, action: str, **how: Any) -> dict[str, Any]:
    """A TC3 call for mdp, but for what is said otherwise."""
    how = {"region": REGION, "version": "2020-05-27", "service": "mdp"} | how
    params = how.pop("params", {})
    headers, body = signed(action, params, at=server.clock.now(), host=server.host, **how)
    reply: dict[str, Any] = server.http.post(server.url, headers=headers, content=body).json()["Response"]
    return reply


def test_the_systems_are_those_of_the_catalogues() -> None:
    assert {service.id for service in PLAYED} == {*SERVICES}
    for service in PLAYED:
        catalogue = load(service.id)
        assert (catalogue.product, catalogue.version) == (service.product, service.version)
        assert catalogue.envelope == service.envelope


@pytest.mark.parametrize(
    ("product", "host", "version", "service"),
    [
        ("live", "127.0.0.1:80", "2018-08-01", "css"),
        ("mdp", "127.0.0.1:80", "2018-08-01", "mdp"),
        ("", "mdp.ap-seoul.tencentcloudapi.com", "2018-08-01", "mdp"),
        ("", "live.tencentcloudapi.com", "2020-05-27", "css"),
        ("", "localhost", "2020-05-27", "mdp"),
        ("", "localhost", "1999-01-01", "css"),
        ("cvm", "localhost", "1999-01-01", "css"),
    ],
)
def test_which_system_is_asked(product: str, host: str, version: str, service: str) -> None:
    assert service_of(product, host, version) == service


def test_one_key_pair_for_both(emulator: Served) -> None:
    assert ask(emulator, LIST)["TotalNum"] == 5
    assert "Error" not in emulator.call("DescribeLiveDomains")
    assert [call["action"] for call in emulator.calls()] == [LIST, "DescribeLiveDomains"]


@pytest.mark.parametrize(
    ("action", "how", "code"),
    [
        ("DescribeLiveDomains", {}, "InvalidAction"),
        (LIST, {"service": "live", "version": "2018-08-01"}, "InvalidAction"),
        (LIST, {"version": "2018-08-01"}, "NoSuchVersion"),
        (LIST, {"region": None}, "MissingParameter"),
        (LIST, {"region": "ap-guangzhou"}, "UnsupportedRegion"),
        (LIST, {"params": {"Nonsense": 1}}, "UnknownParameter"),
        (LIST, {"secret_key": "another"}, "AuthFailure.SignatureFailure"),
        (LIST, {"secret_id": "AKIDnobody"}, "AuthFailure.SecretIdNotFound"),
    ],
)
def test_what_is_turned_away(emulator: Served, action: str, how: dict[str, Any], code: str) -> None:
    assert ask(emulator, action, **how)["Error"]["Code"] == code


def test_the_older_signature_is_told_by_its_version(emulator: Served) -> None:
    form = {
        "Action": LIST,
        "Version": "2020-05-27",
        "Region": REGION,
        "Timestamp": str(int(emulator.clock.now().timestamp())),
        "Nonce": "7",
        "SecretId": SECRET_ID,
        "SignatureMethod": "HmacSHA256",
        "PageSize": "2",
    }
    sign = {"method": "POST", "host": emulator.host, "path": "/", "algorithm": "HmacSHA256"}
    form["Signature"] = v1.sign(SECRET_KEY, params=form, **sign)  # type: ignore[arg-type]
    reply = httpx.post(emulator.url, data=form, trust_env=False).json()["Response"]
    assert (len(reply["Infos"]), reply["PageSize"]) == (2, 2)


def test_twenty_calls_a_second(emulator: Served) -> None:
    emulator.app.limits._clock = lambda: 1.0
    codes = [ask(emulator, LIST).get("Error", {}).get("Code") for _ in range(21)]
    assert codes == [None] * 20 + ["RequestLimitExceeded"]


def test_a_closed_account_and_a_denied_key(emulator: Served) -> None:
    told = {"secret_id": "AKIDfew", "secret_key": "few", "denied": [LIST, "DescribeLiveDomains"]}
    emulator.control("keys", told)
    refused = ask(emulator, LIST, secret_id="AKIDfew", secret_key="few")
    assert refused["Error"]["Code"] == "UnauthorizedOperation"
    for status, code in (("not-activated", "UnauthorizedOperation"), ("suspended", "ResourceUnavailable")):
        emulator.control("account", {"status": status})
        assert ask(emulator, LIST)["Error"]["Code"] == code


def test_faults_and_a_fresh_start(emulator: Served) -> None:
    emulator.fault("error", LIST, code="InternalError", times=1)
    assert ask(emulator, LIST)["Error"]["Code"] == "InternalError"
    ask(emulator, "CreateStreamPackageChannel", params={"Name": "one", "Protocol": "HLS"})
    before = ask(emulator, LIST)
    assert before["TotalNum"] == 6
    emulator.control("reset", {})
    after = ask(emulator, LIST)
    assert after["TotalNum"] == 5
    assert after["Infos"] == before["Infos"][:5], "the seed alone decides what is there"


def test_who_asks_css_waits_for_css_only() -> None:
    code = (
        "import sys\n"
        "from livetui.emulator.account import Account\n"
        "from livetui.emulator.app import Emulator\n"
        "from livetui.emulator.gate import Key\n"
        "Emulator(Account(), [Key('a', 'b')])\n"
        "assert not [name for name in sys.modules if name.startswith('livetui.emulator.mdp')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


async def test_in_process_too(emulator_app: InProcess) -> None:
    headers, body = signed(
        LIST,
        {},
        at=emulator_app.clock.now(),
        host=emulator_app.host,
        region=REGION,
        version="2020-05-27",
        service="mdp",
    )
    assert (await emulator_app.post(headers, body)).json()["Response"]["TotalNum"] == 5
