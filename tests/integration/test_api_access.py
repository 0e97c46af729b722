from pathlib import Path
from typing import Any

import httpx
import pytest
from http_server import Served

from workers import keys
from workers.connections import Connections

RECEIPT = (Path(__file__).parents[2] / "examples" / "receipt.jpg").read_bytes()
JOB = "/v1/jobs/job_" + "0" * 32
# What a key must allow for each operation; with it, the answer is another than 401 and 403.
NEEDS = {
    ("POST", "/v1/jobs"): "submit",
    ("POST", "/v1/extract?wait=0"): "submit",
    ("GET", "/v1/jobs"): "read",
    ("GET", JOB): "read",
    ("GET", f"{JOB}/events"): "read",
    ("GET", f"{JOB}/result"): "read",
    ("GET", f"{JOB}/pages/1"): "read",
    ("HEAD", f"{JOB}/result"): "read",
    ("POST", f"{JOB}/deliver"): "submit",
    ("DELETE", JOB): "admin",
    ("GET", "/v1/schemas"): "read",
    ("GET", "/v1/schemas/receipt"): "read",
    ("PUT", "/v1/schemas/note"): "admin",
    ("DELETE", "/v1/schemas/note"): "admin",
    ("GET", "/metrics"): "read",
}
OPEN = ("/livez", "/readyz", "/openapi.json", "/docs")


@pytest.fixture
def locked(serve: Any) -> Served:
    """Return a client of an API that needs a key."""
    client: Served = serve(keys_required=True)
    return client


def ask(api: Served, method: str, path: str, token: str | None) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    files = {"file": ("a.jpg", RECEIPT)} if method == "POST" else None
    return api.request(method, path, headers=headers, files=files)


def test_each_operation_needs_its_scope(locked: Served, connections: Connections) -> None:
    tokens = {one: keys.create(connections, one, [one])[1] for one in ("submit", "read", "admin")}
    for (method, path), needed in NEEDS.items():
        for scope, token in tokens.items():
            answer = ask(locked, method, path, token)
            if scope in (needed, "admin"):
                assert answer.status_code not in (401, 403), (method, path, scope)
                continue
            assert answer.status_code == 403, (method, path, scope)
            challenge = answer.headers["www-authenticate"]
            assert challenge == f'Bearer error="insufficient_scope", scope="{needed}"'
            if method != "HEAD":
                assert answer.json()["code"] == "forbidden"
                assert f"scope {needed}" in answer.json()["detail"]


def test_nothing_is_told_without_a_key(locked: Served, connections: Connections) -> None:
    revoked, token = keys.create(connections, "a", ["admin"])
    keys.revoke(connections, revoked.id)
    for method, path in NEEDS:
        for wrong in (None, "x", "docai_x_y", token):
            answer = ask(locked, method, path, wrong)
            assert answer.status_code == 401, (method, path, wrong)
            assert answer.headers["www-authenticate"].startswith("Bearer")
    answer = locked.get("/v1/jobs", headers={"Authorization": f"Basic {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert connections.store.folders("jobs") == []


def test_every_operation_is_guarded(locked: Served) -> None:
    """A new endpoint that somebody forgets to guard is found here."""
    document = locked.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert bool(operation.get("security")) == (path not in OPEN), (method, path)


def test_what_anybody_may_see(locked: Served) -> None:
    for path in OPEN:
        assert locked.get(path).status_code == 200


def test_keys_make_requests_their_own(locked: Served, connections: Connections) -> None:
    tokens = [keys.create(connections, name, ["submit"])[1] for name in "ab"]
    answers = [
        locked.post(
            "/v1/jobs",
            files={"file": ("a.jpg", RECEIPT)},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "1"},
        )
        for token in [*tokens, *tokens]
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 2


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:80", "127.0.0.1", "127.8.8.8:1", "[::1]", "[::1]:8000", "a.localhost"],
)
def test_without_keys_this_machine_may_ask(api: Served, host: str) -> None:
    assert api.get("/v1/jobs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "192.168.1.2",
        "[::2]",
        "[::1]evil",
        "localhost@evil",
        "0.0.0.0",
        "",
    ],
)
def test_without_keys_no_other_name_may_be_asked_for(api: Served, host: str) -> None:
    for path in ("/v1/jobs", "/livez", "/nowhere"):
        answer = api.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("http://localhost:8000", True),
        ("http://localhost", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_without_keys_no_foreign_page_may_write(
    api: Served, connections: Connections, origin: str, is_allowed: bool
) -> None:
    headers = {"Origin": origin, "Host": "localhost:8000"}
    answer = api.post("/v1/jobs", files={"file": ("a.jpg", RECEIPT)}, headers=headers)
    assert answer.status_code == (202 if is_allowed else 403)
    assert len(connections.store.folders("jobs")) == is_allowed
    assert api.delete(JOB, headers=headers).status_code == (404 if is_allowed else 403)
    answer = api.get("/v1/jobs", headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_with_keys_any_name_may_be_asked_for(locked: Served, connections: Connections) -> None:
    _, token = keys.create(connections, "a", ["read"])
    headers = {"Host": "docai.example", "Authorization": f"Bearer {token}"}
    assert locked.get("/v1/jobs", headers=headers).status_code == 200


def test_every_answer_is_hardened(api: Served) -> None:
    for path in ("/v1/jobs", "/v1/jobs/x", "/nowhere", "/livez", "/metrics"):
        headers = api.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert api.get("/v1/jobs").headers["cache-control"] == "no-store"


def test_methods(api: Served) -> None:
    cases = {
        "/v1/jobs": "GET, HEAD, POST, OPTIONS",
        JOB: "GET, HEAD, DELETE, OPTIONS",
        "/v1/schemas/note": "GET, HEAD, PUT, DELETE, OPTIONS",
        "/v1/extract": "POST, OPTIONS",
        "/livez": "GET, HEAD, OPTIONS",
    }
    for path, allowed in cases.items():
        answer = api.options(path)
        assert (answer.status_code, answer.headers["allow"]) == (204, allowed)
        for method in ("PATCH", "TRACE", "BREW"):
            answer = api.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
            assert answer.headers["allow"] == allowed
    assert api.options("/nowhere").status_code == 404
    assert api.head("/v1/extract").status_code == 405
