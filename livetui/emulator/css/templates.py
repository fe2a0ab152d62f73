"""What the six template families have in common: templates, the rules that bind them, and their answers.

A family is declared as a `Kind`; `play(kind)` registers its answers. The files beside this one hold the
kinds, with what is peculiar to each, and what the account has of them at first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from livetui.catalogue.model import UNSET, Field
from livetui.catalogue.times import to_wire
from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css.domains import PUSH

if TYPE_CHECKING:
    from livetui.emulator.account import Account

NO_RULE = "FailedOperation.NotFound"


@dataclass(frozen=True)
class Kind:
    """A family's names on the wire and its limits."""

    part: str
    """The attribute of `Families` that holds it."""
    word: str
    """What a template of it is called in messages."""
    first: int
    """Ids begin within ten thousand behind this; each family has a range of its own."""
    structure: str
    create: str
    modify: str
    delete: str
    describe: str
    """"" where no action tells of one template alone."""
    list: str
    create_rule: str
    delete_rule: str
    list_rules: str
    member: str = "Template"
    """The reply member that holds one template."""
    members: str = "Templates"
    id: str = "TemplateId"
    rule_key: tuple[str, ...] = ("DomainName", "AppName", "StreamName")
    """The parameters that name one rule."""
    rule_time: str = "beijing"
    """Notation of a rule's times in this family's list."""
    binds: int = PUSH
    limit: int = 50
    rule_limit: int | None = None
    unknown: str = "InternalError.ConfNotFound"
    unknown_alone: str = "InternalError.ConfNotFound"
    """What the action that describes one template says of one that is not there."""
    unknown_to_rule: str = "InvalidParameter.ConfNotFound"
    in_use: str = "FailedOperation.ConfInUsed"
    rule_exists: str = "FailedOperation.RuleAlreadyExist"
    settle: Callable[[Family, int | None, dict[str, Any]], None] = lambda family, id, template: None
    """Refuses a template that cannot be, and changes what the service would; a new one has no id yet."""
    refuse: Callable[[Account, dict[str, Any]], None] = lambda account, template: None
    """Refuses a template for what it says of other parts of the account."""
    refuse_rule: Callable[[Family, Rule], None] = lambda family, rule: None
    wanted: Callable[[dict[str, Any], dict[str, Any]], bool] = lambda params, template: True
    rule_wanted: Callable[[dict[str, Any], Rule], bool] = lambda params, rule: True
    """Which templates and rules a list call with these parameters asks for."""


@dataclass
class Rule:
    """A template bound to a domain, to one of its app names, or to one stream."""

    domain: str
    app: str
    stream: str
    template: int
    created: datetime
    updated: datetime

    def covers(self, domain: str, app: str, stream: str) -> bool:
        """Whether a stream falls under the rule; an empty part of the rule takes all."""
        return domain == self.domain and self.app in ("", app) and self.stream in ("", stream)


@dataclass
class Family:
    """The templates and rules of one kind that an account has."""

    account: Account
    kind: Kind
    templates: dict[int, dict[str, Any]] = dataclass_field(default_factory=dict)
    """By id: the create call's parameters, all of them."""
    made: dict[int, datetime] = dataclass_field(default_factory=dict)
    rules: list[Rule] = dataclass_field(default_factory=list)
    next_id: int = 0

    def __post_init__(self) -> None:
        self.next_id = self.kind.first + self.account.random(self.kind.part).randrange(10_000)

    def add(self, params: Mapping[str, Any], when: datetime) -> int:
        """A new template from a create call's parameters; its id."""
        template = shape.made(self.account.catalogue, self.kind.create, params)
        if len(self.templates) >= self.kind.limit:
            raise Refusal("InternalError.ConfOutLimit", f"At most {self.kind.limit} of this kind.")
        self.kind.settle(self, None, template)
        self.next_id += 7
        self.templates[self.next_id], self.made[self.next_id] = template, when
        return self.next_id

    def change(self, params: Mapping[str, Any]) -> None:
        """What a modify call asks for. Raises when there is no such template."""
        id = params[self.kind.id]
        after = shape.changed(self.account.catalogue, self.kind.modify, self.known(id), params)
        after.pop(self.kind.id)
        self.kind.settle(self, id, after)
        self.kind.refuse(self.account, after)
        self.templates[id] = after

    def known(self, id: int, code: str = "") -> dict[str, Any]:
        """The template of that id. Raises with the code, or the family's own, when there is none."""
        template = self.templates.get(id)
        if template is None:
            raise Refusal(code or self.kind.unknown, f"No {self.kind.word} {id}.")
        return template

    def remove(self, id: int) -> None:
        self.known(id)
        if self.in_use(id):
            raise Refusal(self.kind.in_use, f"Rules still bind {self.kind.word} {id}.")
        del self.templates[id], self.made[id]

    def in_use(self, id: int) -> bool:
        return any(rule.template == id for rule in self.rules)

    def bind(self, rule: Rule) -> None:
        """Adds a rule. Raises where its domain, its template or its place is not to be had."""
        kind = self.kind
        self.account.domains.require(rule.domain, kind.binds)
        if rule.template not in self.templates:
            raise Refusal(kind.unknown_to_rule, f"No {kind.word} {rule.template}.")
        if any(_key(kind, rule) == _key(kind, other) for other in self.rules):
            raise Refusal(kind.rule_exists, "The rule exists already.")
        if kind.rule_limit is not None and len(self.rules) >= kind.rule_limit:
            raise Refusal("InternalError.RuleOutLimit", f"At most {kind.rule_limit} rules.")
        kind.refuse_rule(self, rule)
        self.rules.append(rule)

    def unbind(self, params: Mapping[str, Any]) -> None:
        """Takes away the rule whose every key part equals the one sent."""
        for rule in self.rules:
            if all(params.get(name) == value for name, value in _key(self.kind, rule).items()):
                self.rules.remove(rule)
                return
        raise Refusal(NO_RULE, "No such rule.")

    def row(self, id: int) -> dict[str, Any]:
        """A template as the service tells of it."""
        return {**self.templates[id], self.kind.id: id, "CreateTime": self.made[id]}

    def rule_row(self, rule: Rule) -> dict[str, Any]:
        return {
            "CreateTime": to_wire(self.kind.rule_time, rule.created),
            "UpdateTime": to_wire(self.kind.rule_time, rule.updated),
            "TemplateId": rule.template,
            "DomainName": rule.domain,
            "AppName": rule.app,
            "StreamName": rule.stream,
        }

    def governing(self, domain: str, app: str, stream: str) -> Rule | None:
        """The rule a stream falls under: the narrowest one that takes it."""
        fits = [rule for rule in self.rules if rule.covers(domain, app, stream)]
        return max(fits, key=lambda rule: (bool(rule.stream), bool(rule.app)), default=None)

    def forget_domain(self, domain: str) -> None:
        self.rules = [rule for rule in self.rules if rule.domain != domain]

    def seed(
        self, templates: Iterable[Mapping[str, Any]], rules: Iterable[tuple[str, str, str, int]]
    ) -> None:
        """What the account has at first; a rule is (domain, app, stream, place in `templates`)."""
        templates, rules = list(templates), list(rules)
        draw, start = self.account.random(f"{self.kind.part}/times"), self.account.born + timedelta(days=400)
        ages = sorted((draw.randrange(5 * 1440, 370 * 1440) for _ in (*templates, *rules)), reverse=True)
        times = iter([start - timedelta(minutes=age) for age in ages])
        ids = [self.add(params, next(times)) for params in templates]
        for domain, app, stream, place in rules:
            when = next(times)
            self.rules.append(Rule(domain, app, stream, ids[place], when, when))


def _key(kind: Kind, rule: Rule) -> dict[str, Any]:
    parts = {
        "DomainName": rule.domain,
        "AppName": rule.app,
        "StreamName": rule.stream,
        "TemplateId": rule.template,
    }
    return {name: parts[name] for name in kind.rule_key}


def play(kind: Kind) -> None:
    """Registers the answers of a family's actions."""
    _play_templates(kind)
    _play_lists(kind)
    _play_rules(kind)


def _family(account: Account, kind: Kind) -> Family:
    family: Family = getattr(account.families, kind.part)
    return family


def _play_templates(kind: Kind) -> None:
    @answers(kind.create)
    def create(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        kind.refuse(account, shape.made(account.catalogue, call.action, params))
        id = _family(account, kind).add(params, call.now)
        return shape.reply(account.catalogue, call.action, {kind.id: id})

    @answers(kind.modify)
    def modify(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        _family(account, kind).change(params)
        return {}

    @answers(kind.delete)
    def delete(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        _family(account, kind).remove(params[kind.id])
        return {}


def _play_lists(kind: Kind) -> None:
    @answers(kind.list)
    def every(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        family = _family(account, kind)
        rows = [
            _told(family, id) for id, template in family.templates.items() if kind.wanted(params, template)
        ]
        return shape.reply(account.catalogue, call.action, {kind.members: rows, "TotalNum": len(rows)})

    if kind.describe:

        @answers(kind.describe)
        def one(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
            family = _family(account, kind)
            family.known(params[kind.id], kind.unknown_alone)
            return shape.reply(account.catalogue, call.action, {kind.member: _told(family, params[kind.id])})


def _told(family: Family, id: int) -> dict[str, Any]:
    row = {**family.row(id), "Status": int(family.in_use(id))}
    return shape.structure(family.account.catalogue, family.kind.structure, row)


def _play_rules(kind: Kind) -> None:
    @answers(kind.create_rule)
    def bind(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        said = shape.made(account.catalogue, call.action, params)
        rule = Rule(
            said["DomainName"],
            said["AppName"],
            said.get("StreamName", ""),
            said["TemplateId"],
            call.now,
            call.now,
        )
        _family(account, kind).bind(rule)
        return {}

    @answers(kind.delete_rule)
    def unbind(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        action = account.catalogue.action(call.action)
        # A part whose empty value has to be sent matches nothing while it is left out.
        left_out = {p.name for p in action.parameters if _must_be_sent(p) and p.name not in params}
        said = shape.made(account.catalogue, call.action, params)
        _family(account, kind).unbind({name: value for name, value in said.items() if name not in left_out})
        return {}

    @answers(kind.list_rules)
    def rules(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
        family = _family(account, kind)
        rows = [family.rule_row(rule) for rule in family.rules if kind.rule_wanted(params, rule)]
        return shape.reply(account.catalogue, call.action, {"Rules": rows})


def _must_be_sent(field: Field) -> bool:
    return field.empty == "sent" and field.default is UNSET
