"""Free questions about documents that were read, and who may ask them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from accepting import accepted
from http_server import Served
from processes import png
from stepping import CountingVlm, engines_of, job_of, steps_of, work

from docai.errors import VlmError
from docai.questions import MAX_QUESTION
from docai.testing import Order
from workers import jobs, keys
from workers import store as blobs
from workers.connections import Connections
from workers.jobs import NewJob, Origin, SchemaRef, Wanted, new_job_id
from workers.tables import Stage, Status

QUESTION = "What is written before the amount?"
PAGE = png(Order.READ.page())


@pytest.fixture
def vlm() -> CountingVlm:
    return CountingVlm()


@pytest.fixture
def done(connections: Connections, vlm: CountingVlm) -> str:
    """Return a job that has succeeded."""
    job_id = new_job_id()
    connections.store.put(blobs.upload_key(job_id), PAGE)
    new = NewJob(job_id, "a.png", "a" * 64, len(PAGE), "png", SchemaRef("receipt", 1), Origin())
    accepted(connections, new)
    assert work(connections, job_id, engines_of(vlm)).status is Status.SUCCEEDED
    return job_id


@contextmanager
def working(connections: Connections, vlm: CountingVlm) -> Iterator[None]:
    """Work on whatever is queued until the block ends."""
    ended, engines = threading.Event(), engines_of(vlm)

    def go_on() -> None:
        while not ended.wait(0.05):
            for view in jobs.listing(connections, Wanted(Status.QUEUED), 10, None)[0]:
                work(connections, view.job.id, engines)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def ask(api: Served, job_id: str, question: Any = QUESTION, wait: float = 20, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    url = f"/v1/jobs/{job_id}/ask"
    return api.post(url, json={"question": question}, params={"wait": wait}, headers=headers)


def test_an_answer_is_words_of_the_page(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    with working(connections, vlm):
        answer = ask(api, done)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["answer"], said["text"], said["state"]) == ("TOTAL", "TOTAL", "found")
    assert (said["question"], said["witnesses"]) == (QUESTION, ["ocr", "vlm"])
    [evidence] = said["evidence"]
    assert (evidence["page"], evidence["words"]) == (1, [0])
    assert 0 <= said["confidence"] <= 1
    assert answer.headers["location"] == f"/v1/jobs/{said['id']}"
    job = api.get(answer.headers["location"]).json()
    assert (job["derived_from"], job["schema"]["name"]) == (done, "question")
    assert vlm.encoded == [1]
    assert vlm.asked[-1]["properties"]["answer"]["description"] == QUESTION
    assert set(steps_of(connections, said["id"])) == {(Stage.RECONCILE, 0)}


def test_what_is_not_on_the_page_has_no_answer(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    vlm.answers = ()
    with working(connections, vlm):
        said = ask(api, done).json()
    assert (said["answer"], said["state"], said["text"]) == (None, "absent", None)
    assert said["evidence"] == said["witnesses"] == []


def test_whoever_asks_twice_is_answered_once(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    slow = ask(api, done, wait=0, key="k")
    assert (slow.status_code, slow.json()["status"]) == (202, "queued")
    assert slow.headers["location"] == f"/v1/jobs/{slow.json()['id']}"
    with working(connections, vlm):
        answer = ask(api, done, key="k")
    assert (answer.status_code, answer.json()["id"]) == (200, slow.json()["id"])
    assert ask(api, done, "Another?", key="k").json()["code"] == "idempotency_conflict"
    assert len(connections.store.folders("jobs")) == 2


def test_a_model_that_answers_no_questions_says_so(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    vlm.answers, vlm.unasked = (), ("answer",)
    with working(connections, vlm):
        answer = ask(api, done)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "question_not_supported")
    assert "DOCAI_VLM" in problem["detail"]
    assert QUESTION not in answer.text


def test_a_model_that_fails_is_told(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    vlm.error = VlmError("out of its depth")
    with working(connections, vlm):
        answer = ask(api, done)
    assert (answer.status_code, answer.json()["code"]) == (422, "vlm_error")
    assert answer.json()["detail"] == "out of its depth"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"question": None}, "invalid_request"),
        ({"question": ["a"]}, "invalid_request"),
        ({"question": "a", "schema": "receipt"}, "invalid_request"),
        ({"question": " \t"}, "schema_error"),
        ({"question": "x" * (MAX_QUESTION + 1)}, "schema_error"),
        ({"question": "a\u0000b"}, "schema_error"),
        ([], "invalid_request"),
    ],
)
def test_what_is_no_question_is_refused(
    api: Served, connections: Connections, done: str, body: Any, code: str
) -> None:
    answer = api.post(f"/v1/jobs/{done}/ask", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert connections.store.folders("jobs") == [done]


def test_erasing_the_job_of_a_question_forgets_it(
    api: Served, connections: Connections, vlm: CountingVlm, done: str
) -> None:
    with working(connections, vlm):
        job_id = ask(api, done).json()["id"]
    assert api.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert job_of(connections, job_id).json_schema is None


@pytest.mark.parametrize(
    ("scopes", "status"), [(["submit"], 403), (["read"], 403), (["submit", "read"], 202)]
)
def test_asking_takes_the_right_to_read_and_to_submit(
    serve: Any, connections: Connections, done: str, scopes: list[str], status: int
) -> None:
    api = serve(keys_required=True)
    _, token = keys.create(connections, "a", scopes)
    headers = {"Authorization": f"Bearer {token}"}
    bodies = {"extract": {"schema": "receipt"}, "ask": {"question": QUESTION}}
    for path, body in bodies.items():
        answer = api.post(f"/v1/jobs/{done}/{path}?wait=0", json=body, headers=headers)
        assert answer.status_code == status, answer.text
