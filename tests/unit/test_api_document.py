"""The OpenAPI document says all there is to say about every operation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from workers.settings import ServiceSettings

JSON = ("application/json", "application/problem+json")
SUCCESSES = {str(status) for status in range(200, 400)}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return create_app(ServiceSettings(data_dir=tmp_path_factory.mktemp("data"))).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, found in document["paths"].items():
        for method, operation in found.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_of_the_contract_is_there(document: dict[str, Any]) -> None:
    assert {name for name, _ in operations(document)} >= {
        "POST /v1/jobs",
        "GET /v1/jobs",
        "GET /v1/jobs/{job_id}",
        "GET /v1/jobs/{job_id}/events",
        "GET /v1/jobs/{job_id}/result",
        "GET /v1/jobs/{job_id}/pages/{number}",
        "POST /v1/jobs/{job_id}/deliver",
        "DELETE /v1/jobs/{job_id}",
        "POST /v1/extract",
        "GET /v1/schemas",
        "GET /v1/schemas/{name}",
        "PUT /v1/schemas/{name}",
        "DELETE /v1/schemas/{name}",
        "GET /livez",
        "GET /readyz",
        "GET /metrics",
    }


def test_every_operation_is_explained(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for name, operation in operations(document):
        assert operation["summary"] and operation["description"], name
        assert set(operation["tags"]) <= tags, name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_status_is_explained_with_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            if status not in SUCCESSES and name != "GET /readyz":
                (content,) = response["content"].items()
                assert content[0] == "application/problem+json", (name, status)
                assert content[1]["examples"], (name, status)


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    num_checked = 0
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                if kind not in JSON or "schema" not in content:
                    continue
                examples = [one["value"] for one in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                schema = {**content["schema"], "components": document["components"]}
                for example in examples:
                    jsonschema.Draft202012Validator(schema).validate(example)
                    num_checked += 1
                assert examples, (name, status)
    assert num_checked > 50


def test_keys_are_asked_for_where_they_are_required(tmp_path: Path) -> None:
    settings = ServiceSettings(data_dir=tmp_path, keys_required=False)
    for name, operation in operations(create_app(settings).openapi()):
        assert "security" not in operation, name
