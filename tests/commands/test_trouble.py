"""`livetui demo --trouble NAME`: the stories, as far as they happen to the cloud, and in a terminal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from emulated import Served
from terminal import terminal

from livetui.cli import main
from livetui.commands.troubles import FORBID, TROUBLES, Cloud, DemoClock, Step, Story, Trouble
from livetui.emulator.faults import Faults
from livetui.operations.journal import pair, read


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "LIVETUI_CONFIG_DIR": str(tmp_path / "config"),
        "LIVETUI_STATE_DIR": str(tmp_path / "state"),
    }


def test_the_list_of_troubles_says_what_each_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--trouble", "list"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == list(TROUBLES)
    assert {"outage", "bulk", "kill", "throttle", "slow", "denied"} <= set(TROUBLES)


def test_a_trouble_that_is_none_names_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--trouble", "flood"]) == 2
    assert "outage" in capsys.readouterr().err


@pytest.mark.parametrize("name", TROUBLES)
def test_every_fault_of_a_story_can_be_had_and_every_word_fits(name: str) -> None:
    actions = {fault.get("action", "*") for step in TROUBLES[name].steps for fault in step.faults}
    from livetui.catalogue import load

    assert all(action == "*" or action in load("css") for action in actions)
    for step in TROUBLES[name].steps:
        for fault in step.faults:
            Faults().add(dict(fault))
        assert len(step.says) <= 2 * 78 - len("story: ")


class Played:
    """A story played at once, as far as its steps go."""

    def __init__(self, emulator: Served, trouble: Trouble) -> None:
        self.said: list[str] = []
        self.killed = threading.Event()
        self.clock = DemoClock()
        self.story = Story(trouble, Cloud(emulator.url), self.clock, self.said.append, self.killed.set)


def test_ten_minutes_pass_in_an_outage_here_and_there(emulator: Served) -> None:
    steps = TROUBLES["outage"].steps
    assert sum(step.after + step.leap for step in steps[1:-1]) == 600
    before = emulator.clock.now()
    at_once = Trouble("", tuple(Step(0, s.says, s.faults, s.mends, s.leap) for s in steps))
    played = Played(emulator, at_once)
    played.story.play()
    assert (emulator.clock.now() - before).total_seconds() == played.clock.ahead.total_seconds() == 550
    assert not emulator.control("faults", method="GET")["faults"]
    assert played.said[0].startswith("story: the network goes away")
    assert played.said[-1].startswith("story: the network is back")


def test_a_story_waits_for_what_the_operator_does(emulator: Served) -> None:
    steps = (Step(0, calls=(FORBID, 2)), Step(0, "two were sent", kills=True))
    played = Played(emulator, Trouble("", steps))
    thread = threading.Thread(target=played.story.play)
    thread.start()
    ban = {"DomainName": "push.stadium.example", "AppName": "live"}
    emulator.call(FORBID, **ban, StreamName="match-01-main")
    assert not played.killed.is_set()
    emulator.call(FORBID, **ban, StreamName="match-02-main")
    thread.join(30)
    assert played.killed.is_set() and played.said == ["story: two were sent"]


def test_a_story_ends_with_its_demo(emulator: Served) -> None:
    played = Played(emulator, Trouble("", (Step(3600, "never"),)))
    played.story.ended.set()
    played.story.play()
    assert played.said == []

    def gone(text: str) -> None:
        raise RuntimeError("the app is not running")

    ended = Story(Trouble("", (Step(0, "a"), Step(0, "b"))), Cloud(emulator.url), DemoClock(), gone, gone)  # type: ignore[arg-type]
    ended.play()
    away = Story(Trouble("", (Step(0, mends=True),)), Cloud("http://127.0.0.1:9"), DemoClock(), gone, gone)  # type: ignore[arg-type]
    away.play()


def test_forty_names_are_of_streams_on_the_air_and_fit_one_each(
    serve_emulator: Callable[..., Served],
) -> None:
    emulator = serve_emulator(streams=60)
    rows = emulator.control("streams", method="GET")["streams"]
    names = Cloud(emulator.url).streams(40)
    assert len(names) == len(set(names)) == 40
    for name in names:
        fits = [row for row in rows if name in (row["name"], f"{row['domain']}/{row['app']}/{row['name']}")]
        assert len(fits) == 1 and fits[0]["state"] == "active"


def test_a_bulk_run_that_is_killed_is_picked_up_by_the_next_console(
    env: dict[str, str], tmp_path: Path
) -> None:
    with terminal("demo", "--trouble", "kill", env=env) as screen:
        screen.shows("story: forty names wait", "as of")
        screen.press("L")
        screen.shows("what is to be done")
        screen.press("f")
        screen.shows("one stream a line")
        screen.press("\x19")
        screen.shows("type demo:40", "reason *")
        screen.press("1h\rrights\rdemo:40")
        screen.shows("demo:40  ")
        screen.until(lambda text: "reading all" not in text and "reading…" not in text, "read again")
        screen.press("\x19")
        screen.shows("was killed", "Enter starts the console again")
        records = pair(read(tmp_path / "state" / "journal.jsonl"))
        sent = {record.status for record in records}
        assert "unknown" in sent and all(record.intent.action == FORBID for record in records)
        screen.press("\r")
        screen.shows("as of", "unknown")
        screen.press("5")
        screen.shows("unknown: took effect")
        screen.press("L")
        screen.shows("what is to be done")
        screen.press("f")
        screen.shows("one stream a line", "# took effect: push.")
        screen.press("\x1b")
        screen.shows("kept for the next time")
        screen.press("q")
        assert screen.ends() == 0
