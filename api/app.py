"""The application: routers, what surrounds them, and what lives as long as it runs.

Importing this does nothing. `app` is made from the environment when a server asks for it.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.metadata import version
from types import FrameType
from typing import Any

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from sqlalchemy.exc import ProgrammingError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import (
    batches,
    derive,
    document,
    events,
    extract,
    health,
    jobs,
    metrics,
    pages,
    problems,
    results,
    schemas,
)
from api.access import ThisMachineOnly
from api.context import Context
from api.health import lag
from api.intake import Intake
from api.meter import Meter, Metered
from api.outside import Outside
from api.problems import Problem
from api.watch import Watch
from docai import build
from docai.errors import DocaiError
from workers.connections import connect
from workers.errors import DatabaseBusy
from workers.settings import ServiceSettings, read_service_settings

BATCHES_AT_ONCE = 1  # of those that are written into the database
DRAWN_AT_ONCE = 2  # pictures; one of 80 megapixels takes half a gigabyte while it is drawn
CHECKED_AT_ONCE = 16
NO_TABLES = ("no such table", "UndefinedTable")  # as SQLite and PostgreSQL say it
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
DESCRIPTION = """Receipts, invoices and forms in; structured JSON with evidence out.

Submit a document, follow its job, fetch the result. Every value tells where on the page it is
printed. Errors are `application/problem+json` (RFC 9457) with a stable `code`."""
TAGS = [
    {"name": "jobs", "description": "Documents on their way from upload to result."},
    {"name": "batches", "description": "Many documents at once."},
    {"name": "results", "description": "What was found on documents, and their pages."},
    {"name": "schemas", "description": "What to extract."},
    {"name": "health", "description": "How the service is."},
]
_ROUTERS = (jobs, batches, extract, derive, results, pages, events, schemas, health, metrics)


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """Make the application that settings describe; those of the environment by default.

    Raises:
        SettingsError: the environment makes no sense.
    """
    settings = settings or read_service_settings()
    app = FastAPI(
        title="docai",
        version=version("docai"),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=_lifespan,
        redirect_slashes=False,
        docs_url=None,  # `api.document` shows it without the internet
        redoc_url=None,
        telemetry=NO_TELEMETRY,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.meter = Meter()
    for module in _ROUTERS:
        app.include_router(module.router)
    problems.install(app)
    document.install(app)
    app.add_exception_handler(DatabaseBusy, _tell_of_tables)
    app.add_exception_handler(ProgrammingError, _tell_of_tables)
    if not settings.keys_required:
        app.add_middleware(ThisMachineOnly)
    app.add_middleware(Outside, routes=app.router.routes)
    app.add_middleware(Metered, meter=app.state.meter)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold connections open while the application runs."""
    connections = connect(app.state.settings)
    for name in build.builtin_schemas():
        await run_in_threadpool(schemas.builtin, name)  # once, and not while a client waits
    watch = Watch(connections.database)
    app.state.context = Context(
        connections=connections,
        intake=Intake(connections),
        submitting=CapacityLimiter(BATCHES_AT_ONCE),
        watch=watch,
        meter=app.state.meter,
        drawing=CapacityLimiter(DRAWN_AT_ONCE),
        checking=CapacityLimiter(CHECKED_AT_ONCE),
    )
    loop = asyncio.get_running_loop()
    with _on_signal(lambda: loop.call_soon_threadsafe(watch.stop)):
        yield
    await watch.close()
    await run_in_threadpool(connections.close)


@contextmanager
def _on_signal(stop: Callable[[], object]) -> Iterator[None]:
    """Call ``stop`` when the server is told to end, before what the server does then.

    A server waits for requests under way before it ends the lifespan; so those who wait for a job
    have to hear of it earlier.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are not for us
        return
    earlier = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def told(number: int, frame: FrameType | None) -> None:
        stop()
        then = earlier[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    ours = [number for number, then in earlier.items() if callable(then)]
    for number in ours:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number in ours:
            if signal.getsignal(number) is told:
                signal.signal(number, earlier[number])


async def _tell_of_tables(request: Request, error: Exception) -> Response:
    """Answer where the database failed; if only because its tables are missing, say that."""
    connections = request.app.state.context.connections
    hooks = request.app.exception_handlers
    if any(sign in str(error) for sign in NO_TABLES):
        with suppress(DocaiError):
            if (lacks := await run_in_threadpool(lag, connections.database)) is not None:
                error = Problem("database_busy", lacks)
    known = next(kind for kind in (Problem, DocaiError, Exception) if isinstance(error, kind))
    response: Response = await hooks[known](request, error)
    return response


def __getattr__(name: str) -> Any:
    """Make the application of this process's environment when a server asks for it."""
    if name == "app":
        globals()["app"] = create_app()
        return globals()["app"]
    raise AttributeError(name)
