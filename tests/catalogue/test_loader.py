"""What a catalogue may say beside the facts every service has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from livetui.catalogue import Catalogue, Field, Page, load, loader


def _catalogue(**more: Any) -> Catalogue:
    action = {"section": "A / B", "summary": "Do.", "effect": "read", "because": "so", "rate_limit": 7}
    head = {"service": "x", "title": "X", "version": "1", "host": "x.example", "product": "x"}
    return Catalogue(
        head
        | {"regions": [], "errors": {}, "structures": {}}
        | more
        | {"actions": {"Do": action | more.get("action", {})}}
    )


def test_what_is_left_out_is_what_css_needs() -> None:
    for catalogue in (_catalogue(), load("css")):
        assert (catalogue.cloud, catalogue.scheme) == ("tencent", "tc3")
        assert (catalogue.envelope, catalogue.method) == ("tencent3", "POST")
        assert (catalogue.default_rate, catalogue.notes) == (0, ())
        action = next(iter(catalogue))
        assert (action.host, action.method, action.account_param, action.note) == ("", "", "", "")
        assert action.rate_window == 1
        assert action.wire_name == action.name


def test_what_is_said_is_kept() -> None:
    catalogue = _catalogue(
        cloud="aliyun",
        scheme="rpc",
        envelope="rpc",
        method="GET",
        default_rate=5,
        notes=["one"],
        action={
            "host": "y.example",
            "method": "POST",
            "account_param": "cmd",
            "rate_window": 60,
            "wire": "Do_It",
            "note": "why",
            "parameters": [{"name": "a", "type": "string", "wire": "Param.s.a", "note": "table"}],
            "response": [
                {"name": "Rows", "type": "list[string]", "inside": "Row"},
                {"name": "detail", "type": "list[string]", "key": "id"},
                {"name": "Count", "type": "integer", "as_text": True},
            ],
            "page": {
                "style": "marker",
                "items": "Rows",
                "token": "Next",
                "token_param": "From",
                "size": "N",
            },
        },
    )
    assert (catalogue.cloud, catalogue.scheme) == ("aliyun", "rpc")
    assert (catalogue.envelope, catalogue.method) == ("rpc", "GET")
    assert (catalogue.default_rate, catalogue.notes) == (5, ("one",))
    action = catalogue.action("Do")
    assert (action.host, action.method, action.account_param) == ("y.example", "POST", "cmd")
    assert (action.rate_limit, action.rate_window) == (7, 60)
    assert (action.wire_name, action.note) == ("Do_It", "why")
    (sent,) = action.parameters
    assert (sent.name, sent.wire_name, sent.note) == ("a", "Param.s.a", "table")
    rows, detail, count = action.response
    assert (rows.inside, detail.key, count.as_text) == ("Row", "id", True)
    assert action.page == Page("marker", "Rows", token="Next", token_param="From", size="N")


def test_a_field_travels_under_its_name_unless_it_has_another() -> None:
    assert Field("a", "string").wire_name == "a"
    assert Field("a", "string", wire="b").wire_name == "b"


@pytest.mark.parametrize(
    ("code", "found"),
    [("A.B", "A.B"), ("A.C", "A"), ("-30xxx", "-30xxx"), ("-30123", "-30xxx"), ("-31123", None), ("5", None)],
)
def test_an_error_falls_back_to_its_family(code: str, found: str | None) -> None:
    fact = {"meaning": "m.", "remedy": "r."}
    made = _catalogue(errors={"A": fact, "A.B": fact, "-30xxx": fact}).error(code)
    assert (made and made.code) == found


def test_every_service_is_a_file_of_its_own() -> None:
    files = {path.stem for path in Path(loader.__file__).parent.glob("data/*.json")}
    assert files == {*loader.SERVICES}
    assert {load(service).service for service in files} == files


def test_hosts_are_the_services_and_its_actions() -> None:
    assert load("css").hosts == ("live.tencentcloudapi.com",)
    assert load("lvb").hosts == ("fcgi.video.qcloud.com", "statcgi.video.qcloud.com")
