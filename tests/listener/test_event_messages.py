"""Which bodies are event messages that may be believed, whoever made them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notified import EXPIRES, KEY, NOW, push, signed

from livetui.listener.messages import Refused, believed, event_type, public, repeat_key


def body(message: Any) -> bytes:
    return json.dumps(message).encode()


def reason(raw: bytes, key: str | None = KEY, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as refused:
        believed(raw, key, now)
    assert 400 <= refused.value.status < 500
    return refused.value.reason


def test_a_signed_message_is_believed_until_its_time_has_passed() -> None:
    message = signed(push())
    for late in (0, 600):
        assert believed(body(message), KEY, NOW + timedelta(seconds=late)) == message
    assert reason(body(message), now=NOW + timedelta(seconds=600, microseconds=1)) == "expired"


def test_the_time_may_come_as_text() -> None:
    """A table of the document calls it a string, its examples write a number."""
    assert believed(body({**signed(push()), "t": str(EXPIRES)}), KEY, NOW)


def test_the_example_of_the_documents() -> None:
    """Summary / Security mechanism: key, t and sign as printed there."""
    message = {
        "event_type": 1,
        "t": 1471850187,
        "sign": "b17971b51ba0fe5916ddcd96692e9fb3",
    }
    key, at = "5d41402abc4b2a76b9719d911017c592", datetime.fromtimestamp(1471850187, UTC)
    assert believed(body(message), key, at)
    assert reason(body(message), key, at + timedelta(seconds=1)) == "expired"


@pytest.mark.parametrize(
    "changed",
    [
        {"sign": "0" * 32},
        {"sign": ""},
        {"sign": None},
        {"sign": 5},
        {"sign": ["a"]},
        {"sign": "\ud800" * 32},
        {"sign": "é" * 32},
        {"t": EXPIRES + 1},
        {"t": None},
        {"t": True},
        {"t": float(EXPIRES)},
        {"t": f" {EXPIRES}"},
        {"t": f"0{EXPIRES}"},
        {"t": "١٤٧١٨٥٠١٨٧"},
        {"t": 10**400},
        {"t": -EXPIRES},
        {"t": {}},
    ],
)
def test_what_the_key_has_not_signed_is_refused(changed: dict[str, Any]) -> None:
    assert reason(body({**signed(push()), **changed})) == "sign"


def test_another_key_or_none_is_no_signature() -> None:
    assert reason(body(signed(push(), key="another"))) == "sign"
    assert reason(body(push())) == "sign"


def test_an_expired_message_needs_its_signature_to_be_counted_as_one() -> None:
    late = NOW + timedelta(hours=1)
    assert reason(body(signed(push())), now=late) == "expired"
    assert reason(body(signed(push(), key="another")), now=late) == "sign"


def test_without_a_key_only_the_time_counts() -> None:
    assert believed(body(push()), None, NOW)
    assert believed(body({**push(), "sign": 5, "t": []}), None, NOW)
    assert reason(body({**push(), "t": EXPIRES - 601}), key=None) == "expired"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"event_type=1&t=5",
        b'\xef\xbb\xbf{"event_type":1}',
        '{"event_type":1}'.encode("utf-16"),
        b'{"event_type":1,"stream_id":"\xff"}',
        b'{"event_type":1,"event_type":0}',
        b'{"event_type":1,"a":{"b":1,"b":2}}',
        b'{"event_type":NaN}',
        b'{"event_type":1,"a":-Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    assert reason(raw, key=None) == "not json"


@pytest.mark.parametrize("kind", [None, True, 1.0, "", "one", "-1", "1 ", [1], {}, 10**20])
def test_what_tells_no_event_is_refused(kind: Any) -> None:
    assert reason(body(signed({**push(), "event_type": kind}))) == "no event"


def test_what_is_too_much_to_show_is_refused() -> None:
    deep: Any = 1
    for _ in range(8):
        deep = [deep]
    for odd in ({f"member-{n}": n for n in range(200)}, {"deep": deep}, {"long": [0] * 300}):
        assert reason(body(signed(push(**odd)))) == "no event"


def test_long_numbers_are_kept_as_the_text_they_came_as() -> None:
    raw = body(signed(push())).replace(b'"5911795891871911817"', b"9" * 4000)
    message = believed(raw.replace(b'"live"', b"1e999"), KEY, NOW)
    assert message["sequence"] == "9" * 4000
    assert message["appname"] == "1e999"


@given(st.binary(max_size=200) | st.from_regex(rb'\{"event_type": ?\S{0,9}\}', fullmatch=True))
def test_whatever_comes_is_believed_or_refused(raw: bytes) -> None:
    try:
        message = believed(raw, None, NOW)
    except Refused:
        return
    assert event_type(message) is not None
    assert repeat_key(message)
    json.dumps(public(message))


def test_repeats_are_told_by_type_and_sequence() -> None:
    """A sending anew may carry another t; push and interruption share the number of their push."""
    first = signed(push())
    again = signed(push(node="198.51.100.8"), EXPIRES + 60)
    assert repeat_key(first) == repeat_key(again)
    assert repeat_key(first) != repeat_key(signed(push(event_type=0)))
    assert repeat_key(first) != repeat_key(signed(push(sequence="5911795891871911818")))
    assert repeat_key(push(sequence=7)) == repeat_key(push(sequence="7"))
    assert repeat_key(push(event_type="1")) == repeat_key(push(event_type=1))


@pytest.mark.parametrize("sequence", [None, "", True, 1.5, ["a"], {"a": 1}])
def test_without_a_number_repeats_are_told_by_all_they_say(sequence: Any) -> None:
    one = push(sequence=sequence)
    assert repeat_key(signed(one)) == repeat_key(signed(one, EXPIRES + 60))
    assert repeat_key(one) != repeat_key(push(sequence=sequence, stream_id="crane-02"))


def test_recordings_and_screenshots_are_told_apart() -> None:
    shots = [{"event_type": 200, "stream_id": "pier-04", "create_time": at} for at in (1, 2)]
    assert len({repeat_key(one) for one in shots}) == 2
    # Of further types it is not documented what their sequence number counts.
    others = [push(event_type=321, errcode=code) for code in (1, 2)]
    assert len({repeat_key(one) for one in others}) == 2


def test_a_lone_surrogate_breaks_nothing() -> None:
    message = believed(body(signed(push(sequence="\ud800", stream_id="\udfff"))), KEY, NOW)
    assert repeat_key(message)


def test_secrets_are_hidden_before_anything_is_shown_or_kept() -> None:
    message = signed(
        push(
            stream_param="txSecret=0123456789abcdef&txTime=65F00000&bizid=2519",
            video_url="http://user:pass@vod.example/a.flv?sign=abcdef",
            pic_full_url="http://pictures.example/a.jpg",
            secretKey="hidden",
            nested={"password": "hidden", "list": ["https://vod.example/?k=hidden"]},
        )
    )
    told = public(message)
    text = json.dumps(told)
    assert "sign" not in told
    for hidden in ("0123456789abcdef", "65F00000", "pass@", "abcdef", "hidden", str(message["sign"])):
        assert hidden not in text
    assert told["pic_full_url"] == "http://pictures.example/a.jpg"
    assert told["stream_param"].startswith("txSecret=")
    assert told["stream_id"] == "pier-04"
