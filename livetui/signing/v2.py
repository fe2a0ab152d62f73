"""Channel hosting's signature: as v1, but the names are hashed with `.` for each `_`.

Document: Channel Hosting (old) / Call Method / Signature Method, 2.2, note 2.
"""

from __future__ import annotations

from collections.abc import Mapping

from livetui.signing import v1


def sign(
    secret_key: str,
    *,
    method: str,
    host: str,
    path: str,
    params: Mapping[str, str],
    algorithm: v1.Algorithm = "HmacSHA1",
) -> str:
    """The value of `Signature`, not yet URL-encoded; `params` are sent under the names they are given with.

    Raises ValueError for an unknown algorithm, and for two names that would be hashed as one.
    """
    dotted = {name.replace("_", "."): value for name, value in params.items()}
    if len(dotted) != len(params):
        raise ValueError("two parameters are told apart by _ and . alone, which the signature does not")
    return v1.sign(secret_key, method=method, host=host, path=path, params=dotted, algorithm=algorithm)
