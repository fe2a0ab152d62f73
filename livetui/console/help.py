"""The text of the help and of the list of past errors."""

from __future__ import annotations

from collections.abc import Callable

from livetui.catalogue import load
from livetui.console.session import Session
from livetui.console.widgets.lines import Line, line
from livetui.resources.model import Resource
from livetui.watch.cells import offset

GENERAL = (
    ("1–9 0", "panes", ""),
    ("Tab  Shift+Tab", "next and previous tab of the pane", "console.next-tab"),
    (":", "a pane, verb, action or stream by name; profile NAME, filter NAME", "console.palette"),
    (": stream NAME", "[domain/[app/]]NAME, online or not: looked up and gone to", ""),
    (": save-filter NAME", "keep the filter in force; delete-filter NAME forgets it", ""),
    ("/", "filter: words, col:text, !text, ~regex, fps<20, up>2h; Esc takes it off", "console.filter"),
    ("Up Down Ctrl+S", "in the filter: former ones; save it under a name", "filter.earlier …"),
    ("n N", "next, previous match of the filter; when it is off, of the last one", "console.next-match …"),
    ("{ }", "back and forward through the panes visited", "console.pane-back …"),
    ("Enter", "detail: every member, further readings, what can be edited", "console.open"),
    ("e", "edit in a form", "console.edit"),
    ("+", "make a new one in a form", "console.create"),
    ("j k g G Ctrl+D Ctrl+U", "move", "table.down …"),
    ("< > =", "sort by the previous or next column; the other way round", "table.sort-before …"),
    ("s", "keep that sort as the second key: < > then choose the first", "table.sort-keep"),
    ("o", "columns: which, in what order, how wide; remembered", "console.columns"),
    ("Left Right", "columns that have no room", "table.left …"),
    ("Space", "mark; a verb's key then acts on all that is marked", "table.mark"),
    ("M Ctrl+A I C", "mark from the last mark, all shown, the others, none", "table.mark-range …"),
    ("L", "a verb over a pasted list of streams", "console.paste"),
    ("u", "undo the last action from here that can be", "console.undo"),
    ("r", "read now", "console.refresh"),
    ("p", "pause polling, go on", "console.pause"),
    ("y", "the raw reply, secrets masked; in a detail, of its sections too", "console.raw"),
    ("v", "in a detail: show or hide secrets", "detail.reveal"),
    ("c", "copy the name", "console.copy"),
    ("!", "past errors with their RequestIds", "console.troubles"),
    ("Ctrl+R", "read-only on or off", "console.read-only"),
    ("q", "quit", "console.quit"),
)
GUTTER = (
    (">", "the cursor; - when its thing has left or is filtered out: nothing acts until you move"),
    ("*", "marked"),
    ("+", "arrived with the last reading"),
    ("x", "has left; struck through for one reading"),
    ("live?", "as STATE: so it was; the reading that would tell its state now did not come"),
    ("+5", "in the heading: five columns found no room; Enter shows all there is"),
)


def help_lines(session: Session, resource: Resource, key_for: Callable[[str, str], str]) -> list[Line]:
    """The pane's own keys first, then those that are the same everywhere."""
    catalogue = load(resource.service) if resource.service else session.account.catalogue
    made = [line((f"{resource.title}", "title"), (f"  {resource.note}" if resource.note else ""))]
    for verb in resource.verbs:
        key = key_for(f"{resource.id}.{verb.id}", verb.key)
        effect = catalogue.action(verb.action).effect
        made.append(
            line(
                (f"  {key:<22}", "key"),
                f"{verb.label}: {verb.action} ({effect}) ",
                (f"{resource.id}.{verb.id}", "off"),
            )
        )
        if verb.warns:
            made.append(line(f"  {'':<22}", (verb.warns, "label")))
    edited = [section for section in resource.sections if section.edit]
    made += [line(""), line(("in its detail", "title"))] if edited else []
    for section in edited:
        effect = catalogue.action(section.edit).effect
        made.append(line((f"  {section.edit_key:<22}", "key"), f"{section.title}: {section.edit} ({effect})"))
    made += [line(""), line(("everywhere", "title"))]
    made += [line((f"  {keys:<22}", "key"), f"{what} ", (ident, "off")) for keys, what, ident in GENERAL]
    made += [line(""), line(("left of a row", "title"))]
    made += [line((f"  {sign:<22}", "key"), what) for sign, what in GUTTER]
    made += [
        line(""),
        line(("keys can be changed: [keys] in the config, by the ids at the ends of the lines", "off")),
        line((f"config {session.paths.config_file}", "off")),
        line((f"journal {session.paths.journal_file}", "off")),
    ]
    return made


def trouble_lines(session: Session) -> list[Line]:
    """Past errors, the newest first, with what they mean and what to do."""
    if not session.troubles:
        return [line("no errors so far")]
    made: list[Line] = []
    for trouble in reversed(session.troubles):
        at = f"{trouble.at.astimezone(session.zone):%H:%M:%S} {offset(trouble.at, session.zone)}"
        made.append(line((f"{at}  {trouble.where}  ", "label"), (trouble.text, "bad")))
        made += [
            line(f"    {text}")
            for text in (trouble.meaning, trouble.remedy)
            if text and text not in trouble.text
        ]
        if trouble.request_id:
            made.append(line(("    RequestId ", "label"), trouble.request_id))
    return made
