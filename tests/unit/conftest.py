"""What several tests of the generators ask for."""

import pytest

from tests.unit.generators.support import Farm, hasty_farm, tiny_farm


@pytest.fixture(scope="module", params=["tiny", "hasty"])
def farm(request: pytest.FixtureRequest) -> Farm:
    """Each of the two farms."""
    return tiny_farm() if request.param == "tiny" else hasty_farm()
