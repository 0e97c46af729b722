"""What every test can rely on: settings of the machine that runs them have no say."""

import os

import pytest
from hypothesis import settings

# No deadline: a machine that is busy with something else is slow, not wrong.
# The search is random where people work and finds new cases there; a build tries the same ones.
settings.register_profile("docai", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("docai")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.upper().startswith("DOCAI_")]:
        monkeypatch.delenv(name)
