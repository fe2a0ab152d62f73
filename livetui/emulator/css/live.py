"""Live Stream Management and Delayed Playback Management (document: the chapters of those names)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css import asked
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.domains import PUSH
from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import moment, second
from livetui.emulator.css.streams import MOST_LISTED, Event

if TYPE_CHECKING:
    from livetui.emulator.account import Account

LONGEST_BAN = timedelta(days=90)
USUAL_BAN = timedelta(days=7)
USUAL_DELAY = timedelta(days=7)


def _key(params: dict[str, Any]) -> Key:
    return Key(params["DomainName"], params["AppName"], params["StreamName"])


def _own_push_domain(account: Account, domain: str) -> None:
    """Streams are only to be had on the account's own push domains."""
    if account.domains.find(domain, PUSH) is None:
        raise Refusal("InternalError.ConfigNotExist", f"The account has no push domain {domain}.")


@answers("DescribeLiveStreamOnlineList")
def online_list(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    streams = account.streams
    keys = streams.online(
        call.now, params.get("DomainName", ""), params.get("AppName", ""), params.get("StreamName", "")
    )
    places, numbers = asked.page(account, call, params, range(min(len(keys), MOST_LISTED)), 10)
    return {"OnlineInfo": [streams.row(keys[place]) for place in places], **numbers}


@answers_in_shape("DescribeLiveForbidStreamList")
def forbid_list(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    name = params.get("StreamName", "")
    bans = [b for b in account.streams.banned(call.now) if not name or b.name == name]
    rows, numbers = asked.page(account, call, params, bans, 10)
    return {
        "ForbidStreamList": [
            {
                "StreamName": ban.name,
                "CreateTime": moment(ban.start),
                "ExpireTime": moment(ban.expires),
                "AppName": ban.app,
                "DomainName": ban.domain,
            }
            for ban in rows
        ],
        **numbers,
    }


@answers_in_shape("DescribeLiveStreamState")
def stream_state(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    _own_push_domain(account, params["DomainName"])
    return {"StreamState": account.streams.state(_key(params), call.now)}


@answers_in_shape("ForbidLiveStream")
def forbid(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """The name alone decides: its streams on every domain go dark (note 1 of the page)."""
    _own_push_domain(account, params["DomainName"])
    until = asked.time(account, call, params, "ResumeTime") or call.now + USUAL_BAN
    until = min(until, call.now + LONGEST_BAN)
    account.streams.forbid(_key(params), until, params.get("Reason", ""), call.now)
    return {}


@answers_in_shape("ResumeLiveStream")
def resume(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    _own_push_domain(account, params["DomainName"])
    account.streams.resume(params["StreamName"], call.now)
    return {}


@answers_in_shape("DropLiveStream")
def drop(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Succeeds on a stream that is not on the air (note of the page)."""
    _own_push_domain(account, params["DomainName"])
    account.streams.drop(_key(params), call.now)
    return {}


@answers_in_shape("DescribeLiveStreamEventList")
def event_list(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    events = _history(
        account,
        params,
        call,
        exact=params.get("IsStrict", 0) == 1,
        latest_first=params.get("IsAsc", 0) != 1,
        whole_only=params.get("IsFilter", 0) == 1,
    )
    rows, numbers = asked.page(account, call, params, events, 10)
    return {"EventList": [_event(event) for event in rows], **numbers}


@answers_in_shape("DescribeLiveStreamPublishedList")
def published_list(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    _own_push_domain(account, params["DomainName"])
    events = _history(account, params, call, exact=False, latest_first=True, whole_only=True)
    rows, numbers = asked.page(account, call, params, events, 10)
    return {"PublishInfo": [_event(event) for event in rows], **numbers}


def _history(
    account: Account,
    params: dict[str, Any],
    call: Call,
    *,
    exact: bool,
    latest_first: bool,
    whole_only: bool,
) -> list[Event]:
    """The pushes that ended in the window that was asked for; `whole_only` leaves failed ones out."""
    streams = account.streams
    streams.settle(second(call.now))
    start, end = asked.span(account, call, params)
    end = min(end, call.now)
    domain, app, name = (params.get(n, "") for n in ("DomainName", "AppName", "StreamName"))

    def fits(stream: Stream) -> bool:
        key = stream.key
        named = not name or (name == key.name if exact else name in key.name)
        return named and (not domain or key.domain == domain) and (not app or key.app == app)

    found = streams.ended(filter(fits, streams.by_key.values()), start, end, latest_first=latest_first)
    wanted = (event for event in found if not whole_only or event.push.end > event.push.start)
    question = (second(start), second(end), domain, app, name, exact, latest_first, whole_only)
    return streams.remembered_events(question, wanted)


def _event(event: Event) -> dict[str, Any]:
    stream, push = event.stream, event.push
    return {
        "AppName": stream.key.app,
        "DomainName": stream.key.domain,
        "StreamName": stream.key.name,
        "StreamStartTime": moment(push.start),
        "StreamEndTime": moment(push.end),
        "StopReason": push.cause,
        "Duration": push.end - push.start,
        "ClientIp": stream.client_ip,
        "Resolution": stream.resolution if push.end > push.start else "",
    }


@answers_in_shape("AddDelayLiveStream")
def add_delay(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    _own_push_domain(account, params["DomainName"])
    expires = asked.time(account, call, params, "ExpireTime") or call.now + USUAL_DELAY
    account.streams.delay(_key(params), params["DelayTime"], expires, call.now)
    return {}


@answers_in_shape("DescribeLiveDelayInfoList")
def delay_list(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {
        "DelayInfoList": [
            {
                "DomainName": delay.key.domain,
                "AppName": delay.key.app,
                "StreamName": delay.key.name,
                "DelayInterval": delay.seconds,
                "CreateTime": moment(delay.created),
                "ExpireTime": moment(delay.expires),
                "Status": 1 if delay.expires > second(call.now) else -1,
            }
            for delay in account.streams.delayed(call.now)
        ]
    }


@answers_in_shape("ResumeDelayLiveStream")
def resume_delay(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    _own_push_domain(account, params["DomainName"])
    account.streams.undelay(_key(params))
    return {}
