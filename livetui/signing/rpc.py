"""Alibaba Cloud's signature for RPC calls, version 1.0: HMAC-SHA1 over the canonical query, in Base64.

Document: ApsaraVideo Live, API Reference / Signature mechanism. The signature printed there does not come
out of the rule printed there; the rule is the official clients'.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def encoded(text: str) -> str:
    """Percent-encoding of RFC 3986: a blank is %20; letters, digits and -_.~ stay as they are."""
    return quote(text, safe="~")


def canonical_query(params: Mapping[str, str]) -> str:
    """The parameters sorted by name and encoded, as they are hashed; this is also how they may be sent."""
    return "&".join(
        f"{encoded(name)}={encoded(params[name])}" for name in sorted(params) if name != "Signature"
    )


def string_to_sign(method: str, params: Mapping[str, str]) -> str:
    return f"{method.upper()}&%2F&{encoded(canonical_query(params))}"


def sign(access_key_secret: str, *, method: str, params: Mapping[str, str]) -> str:
    """The value of `Signature`, not yet URL-encoded; `params` are all that is sent but Signature itself."""
    key = f"{access_key_secret}&".encode()
    digest = hmac.new(key, string_to_sign(method, params).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")
