"""Brings the database to the newest form: ``python -m workers.migrate``. Fine to run at any time.

A database that is not up yet, as when containers start together, is waited for.
"""

import sys
import time

from docai.errors import DocaiError
from workers.database import Database
from workers.errors import DatabaseBusy
from workers.settings import ServiceSettings, read_service_settings

PATIENCE_S = 30.0
PAUSE_S = 0.5


def upgrade(settings: ServiceSettings, patience_s: float = PATIENCE_S) -> None:
    """Bring the database of some settings to the newest form.

    Args:
        settings: which database.
        patience_s: how long to wait for one that does not answer.

    Raises:
        DatabaseBusy: it did not answer in time.
        SettingsError: its URL makes no sense.
    """
    deadline = time.monotonic() + patience_s
    database = Database(settings.sql_url)
    try:
        while True:
            try:
                return database.upgrade()
            except DatabaseBusy:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_S)
    finally:
        database.close()


def main() -> int:
    """Run the migrations of the environment's database; return an exit code."""
    try:
        upgrade(read_service_settings())
    except DocaiError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    sys.stderr.write("the database is up to date\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
