"""Other questions about documents that were read: nothing is read or encoded again."""

import datetime as dt
import io
from typing import Any

import pytest
from accepting import accepted
from http_server import Served
from hybrid import factur_x, hybrid
from processes import png
from reportlab.pdfgen.canvas import Canvas
from stepping import CountingVlm, engines_of, job_of, names_of, steps_of, work

from docai.errors import VlmError, VlmUnavailable
from docai.testing import Order
from workers import derive, jobs, ledger
from workers import store as blobs
from workers.connections import Connections
from workers.errors import DatabaseBusy
from workers.jobs import NewJob, Origin, SchemaRef, new_job_id
from workers.ledger import claim
from workers.queues import Message
from workers.tables import Stage, Status, Step

ONLY_TOTAL = {"type": "object", "properties": {"total": {"type": "string", "format": "money"}}}
QUESTION = "What is written before the amount?"
UNKNOWN = "job_" + "0" * 32
PAGE = png(Order.READ.page())


def two_pages() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(100, 100))
    for _ in range(2):
        canvas.drawString(30, 50, "TOTAL")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def submit(connections: Connections, content: bytes = PAGE, format_: str = "png") -> str:
    job_id = new_job_id()
    connections.store.put(blobs.upload_key(job_id), content)
    schema = SchemaRef("receipt", 1)
    new = NewJob(job_id, "Müller's bill.png", "a" * 64, len(content), format_, schema, Origin())
    return accepted(connections, new).view.job.id


@pytest.fixture
def vlm() -> CountingVlm:
    return CountingVlm()


@pytest.fixture
def done(connections: Connections, vlm: CountingVlm) -> str:
    """Return a job that has succeeded."""
    job_id = submit(connections)
    assert work(connections, job_id, engines_of(vlm)).status is Status.SUCCEEDED
    return job_id


def again(api: Served, job_id: str, **body: Any) -> dict[str, Any]:
    answer = api.post(f"/v1/jobs/{job_id}/extract", json={"schema": ONLY_TOTAL, **body})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def blobs_of(connections: Connections, job_id: str) -> list[str]:
    """Return the files of a job in the store, which is a folder."""
    root = connections.settings.data_dir / "store" / "jobs" / job_id
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_only_the_answer_is_made_anew(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    answer = api.post(f"/v1/jobs/{done}/extract", json={"schema": ONLY_TOTAL, "external_id": "e"})
    job = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/jobs/{job['id']}")
    assert (job["derived_from"], job["status"], job["external_id"]) == (done, "queued", "e")
    assert (job["num_pages"], job["pages_read"], job["pages_encoded"]) == (1, 1, 1)
    assert job["schema"] == {"name": "inline", "version": 1}
    assert set(steps_of(connections, job["id"])) == {(Stage.RECONCILE, 0)}
    assert connections.queues.lengths()["reconcile"] == 2  # one is the first job's own

    assert work(connections, job["id"], engines_of(vlm)).status is Status.SUCCEEDED
    assert vlm.encoded == [1]
    assert set(steps_of(connections, job["id"])) == {(Stage.RECONCILE, 0)}
    assert names_of(connections, job["id"]) == ["queued", "started", "succeeded"]
    result = api.get(f"/v1/jobs/{job['id']}/result").json()
    assert list(result["fields"]) == ["total"]
    assert result["fields"]["total"]["text"] == "9.00"
    assert (result["id"], result["name"]) == (job["id"], "Müller's bill.png")
    assert result["document"] == api.get(f"/v1/jobs/{done}/result").json()["document"]
    assert len(api.get(f"/v1/jobs/{done}/result").json()["fields"]) > 1
    assert api.get(f"/v1/jobs/{job['id']}/pages/1?overlay=1").status_code == 200


def test_all_pages_of_a_document_are_handed_on(
    api: Served, connections: Connections, vlm: CountingVlm
) -> None:
    source = submit(connections, two_pages(), "pdf")
    assert work(connections, source, engines_of(vlm)).status is Status.SUCCEEDED
    first = again(api, source)["id"]
    second = again(api, first)["id"]
    for job_id in (source, first):
        assert api.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert work(connections, second, engines_of(vlm)).status is Status.SUCCEEDED
    assert api.get(f"/v1/jobs/{second}").json()["derived_from"] == first
    assert vlm.encoded == [1, 2]
    of_page = ("pages/{}.json", "pages/{}.png", "readings/{}.json", "tokens/{}.safetensors")
    expected = {"upload", "extraction.json", *(f.format(n) for f in of_page for n in (1, 2))}
    assert set(blobs_of(connections, second)) == expected


def test_what_is_erased_takes_nothing_else_along(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    first, second = again(api, done)["id"], again(api, done)["id"]
    assert api.delete(f"/v1/jobs/{second}").status_code == 204
    assert len(blobs_of(connections, done)) == 5
    assert api.delete(f"/v1/jobs/{done}").status_code == 204
    assert blobs_of(connections, done) == blobs_of(connections, second) == []
    assert work(connections, first, engines_of(vlm)).status is Status.SUCCEEDED
    assert api.get(f"/v1/jobs/{first}/result").status_code == 200
    answer = api.post(f"/v1/jobs/{done}/extract", json={"schema": "receipt"})
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")


def test_the_e_invoice_inside_a_pdf_goes_along(
    api: Served, connections: Connections, vlm: CountingVlm
) -> None:
    source = submit(connections, hybrid({"factur-x.xml": factur_x()}), "pdf")
    assert work(connections, source, engines_of(vlm)).status is Status.SUCCEEDED
    wanted = {"type": "object", "properties": {"invoice_id": {"type": "string"}}}
    derived = again(api, source, schema=wanted)["id"]
    assert api.delete(f"/v1/jobs/{source}").status_code == 204
    assert work(connections, derived, engines_of(vlm)).status is Status.SUCCEEDED
    result = api.get(f"/v1/jobs/{derived}/result").json()
    assert result["data"] == {"invoice_id": "RE-2021/77"}
    assert "invoice.xml" in blobs_of(connections, derived)


def test_a_document_that_is_erased_meanwhile_is_gone(
    api: Served, connections: Connections, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = derive.check_source

    def checked_and_erased(job: Any) -> Any:
        source = check(job)
        jobs.erase(connections, job.id)
        return source

    monkeypatch.setattr(derive, "check_source", checked_and_erased)
    answer = api.post(f"/v1/jobs/{done}/extract", json={"schema": "receipt"})
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert connections.store.folders("jobs") == []


@pytest.mark.parametrize("path", ["extract", "ask"])
def test_pages_that_nobody_has_read_cannot_be_asked_about(
    api: Served, connections: Connections, vlm: CountingVlm, path: str
) -> None:
    body = {"schema": "receipt"} if path == "extract" else {"question": QUESTION}

    def code(job_id: str) -> tuple[int, str]:
        answer = api.post(f"/v1/jobs/{job_id}/{path}?wait=0", json=body)
        return answer.status_code, answer.json().get("code", "")

    assert code(UNKNOWN) == (404, "job_not_found")
    assert code("nonsense") == (404, "job_not_found")
    job_id = submit(connections)
    assert code(job_id) == (409, "not_ready")
    work(connections, job_id, engines_of(vlm), until=Stage.OCR)
    assert code(job_id) == (409, "not_ready")
    work(connections, job_id, engines_of(vlm), until=Stage.RECONCILE)
    assert code(job_id)[0] == 202  # it needs no answer to be asked for another
    held = claim(connections, Message(Stage.RECONCILE, job_id))
    assert held is not None
    ledger.give_up(connections, held, "vlm_error", "the model failed")
    assert code(job_id)[0] == 202
    failed = submit(connections)
    held = claim(connections, Message(Stage.RASTERIZE, failed))
    assert held is not None
    ledger.give_up(connections, held, "broken_file", "it is damaged")
    assert code(failed) == (409, "not_ready")
    assert len(connections.store.folders("jobs")) == 4


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "invalid_request", "/body/schema"),
        ({"schema": 5}, "invalid_request", "/body/schema"),
        ({"schema": "receipt", "external_id": None}, "invalid_request", "/body/external_id"),
        ({"schema": "receipt", "file": "x"}, "invalid_request", "/body/file"),
        ({"schema": "no-such"}, "schema_error", None),
        ({"schema": ""}, "schema_error", None),
        ({"schema": {"type": "object"}}, "schema_error", None),
        ({"schema": "receipt", "webhook_url": "https://a.example"}, "webhook_refused", None),
    ],
)
def test_what_is_wrong_with_a_request_is_said_and_nothing_stays(
    api: Served,
    connections: Connections,
    done: str,
    body: dict[str, Any],
    code: str,
    pointer: str | None,
) -> None:
    answer = api.post(f"/v1/jobs/{done}/extract", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    if pointer:
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert connections.store.folders("jobs") == [done]


def test_the_same_request_makes_one_job(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    def send(job_id: str = done, schema: Any = "receipt") -> Any:
        headers = {"Idempotency-Key": "k"}
        return api.post(f"/v1/jobs/{job_id}/extract", json={"schema": schema}, headers=headers)

    first, same = send(), send()
    assert (first.status_code, same.status_code) == (202, 200)
    assert same.json() == first.json()
    other = send(schema=ONLY_TOTAL)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    jobs.erase(connections, done)
    assert send().json()["id"] == first.json()["id"]
    assert connections.store.folders("jobs") == [first.json()["id"]]


def test_what_fails_at_the_very_end_leaves_nothing(
    api: Served, connections: Connections, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise DatabaseBusy("locked")

    monkeypatch.setattr("api.intake.submit_all", locked)
    answer = api.post(f"/v1/jobs/{done}/extract", json={"schema": "receipt"})
    assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
    assert connections.store.folders("jobs") == [done]


def test_a_full_queue_takes_no_more(serve: Any, connections: Connections, done: str) -> None:
    api = serve(keys_required=False, max_queued=1)
    again(api, done)
    answer = api.post(f"/v1/jobs/{done}/extract", json={"schema": "receipt"})
    assert (answer.status_code, answer.json()["code"]) == (503, "queue_full")
    assert len(connections.store.folders("jobs")) == 2


@pytest.mark.parametrize("spoil", ["other model", "damaged", "lost"])
def test_tokens_that_the_model_cannot_use_are_made_again(
    api: Served, connections: Connections, done: str, spoil: str
) -> None:
    job_id = again(api, done)["id"]
    key = blobs.tokens_key(job_id, 1)
    today = CountingVlm(name="another-vlm" if spoil == "other model" else "counting-vlm")
    if spoil == "damaged":
        connections.store.put(key, b"of an older release")
    elif spoil == "lost":
        connections.store.erase_one(key)
    earlier = connections.store.get(blobs.tokens_key(done, 1))
    work(connections, job_id, engines_of(today), until=Stage.ENCODE)
    assert job_of(connections, job_id).pages_encoded == 0
    job = work(connections, job_id, engines_of(today))
    assert (job.status, job.pages_read, job.pages_encoded) == (Status.SUCCEEDED, 1, 1)
    assert today.encoded == [1]
    assert (Stage.OCR, 1) not in steps_of(connections, job_id)
    assert names_of(connections, job_id) == [
        *("queued", "started", "encode_again", "page_encoded", "succeeded")
    ]
    assert connections.store.get(blobs.tokens_key(done, 1)) == earlier


def test_workers_with_different_models_do_not_go_on_for_ever(
    api: Served, connections: Connections, done: str
) -> None:
    job_id = again(api, done)["id"]
    encoder, reconciler = engines_of(CountingVlm(name="a")), engines_of(CountingVlm(name="b"))
    for _ in range(20):
        work(connections, job_id, reconciler, until=Stage.ENCODE)
        if work(connections, job_id, encoder, until=Stage.RECONCILE).status.is_final:
            break
    job = job_of(connections, job_id)
    assert (job.status, job.error_code) == (Status.FAILED, "vlm_error")
    assert job.error_detail is not None
    assert "all workers must have the same DOCAI_VLM" in job.error_detail
    assert names_of(connections, job_id).count("encode_again") == 3


def test_a_model_that_fails_fails_the_job_at_once(
    api: Served, connections: Connections, done: str
) -> None:
    job_id = again(api, done)["id"]
    work(connections, job_id, engines_of(CountingVlm(error=VlmError("out of its depth"))))
    job = api.get(f"/v1/jobs/{job_id}").json()
    assert job["error"] == {"code": "vlm_error", "detail": "out of its depth"}
    assert job["attempts"] == 1


def waiting(connections: Connections, job_id: str) -> Step:
    return steps_of(connections, job_id)[Stage.RECONCILE, 0]


def advance(connections: Connections, job_id: str, seconds: float) -> None:
    """Let time pass for a step that waits."""
    with connections.database.writing() as session:
        step = session.get(Step, (job_id, Stage.RECONCILE, 0))
        assert step is not None and step.stalled_since is not None
        step.not_before = None
        step.stalled_since -= dt.timedelta(seconds=seconds)


def test_a_model_that_is_away_is_waited_for(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    job_id = again(api, done)["id"]
    vlm.error = VlmUnavailable("the server http://gpu:8000/v1 cannot be reached")
    delays = []
    for _ in range(20):
        work(connections, job_id, engines_of(vlm))
        step = waiting(connections, job_id)
        assert (step.attempts, step.error_code) == (0, "vlm_error")
        assert step.not_before is not None
        delays.append((step.not_before - step.enqueued_at).total_seconds())
        advance(connections, job_id, 1000)
    assert 5 <= delays[0] <= 10
    assert 150 <= delays[-1] <= 300
    assert names_of(connections, job_id) == ["queued", "started", "retried"]
    vlm.error = None
    assert work(connections, job_id, engines_of(vlm)).status is Status.SUCCEEDED


def test_a_model_that_stays_away_fails_the_job_after_a_day(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    job_id = again(api, done)["id"]
    vlm.error = VlmUnavailable("the server http://gpu:8000/v1 cannot be reached")
    work(connections, job_id, engines_of(vlm))
    advance(connections, job_id, ledger.STALL_PATIENCE_S)
    for attempts in (1, 2):
        work(connections, job_id, engines_of(vlm))
        assert waiting(connections, job_id).attempts == attempts
        advance(connections, job_id, 0)
    job = work(connections, job_id, engines_of(vlm))
    assert (job.status, job.error_code) == (Status.FAILED, "vlm_error")
    assert job.error_detail is not None and "http://gpu:8000/v1" in job.error_detail
