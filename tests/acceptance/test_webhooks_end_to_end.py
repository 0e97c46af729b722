"""Webhooks of a running service: what arrives, what is tried again, and what is never called."""

import datetime as dt
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from processes import Processes, await_that, png, processes

from docai.testing import Order
from workers.webhooks import verify

SECRET = "a long random text"


@dataclass
class Receiver:
    """A receiver that answers what it is told to, and keeps what it got."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.got.append((dict(self.headers.items()), body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 204)
            self.send_header("location", f"http://127.0.0.1:{kept.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        kept.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    settings = {"DOCAI_WEBHOOK_SECRET": SECRET, "DOCAI_WEBHOOK_ALLOW": "127.0.0.1"}
    with processes(tmp_path_factory.mktemp("s"), **settings) as running:
        yield running


def webhook(service: Processes, job_id: str) -> dict[str, Any]:
    return dict(service.job(job_id)["webhook"])


def submit(service: Processes, url: str, order: Order = Order.READ) -> str:
    return service.submit(png(order.page()), webhook_url=url)


@pytest.mark.slow
def test_the_end_of_a_job_is_told_and_signed(service: Processes, receiver: Receiver) -> None:
    job_id = submit(service, receiver.url)
    await_that("delivered", lambda: webhook(service, job_id)["state"] == "delivered")
    [(headers, body)] = receiver.got
    assert verify(SECRET, headers, body, dt.datetime.now(dt.UTC))
    told = json.loads(body)
    assert told["type"] == "job.succeeded"
    assert (told["data"]["id"], told["data"]["status"]) == (job_id, "succeeded")
    log = webhook(service, job_id)["log"]
    assert [one["status"] for one in log] == [204]
    again = service.http.post(f"/v1/jobs/{job_id}/deliver")
    assert again.status_code == 202
    await_that("delivered again", lambda: len(receiver.got) == 2)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert ids[0] != ids[1]  # asked for anew: no repetition to be dropped


@pytest.mark.slow
def test_a_failure_is_told_too(service: Processes, receiver: Receiver) -> None:
    job_id = service.submit(b"%PDF-1.7 and nothing more", webhook_url=receiver.url)
    await_that("told", lambda: receiver.got)
    told = json.loads(receiver.got[0][1])
    assert told["type"] == "job.failed"
    assert told["data"]["error"]["code"] == service.job(job_id)["error"]["code"] == "broken_file"


@pytest.mark.slow
def test_a_receiver_that_stumbles_is_called_again(service: Processes, receiver: Receiver) -> None:
    receiver.statuses = [500, 302]
    job_id = submit(service, receiver.url)
    await_that("tried", lambda: len(webhook(service, job_id)["log"]) == 1)
    waiting = webhook(service, job_id)
    assert (waiting["state"], waiting["last_status"]) == ("pending", 500)
    assert waiting["next_attempt_at"] is not None
    await_that("tried again", lambda: len(webhook(service, job_id)["log"]) == 2)
    assert webhook(service, job_id)["last_status"] == 302  # a redirect is not followed
    assert "redirect" in webhook(service, job_id)["last_error"]
    assert len(receiver.got) == 2
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert len(ids) == 1  # the same message: a receiver can tell
    assert len({body for _, body in receiver.got}) == 1


@pytest.mark.slow
def test_what_is_inside_is_never_called(tmp_path: Path, receiver: Receiver) -> None:
    with processes(tmp_path, DOCAI_WEBHOOK_SECRET=SECRET) as service:
        document = {"file": ("a.png", png(Order.READ.page()))}
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"):
            asked = {"webhook_url": f"http://{host}:{receiver.port}/"}
            answer = service.http.post("/v1/jobs", files=document, data=asked)
            assert (answer.status_code, answer.json()["code"]) == (422, "webhook_refused"), host
        # A name says nothing until it is resolved, and that is when it is called.
        job_id = submit(service, f"http://{socket.gethostname()}:{receiver.port}/")
        await_that("tried", lambda: webhook(service, job_id)["log"])
        assert "webhooks go to public addresses" in webhook(service, job_id)["last_error"]
        assert webhook(service, job_id)["last_status"] is None
        assert receiver.got == []


@pytest.mark.slow
def test_a_batch_tells_its_end_once(service: Processes, receiver: Receiver) -> None:
    files = [("file", (f"{n}.png", png(Order.READ.page()))) for n in range(3)]
    answer = service.http.post("/v1/batches", files=files, data={"webhook_url": receiver.url})
    assert answer.status_code == 202, answer.text
    await_that("told", lambda: receiver.got)
    told = json.loads(receiver.got[0][1])
    assert told["type"] == "batch.finished"
    assert told["data"]["counts"]["succeeded"] == 3
    assert len(receiver.got) == 1
