"""Alembic's door to the database; `workers.database.Database.upgrade` opens it."""

from alembic import context
from sqlalchemy import text

from workers.tables import Table

ONE_AT_A_TIME = 0x0D0CA1  # any number of our own: names the lock of PostgreSQL


def migrate() -> None:
    """Run the migrations that are missing, in one transaction, one process at a time."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            render_as_batch=True,  # SQLite alters tables by copying them
            compare_type=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            context.run_migrations()


migrate()
