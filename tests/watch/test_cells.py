"""How values of the kinds of columns that several services share are shown, sorted and filtered."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from livetui.catalogue import load
from livetui.resources import book
from livetui.resources.model import Column, Resource
from livetui.watch.cells import Cell, Reader, volume
from livetui.watch.filter import Filter, quantity
from livetui.watch.things import Identity, Thing

APSARA, BOOK = load("apsara"), book("apsara")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EAST = timezone(timedelta(hours=8))


def shown(resource: Resource, row: dict[str, Any]) -> dict[str, Cell]:
    thing = Thing(Identity("p", "", resource.id, ("k",)), row, NOW)
    cells = Reader(APSARA, resource, EAST).cells(thing, NOW)
    return {column.id: cell for column, cell in zip(resource.columns, cells, strict=True)}


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.00 kB"),
        (20_440_000, "20.4 MB"),
        (999_600_000, "1.00 GB"),
        (600_788_000_000, "601 GB"),
        (1_555_802_000_000, "1.56 TB"),
        (4.2e15, "4,200.00 TB"),
    ],
)
def test_volumes_have_three_figures_and_their_unit(size: float, text: str) -> None:
    assert volume(size) == text


def test_a_bit_rate_is_taken_by_the_unit_of_its_member() -> None:
    cells = shown(BOOK.resources["apsara_streams"], {"push": {"BitRate": 2320.5}})
    assert cells["rate"] == Cell("2.32M", 2_320_500.0)
    assert shown(BOOK.resources["apsara_bandwidth"], {"BpsValue": 24.3e9})["total"].text == "24.30G"


def test_a_day_of_utc_is_not_moved_into_another_zone() -> None:
    resource = BOOK.resources["apsara_pictured"]
    day = shown(resource, {"Date": "20260309"})["day"]
    assert day == Cell("2026-03-09", datetime(2026, 3, 9, tzinfo=UTC).timestamp())
    assert quantity("2026-03-09", "day") == day.value
    columns = [(column.id, column.title, column.kind) for column in resource.columns]
    row = [day, *[Cell()] * (len(columns) - 1)]
    assert Filter.parse("day:2026-03-09", columns).matches(row)
    assert Filter.parse("day>=2026-03-09", columns).matches(row)
    assert not Filter.parse("day>2026-03-09", columns).matches(row)


def test_volumes_are_filtered_by_their_unit() -> None:
    assert quantity("500GB", "bytes") == 500e9 and quantity("1.5T", "bytes") == 1.5e12


def test_what_has_not_begun_is_scheduled_and_what_is_over_has_ended() -> None:
    resource = BOOK.resources["apsara_pulls"]
    reader = Reader(APSARA, resource)

    def state(begin: int, end: int) -> str:
        row = {
            name: (NOW + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
            for name, hours in (("StartTime", begin), ("EndTime", end))
        }
        return reader.state(Thing(Identity("p", "", resource.id, ("k",)), row, NOW)).word

    assert [state(-2, 2), state(1, 2), state(-2, -1)] == ["in force", "scheduled", "ended"]


def test_a_column_without_a_field_is_shown_as_it_is() -> None:
    resource = BOOK.resources["apsara_bandwidth"]._replace(
        columns=(Column("x", "X", lambda row: row.get("x"), "bps"),)
    )
    assert shown(resource, {"x": 1500})["x"] == Cell("1.50k", 1500.0)
