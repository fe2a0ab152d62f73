"""The LVB API of 2017: a query with `t` and its md5, a JSON body for mixing, `ret` in every reply.

Document: LVB Code Access / summarize (calling method, security mechanism), API overview (error codes),
Operation API / Cloud Mixed Streaming.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from livetui.client.decode import Told
from livetui.client.envelopes import members
from livetui.client.errors import (
    ApiError,
    BadCredential,
    BadReply,
    NotActivated,
    NotFound,
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
    served_at,
)
from livetui.signing import md5

if TYPE_CHECKING:
    import httpx

    from livetui.catalogue import Action, Catalogue

PATH = "/common_access"
VALID = timedelta(seconds=60)
"""How long a request is good for, as the document's examples have it."""

_REFUSED, _NO_HOST, _TOO_MANY = 403, 404, 429
"""What the service says by HTTP status instead of `ret`."""
_RETS = ("ret", "code", "retcode")
"""Where a reply has its code: mixing answers with `code`."""
_WORDS = ("message", "retmessage", "errmsg")


def kind_of(code: str, status: int | None = None) -> type[ApiError]:
    """Which class an error code belongs to."""
    kinds: dict[str, type[ApiError]] = {
        "appid is invalid": NotActivated,
        "cmd is invalid": NotActivated,
        "20601": NotFound,
        str(_REFUSED): BadCredential,
        str(_TOO_MANY): Throttled,
    }
    return kinds.get(code, ApiError)


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
    """The signed request. The credential is the appid and its key; region, signature, language have no say.

    Raises ValueError for parameters too long for a query: nothing else is documented.
    """
    import httpx

    expires = int((when + VALID).timestamp())
    posts = (action.method or catalogue.method) == "POST"
    query = {action.account_param or "appid": credential.secret_id, "interface": action.wire_name}
    if not posts:
        query |= flatten(_on_the_wire(action, params))
    query |= {"t": str(expires), "sign": md5.sign(credential.secret_key, expires)}
    text = urlencode(query)
    if len(text) > LONGEST_QUERY:
        raise ValueError(f"{len(text)} bytes are too long for an address")
    # The host of the statistics is another one, but not where the calls are sent elsewhere anyway.
    host = action.host if action.host and to.hostname in catalogue.hosts else to.host
    url = f"{to.scheme}://{host}{PATH}?{text}"
    headers = {"host": host, "user-agent": USER_AGENT, "accept": "application/json"}
    if not posts:
        return httpx.Request("GET", url, headers=headers)
    headers["content-type"] = "application/json"
    document = _document(action, params, credential.secret_id, int(when.timestamp()), nonce)
    body = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return httpx.Request("POST", url, headers=headers, content=body)


def _on_the_wire(action: Action, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters under the names they travel by."""
    names = {field.name: field.wire_name for field in action.parameters}
    return {names.get(name, name): value for name, value in params.items()}


def _document(
    action: Action, params: Mapping[str, Any], appid: str, timestamp: int, nonce: int
) -> dict[str, Any]:
    """The body of a mixing call: each wire name is a path into it (Cloud Mixed Streaming, 1.3)."""
    document: dict[str, Any] = {
        "timestamp": timestamp,
        "eventId": nonce % 2**31,
        "interface": {
            "interfaceName": action.wire_name,
            "para": {"app_id": int(appid) if appid.isdecimal() else appid, "interface": action.name},
        },
    }
    for path, value in _on_the_wire(action, params).items():
        *above, name = path.split(".")
        node = document
        for part in above:
            node = node.setdefault(part, {})
        node[name] = value
    return document


def parse(
    catalogue: Catalogue,
    action: str,
    status: int,
    headers: Mapping[str, str],
    told: Told,
    region: str | None,
    sent: datetime | None,
) -> Answer:
    """The members of `output`, or those beside `code` for mixing; `ret` other than 0 is an error.

    403 stands for a wrong key as for a `t` in the past; by the answer's Date and the time it was `sent`
    with, the latter is told from the former.
    """
    raw, outer, trouble = told
    said = {} if outer is None else outer
    words = next((str(said[name]) for name in _WORDS if said.get(name)), "")
    if status in (_REFUSED, _NO_HOST, _TOO_MANY):
        of = _expired if status == _REFUSED and _late(headers, sent) else kind_of
        words = words or {_REFUSED: "refused", _NO_HOST: "no such host"}.get(status, "too many requests")
        raise api_error(of, catalogue, action, str(status), words, status, headers, region=region, raw=raw)
    if outer is None:
        raise BadReply(action, trouble, region, status=status, raw=raw)
    code = next((str(outer[name]) for name in _RETS if name in outer), None)
    if code is None:
        raise BadReply(action, "JSON without ret", region, status=status, raw=raw)
    if code != "0":
        # Two refusals are documented by their words, and by no number.
        known = words.strip() if catalogue.error(words.strip()) else code
        raise api_error(kind_of, catalogue, action, known, words, status, headers, region=region, raw=raw)
    if status != 200:
        raise BadReply(action, "an unexpected status", region, status=status, raw=raw)
    return Answer(members.reply(catalogue, action, _data(outer)), "", raw)


def _data(outer: Mapping[str, Any]) -> dict[str, Any]:
    """What a success holds: `output`, which is an object or a list of one, and what stands beside it."""
    data = {name: value for name, value in outer.items() if name not in (*_RETS, *_WORDS, "output")}
    output = outer.get("output")
    if isinstance(output, list) and len(output) == 1:
        output = output[0]
    if isinstance(output, dict):
        return data | output
    return data | {"output": output} if output else data


def _expired(code: str, status: int | None = None) -> type[ApiError]:
    return SignatureExpired


def _late(headers: Mapping[str, str], sent: datetime | None) -> bool:
    served = served_at(headers)
    return served is not None and sent is not None and served > sent + VALID
