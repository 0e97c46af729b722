"""Who may ask for what: API keys with scopes; or, where none are required, this machine alone."""

import ipaddress
import re
from typing import Annotated

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asked

from api.context import Connected
from api.problems import Problem, shortened
from workers import keys
from workers.keys import Scope

WRITES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSALS = ("unauthorized", "forbidden")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]]+))(?::\d*)?", re.ASCII)

_bearer = HTTPBearer(
    scheme_name="key",
    bearerFormat="docai_<id>_<secret>",
    description="An API key, made by `docai keys create`. Its scopes: submit, read, admin.",
    auto_error=False,
)


async def _key_id(
    needed: SecurityScopes,
    connections: Connected,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> str:
    """Return the id of the key that a request came with; empty where none is required.

    Raises:
        Problem: there is no valid key, or it does not allow this.
        DatabaseBusy: nobody can tell.
    """
    if not connections.settings.keys_required:
        return ""
    if given is None:
        raise Problem("unauthorized")
    key = await run_in_threadpool(keys.verify, connections, given.credentials)
    if key is None:
        raise Problem(
            "unauthorized",
            "this API key is unknown or was revoked",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    for scope in map(Scope, needed.scopes):
        if not key.allows(scope):
            raise Problem(
                "forbidden",
                f"this needs a key with the scope {scope.value}; "
                f"this key has {', '.join(sorted(key.scopes))}",
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'
                },
            )
    return key.id


Submitter = Annotated[str, Security(_key_id, scopes=[Scope.SUBMIT.value])]
Asker = Annotated[str, Security(_key_id, scopes=[Scope.SUBMIT.value, Scope.READ.value])]
Reader = Annotated[str, Security(_key_id, scopes=[Scope.READ.value])]
Admin = Annotated[str, Security(_key_id, scopes=[Scope.ADMIN.value])]


class ThisMachineOnly:
    """Refuses what a web page could make a browser ask of a service that requires no keys.

    A page may send requests to any address, and a name of its own may point to this machine (DNS
    rebinding). The browser says which name it asked for, and which site a write comes from.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Asked, receive: Receive, send: Send) -> None:
        """Pass on what comes from this machine and from no foreign page."""
        if scope["type"] in ("http", "websocket"):
            refused = _refusal(scope.get("method", ""), Headers(scope=scope))
            if refused is not None:
                await refused.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _refusal(method: str, headers: Headers) -> Problem | None:
    """Return why a request is refused; None if it is not."""
    host = headers.get("host", "")
    if not _is_loopback(host):
        return Problem(
            "forbidden",
            f"the Host {shortened(host)!r} is no name of this machine, and no API keys are "
            "required; ask for localhost, or have keys required (DOCAI_KEYS_REQUIRED=true)",
        )
    origin = headers.get("origin")
    if origin is None or method in WRITES_NOTHING or origin.partition("://")[2] == host:
        return None
    return Problem(
        "forbidden",
        f"the Origin {shortened(origin)!r} is another site than {host!r}; other sites may not "
        "write here while no API keys are required",
    )


def _is_loopback(host: str) -> bool:
    """Tell whether a Host header names this machine."""
    found = _HOST.fullmatch(host.lower())
    if found is None:
        return False
    name = found[1] or found[2]
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
