"""The client against a real HTTP server that plays the contract, well and badly."""

import datetime as dt
import io
import os
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
from contract_server import (
    ContractServer,
    Exchange,
    busy,
    cut,
    hang_up,
    hang_up_after_accepting,
    playing,
    refuse_unread,
)

import docai
from docai import connection
from docai.client import Client
from docai.errors import ClientError, JobFailed, LoadError, NotFinished, SettingsError
from docai.jobs import Job, read_json


@pytest.fixture
def server() -> Iterator[ContractServer]:
    with playing() as server:
        yield server


@pytest.fixture
def client(server: ContractServer) -> Iterator[Client]:
    with Client(server.url, timeout_s=5) as client:
        client.job(client.submit(b"%PDF first").id)  # it has answered once: patience is long
        server.jobs.clear()
        server.keys.clear()
        server.seen.clear()
        yield client


def test_a_file_becomes_a_job_and_then_a_result(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    path = tmp_path / "Quittung \u00fc.png"
    path.write_bytes(b"picture")
    job = client.submit(path, external_id="e7")
    assert (job.name, job.status, job.schema.name, job.external_id, job.is_final) == (
        path.name,
        "queued",
        "receipt",
        "e7",
        False,
    )
    assert job.created_at == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    assert client.wait(job.id, timeout_s=5).status == "succeeded"
    found = client.result(job.id)
    assert (found.name, found.sha256, found.data) == (
        path.name,
        job.sha256,
        {"merchant_name": "A\u2028B"},
    )
    assert client.extract(path).sha256 == job.sha256
    assert client.result_text(job.id, "csv") == f"csv of {job.id}\n"


def test_bytes_and_open_files_are_sent_from_their_beginning(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    first, second = client.submit(b"0123456789"), client.submit(file)
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    with path.open("rb") as opened:
        third = client.submit(opened)
    assert first.sha256 == second.sha256 == third.sha256
    assert [first.name, second.name, third.name] == ["document", "document", "a.bin"]


def test_a_file_of_several_documents_has_parts(client: Client) -> None:
    job = client.submit(b"stack", split=True)
    client.wait(job.id, timeout_s=5)
    found = client.parts(job.id)
    assert [one.part and one.part.pages for one in found] == [(1,), (2,)]
    assert {one.sha256 for one in found} == {job.sha256}
    with pytest.raises(ClientError, match="ask for its parts"):
        client.result(job.id)
    whole = client.wait(client.submit(b"one").id, timeout_s=5)
    assert client.parts(whole.id) == (client.result(whole.id),)


def test_a_batch_yields_each_part_of_its_files_once(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for path in paths:
        path.write_bytes(path.name.encode())
    batch = client.submit_batch(paths, split=True)
    assert [job.fields["split"] for job in server.jobs.values()] == ["true", "true"]
    found = [(one.name, one.part and one.part.number) for one in client.batch_results(batch.id)]
    assert found == [("a.pdf", 1), ("a.pdf", 2), ("b.pdf", 1), ("b.pdf", 2)]


def test_a_pipe_can_be_sent_twice(client: Client, server: ContractServer) -> None:
    server.misbehave("POST", "/jobs", hang_up)
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "wb") as writer:
        writer.write(b"from a pipe")
    with os.fdopen(read_end, "rb") as pipe:
        job = client.submit(pipe)
    assert job.sha256 == client.submit(b"from a pipe").sha256


def test_what_is_not_there_is_told_before_anything_is_sent(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    with pytest.raises(LoadError, match=r"missing\.png: there is no such file"):
        client.submit(tmp_path / "missing.png")
    with pytest.raises(LoadError, match="this is a folder"):
        client.submit(tmp_path)
    with pytest.raises(LoadError, match="there is no such file"):
        client.submit_batch([tmp_path / "missing.png"])
    assert server.seen == []


def test_a_file_name_cannot_become_a_header(client: Client, server: ContractServer) -> None:
    client.submit(b"a", name='a"; x="\r\nX-Evil: 1\r\n\r\n.png')
    (job,) = server.jobs.values()
    assert "X-Evil" in job.name
    assert "\n" not in job.name
    assert job.fields == {"schema": "receipt"}
    client.submit(b"b", name="\udcff.png".encode("utf-8", "surrogatepass").decode("latin-1"))
    assert len(server.jobs) == 2


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_back_off", lambda state: 0.01)


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(
    "fault", [hang_up, hang_up_after_accepting, busy(), busy(502), busy(504), busy(429)]
)
def test_a_document_is_sent_again_and_makes_one_job(
    client: Client, server: ContractServer, fault: object
) -> None:
    server.misbehave("POST", "/jobs", fault, fault)  # type: ignore[arg-type]
    job = client.submit(b"once")
    assert list(server.jobs) == [job.id]
    keys = {seen.headers["Idempotency-Key"] for seen in server.seen}
    assert (len(server.seen), len(keys)) == (3, 1)
    assert client.submit(b"once").id != job.id  # the same bytes, but asked for anew
    assert client.submit(b"once", idempotency_key=keys.pop()).id == job.id


def test_retry_after_is_kept(client: Client, server: ContractServer) -> None:
    server.misbehave("GET", "/jobs", busy(retry_after="1"))
    started_s = time.monotonic()
    assert list(client.jobs()) == []
    assert time.monotonic() - started_s >= 1
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    server.misbehave("GET", "/jobs", busy(429, retry_after=format_datetime(soon, usegmt=True)))
    started_s = time.monotonic()
    assert list(client.jobs()) == []
    assert time.monotonic() - started_s >= 0.8


def test_a_server_that_asks_for_too_much_patience_is_told_of_at_once(
    client: Client, server: ContractServer
) -> None:
    server.misbehave("GET", "/jobs", busy(retry_after="3600"))
    with pytest.raises(ClientError, match="503 queue_full: 9 jobs wait") as caught:
        next(client.jobs())
    assert (caught.value.status, caught.value.code, caught.value.detail) == (
        503,
        "queue_full",
        "9 jobs wait",
    )
    assert len(server.seen) == 1


def test_patience_ends(server: ContractServer) -> None:
    server.misbehave("GET", "/jobs", *[busy()] * 50)
    with Client(server.url, patience_s=1) as client, pytest.raises(ClientError, match="queue_full"):
        next(client.jobs())
    assert 2 <= len(server.seen) <= 5


@pytest.mark.usefixtures("_quick")
def test_a_server_that_always_hangs_up_is_given_up(client: Client, server: ContractServer) -> None:
    server.misbehave("GET", "/jobs", *[hang_up] * 50)
    with pytest.raises(ClientError, match=f"no answer from {server.url}") as caught:
        next(client.jobs())
    assert caught.value.status is None
    assert len(server.seen) == connection.MAX_HANG_UPS


def test_a_wrong_address_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_PATIENCE_S", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        started_s = time.monotonic()
        with Client(url) as client, pytest.raises(ClientError, match=f"no answer from {url}"):
            client.job("job_1")
    assert time.monotonic() - started_s < 5


def test_a_server_that_comes_back_is_found_again() -> None:
    with playing() as first:
        port = int(first.url.rpartition(":")[2])
        client = Client(first.url, timeout_s=2)
        assert list(client.jobs()) == []
    later = []

    def come_back() -> None:
        with socket.create_server(("127.0.0.1", port)) as listening:
            taken, _ = listening.accept()
            with taken:
                taken.recv(65536)
                body = b'{"jobs": []}'
                taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" + body)
            later.append(True)

    timer = threading.Timer(0.7, come_back)
    timer.start()
    with client:
        assert list(client.jobs()) == []
    timer.join()
    assert later == [True]


def test_a_refusal_is_not_repeated(client: Client, server: ContractServer) -> None:
    with pytest.raises(ClientError, match="415 unsupported_format: the content looks") as caught:
        client.submit(b"TEXT of a book")
    assert (caught.value.status, caught.value.code) == (415, "unsupported_format")
    with pytest.raises(ClientError, match="job_not_found"):
        client.job("job_99/../../secret?x")
    assert [seen.path for seen in server.seen[1:]] == ["/v1/jobs/job_99%2F..%2F..%2Fsecret%3Fx"]
    client.submit(b"one", idempotency_key="k")
    with pytest.raises(ClientError, match="idempotency_conflict"):
        client.submit(b"two", idempotency_key="k")


def test_a_refusal_of_a_large_file_is_heard_while_it_is_sent(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    path = tmp_path / "large.tiff"
    with path.open("wb") as file:
        file.truncate(30_000_000)
    server.misbehave("POST", "/jobs", *[refuse_unread] * 20)
    with pytest.raises(ClientError) as caught:
        client.submit(path)
    assert caught.value.code in ("payload_too_large", None)  # None: the answer was lost in a reset
    assert len(server.seen) <= connection.MAX_HANG_UPS


def test_an_answer_that_breaks_off_is_asked_for_again(
    client: Client, server: ContractServer
) -> None:
    job = client.submit(b"x")
    client.wait(job.id)
    server.misbehave("GET", "/result", cut(job.id), cut(job.id))
    assert client.result(job.id).sha256 == job.sha256


def test_an_answer_that_is_no_docai_is_told(client: Client, server: ContractServer) -> None:
    def portal(exchange: Exchange) -> None:
        exchange.text(200, "text/html", b"<h1>Please log in</h1>")

    server.misbehave("GET", "/job_1", portal)
    with pytest.raises(ClientError, match=r"no docai job.*URL of a docai server"):
        client.job("job_1")

    def gateway(exchange: Exchange) -> None:
        exchange.text(500, "text/html", b"<h1>Oops</h1>")

    server.misbehave("GET", "/job_1", gateway)
    with pytest.raises(ClientError, match=r"answers 500 Internal Server Error$") as caught:
        client.job("job_1")
    assert caught.value.code is None


def test_a_job_that_fails_says_why(client: Client, server: ContractServer) -> None:
    job = client.submit(b"FAIL")
    with pytest.raises(JobFailed, match="broken_file: it is torn") as caught:
        client.wait(job.id)
    assert (caught.value.code, caught.value.detail) == ("broken_file", "it is torn")
    with pytest.raises(JobFailed, match="broken_file"):
        client.result(job.id)
    with pytest.raises(JobFailed, match="broken_file"):
        client.extract(b"FAIL again")


def test_waiting_ends(client: Client, server: ContractServer) -> None:
    job = client.submit(b"SLOW")
    with pytest.raises(NotFinished, match=r"still queued after 0\.6 s"):
        client.wait(job.id, timeout_s=0.6)
    assert 2 <= len(server.seen) <= 5  # this server does not let us wait; it is not flooded
    with pytest.raises(NotFinished, match="is queued"):
        client.result(job.id)
    client.erase(job.id)
    with pytest.raises(JobFailed, match="erased"):
        client.wait(job.id)
    with pytest.raises(ClientError, match="410 gone"):
        client.result(job.id)


def test_a_long_poll_may_last_longer_than_other_calls(server: ContractServer) -> None:
    def late(exchange: Exchange) -> None:
        time.sleep(1.0)
        exchange.json(200, next(iter(server.jobs.values())).plain())

    with Client(server.url, timeout_s=0.5) as client:
        job = client.submit(b"x")
        server.misbehave("GET", job.id, late)
        client.job(job.id, wait_s=2)
    assert [seen.path for seen in server.seen[1:]] == [f"/v1/jobs/{job.id}?wait=2"]


def test_jobs_are_listed_page_by_page(client: Client, server: ContractServer) -> None:
    made = [client.submit(str(number).encode()).id for number in range(7)]
    server.seen.clear()
    assert [job.id for job in client.jobs(page_size=3)] == made[::-1]
    assert len(server.seen) == 3
    server.seen.clear()
    assert next(client.jobs(page_size=3)).id == made[-1]
    assert len(server.seen) == 1
    assert list(client.jobs(status="failed")) == []


def test_events_are_taken_up_after_a_break(client: Client, server: ContractServer) -> None:
    job = client.submit(b"x")

    def one_at_a_time(exchange: Exchange) -> None:
        last = int(exchange.headers.get("Last-Event-ID", 0))
        exchange.events(server.jobs[job.id], last, num_at_once=1)

    def torn(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", "text/event-stream")
        exchange.send_header("Transfer-Encoding", "chunked")
        exchange.end_headers()
        exchange.wfile.write(b'10\r\nid: 9\ndata: {"nu\r\n')
        exchange.close_connection = True

    server.misbehave("GET", "/events", one_at_a_time, torn, busy(), one_at_a_time)
    names = [event.name for event in client.events(job.id)]
    assert names == ["queued", "started", "page_read", "succeeded"]
    asked = [seen for seen in server.seen if seen.path.endswith("/events")]
    after = [seen.headers.get("Last-Event-ID") for seen in asked]
    assert after == [None, "1", "1", "1", "2"]


def test_events_that_never_come_are_given_up(
    client: Client, server: ContractServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docai.client.PAUSE_S", 0.0)
    job = client.submit(b"x")

    def torn(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Type", "text/event-stream")
        exchange.send_header("Content-Length", "9")
        exchange.end_headers()
        exchange.close_connection = True

    server.misbehave("GET", "/events", *[torn] * 50)
    with pytest.raises(ClientError, match="broke off 7 times in a row"):
        list(client.events(job.id))


def test_pages_deliveries_and_erasing(client: Client, server: ContractServer) -> None:
    job = client.submit(b"x")
    assert client.page(job.id, 2) == b"png 2 None"
    assert client.page(job.id, 1, overlay=True) == b"png 1 1"
    assert client.deliver(job.id).id == job.id
    assert server.seen[-1].headers["Idempotency-Key"]
    client.erase(job.id)
    assert client.job(job.id).status == "erased"
    client.erase("batch_1")
    assert server.seen[-1].path == "/v1/batches/batch_1"


def test_a_batch_goes_in_one_request_however_many_files(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(150)]
    for number, path in enumerate(paths):
        path.write_bytes(str(number).encode() * 3000)
    server.misbehave("POST", "/batches", hang_up)
    soft_limit_of_files(lambda: client.submit_batch(paths))
    assert [job.name for job in server.jobs.values()] == [path.name for path in paths]
    digests = [job.sha256 for job in server.jobs.values()]
    assert len(set(digests)) == 150
    batch = client.batch("batch_1", wait_s=1)
    assert (batch.is_final, batch.counts) == (True, {"succeeded": 150})


def soft_limit_of_files(run: object) -> None:
    """Run something that may have few files open at a time."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
    try:
        run()  # type: ignore[operator]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_results_of_a_batch_come_once_each_whatever_breaks(
    client: Client, server: ContractServer, tmp_path: Path
) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.png", b"a")
    batch = client.submit_batch(archive)
    for number in range(4):
        client.submit(str(number).encode())
    last = f"job_{len(server.jobs) - 1}"
    server.misbehave("GET", "/results.jsonl", cut(last, 1), cut(last, 3), cut(last, 0))
    found = list(client.batch_results(batch.id))
    assert [extraction.sha256 for extraction in found] == [
        job.sha256 for job in server.jobs.values()
    ]


def test_the_key_goes_into_a_header_and_nowhere_else(server: ContractServer) -> None:
    with Client(server.url + "/", "docai_1_secret", patience_s=0) as client:
        list(client.jobs())
        server.misbehave("GET", "/jobs", busy(401))
        with pytest.raises(ClientError) as caught:
            list(client.jobs())
    assert server.seen[0].headers["Authorization"] == "Bearer docai_1_secret"
    assert "secret" not in repr(caught.value)
    with pytest.raises(SettingsError) as refused:
        Client(server.url, "secret\r\nX-Evil: 1")
    assert "secret\r" not in str(refused.value)


def test_the_environment_says_which_server(
    server: ContractServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCAI_URL", server.url)
    monkeypatch.setenv("DOCAI_KEY", "docai_1_secret")
    with docai.Client() as client:
        list(client.jobs())
    assert server.seen[0].headers["Authorization"] == "Bearer docai_1_secret"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "ftp://a", "http://", "http://a/?b", "http://u:p@a", "http://a:99999"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="is no URL of a server"):
        Client(url)


def test_a_job_of_a_newer_server_is_understood() -> None:
    text = (
        '{"id": "j", "status": "resting", "schema": {"name": "r", "version": 2, "x": 1}, '
        '"created_at": "2026-01-02T03:04:05.5Z", "later": [1]}'
    )
    job = read_json(Job, text)
    assert (job.status, job.is_final, job.schema.version) == ("resting", False, 2)


def test_a_file_that_changes_while_it_is_sent_is_no_mystery(
    client: Client, server: ContractServer
) -> None:
    class Growing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size) or b"more"

    with pytest.raises(ClientError, match="a file changed while it was sent"):
        client.submit(Growing(b"x" * 100))


def test_uploads_are_streamed(client: Client, server: ContractServer) -> None:
    asked = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    client.submit(Watched(bytes(1_000_000)))
    assert len(asked) > 10
    assert all(size is not None and 0 < size <= 65536 for size in asked)
