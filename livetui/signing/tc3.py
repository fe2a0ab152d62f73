"""TC3-HMAC-SHA256, the signature of Tencent Cloud's API 3.0.

Document: Making API Requests / Signature v3. Everything comes in as arguments, the clock among them. The
signer uses `sign`; who verifies rebuilds `canonical_request` from what arrived and compares `signature`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"
_TERMINATOR = "tc3_request"


@dataclass(frozen=True, slots=True)
class Authorization:
    """An Authorization header taken apart."""

    secret_id: str
    date: str
    """UTC, as in 2019-02-25."""
    service: str
    signed_headers: tuple[str, ...]
    signature: str


def sign(
    secret_id: str,
    secret_key: str,
    *,
    service: str,
    host: str,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    payload: bytes,
    timestamp: int,
) -> str:
    """The value of the Authorization header.

    `headers` are those to be signed, by lower-case name, with the values that are sent; `content-type` must
    be one of them. `host` is the Host header as sent and is always signed. `query` is the encoded query
    string ("" for a POST), `payload` the exact body ("" for a GET), `timestamp` in UNIX seconds.
    """
    signed = {**headers, "host": host}
    names = sorted(signed)
    canonical = canonical_request(
        method=method, path=path, query=query, headers=signed, signed_headers=names, payload=payload
    )
    value = signature(secret_key, service=service, timestamp=timestamp, canonical=canonical)
    scope = f"{date_of(timestamp)}/{service}/{_TERMINATOR}"
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={';'.join(names)}, Signature={value}"


def canonical_request(
    *,
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    signed_headers: Iterable[str],
    payload: bytes,
) -> str:
    """The request in the form that is hashed. Raises KeyError when a signed header is not among `headers`.

    For `X-TC-Content-SHA256: UNSIGNED-PAYLOAD` pass that word as the payload.
    """
    names = sorted(name.lower() for name in signed_headers)
    lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names)
    digest = hashlib.sha256(payload).hexdigest()
    return f"{method.upper()}\n{path}\n{query}\n{lines}\n{';'.join(names)}\n{digest}"


def signature(secret_key: str, *, service: str, timestamp: int, canonical: str) -> str:
    """The signature of a canonical request, in lower-case hexadecimal."""
    date = date_of(timestamp)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{timestamp}\n{date}/{service}/{_TERMINATOR}\n{digest}"
    key = f"TC3{secret_key}".encode()
    for part in (date, service, _TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def parse_authorization(text: str) -> Authorization:
    """Takes an Authorization header apart. Raises ValueError, which names the part that is wrong.

    The document writes both `, ` and `;` behind the credential; a comma is what its signers send, and blanks
    around it are free.
    """
    algorithm, _, rest = text.strip().partition(" ")
    if algorithm != ALGORITHM:
        raise ValueError(f"the algorithm is not {ALGORITHM}")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if not parts.get(name)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} missing")
    scope = parts["Credential"].split("/")
    if len(scope) != 4 or scope[3] != _TERMINATOR or not all(scope):
        raise ValueError("Credential is not SecretId/Date/service/tc3_request")
    names = tuple(name.strip().lower() for name in parts["SignedHeaders"].split(";"))
    return Authorization(scope[0], scope[1], scope[2], names, parts["Signature"])


def date_of(timestamp: int) -> str:
    """The UTC day of a time in UNIX seconds, as it stands in the credential's scope."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
