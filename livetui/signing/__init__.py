"""Floor 1: signatures, as pure functions."""
