"""Hostile text is shown, not obeyed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetui.catalogue.text import columns, visible, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("camera-1", "camera-1"),
        ("", ""),
        ("\x1b[2J", "␛[2J"),
        ("a\r\n\tb\x00\x7f", "a␍␊␉b␀␡"),
        ("\x9b31m", "\\u009b31m"),
        ("abc\u202egpj", "abc\\u202egpj"),
        ("\u2066x\u2069\u200f\u061c", "\\u2066x\\u2069\\u200f\\u061c"),
        ("cam\u200b1\ufeff", "cam\\u200b1\\ufeff"),
        ("cam\u200d1", "cam\\u200d1"),
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\udc80", "\\udc80"),
        ("\U000e0041", "\\U000e0041"),
        ("直播 ünïcode é\u0301 [bold]x[/]", "直播 ünïcode é\u0301 [bold]x[/]"),
        ("\u3000\xa0", "\u3000\xa0"),
    ],
)
def test_what_steers_or_hides_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(), max_size=50))
def test_nothing_that_steers_gets_through(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cs", "Zl", "Zp", "Co", "Cn"}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b")
    shown.encode()
    assert visible(shown) == shown


def test_columns_count_what_a_terminal_takes() -> None:
    assert columns("abc") == 3
    assert columns("直播") == 4
    assert columns("e\u0301") == 1


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(4, 40))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    text = visible(text)
    lines = list(wrap(text, width))
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
