"""Derived jobs: another question about a document whose pages were read and encoded before.

A derived job is given copies of everything that was made of the document, so each of the two can be
erased, or expire, without the other noticing. Only the answer is made anew. It splits if its source
does: pages were read for that.
"""

from docai.load.sniff import ONE_PAGE
from workers import store as keys
from workers.connections import Connections
from workers.errors import Gone, NotReady
from workers.jobs import JobView, NewJob, Origin, SchemaRef, Source, earlier_id, find
from workers.store import Store
from workers.tables import Job, Status


def earlier(connections: Connections, origin: Origin) -> JobView | None:
    """Return the job that the same request made before, if it did.

    Raises:
        IdempotencyConflict: its key came before, with another request.
        DatabaseBusy: nobody can tell.
    """
    with connections.database.reading() as session:
        job_id = earlier_id(session, Job, origin)
    return None if job_id is None else find(connections, job_id)


def check_source(job: Job) -> Source:
    """Return a job as what another one can be derived from.

    Raises:
        Gone: it was erased.
        NotReady: not all of its pages were read and encoded.
    """
    if job.status in (Status.ERASED, Status.EXPIRED):
        raise Gone(f"the job and its document are {job.status.value}")
    is_ready = job.num_pages and job.pages_read == job.pages_encoded == job.num_pages
    if not is_ready and job.status is Status.FAILED:
        raise NotReady(
            "the job failed before all of its pages were read and encoded "
            f"({job.error_code}); send the document again"
        )
    if not is_ready:
        raise NotReady(
            f"the job is {job.status.value}; ask again when all of its pages are read and encoded"
        )
    assert job.num_pages is not None
    return Source(job.id, job.num_pages)


def derived(
    connections: Connections, job: Job, new_id: str, schema: SchemaRef, origin: Origin
) -> NewJob:
    """Return a new job on the document of another, with copies of all that was made of it.

    Args:
        connections: of this process.
        job: the one to derive from.
        new_id: of the new job.
        schema: what to find this time.
        origin: who asks.

    Raises:
        Gone: the document was erased.
        NotReady: not all of its pages were read and encoded.
        BlobNotFound: the document was erased meanwhile; some copies may be there.
        StoreUnavailable: the store failed; some copies may be there.
    """
    source = check_source(job)
    _copy(connections.store, job, new_id)
    return NewJob(
        id=new_id,
        name=job.name or "document",
        sha256=job.sha256,
        size_bytes=job.size_bytes,
        format=job.format,
        schema=schema,
        origin=origin,
        source=source,
        splits=job.splits,
    )


def _copy(store: Store, job: Job, new_id: str) -> None:
    """Give a new job the document of another, its pages, and what was read and seen there."""
    of_pages = [keys.page_facts_key, keys.reading_key, keys.tokens_key]
    if job.format not in ONE_PAGE:
        of_pages.append(keys.page_key)
    sources = {keys.upload_key(new_id): keys.upload_key(job.id)}
    if store.exists(keys.invoice_key(job.id)):
        sources[keys.invoice_key(new_id)] = keys.invoice_key(job.id)
    for number in range(1, (job.num_pages or 0) + 1):
        sources |= {key(new_id, number): key(job.id, number) for key in of_pages}
    store.copy(keys.job_folder(new_id), sources)
