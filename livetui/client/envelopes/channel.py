"""Channel hosting: a query signed by v2, `code` in every reply, and two layers of errors.

Document: Channel Hosting (old) / Call Method (request body, backend SDK, return results, signature method),
Error Code List.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from livetui.client.decode import Told
from livetui.client.envelopes import members
from livetui.client.errors import (
    ApiError,
    BadCredential,
    BadReply,
    Denied,
    NotActivated,
    NotFound,
    Outcome,
    PartlyDone,
    SignatureExpired,
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
from livetui.signing import v1, v2

if TYPE_CHECKING:
    import httpx

    from livetui.catalogue import Action, Catalogue

PATH = "/v2/index.php"
REGION = "gz"
"""Sent where none of the service's own is asked for: one has to be, and channels belong to none."""

BEHIND, PARTLY = "5100", "5400"
"""Codes of the access layer: the service behind it refused; it refused for some of the targets."""
_INNER = re.compile(r"\s*(?:\((\d{4,5})\)|(\d{4,5})\s*:)\s*(.*)", re.DOTALL)
"""The code of the service behind, before what it says: "20108:…" or "(20108) …"."""

_KINDS: dict[str, type[ApiError]] = {
    "4100": BadCredential,
    "4200": SignatureExpired,
    "4300": Denied,
    "4400": Throttled,
    # Its other cause, a nonce used before, is told from this one by the answer's Date.
    "4500": SignatureExpired,
    "5000": NotFound,
    PARTLY: PartlyDone,
    "1002": NotActivated,
    "20114": NotActivated,
    "20251": NotFound,
    "20301": NotFound,
    "20327": NotFound,
    "20328": NotFound,
    "20500": NotFound,
}


def kind_of(code: str, status: int | None = None) -> type[ApiError]:
    """Which class an error code belongs to, whichever of the two layers it is of."""
    return _KINDS.get(code, Throttled if status == 429 else ApiError)


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
    """The signed request, HmacSHA1 unless `signature` is HmacSHA256; one too long for a query is a form."""
    import httpx

    algorithm: v1.Algorithm = "HmacSHA256" if signature == "HmacSHA256" else "HmacSHA1"
    names = {field.name: field.wire_name for field in action.parameters}
    query = {
        **flatten({names.get(name, name): value for name, value in params.items()}, first=1),
        "Action": action.wire_name,
        "Region": region if region in catalogue.regions else REGION,
        "Timestamp": str(int(when.timestamp())),
        "Nonce": str(nonce),
        "SecretId": credential.secret_id,
        "SignatureMethod": algorithm,
    }
    if credential.token:
        query["Token"] = credential.token
    method = action.method or catalogue.method
    if method == "GET" and len(urlencode(query)) > LONGEST_QUERY:
        method = "POST"
    query["Signature"] = v2.sign(
        credential.secret_key, method=method, host=to.host, path=PATH, params=query, algorithm=algorithm
    )
    headers = {"host": to.host, "user-agent": USER_AGENT, "accept": "application/json"}
    url = f"{to.scheme}://{to.host}{PATH}"
    if method == "GET":
        return httpx.Request("GET", f"{url}?{urlencode(query)}", headers=headers)
    headers["content-type"] = "application/x-www-form-urlencoded"
    return httpx.Request(method, url, headers=headers, content=urlencode(query).encode())


def parse(
    catalogue: Catalogue,
    action: str,
    status: int,
    headers: Mapping[str, str],
    told: Told,
    region: str | None,
    sent: datetime | None,
) -> Answer:
    """The members beside `code`. A code other than 0 is an error, with the inner of its two where it has one.

    What became of each target of a batch is in the error's `outcomes`: PartlyDone for those that succeeded
    in part, since a reply would pass for a success.
    """
    raw, outer, trouble = told
    if outer is None or "code" not in outer:
        if status == 429:
            raise api_error(kind_of, catalogue, action, "4400", "too many requests", status, headers)
        raise BadReply(action, trouble or "JSON without code", region, status=status, raw=raw)
    code, message = str(outer.pop("code")), str(outer.pop("message", "") or "")
    described = str(outer.pop("codeDesc", "") or "")
    request_id = str(outer.pop("requestId", "") or "")
    if code == "0":
        if status != 200:
            raise BadReply(action, "an unexpected status", region, status=status, raw=raw)
        return Answer(members.reply(catalogue, action, outer), request_id, raw)
    inner, message = taken_apart(code, message)
    raise api_error(
        kind_of,
        catalogue,
        action,
        inner,
        message or described,
        status,
        headers,
        region=region,
        request_id=request_id,
        raw=raw,
        outer=code if inner != code else "",
        outcomes=_outcomes(outer.get("detail")),
    )


def taken_apart(code: str, message: str) -> tuple[str, str]:
    """(the code that tells most, what it says): 5100 has a code of the service behind in its message."""
    found = _INNER.fullmatch(message) if code == BEHIND else None
    return (found[1] or found[2], found[3].strip()) if found else (code, message)


def _outcomes(detail: Any) -> tuple[Outcome, ...]:
    """What became of each target: an object by its id (Return Results, batch tasks)."""
    if not isinstance(detail, dict):
        return ()
    made = []
    for target, told in detail.items():
        row = told if isinstance(told, dict) else {}
        code, message = taken_apart(str(row.get("code", "")), str(row.get("message", "") or ""))
        made.append(Outcome(str(target), code, message, str(row.get("requestId", "") or "")))
    return tuple(made)
