"""Tencent Cloud's older signature: HMAC over method, host, path and the sorted parameters, in Base64.

Document: Making API Requests / Signature (v1). Everything comes in as arguments, clock and nonce among them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

Algorithm = Literal["HmacSHA1", "HmacSHA256"]

_DIGESTS = {"HmacSHA1": hashlib.sha1, "HmacSHA256": hashlib.sha256}


def sign(
    secret_key: str,
    *,
    method: str,
    host: str,
    path: str,
    params: Mapping[str, str],
    algorithm: Algorithm = "HmacSHA1",
) -> str:
    """The value of `Signature`, not yet URL-encoded.

    `params` are all the parameters that are sent but Signature itself, flattened (`A.0.B`), with the values
    as they are before URL-encoding. Raises ValueError for an algorithm other than the two.
    """
    if algorithm not in _DIGESTS:
        raise ValueError(f"no such signature method: {algorithm!r}")
    text = string_to_sign(method, host, path, params)
    digest = hmac.new(secret_key.encode(), text.encode(), _DIGESTS[algorithm]).digest()
    return base64.b64encode(digest).decode("ascii")


def string_to_sign(method: str, host: str, path: str, params: Mapping[str, str]) -> str:
    """What is hashed: parameters sorted by name, as bytes go, which puts `Ids.12` before `Ids.2`."""
    joined = "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "Signature")
    return f"{method.upper()}{host}{path}?{joined}"
