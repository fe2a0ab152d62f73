from __future__ import annotations

import json
from collections import Counter

import pytest

from livetui.catalogue import SERVICES, load
from livetui.cli import main

SCALARS = {"string", "integer", "float", "boolean", "timestamp"}


def test_json_tells_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actions", "css", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    catalogue = load("css")
    assert [one["action"] for one in listed] == list(catalogue.names)
    structures = set(catalogue.structure_names())
    for one in listed:
        assert one["service"] == "css"
        assert one["version"] == "2018-08-01"
        assert one["effect"] in ("read", "write", "destructive")
        assert one["rate_limit"] > 0
        assert isinstance(one["paginated"], bool)
        assert isinstance(one["deprecated"], bool)
        assert one["summary"]
        for field in one["parameters"] + one["response"]:
            assert isinstance(field["required"], bool)
            inner = field["type"].removeprefix("list[").removesuffix("]")
            assert inner in SCALARS | structures, (one["action"], field["name"])


def test_without_a_service_all_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    main(["actions", "--json"])
    everything = capsys.readouterr().out
    each = []
    for service in SERVICES:
        main(["actions", service, "--json"])
        each += json.loads(capsys.readouterr().out)
    assert json.loads(everything) == each
    counts = Counter(one["service"] for one in each)
    assert counts == {"css": 119, "mdp": 60, "apsara": 50, "lvb": 16, "channel": 18}


def test_the_table_fits_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actions", "css"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) == len(load("css").names) + 4


def test_each_service_has_a_table_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line.partition(":")[0] for line in lines if ", version " in line]
    assert heads == [*SERVICES]
    assert len(lines) == sum(len(load(service).names) + 6 for service in SERVICES) - 1


@pytest.mark.parametrize("effect", ["read", "write", "destructive"])
def test_by_effect(capsys: pytest.CaptureFixture[str], effect: str) -> None:
    assert main(["actions", "--effect", effect, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    wanted = [action.name for service in SERVICES for action in load(service) if action.effect == effect]
    assert [one["action"] for one in listed] == wanted


def test_every_action_has_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    for service, name in [(each.service, name) for each in map(load, SERVICES) for name in each.names]:
        assert main(["actions", service, name]) == 0
        out = capsys.readouterr().out
        assert name in out
        assert max(map(len, out.splitlines())) <= 80


def test_what_there_is_none_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["actions", "nope"]) == 2
    assert main(["actions", "css", "DescribeLiveDomain_"]) == 2
    assert "did you mean" in capsys.readouterr().err
