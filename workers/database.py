"""The database: short transactions on SQLite or PostgreSQL, and its migrations."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from docai.errors import SettingsError
from workers.errors import DatabaseBusy

BUSY_TIMEOUT_S = 5.0  # how long SQLite waits for the one that is writing
_WRITES = "docai_writes"
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """Sessions that read and sessions that write. Safe for threads; not across a fork.

    Args:
        url: of SQLAlchemy.
        busy_timeout_s: how long SQLite waits for the one that is writing.
        is_durable: whether what SQLite commits outlives a loss of power at once. If not, the last
            seconds may be lost then, as a whole: fit for whoever can do its work again.
    """

    def __init__(
        self, url: str, busy_timeout_s: float = BUSY_TIMEOUT_S, *, is_durable: bool = True
    ) -> None:
        self.engine = _engine(url, busy_timeout_s, is_durable=is_durable)
        self._writer = self.engine.execution_options(**{_WRITES: True})
        is_sqlite = self.engine.dialect.name == "sqlite"  # where every transaction is a snapshot
        self._reader = (
            self.engine
            if is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session on one unchanging state of the database.

        Raises:
            DatabaseBusy: the database cannot be reached.
        """
        with _translated(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits at the end, or leaves no trace of itself on an exception.

        On SQLite there is one writer at a time; the others wait here.

        Raises:
            DatabaseBusy: the database is locked or cannot be reached; nothing was written.
        """
        with _translated(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    def ping(self) -> None:
        """Ask the database for a sign of life, and whether its tables are there.

        Raises:
            DatabaseBusy: it gives none.
        """
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1 FROM jobs LIMIT 1"))
        except ProgrammingError as error:
            raise DatabaseBusy(f"the database has no tables yet: {error.orig}") from error

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to the newest form, or an earlier one, keeping what is in them.

        Processes may do this at the same moment; threads of one process may not, for Alembic keeps
        its state in a global variable.
        """
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["engine"] = self._writer
        with _translated():
            command.upgrade(config, revision)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn a database that is locked or away into an error that says to try again."""
    try:
        yield
    except IntegrityError:
        raise  # says something of the values, not of the database
    except PoolTimeout as error:
        raise DatabaseBusy("every database connection is in use; try again") from error
    except OperationalError as error:
        raise DatabaseBusy(f"the database is busy or away: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseBusy(f"the database went away: {error.orig}") from error
        raise


def _engine(url: str, busy_timeout_s: float, *, is_durable: bool) -> Engine:
    """Open an engine.

    Raises:
        SettingsError: the URL makes no sense, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(
                parsed, pool_pre_ping=True, pool_size=10, max_overflow=30, hide_parameters=True
            )
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            connect_args={"timeout": busy_timeout_s},
            pool_size=10,
            max_overflow=30,
            hide_parameters=True,  # errors are logged, and parameters say whose document it was
        )
    except (ArgumentError, ImportError) as error:
        raise SettingsError(
            f"DOCAI_DATABASE_URL: {error}; right would be sqlite:////path/docai.sqlite3 or "
            "postgresql+psycopg://user:password@host/name"
        ) from error
    event.listen(engine, "connect", partial(_prepare_sqlite, "FULL" if is_durable else "NORMAL"))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(synchronous: str, connection: sqlite3.Connection, _record: Any) -> None:
    """Set up one SQLite connection: a write-ahead log; with FULL, on the disk at each commit."""
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`
    cursor = connection.cursor()
    _set_wal(cursor)
    cursor.execute(f"PRAGMA synchronous={synchronous}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _set_wal(cursor: sqlite3.Cursor) -> None:
    """Switch the write-ahead log on; the first processes of a new file may meet here."""
    for _ in range(50):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:  # locked: changing the mode does not wait by itself
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that writes takes the lock at once, so that it never loses it."""
    is_writing = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
