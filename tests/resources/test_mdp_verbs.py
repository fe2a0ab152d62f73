"""Every verb of Media Packaging done to the emulated account, and seen; batches, undoing, forms."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from emulated import Served
from packager import BOOK, MDP, VERBS, Packager, noun, packager

from livetui.client import Priority
from livetui.console.sections import section_table
from livetui.operations.bulk import Run, calls_of
from livetui.operations.draft import REGION, Draft
from livetui.operations.effect import Case, Watcher
from livetui.operations.guard import Planned, look, matches, parameters
from livetui.operations.journal import pair, read
from livetui.operations.records import gather_records
from livetui.operations.settle import open_records
from livetui.operations.targets import plan, read_again
from livetui.operations.undo import call_back, subject, verb_back
from livetui.resources.model import dig
from livetui.watch.gather import gather
from livetui.watch.things import Thing

Chosen = Callable[[Mapping[str, Any]], bool]
NEW, OTHER = "new.harbor.example", "other.harbor.example"


def called(name: str, member: str = "Name") -> Chosen:
    return lambda row: row.get(member) == name


def anything(row: Mapping[str, Any]) -> bool:
    return True


DONE: dict[tuple[str, str], tuple[Chosen, dict[str, Any]]] = {
    ("mdp_channels", "bind"): (called("harbor-cam"), {"LVBDomain": NEW}),
    ("mdp_channels", "unbind"): (called("harbor-news"), {"CdnDomain": "play.harbor.example"}),
    ("mdp_channels", "delete"): (called("stadium-backup"), {}),
    ("mdp_endpoints", "delete"): (called("partner"), {}),
    ("mdp_inputs", "renew"): (anything, {}),
    ("mdp_inputs", "open"): (anything, {}),
    ("mdp_ssai", "delete"): (anything, {}),
    ("mdp_harvests", "delete"): (called("Failed", "Status"), {}),
    ("mdp_remuxes", "start"): (called("Waiting", "State"), {}),
    ("mdp_remuxes", "delete"): (called("Failed", "State"), {}),
    ("mdp_cdn_domains", "unbind"): (anything, {}),
    ("mdp_assembly", "start"): (called("Stopped", "State"), {}),
    ("mdp_assembly", "stop"): (called("Running", "State"), {}),
    ("mdp_assembly", "bind"): (anything, {"CdnDomain": NEW}),
    ("mdp_assembly", "delete"): (called("Stopped", "State"), {}),
    ("mdp_programs", "delete"): (called("recap"), {}),
    ("mdp_locations", "delete"): (called("spare"), {}),
    ("mdp_sources", "delete"): (called("market-live"), {}),
}
"""Verb -> what it is done to, and what the operator answers."""
UNSEEN = {("mdp_channels", "bind"), ("mdp_channels", "unbind")}
FROM_JOURNAL = {("mdp_play_domains", "bind"), ("mdp_play_domains", "unbind")}


def over(row: Mapping[str, Any]) -> bool:
    return bool(row["Status"] != "Running")


@pytest.fixture
async def here(emulator: Served, tmp_path: Path) -> AsyncIterator[Packager]:
    async with packager(emulator, tmp_path) as made:
        yield made


async def chosen(here: Packager, resource: str, fits: Chosen) -> Thing:
    return next(thing for thing in await here.things(resource) if fits(thing.data))


async def spare(here: Packager) -> None:
    await here.call(
        "CreateStreamPackageSourceLocation", "ap-seoul", Name="spare", BaseUrl="https://media.harbor.example/"
    )


def test_every_verb_is_tried_below() -> None:
    assert {*DONE, *FROM_JOURNAL} == set(VERBS)
    silent = {(r.id, v.id) for r in BOOK.resources.values() for v in r.verbs if not v.signs}
    assert silent == UNSEEN | FROM_JOURNAL


@pytest.mark.parametrize("name", DONE, ids=".".join)
async def test_what_was_done_is_seen_and_what_was_not_is_not(here: Packager, name: tuple[str, str]) -> None:
    resource, verb = noun(*name)
    fits, answers = DONE[name]
    await spare(here)
    thing = await chosen(here, resource.id, fits)
    for seen in await look(here.account, thing, verb.look):
        assert seen.error is None and seen.text, seen
    case = Case(
        thing,
        parameters(here.account, verb, thing, answers, operator="me", present=thing.data),
        here.account.client.service_time(),
        thing.data,
    )
    if name not in UNSEEN:
        (verdict,) = await Watcher(here.account, verb).look([case])
        assert verdict.answer == "no", verdict
    done = await here.do(resource, verb, thing, **answers)
    assert done.status == "accepted", done.message
    if name not in UNSEEN:
        verdict = await here.seen(verb, thing, done)
        assert verdict.answer == "yes" and verdict.text and verdict.request_id, verdict
        assert here.clock.at == 0


async def test_a_call_goes_to_the_region_of_its_row(here: Packager, emulator: Served) -> None:
    resource, verb = noun("mdp_channels", "delete")
    thing = await chosen(here, "mdp_channels", called("campus-lab"))
    await here.do(resource, verb, thing)
    (call,) = emulator.calls("DeleteStreamPackageChannels")
    assert call["region"] == thing.region == "eu-frankfurt"
    left = await here.things("mdp_channels")
    assert thing.identity not in {one.identity for one in left}


async def test_the_new_password_of_an_input_stays_out_of_the_journal(here: Packager) -> None:
    resource, verb = noun("mdp_inputs", "renew")
    thing = (await here.things("mdp_inputs"))[0]
    await here.do(resource, verb, thing)
    after = next(one for one in await here.things("mdp_inputs") if one.identity == thing.identity)
    text = here.guard.journal.path.read_text()
    for one in (thing, after):
        assert dig(one.data, "AuthInfo.Password") not in text
    assert thing.data["Number"] == 1 and '"ChannelId"' in text


async def test_whether_a_password_is_new_is_not_guessed(here: Packager) -> None:
    resource, verb = noun("mdp_inputs", "renew")
    thing = (await here.things("mdp_inputs"))[0]
    target = dict(zip(resource.key, thing.identity.key, strict=True))
    named = subject(here.account, resource, verb, {}, thing.region, target)
    (verdict,) = await Watcher(here.account, verb).look([Case(named, {}, here.account.now())])
    assert verdict.answer == "unknown" and "not known" in verdict.text


# Several at once.


async def batched(here: Packager, name: tuple[str, str], things: list[Thing]) -> Run:
    resource, verb = noun(*name)
    made = plan(resource, verb, things)
    present = await read_again(here.account, resource, verb, made.things)
    assert all(one.data is not None and not one.changed for one in present.values())
    items = calls_of(here.account, made, present, {}, operator="me")
    run = Run(here.guard, resource, verb, items, sleep=here.clock.sleep, patience=5)
    await run.go()
    return run


@pytest.mark.parametrize(
    ("name", "fits", "action", "calls"),
    [
        (
            ("mdp_harvests", "delete"),
            over,
            "DeleteStreamPackageHarvestJobs",
            3,
        ),
        (("mdp_remuxes", "delete"), anything, "DeleteStreamPackageVodRemuxTasks", 3),
        (("mdp_programs", "delete"), anything, "DeleteStreamPackageLinearAssemblyPrograms", 2),
        (("mdp_endpoints", "delete"), anything, "DeleteStreamPackageChannelEndpoints", 10),
    ],
)
async def test_several_of_a_region_are_one_call(
    here: Packager, emulator: Served, name: tuple[str, str], fits: Chosen, action: str, calls: int
) -> None:
    things = [thing for thing in await here.things(name[0]) if fits(thing.data)]
    run = await batched(here, name, things)
    assert {item.stage for item in run.items} == {"effective"}, [item.note for item in run.items]
    assert run.size == len(run.items) == len(things) and len({item.ident for item in run.items}) == calls
    _, verb = noun(*name)
    named = Counter(item.ident for item in run.items)
    alone = [item for item in run.items if named[item.ident] == 1]
    sent = len(emulator.calls(action)) + (len(emulator.calls(verb.action)) if verb.action != action else 0)
    assert sent == calls and all(item.planned.action.name == verb.action for item in alone)
    left = {thing.identity for thing in await here.things(name[0])}
    assert not left & {thing.identity for thing in things}


async def test_one_that_is_on_the_air_keeps_those_of_its_call(here: Packager) -> None:
    things = [t for t in await here.things("mdp_assembly") if t.region == "ap-singapore"]
    run = await batched(here, ("mdp_assembly", "delete"), things)
    (item,) = run.items
    assert item.stage == "refused" and item.code == "ResourceInUse" and len(item.things) == 3
    assert len([t for t in await here.things("mdp_assembly") if t.region == "ap-singapore"]) == 3


async def test_what_stays_of_several_is_told(here: Packager) -> None:
    names = ("stadium-backup", "harbor-news")
    things = [t for t in await here.things("mdp_channels") if t.data["Name"] in names]
    run = await batched(here, ("mdp_channels", "delete"), things)
    told = {item.thing.data["Name"]: (item.stage, item.note) for item in run.items}
    assert told["stadium-backup"] == ("effective", "off its list")
    assert told["harbor-news"][0] == "accepted" and "still on its list" in told["harbor-news"][1]


async def test_a_call_takes_so_many_and_no_more(here: Packager) -> None:
    resource, verb = noun("mdp_remuxes", "delete")
    assert verb.batch is not None
    (first, *_) = await here.things("mdp_remuxes")
    many = [
        Thing(first.identity._replace(key=(f"{n:02}",)), {**first.data, "Id": f"{n:02}"}, first.at)
        for n in range(45)
    ]
    assert [len(call) for call in plan(resource, verb, many).calls] == [20, 20, 5]


# The way back.


async def test_on_and_off_the_air_undo_each_other(here: Packager) -> None:
    resource, stop = noun("mdp_assembly", "stop")
    thing = await chosen(here, "mdp_assembly", called("campus-tv"))
    done = await here.do(resource, stop, thing)
    back = verb_back(BOOK, stop)
    assert back is not None and back[1].id == "start"
    again = subject(here.account, *back, done.planned.params, done.planned.region, thing.data)
    assert again.identity == thing.identity
    assert (await here.do(*back, again)).status == "accepted"
    assert (await chosen(here, "mdp_assembly", called("campus-tv"))).data["State"] == "Running"


async def test_a_domain_that_was_taken_off_is_bound_again(here: Packager) -> None:
    resource, unbind = noun("mdp_cdn_domains", "unbind")
    thing = (await here.things("mdp_cdn_domains"))[0]
    done = await here.do(resource, unbind, thing)
    planned = call_back(here.account, done, thing.data)
    assert planned is not None and planned.action.name == "BindLinearAssemblyCDNDomainWithChannel"
    assert planned.region == thing.region
    assert (await here.guard.send(planned)).status == "accepted"
    assert (await here.things("mdp_cdn_domains"))[0].identity.key == thing.identity.key


async def test_one_bound_from_here_is_taken_off_again(here: Packager) -> None:
    resource, bind = noun("mdp_assembly", "bind")
    thing = (await here.things("mdp_assembly"))[0]
    done = await here.do(resource, bind, thing, CdnDomain=NEW)
    back = verb_back(BOOK, bind)
    assert back is not None
    bound = subject(here.account, *back, done.planned.params, done.planned.region, thing.data)
    assert bound.identity.key == (thing.data["Id"], NEW)
    assert (await here.do(*back, bound)).status == "accepted"


@pytest.mark.parametrize(
    ("action", "params", "inverse"),
    [
        ("CreateStreamPackageChannel", {"Name": "new", "Protocol": "HLS"}, {"Ids": ["Id"]}),
        (
            "CreateStreamPackageSourceLocation",
            {"Name": "new", "BaseUrl": "https://media.harbor.example/"},
            {"Id": "Id"},
        ),
    ],
)
async def test_what_was_made_can_be_unmade(
    here: Packager, action: str, params: dict[str, Any], inverse: dict[str, Any]
) -> None:
    done = await here.guard.send(Planned(MDP.action(action), params, "ap-tokyo"))
    planned = call_back(here.account, done)
    assert planned is not None and planned.region == "ap-tokyo" and done.reply is not None
    made = done.reply.data["Info"]["Id"]
    assert planned.params == {k: [made] if isinstance(v, list) else made for k, v in inverse.items()}
    assert (await here.guard.send(planned)).status == "accepted"


# What no action lists.


async def test_domains_bound_from_here_are_known_by_the_journal(here: Packager) -> None:
    channels, bind = noun("mdp_channels", "bind")
    channel = await chosen(here, "mdp_channels", called("harbor-cam"))
    resource, unbind = noun("mdp_play_domains", "unbind")
    for domain in (NEW, OTHER):
        await here.do(channels, bind, channel, LVBDomain=domain)

    def rows() -> dict[str, Thing]:
        found = gather_records(here.account, resource, here.guard.journal.path)
        return {thing.data["LVBDomain"]: thing for thing in found.things}

    def word(thing: Thing) -> str:
        assert resource.state is not None
        return resource.state(thing.data).word

    assert {domain: word(thing) for domain, thing in rows().items()} == {NEW: "bound", OTHER: "bound"}
    done = await here.do(resource, unbind, rows()[NEW])
    assert done.status == "accepted" and done.planned.region == channel.region
    assert {domain: word(thing) for domain, thing in rows().items()} == {NEW: "unbound", OTHER: "bound"}
    back = verb_back(BOOK, unbind)
    assert back is not None
    again = subject(here.account, *back, done.planned.params, done.planned.region, rows()[NEW].data)
    assert (await here.do(*back, again)).status == "accepted"
    assert word(rows()[NEW]) == "bound"


async def test_an_unknown_outcome_is_looked_up_by_what_was_sent(here: Packager) -> None:
    _, verb = noun("mdp_channels", "delete")
    things = {t.data["Name"]: t for t in await here.things("mdp_channels")}
    one, two = things["stadium-backup"], things["harbor-cam"]
    target = {"Id": one.data["Id"]}
    alone = Planned(MDP.action(verb.action), {"Ids": [one.data["Id"]]}, one.region, (target,))
    several = Planned(
        MDP.action(verb.action),
        {"Ids": [one.data["Id"], two.data["Id"]]},
        one.region,
        (target, {"Id": two.data["Id"]}),
    )
    for planned in (several, alone):
        here.guard.journal.intent(here.guard.entry(planned))
    records = pair(read(here.guard.journal.path))
    opened = open_records(here.account, records)
    by_size = {len(one.record.intent.target): one for one in opened}
    assert by_size[2].why and by_size[2].thing is None
    assert by_size[1].thing is not None and by_size[1].thing.identity == one.identity


# Forms.


EDITED = [r.id for r in BOOK.resources.values() if r.edit is not None]
MOVED = {"Name", "UpdateTime", "channel"}
"""Members that another name brings with it; a channel tells its programs' names."""
CREATED = [r.id for r in BOOK.resources.values() if r.create]


@pytest.mark.parametrize("resource_id", EDITED)
async def test_an_edit_opens_on_what_there_is_and_a_new_name_is_taken(
    here: Packager, resource_id: str
) -> None:
    resource = BOOK.resources[resource_id]
    how = resource.edit
    assert how is not None
    thing = (await here.things(resource_id))[0]
    params = {param: dig(thing.data, member) for param, member in how.read_params.items()}
    reply = await here.account.client.call(how.read, params, region=thing.region, priority=Priority.WRITE)
    present = dig(reply.data, how.read_member)
    if isinstance(present, list):
        (present,) = [row for row in present if matches(thing, row, how.match)]
    draft = Draft(
        MDP,
        MDP.action(how.action),
        now=here.account.now,
        present={**present, **{param: dig(present, member) for param, member in how.rename.items()}},
        given={param: dig(thing.data, member) for param, member in how.params.items()},
        region=thing.region,
    )
    assert draft.problems(here.account.now()) == [] and draft.changes() == [] and draft.rows()
    assert draft.region == thing.region
    draft.set("Name", "another-name")
    assert draft.changes() == [("Name", thing.data["Name"], "another-name")]
    done = await here.guard.send(Planned(draft.action, draft.params(), thing.region))
    assert done.status == "accepted", done.message
    after = await here.things(resource_id)
    changed = next(one for one in after if one.data["Name"] == "another-name")
    assert {k: v for k, v in changed.data.items() if k not in MOVED} == {
        k: v for k, v in thing.data.items() if k not in MOVED
    }


@pytest.mark.parametrize("resource_id", CREATED)
async def test_a_form_for_a_new_one_asks_where_and_what(here: Packager, resource_id: str) -> None:
    resource = BOOK.resources[resource_id]
    draft = Draft(
        MDP,
        MDP.action(resource.create),
        now=here.account.now,
        regions=here.account.regions_of(resource.create),
    )
    required = {field.name for field in draft.action.parameters if field.required}
    assert {problem.path for problem in draft.problems(here.account.now())} == {REGION, *required}
    if resource.source is not None:
        thing = (await here.things(resource_id))[0]
        for param, member in resource.create_params.items():
            draft.set(param, dig(thing.data, member))
        left = {problem.path for problem in draft.problems(here.account.now())}
        assert left == {REGION, *required} - {*resource.create_params}


# A channel's schedule in its detail.


class Shown:
    """What a section's table needs of a session."""

    def __init__(self, here: Packager) -> None:
        self.account, self.zone, self.now = here.account, here.account.now().tzinfo, here.account.now


async def test_a_channels_schedule_is_a_table_that_fits_80_columns(here: Packager) -> None:
    resource = BOOK.resources["mdp_assembly"]
    section = next(one for one in resource.sections if one.columns)
    thing = await chosen(here, "mdp_assembly", called("harbor-24h"))
    params = {param: dig(thing.data, member) for param, member in section.params.items()}
    reply = await here.call(section.action, thing.region, **params, **section.fixed)
    shown = section_table(Shown(here), section, dig(reply, section.member))  # type: ignore[arg-type]
    lines = [one.plain.rstrip() for one in shown]
    assert lines[0].split() == ["BEGINS", "LENGTH", "NEXT", "6", "HOURS", "PROGRAM", "PLAYS"]
    assert lines[1] == f"03-10 12:00:00  30m     ██{'·' * 22}  opening  VOD"
    assert lines[2] == f"03-10 12:30:00  30m     ··██{'·' * 20}  feature  VOD"
    assert len(lines) == 5 and all(len(one) <= 76 for one in lines)
    assert section_table(Shown(here), section, []) == []  # type: ignore[arg-type]


async def test_reading_all_lists_costs_few_calls(here: Packager, emulator: Served) -> None:
    emulator.control("calls", method="DELETE")
    for resource_id in ("mdp_channels", "mdp_endpoints", "mdp_harvests"):
        await gather(here.account, BOOK.resources[resource_id], priority=Priority.READ)
    assert len(emulator.calls()) == 18
