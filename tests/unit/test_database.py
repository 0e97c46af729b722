import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from docai.errors import SettingsError
from workers.database import Database
from workers.errors import DatabaseBusy
from workers.tables import Job, Key, Stage, Status, Step, Table


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path}/a.sqlite3", busy_timeout_s=0.2)
    made.upgrade()
    return made


def key(name: str = "a", at: dt.datetime | None = None) -> Key:
    moment = at or dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, dt.UTC)
    return Key(id=name, name=name, scopes=["read"], digest="0", created_at=moment)


def test_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_again_keeps_what_is_there(database: Database) -> None:
    with database.writing() as session:
        session.add(key())
    database.upgrade()
    with database.reading() as session:
        assert session.get(Key, "a") is not None


def test_a_database_of_an_older_release_keeps_its_jobs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.sqlite3"
    old = Database(url)
    old.upgrade("0001")
    moment = "2026-01-02 03:04:05.000000"
    with sqlite3.connect(tmp_path / "old.sqlite3") as session:
        session.execute(
            "INSERT INTO jobs (id, status, key_id, sha256, size_bytes, schema_name, schema_version,"
            " pages_read, pages_encoded, attempts, num_events, engines, timings_s, created_at,"
            " expires_at, webhook_state, num_deliveries_asked) VALUES ('job_1', 'succeeded', '',"
            " 'a', 1, 'receipt', 1, 1, 1, 1, 1, '{}', '{}', ?, ?, 'none', 0)",
            (moment, moment),
        )
        session.execute(
            "INSERT INTO steps (subject, stage, page, state, attempts, enqueued_at)"
            " VALUES ('job_1', 'ocr', 1, 'queued', 0, ?)",
            (moment,),
        )
    session.close()
    old.upgrade()
    with old.reading() as reading:
        job, step = reading.get(Job, "job_1"), reading.get(Step, ("job_1", Stage.OCR, 1))
    assert job is not None and (job.status, job.derived_from) == (Status.SUCCEEDED, None)
    assert (job.splits, job.num_parts) == (False, None)
    assert step is not None and step.stalled_since is None
    old.close()


def test_a_moment_comes_back_with_its_zone(database: Database) -> None:
    zone = dt.timezone(dt.timedelta(hours=9))
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, zone)
    with database.writing() as session:
        session.add(key(at=moment))
    with database.reading() as session:
        stored = session.scalar(select(Key.created_at))
    assert stored == moment
    assert stored is not None and stored.tzinfo is dt.UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="has no time zone"), database.writing() as session:
        session.add(key(at=dt.datetime(2026, 1, 2)))


def test_an_exception_leaves_no_trace(database: Database) -> None:
    with pytest.raises(ValueError, match="on the way"), database.writing() as session:
        session.add(key())
        session.flush()
        raise ValueError("on the way")
    with database.reading() as session:
        assert session.get(Key, "a") is None


def test_a_locked_database_says_so_in_time(database: Database, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="locked"), database.writing() as session:
            session.add(key())
        with database.reading() as session:  # readers go on
            assert session.get(Key, "a") is None
        other.execute("ROLLBACK")
    other.close()
    with database.writing() as session:
        session.add(key())


def test_a_database_without_tables_is_not_alive(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/b.sqlite3")
    with pytest.raises(DatabaseBusy, match="no such table"):
        empty.ping()


@pytest.mark.parametrize("url", ["nonsense", "nosuchdatabase://x/y"])
def test_a_url_of_no_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DOCAI_DATABASE_URL"):
        Database(url)


@pytest.mark.parametrize(("is_durable", "synchronous"), [(True, 2), (False, 1)])
def test_only_a_durable_database_waits_for_the_disk(
    tmp_path: Path, is_durable: bool, synchronous: int
) -> None:
    made = Database(f"sqlite:///{tmp_path}/c.sqlite3", is_durable=is_durable)
    with made.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == synchronous
    made.close()
