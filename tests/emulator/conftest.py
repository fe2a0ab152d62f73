"""What the tests with the clouds' own clients use."""

import pytest
from emulated import Served


@pytest.fixture
def present(emulator_now: Served) -> Served:
    """Served at the machine's present time, without rate limits: these clients call as fast as they can."""
    emulator_now.app.limits.enforced = False
    return emulator_now
