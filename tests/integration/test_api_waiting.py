"""Those who wait: for a job to end, for its events, for its result."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from http_server import Served
from processes import await_that

from api import events, watch
from workers import jobs, ledger
from workers import store as blobs
from workers.connections import Connections
from workers.ledger import claim
from workers.queues import Message
from workers.stages import _rasterized, _reconciled
from workers.tables import Stage, Status

ROOT = Path(__file__).parents[2]
RECEIPT = (ROOT / "examples" / "receipt.jpg").read_bytes()


def submit(api: Served) -> dict[str, Any]:
    answer = api.post("/v1/jobs", files={"file": ("receipt.jpg", RECEIPT)})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def begin(connections: Connections, job_id: str) -> None:
    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    assert ledger.finish(connections, held, partial(_rasterized, 1))


def fail(connections: Connections, job_id: str, code: str = "ocr_error") -> None:
    held = claim(connections, Message(Stage.OCR, job_id, 1))
    assert held is not None
    ledger.give_up(connections, held, code, "nobody can read it")


def succeed(connections: Connections, job_id: str, result: dict[str, Any] | None = None) -> None:
    held = claim(connections, Message(Stage.OCR, job_id, 1))
    assert held is not None
    content = json.dumps(result or {"id": job_id}).encode()
    connections.store.put(blobs.extraction_key(job_id), content)
    assert ledger.finish(connections, held, partial(_reconciled, {}, 60.0))


@contextmanager
def meanwhile(work: Any) -> Iterator[None]:
    """Do something in a thread as soon as the block has begun to wait."""
    thread = threading.Timer(0.3, work)
    thread.start()
    yield
    thread.join()


def await_waiters(api: Served, count: int) -> None:
    watching = api.app.state.context.watch
    await_that(f"{count} wait", lambda: watching.num_waiting == count, 20)


def test_whoever_waits_is_told_when_a_job_ends(api: Served, connections: Connections) -> None:
    job = submit(api)
    begin(connections, job["id"])
    started_s = time.monotonic()
    with meanwhile(lambda: fail(connections, job["id"])):
        answer = api.get(job["links"]["self"], params={"wait": 20})
    assert answer.json()["status"] == "failed"
    assert answer.json()["error"] == {"code": "ocr_error", "detail": "nobody can read it"}
    assert 0.2 < time.monotonic() - started_s < 10


def test_whoever_waits_is_told_when_the_time_is_over(api: Served) -> None:
    job = submit(api)
    started_s = time.monotonic()
    answer = api.get(job["links"]["self"], params={"wait": 0.4})
    assert answer.json()["status"] == "queued"
    assert time.monotonic() - started_s >= 0.4


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "x"])
def test_nobody_waits_for_ever(api: Served, wait: str) -> None:
    answer = api.get(submit(api)["links"]["self"], params={"wait": wait})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_those_who_hang_up_are_forgotten(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "GLANCE_S", 0.2)
    job = submit(api)
    with pytest.raises(httpx.ReadTimeout):
        api.get(job["links"]["self"], params={"wait": 60}, timeout=0.3)
    with api.stream("GET", job["links"]["events"]) as stream:
        lines = stream.iter_lines()  # kept: the connection ends with it
        next(lines)
        await_waiters(api, 1)
    await_waiters(api, 0)


def read_events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Yield the events of a stream: id, name, data."""
    event: dict[str, Any] = {}
    for line in lines:
        if not line:
            if "event" in event:
                yield event
            event = {}
        else:
            name, _, value = line.partition(": ")
            event[name] = json.loads(value) if name == "data" else value


def test_events_tell_what_happens_as_it_happens(api: Served, connections: Connections) -> None:
    job = submit(api)
    with api.stream("GET", job["links"]["events"]) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(lines) == f"retry: {events.RETRY_MS}"
        found = read_events(lines)
        queued = next(found)
        assert (queued["id"], queued["event"]) == ("1", "queued")
        assert queued["data"]["job"]["status"] == "queued"
        begin(connections, job["id"])
        started, rasterized = next(found), next(found)
        assert [started["event"], rasterized["event"]] == ["started", "rasterized"]
        assert rasterized["data"]["job"]["num_pages"] == 1
        succeed(connections, job["id"])
        rest = list(found)  # the stream ends by itself
    assert rest[-1]["event"] == "succeeded"
    assert rest[-1]["data"]["number"] == int(rest[-1]["id"])
    assert rest[-1]["data"]["job"]["status"] == "succeeded"


def test_what_happens_between_two_questions_is_told_later(
    api: Served, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told of an end together with a job that runs."""
    job = submit(api)
    begin(connections, job["id"])
    ask = jobs.events_after

    def asked_too_late(*arguments: Any) -> Any:
        if jobs.find(connections, job["id"]).job.status is Status.RUNNING:  # type: ignore[union-attr]
            fail(connections, job["id"])
        return ask(*arguments)

    monkeypatch.setattr(events.jobs, "events_after", asked_too_late)
    answer = api.get(job["links"]["events"])
    found = list(read_events(iter(answer.text.split("\n"))))
    assert [event["event"] for event in found] == ["queued", "started", "rasterized", "failed"]
    statuses = [event["data"]["job"]["status"] for event in found]
    assert statuses == ["running", "running", "running", "failed"]


def test_a_stream_goes_on_where_it_broke_off(api: Served, connections: Connections) -> None:
    job = submit(api)
    begin(connections, job["id"])
    fail(connections, job["id"])

    def names(last: str) -> list[str]:
        answer = api.get(job["links"]["events"], headers={"Last-Event-ID": last})
        assert answer.status_code == 200
        return [event["event"] for event in read_events(iter(answer.text.split("\n")))]

    assert names("0") == ["queued", "started", "rasterized", "failed"]
    assert names("2") == ["rasterized", "failed"]
    for known in ("4", "5", "2147483647"):
        answer = api.get(job["links"]["events"], headers={"Last-Event-ID": known})
        assert (answer.status_code, answer.content) == (204, b"")
    for wrong in ("x", "-1", "2147483648"):
        answer = api.get(job["links"]["events"], headers={"Last-Event-ID": wrong})
        assert answer.status_code == 422


def test_an_idle_stream_has_a_heart_beat(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.1)
    with api.stream("GET", submit(api)["links"]["events"]) as stream:
        assert any(line.startswith(":") for line in stream.iter_lines())


def test_a_head_of_a_stream_ends(api: Served) -> None:
    job = submit(api)
    answer = api.head(job["links"]["events"])
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert api.get(job["links"]["self"]).status_code == 200  # by the same connection


def test_everybody_is_sent_home_when_the_server_is_told_to_end(
    api: Served, connections: Connections, tmp_path: Path
) -> None:
    paths = [f"{submit(api)['links']['self']}?wait=60", submit(api)["links"]["events"]]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        "DOCAI_DATA_DIR": str(tmp_path),
        "DOCAI_REDIS_URL": connections.settings.redis_url,
        "DOCAI_DATABASE_URL": connections.settings.sql_url,
        "DOCAI_KEYS_REQUIRED": "false",
    }
    command = [sys.executable, "-m", "uvicorn", "api.app:app", "--port", str(port)]
    answers: list[httpx.Response] = []

    def wait(path: str) -> None:
        answers.append(httpx.get(f"http://127.0.0.1:{port}{path}", timeout=60))

    def measured(number: int) -> bool:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        return f"docai_http_waiting {number}.0" in text

    with subprocess.Popen(command, env=os.environ | environ, cwd=ROOT) as server:
        try:
            await_that("it serves", lambda: is_alive(port), 30)
            threads = [threading.Thread(target=wait, args=(path,)) for path in paths]
            for thread in threads:
                thread.start()
            await_that("two wait", lambda: measured(2), 20)
            server.send_signal(signal.SIGTERM)
            server.wait(10)
        finally:
            server.kill()
    for thread in threads:
        thread.join(10)
    assert [answer.status_code for answer in answers] == [200, 200]


def is_alive(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200
    except httpx.TransportError:
        return False


def test_extraction_answers_with_the_result(api: Served, connections: Connections) -> None:
    def work() -> None:
        (view,) = await_that("a job", lambda: jobs.listing(connections, jobs.Wanted(), 2, None)[0])
        begin(connections, view.job.id)
        succeed(connections, view.job.id, {"id": view.job.id, "data": {"total": "1"}})

    with meanwhile(work):
        answer = api.post("/v1/extract", files={"file": ("a.jpg", RECEIPT)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"] == {"total": "1"}
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    assert answer.headers["cache-control"] == "no-store"


def test_extraction_says_why_a_document_failed(api: Served, connections: Connections) -> None:
    def work() -> None:
        (view,) = await_that("a job", lambda: jobs.listing(connections, jobs.Wanted(), 2, None)[0])
        begin(connections, view.job.id)
        fail(connections, view.job.id, "limit_exceeded")

    with meanwhile(work):
        answer = api.post("/v1/extract", files={"file": ("a.jpg", RECEIPT)})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert answer.json()["code"] == "limit_exceeded"
    assert answer.json()["detail"] == "nobody can read it"
    assert api.get(answer.headers["location"]).json()["status"] == "failed"


def test_extraction_that_takes_long_goes_on_as_a_job(api: Served) -> None:
    answer = api.post("/v1/extract?wait=0.2", files={"file": ("a.jpg", RECEIPT)})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert api.get(answer.headers["location"]).json()["id"] == answer.json()["id"]


def test_extraction_of_a_job_that_is_erased_meanwhile(
    api: Served, connections: Connections
) -> None:
    def work() -> None:
        (view,) = await_that("a job", lambda: jobs.listing(connections, jobs.Wanted(), 2, None)[0])
        jobs.erase(connections, view.job.id)

    with meanwhile(work):
        answer = api.post("/v1/extract", files={"file": ("a.jpg", RECEIPT)})
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
