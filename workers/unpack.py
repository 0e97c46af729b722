"""Taking the archive of a batch apart: each document becomes a job, once.

The id of a job follows from its batch and its position, and rows are written some at a time: who is
killed in the middle goes on behind the last row that was written. Nothing is worked on before the
archive is wholly unpacked; one that is refused is refused before it has a single job.
"""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from time import monotonic

from sqlalchemy import select

from docai.archive import Archive, ArchiveLimits, Entry
from docai.errors import ArchiveError, LoadError, UnreadableArchive
from docai.load.sniff import sniff
from workers import store as keys
from workers.batch_jobs import (
    MAX_NAME,
    NewDocument,
    Refusal,
    add_documents,
    begin,
    job_id_at,
)
from workers.connections import Connections
from workers.errors import StoreUnavailable
from workers.ledger import Claim, give_up, standing
from workers.lifecycle import add_step, locked_batch, now
from workers.store import Store
from workers.tables import Batch, BatchStatus, Job, StepState

CHUNK_FILES = 100  # documents between two transactions
CHUNK_S = 5.0  # or seconds, on a slow store
SHARE_OF_TIMEOUT = 0.5  # after which a step lets another one go on: one must end in time
MAX_BIGINT = 2**63 - 1  # what a column of sizes holds; an archive may claim more

Numbered = tuple[int, NewDocument]


def unpack(connections: Connections, held: Claim) -> None:
    """Give every document in the archive of a batch its job, and let them begin.

    Run twice or in pieces, it comes to the same. An archive that cannot be accepted fails its
    batch.

    Raises:
        ServiceError: database or store failed; another attempt goes on from there.
    """
    batch_id = held.message.subject
    try:
        _take_apart(connections, held)
    except ArchiveError as error:
        why = Refusal.of(error)
        give_up(connections, held, why.code, why.detail)
    if _status(connections, batch_id) is not BatchStatus.UNPACKING:
        connections.store.erase(keys.batch_folder(batch_id))


def _take_apart(connections: Connections, held: Claim) -> None:
    """Take an archive apart, or as much of it as there is time for.

    Raises:
        ArchiveError: the archive cannot be accepted.
        ServiceError: database or store failed.
    """
    batch_id = held.message.subject
    until_s = monotonic() + SHARE_OF_TIMEOUT * connections.settings.stage_timeout_s
    with _opened(connections, batch_id) as archive:
        done = _positions(connections, batch_id)
        left = [entry for entry in archive.entries if entry.position not in done]
        for documents in _chunks(connections.store, batch_id, archive, left):
            if not _keep(connections, held, documents):
                return _drop(connections, batch_id, documents)
            if monotonic() > until_s:
                return _go_on_later(connections, held)
    return _conclude(connections, held, len(archive.entries))


@contextmanager
def _opened(connections: Connections, batch_id: str) -> Iterator[Archive]:
    """Open the archive of a batch.

    Raises:
        ArchiveError: it cannot be accepted.
        StoreUnavailable: it cannot be read now.
    """
    settings = connections.settings
    limits = ArchiveLimits(settings.max_batch_files, settings.max_bytes, settings.max_batch_bytes)
    try:
        with connections.store.open(keys.batch_upload_key(batch_id)) as file:
            yield Archive(file, limits)
    except UnreadableArchive as error:
        raise StoreUnavailable(str(error)) from error


def _status(connections: Connections, batch_id: str) -> BatchStatus | None:
    """Return what has become of a batch; None if there is none."""
    with connections.database.reading() as session:
        return session.scalar(select(Batch.status).where(Batch.id == batch_id))


def _positions(connections: Connections, batch_id: str) -> set[int | None]:
    """Return the positions of the documents that have their jobs already."""
    with connections.database.reading() as session:
        return set(session.scalars(select(Job.position).where(Job.batch_id == batch_id)))


def _chunks(
    store: Store, batch_id: str, archive: Archive, entries: Sequence[Entry]
) -> Iterator[list[Numbered]]:
    """Unpack documents into the store; yield them, some at a time, with their positions."""
    left = iter(entries)
    while first := next(left, None):
        chunk, until_s = [], monotonic() + CHUNK_S
        for entry in itertools.chain([first], left):
            job_id = job_id_at(batch_id, entry.position)
            chunk.append((entry.position, _unpacked(store, job_id, archive, entry)))
            if len(chunk) == CHUNK_FILES or monotonic() > until_s:
                break
        yield chunk


def _unpacked(store: Store, job_id: str, archive: Archive, entry: Entry) -> NewDocument:
    """Unpack one document into the store; one that cannot be read is refused."""
    name = entry.name if len(entry.name) <= MAX_NAME else f"…{entry.name[1 - MAX_NAME :]}"
    sha256, size_bytes = hashlib.sha256(), 0
    try:
        with closing(archive.pieces(entry)) as pieces:
            first = next(pieces)
            format_ = sniff(first)
            with store.writing(keys.upload_key(job_id)) as blob:
                for piece in itertools.chain([first], pieces):
                    blob.write(piece)
                    sha256.update(piece)
                    size_bytes += len(piece)
    except LoadError as error:
        store.erase(keys.job_folder(job_id))  # which may have been begun
        claimed_bytes = min(entry.size_bytes, MAX_BIGINT)
        return NewDocument(job_id, name, "", claimed_bytes, None, Refusal.of(error))
    return NewDocument(job_id, name, sha256.hexdigest(), size_bytes, format_)


def _keep(connections: Connections, held: Claim, documents: Sequence[Numbered]) -> bool:
    """Write the jobs of documents, if the claim still stands; tell whether it did."""
    with connections.database.writing() as session:
        batch = locked_batch(session, held.message.subject)
        if batch is None or standing(session, held) is None:
            return False
        add_documents(session, batch, documents, connections.settings.retention_s)
    return True


def _drop(connections: Connections, batch_id: str, documents: Sequence[Numbered]) -> None:
    """Erase documents that get no jobs. Where another worker goes on, they are its own by now."""
    if _status(connections, batch_id) not in (BatchStatus.UNPACKING, BatchStatus.RUNNING):
        for _, document in documents:
            connections.store.erase(keys.job_folder(document.job_id))


def _go_on_later(connections: Connections, held: Claim) -> None:
    """Have the rest unpacked by a step with its own time and attempts."""
    with connections.database.writing() as session:
        batch = locked_batch(session, held.message.subject)
        if batch is None or standing(session, held) is None:
            return
        message = add_step(session, held.message)
    connections.send([message])


def _conclude(connections: Connections, held: Claim, num_documents: int) -> None:
    """Let the jobs begin, now that all of them are there."""
    batch_id = held.message.subject
    jobs = select(Job.id).where(Job.batch_id == batch_id).order_by(Job.id)
    with connections.database.writing() as session:
        session.scalars(jobs.with_for_update()).all()  # jobs are locked before their batch
        batch, step = locked_batch(session, batch_id), standing(session, held)
        if batch is None or step is None:
            return
        step.state, step.token, step.finished_at = StepState.DONE, None, now()
        messages = begin(session, batch, num_documents, connections.settings.retention_s)
    connections.send(messages)
