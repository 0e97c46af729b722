import concurrent.futures
import hashlib
import socket
from pathlib import Path
from typing import Any

import pytest
from http_server import Served
from processes import await_that

from api import intake
from workers import jobs, ledger
from workers import store as blobs
from workers.connections import Connections
from workers.errors import DatabaseBusy, StoreFull
from workers.ledger import claim
from workers.queues import Message
from workers.tables import Stage

RECEIPT = (Path(__file__).parents[2] / "examples" / "receipt.jpg").read_bytes()
UNKNOWN = "job_" + "0" * 32


def submit(api: Served, **fields: str) -> dict[str, Any]:
    answer = api.post("/v1/jobs", files={"file": ("receipt.jpg", RECEIPT)}, data=fields)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def fail(connections: Connections, job_id: str, code: str = "broken_file") -> None:
    held = claim(connections, Message(Stage.RASTERIZE, job_id))
    assert held is not None
    ledger.give_up(connections, held, code, "it is damaged")


def stored(connections: Connections) -> list[str]:
    return connections.store.folders("jobs")


def test_a_document_becomes_a_queued_job(api: Served, connections: Connections) -> None:
    answer = api.post(
        "/v1/jobs",
        files={"file": ("../ein Beleg.jpg", RECEIPT)},
        data={"schema": "receipt", "external_id": "expense-1"},
    )
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}" == job["links"]["self"]
    assert job["status"] == "queued"
    assert (job["name"], job["external_id"]) == ("ein Beleg.jpg", "expense-1")
    assert job["schema"] == {"name": "receipt", "version": 1}
    assert job["sha256"] == hashlib.sha256(RECEIPT).hexdigest()
    assert (job["size_bytes"], job["format"]) == (len(RECEIPT), "jpeg")
    assert job["created_at"].endswith("Z")
    assert api.get(job["links"]["self"]).json() == job
    assert connections.store.get(blobs.upload_key(job["id"])) == RECEIPT
    assert connections.queues.lengths()["rasterize"] == 1


def test_the_queue_is_told(api: Served) -> None:
    assert [submit(api)["queued_ahead"] for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"colour": "red"}, "invalid_request", "/body/colour"),
        ({"external_id": "x" * 201}, "invalid_request", "/body/external_id"),
        ({"external_id": "a\x00b"}, "invalid_request", "/body/external_id"),
        ({"schema": "no-such"}, "schema_error", None),
        ({"schema": "receipt@2"}, "schema_error", None),
        ({"schema": "receipt@0x1"}, "schema_error", None),
        ({"schema": "os.path:join"}, "schema_error", None),
        ({"schema": "{"}, "schema_error", None),
        ({"schema": "{" + '"a":{' * 5000}, "schema_error", None),
        ({"schema": '{"type": "object", "properties": {"a": NaN}}'}, "schema_error", None),
        ({"schema": '{"type": 5}'}, "schema_error", None),
        ({"webhook_url": "https://hooks.example.com"}, "webhook_refused", None),
    ],
)
def test_what_is_wrong_with_a_field_is_said_and_nothing_stays(
    api: Served, connections: Connections, fields: dict[str, str], code: str, pointer: str | None
) -> None:
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)}, data=fields)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    if pointer:
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert stored(connections) == []
    assert api.get("/v1/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("file", ("a.txt", b"hello"))], 415, "unsupported_format"),
        ([("file", ("a.jpg", b""))], 422, "empty_file"),
        ([("picture", ("a.jpg", RECEIPT))], 422, "invalid_request"),
        ([("file", ("a.jpg", RECEIPT)), ("file", ("b.jpg", RECEIPT))], 422, "invalid_request"),
        ([("schema", ("a", b"receipt"))], 422, "invalid_request"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_and_nothing_stays(
    api: Served, connections: Connections, files: Any, status: int, code: str
) -> None:
    answer = api.post("/v1/jobs", files=files)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert stored(connections) == []


def test_a_document_that_is_too_large_is_refused(serve: Any, connections: Connections) -> None:
    api = serve(keys_required=False, max_bytes=1000)
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)})
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert stored(connections) == []


def test_a_client_that_hangs_up_leaves_nothing(api: Served, connections: Connections) -> None:
    head = (
        "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", api.port)) as caller:
        caller.sendall(head.encode() + RECEIPT * 10)
        await_that("the upload has begun", lambda: stored(connections))
    await_that("nothing is left", lambda: not stored(connections))
    assert api.get("/v1/jobs").json()["jobs"] == []


def test_an_inline_schema_is_kept_with_its_job(api: Served, connections: Connections) -> None:
    job = submit(api, schema=' {"type": "object", "properties": {"a": {"type": "string"}}}')
    assert job["schema"] == {"name": "inline", "version": 1}
    view = jobs.find(connections, job["id"])
    assert view is not None and view.job.json_schema == {
        "type": "object",
        "properties": {"a": {"type": "string"}},
    }


def test_the_same_request_makes_one_job(api: Served, connections: Connections) -> None:
    def send(content: bytes = RECEIPT, **fields: str) -> Any:
        return api.post(
            "/v1/jobs",
            files={"file": ("a.jpg", content)},
            data=fields,
            headers={"Idempotency-Key": "k-1"},
        )

    first, again = send(external_id="e"), send(external_id="e")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    for other in (send(), send(external_id="f"), send(RECEIPT + b"x", external_id="e")):
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert stored(connections) == [first.json()["id"]]


def test_the_same_request_many_times_at_once_makes_one_job(
    api: Served, connections: Connections
) -> None:
    def send(_: int) -> Any:
        return api.post(
            "/v1/jobs",
            files={"file": ("a.jpg", RECEIPT)},
            headers={"Idempotency-Key": "k-2"},
        )

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(one.status_code for one in answers) == [200] * 15 + [202]
    assert len({one.json()["id"] for one in answers}) == 1
    assert len(stored(connections)) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "\xe9"])
def test_an_idempotency_key_is_short_and_printable(api: Served, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_full_queue_takes_no_more(serve: Any, connections: Connections) -> None:
    api = serve(keys_required=False, max_queued=2)
    first = submit(api)
    submit(api)
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)})
    assert (answer.status_code, answer.json()["code"]) == (503, "queue_full")
    assert int(answer.headers["retry-after"]) > 0
    assert len(stored(connections)) == 2
    fail(connections, first["id"])
    submit(api)


@pytest.mark.parametrize(
    ("error", "code"), [(DatabaseBusy("locked"), "database_busy"), (OSError(5, "x"), "")]
)
def test_what_fails_at_the_very_end_leaves_nothing(
    api: Served,
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: str,
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(intake, "submit_all", broken)
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)})
    assert answer.status_code == (503 if code else 500)
    if code:
        assert answer.json()["code"] == code
        assert int(answer.headers["retry-after"]) > 0
    assert stored(connections) == []


def test_a_job_that_was_accepted_keeps_its_document_though_the_answer_is_lost(
    api: Served, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = intake.submit_all

    def accepted_and_lost(*arguments: Any) -> None:
        accept(*arguments)
        raise DatabaseBusy("it went away just now")

    monkeypatch.setattr(intake, "submit_all", accepted_and_lost)
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)})
    assert answer.status_code == 503
    (job,) = api.get("/v1/jobs").json()["jobs"]
    assert connections.store.get(blobs.upload_key(job["id"])) == RECEIPT


def test_a_store_without_room_is_told(api: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr(api.app.state.context.connections.store, "writing", full)
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)})
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_full")
    assert int(answer.headers["retry-after"]) > 0


def test_jobs_are_accepted_while_redis_is_away(serve: Any, connections: Connections) -> None:
    api = serve(keys_required=False, redis_url="redis+socket:///nowhere/redis.sock")
    assert submit(api)["status"] == "queued"


def test_jobs_are_listed_newest_first_page_by_page(api: Served) -> None:
    made = [submit(api, external_id=f"e{number % 2}")["id"] for number in range(5)]
    found, cursor = [], None
    for _ in range(3):
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = api.get("/v1/jobs", params=query).json()
        found += [job["id"] for job in page["jobs"]]
        cursor = page["next_cursor"]
    assert (found, cursor) == (made[::-1], None)
    odd = api.get("/v1/jobs", params={"external_id": "e1"}).json()["jobs"]
    assert [job["id"] for job in odd] == [made[3], made[1]]


def test_jobs_are_filtered(api: Served, connections: Connections) -> None:
    failed, queued = submit(api)["id"], submit(api)["id"]
    fail(connections, failed)

    def ids(**query: str) -> list[str]:
        return [job["id"] for job in api.get("/v1/jobs", params=query).json()["jobs"]]

    assert ids(status="failed") == [failed]
    assert ids(status="queued", schema="receipt") == [queued]
    assert ids(schema="other") == ids(batch="batch_1") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=201", "/query/limit"),
        ("status=lost", "/query/status"),
        ("cursor=x", "/query/cursor"),
        ("cursor=MDAwMS0wMS0wMVQwMDowMDowMCswMDowMCA=", "/query/cursor"),
        ("external_id=%00", "/query/external_id"),
    ],
)
def test_a_wrong_query_is_refused(api: Served, query: str, pointer: str) -> None:
    answer = api.get(f"/v1/jobs?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("job_id", [UNKNOWN, "job_1", "%00", "..", "job_" + "g" * 32])
def test_unknown_jobs_are_not_found(api: Served, job_id: str) -> None:
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/result"),
        ("GET", "/events"),
        ("GET", "/pages/1"),
        ("POST", "/deliver"),
    ):
        answer = api.request(method, f"/v1/jobs/{job_id}{path}")
        assert answer.status_code == 404, (method, path)
        assert answer.json()["code"] in ("job_not_found", "not_found")


def test_a_job_is_erased_with_everything_it_had(api: Served, connections: Connections) -> None:
    job = submit(api, external_id="e")
    for _ in range(2):
        assert api.delete(job["links"]["self"]).status_code == 204
    assert stored(connections) == []
    erased = api.get(job["links"]["self"]).json()
    assert (erased["status"], erased["name"], erased["external_id"]) == ("erased", None, None)
    for path in ("result", "pages"):
        answer = api.get(job["links"][path].replace("{number}", "1"))
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")


def test_a_webhook_is_delivered_again_on_request(serve: Any, connections: Connections) -> None:
    api = serve(
        keys_required=False,
        webhook_secret=type(connections.settings.webhook_secret)("s3cret"),
    )
    without = submit(api)
    job = submit(api, webhook_url="https://hooks.example.com/docai")
    assert job["webhook"]["url"] == "https://hooks.example.com/docai"
    assert job["webhook"]["state"] == "none"
    for early in (without, job):
        answer = api.post(f"{early['links']['self']}/deliver")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    fail(connections, job["id"])
    answer = api.post(f"{job['links']['self']}/deliver")
    assert (answer.status_code, answer.json()["webhook"]["state"]) == (202, "pending")


def test_a_webhook_that_may_not_be_called_is_refused(serve: Any, connections: Connections) -> None:
    api = serve(
        keys_required=False,
        webhook_secret=type(connections.settings.webhook_secret)("s3cret"),
    )
    answer = api.post(
        "/v1/jobs",
        files={"file": ("a.jpg", RECEIPT)},
        data={"webhook_url": "http://169.254.169.254/latest"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook_refused")
    assert stored(connections) == []
