"""What each stage does with a document, from blobs to blobs. Knows nothing of Celery.

    rasterize ─▶ ocr(page) … ‖ encode(page) … ─▶ reconcile
                                      └◀── where the image tokens are another model's ──┘

A stage may run twice, even at the same time: it writes the same blobs, and only the one whose
claim still stands moves the job on.
"""

import json
from collections.abc import Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docai import build, reading_json
from docai.document import Document
from docai.errors import VlmError
from docai.extraction.parts_json import PARTS, split_json
from docai.extraction.result import Extraction
from docai.load import invoice_xml, pages
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.vlm.tokens import ImageTokens
from workers import store as keys
from workers.connections import Connections
from workers.engines import Engines, schema_of_job
from workers.errors import BlobDamaged, BlobNotFound
from workers.ledger import Claim, finish
from workers.lifecycle import add_step, end_job, record
from workers.pages import decoded, keep_page, load_page, stored_page
from workers.queues import PER_PAGE, Message
from workers.store import Store
from workers.tables import Event, Job, Stage, Status, Step, StepState

ENCODE_AGAIN = "encode_again"  # the event that pages go back to be encoded by another model


def rasterize(connections: Connections, job: Job, held: Claim) -> bool:
    """Turn the document of a job into page pictures.

    Raises:
        LoadError: it is no document that docai reads.
        ServiceError: store or database failed.
    """
    store, number = connections.store, 0
    data = store.get(keys.upload_key(job.id))
    for page in pages(data, job.name or "document", connections.settings.limits):
        number = page.number
        keep_page(store, job, page)
    if connections.settings.invoice_xml:
        xml = invoice_xml(data, connections.settings.limits)
        if xml is not None:
            store.put(keys.invoice_key(job.id), xml, is_durable=False)
    return finish(connections, held, partial(_rasterized, number))


def _rasterized(num_pages: int, session: Session, job: Job) -> list[Message]:
    """Have every page read and encoded."""
    job.num_pages = num_pages
    record(session, job, "rasterized")
    wanted = [
        Message(stage, job.id, number)
        for number in range(1, num_pages + 1)
        for stage in (Stage.OCR, Stage.ENCODE)
    ]
    return [add_step(session, message) for message in wanted]


def ocr(connections: Connections, job: Job, held: Claim, engines: Engines) -> bool:
    """Read a page.

    Raises:
        OcrError: the engine failed.
        ServiceError: store or database failed.
    """
    number = held.message.page
    engine = engines.by_region if job.splits else engines.ocr
    reading = engine.read(load_page(connections.store, job, number))
    key = keys.reading_key(job.id, number)
    connections.store.put(key, reading_json.to_bytes(reading), is_durable=False)
    return finish(connections, held, partial(_page_read, number))


def _page_read(number: int, session: Session, job: Job) -> list[Message]:
    """Count a page that was read."""
    job.pages_read += 1
    record(session, job, "page_read", number)
    return _join(session, job)


def encode(connections: Connections, job: Job, held: Claim, engines: Engines) -> bool:
    """Turn a page into image tokens.

    Raises:
        VlmError: the model failed.
        ServiceError: store or database failed.
    """
    number = held.message.page
    tokens = engines.vlm.encode(load_page(connections.store, job, number))
    key = keys.tokens_key(job.id, number)
    connections.store.put(key, tokens.to_bytes(), is_durable=False)
    return finish(connections, held, partial(_page_encoded, number))


def _page_encoded(number: int, session: Session, job: Job) -> list[Message]:
    """Count a page that was encoded."""
    job.pages_encoded += 1
    record(session, job, "page_encoded", number)
    return _join(session, job)


def _join(session: Session, job: Job) -> list[Message]:
    """Have the document reconciled once every page is read and encoded.

    The job is locked, so of two pages that end at the same moment the second sees the first.
    """
    session.flush()
    unfinished = select(func.count()).where(
        Step.subject == job.id, Step.stage.in_(PER_PAGE), Step.state != StepState.DONE
    )
    if session.scalar(unfinished):
        return []
    return [add_step(session, Message(Stage.RECONCILE, job.id))]


def reconcile(connections: Connections, job: Job, held: Claim, engines: Engines) -> bool:
    """Find the fields on a document whose pages are read and encoded.

    Raises:
        DocaiError: an engine failed, or the schema cannot be used.
        ServiceError: store or database failed.
    """
    store, numbers = connections.store, range(1, (job.num_pages or 0) + 1)
    found = {n: _usable_tokens(store, job, n, engines.vlm.name) for n in numbers}
    if None in found.values():
        stale = [number for number, tokens in found.items() if tokens is None]
        return _encode_again(connections, job, held, stale)
    document = Document(
        name=job.name or "document",
        sha256=job.sha256,
        format=job.format or "",
        pages=tuple(stored_page(store, job, n) for n in numbers),
        invoice_xml=_invoice_xml(store, job),
    )
    readings = tuple(
        decoded(store, keys.reading_key(job.id, n), reading_json.from_bytes) for n in numbers
    )
    tokens = tuple(tokens for tokens in found.values() if tokens is not None)
    pipeline = engines.pipeline
    result, num_parts = _concluded(job, pipeline, document, readings, tokens)
    store.put(keys.extraction_key(job.id), result)
    provenance, retention_s = build.provenance(pipeline), connections.settings.retention_s
    end = partial(_reconciled, provenance, retention_s, num_parts=num_parts)
    return finish(connections, held, end)


def _concluded(
    job: Job,
    pipeline: Pipeline,
    document: Document,
    readings: tuple[Reading, ...],
    tokens: tuple[ImageTokens, ...],
) -> tuple[bytes, int | None]:
    """Return the result of a job as it is stored, and how many parts it has if the job splits."""
    schema = schema_of_job(job)
    if not job.splits:
        concluded = pipeline.conclude(document, schema, readings, tokens)
        return _result(job, concluded.extraction), None
    parts = pipeline.conclude_parts(document, schema, readings, tokens)
    return _split_result(job, [part.extraction for part in parts]), len(parts)


def _invoice_xml(store: Store, job: Job) -> bytes | None:
    """Load the e-invoice that a document carries, if one was found in it."""
    try:
        return store.get(keys.invoice_key(job.id)) if job.format == "pdf" else None
    except BlobNotFound:
        return None


def _usable_tokens(store: Store, job: Job, number: int, model: str) -> ImageTokens | None:
    """Load the image tokens of a page; None where they are lost, or ``model`` cannot use them."""
    try:
        tokens = decoded(store, keys.tokens_key(job.id, number), ImageTokens.from_bytes)
    except (BlobDamaged, BlobNotFound):  # in time, or by a version of docai that wrote others
        return None
    return tokens if tokens.model == model else None


def _encode_again(connections: Connections, job: Job, held: Claim, pages: list[int]) -> bool:
    """Have pages encoded by the model of today, and the document reconciled after that.

    Raises:
        VlmError: that was done before, and does not help.
    """
    again = select(func.count()).where(Event.job_id == job.id, Event.name == ENCODE_AGAIN)
    with connections.database.reading() as session:
        num_times = session.scalar(again) or 0
    if num_times >= connections.settings.max_attempts:
        raise VlmError(
            f"page {pages[0]} was encoded {num_times} times more, each time for another model "
            "than the one that shall answer; all workers must have the same DOCAI_VLM"
        )
    return finish(connections, held, partial(_back_to_encode, pages))


def _back_to_encode(pages: list[int], session: Session, job: Job) -> list[Message]:
    """Count pages as not encoded."""
    job.pages_encoded -= len(pages)
    record(session, job, ENCODE_AGAIN)
    return [add_step(session, Message(Stage.ENCODE, job.id, number)) for number in pages]


def _result(job: Job, extraction: Extraction) -> bytes:
    """Return the result of a job as JSON on one line."""
    extraction = extraction.timed({**job.timings_s, **extraction.timings_s})
    return json.dumps({**extraction.to_json(), "id": job.id}, ensure_ascii=False).encode()


def _split_result(job: Job, extractions: Sequence[Extraction]) -> bytes:
    """Return the result of a job that splits as JSON on one line; all ids in it are the job's."""
    shown = split_json(extractions)
    shown |= {
        "id": job.id,
        PARTS: [{**part, "id": job.id} for part in shown[PARTS]],
        "timings_s": dict(job.timings_s),  # of the whole file; each part has its own besides
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def _reconciled(
    provenance: dict[str, object],
    retention_s: float,
    session: Session,
    job: Job,
    *,
    num_parts: int | None = None,
) -> list[Message]:
    """End the job well."""
    job.engines, job.num_parts = provenance, num_parts
    return end_job(session, job, Status.SUCCEEDED, retention_s)
