from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetui.catalogue import Field, Structure
from livetui.catalogue.mask import anywhere, mask, url


class Nested:
    """A catalogue of one structure."""

    def structure(self, name: str) -> Structure:
        if name in ("Pushed", "Played"):
            return Structure(
                name, "", (Field("Url", "string", sensitive="push" if name == "Pushed" else "url"),)
            )
        assert name == "Box"
        return Structure(
            name,
            "",
            (
                Field("Key", "string", sensitive="secret"),
                Field("Name", "string"),
                Field("Inner", "Box"),
                Field("Urls", "list[string]", sensitive="url"),
            ),
        )


FIELDS = (
    Field("Secret", "string", sensitive="secret"),
    Field("Cert", "string", sensitive="certificate"),
    Field("Url", "string", sensitive="url"),
    Field("Input", "string", sensitive="push"),
    Field("Plain", "string"),
    Field("Whole", "Box", sensitive="secret"),
    Field("Box", "Box"),
    Field("Boxes", "list[Box]"),
    Field("Number", "integer", sensitive="secret"),
)


def masked(**data: Any) -> dict[str, Any]:
    return mask(Nested(), FIELDS, data)


def test_secrets_keep_their_end_where_they_are_long() -> None:
    assert masked(Secret="0123456789ab") == {"Secret": "••••"}
    assert masked(Secret="0123456789abc") == {"Secret": "••••9abc"}
    assert masked(Cert="-----BEGIN X-----abcd") == {"Cert": "••••abcd"}
    assert masked(Secret="", Plain="x") == {"Secret": "", "Plain": "x"}
    assert masked(Secret=None) == {"Secret": None}
    assert masked(Number=5) == {"Number": "••••"}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            "rtmp://push.example/live/a?txSecret=abc&txTime=5C",
            "rtmp://push.example/live/a?txSecret=••••&txTime=••••",
        ),
        ("https://user:pw@host:8080/p", "https://••••@host:8080/p"),
        ("https://host/p#token", "https://host/p#••••"),
        ("https://host/p?token", "https://host/p?••••"),
        ("https://host/p?a=", "https://host/p?a="),
        ("https://host/p", "https://host/p"),
        ("live/a?txSecret=abc", "live/a?txSecret=••••"),
        ("http://[bad", "••••"),
    ],
)
def test_urls_keep_where_they_lead(given: str, shown: str) -> None:
    assert masked(Url=given) == {"Url": shown}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            "http://in.example/v1/0123456789abcdef/fedcba9876543210",
            "http://in.example/v1/0123456789abcdef/••••3210",
        ),
        ("http://in.example/v1/short", "http://in.example/v1/••••"),
        ("rtmp://u:p@in.example/live/a?txSecret=abc", "rtmp://••••@in.example/live/••••"),
        ("http://in.example", "http://in.example"),
    ],
)
def test_addresses_to_push_to_hide_what_opens_them(given: str, shown: str) -> None:
    assert masked(Input=given) == {"Input": shown}


def test_of_two_of_one_name_in_a_reply_as_it_came_the_one_that_hides_more_counts() -> None:
    fields = (Field("In", "Pushed"), Field("Out", "Played"))
    raw = {"In": {"Url": "http://in.example/a/b"}, "Out": {"Url": "http://out.example/a/b"}}
    for order in (fields, fields[::-1]):
        assert anywhere(Nested(), order, raw)["In"] == {"Url": "http://in.example/a/••••"}


def test_what_is_inside_is_masked_too() -> None:
    data = {"Key": "k" * 20, "Name": "n", "Inner": {"Key": "short", "Urls": ["http://a:b@h/?x=y"]}}
    hidden = {"Key": "••••kkkk", "Name": "n", "Inner": {"Key": "••••", "Urls": ["http://••••@h/?x=••••"]}}
    assert masked(Box=data, Boxes=[data]) == {"Box": hidden, "Boxes": [hidden]}
    assert data["Inner"]["Key"] == "short"


def test_everything_below_a_secret_is_one() -> None:
    assert masked(Whole={"Name": "n", "More": ["x", 5]}) == {
        "Whole": {"Name": "••••", "More": ["••••", "••••"]}
    }


def test_what_is_not_known_is_copied() -> None:
    data = {"New": {"a": [1, {"b": 2}]}}
    made = masked(**data)
    assert made == data
    made["New"]["a"][1]["b"] = 3
    assert data["New"]["a"][1] == {"b": 2}  # type: ignore[comparison-overlap]


@given(st.text())
def test_any_text_can_be_masked_as_a_url(text: str) -> None:
    assert isinstance(url(text), str)


@given(st.text("abcdef", min_size=3), st.text("uvwxyz", min_size=3))
def test_neither_user_nor_query_get_through(userinfo: str, value: str) -> None:
    shown = url(f"rtmp://{userinfo}:{value}@H/P?K={value}&{value}#{value}")
    assert userinfo not in shown.removeprefix("rtmp://")
    assert value not in shown
