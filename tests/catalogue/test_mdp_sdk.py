"""mdp.json held against a recording of the official SDK's models: every name and every type.

The package is too large to install for a test, so names and types of its models were written down once, in
mdp_sdk.json. It is newer than the documents; what only it knows is listed here by name, exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogued import coming

from livetui.catalogue import Field

RECORDED: dict[str, Any] = json.loads(Path(__file__).with_name("mdp_sdk.json").read_bytes())
MDP = coming("mdp")

ACTIONS_ONLY_IN_SDK = {"BindSSAICDNDomainWithChannel", "UnbindSSAICDNDomainWithChannel"}
STRUCTURES_ONLY_IN_SDK = {"SourceTag"}

ONLY_IN_SDK = {
    "ClipRangeInfo": {"EndOffset", "StartOffset"},
    "CreateStreamPackageHarvestJob request": {"CallbackURL"},
    "CreateStreamPackageLinearAssemblyProgram request": {"VodAcquisitionMethod"},
    "CreateStreamPackageSource request": {"SourceTags"},
    "EndpointInfo": {"AbsolutePathEnable"},
    "HarvestJobResp": {"CallbackURL"},
    "LinearAssemblyProgramInfo": {"VodAcquisitionMethod"},
    "ModifyStreamPackageLinearAssemblyProgram request": {"VodAcquisitionMethod"},
    "ModifyStreamPackageSource request": {"SourceTags"},
    "SSAIChannelInfo": {"SessionInitPrefix"},
    "UsageDetail": {
        "ADMarkerFound",
        "Date",
        "EmptyVASTResponse",
        "EmptyVMAPResponse",
        "EndTime",
        "ErrorAdsTimeout",
        "FilledAvail",
        "MakeAdsRequest",
        "StartTime",
        "VASTResponse",
        "WarningNoAd",
    },
}
"""Members that came after the documents."""

OTHER_TYPE = {("SSAIConf", "AdTriggers"): ("list[integer]", "list[int non-negative]")}
"""(where, member): (ours, the SDK's)."""


def _pairs() -> Iterator[tuple[str, Iterable[Field], dict[str, str]]]:
    """Each list of fields of the catalogue with a name to show and what is recorded of it."""
    for action in MDP:
        recorded = RECORDED["actions"][action.name]
        yield f"{action.name} request", action.parameters, recorded["parameters"]
        yield f"{action.name} reply", action.response, recorded["response"]
    for name in MDP.structure_names():
        yield name, MDP.structure(name).members, RECORDED["structures"][name]


def _fits(ours: str, theirs: str) -> bool:
    """A time is a string or an integer to the SDK."""
    return theirs in ("string", "integer") if ours == "timestamp" else ours == theirs


def test_the_recording_is_of_the_version_these_lists_are_for() -> None:
    assert "intl-en 3.1.193" in RECORDED["sdk"]


def test_the_sdk_has_every_action_and_structure_and_only_the_listed_besides() -> None:
    assert set(RECORDED["actions"]) - set(MDP.names) == ACTIONS_ONLY_IN_SDK
    assert set(MDP.names) <= set(RECORDED["actions"])
    assert set(RECORDED["structures"]) - set(MDP.structure_names()) == STRUCTURES_ONLY_IN_SDK
    assert set(MDP.structure_names()) <= set(RECORDED["structures"])


def test_no_member_is_ours_alone() -> None:
    """A name the SDK doesn't have is a slip of the scan."""
    ours_alone = {
        where: unknown
        for where, fields, theirs in _pairs()
        if (unknown := {field.name for field in fields} - theirs.keys())
    }
    assert ours_alone == {}


def test_what_the_sdk_has_besides_is_listed() -> None:
    only_theirs = {
        where: unknown
        for where, fields, theirs in _pairs()
        if (unknown := theirs.keys() - {field.name for field in fields})
    }
    assert only_theirs == ONLY_IN_SDK


def test_types_agree() -> None:
    differing = {
        (where, field.name): (field.type, theirs[field.name])
        for where, fields, theirs in _pairs()
        for field in fields
        if not _fits(field.type, theirs[field.name])
    }
    assert differing == OTHER_TYPE


@pytest.mark.parametrize("numbers", [True, False])
def test_a_time_travels_as_the_sdk_types_it(numbers: bool) -> None:
    """Seconds as a number where the SDK has an integer, text where it has a string."""
    for where, fields, theirs in _pairs():
        for field in fields:
            if field.type == "timestamp" and (theirs[field.name] == "integer") == numbers:
                assert (field.time == ("unix",)) == numbers, f"{where}.{field.name}"


def test_the_recording_holds_names_and_types_only() -> None:
    known = {"string", "integer", "float", "boolean", *RECORDED["structures"]}
    members = [m for a in RECORDED["actions"].values() for m in (a["parameters"], a["response"])]
    for recorded in (*members, *RECORDED["structures"].values()):
        for name, written in recorded.items():
            assert name.isidentifier()
            inner = written.removeprefix("list[").removesuffix("]")
            assert inner in known | {"int non-negative"}
