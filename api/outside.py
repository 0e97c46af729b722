"""What is true of every response, whatever the endpoint: methods and headers."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
API_PATH = "/v1/"
IS_HEAD = "docai.is_head"  # in a scope: the body will be dropped

# Nothing here is to be taken for a program or shown inside another site's page.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
API_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Outside:
    """Answers OPTIONS, turns HEAD into GET, and completes the headers of every response."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(scope, message)
            await send(message)

        method = scope["method"]
        allowed = self._allowed(scope) if method in ("HEAD", "OPTIONS") else []
        if method == "OPTIONS" and allowed:
            await Response(status_code=204)(scope, receive, completed)
        elif method == "HEAD" and "GET" in allowed:
            # The server itself drops the body, for it remembers what was asked.
            await self._app({**scope, "method": "GET", IS_HEAD: True}, receive, completed)
        else:
            await self._app(scope, receive, completed)

    def _complete(self, scope: Scope, message: Message) -> None:
        """Add what a response lacks."""
        headers = MutableHeaders(scope=message)
        ours = HEADERS | (API_HEADERS if scope["path"].startswith(API_PATH) else {})
        for name, value in ours.items():
            headers.setdefault(name, value)
        if scope["method"] == "OPTIONS" or message["status"] == 405:
            # A router knows the methods of one route, but an address may have several.
            headers["Allow"] = ", ".join(self._allowed(scope))

    def _allowed(self, scope: Scope) -> list[str]:
        """Return the methods that an address has; none if there is no such address."""
        found = [
            method
            for method in METHODS
            if any(
                route.matches({**scope, "method": method})[0] is Match.FULL
                for route in self._routes
            )
        ]
        if "GET" in found:
            found.insert(1, "HEAD")
        return [*found, "OPTIONS"] if found else []
