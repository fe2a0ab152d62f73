"""Screenshot tasks; plays CreateScreenshotTask, after which no action lists, stops or deletes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livetui.emulator import shape
from livetui.emulator.answers import Call, answers
from livetui.emulator.css.recording import Span, refuse_fourth, span_asked

if TYPE_CHECKING:
    from livetui.emulator.account import Account


@answers("CreateScreenshotTask")
def _create(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A template that is not there is not refused: the task is made, and fails later."""
    tasks: dict[str, Span] = account.tasks.screenshots
    span = span_asked(account, call, params, account.tasks.recordings.new_id())
    refuse_fourth(span, list(tasks.values()))
    span.template = params["TemplateId"]
    tasks[span.id] = span
    return shape.reply(account.catalogue, call.action, {"TaskId": span.id})
