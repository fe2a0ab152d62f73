"""Lists of several accounts as one: what failed is named, whose rows stay and whose leave."""

from datetime import UTC, datetime, timedelta

import pytest

from livetui.catalogue import load
from livetui.client import ClientError, Unreachable
from livetui.resources import book
from livetui.resources.union import ALL_STREAMS
from livetui.watch.cells import Reader
from livetui.watch.diff import advance
from livetui.watch.things import Failure, Gathered, Identity, Snapshot, Thing
from livetui.watch.union import NothingCame, Part, UnionReader, Whose, merged

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CSS, ALI = ("prod", "streams"), ("ali", "apsara_streams")
DOWN = Unreachable("ListStreams", "the network is gone")


def thing(whose: Whose, name: str, region: str = "") -> Thing:
    profile, resource = whose
    data = {"DomainName": "live.example", "AppName": "live", "StreamName": name}
    return Thing(Identity(profile, region, resource, (name,)), data, NOW)


def reading(*things: Thing, at: datetime = NOW, **rest: object) -> Gathered:
    return Gathered(things=things, at=at, **rest)  # type: ignore[arg-type]


def both(css: Gathered | ClientError, ali: Gathered | ClientError) -> Gathered:
    return merged([(CSS, "prod css", css), (ALI, "ali", ali)])


def names(identities: object) -> set[str]:
    return {identity.key[0] for identity in identities}  # type: ignore[attr-defined]


def values(one: Thing) -> dict[str, object]:
    return {}


def test_one_reading_of_all_has_every_row_and_is_as_old_as_its_oldest_part() -> None:
    early = NOW - timedelta(seconds=9)
    made = both(
        reading(thing(CSS, "a"), total=5, atomic=True, calls=2, took=1.0),
        reading(thing(ALI, "b"), at=early, total=1, atomic=True, calls=3, took=4.0),
    )
    assert [one.identity.key for one in made.things] == [("a",), ("b",)]
    assert (made.at, made.total, made.calls, made.took) == (early, 6, 5, 4.0)
    assert made.atomic and made.complete and not made.failures


def test_a_total_is_that_of_the_parts_that_tell_one() -> None:
    assert both(reading(total=None), reading(total=3)).total == 3
    assert both(reading(total=None), reading(total=None)).total is None
    assert both(reading(ceiling=3000), reading()).ceiling == 3000


def test_a_source_that_did_not_come_is_named_and_keeps_its_things() -> None:
    first = advance(Snapshot(), both(reading(thing(CSS, "a")), reading(thing(ALI, "b"))), values)
    made = both(DOWN, reading(atomic=True))
    assert [str(failure) for failure in made.failures] == [f"prod css: {DOWN}"]
    second = advance(first, made, values)
    assert names(second.things) == {"a", "b"}
    assert names(second.gone) == {"b"} and not second.missing and names(second.unread) == {"a"}
    third = advance(second, made, values)
    assert names(third.things) == {"a"}, "what left where the reading came is let go of"


def test_a_paged_source_needs_two_readings_whatever_the_other_is() -> None:
    first = advance(Snapshot(), both(reading(thing(CSS, "a")), reading(thing(ALI, "b"))), values)
    made = both(reading(), reading(atomic=True))
    second = advance(first, made, values)
    assert names(second.missing) == {"a", "b"} and not second.gone
    assert names(advance(second, made, values).gone) == {"a", "b"}


def test_a_region_that_failed_keeps_what_is_there_and_nothing_else() -> None:
    here, there = thing(CSS, "a", "ap-one"), thing(CSS, "b", "ap-two")
    # The same region of another source, which came.
    other = thing(ALI, "c", "ap-two")
    first = advance(Snapshot(), both(reading(here, there), reading(other)), values)
    made = both(
        reading(failures=(Failure("DescribeStreams", "ap-two", DOWN),), atomic=True), reading(atomic=True)
    )
    assert str(made.failures[0]) == f"prod css, DescribeStreams ap-two: {DOWN}"
    second = advance(first, made, values)
    assert names(second.gone) == {"a", "c"} and names(second.unread) == {"b"}


def test_all_regions_of_a_source_down_is_the_source_down() -> None:
    """It raises then, as a source of one region does: its things stay, in whatever region."""
    there = [thing(CSS, "a", "ap-one"), thing(CSS, "b", "ap-two")]
    first = advance(Snapshot(), both(reading(*there), reading()), values)
    second = advance(first, both(DOWN, reading(atomic=True)), values)
    assert names(second.things) == {"a", "b"} and not second.gone and not second.missing


def test_nothing_from_anywhere_is_a_failure_that_names_every_source() -> None:
    with pytest.raises(NothingCame) as raised:
        both(DOWN, Unreachable("ListStreams", "no such host"))
    text = str(raised.value)
    assert "prod css: " in text and "ali: " in text and "no such host" in text
    assert raised.value.remedy == DOWN.remedy


def test_rows_are_read_by_their_own_list_in_the_columns_that_they_share() -> None:
    css, apsara = load("css"), load("apsara")
    parts = {
        CSS: Part("prod css", Reader(css, book("css").resources["streams"], UTC)),
        ALI: Part("ali", Reader(apsara, book("apsara").resources["apsara_streams"], UTC)),
    }
    reader = UnionReader(ALL_STREAMS, parts, UTC)
    reader.now = NOW
    rows = {}
    for whose, more in ((CSS, {"PublishTimeList": []}), (ALI, {"PublishTime": "2026-03-10T11:00:00Z"})):
        one = thing(whose, "gate")
        one = Thing(one.identity, {**one.data, **more}, NOW)
        cells = reader.cells(one, NOW)
        rows[whose] = {column.id: cells[n].text for n, column in enumerate(ALL_STREAMS.columns)}
    assert rows[CSS]["name"] == rows[ALI]["name"] == "gate"
    assert (rows[CSS]["source"], rows[ALI]["source"]) == ("prod css", "ali")
    assert rows[ALI]["age"] == "1h00m" and rows[ALI]["domain"] == rows[CSS]["domain"] == "live.example"


def test_every_column_of_all_sources_is_one_that_two_of_the_lists_have() -> None:
    lists = [
        book(service).resources[name]
        for service, name in (
            ("css", "streams"),
            ("apsara", "apsara_streams"),
            ("channel", "channel_channels"),
        )
    ]
    for column in ALL_STREAMS.columns:
        having = [one for one in lists if column.id in {c.id for c in one.columns}]
        assert column.id == "source" or len(having) >= 2, column.id
        assert {c.kind for one in having for c in one.columns if c.id == column.id} <= {column.kind}
