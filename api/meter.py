"""Measures the requests of this process."""

from time import monotonic

from prometheus_client import CollectorRegistry, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"


class Meter:
    """Measures requests, from their beginning to the first byte of the answer."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "docai_http_request_seconds",
            "Seconds to the first byte of the answer.",
            ("method", "route", "status"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.waiting = Gauge(
            "docai_http_waiting",
            "Clients that wait for a job or watch one.",
            registry=self.registry,
        )

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Note a request. Labels are ours: a client cannot make new ones."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        self._seconds.labels(method, route, status).observe(seconds)


class Metered:
    """Has every request measured."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and measure it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = monotonic()
        statuses: list[int] = []

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                self._meter.observe(scope, message["status"], monotonic() - started_s)
            await send(message)

        try:
            await self._app(scope, receive, measured)
        except Exception:
            if not statuses:
                self._meter.observe(scope, 500, monotonic() - started_s)
            raise
