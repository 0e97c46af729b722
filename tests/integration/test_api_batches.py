"""Batches over HTTP: many documents in, one status, results as files."""

import io
import json
import socket
import threading
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from http_server import Served
from processes import await_that
from pydantic import SecretStr

from docai.extraction.result import Extraction, State, Value
from workers import batches, keys, ledger, unpack
from workers import store as blobs
from workers.connections import Connections
from workers.errors import DatabaseBusy
from workers.lifecycle import end_job, locked_job
from workers.queues import Message
from workers.tables import Stage, Status

RECEIPT = (Path(__file__).parents[2] / "examples" / "receipt.jpg").read_bytes()
UNKNOWN = "batch_" + "0" * 32
SECRET = SecretStr("whsec_" + "c2VjcmV0IG9mIGF0IGxlYXN0IDI0IGJ5dGVz")
KEY = {"Idempotency-Key": "k-1"}
Files = list[tuple[str, tuple[str, bytes]]]


def parts(*contents: bytes) -> Files:
    return [("file", (f"{number}.jpg", content)) for number, content in enumerate(contents, 1)]


def zipped(*contents: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        for number, content in enumerate(contents):
            writer.writestr(f"folder/{number}.jpg", content)
    return file.getvalue()


def post(api: Served, files: Files, headers: Any = None, **fields: str) -> httpx.Response:
    return api.post("/v1/batches", files=files, data=fields, headers=headers)


def submit(api: Served, *contents: bytes, **fields: str) -> dict[str, Any]:
    answer = post(api, parts(*contents), **fields)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def jobs_of(api: Served, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the jobs of a batch in order of position."""
    return list(api.get(batch["links"]["jobs"], params={"limit": 200}).json()["jobs"])[::-1]


def end(connections: Connections, job: dict[str, Any], status: Status = Status.SUCCEEDED) -> None:
    value = Value(State.FOUND, "ACME", "ACME", 0.9)
    found = Extraction("receipt", 1, job["name"], "0" * 64, (), {"merchant_name": value})
    content = json.dumps(found.to_json() | {"id": job["id"]}).encode()
    connections.store.put(blobs.extraction_key(job["id"]), content)
    with connections.database.writing() as session:
        row = locked_job(session, job["id"])
        assert row is not None
        error = ("broken_file", "it is damaged") if status is Status.FAILED else None
        end_job(session, row, status, 60.0, error)


def nothing_stays(api: Served, connections: Connections) -> bool:
    listed = api.get("/v1/batches").json()["batches"] + api.get("/v1/jobs").json()["jobs"]
    store = connections.store
    return listed == store.folders("jobs") == store.folders("batches") == []


def test_many_documents_become_a_batch(api: Served, connections: Connections) -> None:
    contents = [RECEIPT + bytes([number]) for number in range(12)]
    answer = post(api, parts(*contents), external_id="march")
    assert answer.status_code == 202
    batch = answer.json()
    assert answer.headers["location"] == f"/v1/batches/{batch['id']}" == batch["links"]["self"]
    assert (batch["status"], batch["num_documents"]) == ("running", 12)
    assert (batch["external_id"], batch["schema"]) == ("march", {"name": "receipt", "version": 1})
    assert batch["counts"]["queued"] == 12
    assert (batch["failures"], batch["error"], batch["webhook"]) == ([], None, None)
    assert api.get(batch["links"]["self"]).json() == batch
    found = jobs_of(api, batch)
    assert [job["name"] for job in found] == [f"{number}.jpg" for number in range(1, 13)]
    stored = [connections.store.get(blobs.upload_key(job["id"])) for job in found]
    assert stored == contents
    assert connections.queues.lengths()["rasterize"] == 12


def test_a_refused_document_does_not_refuse_the_others(
    serve: Any, connections: Connections
) -> None:
    api = serve(keys_required=False, max_bytes=len(RECEIPT))
    too_large = RECEIPT + bytes(700_000)
    contents = [RECEIPT, b"hello", b"", too_large, zipped(RECEIPT), RECEIPT]
    batch = submit(api, *contents)
    assert batch["counts"] == dict.fromkeys(Status, 0) | {"queued": 2, "failed": 4}
    failures = [(one["position"], one["name"], one["code"]) for one in batch["failures"]]
    assert failures == [
        (2, "2.jpg", "unsupported_format"),
        (3, "3.jpg", "empty_file"),
        (4, "4.jpg", "limit_exceeded"),
        (5, "5.jpg", "unsupported_format"),
    ]
    assert "send it alone" in batch["failures"][3]["detail"]
    assert [job["size_bytes"] for job in jobs_of(api, batch)] == [len(one) for one in contents]
    assert len(connections.store.folders("jobs")) == 2
    failed = api.get(f"/v1/jobs/{batch['failures'][1]['job_id']}/result")
    assert (failed.status_code, failed.json()["code"]) == (409, "job_failed")


def test_an_archive_that_does_not_come_alone_is_a_refused_document(
    api: Served, connections: Connections
) -> None:
    batch = submit(api, zipped(RECEIPT), RECEIPT)
    assert [(one["position"], one["code"]) for one in batch["failures"]] == [
        (1, "unsupported_format")
    ]
    assert connections.store.folders("batches") == []
    assert len(connections.store.folders("jobs")) == 1


def test_an_archive_is_unpacked_later(api: Served, connections: Connections) -> None:
    batch = submit(api, zipped(RECEIPT, b"text", RECEIPT))
    assert (batch["status"], batch["num_documents"]) == ("unpacking", None)
    held = ledger.claim(connections, Message(Stage.UNPACK, batch["id"]))
    assert held is not None
    unpack.unpack(connections, held)
    batch = api.get(batch["links"]["self"]).json()
    assert (batch["status"], batch["num_documents"], batch["counts"]["queued"]) == ("running", 3, 2)
    assert [one["name"] for one in batch["failures"]] == ["folder/1.jpg"]
    end(connections, jobs_of(api, batch)[0])
    end(connections, jobs_of(api, batch)[2], Status.FAILED)
    assert api.get(batch["links"]["self"]).json()["status"] == "finished"


@pytest.mark.parametrize(
    ("files", "fields", "status", "code"),
    [
        ([("other", ("a.jpg", RECEIPT))], {}, 422, "invalid_request"),
        ([*parts(RECEIPT), ("other", ("a.jpg", RECEIPT))], {}, 422, "invalid_request"),
        (parts(RECEIPT, RECEIPT), {"schema": "no-such"}, 422, "schema_error"),
        (parts(zipped(RECEIPT)), {"schema": "no-such"}, 422, "schema_error"),
        (parts(RECEIPT), {"colour": "red"}, 422, "invalid_request"),
        (parts(RECEIPT), {"webhook_url": "https://example.com"}, 422, "webhook_refused"),
        (parts(*[b"%PDF-1"] * 5), {}, 422, "invalid_request"),
        (parts(*[RECEIPT] * 4), {}, 413, "payload_too_large"),
        (parts(zipped(*[RECEIPT] * 4)), {}, 413, "payload_too_large"),
        ([("schema", ("", b"receipt"))], {}, 422, "invalid_request"),
    ],
)
def test_of_a_refused_request_nothing_stays(
    serve: Any,
    connections: Connections,
    files: Files,
    fields: dict[str, str],
    status: int,
    code: str,
) -> None:
    limits = {"max_batch_files": 4, "max_batch_bytes": 3 * len(RECEIPT) + 1000}
    api = serve(keys_required=False, **limits)
    answer = post(api, files, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert nothing_stays(api, connections)


def test_a_client_that_hangs_up_leaves_nothing(api: Served, connections: Connections) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + RECEIPT
    head = (
        "POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", api.port)) as caller:
        caller.sendall(head.encode() + (part + b"\r\n") * 5 + part)
        await_that("five are stored", lambda: len(connections.store.folders("jobs")) >= 5)
    await_that("nothing is left", lambda: nothing_stays(api, connections))


def test_the_same_request_makes_one_batch(api: Served, connections: Connections) -> None:
    first = post(api, parts(RECEIPT, b"text"), KEY, external_id="e")
    again = post(api, parts(RECEIPT, b"text"), KEY, external_id="e")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    for files in (parts(RECEIPT), parts(b"text", RECEIPT), parts(RECEIPT, b"texts")):
        other = post(api, files, KEY, external_id="e")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert len(api.get("/v1/batches").json()["batches"]) == 1
    assert len(connections.store.folders("jobs")) == 1


def test_a_repeated_archive_is_not_kept_twice(api: Served, connections: Connections) -> None:
    first = post(api, parts(zipped(RECEIPT)), KEY)
    again = post(api, parts(zipped(RECEIPT)), KEY)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert connections.store.folders("batches") == [first.json()["id"]]


def test_a_full_queue_takes_no_more(serve: Any, connections: Connections) -> None:
    api = serve(keys_required=False, max_queued=3)
    answer = post(api, parts(*[RECEIPT] * 4))
    assert (answer.status_code, answer.json()["code"]) == (503, "queue_full")
    assert int(answer.headers["retry-after"]) > 0
    assert nothing_stays(api, connections)
    submit(api, *[RECEIPT] * 3)
    assert post(api, parts(zipped(RECEIPT))).status_code == 503


def test_what_fails_at_the_very_end_leaves_nothing(
    api: Served, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DatabaseBusy("locked")

    monkeypatch.setattr(batches, "submit", broken)
    for files in (parts(RECEIPT, RECEIPT), parts(zipped(RECEIPT))):
        assert post(api, files).status_code == 503
        assert nothing_stays(api, connections)


def test_a_batch_that_was_accepted_keeps_its_documents_though_the_answer_is_lost(
    api: Served, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = batches.submit

    def accepted_and_lost(*arguments: Any) -> None:
        accept(*arguments)
        raise DatabaseBusy("it went away just now")

    monkeypatch.setattr(batches, "submit", accepted_and_lost)
    assert post(api, parts(RECEIPT, RECEIPT)).status_code == 503
    (batch,) = api.get("/v1/batches").json()["batches"]
    for job in jobs_of(api, batch):
        assert connections.store.get(blobs.upload_key(job["id"])) == RECEIPT


def test_who_waits_is_told_when_the_batch_has_ended(api: Served, connections: Connections) -> None:
    batch = submit(api, RECEIPT)
    (job,) = jobs_of(api, batch)
    ending = threading.Timer(0.5, end, (connections, job))
    ending.start()
    answer = api.get(batch["links"]["self"], params={"wait": 20})
    ending.join()
    assert answer.json()["status"] == "finished"
    assert answer.elapsed.total_seconds() < 10
    at_once = api.get(batch["links"]["self"], params={"wait": 20})
    assert at_once.elapsed.total_seconds() < 5


def test_results_are_files(api: Served, connections: Connections) -> None:
    batch = submit(api, RECEIPT, RECEIPT, b"text")
    first, second, _ = jobs_of(api, batch)
    links = batch["links"]
    end(connections, second)
    lines = api.get(links["results_jsonl"])
    assert lines.headers["content-type"] == "application/jsonl"
    assert lines.headers["x-docai-complete"] == "false"
    assert [json.loads(line)["position"] for line in lines.text.splitlines()] == [2]
    end(connections, first)
    lines = api.get(links["results_jsonl"])
    assert lines.headers["x-docai-complete"] == "true"
    assert [json.loads(line)["id"] for line in lines.text.splitlines()] == [
        first["id"],
        second["id"],
    ]
    table = api.get(links["results_csv"])
    assert table.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert [row.split(",")[0] for row in table.text.splitlines()] == ["name", "1.jpg", "2.jpg"]
    assert api.get(links["items_csv"]).text.startswith("name,list,row")


def test_a_result_lost_at_the_start_is_a_problem_and_later_a_break(
    api: Served, connections: Connections
) -> None:
    batch = submit(api, RECEIPT, RECEIPT)
    first, second = jobs_of(api, batch)
    end(connections, first)
    end(connections, second)
    connections.store.erase(blobs.job_folder(second["id"]))
    with pytest.raises(httpx.RemoteProtocolError):
        api.get(batch["links"]["results_jsonl"])
    connections.store.erase(blobs.job_folder(first["id"]))
    answer = api.get(batch["links"]["results_jsonl"])
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


def test_an_erased_batch_is_gone_for_good(api: Served, connections: Connections) -> None:
    batch = submit(api, RECEIPT, RECEIPT, external_id="private")
    other = submit(api, RECEIPT)
    end(connections, jobs_of(api, batch)[0])
    links = batch["links"]
    assert [api.delete(links["self"]).status_code for _ in range(2)] == [204, 204]
    found = api.get(links["self"]).json()
    assert (found["status"], found["counts"]["erased"]) == ("erased", 2)
    assert "private" not in json.dumps(found)
    for name in ("results_jsonl", "results_csv", "items_csv"):
        answer = api.get(links[name])
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert len(connections.store.folders("jobs")) == 1
    assert api.get(other["links"]["self"]).json()["counts"]["queued"] == 1


@pytest.mark.parametrize("batch_id", [UNKNOWN, "batch_1", "job_" + "0" * 32, "%00", "..%2f"])
def test_an_unknown_batch_is_not_found(api: Served, batch_id: str) -> None:
    path = f"/v1/batches/{batch_id}"
    answers = [
        *(api.get(path + rest) for rest in ("", "/results.jsonl", "/results.csv", "/items.csv")),
        api.delete(path),
        api.post(f"{path}/deliver"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    if batch_id == UNKNOWN:
        assert {answer.json()["code"] for answer in answers} == {"batch_not_found"}


def test_a_webhook_can_be_called_again(serve: Any, connections: Connections) -> None:
    api = serve(keys_required=False, webhook_secret=SECRET, webhook_allow="127.0.0.1")
    batch = submit(api, RECEIPT, webhook_url="http://127.0.0.1:9/hook")
    again = f"{batch['links']['self']}/deliver"
    answer = api.post(again)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    end(connections, jobs_of(api, batch)[0])
    answer = api.post(again)
    assert (answer.status_code, answer.json()["webhook"]["state"]) == (202, "pending")
    without = submit(api, b"text")
    assert api.post(f"{without['links']['self']}/deliver").status_code == 409


def test_batches_are_listed_newest_first_page_by_page(api: Served) -> None:
    made = [submit(api, RECEIPT)["id"] for _ in range(3)]
    page = api.get("/v1/batches", params={"limit": 2}).json()
    assert [one["id"] for one in page["batches"]] == [made[2], made[1]]
    assert page["batches"][0]["failures"] is None
    page = api.get("/v1/batches", params={"cursor": page["next_cursor"]}).json()
    assert ([one["id"] for one in page["batches"]], page["next_cursor"]) == ([made[0]], None)
    wrong = api.get("/v1/batches", params={"cursor": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")


def test_each_endpoint_asks_for_its_scope(serve: Any, connections: Connections) -> None:
    api = serve(keys_required=True)
    path = f"/v1/batches/{UNKNOWN}"
    needed = {
        ("POST", "/v1/batches"): keys.Scope.SUBMIT,
        ("POST", f"{path}/deliver"): keys.Scope.SUBMIT,
        ("GET", "/v1/batches"): keys.Scope.READ,
        ("GET", path): keys.Scope.READ,
        ("GET", f"{path}/results.jsonl"): keys.Scope.READ,
        ("GET", f"{path}/results.csv"): keys.Scope.READ,
        ("GET", f"{path}/items.csv"): keys.Scope.READ,
        ("DELETE", path): keys.Scope.ADMIN,
    }
    for (method, url), scope in needed.items():
        assert api.request(method, url).status_code == 401
        for given in keys.Scope:
            _, token = keys.create(connections, "test", [given])
            bearer = {"Authorization": f"Bearer {token}"}
            is_allowed = given in (scope, keys.Scope.ADMIN)
            assert (api.request(method, url, headers=bearer).status_code != 403) == is_allowed
