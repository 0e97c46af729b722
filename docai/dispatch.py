"""Documents sent to a server, a bounded number at a time, and what came of each.

Every request can be made again by another process: its idempotency key depends on the document, its
name and the schema alone. Whoever was killed finds the jobs again that he had made.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docai.errors import ClientError, LoadError, SchemaError
from docai.extraction.parts_json import results_in
from docai.formats import safe_json
from docai.results import Failure, Found, sha256
from docai.sources import Source

if TYPE_CHECKING:
    from docai.client import Client
    from docai.jobs import Job

IN_FLIGHT = 64  # jobs that nobody has fetched yet: enough for any number of workers to be busy
POLL_S = 5
# A job of an earlier run that failed, or is gone, is not what we want; each has a successor.
MAX_SUCCESSORS = 20
_SCHEMA_CODES = frozenset({"schema_error", "schema_not_found"})
_ABOUT_DOCUMENT = frozenset({409, 410, 413, 415, 422})  # or its job; other statuses are about us


@dataclass(frozen=True, slots=True)
class _Sent:
    """A document that the server has, and its job."""

    name: str
    job_id: str


def dispatched(
    client: "Client", sources: Iterator[Source], schema: str, tick: Callable[[], None]
) -> Iterator[Found | Failure]:
    """Send documents and yield what came of them: in order, but for those that take long.

    Args:
        client: of the server.
        sources: the documents; taken as they are needed.
        schema: as for `docai.client.Client.submit`.
        tick: called now and then.

    Raises:
        ClientError: the server went away, or refuses us rather than a document.
        SchemaError: it refuses the schema.
    """
    waiting: deque[_Sent] = deque()
    while True:
        source = next(sources, None) if len(waiting) < IN_FLIGHT else None
        if source is not None:
            sent = _sent(client, source, schema)
            if isinstance(sent, Failure):
                yield sent
            else:
                waiting.append(sent)
        elif not waiting:
            return
        yield from _ended(client, waiting, wait_s=0 if source is not None else POLL_S)
        tick()


def _sent(client: "Client", source: Source, schema: str) -> _Sent | Failure:
    """Send a document."""
    try:
        job = _submitted(client, source, schema)
    except LoadError as error:
        return Failure(source.name, "load_error", str(error))
    except ClientError as error:
        check_is_about_document(error)
        return _refused(source.name, error)
    return _Sent(source.name, job.id)


def _submitted(client: "Client", source: Source, schema: str) -> "Job":
    """Return the job of a document: a new one, or one of an earlier run that is still good."""
    digest = sha256(source)
    content = source.content if source.path is None else source.path
    for number in range(MAX_SUCCESSORS):
        facts = json.dumps([digest, schema, source.name, number])
        key = f"docai-batch-{hashlib.sha256(facts.encode()).hexdigest()}"
        is_last = number == MAX_SUCCESSORS - 1
        try:
            job = client.submit(
                content or b"", schema=schema, name=source.name, idempotency_key=key
            )
        except ClientError as error:
            # The server reads the same schema name otherwise since.
            if error.code != "idempotency_conflict" or is_last:
                raise
            continue
        if is_last or job.status not in {"failed", "erased", "expired"}:
            break
    return job


def _ended(client: "Client", waiting: deque[_Sent], wait_s: int) -> Iterator[Found | Failure]:
    """Yield what came of the first documents, as far as their jobs have ended.

    The first of all is waited for. If that does not help, the others are looked at: one document
    that takes long does not hold up those behind it.
    """
    left_s = wait_s
    while waiting:
        outcome = _outcome(client, waiting[0], left_s)
        if outcome is None:
            break
        waiting.popleft()
        yield outcome
        left_s = 0
    if not left_s:
        return
    for sent in list(waiting)[1:]:
        outcome = _outcome(client, sent, wait_s=0)
        if outcome is not None:
            waiting.remove(sent)
            yield outcome


def _outcome(client: "Client", sent: _Sent, wait_s: int) -> Found | Failure | None:
    """Return what came of a document; None if its job has not ended."""
    try:
        job = client.job(sent.job_id, wait_s=wait_s)
        if not job.is_final:
            return None
        if job.status == "succeeded":
            return _found(sent, client.result_text(sent.job_id))
    except ClientError as error:
        check_is_about_document(error)
        return _refused(sent.name, error, sent.job_id)
    if job.error is None:
        return Failure(sent.name, job.status, f"its job was {job.status} meanwhile", sent.job_id)
    return Failure(sent.name, job.error.code, job.error.detail, sent.job_id)


def check_is_about_document(error: ClientError) -> None:
    """Return if a refusal leaves hope for other documents; raise otherwise.

    Raises:
        SchemaError: the server refuses the schema.
        ClientError: it is gone or refuses us.
    """
    if error.code in _SCHEMA_CODES:
        raise SchemaError(error.detail or str(error)) from error
    if error.status not in _ABOUT_DOCUMENT and error.code != "job_not_found":
        raise error


def _found(sent: _Sent, text: str) -> Found:
    """Return a result as the server wrote it, under the name that the document has here.

    Raises:
        ClientError: it is no result.
    """
    result = read_result(text)
    digest = result["document"]["sha256"]
    return Found(sent.name, digest, result_line({**result, "name": sent.name}))


def read_result(text: str) -> dict[str, Any]:
    """Read a result that a server sent.

    Raises:
        ClientError: it is none.
    """
    try:
        result: dict[str, Any] = json.loads(text)
        if isinstance(result["id"], str) and isinstance(result["document"]["sha256"], str):
            return result
        wrong = "its id or its document's sha256 is no text"
    except (ValueError, TypeError) as error:
        wrong = str(error)
    except KeyError as error:
        wrong = f"it has no {error}"
    raise ClientError(f"the server's answer is no result: {wrong}")


def result_line(result: dict[str, Any]) -> str:
    """Return a result on one line, its id first, as all lines begin."""
    plain = {"id": result["id"], **result}
    return safe_json(json.dumps(plain, ensure_ascii=False)) + "\n"


def result_lines(result: dict[str, Any]) -> str:
    """Return a result on one line, or on one for each part of a file that was split.

    Raises:
        ClientError: it is no result.
    """
    try:
        return "".join(map(result_line, results_in(result)))
    except (KeyError, ValueError) as error:
        raise ClientError(f"the server's answer is no result: {error}") from error


def _refused(name: str, error: ClientError, job_id: str | None = None) -> Failure:
    """Return what a server's refusal means for a document."""
    return Failure(name, error.code or f"http_{error.status}", error.detail or str(error), job_id)


def is_local_schema(name: str) -> bool:
    """Tell whether a schema is a file or class of this machine; names on a server have no dots."""
    return "." in name or ":" in name


def schema_text(name: str) -> str:
    """Return what a server shall be told of a schema: its name, or all of it.

    Raises:
        SchemaError: it is of this machine, and there is none.
    """
    from docai import build

    if not is_local_schema(name):
        return name
    return json.dumps(build.schema(name).json_schema)
