"""The differ alone: whatever Textual writes, the terminal shows the same with less; pyte is the judge."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judge import Screen
from rich.cells import cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from wcwidth import wcwidth

from livetui.console.terminal.cells import NO_PEN, Unknown, taken_up, uncertain, written
from livetui.console.terminal.differ import Differ
from livetui.console.terminal.kinds import KINDS, PLAIN, Kind, kind_of
from livetui.console.terminal.wanted import Wanted

XTERM = kind_of("xterm-256color")


def render(segments: list[tuple[str, str]], colours: ColorSystem = ColorSystem.TRUECOLOR) -> str:
    """Text in Rich styles as Textual writes it."""
    return "".join(Strip.render_style(Style.parse(style), text, colours) for text, style in segments)


def at(x: int, y: int, text: str = "") -> str:
    return f"\x1b[{y + 1};{x + 1}H{text}"


@dataclass
class Both:
    """The same output on two terminals: as Textual wrote it, and through the differ."""

    width: int
    height: int
    kind: Kind = XTERM
    written: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wanted, self.differ = Wanted(), Differ(self.kind)
        self.plain, self.thrifty = Screen(self.width, self.height), Screen(self.width, self.height)

    def draw(self, text: str, *, seen: bool = True) -> str:
        """One frame; unseen, it is skipped as on a slow line. What was written for it."""
        frame = self.wanted.draw(text, (self.width, self.height), synchronised=False)
        self.plain.feed(text)
        if not seen:
            return ""
        self.written.append(self.differ.output(frame))
        self.thrifty.feed(self.written[-1])
        assert self.thrifty.shown == self.plain.shown
        assert self.thrifty.pyte.margins is None
        return self.written[-1]

    def fill(self, lines: list[list[tuple[str, str]]]) -> str:
        """A frame of whole lines."""
        return self.draw("\n".join(at(0, y, render(line)) for y, line in enumerate(lines)) + at(0, 0))


CHARS = st.sampled_from("abc 01  ·…─│▁█éЖαßñ█ 直播字あ한　Ａ")
TEXT = st.text(CHARS, max_size=12)
STYLES = st.sampled_from(
    [
        "",
        "bold",
        "dim",
        "bold dim",
        "italic",
        "underline",
        "reverse",
        "strike",
        "bold reverse",
        "red",
        "bright_green on blue",
        "color(123) on color(17)",
        "#10a0ff on #121212",
        "bold #10a0ff on #121212",
        "on #121212",
        "on #242f38",
        "underline #abcdef",
    ]
)
COLOURS = st.sampled_from([ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
KIND = st.sampled_from([*dict.fromkeys(KINDS.values()), PLAIN])


def fitted(pieces: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The pieces in exactly so many cells."""
    strip = Strip([Segment(text, Style.parse(style)) for text, style in pieces if text])
    strip = strip.adjust_cell_length(width, Style.parse("on #121212"))
    return [(segment.text, str(segment.style)) for segment in strip]


@st.composite
def updates(draw: st.DrawFn, width: int, height: int) -> tuple[list[str], bool]:
    """Lines or parts of them, each a move and text, as a partial update of Textual's."""
    parts = []
    for y in draw(st.lists(st.integers(0, height - 1), unique=True, max_size=height).map(sorted)):
        pieces = draw(st.lists(st.tuples(TEXT, STYLES), max_size=5))
        parts.append(at(0, y, render(fitted(pieces, width), draw(COLOURS))))
    cursor = at(draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1)))
    return ["\n".join(parts) + cursor], draw(st.booleans())


@given(st.data(), KIND)
@settings(max_examples=150)
def test_any_lines_one_after_another_look_the_same(data: st.DataObject, kind: Kind) -> None:
    both = Both(24, 6, kind)
    both.fill([[("x" * 24, "on #121212")]] * 6)
    for _ in range(data.draw(st.integers(1, 6))):
        (text,), seen = data.draw(updates(24, 6))
        both.draw(text, seen=seen)
    both.draw(at(3, 3))


@given(st.data(), KIND)
@settings(max_examples=150)
def test_lines_that_move_together_look_the_same(data: st.DataObject, kind: Kind) -> None:
    """A list between a header and two bars, scrolled, with lines arriving and leaving anywhere."""
    width, height = 30, 12
    both = Both(width, height, kind)
    names = [f"stream-{number} 直播 {number * 7919 % 1000}" for number in range(40)]
    top, cursor = 0, 0
    for _ in range(data.draw(st.integers(1, 8))):
        top = max(0, min(top + data.draw(st.integers(-4, 4)), 30))
        cursor = data.draw(st.integers(top, top + 8))
        if data.draw(st.booleans()):
            del names[data.draw(st.integers(0, len(names) - 1))]
            names.append(f"late-{len(names)}-{top}")
        lines = [fitted([("STREAM", "bold on #242f38")], width)]
        for number in range(top, top + 9):
            style = "reverse #e0e0e0 on #121212" if number == cursor else "#e0e0e0 on #121212"
            lines.append(fitted([((">" if number == cursor else " ") + names[number], style)], width))
        lines += [fitted([(f"{top} of 40", "on #242f38")], width), fitted([("q quit", "")], width)]
        both.fill(lines)
        assert both.fill(lines) == ""


def test_a_list_that_scrolls_by_one_costs_one_line() -> None:
    both = Both(60, 20)
    for top in range(3):
        lines = [[("HEAD".ljust(60), "bold")]]
        lines += [[(f"{n:>4} a stream of some name {n * 37}".ljust(60), "")] for n in range(top, top + 18)]
        out = both.fill([*lines, [("STATUS".ljust(60), "reverse")]])
    assert len(out) < 70
    assert "\x1b[M" in out and "\x1b[L" in out and "r" not in out.replace("stream", "")


def test_output_cut_anywhere_leaves_no_region_set() -> None:
    both = Both(40, 12)
    for top in (0, 2):
        both.fill([[("HEAD".ljust(40), "")], *([(f"line {n}".ljust(40), "")] for n in range(top, top + 11))])
    scrolled = both.written[-1]
    for cut in range(len(scrolled)):
        screen = Screen(40, 12)
        screen.feed(both.written[0] + scrolled[:cut])
        assert screen.pyte.margins is None


def test_a_line_that_scrolls_without_the_ability_is_written() -> None:
    both = Both(40, 12, PLAIN)
    for top in (0, 1):
        out = both.fill([[(f"line {n}".ljust(40), "on blue")] for n in range(top, top + 12)])
    assert not {"M", "L", "K"} & {piece[-1] for piece in out.split("\x1b[")[1:] if piece[-1:].isupper()}
    assert "\x1b[K" not in out


def test_one_cell_is_all_that_is_written() -> None:
    both = Both(200, 50)
    lines = [[(f"{n:<200}", "#e0e0e0 on #121212")] for n in range(50)]
    both.fill(lines)
    lines[20] = [("20".ljust(150) + "7".ljust(50), "#e0e0e0 on #121212")]
    assert len(both.fill(lines)) < 60
    assert both.fill(lines) == ""


EMOJI = ["e\u0301a", "👍🏽", "👩‍👩‍👧", "🇨🇳", "❤️", "☎", "שלום", "مرحبا", "\u200b", "1️⃣", "\u202eevil", "ﷺ", "☃️"]


@given(st.lists(st.lists(st.sampled_from([*EMOJI, "abc", "直播", " "]), max_size=5), min_size=1, max_size=6))
def test_what_is_of_uncertain_width_is_written_as_textual_does(names: list[list[str]]) -> None:
    """pyte and Rich do not agree about these either, and all the same the screens are equal."""
    both = Both(40, 3)
    both.fill([[("x" * 40, "on blue")]] * 3)
    for number, name in enumerate(names):
        text = "key " + "".join(name)
        line = [(text, "bold"), (f" {number} ", ""), (" " * (34 - cell_len(text)), "on red"), ("end", "")]
        both.draw(at(0, 1, render(line)) + at(0, 0))
    both.fill([[("y" * 40, "on blue")]] * 3)


def test_certain_widths_are_those_of_everybody() -> None:
    for code in range(0x20, 0x10FFFF):
        char = chr(code)
        if 0xD800 <= code < 0xE000 or 0x7F <= code < 0xA0 or uncertain(char):
            continue
        assert get_character_cell_size(char) == wcwidth(char) == len(written(char)), hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J",
        "text without a move",
        at(0, 0, "tab\there"),
        at(0, 0, "\x1b]8;id=1;https://example.com\x1b\\link\x1b]8;;\x1b\\"),
        at(0, 0, "\x1b_Gf=100;AAAA\x1b\\"),
        at(0, 0, "\x1b[4:3mcurly\x1b[0m"),
        at(0, 0, "\x1b[58;5;1mcoloured line\x1b[0m"),
        at(0, 0, "\x1b[1mnever put down"),
        at(0, 0, "one\ntwo"),
        at(0, 0, "too long for a line of twenty"),
        at(0, 7, "below"),
        at(0, 0, "\x1b[38;5mred"),
        at(0, 0, "\u0301 on nothing"),
        at(0, 0, "x\x9b2Jy"),
        "\x1b[5A" + at(0, 0, "x"),
    ],
)
def test_what_is_not_known_is_said_so(text: str) -> None:
    with pytest.raises(Unknown):
        Wanted().draw(text, (20, 5), synchronised=False)


def test_after_foreign_output_everything_is_written_again() -> None:
    both = Both(20, 4)
    lines = [[(f"line {n}".ljust(20), "on blue")] for n in range(4)]
    both.fill(lines)
    for screen in (both.plain, both.thrifty):
        screen.feed("\x1b[2J\x1b[1;1Hsomebody else")
    both.wanted.forget()
    both.differ.forget()
    both.draw(at(0, 1, render(lines[1])) + at(0, 0))
    both.fill(lines)
    assert "line 3" in both.written[-1]


def test_another_size_is_another_screen() -> None:
    wanted, differ = Wanted(), Differ(XTERM)
    for size in ((20, 4), (24, 5), (20, 4)):
        screen = Screen(*size)
        lines = [at(0, y, render([(f"line {y}".ljust(size[0]), "on blue")])) for y in range(size[1])]
        screen.feed(differ.output(wanted.draw("\n".join(lines), size, synchronised=False)))
        assert f"line {size[1] - 1}" in screen.text


def test_synchronised_frames_are_so_unless_there_is_nothing_to_show() -> None:
    wanted, differ = Wanted(), Differ(XTERM)
    out = differ.output(wanted.draw(at(0, 0, "x"), (5, 2), synchronised=True))
    assert out.startswith("\x1b[?2026h") and out.endswith("\x1b[?2026l")
    assert differ.output(wanted.draw(at(0, 0, "x"), (5, 2), synchronised=True)) == ""


@given(st.lists(STYLES, min_size=2, max_size=2))
def test_pens_are_changed_in_both_ways_alike(styles: list[str]) -> None:
    """From any pen to any other, terminals end with what Textual would have set from none."""
    both = Both(4, 1)
    both.fill([[("ab", styles[0]), ("cd", styles[1])]])
    both.fill([[("ab", styles[1]), ("cd", styles[0])]])


def test_pens_are_one_object_each() -> None:
    assert taken_up(NO_PEN, "1;31") is taken_up(taken_up(NO_PEN, "31"), "1")
    assert taken_up(taken_up(NO_PEN, "1;38;2;1;2;3"), "0") is NO_PEN
    assert taken_up(taken_up(NO_PEN, "1;2"), "22") is NO_PEN


@pytest.mark.parametrize(
    ("term", "lines", "background"),
    [
        ("xterm-256color", True, True),
        ("xterm-kitty", True, True),
        ("linux", True, True),
        ("screen.xterm-256color", True, False),
        ("tmux-256color", True, False),
        ("vt52", False, False),
        ("dumb", False, False),
        ("", False, False),
    ],
)
def test_what_a_terminal_can_do_is_told_by_its_name(term: str, lines: bool, background: bool) -> None:
    kind = kind_of(term)
    assert (kind.lines, kind.paints_erased) == (lines, background)
