"""The service without Redis and processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.connections import Connections, connect
from workers.settings import ServiceSettings


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    """Return connections to a new database; no Redis is asked for."""
    opened = connect(ServiceSettings(data_dir=tmp_path))
    opened.database.upgrade()
    yield opened
    opened.close()
