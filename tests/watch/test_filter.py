"""The filter line: what matches, and what a mistake is answered with."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetui.watch.cells import Cell
from livetui.watch.filter import Filter, FilterError, fold, quantity

COLUMNS = (
    ("name", "Stream", "text"),
    ("domain", "Push domain", "text"),
    ("state", "State", "state"),
    ("bitrate", "Video", "bps"),
    ("fps", "Frames/s", "number"),
    ("age", "Since", "age"),
    ("started", "Published", "time"),
)


def row(name="cam-01", domain="push.harbor.example", state="live", bitrate=2_500_000, fps=25.0, age=7200.0):
    when = datetime(2026, 3, 4, 12, 0).astimezone().timestamp()
    return (
        Cell(name, name),
        Cell(domain, domain),
        Cell(state, state, "ok"),
        Cell("" if bitrate is None else "2.5M", bitrate),
        Cell("" if fps is None else f"{fps:g}", fps),
        Cell("2h00m", age),
        Cell("03-04 12:00:00", when),
    )


def matches(text, **cells):
    found = row(**cells)
    parsed = Filter.parse(text, COLUMNS)
    assert parsed.sift([0], [found], [fold(found)]) == ([0] if parsed.matches(found) else [])
    return parsed.matches(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "cam",
        "CAM harbor",
        "name:cam",
        "stream:CAM",
        "dom:harbor live",
        "pushdomain:harbor",
        '"cam-01"',
        'name:"cam-0"',
        "!gate",
        "!domain:stadium",
        "!!cam",
        "~^cam-\\d+$",
        "name:~^CAM",
        "!~^gate",
        "bitrate>500k",
        "bitrate>=2.5M bitrate<=2500k",
        "bitrate=2500000",
        "bitrate!=1M",
        "video>2Mbps",
        "fps=25",
        "fps==25",
        "age>1h",
        "age>=1h30m age<1d",
        "since<=7200",
        "state=LIVE",
        "state!=forbidden",
        "started>2026-03-01",
        "started<2026-03-04T12:30",
        "name>b",
        # what one sees while still typing must not be an error
        "name:",
        "!",
        "~",
        "!name:",
        "name:~",
        '"cam',
        'name:"',
        # no column's name: found as it stands, so nothing here
        "12:00",
    ],
)
def test_found(text):
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "gate",
        "cam gate",
        "name:harbor",
        "!cam",
        "!!gate",
        "!name:cam",
        "~^am",
        "bitrate<500k",
        "bitrate!=2.5M",
        "age<2h",
        "fps>25",
        "state=liv",
        "started>2026-04-01",
        '"cam-01 push"',
        "\x1b[31m",
        "\0",
    ],
)
def test_not_found(text):
    assert not matches(text)


def test_a_thing_without_a_value_is_neither_more_nor_less():
    for text in ("bitrate<500k", "bitrate>=0", "bitrate=0", "fps<1"):
        assert not matches(text, bitrate=None, fps=None)
    assert matches("bitrate!=0 bitrate=", bitrate=None)
    assert matches("bitrate!=", bitrate=5) and not matches("bitrate=", bitrate=5)


def test_quotes_and_backslashes_are_taken_as_they_stand():
    assert matches(r'"a \"b\" c\\d"', name=r'a "b" c\d')
    assert matches(r'name:~"a b\d"', name="a b7")
    assert matches('"rtmp://x"', name="rtmp://x")


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("cam colour:red", 4, "name, domain, state, bitrate, fps, age, started"),
        ("rtmp://host", 0, "double quotes"),
        ("st:x", 0, "state or started"),
        ("s:x", 0, "could be"),
        ("bitrate<", 8, "a number, as in bitrate<500k"),
        ("bitrate<fast", 8, "a number"),
        ("!age>5x", 5, "a duration, as in age>2h"),
        ("started>noon", 8, "2026-01-31"),
        ("cam ~(", 5, "regular expression"),
        ("name:~[a", 6, "regular expression"),
        ("~(a+)+b", 1, "for ever"),
    ],
)
def test_a_mistake_says_where_and_what_to_type(text, position, says):
    with pytest.raises(FilterError) as caught:
        Filter.parse(text, COLUMNS)
    assert caught.value.position == position
    assert says in caught.value.message


def test_an_error_does_not_repeat_control_characters():
    with pytest.raises(FilterError) as caught:
        Filter.parse("a\x1b[2Jb:x c\x07:x col\x1b:1 zz\u202e:y zz:" + "x" * 100, COLUMNS)
    assert caught.value.message.isprintable()


def test_the_exact_column_wins_over_longer_ones():
    columns = (("fps", "FPS", "number"), ("fps_meta", "Meta FPS", "number"))
    assert Filter.parse("fps>5", columns).matches((Cell("9", 9), Cell("1", 1)))
    assert Filter.parse("metafps<5", columns).matches((Cell("9", 9), Cell("1", 1)))


def test_quantities():
    assert quantity("1.5k", "bps") == 1500 and quantity("2m", "bps") == 2e6 and quantity("2m", "age") == 120
    assert quantity("1h30m", "seconds") == 5400 and quantity("2d", "text") == 172800
    assert quantity("", "bps") is None and quantity("2h", "bps") is None and quantity("", "age") is None


@given(st.text(max_size=30) | st.text('!~:<>="\\ namebitr(5k', max_size=20))
def test_anything_typed_is_a_filter_or_a_filter_error(text):
    try:
        parsed = Filter.parse(text, COLUMNS)
    except FilterError as error:
        assert 0 <= error.position <= len(text) and error.message
    else:
        assert parsed.matches(row()) in (True, False)


@given(st.text(min_size=1, max_size=12))
def test_a_quoted_text_finds_itself(text):
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert matches(f'"{quoted}"', name=f"x{text}y")
    assert not matches(f'!"{quoted}"', name=f"x{text}y")
