"""What stands around the table, in words: account, freshness, failures, keys. Pure, from the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from livetui.catalogue.text import visible
from livetui.console.session import Session
from livetui.console.table import ThingTable
from livetui.console.widgets.bars import Piece
from livetui.resources.model import Book, Resource
from livetui.settings.credentials import masked_id
from livetui.watch.cells import age, offset
from livetui.watch.poller import Poller
from livetui.watch.things import Identity, Snapshot

if TYPE_CHECKING:
    from livetui.watch.union import UnionPoller

ALARM = "bold bright_red"
"""What must not be overlooked; its line begins with `!`, since colour alone says nothing."""
SYSTEMS = {
    "css": "Tencent CSS",
    "mdp": "Tencent MDP",
    "lvb": "Tencent LVB",
    "channel": "Tencent channels",
    "apsara": "Alibaba Live",
}
"""Service id -> what the system in view is called in the head."""
HANGING = 20.0
"""Seconds from which on a reading that has not ended is worth a word."""
THROTTLED_FOR = 300.0
"""Seconds for which a throttled reply says why."""


def head(session: Session, resource: Resource) -> tuple[list[Piece], list[Piece]]:
    """Profile, cloud, regions, read-only or not; what is being spent, and when the cloud said no.

    Of a list of all sources: each profile, and what they spend together.
    """
    window = session.window
    if window.is_union(resource.id):
        whose = [window.of_profile(name)[0] for name in window.profiles]
        left = [piece for one in whose for piece in _profile(one)]
    else:
        whose = [session]
        left = [*_profile(session), (f" {system(session)}{_where(session)} ", "")]
        if session.client.endpoint.scheme == "http" and not session.client.endpoint.loopback:
            left.append((" PLAIN HTTP ", "bold reverse"))
    right: list[Piece] = []
    throttled = [spent.throttled_at for one in whose if (spent := one.spent()).throttled_at is not None]
    if throttled:
        ago = session.client.budget.now() - max(throttled)
        # The budget keeps to the documented rate, so that somebody else has used it up.
        others = ": others spend it too" if ago < THROTTLED_FOR else ""
        right.append((f"throttled {age(ago)} ago{others}  ", "bold red"))
    right.append((f"{sum(one.spent().last_minute for one in whose)} calls/min ", ""))
    if unknown := sum(one.unknown for one in session.window.sessions.values()):
        right.append((f" {unknown} unknown ", "bold"))
    if session.troubles:
        count = len(session.troubles)
        right.append((f" {count} error{'s' if count > 1 else ''} (!) ", "bold"))
    return left, right


def _profile(session: Session) -> list[Piece]:
    """A profile's name and whether a key can do harm: before all else, since that is never cut off."""
    made: list[Piece] = [(f" {session.profile.name} ", "bold reverse")]
    if session.profile.production:
        made.append((" PRODUCTION ", "bold reverse"))
    if session.client.read_only:
        made.append((" READ-ONLY ", "bold reverse"))
    else:
        made.append((" WRITES REFUSED ", "bold reverse") if session.unkept else (" writes on ", "bold"))
    return made


def _where(session: Session) -> str:
    """Where in the account is looked: regions, or the domains that the profile names; nothing for neither."""
    domains = session.account.domains
    if session.account.catalogue.is_regional:
        return f" · {','.join(session.profile.regions) or 'all regions'}"
    return f" · {len(domains)} domain{'' if len(domains) == 1 else 's'}" if domains else ""


def system(session: Session) -> str:
    """Which cloud's which system: what a destructive dialog says first of all."""
    return SYSTEMS.get(session.service, session.account.catalogue.title)


def account_of(session: Session) -> str:
    """Whose account it is, by its id or its key's masked one."""
    profile = session.profile
    credential = profile.credential_for(session.service)
    return profile.account or (masked_id(credential.secret_id) if credential else "")


def panes(book: Book, resource: Resource, width: int = 1000) -> list[Piece]:
    """The numbered panes, the present one marked by brackets as well as by style.

    Where they have no room in full, the others' titles are cut, all to the same length.
    """
    here, gap = book.pane_of(resource.id), "  "
    longest = max(len(pane.title) for pane in book.panes)

    def made() -> list[Piece]:
        pieces: list[Piece] = []
        for pane in book.panes:
            if pane is here:
                pieces += [(gap[:-1] or " ", ""), (f"[{pane.key} {pane.title}]", "bold reverse")]
            else:
                pieces.append((f"{gap}{pane.key} {pane.title[:longest].rstrip()}", ""))
        return pieces

    while sum(len(text) for text, _ in made()) > width and longest > 3:
        gap, longest = " ", longest - 1
    return made()


def tabs(book: Book, resource: Resource, width: int, filter_text: str) -> list[Piece]:
    """The pane's tabs; as many around the present one as fit, and the filter in force."""
    ids = book.pane_of(resource.id).resources
    titles = [book.resources[i].title for i in ids]
    here = ids.index(resource.id)
    shown = f"  /{filter_text}" if filter_text else ""
    room = max(20, width - len(shown) - 6)
    first = last = here
    while True:
        length = sum(len(t) + 2 for t in titles[first : last + 1])
        more_right = last + 1 < len(titles) and length + len(titles[last + 1]) + 2 <= room
        more_left = first > 0 and length + len(titles[first - 1]) + 2 <= room
        if more_right:
            last += 1
        if more_left and length + len(titles[first - 1]) + len(titles[last]) + 4 <= room:
            first -= 1
        elif not more_right:
            break
    pieces: list[Piece] = [("‹ " if first else "  ", "")]
    for number in range(first, last + 1):
        pieces.append((f"[{titles[number]}]", "bold") if number == here else (f" {titles[number]} ", ""))
    pieces.append((" ›" if last + 1 < len(titles) else "", ""))
    if filter_text:
        pieces.append((shown, "bold"))
    return pieces


def marks(table: ThingTable) -> list[Piece]:
    """How many things are marked, and how many of them are not to be seen: always in full on the screen."""
    if not table.marks:
        return []
    gone = len(table.gone_marks)
    hidden = len(table.hidden_marks) - gone
    parts = [*([f"{hidden} hidden"] if hidden else []), *([f"{gone} left"] if gone else [])]
    unseen = f" ({', '.join(parts)})" if parts else ""
    return [(f" {len(table.marks)} marked{unseen} ", "bold reverse")]


def notices(session: Session, resource: Resource) -> list[Piece]:
    """What is wrong with what is shown: not refreshed, parts that did not come, a list cut short.

    First, where no action lists it, where it is from. Of all sources: each by its name.
    """
    lines: list[Piece] = []
    if session.unkept:
        lines.append((f"! writes refused: {session.unkept}", ALARM))
    if session.spent().alone:
        lines.append((f"! other consoles' calls are not counted here: {session.spent().alone}", ""))
    empty = not session.poller(resource.id).snapshot.things
    if (resource.journal and resource.create) or (resource.events and empty):
        lines.append((resource.note, "italic"))
    if session.window.is_union(resource.id):
        for part in session.window.union_poller().parts:
            lines += _freshness(session, part.poller, f"{part.label}: ")
        return lines
    return [*lines, *_freshness(session, session.own_poller(resource.id))]


def _freshness(session: Session, poller: Poller, whose: str = "") -> list[Piece]:
    """What is wrong with one list; `whose` it is, where there are several."""
    lines: list[Piece] = []
    snapshot = poller.snapshot
    if snapshot.error is not None:
        since = snapshot.failing_since or session.now()
        known = f"shown as of {clock(session, snapshot)}" if snapshot.at else "nothing was read yet"
        failing = age((session.now() - since).total_seconds())
        began = f"{since.astimezone(session.zone):%H:%M:%S}"
        words = f"! {whose}not refreshed for {failing}, since {began} ({known}): {snapshot.error}"
        lines.append((words, ALARM))
        remedy = getattr(snapshot.error, "remedy", "")
        if remedy:
            lines.append((f"  {remedy}", ""))
    elif poller.reading and poller.began is not None:
        waited = (session.now() - poller.began).total_seconds()
        if (snapshot.at is not None or whose) and waited >= HANGING:
            lines.append((f"! {whose}the reading under way has taken {age(waited)} so far", ALARM))
    read = snapshot.read
    if read is not None:
        if read.failures:
            first = read.failures[0]
            more = f" (and {len(read.failures) - 1} more: !)" if len(read.failures) > 1 else ""
            lines.append((f"! {whose}not all of it came: {first}{more}", ALARM))
        if read.limited is not None:
            noun, asked, there = read.limited
            words = f"! {whose}of {asked:,} of the {there:,} {noun}s: each takes a call of its own"
            lines.append((f"{words}; Enter on a {noun} shows its own", ALARM))
        if read.ceiling is not None:
            lines.append(
                (
                    f"! {whose}the service lists at most {read.ceiling:,}; there may be more than is shown",
                    ALARM,
                )
            )
    return lines


def clock(session: Session, snapshot: Snapshot) -> str:
    """When the shown data arrived: local time with its offset."""
    at = snapshot.at
    return f"{at.astimezone(session.zone):%H:%M:%S} {offset(at, session.zone)}" if at else "never"


def status(
    session: Session, poller: Poller | UnionPoller, table: ThingTable
) -> tuple[list[Piece], list[Piece]]:
    """How many rows, how often they are read; as of when, how old, from which reply."""
    snapshot = poller.snapshot
    count = f"{table.shown_count:,}"
    if table.filter_text:
        count += f" of {table.total_count:,}"
    left: list[Piece] = [(f" {count} {'row' if table.total_count == 1 else 'rows'}", "")]
    left.append(
        ("  PAUSED" if poller.paused else f"  every {poller.every:g}s", "bold" if poller.paused else "")
    )
    read = snapshot.read
    if read is not None and read.took > poller.interval:
        left.append((f" (a reading takes {age(read.took)})", "bold"))
    if read is None:
        return left, [("reading… " if poller.reading else "not read yet ", "bold")]
    old = age((session.now() - read.at).total_seconds())
    right: list[Piece] = [(f"as of {clock(session, snapshot)}, {old} old", "bold" if snapshot.error else "")]
    if read.request_id:
        right.append((f"  req {read.request_id[:8]}…", ""))
    return left, [*right, (" ", "")]


def keys(
    resource: Resource, key_for: Callable[[str, str], str], table: ThingTable
) -> tuple[list[Piece], list[Piece]]:
    """The pane's keys, its verbs first, since those are what an incident needs; help and quit always show.

    Where nothing is under the cursor and nothing marked, what became of the thing that was, instead of verbs.
    """
    always = key_pieces([("?", "help"), ("q", "quit")])
    was, hidden = table.astray
    if isinstance(was, Identity) and not table.marks:
        became = "is hidden by the filter" if hidden else "has left: nothing is under the cursor"
        return [(f" {visible(was.key[-1])}", "bold"), (f" {became}", "")], always
    named = [(key_for(f"{resource.id}.{verb.id}", verb.key), verb.label.lower()) for verb in resource.verbs]
    named += [("e", "edit")] if resource.edit is not None else []
    named += [("+", "new")] if resource.create else []
    named += [("Enter", "detail"), ("/", "filter"), (":", "go")]
    return [(" ", ""), *key_pieces(named)], always


def key_pieces(named: Sequence[tuple[str, str]]) -> list[Piece]:
    """Keys and what they do, for a bar."""
    return [piece for key, word in named for piece in ((key, "bold"), (f" {word}  ", ""))]
