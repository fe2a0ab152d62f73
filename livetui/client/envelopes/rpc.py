"""Alibaba Cloud's RPC calls, version 1.0: everything in one signed query, errors by HTTP status.

Document: ApsaraVideo Live, APIs invoke (request structure, public parameters, returned result, signature).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from livetui.client.decode import Told
from livetui.client.envelopes import members
from livetui.client.errors import (
    ApiError,
    BadCredential,
    BadReply,
    Denied,
    NotActivated,
    NotFound,
    SignatureExpired,
    Suspended,
    Throttled,
)
from livetui.client.wire import (
    LONGEST_QUERY,
    USER_AGENT,
    Answer,
    Credential,
    Endpoint,
    Signature,
    api_error,
    flatten,
)
from livetui.signing import rpc

if TYPE_CHECKING:
    import httpx

    from livetui.catalogue import Action, Catalogue

_KINDS: tuple[tuple[type[ApiError], tuple[str, ...]], ...] = (
    (Throttled, ("Throttling",)),
    (SignatureExpired, ("InvalidTimeStamp.Expired", "IllegalTimestamp")),
    (
        BadCredential,
        (
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidAccessKeySecret",
            "InvalidSecurityToken",
            "MissingSecurityToken",
            "Forbidden.AccessKeyDisabled",
        ),
    ),
    (NotActivated, ("CdnServiceNotFound", "ServiceNotOpen", "Forbidden.ServiceNotOpen")),
    (Suspended, ("InDebt", "Forbidden.InDebt", "ServiceInArrears")),
    (Denied, ("Forbidden", "NoPermission", "User.NotAuthorized")),
    (ApiError, ("InvalidAction", "InvalidVersion")),
)
"""Codes by what they mean, the first that fits; each stands for its sub-codes (behind a dot) too."""

_REPEATED = "server string to sign is"


def kind_of(code: str, status: int | None = None) -> type[ApiError]:
    """Which class an error code belongs to."""
    for kind, codes in _KINDS:
        if any(code == one or code.startswith(f"{one}.") for one in codes):
            return kind
    if status == 429:
        return Throttled
    return NotFound if code.endswith(("NotFound", "NotExist", "NotExists")) else ApiError


def build(
    catalogue: Catalogue,
    action: Action,
    params: Mapping[str, Any],
    *,
    to: Endpoint,
    credential: Credential,
    region: str | None,
    when: datetime,
    nonce: int,
    signature: Signature,
    language: str,
) -> httpx.Request:
    """The signed request; one too long for a query goes as a form. `signature` and `language` have no say."""
    import httpx

    query = {
        **flatten(params, first=1),
        "Action": action.wire_name,
        "Version": action.version,
        "Format": "JSON",
        "AccessKeyId": credential.secret_id,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        # A nonce is good once, for every process of the account.
        "SignatureNonce": f"{int(when.timestamp() * 1e6)}{nonce}",
        "Timestamp": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    for name, value in (("SecurityToken", credential.token), ("RegionId", region)):
        if value:
            query[name] = value
    method = action.method or catalogue.method
    if method == "GET" and len(rpc.canonical_query(query)) > LONGEST_QUERY:
        method = "POST"
    made = rpc.sign(credential.secret_key, method=method, params=query)
    text = f"{rpc.canonical_query(query)}&Signature={rpc.encoded(made)}"
    headers = {"host": to.host, "user-agent": USER_AGENT, "accept": "application/json"}
    url = f"{to.scheme}://{to.host}/"
    if method == "GET":
        return httpx.Request("GET", f"{url}?{text}", headers=headers)
    headers["content-type"] = "application/x-www-form-urlencoded"
    return httpx.Request(method, url, headers=headers, content=text.encode())


def parse(
    catalogue: Catalogue,
    action: str,
    status: int,
    headers: Mapping[str, str],
    told: Told,
    region: str | None,
    sent: datetime | None,
) -> Answer:
    """The reply's members; a status of 400 or more is an error, whose body has Code and Message."""
    raw, outer, trouble = told
    if outer is None:
        if status == 429:
            raise api_error(kind_of, catalogue, action, "Throttling", "too many requests", status, headers)
        raise BadReply(action, trouble, region, status=status, raw=raw)
    if 200 <= status < 300:
        request_id = str(outer.pop("RequestId", ""))
        return Answer(members.reply(catalogue, action, outer), request_id, raw)
    code = outer.get("Code")
    if status < 400 or not isinstance(code, str) or not code:
        raise BadReply(action, "an error without a code", region, status=status, raw=raw)
    raise api_error(
        kind_of,
        catalogue,
        action,
        code,
        # What is said of a wrong signature repeats the whole request, its token too.
        str(outer.get("Message", "")).partition(_REPEATED)[0].rstrip(),
        status,
        headers,
        region=region,
        request_id=str(outer.get("RequestId", "")),
        raw=raw,
    )
