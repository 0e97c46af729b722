"""Schemas that somebody stored: named, versioned, never changed in place.

A version stays what it was, since results name it. A deleted name can be stored again and goes on
counting. Built-in schemas are not here; their names are the caller's business.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from docai.errors import SchemaError
from docai.extraction.fields import schema_of
from workers.connections import Connections
from workers.lifecycle import now
from workers.tables import StoredSchema

NAME = r"[a-z][a-z0-9_-]{0,63}"
INLINE = "inline"  # what a schema is called that came with its document
_NAME = re.compile(NAME, re.ASCII)


def check(json_schema: Mapping[str, Any], name: str) -> None:
    """Check that a schema says what to extract.

    Raises:
        SchemaError: it cannot be used; the message says where and why.
    """
    try:
        schema_of(json_schema, name)
    except RecursionError as error:
        raise SchemaError(f"schema {name} nests too deeply") from error


def check_name(name: str) -> None:
    """Check that a schema may be stored under a name.

    Raises:
        SchemaError: it may not.
    """
    if _NAME.fullmatch(name) is None or name == INLINE:
        raise SchemaError(
            f"schema name {name[:80]!r}: give 1 to 64 lower-case letters, digits, - and _, "
            f"a letter first, and not {INLINE!r}"
        )


def put(
    connections: Connections, name: str, json_schema: Mapping[str, Any]
) -> tuple[StoredSchema, bool]:
    """Store a schema, as a new version unless the newest is the same already.

    Returns:
        The version, and whether the name is new.

    Raises:
        SchemaError: name or schema cannot be used.
        DatabaseBusy: nothing was stored.
    """
    check_name(name)
    check(json_schema, name)
    try:
        return _put(connections, name, json_schema)
    except IntegrityError:  # somebody else stored a version at the same moment
        return _put(connections, name, json_schema)


def _put(
    connections: Connections, name: str, json_schema: Mapping[str, Any]
) -> tuple[StoredSchema, bool]:
    """Store a checked schema; see `put`."""
    with connections.database.writing() as session:
        newest = session.scalar(
            select(StoredSchema)
            .where(StoredSchema.name == name)
            .order_by(StoredSchema.version.desc())
            .limit(1)
        )
        is_new = newest is None or newest.deleted_at is not None
        if newest is not None and not is_new and _text(newest.json_schema) == _text(json_schema):
            return newest, False
        stored = StoredSchema(
            name=name,
            version=1 if newest is None else newest.version + 1,
            json_schema=dict(json_schema),
            created_at=now(),
            deleted_at=None,
        )
        session.add(stored)
    return stored, is_new


def find(connections: Connections, name: str, version: int | None = None) -> StoredSchema | None:
    """Return a version of a schema, the newest by default; None if there is none.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    if _NAME.fullmatch(name) is None:  # nor would every database take it
        return None
    query = select(StoredSchema).where(StoredSchema.name == name, StoredSchema.deleted_at.is_(None))
    if version is not None:
        query = query.where(StoredSchema.version == version)
    with connections.database.reading() as session:
        return session.scalar(query.order_by(StoredSchema.version.desc()).limit(1))


def listing(connections: Connections) -> list[StoredSchema]:
    """Return the newest version of every schema, by name.

    Raises:
        DatabaseBusy: nobody can tell.
    """
    newest = (
        select(StoredSchema.name, func.max(StoredSchema.version).label("version"))
        .where(StoredSchema.deleted_at.is_(None))
        .group_by(StoredSchema.name)
        .subquery()
    )
    is_newest = (StoredSchema.name == newest.c.name) & (StoredSchema.version == newest.c.version)
    with connections.database.reading() as session:
        return list(
            session.scalars(
                select(StoredSchema).join(newest, is_newest).order_by(StoredSchema.name)
            )
        )


def delete(connections: Connections, name: str) -> bool:
    """Take all versions of a schema away; jobs that have it keep it. Tell whether there was one.

    Raises:
        DatabaseBusy: nothing was taken away.
    """
    is_meant = (StoredSchema.name == name) & StoredSchema.deleted_at.is_(None)
    with connections.database.writing() as session:
        there = session.scalar(select(func.count()).where(is_meant))
        session.execute(update(StoredSchema).where(is_meant).values(deleted_at=now()))
    return bool(there)


def _text(json_schema: Mapping[str, Any]) -> str:
    """Return a schema as text; the order of its fields counts, since columns follow it."""
    return json.dumps(json_schema)
