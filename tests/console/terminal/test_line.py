"""The line to the terminal: order, frames that are skipped, and terminals that tell what has arrived."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator

import pytest
from judge import Screen

from livetui.console.table.text import fit
from livetui.console.terminal.differ import Differ
from livetui.console.terminal.kinds import kind_of
from livetui.console.terminal.line import Line, Pace
from livetui.console.terminal.wanted import Frame, Wanted

SIZE = (60, 20)


class Pipe:
    """A line, and what comes out at its other end."""

    def __init__(self, pace: Pace) -> None:
        self.reads, self.writes = os.pipe()
        self.line = Line(self.writes, Differ(kind_of("xterm")), pace)
        self.wanted = Wanted()
        self.line.start()

    def frame(self, text: str) -> Frame:
        """A screen full of lines that begin with a text, and are different each."""
        lines = [f"\x1b[{y + 1};1H{fit(f'{text} {hash((text, y))}', SIZE[0])}" for y in range(SIZE[1])]
        return self.wanted.draw("\n".join(lines), SIZE, synchronised=False)

    def fill(self) -> None:
        """Put in what no one reads, until the line holds no more."""
        os.set_blocking(self.writes, False)
        try:
            while True:
                os.write(self.writes, b"." * 512)
        except BlockingIOError:
            os.set_blocking(self.writes, True)

    def until(self, text: str) -> str:
        came = b""
        while text.encode() not in came:
            assert select.select([self.reads], [], [], 10)[0], came
            came += os.read(self.reads, 4096)
        return came.decode()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe(Pace())
    yield made
    made.line.stop()
    for handle in (made.reads, made.writes):
        os.close(handle)


def test_frames_that_the_line_is_too_slow_for_are_skipped(pipe: Pipe) -> None:
    pipe.fill()
    for number in range(200):
        pipe.line.show(pipe.frame(f"frame-{number:03}"))
    pipe.line.write("\x1b]2;end\x07")
    came = pipe.until("end")
    screen = Screen(*SIZE)
    screen.feed(came.lstrip("."))
    assert screen.text.count("frame-199") == SIZE[1]
    one = SIZE[0] * SIZE[1]
    assert len(came.lstrip(".")) < 2.5 * one, "the one that was being written, and the last"


def test_everything_else_comes_in_order_and_whole(pipe: Pipe) -> None:
    pipe.line.write("\x1b]2;one\x07")
    pipe.line.show(pipe.frame("before"))
    pipe.line.pass_on("\x1b[?1049lelsewhere")
    pipe.line.show(pipe.frame("after"))
    pipe.line.write("\x07\x1b]2;two\x07")
    came = pipe.until("two")
    assert came.index("one") < came.index("elsewhere") < came.rindex("after") < came.index("two")


def test_after_foreign_output_the_same_frame_is_written_again(pipe: Pipe) -> None:
    frame = pipe.frame("same")
    pipe.line.show(frame)
    pipe.line.write("\x1b]2;one\x07")
    pipe.until("one")
    pipe.line.show(frame)
    pipe.line.write("\x1b]2;two\x07")
    assert "same" not in pipe.until("two")
    pipe.line.pass_on("")
    pipe.line.show(frame)
    pipe.line.write("\x1b]2;three\x07")
    assert "same" in pipe.until("three")


def test_a_fault_of_the_differ_costs_bytes_and_nothing_else(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_self: Differ, _frame: Frame) -> str:
        raise IndexError

    frame = pipe.frame("despite 直播")
    with monkeypatch.context() as broken:
        broken.setattr(Differ, "output", fails)
        pipe.line.show(frame)
        pipe.line.write("\x1b]2;one\x07")
        came = pipe.until("one")
    screen = Screen(*SIZE)
    screen.feed(came)
    assert screen.text.count("despite") == SIZE[1]
    assert pipe.line.fell_back == 1
    pipe.line.show(pipe.frame("again"))
    pipe.line.write("\x1b]2;two\x07")
    screen.feed(pipe.until("two"))
    assert screen.text.count("again") == SIZE[1]
    assert pipe.line.fell_back == 1


def test_a_terminal_that_is_gone_hangs_nothing_up() -> None:
    pipe = Pipe(Pace())
    os.close(pipe.reads)
    for number in range(3):
        pipe.line.show(pipe.frame(f"frame-{number}"))
        pipe.line.write("\x07")
    pipe.line.stop()
    os.close(pipe.writes)


def test_what_was_written_last_is_written_before_the_end(pipe: Pipe) -> None:
    pipe.line.show(pipe.frame("last"))
    pipe.line.write("\x1b[?1049l")
    pipe.line.stop()
    came = pipe.until("1049l")
    assert "last" in came


def test_a_line_that_does_not_block_is_waited_for(pipe: Pipe) -> None:
    pipe.fill()
    os.set_blocking(pipe.writes, False)
    pipe.line.write("\x1b]2;at last\x07")
    assert pipe.until("at last")


def test_nothing_is_asked_of_a_terminal_that_does_not_answer() -> None:
    pace = Pace()
    assert pace.question(1_000_000) == b""
    pace.wait()


def test_what_is_on_its_way_is_known_from_the_answers() -> None:
    pace = Pace()
    assert not pace.answered(), "to a question of Textual's own"
    assert pace.question(Pace.EVERY - 1) == b""
    assert pace.question(1) == Pace.QUESTION
    pace.wait()
    assert pace.question(2 * Pace.MOST) == Pace.QUESTION
    assert pace.answered() and pace.answered()
    pace.wait()
    assert not pace.answered()


def test_an_answer_that_does_not_come_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace, "SECONDS", 0.001)
    pace = Pace()
    pace.answered()
    for _ in range(3):
        assert pace.question(2 * Pace.MOST) == Pace.QUESTION
        pace.wait()
    assert not pace.answers
    assert pace.question(2 * Pace.MOST) == b""


def test_a_screen_waits_for_what_is_on_its_way() -> None:
    pace = Pace()
    pace.answered()
    pipe = Pipe(pace)
    pipe.line.write("x" * (Pace.MOST + 1))
    pipe.until(Pace.QUESTION.decode())
    for number in range(50):
        pipe.line.show(pipe.frame(f"frame-{number:02}"))
    assert not select.select([pipe.reads], [], [], 0)[0]
    pace.answered()
    pipe.line.write("\x1b]2;end\x07")
    came = pipe.until("end")
    assert "frame-49" in came and "frame-10" not in came
    pipe.line.stop()
    for handle in (pipe.reads, pipe.writes):
        os.close(handle)
