import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Query
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from api.problems import (
    KINDS,
    MEDIA_TYPE,
    Problem,
    ProblemBody,
    install,
    invalid_field,
    json_pointer,
    responses,
)
from docai import errors as docai_errors
from docai.errors import DocaiError
from workers import errors as workers_errors

SECRET = "the client's own text " * 50


class Invoice(BaseModel):
    number: int
    lines: list[int]


class Client:
    """Sends single requests to an app, without a server."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://docai") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)


def raising(error: Exception) -> Client:
    app = FastAPI()
    install(app)

    @app.get("/it")
    @app.post("/it")
    def it() -> None:
        raise error

    @app.get("/typed")
    def typed(limit: int = Query(le=10)) -> int:
        return limit

    @app.put("/typed", responses=responses("schema_error", "invalid_request", "storage_full"))
    def put(invoice: Invoice) -> Invoice:
        return invoice

    return Client(app)


async def chunks() -> AsyncIterator[bytes]:
    yield b"x"


def problem(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == MEDIA_TYPE
    body = response.json()
    ProblemBody.model_validate(body)
    assert body["status"] == response.status_code
    assert body["type"] == f"/problems/{body['code']}"
    return body


def test_a_problem_is_told_with_its_members_and_headers() -> None:
    error = Problem("job_failed", "page 2 is blank", headers={"X-A": "b"}, error={"code": "x"})
    response = raising(error).get("/it")
    assert problem(response) == {
        "type": "/problems/job_failed",
        "title": "Job failed",
        "status": 409,
        "detail": "page 2 is blank",
        "code": "job_failed",
        "error": {"code": "x"},
    }
    assert response.headers["X-A"] == "b"


def test_a_status_can_be_another_than_the_codes() -> None:
    body = problem(raising(Problem("internal_error", "why", status=422)).get("/it"))
    assert (body["status"], body["code"]) == (422, "internal_error")


def test_an_unknown_code_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        Problem("no_such_code")


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind.status == 503])
def test_what_passes_says_when_to_come_again(code: str) -> None:
    assert int(raising(Problem(code)).get("/it").headers["Retry-After"]) > 0


def test_unauthorized_says_how_to_authorize() -> None:
    assert raising(Problem("unauthorized")).get("/it").headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (docai_errors.EmptyFile("no bytes"), 422, "empty_file"),
        (docai_errors.UnsupportedFormat("a video"), 415, "unsupported_format"),
        (docai_errors.BrokenFile("cut"), 422, "broken_file"),
        (docai_errors.EncryptedFile("locked"), 422, "encrypted_file"),
        (docai_errors.NoPages("none"), 422, "no_pages"),
        (docai_errors.LimitExceeded("300 pages"), 413, "limit_exceeded"),
        (docai_errors.SchemaError("no schema 'x'"), 422, "schema_error"),
        (workers_errors.IdempotencyConflict("key k"), 409, "idempotency_conflict"),
        (workers_errors.WebhookRefused("10.0.0.1"), 422, "webhook_refused"),
        (workers_errors.NotReady("page 3"), 409, "not_ready"),
    ],
)
def test_what_docai_raises_is_told_with_its_own_words(
    error: DocaiError, status: int, code: str
) -> None:
    body = problem(raising(error).get("/it"))
    assert (body["status"], body["code"], body["detail"]) == (status, code, str(error))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (workers_errors.DatabaseBusy("locked for 5 s: /srv/db"), "database_busy"),
        (workers_errors.StoreUnavailable("/srv/store/k"), "storage_unavailable"),
        (workers_errors.StoreFull("/srv/store/k"), "storage_full"),
        (workers_errors.QueueFull("/srv/queue"), "queue_full"),
    ],
)
def test_what_fails_on_our_side_is_logged_and_not_shown(
    error: DocaiError, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = raising(error).get("/it")
    body = problem(response)
    assert (body["status"], body["code"]) == (503, code)
    assert "Retry-After" in response.headers
    assert str(error) not in response.text
    assert str(error) in caplog.text


def test_the_kind_above_is_told_where_a_kind_has_no_code() -> None:
    class TornFile(docai_errors.BrokenFile):
        """Not in the table."""

    assert problem(raising(TornFile("torn")).get("/it"))["code"] == "broken_file"


@pytest.mark.parametrize("error", [ZeroDivisionError(SECRET), docai_errors.SettingsError(SECRET)])
def test_a_bug_is_told_by_its_incident_alone(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client = raising(error)
    with caplog.at_level(logging.ERROR):
        response = client.get("/it")
    body = problem(response)
    assert (body["status"], body["code"]) == (500, "internal_error")
    assert "the client's" not in response.text
    assert "Traceback" not in response.text
    assert body["incident"] in body["detail"]
    (record,) = [one for one in caplog.records if body["incident"] in one.getMessage()]
    assert record.exc_info
    assert record.exc_info[1] is error
    assert problem(client.get("/it"))["incident"] != body["incident"]


def test_an_unknown_address_and_a_wrong_method() -> None:
    client = raising(ValueError())
    assert problem(client.get("/nowhere"))["code"] == "not_found"
    response = client.request("DELETE", "/it")
    assert problem(response)["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) <= {"GET", "POST"}


@pytest.mark.parametrize(
    ("status", "code"),
    [(418, "bad_request"), (415, "unsupported_media_type"), (502, "internal_error"), (499, None)],
)
def test_the_frameworks_errors_keep_their_status(status: int, code: str | None) -> None:
    error = HTTPException(status, "so it is", headers={"X-A": "b"})
    response = raising(error).get("/it")
    body = problem(response)
    assert (body["status"], body["detail"]) == (status, "so it is")
    assert body["code"] == (code or "bad_request")
    assert response.headers["X-A"] == "b"


def test_a_wrong_parameter_is_pointed_at() -> None:
    body = problem(raising(ValueError()).get("/typed", params={"limit": "99"}))
    assert body["code"] == "invalid_request"
    assert [one["pointer"] for one in body["errors"]] == ["/query/limit"]
    assert "10" in body["errors"][0]["detail"]


def test_a_wrong_body_is_not_echoed() -> None:
    sent = {"number": SECRET, "lines": [1, SECRET], SECRET: 1}
    response = raising(ValueError()).request("PUT", "/typed", json=sent)
    assert [one["pointer"] for one in problem(response)["errors"]] == [
        "/body/number",
        "/body/lines/1",
    ]
    assert "the client's" not in response.text


def test_many_errors_are_counted_and_not_all_listed() -> None:
    response = raising(ValueError()).request(
        "PUT", "/typed", json={"number": 1, "lines": ["x"] * 500}
    )
    body = problem(response)
    assert len(body["errors"]) == 20
    assert "500 things are wrong; errors lists the first 20" in body["detail"]


def test_half_a_surrogate_pair_can_be_told() -> None:
    body = problem(raising(Problem("invalid_request", "\ud800")).get("/it"))
    assert body["detail"] == "\ud800"


@given(st.lists(st.text(max_size=100) | st.integers()))
def test_a_pointer_leads_back_to_its_location(location: list[str | int]) -> None:
    parts = json_pointer(location).split("/")[1:]
    found = [part.replace("~1", "/").replace("~0", "~") for part in parts]
    assert found == [str(part) for part in location]


def test_what_a_client_named_is_shortened() -> None:
    body = invalid_field("n" * 10_000, "wrong").body()
    assert len(json.dumps(body)) < 1500
    assert body["errors"][0]["pointer"].endswith("n…")


@pytest.mark.parametrize(
    ("send", "closes"),
    [
        (lambda client: client.get("/it"), False),
        (lambda client: client.request("POST", "/it", content=b"x" * 65_536), False),
        (lambda client: client.request("POST", "/it", content=b"x" * 65_537), True),
        (lambda client: client.request("POST", "/it", content=chunks()), True),
    ],
)
def test_a_body_that_may_still_be_coming_is_not_waited_for(
    send: Callable[[Client], httpx.Response], closes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.problems._LINGER_S", 0.01)  # this client says nothing any more
    response = send(raising(Problem("unauthorized")))
    assert (response.headers.get("Connection") == "close") is closes


def test_the_openapi_document_has_problems_everywhere() -> None:
    document = raising(ValueError()).get("/openapi.json").json()
    assert document["components"]["schemas"]["ProblemBody"]["required"] == [
        "type",
        "title",
        "status",
        "detail",
        "code",
    ]
    assert "RequestError" in document["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(document)
    stated = document["paths"]["/typed"]["put"]["responses"]
    assert set(stated) == {"200", "422", "503"}
    content = stated["422"]["content"][MEDIA_TYPE]
    assert content["schema"] == {"$ref": "#/components/schemas/ProblemBody"}
    assert set(content["examples"]) == {"schema_error", "invalid_request"}
    assert set(document["paths"]["/typed"]["get"]["responses"]["422"]["content"]) == {MEDIA_TYPE}


@pytest.mark.parametrize("code", list(KINDS))
def test_every_example_is_a_problem(code: str) -> None:
    ((status, entry),) = responses(code).items()
    example = entry["content"][MEDIA_TYPE]["examples"][code]["value"]
    assert ProblemBody.model_validate(example).status == status == KINDS[code].status
