"""Who is on the air: an index that looks only at the streams that can have come or gone since the last time.

So a page of the online list costs the same with sixty streams and with twenty thousand.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from livetui.catalogue import times
from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import NEVER, Line, Push, moment, next_look, push_at


class Index:
    """The streams on the air at one moment, in the order of the online list."""

    def __init__(
        self,
        by_key: Mapping[Key, Stream],
        by_name: Mapping[str, list[Stream]],
        lines: Callable[[Stream], tuple[Line, ...]],
        published_as: str,
    ) -> None:
        """`lines` tells who pushes a stream; `published_as` is the notation of a row's PublishTime."""
        self._by_key, self._by_name = by_key, by_name
        self._lines, self._published_as = lines, published_as
        self._looks: list[tuple[int, int, Key]] = []
        self._due: dict[Key, int] = {}
        self._live: dict[Key, Push] = {}
        self._order: list[Key] = []
        self._rows: dict[Key, dict[str, Any]] = {}
        self._lists: dict[tuple[str, str, str], list[Key]] = {}
        self._at = -NEVER
        self.stirred: set[Key] = set()
        """Who may have come or gone since somebody last emptied this."""
        self.version = 0
        """Goes up with every change of who is on the air."""

    def settle(self, at: int) -> None:
        """Brings the index up to a moment; going back in time costs a look at every stream."""
        if at < self._at or self._at == -NEVER:
            self.rebuild(at)
        changed = False
        while self._looks and self._looks[0][0] <= at:
            due, _, key = heapq.heappop(self._looks)
            stream = self._by_key.get(key)
            if stream is not None and self._due.get(key) == due:
                changed |= self._look(stream, at)
        self._at = at
        if changed:
            self.changed()

    def rebuild(self, at: int) -> None:
        """Looks at every stream."""
        self._looks, self._due = [], {}
        self._live, self._rows = {}, {}
        for stream in self._by_key.values():
            self._place(stream, at)
        self._order = sorted(self._live)
        self.stirred.update(self._by_key)
        self._at = at
        self.changed()

    def look_again(self, streams: Iterable[Stream]) -> None:
        """Puts streams whose lines have changed where they belong."""
        for stream in streams:
            self._look(stream, self._at)
        self.changed()

    def forget(self, key: Key) -> None:
        """Takes out a stream that is no more."""
        self._rows.pop(key, None)
        if self._live.pop(key, None) is not None:
            del self._order[bisect_left(self._order, key)]
        self.changed()

    def changed(self) -> None:
        """What was remembered of who is on the air holds no longer."""
        self.version += 1
        self._lists.clear()

    def _place(self, stream: Stream, at: int) -> Push | None:
        push, due = None, NEVER
        for timetable, blackouts in self._lines(stream):
            push = push or push_at(timetable, blackouts, at)
            due = min(due, next_look(timetable, blackouts, at))
        if push is None:
            self._live.pop(stream.key, None)
        else:
            self._live[stream.key] = push
        self._due[stream.key] = due
        if due < NEVER:
            heapq.heappush(self._looks, (due, stream.serial, stream.key))
        return push

    def _look(self, stream: Stream, at: int) -> bool:
        """Puts one stream where it belongs; tells whether that changed the list."""
        key = stream.key
        self.stirred.add(key)
        before = self._live.get(key)
        push = self._place(stream, at)
        if before is not None and push is not None and before.start == push.start:
            return False
        self._rows.pop(key, None)
        if before is None and push is not None:
            insort(self._order, key)
        elif before is not None and push is None:
            del self._order[bisect_left(self._order, key)]
        return before is not None or push is not None

    # What it tells of the moment it was settled at.

    def push(self, key: Key) -> Push | None:
        """The push a stream is on the air with."""
        return self._live.get(key)

    def listed(self, domain: str, app: str, name: str) -> list[Key]:
        """The keys on the air, those of one domain, app or name where it is not ""."""
        wanted = (domain, app, name)
        found = self._lists.get(wanted)
        if found is None:
            found = self._order
            if name:
                found = sorted(s.key for s in self._by_name.get(name, ()) if s.key in self._live)
            if domain:
                found = [key for key in found if key.domain == domain]
            if app:
                found = [key for key in found if key.app == app]
            self._lists[wanted] = found
        return found

    def row(self, key: Key) -> dict[str, Any]:
        """A stream's row of the online list; made once per push, for it is asked for by the thousand."""
        row = self._rows.get(key)
        if row is None:
            published = times.to_wire(self._published_as, moment(self._live[key].start))
            row = self._rows[key] = {
                "StreamName": key.name,
                "PublishTimeList": [{"PublishTime": published}],
                "AppName": key.app,
                "DomainName": key.domain,
            }
        return row
