"""Errors as HTTP tells them: `application/problem+json` of RFC 9457, each with a stable code.

Knows every code, its status and what to say about it, in one table. Refuses to know the endpoints.
Nothing here shows a client a traceback, or its whole request again.
"""

import http.client
import json
import logging
import secrets
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import anyio
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from docai.errors import DocaiError, code_of

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)

_SCHEMA_REF = "#/components/schemas/{model}"
_MAX_ERRORS = 20  # of one validation; a request with more of them is fixed in more than one go
_MAX_TEXT = 200  # characters of one name or message that may hold what a client sent
_DRAINED_BYTES = 65_536  # a server reads so much of an unwanted body to its end; beyond, we hang up
_LINGER_S = 2.0  # how long a client may take to see that it is being refused


@dataclass(frozen=True, slots=True)
class Kind:
    """What all problems of one code share."""

    status: int
    title: str
    description: str
    headers: tuple[tuple[str, str], ...] = ()


_CHALLENGE = (("WWW-Authenticate", "Bearer"),)
_SOON = (("Retry-After", "2"),)  # a lock, or a queue that moves
_LATER = (("Retry-After", "30"),)  # somebody has to do something

KINDS: Mapping[str, Kind] = types.MappingProxyType(
    {
        "bad_request": Kind(400, "Bad request", "The request cannot be understood."),
        "invalid_multipart": Kind(
            400, "Invalid multipart body", "The body is no complete multipart/form-data form."
        ),
        "unauthorized": Kind(
            401, "Unauthorized", "A valid API key is needed: Authorization: Bearer …", _CHALLENGE
        ),
        "forbidden": Kind(403, "Forbidden", "The API key does not allow this."),
        "not_found": Kind(404, "Not found", "There is nothing at this address."),
        "job_not_found": Kind(404, "Job not found", "There is no job of that id."),
        "batch_not_found": Kind(404, "Batch not found", "There is no batch of that id."),
        "page_not_found": Kind(404, "Page not found", "The document has no page of that number."),
        "schema_not_found": Kind(404, "Schema not found", "There is no schema of that name."),
        "method_not_allowed": Kind(
            405, "Method not allowed", "The address exists; the header Allow lists its methods."
        ),
        "idempotency_conflict": Kind(
            409, "Idempotency conflict", "The Idempotency-Key came before, with another request."
        ),
        "job_failed": Kind(409, "Job failed", "The job failed, so it has no result."),
        "not_ready": Kind(409, "Not ready", "The job is not, or no longer, in the right state."),
        "schema_is_builtin": Kind(409, "Schema is built in", "Built-in schemas cannot be changed."),
        "gone": Kind(410, "Gone", "It was erased, or has expired."),
        "payload_too_large": Kind(413, "Payload too large", "The request is larger than allowed."),
        "limit_exceeded": Kind(
            413, "Limit exceeded", "The document has more pages or pixels than allowed."
        ),
        "unsupported_format": Kind(
            415, "Unsupported format", "The file is of no format that docai reads."
        ),
        "unsupported_media_type": Kind(
            415, "Unsupported media type", "The body is of another Content-Type than expected."
        ),
        "invalid_request": Kind(
            422, "Invalid request", "A part or parameter of the request is wrong or missing."
        ),
        "empty_file": Kind(422, "Empty file", "The file has no bytes."),
        "broken_file": Kind(422, "Broken file", "The file is damaged or truncated."),
        "encrypted_file": Kind(422, "Encrypted file", "The file needs a password."),
        "no_pages": Kind(422, "No pages", "The file holds no page."),
        "schema_error": Kind(422, "Schema error", "The schema cannot be used."),
        "webhook_refused": Kind(422, "Webhook refused", "That address may not be called."),
        "ocr_error": Kind(422, "OCR failed", "The text of the document could not be read."),
        "vlm_error": Kind(422, "Model failed", "The model could not answer for the document."),
        "out_of_memory": Kind(422, "Out of memory", "The document needs more memory than allowed."),
        "timed_out": Kind(422, "Timed out", "The document took longer than allowed."),
        "worker_killed": Kind(422, "Worker killed", "The document ended its worker repeatedly."),
        "question_not_supported": Kind(
            422,
            "Question not supported",
            "The service's model cannot answer free questions, or the job splits its file.",
        ),
        "storage_error": Kind(422, "Storage error", "What belongs to the document was lost."),
        "internal_error": Kind(500, "Internal error", "Something failed here; it was logged."),
        "queue_full": Kind(503, "Queue full", "Too many jobs are waiting.", _SOON),
        "database_busy": Kind(503, "Database busy", "The database is locked or away.", _SOON),
        "storage_unavailable": Kind(
            503, "Storage unavailable", "Files cannot be stored or read at present.", _LATER
        ),
        "storage_full": Kind(503, "Storage full", "There is no room left for files.", _LATER),
    }
)

_CODE_OF_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    410: "gone",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
}
# What the service calls a store, its clients call storage.
_CODE_OF_NAME = {"store_unavailable": "storage_unavailable", "store_full": "storage_full"}


class RequestError(BaseModel):
    """One thing that is wrong in a request."""

    pointer: str = Field(
        description="A JSON Pointer to it; the first part is path, query, header or body.",
        examples=["/query/limit"],
    )
    detail: str


class ProblemBody(BaseModel):
    """What went wrong, as RFC 9457 tells it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="A relative URI that names the kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What is wrong this time, for people.")
    code: str = Field(description="The kind of problem, for programs; it never changes.")
    errors: list[RequestError] | None = Field(
        default=None, description="With code invalid_request: each thing that is wrong."
    )


class Problem(Exception):
    """An error that a client shall see, as `application/problem+json`."""

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        """Make a problem of a known code.

        Args:
            code: a key of `KINDS`.
            detail: what is wrong, with the value, and what would be right; without it, what is
                always said of the code.
            status: another status than the code's own.
            headers: of the response, besides those that the code always has.
            members: further members of the body; JSON can hold their values.
        """
        kind = KINDS[code]
        self.code = code
        self.title = kind.title
        self.detail = kind.description if detail is None else detail
        self.status = kind.status if status is None else status
        self.headers = {**dict(kind.headers), **(headers or {})}
        self.members = members
        super().__init__(f"{code}: {self.detail}")

    def body(self) -> dict[str, Any]:
        """Return the members of the response's body, in the order people read them."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.members,
        }

    def response(self, *, is_last: bool = False) -> Response:
        """Return the response that tells a client of it.

        Args:
            is_last: the connection ends with it, whatever the client is still sending.
        """
        # ASCII, since half a surrogate pair out of a client's JSON cannot be encoded otherwise.
        content = json.dumps(self.body(), ensure_ascii=True).encode("ascii")
        kind = _LastResponse if is_last else Response
        return kind(content, self.status, headers=self.headers, media_type=MEDIA_TYPE)


class _LastResponse(Response):
    """The last response on a connection: what the client still sends is not waited for.

    To hang up at once would make most systems throw away the response, unread, together with the
    bytes on their way (RFC 9112, section 9.6). So for a moment what comes is read and dropped.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.headers["Connection"] = "close"
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with anyio.move_on_after(_LINGER_S):
            while (await receive()).get("more_body"):
                pass
        await send({"type": "http.response.body", "body": b""})


def invalid_field(name: str, detail: str) -> Problem:
    """Return the problem of one field of a form; ``name`` may come from the client."""
    error = {"pointer": json_pointer(("body", name)), "detail": shortened(detail)}
    return Problem("invalid_request", f"{shortened(name)}: {error['detail']}", errors=[error])


def invalid_query(name: str, detail: str) -> Problem:
    """Return the problem of a parameter of the query that makes no sense."""
    return Problem(
        "invalid_request", detail, errors=[{"pointer": f"/query/{name}", "detail": detail}]
    )


def json_pointer(location: Sequence[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) to ``location``; overlong names end in an ellipsis."""
    parts = (shortened(str(part)).replace("~", "~0").replace("/", "~1") for part in location)
    return "".join(f"/{part}" for part in parts)


def shortened(text: str) -> str:
    """Return ``text`` at a length fit for a message; what was cut ends in an ellipsis."""
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Return what FastAPI's ``responses=`` needs to document ``codes``, by status."""
    entries: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        kind = KINDS[code]
        schema = {"$ref": _SCHEMA_REF.format(model=ProblemBody.__name__)}
        content = {MEDIA_TYPE: {"schema": schema, "examples": {}}}
        entry = entries.setdefault(kind.status, {"description": "", "content": content})
        entry["description"] += f"\n- `{code}`: {kind.description}"
        example = {"summary": kind.title, "value": Problem(code).body()}
        entry["content"][MEDIA_TYPE]["examples"][code] = example
    for entry in entries.values():
        entry["description"] = entry["description"].strip()
    return entries


def install(app: FastAPI) -> None:
    """Make ``app`` tell every error as a problem, and its OpenAPI document say so."""
    hooks: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda problem: problem,
        DocaiError: _of_docai,
        RequestValidationError: _of_validation,
        HTTPException: _of_http,
        Exception: _of_bug,
    }
    for error_type, problem_of in hooks.items():
        app.add_exception_handler(error_type, _answering(problem_of))
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _document(generate())
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _answering(
    problem_of: Callable[[Any], Problem],
) -> Callable[[Request, Exception], Any]:
    """Return an exception hook that answers with ``problem_of`` the exception."""

    async def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status >= 500 and problem.code != "internal_error":
            _log.error("%s: %s", problem.code, error.__cause__ or error)
        return problem.response(is_last=_may_be_unread(request))

    return answer


def _may_be_unread(request: Request) -> bool:
    """Tell whether much of the request's body may not have been received yet."""
    if "transfer-encoding" in request.headers:
        return True
    length = request.headers.get("content-length", "0")
    return not (length.isdecimal() and int(length) <= _DRAINED_BYTES)


def _of_docai(error: DocaiError) -> Problem:
    """Return the problem of an error that docai raised on purpose."""
    for class_ in type(error).__mro__:
        name = code_of(class_)
        code = _CODE_OF_NAME.get(name, name)
        if code in KINDS:
            # What is wrong on our side of the wire is not for the client to read.
            return Problem(code, str(error) if KINDS[code].status < 500 else None)
    return _of_bug(error)


def _of_validation(error: RequestValidationError) -> Problem:
    """Return the problem of a request that FastAPI found to be wrong, without what was sent."""
    found = error.errors()
    errors = [
        {"pointer": json_pointer(one["loc"]), "detail": shortened(one["msg"])}
        for one in found[:_MAX_ERRORS]
    ]
    detail = "; ".join(f"{one['pointer']}: {one['detail']}" for one in errors[:3])
    if len(found) > 3:
        listed = "all" if len(found) <= _MAX_ERRORS else f"the first {_MAX_ERRORS}"
        detail = f"{len(found)} things are wrong; errors lists {listed} of them. {detail}; …"
    return Problem("invalid_request", detail, errors=errors)


def _of_http(error: HTTPException) -> Problem:
    """Return the problem of an error that the framework raised; its headers are kept."""
    fallback = "bad_request" if error.status_code < 500 else "internal_error"
    code = _CODE_OF_STATUS.get(error.status_code, fallback)
    said_nothing = error.detail == http.client.responses.get(error.status_code)
    detail = None if said_nothing else str(error.detail)
    return Problem(code, detail, status=error.status_code, headers=error.headers)


def _of_bug(error: Exception) -> Problem:
    """Return the problem of an error that nobody expected; the log has the rest of it."""
    incident = secrets.token_hex(8)
    _log.error("incident %s", incident, exc_info=error)
    detail = f"something failed here and was logged; whoever runs docai finds it as {incident}"
    return Problem("internal_error", detail, incident=incident)


def _document(openapi: dict[str, Any]) -> None:
    """Put problems where FastAPI documents its own errors."""
    _, definitions = models_json_schema([(ProblemBody, "serialization")], ref_template=_SCHEMA_REF)
    schemas = openapi.setdefault("components", {}).setdefault("schemas", {})
    theirs = _SCHEMA_REF.format(model="HTTPValidationError")
    for operations in openapi.get("paths", {}).values():
        for operation in operations.values():
            stated = operation["responses"].get("422", {})
            if theirs in json.dumps(stated):
                operation["responses"]["422"] = responses("invalid_request")[422]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas.update(definitions["$defs"])
