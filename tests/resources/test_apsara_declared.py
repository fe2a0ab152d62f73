"""What is declared of ApsaraVideo Live is in its catalogue; rows that say several things in one text."""

import pytest
from declared import Declared

from livetui.catalogue import load
from livetui.resources import book
from livetui.resources.apsara.parts import address, lasted
from livetui.resources.apsara.recording import formats
from livetui.resources.apsara.streams import online_state
from livetui.resources.css.streams import STREAMS as CSS_STREAMS
from livetui.resources.model import Resource

APSARA, BOOK = load("apsara"), book("apsara")
HELD = Declared(APSARA, BOOK)
OWN = [resource for resource in BOOK.resources.values() if resource.service == "apsara"]
EACH = pytest.mark.parametrize("resource", OWN, ids=lambda resource: resource.id)


@EACH
def test_columns_keys_joins_and_parents(resource: Resource) -> None:
    assert resource.id.startswith("apsara_")
    HELD.rows(resource)


@EACH
def test_a_verb_sends_what_its_action_wants_and_no_more(resource: Resource) -> None:
    for verb in resource.verbs:
        HELD.verb(resource, verb)
    HELD.keys(resource)


@EACH
def test_forms_and_sections(resource: Resource) -> None:
    HELD.forms(resource)
    for section in resource.sections:
        HELD.section(resource, section)


def test_every_resource_has_its_place() -> None:
    HELD.panes()


def test_every_action_is_reached_from_a_pane() -> None:
    used = set()
    for resource in OWN:
        used |= {resource.create, *(verb.action for verb in resource.verbs)}
        used |= {source.action for source in (resource.source, *(j.source for j in resource.joins)) if source}
        used |= {name for section in resource.sections for name in (section.action, section.edit)}
        used |= {resource.edit.action} if resource.edit else set()
    assert set(APSARA.names) - used == set()


def test_columns_that_mean_the_same_are_called_the_same_as_css_streams() -> None:
    ids = {column.id for column in BOOK.resources["apsara_streams"].columns}
    assert {"name", "domain", "app", "age", "since", "state", "fps", "rate"} <= ids
    assert {"name", "domain", "app", "age", "since", "state"} <= {c.id for c in CSS_STREAMS.columns}


@pytest.mark.parametrize(
    ("said", "domain", "app", "name"),
    [
        ("live.harbor.example/live/cam", "live.harbor.example", "live", "cam"),
        ("rtmp://live.harbor.example/live/cam", "live.harbor.example", "live", "cam"),
        ("rtmp://live.harbor.example/live/cam?auth_key=1-0-0-x", "live.harbor.example", "live", "cam"),
        ("live.harbor.example/live/a/b", "live.harbor.example", "live", "a/b"),
    ],
)
def test_an_address_is_taken_apart(said: str, domain: str, app: str, name: str) -> None:
    named = {"DomainName": domain, "AppName": app, "StreamName": name}
    assert address("StreamUrl")({"StreamUrl": said, "UserNumber": 3}) == {
        "StreamUrl": said,
        "UserNumber": 3,
        **named,
    }
    assert address("StreamUrl")({"": said}) == {"StreamUrl": said, **named}


@pytest.mark.parametrize("said", ["cam", "live/cam", "", None])
def test_what_is_no_address_is_left_as_it_is(said: str | None) -> None:
    row = {"StreamName": said, "Action": "forbid"}
    assert address("StreamName")(row) == row


def test_small_readings() -> None:
    assert online_state({}).word == online_state({"push": None}).word == "live"
    assert online_state({"push": {"BitRate": 0.0}}).tone == "bad"
    seconds = lasted("PublishTime", "StopTime")
    assert seconds({"PublishTime": "2026-03-10T11:00:00Z", "StopTime": "2026-03-10T11:05:30Z"}) == 330
    assert seconds({"PublishTime": "2026-03-10T11:00:00Z", "StopTime": ""}) is None
    row = {"RecordFormatList": [{"Format": "m3u8", "CycleDuration": 3600}, {"Format": "mp4"}]}
    assert formats(row) == "m3u8 60m mp4"
