"""What every endpoint may ask for: the connections of this process, and who watches over jobs."""

from dataclasses import dataclass
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends
from starlette.requests import Request

from api.intake import Intake
from api.meter import Meter
from api.watch import Watch
from workers.connections import Connections


@dataclass(frozen=True)
class Context:
    """What an application holds while it runs.

    Attributes:
        connections: to database, store and queues.
        intake: accepts jobs.
        submitting: how many batches are written at once; each may have thousands of rows, and
            SQLite has one writer at a time.
        watch: tells when a job or batch has moved on.
        meter: measures requests.
        drawing: how many pictures are drawn at once; each takes a lot of memory.
        checking: how many checks of health may be under way at once.
    """

    connections: Connections
    intake: Intake
    submitting: CapacityLimiter
    watch: Watch
    meter: Meter
    drawing: CapacityLimiter
    checking: CapacityLimiter


async def _context(request: Request) -> Context:
    """Return what the application of a request holds."""
    context: Context = request.app.state.context
    return context


async def _connections(request: Request) -> Connections:
    """Return the connections of the application of a request."""
    return (await _context(request)).connections


async def _watch(request: Request) -> Watch:
    """Return the watch of the application of a request."""
    return (await _context(request)).watch


Here = Annotated[Context, Depends(_context)]
Connected = Annotated[Connections, Depends(_connections)]
Watching = Annotated[Watch, Depends(_watch)]
