"""Schemas over HTTP: which there are, and which one a request means."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import access, problems
from api.access import Admin, Reader
from api.context import Connected
from api.payloads import (
    SCHEMA_EXAMPLE,
    SchemaListing,
    SchemaPayload,
    SchemaSummary,
    answer,
    json_object,
    parsed_json,
)
from api.problems import Problem, shortened
from docai import build
from docai.errors import SchemaError
from docai.extraction.fields import Schema, schema_of
from docai.kinds import AUTO
from workers import schemas as stored
from workers.connections import Connections
from workers.jobs import SchemaRef
from workers.tables import Job, StoredSchema

DEFAULT = "receipt"
LARGEST_VERSION = 2**31 - 1  # that databases can hold

router = APIRouter(tags=["schemas"])

Name = Annotated[str, Path(description="Name of a schema.", examples=["delivery-note"])]
Version = Annotated[
    int | None,
    Query(ge=1, le=LARGEST_VERSION, description="Which version; the newest by default."),
]
REFUSALS = (*access.REFUSALS, "database_busy")
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A JSON Schema: an object whose properties are the fields to extract.",
        "content": {"application/json": {"schema": {"type": "object"}, "example": SCHEMA_EXAMPLE}},
    }
}


@cache
def builtin(name: str) -> Schema:
    """Return a built-in schema."""
    return build.builtin_schema(name)


async def wanted_schema(connections: Connections, text: str) -> SchemaRef:
    """Return the schema that a request means, without a trip to a thread if it is built in.

    Raises:
        SchemaError: there is none, or it cannot be used.
        DatabaseBusy: nobody can tell.
    """
    if text in (*build.builtin_schemas(), AUTO):
        return SchemaRef(text, builtin(text).version)
    return await run_in_threadpool(chosen_schema, connections, text)


def chosen_schema(connections: Connections, text: str) -> SchemaRef:
    """Return the schema that a request means.

    Args:
        connections: of this process.
        text: a built-in name, a stored one as ``name`` or ``name@version``, or a JSON Schema.

    Raises:
        SchemaError: there is none, or it cannot be used.
        DatabaseBusy: nobody can tell.
    """
    if text.lstrip().startswith("{"):
        return _inline(text)
    name, at, number = text.partition("@")
    version = _version(text, number) if at else None
    found = _found(connections, name, version)
    if found is None:
        known = ", ".join(build.builtin_schemas())
        raise SchemaError(
            f"there is no schema {shortened(text)!r}; give a built-in one ({known}), {AUTO} for "
            "that of the document's kind, one stored at /v1/schemas as name or name@version, or a "
            "JSON Schema that begins with {"
        )
    return SchemaRef(found.name, found.version, None if found.is_builtin else found.json_schema)


def _inline(text: str) -> SchemaRef:
    """Return a schema that came with its document."""
    try:
        json_schema = parsed_json(text)
    except ValueError as error:
        raise SchemaError(f"the schema is no JSON: {error}") from error
    stored.check(json_schema, stored.INLINE)
    return SchemaRef(stored.INLINE, 1, json_schema)


def _version(text: str, number: str) -> int:
    """Return the version that a request names."""
    if not number.isascii() or not number.isdecimal() or not 0 < len(number) <= 10:
        raise SchemaError(f"{shortened(text)!r}: after @ stands a version such as 2")
    return min(int(number), LARGEST_VERSION)


def _found(connections: Connections, name: str, version: int | None) -> SchemaPayload | None:
    """Return a schema, built in or stored; None if there is none of that name and version."""
    if name in build.builtin_schemas():
        own = _own(name)
        return own if version in (None, own.version) else None
    row = stored.find(connections, name, version)
    return None if row is None else _payload(row)


def _own(name: str) -> SchemaPayload:
    """Return what is told of a built-in schema."""
    schema = builtin(name)
    return SchemaPayload(
        name=name,
        version=schema.version,
        is_builtin=True,
        created_at=None,
        json_schema=dict(schema.json_schema),
    )


def _payload(row: StoredSchema) -> SchemaPayload:
    """Return what is told of a stored schema."""
    return SchemaPayload(
        name=row.name,
        version=row.version,
        is_builtin=False,
        created_at=row.created_at,
        json_schema=row.json_schema,
    )


def schema_of_job(job: Job) -> Schema:
    """Return what a job extracts.

    Raises:
        SchemaError: it cannot be used.
    """
    if job.json_schema is None:
        return builtin(job.schema_name)
    return schema_of({**job.json_schema, "version": job.schema_version}, job.schema_name)


@router.get(
    "/v1/schemas",
    summary="List schemas",
    response_model=SchemaListing,
    responses=problems.responses(*REFUSALS),
)
def list_schemas(connections: Connected, key: Reader) -> Response:
    """All schemas that a document can be submitted with: built-in ones first, then stored ones."""
    rows = [_own(name) for name in build.builtin_schemas()]
    rows += [_payload(row) for row in stored.listing(connections)]
    summaries = [SchemaSummary(**row.model_dump(exclude={"json_schema"})) for row in rows]
    return answer(SchemaListing(schemas=summaries))


@router.get(
    "/v1/schemas/{name}",
    summary="Get a schema",
    response_model=SchemaPayload,
    responses=problems.responses("schema_not_found", "invalid_request", *REFUSALS),
)
def get_schema(
    connections: Connected, key: Reader, name: Name, version: Version = None
) -> Response:
    """One version of a schema, the newest by default."""
    found = _found(connections, name, version)
    if found is None:
        which = name if version is None else f"{name}@{version}"
        raise Problem("schema_not_found", f"there is no schema {shortened(which)!r}")
    return answer(found)


@router.put(
    "/v1/schemas/{name}",
    summary="Store a schema",
    response_model=SchemaPayload,
    response_description="A new version of a schema; or the newest, if it has this content.",
    responses={
        **problems.responses(
            "schema_is_builtin",
            "payload_too_large",
            "unsupported_media_type",
            "invalid_request",
            "schema_error",
            "bad_request",
            *REFUSALS,
        ),
        201: {"model": SchemaPayload, "description": "The first version under this name."},
    },
    openapi_extra=BODY,
)
async def put_schema(request: Request, connections: Connected, key: Admin, name: Name) -> Response:
    """Store a JSON Schema under a name. A version never changes: other content is a new one."""
    _refuse_builtin(name)
    json_schema = await json_object(request)
    row, is_new = await run_in_threadpool(stored.put, connections, name, json_schema)
    headers = {"Location": f"/v1/schemas/{row.name}?version={row.version}"}
    return answer(_payload(row), 201 if is_new else 200, headers)


@router.delete(
    "/v1/schemas/{name}",
    summary="Delete a schema",
    status_code=204,
    responses=problems.responses("schema_not_found", "schema_is_builtin", *REFUSALS),
)
def delete_schema(connections: Connected, key: Admin, name: Name) -> Response:
    """Delete a schema with all of its versions. Jobs that were submitted with it keep it."""
    _refuse_builtin(name)
    if not stored.delete(connections, name):
        raise Problem("schema_not_found", f"there is no schema {shortened(name)!r}")
    return Response(status_code=204)


def _refuse_builtin(name: str) -> None:
    """Refuse to change a built-in schema."""
    if name in (*build.builtin_schemas(), AUTO):
        raise Problem("schema_is_builtin", f"{name} is built in; store yours under another name")
