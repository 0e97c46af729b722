"""The results of a batch as one file, written while they are read, one file at a time.

What has succeeded so far is in it, in order of position; what was erased is not.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from docai import build, formats
from docai.extraction.fields import Schema, schema_of
from docai.extraction.parts_json import results_in
from docai.extraction.result import Extraction
from workers import store as keys
from workers.connections import Connections
from workers.errors import BlobNotFound, StoreUnavailable
from workers.tables import Batch, Job, Status

AT_ONCE = 500  # rows read in one query; nobody holds a transaction while a client reads


class Sheet(StrEnum):
    """The files there are."""

    RESULTS_JSONL = "results.jsonl"  # a line per document or part: the whole result
    RESULTS_CSV = "results.csv"  # a row per document or part
    ITEMS_CSV = "items.csv"  # a row per line item


@dataclass(frozen=True, slots=True)
class _Result:
    """The result of one document, or of a part of a file, as it was stored."""

    job_id: str
    position: int
    stored: dict[str, Any]


def pieces(connections: Connections, batch: Batch, sheet: Sheet) -> Iterator[bytes]:
    """Return one of the files of a batch, piece by piece.

    Raises:
        SchemaError: the schema of the batch cannot be used any more; raised before any piece.
        ServiceError: database or store failed, perhaps in the middle: what came is not all.
    """
    if sheet is Sheet.RESULTS_JSONL:
        return _written(connections, batch.id, "", _line)
    schema, splits = _schema_of(batch), batch.splits
    if sheet is Sheet.RESULTS_CSV:
        header, rows = formats.documents_header(schema, splits=splits), formats.documents_row
    else:
        header, rows = formats.items_header(schema, splits=splits), formats.items_rows
    return _written(
        connections,
        batch.id,
        header,
        lambda result: rows(Extraction.from_json(result.stored), schema, splits=splits),
    )


def _written(
    connections: Connections, batch_id: str, header: str, render: Callable[[_Result], str]
) -> Iterator[bytes]:
    """Yield a header, and what is rendered of each result."""
    if header:
        yield header.encode()
    for result in _results(connections, batch_id):
        if rendered := render(result):
            yield rendered.encode()


def _results(connections: Connections, batch_id: str) -> Iterator[_Result]:
    """Yield what has succeeded of a batch, in order of position."""
    last = 0
    while True:
        later = (
            select(Job.id, Job.position)
            .where(Job.batch_id == batch_id, Job.position > last, Job.status == Status.SUCCEEDED)
            .order_by(Job.position)
            .limit(AT_ONCE)
        )
        with connections.database.reading() as session:
            rows = [(job_id, position or 0) for job_id, position in session.execute(later)]
        for job_id, position in rows:
            stored = _stored(connections, job_id)
            for one in results_in(stored) if stored is not None else ():
                yield _Result(job_id, position, one)
        if len(rows) < AT_ONCE:
            return
        last = rows[-1][1]


def _stored(connections: Connections, job_id: str) -> dict[str, Any] | None:
    """Return the result of a job as it was stored; None if it was erased since.

    Raises:
        StoreUnavailable: the store lost it, or cannot be read now.
    """
    try:
        stored: dict[str, Any] = json.loads(connections.store.get(keys.extraction_key(job_id)))
    except BlobNotFound as error:
        with connections.database.reading() as session:
            status = session.scalar(select(Job.status).where(Job.id == job_id))
        if status is Status.SUCCEEDED:
            raise StoreUnavailable(f"the store lost the result of {job_id}") from error
        return None
    return stored


def _line(result: _Result) -> str:
    """Return a result on one line: the stored one, with the position of its document."""
    first = {"id": result.job_id, "name": result.stored["name"], "position": result.position}
    rest = {key: value for key, value in result.stored.items() if key not in first}
    # ASCII alone: some characters that JSON lets through end a line elsewhere.
    return json.dumps(first | rest) + "\n"


def _schema_of(batch: Batch) -> Schema:
    """Return what a batch extracts.

    Raises:
        SchemaError: it cannot be used.
    """
    if batch.json_schema is None:
        return build.builtin_schema(batch.schema_name)
    return schema_of({**batch.json_schema, "version": batch.schema_version}, batch.schema_name)
