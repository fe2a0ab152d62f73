"""The journal: everything that was done to an account, on disk before it is done and again after.

One JSON object a line, append-only, ASCII. Three kinds of line, told apart by "kind":

    intent   what is about to be sent, by whom, to what, and why
    outcome  what came of it: accepted, refused, unknown (sent, no answer), not-sent
    settled  what a later look showed: of an outcome that was unknown whether it took effect after all,
             of one that was accepted that it was not seen to

An intent without an outcome is unknown too: the program ended, or was killed, in between.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from livetui.catalogue.loader import load
from livetui.catalogue.mask import mask
from livetui.settings import lines
from livetui.settings.credentials import masked_id
from livetui.settings.paths import FILE_MODE

Status = Literal["accepted", "refused", "unknown", "not-sent"]
STATUSES: tuple[Status, ...] = ("accepted", "refused", "unknown", "not-sent")
ROOM = 16 << 10
"""Bytes that the disk has to have room for: a few intents and their outcomes."""


class JournalUnavailable(Exception):
    """A line could not be put on disk for certain; nothing may be written to the account meanwhile."""

    def __init__(self, path: Path, cause: OSError) -> None:
        self.path, self.cause = path, cause
        super().__init__(f"the journal {path} cannot be written: {cause.strerror or cause}")


@dataclass(frozen=True, slots=True)
class IntentEntry:
    """What a caller says of a write before it is sent; the journal masks what is secret in it."""

    profile: str
    account: str
    """SecretId, of which only the ends are kept, or the account's number."""
    service: str
    action: str
    params: Mapping[str, Any]
    cloud: str = "tencent"
    region: str = ""
    target: Sequence[Any] = ()
    """What it is done to: identities as plain texts or mappings."""
    reason: str = ""
    effect: str = ""
    """read, write or destructive; what the catalogue says where the caller leaves it out."""
    undo: str = ""
    """The action that puts it back; what the catalogue says where the caller leaves it out."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who sits at the keyboard, as far as the system tells."""

    user: str
    """user@host."""
    client: str = ""
    """The address an SSH session came from; inside tmux the one that started it."""
    tty: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """A line of kind intent."""

    id: str
    at: datetime
    who: Who
    pid: int
    profile: str
    cloud: str
    account: str
    service: str
    action: str
    region: str
    target: tuple[Any, ...]
    params: Mapping[str, Any]
    reason: str
    effect: str
    undo: str

    @property
    def names(self) -> tuple[str, ...]:
        """The identities that it is done to, each in one piece: "domain/app/name"."""
        return tuple("/".join(map(str, one.values())) for one in self.target if isinstance(one, Mapping))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of kind outcome; `id` is the intent's."""

    id: str
    at: datetime
    status: Status
    code: str = ""
    message: str = ""
    request_id: str = ""
    took_ms: int = 0
    result: Mapping[str, Any] = field(default_factory=dict)
    """The reply's members, masked: the id of what was made is told nowhere else for some things."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A line of kind settled; `id` is the intent's."""

    id: str
    at: datetime
    effective: bool
    """Whether the account shows what the call was meant to bring about."""
    message: str = ""
    request_id: str = ""
    """Of the read that showed it."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A line that is none of the journal's: torn by a crash, or written by something else."""

    line: int
    """From 1."""


Entry = Intent | Outcome | Settled | Foreign


@dataclass(frozen=True, slots=True)
class Record:
    """An intent with what came of it."""

    intent: Intent
    outcome: Outcome | None = None
    settled: Settled | None = None

    @property
    def status(self) -> Status:
        """What the cloud answered; unknown where there is no answer on record."""
        return self.outcome.status if self.outcome else "unknown"

    @property
    def perhaps_done(self) -> bool:
        """Whether it may have brought something about, as far as the answer tells."""
        return self.status in ("accepted", "unknown")

    @property
    def open(self) -> bool:
        """Whether it still has to be found out if it took effect."""
        return self.status == "unknown" and self.settled is None


class Journal:
    """Appends to the journal at `path`. Several processes may do so at once; each line stays whole."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        who: Who | None = None,
        new_id: Callable[[], str] = lambda: os.urandom(8).hex(),
    ) -> None:
        self.path = path
        self._now, self._new_id = now, new_id
        self._who = who or whoami()

    def intent(self, entry: IntentEntry) -> str:
        """Put on disk what is about to be done; returns the id its outcome is to be told with.

        Raises JournalUnavailable (then it must not be done) and UnknownAction.
        """
        return self.intents([entry])[0]

    def intents(self, entries: Sequence[IntentEntry]) -> list[str]:
        """Put several on disk at the cost of one: a disk takes as long to be sure of one line as of many.

        Raises as `intent` does; then none of them may be done.
        """
        made = [self._intent(entry) for entry in entries]
        self._append(*made)
        return [one.id for one in made]

    def _intent(self, entry: IntentEntry) -> Intent:
        catalogue = load(entry.service)
        action = catalogue.action(entry.action)
        return Intent(
            id=self._new_id(),
            at=self._now(),
            who=self._who,
            pid=os.getpid(),
            profile=entry.profile,
            cloud=entry.cloud,
            account=masked_id(entry.account),
            service=entry.service,
            action=entry.action,
            region=entry.region,
            target=tuple(dict(one) if isinstance(one, Mapping) else one for one in entry.target),
            params=mask(catalogue, action.parameters, entry.params),
            reason=entry.reason,
            effect=entry.effect or action.effect,
            undo=entry.undo or action.inverse,
        )

    def outcome(
        self,
        id: str,
        status: Status,
        *,
        code: str = "",
        message: str = "",
        request_id: str = "",
        took_ms: int = 0,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Put on disk what came of the intent `id`; `result` comes masked. Raises JournalUnavailable."""
        self.outcomes([self.made_outcome(id, status, code, message, request_id, took_ms, result)])

    def made_outcome(
        self,
        id: str,
        status: Status,
        code: str = "",
        message: str = "",
        request_id: str = "",
        took_ms: int = 0,
        result: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """An outcome as of now, to be put on disk with others."""
        return Outcome(id, self._now(), status, code, message, request_id, took_ms, result or {})

    def outcomes(self, made: Sequence[Outcome]) -> None:
        """Put several outcomes on disk at the cost of one. Raises JournalUnavailable."""
        self._append(*made)

    def settled(self, id: str, effective: bool, *, message: str = "", request_id: str = "") -> None:
        """Put on disk what a later look showed of an unknown outcome. Raises JournalUnavailable."""
        self._append(Settled(id, self._now(), effective, message, request_id))

    def check(self) -> None:
        """Find out whether the journal can be written, without writing to it. Raises JournalUnavailable."""
        try:
            os.close(lines.opened(self.path))
            _try_room(self.path.parent)
        except OSError as error:
            raise JournalUnavailable(self.path, error) from error

    def _append(self, *made: Intent | Outcome | Settled) -> None:
        data = b"".join(map(_encoded, made))
        try:
            handle = lines.opened(self.path)
            try:
                lines.lock(handle)
                lines.append(handle, data)
            finally:
                os.close(handle)
        except OSError as error:
            raise JournalUnavailable(self.path, error) from error


def whoami(environ: Mapping[str, str] | None = None) -> Who:
    """The user by the process's own id (not by LOGNAME, which anyone may set), the host, and the line in."""
    import pwd
    import socket

    env = os.environ if environ is None else environ
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    try:
        tty = os.ttyname(0)
    except OSError:
        tty = ""
    return Who(f"{user}@{socket.gethostname()}", env.get("SSH_CONNECTION", "").partition(" ")[0], tty)


def read(path: Path) -> Iterator[Entry]:
    """Every line of the journal, oldest first; a journal that is not there has none. Raises OSError."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for number, raw in enumerate(file, 1):
            if raw.strip():
                yield _entry(number, raw)


def pair(entries: Iterable[Entry]) -> list[Record]:
    """Each intent with its outcome and what settled it, in the order the intents were written."""
    found: dict[str, Record] = {}
    for entry in entries:
        if isinstance(entry, Intent):
            found[entry.id] = Record(entry)
        elif not isinstance(entry, Foreign) and (record := found.get(entry.id)):
            outcome = entry if isinstance(entry, Outcome) else record.outcome
            settled = entry if isinstance(entry, Settled) else record.settled
            found[entry.id] = Record(record.intent, outcome, settled)
    return list(found.values())


def _try_room(folder: Path) -> None:
    """Raise OSError where the disk does not take a few lines any more."""
    trial = folder / f".room.{os.getpid()}"
    try:
        handle = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    except PermissionError:
        return  # the journal itself may be written to, and that is what counts
    try:
        if os.write(handle, bytes(ROOM)) != ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(handle)
        trial.unlink(missing_ok=True)


def _encoded(line: Intent | Outcome | Settled) -> bytes:
    kind = next(name for name, made in _KINDS.items() if type(line) is made)
    return lines.encoded({"kind": kind, **asdict(line)}, _plain)


def _plain(value: object) -> object:
    """How values that JSON does not know are written."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _entry(number: int, raw: bytes) -> Entry:
    try:
        held = json.loads(raw)
        made = _KINDS[held.pop("kind")]
        held["at"] = datetime.fromisoformat(held["at"])
        if made is Intent:
            held["who"] = Who(**held["who"])
            held["target"] = tuple(held["target"])
        entry = made(**{one.name: held[one.name] for one in fields(made) if one.name in held})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Foreign(number)
    return entry if _sound(entry) else Foreign(number)


def _sound(entry: Intent | Outcome | Settled | Who) -> bool:
    """Whether every member has the type that is declared for it: others may have written the line."""
    return all(_TYPES[str(one.type)](getattr(entry, one.name)) for one in fields(entry))


_TYPES: dict[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int),
    "bool": lambda value: isinstance(value, bool),
    "datetime": lambda value: value.tzinfo is not None,
    "Status": lambda value: value in STATUSES,
    "Who": lambda value: _sound(value),
    "tuple[Any, ...]": lambda value: isinstance(value, tuple),
    "Mapping[str, Any]": lambda value: isinstance(value, dict),
}
_KINDS: dict[str, type[Intent] | type[Outcome] | type[Settled]] = {
    "intent": Intent,
    "outcome": Outcome,
    "settled": Settled,
}
