import json
from pathlib import Path
from typing import Any

import pytest
from http_server import Served

from api.payloads import MAX_JSON_BYTES, SCHEMA_EXAMPLE

RECEIPT = (Path(__file__).parents[2] / "examples" / "receipt.jpg").read_bytes()


def submitted_with(api: Served, schema: str) -> Any:
    files = {"file": ("receipt.jpg", RECEIPT)}
    return api.post("/v1/jobs", files=files, data={"schema": schema})


def schema(*fields: str) -> dict[str, Any]:
    return {"type": "object", "properties": {field: {"type": "string"} for field in fields}}


def test_a_schema_is_stored_found_used_and_deleted(api: Served) -> None:
    first = api.put("/v1/schemas/note", json=SCHEMA_EXAMPLE)
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert first.headers["location"] == "/v1/schemas/note?version=1"
    assert api.put("/v1/schemas/note", json=SCHEMA_EXAMPLE).status_code == 200
    second = api.put("/v1/schemas/note", json=schema("a"))
    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert api.get("/v1/schemas/note").json() == second.json()
    assert api.get(first.headers["location"]).json() == first.json()
    assert first.json()["json_schema"] == SCHEMA_EXAMPLE
    for text, version in (("note", 2), ("note@1", 1), ("note@2", 2)):
        job = submitted_with(api, text).json()
        assert job["schema"] == {"name": "note", "version": version}
    assert submitted_with(api, "note@3").json()["code"] == "schema_error"
    assert api.delete("/v1/schemas/note").status_code == 204
    assert api.get("/v1/schemas/note").json()["code"] == "schema_not_found"
    assert api.delete("/v1/schemas/note").status_code == 404
    assert submitted_with(api, "note@1").json()["code"] == "schema_error"
    assert api.get("/v1/jobs", params={"schema": "note"}).json()["jobs"]


def test_built_in_schemas_are_listed_first_and_cannot_be_changed(api: Served) -> None:
    api.put("/v1/schemas/a", json=schema("a"))
    listed = api.get("/v1/schemas").json()["schemas"]
    assert [(one["name"], one["is_builtin"]) for one in listed] == [
        ("receipt", True),
        ("invoice", True),
        ("form", True),
        ("a", False),
    ]
    own = api.get("/v1/schemas/receipt").json()
    assert "total" in own["json_schema"]["properties"]
    assert api.get("/v1/schemas/receipt?version=1").json() == own
    assert api.get("/v1/schemas/receipt?version=2").status_code == 404
    for answer in (
        api.put("/v1/schemas/receipt", json=schema("a")),
        api.delete("/v1/schemas/receipt"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "schema_is_builtin")


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 422, "invalid_request"),
        (b"[]", "application/json", 422, "invalid_request"),
        (b"null", "application/json", 422, "invalid_request"),
        (b"", "application/json", 422, "invalid_request"),
        (b"\xff", "application/json", 422, "invalid_request"),
        (b'{"a": NaN}', "application/json", 422, "invalid_request"),
        (b'{"a": "\\ud800"}', "application/json", 422, "invalid_request"),
        (b'{"a":' * 100_000, "application/json", 422, "invalid_request"),
        (b"{}", "application/json; charset=utf-8", 422, "schema_error"),
        (b"{}", "application/schema+json", 422, "schema_error"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * (MAX_JSON_BYTES + 1), "application/json", 413, "payload_too_large"),
    ],
)
def test_what_is_no_schema_is_refused(
    api: Served, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = api.put("/v1/schemas/note", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.get("/v1/schemas/note").status_code == 404


@pytest.mark.parametrize("name", ["Note", "inline", "a%20b", "x" * 65, "%00"])
def test_names_are_plain(api: Served, name: str) -> None:
    answer = api.put(f"/v1/schemas/{name}", json=schema("a"))
    assert (answer.status_code, answer.json()["code"]) == (422, "schema_error")
    assert api.get(f"/v1/schemas/{name}").status_code == 404


@pytest.mark.parametrize("version", ["0", "-1", "2147483648", "x"])
def test_versions_are_counted_from_one(api: Served, version: str) -> None:
    answer = api.get("/v1/schemas/receipt", params={"version": version})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_the_order_of_fields_is_kept(api: Served) -> None:
    names = ["z", "a", "m"]
    api.put("/v1/schemas/note", content=json.dumps(schema(*names)), headers=JSON)
    assert list(api.get("/v1/schemas/note").json()["json_schema"]["properties"]) == names


JSON = {"Content-Type": "application/json"}
