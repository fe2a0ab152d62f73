"""How calls are put on the wire and replies read, a module for each system's way; `client.wire` picks one.

Each has `build` and `parse` as `client.wire` describes them: pure, the clock and the nonce as arguments.
"""
