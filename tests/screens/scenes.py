"""Every screen as a scene: where the console opens, what is pressed, and what has to be seen in the end.

The snapshot tests and the pictures are both made from these, at every size of `SIZES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stage import Player, Stage

from livetui.resources import book
from livetui.resources.union import ALL_STREAMS

SIZES = ((80, 24), (140, 40))


class Typed(str):
    """A text that is typed, where any other text in a scene's steps is the name of a key."""


class Gone(str):
    """A text that is waited for to go: what is drawn by a timer comes when it comes."""


Turn = Callable[[Stage], object]
"""What happens without the operator's doing."""


@dataclass(frozen=True)
class Scene:
    """One picture."""

    name: str
    shows: tuple[str, ...] = ()
    """Without these on the screen the picture would be of something else."""
    start: str = "streams"
    """The resource that the console opens on; "" for the first start, without a profile."""
    steps: tuple[str | Typed | Gone | Turn, ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)
    journalled: bool = False
    """Whether the journal has a past."""


def fails(action: str, code: str, **more: Any) -> Turn:
    """From now on the cloud refuses an action with a code."""
    return lambda stage: stage.emulator.faults.add(
        {"kind": "error", "action": action, "code": code, "message": "told to fail", **more}
    )


def cut(stage: Stage) -> None:
    """The network is gone."""
    stage.line.cut = True


def vanished(name: str) -> Turn:
    """Somebody else deletes a hosted channel."""

    def turn(stage: Stage) -> None:
        channels = stage.emulator.account.hosting.channels
        del channels[next(ident for ident, one in channels.items() if one.name == name)]

    return turn


def later(seconds: float) -> Turn:
    return lambda stage: stage.clock.advance(seconds)


def uncounted(stage: Stage) -> None:
    """Calls made so far leave the count in the header: how often a list was read is a matter of luck."""
    stage.seconds.at += 60


LEAVE = "no, leave it"
"""A dialog's safe answer, which has to be in sight however much there is to say."""

CHANGED = ("g", "e", *["down"] * 5, "ctrl+u", Typed("2800"))
"""A transcode template in its form, with another bitrate."""

MATCH = ("/", Typed("match-01-main"), "enter", "g")
"""A stream of ApsaraVideo Live that is transcoded and recorded."""

MARKED = ("g", "space", "j", "space", "j", "space")

RESOURCES = book("css").resources

SCENES = (
    *(
        Scene(
            f"list-{name.replace('_', '-')}",
            (f"[{one.title}]",),
            start=name,
            journalled=bool(one.journal) or name == "forbidden",
        )
        for name, one in RESOURCES.items()
    ),
    # Streams.
    Scene("detail-stream", ("As listed",), steps=("g", "enter")),
    Scene("detail-stream-end", ("ClientIp",), steps=("g", "enter", "G")),
    Scene("confirm-drop", ("state now", "yes, drop", LEAVE), steps=("g", "d")),
    Scene(
        "confirm-forbid",
        ("state now", "1h", "rights", "yes, forbid", LEAVE),
        steps=("g", "j", "j", "f", "down", "down", "enter", Typed("rights")),
    ),
    Scene("confirm-forbid-unanswered", ("until: is needed", LEAVE), steps=("g", "f", "ctrl+y")),
    Scene(
        "confirm-production",
        ("PRODUCTION", "type demo:1", LEAVE),
        steps=("g", "d", "ctrl+y"),
        profile={"production": True},
    ),
    Scene("confirm-read-only", ("not-sent", LEAVE), steps=("g", "d", "y"), profile={"read_only": True}),
    Scene(
        "forbidden-after",
        ("[forbidden]", "a test", "15m"),
        steps=("g", "f", "down", "enter", Typed("a test"), "ctrl+y", uncounted, "tab"),
    ),
    Scene("filter-open", ("state:live",), steps=("/", Typed("harbor state:live"))),
    Scene("filter-on", ("/harbor",), steps=("/", Typed("harbor"), "enter", "g")),
    Scene("filter-wrong", ("filter:",), steps=("/", Typed("~["))),
    Scene("streams-worst-first", ("STATEv", "low fps"), steps=(">", "=", "g")),
    Scene("marks", ("2 marked",), steps=("g", "space", "j", "space", "j")),
    Scene("poll-failed", ("not refreshed for 2m",), steps=("g", cut, "r", later(150), "r")),
    Scene(
        "poll-refused",
        ("not refreshed",),
        steps=(fails("DescribeLiveStreamOnlineList", "InternalError"), "r"),
    ),
    Scene("raw-reply", ("raw reply of",), steps=("y",)),
    # Many at once.
    Scene("bulk-confirm", ("Forbid 3 streams", LEAVE), steps=(*MARKED, "f")),
    Scene("bulk-production", ("type demo:3", LEAVE), steps=(*MARKED, "d"), profile={"production": True}),
    Scene("bulk-hidden-marks", ("hidden",), steps=(*MARKED, "/", Typed("crane"), "enter", "d")),
    Scene(
        "bulk-results",
        ("1 refused", "2 effective"),
        steps=(
            fails("ForbidLiveStream", "FailedOperation", times=1),
            *MARKED,
            "f",
            "down",
            "enter",
            Typed("rights"),
            "enter",
            Typed("demo:3"),
            "ctrl+y",
            Gone("running"),
        ),
    ),
    Scene("paste-verbs", ("Forbid",), steps=("L",)),
    Scene(
        "paste-problems",
        ("no-such",),
        steps=("L", "f", Typed("crane-06"), "enter", Typed("no-such"), "ctrl+y"),
    ),
    Scene("columns", ("BITRATE",), steps=("o",)),
    Scene("look-up", ("crane",), steps=(":", Typed("stream crane"))),
    # Everywhere.
    Scene("help", ("forbid",), steps=("?",)),
    Scene("errors", ("could not be reached",), steps=(cut, "r", later(30), "2", "tab", "!")),
    Scene("palette", ("forbid",), steps=("g", ":")),
    Scene("palette-search", ("DescribeLiveStreamState",), steps=(":", Typed("stream state"))),
    Scene("read-only", ("READ-ONLY",), profile={"read_only": True}),
    Scene("paused", ("PAUSED",), steps=("p",)),
    # Domains.
    Scene(
        "detail-push-domain",
        ("Push key",),
        start="domains",
        steps=("/", Typed("push.harbor"), "enter", "g", "enter"),
    ),
    Scene(
        "detail-play-domain",
        ("Certificate",),
        start="domains",
        steps=("/", Typed("play.harbor"), "enter", "g", "enter"),
    ),
    Scene(
        "confirm-disable-domain",
        ("type demo:1", LEAVE),
        start="domains",
        steps=("/", Typed("push.harbor"), "enter", "g", "x"),
    ),
    Scene("form-referer", start="domains", steps=("/", Typed("play.harbor"), "enter", "g", "enter", "R")),
    # Templates.
    Scene("detail-template", start="transcode_templates", steps=("g", "enter")),
    Scene("confirm-delete-template", ("type demo:1", LEAVE), start="transcode_templates", steps=("g", "D")),
    Scene("form-create", ("New transcode template",), start="transcode_templates", steps=("+",)),
    Scene("form-edit", ("Edit transcode template",), start="transcode_templates", steps=("g", "e")),
    Scene("form-edit-changed", ("2800",), start="transcode_templates", steps=CHANGED),
    Scene("form-edit-range", ("28009", "1 wrong"), start="transcode_templates", steps=(*CHANGED, Typed("9"))),
    Scene("confirm-edit", ("3400 -> 2800", LEAVE), start="transcode_templates", steps=(*CHANGED, "ctrl+s")),
    Scene(
        "form-edit-refused",
        ("RequestId",),
        start="transcode_templates",
        steps=(
            fails(
                "ModifyLiveTranscodeTemplate", "InvalidParameter", message="VideoBitrate is too low for 1080p"
            ),
            *CHANGED,
            "ctrl+s",
            "y",
        ),
    ),
    Scene(
        "form-missing",
        ("not sent",),
        start="transcode_templates",
        steps=("+", "ctrl+s"),
    ),
    # Tasks.
    Scene("detail-pull-task", ("Last pull",), start="pull_tasks", steps=("g", "enter", "G")),
    Scene("form-pull-task", ("New pull task",), start="pull_tasks", steps=("+",)),
    Scene(
        "region-failed",
        ("not all of it came", "eu-frankfurt"),
        start="pull_tasks",
        steps=(fails("DescribeLivePullStreamTasks", "UnauthorizedOperation", region="eu-frankfurt"), "r"),
    ),
    Scene("detail-journal", start="journal", steps=("g", "enter"), journalled=True),
    # Any action.
    Scene(
        "reply-tree",
        ("RequestId",),
        steps=(":", Typed("DescribeLiveDomains"), "enter", "ctrl+s"),
    ),
    Scene(
        "reply-table",
        ("RequestId",),
        steps=(":", Typed("DescribeLiveDomains"), "enter", "ctrl+s", "t"),
    ),
    # Media Packaging.
    Scene("mdp-channels", ("[channels]", "locked", "eu-frankfurt"), start="mdp_channels"),
    Scene("mdp-endpoints", ("key, 1 allowed, 1 blocked",), start="mdp_endpoints"),
    Scene(
        "mdp-confirm-new-password",
        ("Tencent MDP, account", "New password input", "the input now: 1", "type demo:1", LEAVE),
        start="mdp_inputs",
        steps=("g", "w"),
    ),
    Scene("mdp-assembly", ("[channels]", "running", "stopped", "NEXT 6 HOURS"), start="mdp_assembly"),
    Scene("mdp-schedule", ("[schedule]", "feature", "30m"), start="mdp_schedule"),
    Scene(
        "mdp-assembly-detail",
        ("Schedule of the next 12 hours",),
        start="mdp_assembly",
        steps=("g", "enter", "G"),
    ),
    # Channel hosting.
    Scene("channel-list", ("exception", "no input", "disabled"), start="channel_channels"),
    Scene(
        "channel-confirm-stop",
        ("Tencent channels, account", "status now: live", "goes off the air", LEAVE),
        start="channel_channels",
        steps=("/", Typed("choir"), "enter", "g", "S"),
    ),
    Scene(
        "channel-partly-done",
        ("20301", "effective", "Goal-line view"),
        start="channel_channels",
        steps=(
            "g",
            "space",
            "j",
            "j",
            "space",
            "S",
            vanished("Goal-line view"),
            Typed("demo:2"),
            "ctrl+y",
            Gone("running"),
        ),
    ),
    # LVB.
    Scene("lvb-online", ("[online]", "VIEWERS", "match-01-bench"), start="lvb_live"),
    Scene(
        "lvb-confirm-forbid",
        ("Tencent LVB, account", "until     2026-03-10 14:00:00 +01:00", LEAVE),
        start="lvb_live",
        steps=("g", "f", "down", "down", "enter", Typed("rights")),
    ),
    Scene("lvb-detail", ("1 (live)", "Push figures", "BITRATE"), start="lvb_live", steps=("g", "enter")),
    Scene("lvb-billing", ("[billing]", "5 MINUTES"), start="lvb_billing"),
    # ApsaraVideo Live.
    Scene("apsara-online", ("[online]", "4 domains", "no data"), start="apsara_streams"),
    Scene("apsara-detail-end", ("TEMPLATE", "KBPS"), start="apsara_streams", steps=(*MATCH, "enter", "G")),
    Scene(
        "apsara-confirm-forbid",
        ("Alibaba Live, account", "on the air now: 1", "until     2026-03-10 14:00:00 +01:00", LEAVE),
        start="apsara_streams",
        steps=(*MATCH, "f", "down", "down", "enter", Typed("rights")),
    ),
    Scene(
        "apsara-blocked-after",
        ("[blocked]", "match-01-main", "a test", "15m"),
        start="apsara_streams",
        steps=(*MATCH, "f", "down", "enter", Typed("a test"), "ctrl+y", uncounted, "tab"),
    ),
    Scene(
        "apsara-confirm-transcode",
        ("and", "more: all of them below", "Viewers of this rendition", "type demo:1", LEAVE),
        start="apsara_transcodes",
        steps=("G", "D"),
    ),
    Scene("apsara-recorded", ("[configs]", "m3u8 60m"), start="apsara_record_configs"),
    Scene(
        "apsara-record-form",
        ("New recording config", "SliceOssObjectPrefix"),
        start="apsara_record_configs",
        steps=("g", "+", *["down"] * 5, "enter", "down", "enter"),
    ),
    Scene("apsara-pulls", ("scheduled", "in force", "ended"), start="apsara_pulls"),
    Scene("apsara-traffic", ("[traffic]", " GB"), start="apsara_traffic"),
    Scene("apsara-days", ("UTC DAY", "HD "), start="apsara_transcoded"),
    Scene(
        "apsara-no-domains",
        ("names none", "domains = ["),
        start="apsara_streams",
        profile={"domains": ()},
    ),
    Scene(
        "apsara-domain-refused",
        ("not all of it came", "live.nowhere.example"),
        start="apsara_bandwidth",
        profile={"domains": ("live.nowhere.example", "live.harbor.example")},
    ),
    # All sources: a profile beside another.
    Scene("all-sources", ("[all sources]", "SOURCE", " demo ", " ali "), start=ALL_STREAMS.id),
    Scene(
        "all-sources-one-failed",
        ("ali: not refreshed for 2m", "live?"),
        start=ALL_STREAMS.id,
        steps=("g", fails("DescribeLiveStreamsOnlineList", "InternalError"), "r", later(150), "r"),
    ),
    Scene(
        "all-sources-confirm",
        ("Alibaba Live", "profile ali", LEAVE),
        start=ALL_STREAMS.id,
        steps=("/", Typed("source:ali"), "enter", "g", "f"),
    ),
    Scene("start", ("Credentials found",), start=""),
    Scene("start-profile", ("new profile",), start="", steps=("enter",)),
)


async def play(scene: Scene, player: Player) -> None:
    """Do what the scene says; raises AssertionError, with the screen, where it shows something else."""
    await player.settled()
    if scene.journalled:
        # Its unknown outcome is looked up meanwhile: what the first reading saw of that is a matter of luck.
        await player.press("r")
    for step in scene.steps:
        if isinstance(step, Typed):
            await player.type(step)
        elif isinstance(step, Gone):
            await player.until(lambda gone=step: gone not in player.text, f"{step!r} gone")
            await player.settled()
        elif isinstance(step, str):
            await player.press(step)
        else:
            step(player.stage)
    missing = [text for text in scene.shows if text not in player.text]
    assert not missing, f"{scene.name} does not show {missing}\n{player.text}"
