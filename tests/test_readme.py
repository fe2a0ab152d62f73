"""What README says of systems, commands and the config is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from livetui.catalogue import SERVICES, load
from livetui.cli import COMMANDS
from livetui.emulator.services import handlers
from livetui.resources import book
from livetui.resources.model import Resource
from livetui.settings import Profile
from livetui.settings import load as load_config

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text()


def section(title: str) -> str:
    """The text under a heading of the second level."""
    return re.split(r"^## ", README.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


SYSTEMS = {row[0].split("`")[1]: row for row in rows(section("Systems"))}


def own(service: str) -> list[Resource]:
    return [one for one in book(service).resources.values() if one.service == service]


def forms(resource: Resource) -> int:
    """Where something of it is made or changed by filling in a form."""
    edits = sum(bool(one.edit) for one in resource.sections)
    return bool(resource.create) + bool(resource.edit) + edits


def test_every_system_is_there() -> None:
    assert set(SYSTEMS) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_the_table_of_systems_is_true(service: str) -> None:
    name, actions, panes, lists, done, emulated, _ = SYSTEMS[service]
    catalogue, resources = load(service), own(service)
    assert name == f"`{service}` {catalogue.title}"
    assert actions == str(len(catalogue.names))
    here = [pane.title for pane in book(service).panes if pane.id != "journal"]
    assert panes.split(", ") == here
    assert lists == str(len(resources))
    assert done == f"{sum(len(one.verbs) for one in resources)}, {sum(map(forms, resources))}"
    assert emulated == "all"
    assert set(handlers(service)) == set(catalogue.names)


def test_the_clients_that_are_named_are_those_that_tests_have() -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    tested = " ".join(line for lines in extras.values() for line in lines)
    driven = {service for service, row in SYSTEMS.items() if "drive" in row[-1]}
    assert driven == {"css", "apsara", "channel"}
    css = ("tencentcloud-sdk-python-live", "tccli")
    for package in (*css, "aliyun-python-sdk-live", "alibabacloud-live20161101", "qcloudapi-sdk-python"):
        assert package in tested


def test_the_count_of_all_actions_is_that_of_the_catalogues() -> None:
    (count,) = re.findall(r"(\d+) actions of five systems", README)
    assert int(count) == sum(len(load(service).names) for service in SERVICES)


def test_every_command_is_told() -> None:
    told = {row[0].split("`")[1].replace("[", "").split()[1] for row in rows(section("Commands"))}
    assert {word.rstrip("]") for word in told} == set(COMMANDS)


@pytest.mark.parametrize("title", ["Your own account", "Systems"])
def test_the_config_that_is_shown_can_be_read(title: str, tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", section(title), re.DOTALL)
    file = tmp_path / "config.toml"
    file.write_text(text)
    file.chmod(0o600)
    config = load_config(file)
    assert set(config.profiles) == set(tomllib.loads(text)["profiles"])
    if title == "Systems":
        prod, ali = config.profiles.values()
        assert (prod.served, ali.served) == (("css", "mdp", "channel", "lvb"), ("apsara",))
        assert "left out: css and mdp" in text
        assert Profile("p").served == ("css", "mdp")
