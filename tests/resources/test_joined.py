"""The panes of several services as one book."""

from collections.abc import Sequence

import pytest

from livetui.catalogue import SERVICES
from livetui.resources import book, joined
from livetui.resources.events import RESOURCES as EVENTS
from livetui.resources.journal import JOURNAL
from livetui.resources.union import ALL_STREAMS, ON_AIR

ALONE = [(service,) for service in SERVICES]
TOGETHER = [("css", "mdp"), ("css", "mdp", "channel", "lvb"), ("mdp", "css"), ("lvb", "channel")]


@pytest.mark.parametrize("services", [*ALONE, *TOGETHER], ids=" ".join)
def test_every_pane_is_there_once_under_a_key_of_its_own(services: Sequence[str]) -> None:
    made = joined(services)
    keys = [pane.key for pane in made.panes]
    assert all(keys) and len(set(keys)) == len(keys)
    assert len({pane.id for pane in made.panes}) == len(made.panes)
    listed = [name for pane in made.panes for name in pane.resources]
    assert len(set(listed)) == len(listed)
    assert set(listed) <= set(made.resources)
    for service in services:
        for name, resource in book(service).resources.items():
            assert made.resources[name] is resource
            assert made.pane_of(name)


@pytest.mark.parametrize("services", [*ALONE, *TOGETHER], ids=" ".join)
def test_what_is_this_machines_own_is_there_once(services: Sequence[str]) -> None:
    made = joined(services)
    assert [pane.id for pane in made.panes].count(JOURNAL.id) == 1
    for resource in (JOURNAL, *EVENTS):
        assert made.pane_of(resource.id)


def test_the_first_service_keeps_its_keys() -> None:
    alone = {pane.id: pane.key for pane in book("css").panes}
    keys = {pane.id: pane.key for pane in joined(("css", "mdp", "channel", "lvb")).panes}
    assert alone.items() <= keys.items()


@pytest.mark.parametrize("services", [("css", "mdp"), ("apsara",), ("channel", "lvb")], ids=" ".join)
def test_all_sources_is_the_first_tab_of_what_is_on_the_air(services: Sequence[str]) -> None:
    made = joined(services, ALL_STREAMS)
    pane = made.pane_of(ALL_STREAMS.id)
    assert pane.resources[0] == ALL_STREAMS.id and pane.resources[1] in ON_AIR
    assert sum(ALL_STREAMS.id in one.resources for one in made.panes) == 1
    assert ALL_STREAMS.id not in joined(services).resources


def test_all_sources_stands_in_the_pane_of_the_first_list() -> None:
    made = joined(("channel", "css"), ALL_STREAMS)
    assert "streams" in made.pane_of(ALL_STREAMS.id).resources
