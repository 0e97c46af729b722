"""Whether this process is alive, and whether the service can do its work."""

import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

import anyio
import anyio.to_thread
from fastapi import APIRouter
from pydantic import BaseModel, Field
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import PlainTextResponse, Response

from api.context import Context, Here
from api.payloads import answer
from docai.errors import DocaiError
from workers import migrations
from workers.connections import Connections
from workers.database import Database

PATIENCE_S = 2.0  # with each part
OK = "ok"
MIGRATE = "run python -m workers.migrate"

router = APIRouter(tags=["health"])
log = logging.getLogger(__name__)


class Check(BaseModel):
    """How a part of the service is."""

    ok: bool
    detail: str = Field(description="What is wrong, or ok.", examples=[OK])


class Checks(BaseModel):
    """How the parts of the service are."""

    database: Check
    redis: Check
    store: Check
    workers: dict[str, int] = Field(description="How many workers listen to each queue.")


class Readiness(BaseModel):
    """Whether the service can do its work."""

    status: str = Field(description="ready or unavailable", examples=["ready"])
    checks: Checks


@router.get(
    "/livez",
    summary="Is this process alive?",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": "ok\n"}}}},
)
async def livez() -> Response:
    """Answers as long as the process can; looks at nothing else."""
    return PlainTextResponse("ok\n")


@router.get(
    "/readyz",
    summary="Can the service do its work?",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "A part of the service is missing."}},
)
async def readyz(here: Here) -> Response:
    """Looks at every part that the service needs, at each for two seconds at most."""
    checks, workers = await looked_at(here)
    is_ready = all(check.ok for check in checks.values())
    readiness = Readiness(
        status="ready" if is_ready else "unavailable", checks=Checks(**checks, workers=workers)
    )
    return answer(readiness, 200 if is_ready else 503)


async def looked_at(here: Context) -> tuple[dict[str, Check], dict[str, int]]:
    """Return how each part is, and how many workers listen to each queue."""
    checks: dict[str, Check] = {}
    workers: dict[str, int] = {}

    async def look(part: str) -> None:
        checks[part] = await _check(here, part, partial(_PARTS[part], here.connections))

    async def count() -> None:
        await _check(here, "workers", lambda: workers.update(here.connections.queues.workers()))

    async with anyio.create_task_group() as looks:
        for part in _PARTS:
            looks.start_soon(look, part)
        looks.start_soon(count)
    return checks, workers


async def _check(here: Context, part: str, look: Callable[[], object]) -> Check:
    """Look at a part in a thread, which is left alone if the part does not answer.

    Threads that hang are counted: while there are too many, nobody looks, and the part is not ok.
    """
    try:
        with anyio.fail_after(PATIENCE_S):
            await anyio.to_thread.run_sync(look, abandon_on_cancel=True, limiter=here.checking)
    except TimeoutError:
        return Check(ok=False, detail=f"it does not answer within {PATIENCE_S:g} s")
    except _Behind as behind:
        return Check(ok=False, detail=str(behind))
    except (DocaiError, RedisError, SQLAlchemyError, OSError) as error:
        # Not told: messages of drivers hold addresses, and anybody may ask.
        log.warning("%s: %s", part, error)
        return Check(ok=False, detail="it cannot be used; the log says why")
    return Check(ok=True, detail=OK)


class _Behind(Exception):
    """The tables are missing, or older than this program."""


def _look_at_database(connections: Connections) -> None:
    """Look whether the database answers and has the tables that we expect."""
    behind = lag(connections.database)
    if behind is not None:
        raise _Behind(behind)
    connections.database.ping()


_PARTS: Mapping[str, Callable[[Connections], None]] = {
    "database": _look_at_database,
    "redis": lambda connections: connections.queues.ping(),
    "store": lambda connections: connections.store.ping(),
}


def lag(database: Database) -> str | None:
    """Say what the tables lack; None if they are as this program knows them, or newer.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    from alembic.runtime.migration import MigrationContext

    with database.reading() as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    known = _revisions()
    if current is None:
        return f"the database has no tables yet; {MIGRATE}"
    if current in known[1:]:
        return f"the tables are of version {current} and should be of {known[0]}; {MIGRATE}"
    return None


@cache
def _revisions() -> tuple[str, ...]:
    """Return the versions of the tables that this program knows, the newest first."""
    from alembic.script import ScriptDirectory

    folder = Path(migrations.__file__).parent
    return tuple(one.revision for one in ScriptDirectory(str(folder)).walk_revisions())
