"""The signature of the LVB API of 2017 and of its event messages: an expiry time and a key, hashed together.

Document: Live API 2017 / summarize (authentication) and Event Message Notification.
"""

from __future__ import annotations

import hashlib
import hmac


def sign(key: str, expires: int) -> str:
    """The value of `sign` for a request or message that is good until `t` = `expires`, in UNIX seconds."""
    return hashlib.md5(f"{key}{expires}".encode()).hexdigest()


def holds(key: str, expires: int, signature: str) -> bool:
    """Whether a `sign` belongs to its `t`; takes as long for a wrong one as for a right one."""
    return hmac.compare_digest(sign(key, expires).encode(), signature.lower().encode())
