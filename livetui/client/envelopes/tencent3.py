"""Tencent Cloud API 3.0: JSON signed with TC3 or a form signed with v1, and `Response` around every reply.

Document: Making API Requests (common parameters, signatures, responses).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from livetui.client.decode import Told
from livetui.client.errors import BadReply, kind_of
from livetui.client.wire import (
    USER_AGENT,
    Answer,
    Credential,
    Endpoint,
    Signature,
    api_error,
    flatten,
)
from livetui.signing import tc3, v1

if TYPE_CHECKING:
    import httpx

    from livetui.catalogue import Action, Catalogue


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
    """The signed request: JSON with TC3, a form with the older two."""
    import httpx

    timestamp = int(when.timestamp())
    headers = {"host": to.host, "user-agent": USER_AGENT, "accept": "application/json"}
    if signature == "tc3":
        body = json.dumps(params, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        headers["content-type"] = "application/json"
        headers["authorization"] = tc3.sign(
            credential.secret_id,
            credential.secret_key,
            service=catalogue.product,
            host=to.host,
            method="POST",
            path=to.path,
            query="",
            headers={"content-type": headers["content-type"]},
            payload=body,
            timestamp=timestamp,
        )
        common = {
            "x-tc-action": action.name,
            "x-tc-version": action.version,
            "x-tc-timestamp": str(timestamp),
            "x-tc-region": region,
            "x-tc-token": credential.token,
            "x-tc-language": language,
        }
        headers.update({name: value for name, value in common.items() if value})
    else:
        form = {
            **flatten(params),
            "Action": action.name,
            "Version": action.version,
            "Timestamp": str(timestamp),
            "Nonce": str(nonce),
            "SecretId": credential.secret_id,
            "SignatureMethod": signature,
            "Language": language,
        }
        for name, value in (("Region", region), ("Token", credential.token)):
            if value:
                form[name] = value
        form["Signature"] = v1.sign(
            credential.secret_key, method="POST", host=to.host, path=to.path, params=form, algorithm=signature
        )
        body = urlencode(form).encode()
        headers["content-type"] = "application/x-www-form-urlencoded"
    return httpx.Request("POST", _url(to.url), headers=headers, content=body)


@lru_cache(maxsize=16)
def _url(text: str) -> httpx.URL:
    """An address, read once: that takes longer than to sign a request."""
    import httpx

    return httpx.URL(text)


def parse(
    catalogue: Catalogue,
    action: str,
    status: int,
    headers: Mapping[str, str],
    told: Told,
    region: str | None,
    sent: datetime | None,
) -> Answer:
    """The members under `Response`; an error is one with `Error` in it, whatever the HTTP status."""
    raw, outer, trouble = told
    response = outer.get("Response") if outer is not None else None
    if not isinstance(response, dict):
        if status == 429:
            # Something in front of the service says no; it is a definite no all the same.
            raise api_error(
                kind_of, catalogue, action, "RequestLimitExceeded", "too many requests", status, headers
            )
        reason = trouble or "JSON without a Response object"
        raise BadReply(action, reason, region, status=status, raw=raw)
    request_id = str(response.pop("RequestId", ""))
    if "Error" in response:
        error = response["Error"]
        if not isinstance(error, dict) or not isinstance(error.get("Code"), str):
            raise BadReply(action, "an error without a code", region, status=status, raw=raw)
        raise api_error(
            kind_of,
            catalogue,
            action,
            error["Code"],
            str(error.get("Message", "")),
            status,
            headers,
            region=region,
            request_id=request_id,
            raw=raw,
        )
    if status != 200:
        raise BadReply(action, "an unexpected status", region, status=status, raw=raw)
    return Answer(response, request_id, raw)
