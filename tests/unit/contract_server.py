"""A small real HTTP server that plays the service's contract, and can be told to misbehave.

What becomes of a document stands in its bytes: one that begins with FAIL fails, one that begins
with SLOW needs `SLOW_POLLS` questions more than the others. These succeed after `polls` questions.
"""

import email
import email.policy
import hashlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from played_server import PlayedExchange, serving

from docai.extraction.part import Part
from docai.extraction.result import Extraction, PageInfo, State, Value

AT = "2026-01-02T03:04:05Z"
SLOW_POLLS = 20
FINAL = ("succeeded", "failed", "erased", "expired")
FINDINGS = {"merchant_name": Value(State.FOUND, "A\u2028B", "A B", 0.9)}
ANSWERED = {"answer": Value(State.FOUND, "A B", "A B", 0.8)}


@dataclass
class PlayedJob:
    """A job of the server."""

    id: str
    name: str
    sha256: str
    begins: bytes
    fields: dict[str, str]
    polls: int
    status: str = "queued"

    def poll(self) -> None:
        """Get on a little."""
        self.polls -= 1
        slack = SLOW_POLLS if self.begins.startswith(b"SLOW") else 0
        if self.status == "queued" and self.polls + slack < 0:
            self.status = "failed" if self.begins.startswith(b"FAIL") else "succeeded"

    def plain(self) -> dict[str, Any]:
        """Return its JSON, with a field that no client knows yet."""
        is_failed = self.status == "failed"
        return {
            "id": self.id,
            "status": self.status,
            "schema": {"name": self.fields.get("schema", "receipt"), "version": 1},
            "name": self.name,
            "external_id": self.fields.get("external_id"),
            "derived_from": self.fields.get("derived_from"),
            "sha256": self.sha256,
            "created_at": AT,
            "webhook": None,
            "error": {"code": "broken_file", "detail": "it is torn"} if is_failed else None,
            "links": {"self": f"/v1/jobs/{self.id}"},
            "mood": "cheerful",
        }

    def result(self) -> dict[str, Any]:
        """Return what was found; if it is to be split, on two parts."""
        if self.fields.get("split") != "true":
            return self.found(None)
        parts = [self.found(Part((number,), None, number, 2)) for number in (1, 2)]
        document = {"sha256": self.sha256}
        told = {"id": self.id, "name": self.name, "document": document, "parts": parts}
        return {**told, "blank_pages": [], "problems": [], "timings_s": {}}

    def found(self, part: Part | None) -> dict[str, Any]:
        """Return what was found on a document."""
        page = PageInfo(1, 80, 60, None, 0.0)
        findings = ANSWERED if "question" in self.fields else FINDINGS
        found = Extraction("receipt", 1, self.name, self.sha256, (page,), findings, part=part)
        return {**found.to_json(), "id": self.id}


@dataclass(frozen=True)
class Seen:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    size_bytes: int


Fault = Callable[["Exchange"], None]


@dataclass
class ContractServer:
    """What the server knows, what came in, and what it shall do wrong.

    Attributes:
        url: of the server.
        faults: what to do instead of answering the next requests of a method and path's end.
        polls: questions until a job ends.
        jobs: by id.
        keys: the job and the request's digest, by idempotency key.
        seen: every request.
        max_queued: jobs that waited at the same time, at most.
    """

    url: str = ""
    faults: dict[tuple[str, str], deque[Fault]] = field(default_factory=dict)
    polls: int = 0
    jobs: dict[str, PlayedJob] = field(default_factory=dict)
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    max_queued: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def misbehave(self, method: str, ending: str, *faults: Fault) -> None:
        """Have the next requests to paths with some ending go wrong, one after another."""
        self.faults.setdefault((method, ending), deque()).extend(faults)

    def fault(self, method: str, path: str) -> Fault | None:
        """Return what to do wrong with a request."""
        for (of_method, ending), faults in self.faults.items():
            if of_method == method and path.endswith(ending) and faults:
                return faults.popleft()
        return None

    def num_posts(self) -> int:
        """Return how many POSTs came in."""
        return sum(seen.method == "POST" for seen in self.seen)

    def submit(self, name: str, content: bytes, fields: dict[str, str], key: str) -> PlayedJob:
        """Return the new or old job of a request; raise KeyError for a conflict."""
        digest = hashlib.sha256(content).hexdigest()
        request = json.dumps([digest, sorted(fields.items())])
        with self.lock:
            if key in self.keys:
                job_id, earlier = self.keys[key]
                if earlier != request:
                    raise KeyError(key)
                return self.jobs[job_id]
            job_id = f"job_{len(self.jobs)}"
            job = PlayedJob(job_id, name, digest, content[:8], fields, self.polls)
            self.jobs[job_id] = job
            self.keys[key] = (job_id, request)
            num_queued = sum(job.status == "queued" for job in self.jobs.values())
            self.max_queued = max(self.max_queued, num_queued)
            return job


@contextmanager
def playing() -> Iterator[ContractServer]:
    """Run a server on a free port."""
    server = ContractServer()

    class Bound(Exchange):
        contract = server

    with serving(Bound) as server.url:
        yield server


class Exchange(PlayedExchange):
    """One connection."""

    contract: ContractServer

    def answer(self) -> None:
        url = urlsplit(self.path)
        path, query = unquote(url.path), {k: v[0] for k, v in parse_qs(url.query).items()}
        size_bytes = int(self.headers.get("Content-Length", 0))
        seen = Seen(self.command, self.path, dict(self.headers.items()), size_bytes)
        self.contract.seen.append(seen)
        fault = self.contract.fault(self.command, path)
        if fault is not None:
            fault(self)
            return
        body = self.rfile.read(size_bytes)
        match (self.command, *path.strip("/").split("/")[1:]):
            case ("POST", "jobs"):
                self.post_job(body)
            case ("GET", "jobs"):
                self.list_jobs(query)
            case (_, "jobs", job_id, *rest) if job_id in self.contract.jobs:
                self.of_job(self.contract.jobs[job_id], rest, query, body)
            case (_, "jobs", *_):
                self.problem(404, "job_not_found", "there is no job of that id")
            case ("POST", "batches"):
                self.post_batch(body)
            case (_, "batches", _, *rest):
                self.of_batch(rest)

    def post_job(self, body: bytes) -> None:
        fields, ((name, content),) = self.form(body)
        if content.startswith(b"TEXT"):
            self.problem(415, "unsupported_format", "the content looks like plain text")
            return
        if fields["schema"] == "nonsense":
            self.problem(422, "schema_error", "there is no schema 'nonsense'")
            return
        try:
            num_before = len(self.contract.jobs)
            job = self.contract.submit(name, content, fields, self.headers["Idempotency-Key"])
        except KeyError:
            self.problem(409, "idempotency_conflict", "the key came before")
            return
        self.json(202 if len(self.contract.jobs) > num_before else 200, job.plain())

    def list_jobs(self, query: dict[str, str]) -> None:
        jobs = [job.plain() for job in self.contract.jobs.values()]
        jobs = [job for job in jobs if query.get("status") in (None, job["status"])][::-1]
        start, limit = int(query.get("cursor", 0)), int(query["limit"])
        end = start + limit
        cursor = str(end) if end < len(jobs) else None
        self.json(200, {"jobs": jobs[start:end], "next_cursor": cursor})

    def of_job(self, job: PlayedJob, rest: list[str], query: dict[str, str], body: bytes) -> None:
        match (self.command, *rest):
            case ("GET",):
                job.poll()
                self.json(200, job.plain())
            case ("DELETE",):
                job.status = "erased"
                self.text(204, "text/plain", b"")
            case ("POST", "extract" | "ask"):
                self.derive(job, json.loads(body))
            case ("POST", "deliver"):
                self.json(202, job.plain())
            case ("GET", "pages", number):
                self.text(200, "image/png", f"png {number} {query.get('overlay')}".encode())
            case ("GET", "events"):
                self.events(job, int(self.headers.get("Last-Event-ID", 0)))
            case ("GET", "result"):
                self.result(job, query["format"])

    def derive(self, source: PlayedJob, wanted: dict[str, str]) -> None:
        fields = {**wanted, "derived_from": source.id}
        job = self.contract.submit(source.name, b"", fields, self.headers["Idempotency-Key"])
        if "question" in wanted:
            job.poll()
        if job.status == "succeeded":
            self.json(200, {"id": job.id, "answer": "A B", "question": wanted["question"]})
        else:
            self.json(202, job.plain())

    def result(self, job: PlayedJob, format_: str) -> None:
        if job.status == "queued":
            self.json(202, job.plain())
        elif job.status == "failed":
            self.problem(409, "job_failed", "the job failed")
        elif job.status != "succeeded":
            self.problem(410, "gone", "it was erased")
        elif format_ == "json":
            self.json(200, job.result())
        else:
            self.text(200, "text/plain", f"{format_} of {job.id}\n".encode())

    def events(self, job: PlayedJob, after: int, num_at_once: int = 10) -> None:
        """Send the events of a job after one of them, as a stream that ends with the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": ping\n\n")
        names = ["queued", "started", "page_read", "succeeded"]
        for number, name in list(enumerate(names, start=1))[after : after + num_at_once]:
            told = {**job.plain(), "status": name if name in FINAL else "running"}
            plain = {"number": number, "at": AT, "name": name, "job": told}
            self.wfile.write(f"id: {number}\nevent: {name}\ndata: {json.dumps(plain)}\n\n".encode())
        self.close_connection = True

    def post_batch(self, body: bytes) -> None:
        fields, files = self.form(body)
        key = self.headers["Idempotency-Key"]
        for number, (name, content) in enumerate(files):
            self.contract.submit(name, content, fields, f"{key} {number}")
        self.batch()

    def of_batch(self, rest: list[str]) -> None:
        if rest:
            results = [job.result() for job in self.contract.jobs.values()]
            lines = [one for result in results for one in result.get("parts", [result])]
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            self.text(200, "application/x-ndjson", text.encode())
        else:
            self.batch()

    def batch(self) -> None:
        counts = {"succeeded": len(self.contract.jobs)}
        schema = {"name": "receipt", "version": 1}
        plain = {"id": "batch_1", "status": "finished", "schema": schema, "created_at": AT}
        self.json(202, {**plain, "counts": counts, "failures": []})

    def form(self, body: bytes) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
        """Return text fields and files of a multipart body."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        fields, files = {}, []
        for part in message.iter_parts():
            content = part.get_payload(decode=True)
            if part.get_filename() is None:
                name = str(part.get_param("name", header="Content-Disposition"))
                fields[name] = content.decode()
            else:
                files.append((str(part.get_filename()), content))
        return fields, files

    def json(self, status: int, plain: object) -> None:
        self.text(status, "application/json", json.dumps(plain, ensure_ascii=False).encode())

    def problem(self, status: int, code: str, detail: str, retry_after: str | None = None) -> None:
        plain = {"type": f"/problems/{code}", "status": status, "code": code, "detail": detail}
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self.text(status, "application/problem+json", json.dumps(plain).encode(), headers)


def hang_up(exchange: Exchange) -> None:
    """Close the connection instead of answering; the request is read, or its sender would wait."""
    exchange.rfile.read(int(exchange.headers.get("Content-Length", 0)))
    exchange.close_connection = True


def hang_up_after_accepting(exchange: Exchange) -> None:
    """Accept a document, and let the connection break before the answer."""
    body = exchange.rfile.read(int(exchange.headers["Content-Length"]))
    fields, ((name, content),) = exchange.form(body)
    exchange.contract.submit(name, content, fields, exchange.headers["Idempotency-Key"])
    exchange.close_connection = True


def busy(status: int = 503, retry_after: str | None = None) -> Fault:
    """Return a fault: the server says that it is busy."""

    def answer(exchange: Exchange) -> None:
        exchange.rfile.read(int(exchange.headers.get("Content-Length", 0)))
        exchange.problem(status, "queue_full", "9 jobs wait", retry_after)

    return answer


def refuse_unread(exchange: Exchange) -> None:
    """Refuse a body for its announced size, without reading it, and hang up."""
    exchange.problem(413, "payload_too_large", "at most 1 MB")
    exchange.close_connection = True


def cut(job_id: str, num_lines: int = 0) -> Fault:
    """Return a fault: the answer breaks off after some results and half of another one."""

    def answer(exchange: Exchange) -> None:
        job = exchange.contract.jobs[job_id]
        line = json.dumps(job.result()).encode() + b"\n"
        lines = [json.dumps(j.result()).encode() + b"\n" for j in exchange.contract.jobs.values()]
        exchange.send_response(200)
        exchange.send_header("Content-Length", "1000000")
        exchange.end_headers()
        exchange.wfile.write(b"".join(lines[:num_lines]) + line[: len(line) // 2])
        exchange.close_connection = True

    return answer
