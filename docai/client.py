"""A client of a docai server.

    with docai.Client("http://127.0.0.1:8000") as client:
        extraction = client.extract("receipt.jpg")

What may pass is tried again: a server that is away, full, or hangs up in the middle. Every POST has
an Idempotency-Key, so that a second try never makes a second job. Files are streamed.
"""

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import httpx
from httpx_sse import EventSource, SSEError

from docai.calls import (
    asking,
    extracting_again,
    given,
    once,
    path_of,
    polling,
    read_result,
    submitting,
    wishes,
)
from docai.connection import PAUSE_S, Call, Connection, after_break, lines
from docai.errors import ClientError, NotFinished
from docai.extraction.part import Part
from docai.extraction.result import Extraction, Value
from docai.jobs import Batch, Event, Job, Listing, failure_of, read_json
from docai.settings import ClientSettings, read
from docai.upload import Source, on_demand, opened

WAIT_S = 20  # of one long poll


class Client:
    """Sends documents to a docai server and fetches what was found. May be used by threads.

    All methods raise `docai.errors.ClientError` where the server cannot be reached or refuses;
    its ``status``, ``code`` and ``detail`` tell why.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout_s: float = 60.0,
        patience_s: float = 60.0,
    ) -> None:
        """Remember which server is meant; nothing is sent yet.

        Args:
            url: of the server; None for what ``DOCAI_URL`` says, or http://127.0.0.1:8000.
            key: API key; None for what ``DOCAI_KEY`` says, or no key.
            timeout_s: how long the server may be silent during a call.
            patience_s: how long a call is tried again, while the server is away or full.

        Raises:
            SettingsError: that is no URL, or no key.
        """
        settings = read(ClientSettings)
        self._connection = Connection(
            settings.url if url is None else url,
            settings.key.get_secret_value() if key is None else key,
            timeout_s=timeout_s,
            patience_s=patience_s,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def submit(
        self,
        source: Source,
        *,
        schema: str = "receipt",
        name: str | None = None,
        split: bool = False,
        external_id: str | None = None,
        webhook_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Send a document.

        Args:
            source: the path of a file, its bytes, or an open binary file, which is read from its
                beginning.
            schema: a name that the server knows, ``name@version``, or the text of a JSON Schema.
            name: what to call the document; the file's own name by default.
            split: whether the file may hold several documents; then see `parts`.
            external_id: your own name for the job.
            webhook_url: called when the job ends.
            idempotency_key: the same key with the same request gives the same job; random by
                default.

        Raises:
            LoadError: there is no such file, or it cannot be read.
        """
        fields = wishes(schema, external_id, webhook_url, split=split)
        with ExitStack() as stack:
            own_name, content = opened(source, stack)
            files = [("file", name or own_name, content)]
            call = submitting("/v1/jobs", fields, files, idempotency_key)
            return read_json(Job, self._connection.ask(call).content)

    def job(self, job_id: str, *, wait_s: int = 0) -> Job:
        """Return a job as it is now, or once it has ended, but after ``wait_s`` at most."""
        return read_json(Job, self._connection.ask(polling(job_id, wait_s)).content)

    def wait(self, job_id: str, *, timeout_s: float = 600.0) -> Job:
        """Return a job once it has succeeded.

        Raises:
            JobFailed: it failed, or was erased before.
            NotFinished: it takes longer than ``timeout_s``.
        """
        deadline_s = time.monotonic() + timeout_s
        while True:
            asked_s = time.monotonic()
            left_s = max(0.0, deadline_s - asked_s)
            job = self.job(job_id, wait_s=min(WAIT_S, round(left_s)))
            if job.status == "succeeded":
                return job
            if job.is_final:
                raise failure_of(job)
            if time.monotonic() >= deadline_s:
                raise NotFinished(
                    f"{job.id} is still {job.status} after {timeout_s:g} s; ask again later",
                    code=job.status,
                )
            time.sleep(max(0.0, min(PAUSE_S - (time.monotonic() - asked_s), left_s)))

    def result(self, job_id: str) -> Extraction:
        """Return what was found on a document whose job has succeeded.

        Raises:
            JobFailed: the job failed.
            NotFinished: it has not ended.
            ClientError: the job splits its file; see `parts`.
        """
        found = self.parts(job_id)[0]
        if found.part is not None:
            raise ClientError(f"{job_id} splits its file into documents; ask for its parts")
        return found

    def parts(self, job_id: str) -> tuple[Extraction, ...]:
        """Return what was found on each document of a file that was split; see `result`."""
        return read_result(self.result_text(job_id))[1]

    def result_text(self, job_id: str, format_: str = "json") -> str:
        """Return what was found as the server writes it: ``json``, ``csv`` or ``markdown``.

        Raises:
            JobFailed: the job failed.
            NotFinished: it has not ended.
        """
        call = Call("GET", f"{path_of(job_id)}/result", params={"format": format_})
        try:
            response = self._connection.ask(call)
        except ClientError as error:
            if error.code != "job_failed":
                raise
            raise failure_of(self.job(job_id)) from error
        if response.status_code != httpx.codes.OK:
            job = read_json(Job, response.content)
            raise NotFinished(f"{job.id} is {job.status}; its result is not there yet")
        return response.content.decode("utf-8")

    def extract(
        self,
        source: Source,
        *,
        schema: str = "receipt",
        name: str | None = None,
        timeout_s: float = 600.0,
    ) -> Extraction:
        """Send a document, wait, and return what was found; see `submit`, `wait` and `result`.

        Raises:
            JobFailed: the server could not extract from it.
            NotFinished: it takes longer than ``timeout_s``.
            LoadError: there is no such file, or it cannot be read.
        """
        job = self.submit(source, schema=schema, name=name)
        return self.result(self.wait(job.id, timeout_s=timeout_s).id)

    def submit_again(
        self,
        job_id: str,
        *,
        schema: str,
        external_id: str | None = None,
        webhook_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Have other fields found on the document of a job whose pages were read.

        Nothing is read again. The new job has a document of its own: erasing one leaves the other.

        Args:
            job_id: of the job whose document it is.
            schema: as for `submit`; so are the others.
            external_id: your own name for the new job.
            webhook_url: called when the new job ends.
            idempotency_key: the same key with the same request gives the same job.
        """
        fields = wishes(schema, external_id, webhook_url)
        call = extracting_again(job_id, fields, idempotency_key)
        return read_json(Job, self._connection.ask(call).content)

    def extract_again(self, job_id: str, *, schema: str, timeout_s: float = 600.0) -> Extraction:
        """Find other fields on the document of a job; see `submit_again`, `wait` and `result`.

        Raises:
            JobFailed: the server could not extract from it.
            NotFinished: it takes longer than ``timeout_s``.
        """
        job = self.submit_again(job_id, schema=schema)
        return self.result(self.wait(job.id, timeout_s=timeout_s).id)

    def ask(self, job_id: str, question: str, *, timeout_s: float = 600.0) -> Value:
        """Ask a free question of the document of a job whose pages were read.

        Returns:
            The answer, which is words of the document, and where they are printed; absent where
            the document does not tell.

        Raises:
            ClientError: ``question_not_supported`` where the server's model answers no questions.
            NotFinished: it takes longer than ``timeout_s``.
        """
        answer = self.ask_text(job_id, question, timeout_s=timeout_s)
        return self.result(str(json.loads(answer)["id"])).fields["answer"]

    def ask_text(self, job_id: str, question: str, *, timeout_s: float = 600.0) -> str:
        """Return the answer to a question as the server writes it, as JSON; see `ask`."""
        deadline_s = time.monotonic() + timeout_s
        key = uuid.uuid4().hex  # the same all the time: one question, asked until it is answered
        while True:
            wait_s = round(min(WAIT_S, max(0.0, deadline_s - time.monotonic())))
            response = self._connection.ask(asking(job_id, question, key, wait_s))
            if response.status_code == httpx.codes.OK:
                return response.content.decode("utf-8")
            if time.monotonic() >= deadline_s:
                raise NotFinished(f"no answer after {timeout_s:g} s; ask again later")
            time.sleep(PAUSE_S)

    def jobs(
        self,
        *,
        status: str | None = None,
        schema: str | None = None,
        batch_id: str | None = None,
        external_id: str | None = None,
        page_size: int = 50,
    ) -> Iterator[Job]:
        """Yield jobs, the newest first; further ones are asked for as they are wanted."""
        wanted = {
            "status": status,
            "schema": schema,
            "batch": batch_id,
            "external_id": external_id,
            "limit": str(page_size),
        }
        cursor: str | None = None
        while True:
            call = Call("GET", "/v1/jobs", params=given({**wanted, "cursor": cursor}))
            listing = read_json(Listing, self._connection.ask(call).content)
            yield from listing.jobs
            cursor = listing.next_cursor
            if cursor is None:
                return

    def events(self, job_id: str) -> Iterator[Event]:
        """Yield what happened to a job and what happens, until it has ended.

        Where the stream breaks off, it is taken up again after the last event that came.
        """
        last, num_breaks, is_final = 0, 0, False
        while True:
            try:
                for event in self._events_after(job_id, last):
                    yield event
                    last, num_breaks, is_final = event.number, 0, event.job.is_final
                if is_final:
                    return
                is_final = self.job(job_id).is_final  # if so, one more stream holds the rest
                time.sleep(PAUSE_S)
            except SSEError as error:
                raise ClientError(f"the server's answer is no stream of events: {error}") from error
            except httpx.ReadTimeout:
                pass  # nothing happened for long
            except httpx.RequestError as error:
                num_breaks += 1
                after_break(f"events of {job_id}", num_breaks, error)

    def _events_after(self, job_id: str, number: int) -> Iterator[Event]:
        """Yield the events of one stream."""
        headers = {"Accept": "text/event-stream"}
        if number:
            headers["Last-Event-ID"] = str(number)
        call = Call("GET", f"{path_of(job_id)}/events", headers=headers)
        with self._connection.streaming(call) as response:
            for message in EventSource(response).iter_sse():
                if message.data:
                    event = read_json(Event, message.data)
                    if event.number > number:
                        yield event

    def page(self, job_id: str, number: int, *, overlay: bool = False) -> bytes:
        """Return the picture of a page, from 1, as PNG; with the evidence drawn in if wanted."""
        params = {"overlay": 1} if overlay else {}
        call = Call("GET", f"{path_of(job_id)}/pages/{number}", params=params)
        return self._connection.ask(call).content

    def erase(self, subject_id: str) -> None:
        """Cancel a job or a batch, and erase all that the server has of it."""
        self._connection.ask(Call("DELETE", path_of(subject_id)))

    def deliver(self, job_id: str) -> Job:
        """Have the webhook of a job that has ended called once more."""
        call = Call("POST", f"{path_of(job_id)}/deliver", headers=once(None))
        return read_json(Job, self._connection.ask(call).content)

    def submit_batch(
        self,
        sources: str | Path | Iterable[str | Path],
        *,
        schema: str = "receipt",
        split: bool = False,
        external_id: str | None = None,
        webhook_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> Batch:
        """Send many documents at once.

        Args:
            sources: the paths of files, or the path of a zip archive.
            schema: as for `submit`.
            split: as for `submit`; of each file.
            external_id: your own name for the batch.
            webhook_url: called when the batch ends.
            idempotency_key: as for `submit`.

        Raises:
            LoadError: there is no such file, or it cannot be read.
        """
        paths = [sources] if isinstance(sources, str | Path) else list(sources)
        fields = wishes(schema, external_id, webhook_url, split=split)
        with ExitStack() as stack:
            files = [("file", *on_demand(Path(path), stack)) for path in paths]
            call = submitting("/v1/batches", fields, files, idempotency_key)
            return read_json(Batch, self._connection.ask(call).content)

    def batch(self, batch_id: str, *, wait_s: int = 0) -> Batch:
        """Return a batch as it is now, or once it has ended, but after ``wait_s`` at most."""
        return read_json(Batch, self._connection.ask(polling(batch_id, wait_s)).content)

    def batch_results(self, batch_id: str) -> Iterator[Extraction]:
        """Yield what was found so far on the documents of a batch, in their order.

        Each part of a file that was split is one of them. Where the stream breaks off, it is asked
        for again, and nothing is yielded twice.
        """
        seen, num_breaks = set[tuple[str, Part | None]](), 0
        call = Call("GET", f"{path_of(batch_id)}/results.jsonl")
        while True:
            try:
                with self._connection.streaming(call) as response:
                    for line in lines(response):
                        result_id, (extraction,) = read_result(line)
                        key = (result_id, extraction.part)
                        if key not in seen:
                            yield extraction
                            seen.add(key)
                            num_breaks = 0
                return
            except httpx.RequestError as error:
                num_breaks += 1
                after_break(f"results of {batch_id}", num_breaks, error)
