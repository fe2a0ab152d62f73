"""Every list of Media Packaging read from the emulated account: rows, regions, parents, parts, secrets."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from emulated import Served
from packager import BOOK, LISTED, MDP, Packager, packager

from livetui.catalogue.mask import DOTS, mask
from livetui.client import ApiError, Priority
from livetui.console.table.layout import arrange
from livetui.console.table.row import TableColumn
from livetui.watch.cells import Reader
from livetui.watch.gather import gather
from livetui.watch.line import line

EMPTY = {"mdp_harvests": {"error"}, "mdp_remuxes": {"error"}}
"""Columns that may be empty in every row."""


@pytest.fixture
async def here(emulator: Served, tmp_path: Path) -> AsyncIterator[Packager]:
    async with packager(emulator, tmp_path) as made:
        yield made


@pytest.mark.parametrize("resource_id", LISTED)
async def test_a_list_is_read_and_every_column_finds_its_member(here: Packager, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    read = await here.read(resource_id)
    assert read.things and not read.failures and read.request_id and read.complete
    assert len({thing.identity for thing in read.things}) == len(read.things)
    assert all(thing.region and all(thing.identity.key) for thing in read.things)
    reader = Reader(MDP, resource)
    rows = [reader.cells(thing, here.account.now()) for thing in read.things]
    for number, column in enumerate(resource.columns):
        assert column.id in EMPTY.get(resource_id, ()) or any(row[number].text for row in rows), column.id
        if column.kind in ("time", "number", "seconds"):
            assert all(row[number].value is not None for row in rows if row[number].text), column.id


@pytest.mark.parametrize("resource_id", LISTED)
async def test_80_columns_name_a_thing_and_say_what_it_is(here: Packager, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    reader = Reader(MDP, resource)
    rows = [reader.cells(thing, here.account.now()) for thing in await here.things(resource_id)]
    columns = [TableColumn(c.id, c.title, rank=c.rank, widest=c.widest) for c in resource.columns]
    titles = [len(c.title) for c in resource.columns]
    wanted = [max(titles[n], *(len(row[n].text) for row in rows)) for n in range(len(columns))]
    layout = arrange(columns, wanted, 80, titles=titles)
    shown = {columns[place.index].id: place.width for place in layout.places}
    needed = {column.id for column in resource.columns if column.rank == 0}
    assert needed <= set(shown) and len(shown) >= 4, shown
    assert all(width >= 6 or width >= wanted[[c.id for c in columns].index(i)] for i, width in shown.items())


async def test_things_are_those_of_all_regions_and_say_where_they_are(here: Packager) -> None:
    things = await here.things("mdp_ssai")
    assert len({thing.region for thing in things}) > 1
    assert all(thing.region == thing.data["Region"] for thing in things)


async def test_a_region_that_fails_is_named_and_the_others_come(here: Packager, emulator: Served) -> None:
    for action in ("DescribeStreamPackageChannels", "DescribeStreamPackageSourceLocations"):
        emulator.fault("error", action, region="eu-frankfurt", code="UnauthorizedOperation", message="no")
    for resource in ("mdp_channels", "mdp_endpoints", "mdp_sources", "mdp_source_alerts"):
        read = await here.read(resource)
        assert {failure.region for failure in read.failures} == {"eu-frankfurt"}, resource
        assert not read.complete and read.things
        assert "eu-frankfurt" not in {thing.region for thing in read.things}


async def test_a_list_that_fails_everywhere_raises(here: Packager, emulator: Served) -> None:
    emulator.fault("error", "DescribeStreamPackageChannels", code="UnauthorizedOperation", message="no")
    with pytest.raises(ApiError):
        await here.read("mdp_inputs")


async def test_parts_of_a_channel_are_rows_that_know_their_channel(here: Packager) -> None:
    channels = {thing.data["Id"]: thing for thing in await here.things("mdp_channels")}
    for resource, member in (("mdp_endpoints", "Endpoints"), ("mdp_inputs", "Inputs")):
        parts = await here.things(resource)
        assert len(parts) == sum(len(one.data["Points"][member]) for one in channels.values())
        for part in parts:
            channel = channels[part.data["ChannelId"]]
            assert part.region == channel.region and part.data["ChannelName"] == channel.data["Name"]
            own = channel.data["Points"][member][part.data["Number"] - 1]
            assert {name: part.data[name] for name in own} == own


async def test_a_parent_is_asked_in_its_own_region_only(here: Packager, emulator: Served) -> None:
    locations = await here.things("mdp_locations")
    emulator.control("calls", method="DELETE")
    sources = await here.things("mdp_sources")
    asked = emulator.calls("DescribeStreamPackageSources")
    assert len(asked) == len(locations)
    assert {thing.data["LocationName"] for thing in sources} == {one.data["Name"] for one in locations}
    regions = {one.data["Id"]: one.region for one in locations}
    assert all(thing.region == regions[thing.data["LocationId"]] for thing in sources)


async def test_parents_may_have_parents(here: Packager) -> None:
    alerts = await here.things("mdp_source_alerts")
    sources = {thing.data["Id"] for thing in await here.things("mdp_sources")}
    assert alerts and {alert.data["SourceId"] for alert in alerts} <= sources


async def test_every_program_has_the_channel_it_is_on(here: Packager) -> None:
    programs = await here.things("mdp_programs")
    assert all(program.data["channel"]["Id"] == program.data["AttachedChannel"] for program in programs)
    reader = Reader(MDP, BOOK.resources["mdp_programs"])
    begins = [c.id for c in BOOK.resources["mdp_programs"].columns].index("begin")
    for one in programs:
        # What a loop says of its first round says nothing of the next.
        once = one.data["channel"]["PlaybackMode"] != "Loop"
        assert bool(reader.cells(one, here.account.now())[begins].value) == once


@pytest.mark.parametrize(
    ("resource_id", "way"),
    [("mdp_endpoints", ("AuthInfo", "AuthKey")), ("mdp_inputs", ("AuthInfo", "Password"))],
)
async def test_secrets_of_parts_are_masked(here: Packager, resource_id: str, way: tuple[str, str]) -> None:
    fields = Reader(MDP, BOOK.resources[resource_id]).row_fields()
    held = [thing.data for thing in await here.things(resource_id) if thing.data[way[0]][way[1]]]
    assert held
    for data in held:
        assert mask(MDP, fields, data)[way[0]][way[1]].startswith(DOTS)


# When what plays.


def test_a_line_shows_the_next_hours_without_colour() -> None:
    opening, feature = (1000.0, 1800.0, "opening"), (2800.0, 900.0, "feature")
    assert line((feature, opening), 1000.0) == ("██▒" + "·" * 21 + " opening", 1000.0)
    assert line((opening, feature), 1000.0 - 3600)[0] == "····██▒" + "·" * 17
    assert line((opening, feature), 2900.0) == ("▒" + "·" * 23 + " feature", 2800.0)
    assert line((opening,), 90_000.0) == ("·" * 24, 1000.0)
    assert line((), 0.0) == ("", None)


def test_what_has_no_known_length_is_still_seen() -> None:
    assert line(((900.0, 0.0, ""),), 0.0)[0] == "·█" + "·" * 22


async def test_a_channels_line_goes_on_with_the_time(here: Packager, emulator: Served) -> None:
    resource = BOOK.resources["mdp_assembly"]
    reader = Reader(MDP, resource)
    number = [column.id for column in resource.columns].index("line")
    thing = next(t for t in await here.things("mdp_assembly") if t.data["Name"] == "harbor-24h")
    cells = reader.cells(thing, here.account.now())
    assert cells[number].text == "██▒▒██" + "·" * 18 + " opening"
    reader.now += timedelta(minutes=45)
    assert cells[number].text == "▒██" + "·" * 18 + "▒▒▒ feature"


async def test_the_schedule_is_told_for_loops_too(here: Packager) -> None:
    rows = [thing.data for thing in await here.things("mdp_schedule")]
    looped = [row["PlaybackConf"]["StartTime"] for row in rows if row["ChannelName"] == "market-loop"]
    assert len(looped) > 3 and len(set(looped)) == len(looped)
    told = await here.things("mdp_assembly")
    shown = Reader(MDP, BOOK.resources["mdp_assembly"])
    loop = next(thing for thing in told if thing.data["Name"] == "market-loop")
    assert shown.values(loop)["line"] == ()


async def test_reading_again_gives_the_same_data(here: Packager) -> None:
    for resource_id in ("mdp_endpoints", "mdp_sources", "mdp_programs"):
        first = {thing.identity: thing for thing in await here.things(resource_id)}
        again = await gather(here.account, BOOK.resources[resource_id], priority=Priority.READ, known=first)
        assert {thing.identity: thing.data for thing in again.things} == {
            identity: thing.data for identity, thing in first.items()
        }
