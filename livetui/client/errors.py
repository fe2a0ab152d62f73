"""What can go wrong with a call.

    ClientError
    ├── BadParameters       refused here: the parameters do not fit the catalogue
    ├── ReadOnly            refused here: the client may only read
    ├── BadEndpoint         the endpoint is no URL a call could go to
    │   └── PlainHttpRefused    … or it is plain http to a host that is not loopback
    ├── Unreachable         no answer, and for a write: surely not sent
    ├── OutcomeUnknown      a write that was sent and whose answer never came, or could not be read
    ├── BadReply            an answer that is not the documented envelope
    └── ApiError            the service said no
        ├── Throttled           too many calls a second
        ├── SignatureExpired    the clock here differs too much
        ├── BadCredential       key, token or signature not accepted
        ├── Denied              the key lacks the permission
        ├── NotActivated        the service was never activated on the account
        ├── Suspended           the service is stopped: arrears, frozen, blocked, disabled
        ├── NotFound            the thing is not there
        └── PartlyDone          done for some of the targets, and failed for others

`str()` of each is one readable line. Parameters' values are in none of them but what the service repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from livetui.catalogue.check import Problem
    from livetui.catalogue.model import ErrorFact


class ClientError(Exception):
    """The root; every one knows the action and region of the call."""

    meaning: str = ""
    """What it means, in a sentence."""
    remedy: str = ""
    """What to do about it, in a sentence."""

    def __init__(self, action: str = "", region: str | None = None) -> None:
        super().__init__(action)
        self.action, self.region = action, region

    @property
    def code(self) -> str:
        """The service's error code, or the error's own name where there is none."""
        return type(self).__name__

    @property
    def message(self) -> str:
        """What is wrong, without the action and the code."""
        return self.meaning

    @property
    def request_id(self) -> str:
        """To hand to support; "" where there was no answer."""
        return ""

    @property
    def where(self) -> str:
        return f"{self.action} ({self.region})" if self.region else self.action

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.message) if part)


class BadParameters(ClientError):
    """`problems` holds each, with its path; nothing was sent."""

    meaning = "The parameters do not fit what the action takes."
    remedy = "Correct the parameters named."

    def __init__(self, action: str, problems: Sequence[Problem], region: str | None = None) -> None:
        super().__init__(action, region)
        self.problems = tuple(problems)

    @property
    def message(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


class ReadOnly(ClientError):
    """The client may only read; nothing was sent."""

    meaning = "The session is read-only and the action would change something."
    remedy = "Turn read-only off, where the profile allows it."


class BadEndpoint(ClientError):
    """The endpoint cannot be used; nothing was sent."""

    remedy = "Give it as https://host or https://host:port."

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__()
        self.endpoint, self.reason = endpoint, reason

    @property
    def message(self) -> str:
        return f"endpoint {self.endpoint!r} {self.reason}"


class PlainHttpRefused(BadEndpoint):
    """Plain http shows keys' signatures and data to the network; only loopback may have it."""

    meaning = "Calls go unencrypted to this host only, never to another."
    remedy = (
        "Use https, or an address of this host such as 127.0.0.1. A system that is served over plain http "
        "alone (LVB 2017) needs allow_plain_http = true in the profile; livetui call --allow-plain-http."
    )

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint, "is plain http to a host that is not loopback")


class Unreachable(ClientError):
    """No answer. For a write it is certain that the request was not sent."""

    meaning = "The service could not be reached."
    remedy = "Check network, name resolution, proxy and endpoint."

    def __init__(self, action: str, reason: str, region: str | None = None, *, sent: bool = False) -> None:
        super().__init__(action, region)
        self.reason = reason
        self.sent = sent
        """Whether the request may have reached the service (for a read, that matters to nobody)."""

    @property
    def message(self) -> str:
        return f"no answer: {self.reason}"


class OutcomeUnknown(ClientError):
    """A write that was sent; whether it took effect is not known. It was not sent a second time."""

    meaning = "The request was sent, but no answer came that tells what became of it."
    remedy = "Look at the thing itself before doing it again."

    def __init__(
        self, action: str, reason: str, region: str | None = None, *, status: int | None = None
    ) -> None:
        super().__init__(action, region)
        self.reason, self.status = reason, status

    @property
    def message(self) -> str:
        return f"outcome unknown: {self.reason}"


class BadReply(ClientError):
    """An answer that is not the service's documented envelope: from a proxy, or cut short."""

    meaning = "What answered is not the service, or its answer was damaged on the way."
    remedy = "Check endpoint and proxy; try again."

    def __init__(
        self,
        action: str,
        reason: str,
        region: str | None = None,
        *,
        status: int | None = None,
        cut_short: bool = False,
        raw: str = "",
    ) -> None:
        super().__init__(action, region)
        self.reason, self.status, self.cut_short, self.raw = reason, status, cut_short, raw

    @property
    def message(self) -> str:
        return f"not a proper answer: {self.reason}" + (f" (HTTP {self.status})" if self.status else "")


class Outcome(NamedTuple):
    """What became of one target of a batch."""

    target: str
    """Its id."""
    code: str
    """"0" when it was done."""
    message: str = ""
    request_id: str = ""

    @property
    def done(self) -> bool:
        return self.code == "0"


class ApiError(ClientError):
    """The service answered with an error; meaning and remedy come from the catalogue where it knows them."""

    def __init__(
        self,
        action: str,
        code: str,
        message: str,
        *,
        region: str | None = None,
        request_id: str = "",
        status: int | None = None,
        fact: ErrorFact | None = None,
        retry_after: float | None = None,
        raw: str = "",
        outer: str = "",
        outcomes: tuple[Outcome, ...] = (),
    ) -> None:
        super().__init__(action, region)
        self._code, self._message, self._request_id = code, message, request_id
        self.status = status
        """HTTP status; the service answers most errors with 200."""
        self.fact = fact
        self.retry_after = retry_after
        """Seconds, where the answer named some."""
        self.raw = raw
        self.outer = outer
        """The code of the layer in front, where errors have two layers and `code` is the inner one."""
        self.outcomes = outcomes
        """What became of each target, where the answer told."""
        if fact is not None:
            self.meaning, self.remedy = fact.meaning, fact.remedy

    @property
    def code(self) -> str:
        return self._code

    @property
    def message(self) -> str:
        return self._message

    @property
    def request_id(self) -> str:
        return self._request_id

    @property
    def retryable(self) -> bool:
        """Whether the catalogue says of this very code that a second try can succeed."""
        return self.fact is not None and self.fact.code == self._code and self.fact.retryable

    def __str__(self) -> str:
        tail = f" (RequestId {self._request_id})" if self._request_id else ""
        code = f"{self._code} (in {self.outer})" if self.outer else self._code
        return f"{self.where}: {code}: {self.message}{tail}"


class Throttled(ApiError):
    """Too many calls of this action a second, counted over the whole account."""

    meaning = "The account makes more calls of this action a second than the service allows."
    remedy = "Wait a moment; stretch the polling interval if it comes back."


class SignatureExpired(ApiError):
    """The request's time is too far from the service's."""

    remedy = "Set this host's clock (NTP)."

    skew_seconds: float | None = None
    """The service's clock less the one here, from the answer's Date; None where it had none."""

    @property
    def message(self) -> str:
        if self.skew_seconds is None:
            return self._message
        way = "behind" if self.skew_seconds > 0 else "ahead of"
        return f"{self._message} [the clock here is {abs(self.skew_seconds):.0f} s {way} the service's]"


class BadCredential(ApiError):
    """Key, token or signature not accepted."""

    meaning = "The service does not accept this key or its signature."
    remedy = "Check SecretId, SecretKey and token of the profile."


class Denied(ApiError):
    """The key is good and may not do this."""

    meaning = "The key has no permission for this action."
    remedy = "Have the account's administrator grant it in CAM."


class NotActivated(ApiError):
    """The account has never had the service."""

    meaning = "The service has not been activated on this account."
    remedy = "Activate it in the cloud's own console."


class Suspended(ApiError):
    """The service is stopped for the account."""

    meaning = "The service is suspended for this account: arrears, frozen, blocked or disabled."
    remedy = "Look at the account's balance and state in the cloud's own console."


class NotFound(ApiError):
    """What the call is about is not there."""

    meaning = "There is no such thing, or no more."
    remedy = "Refresh the list and look again."


class PartlyDone(ApiError):
    """A batch that succeeded for some of its targets; `outcomes` tells what became of each."""

    meaning = "It was done for some of the targets and failed for others."
    remedy = "See which failed and why, and try those again."

    @property
    def message(self) -> str:
        failed = [one for one in self.outcomes if not one.done]
        if not failed:
            return self._message
        each = "; ".join(f"{one.target} ({one.code}: {one.message})" for one in failed)
        return f"done for {len(self.outcomes) - len(failed)} of {len(self.outcomes)}, failed for {each}"


_DENIED = ("UnauthorizedOperation", "AuthFailure.UnauthorizedOperation", "IpInBlacklist", "IpNotInWhitelist")
_DENIED_ENDS = ("AuthError", "NotPermmittOperat", "NoProjectPermission")
_NOT_ACTIVATED_ENDS = ("UserNotExist", "UserNotFount")
_SUSPENDED_ENDS = ("ForbidService", "FreezeService", "StopService", "UserDisableService", "JiFeiNoEnoughFund")
_NOT_FOUND_ENDS = (
    "NotFound",
    "NotExist",
    "NotExists",
    "PlayDomainNoRecord",
    "PushDomainNoRecord",
    "EmptyData",
)
_FOREIGN = ("CosBucketNotExist", "CosRoleNotExists", "HasNotLivingStream")
"""Not there, but not what the call is about."""


def kind_of(code: str, status: int | None = None) -> type[ApiError]:
    """Which class an error code of Tencent's API 3.0 belongs to; the other envelopes have their own."""
    family, _, detail = code.partition(".")
    if family == "RequestLimitExceeded" or detail == "RateLimitExceeded" or status == 429:
        return Throttled
    if code == "AuthFailure.SignatureExpire":
        return SignatureExpired
    if code in _DENIED or family == "UnauthorizedOperation" or detail in _DENIED_ENDS:
        return Denied
    if family == "AuthFailure":
        return BadCredential
    if detail in _NOT_ACTIVATED_ENDS:
        return NotActivated
    if detail in _SUSPENDED_ENDS:
        return Suspended
    if detail not in _FOREIGN and (code == "ResourceNotFound" or detail.endswith(_NOT_FOUND_ENDS)):
        return NotFound
    return ApiError
