"""The OpenAPI document: what FastAPI cannot say by itself."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api.batches import BATCH_EXAMPLE
from api.payloads import ANSWER_EXAMPLE, JOB_EXAMPLE, RESULT_EXAMPLE, SCHEMA_EXAMPLE, SPLIT_EXAMPLE

_SCHEMA = {"name": "delivery-note", "version": 2, "is_builtin": False}
_STORED = {**_SCHEMA, "created_at": "2026-03-01T09:00:00.000000Z"}
_OK = {"ok": True, "detail": "ok"}

# By model. FastAPI drops what is null from examples, which then fit no schema any more.
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "JobPayload": JOB_EXAMPLE,
    "JobListing": {"jobs": [JOB_EXAMPLE], "next_cursor": None},
    "BatchPayload": BATCH_EXAMPLE,
    "BatchListing": {"batches": [BATCH_EXAMPLE], "next_cursor": None},
    "ExtractionPayload": RESULT_EXAMPLE,
    "SplitPayload": SPLIT_EXAMPLE,
    "AnswerPayload": ANSWER_EXAMPLE,
    "SchemaPayload": {**_STORED, "json_schema": SCHEMA_EXAMPLE},
    "SchemaListing": {"schemas": [_STORED]},
    "Readiness": {
        "status": "ready",
        "checks": {
            "database": _OK,
            "redis": _OK,
            "store": _OK,
            "workers": {"rasterize": 1, "ocr": 2, "vlm": 1},
        },
    },
}


SHEETS = "/docs/files"


def install(app: FastAPI) -> None:
    """Complete the OpenAPI document of ``app``, and show it to people at ``/docs``."""
    app.add_route("/docs", _show, include_in_schema=False)
    app.mount(SHEETS, StaticFiles(directory=_swagger_ui()))
    _complete(app)


def _show(request: Request) -> Response:
    """Answer with the manual of the API."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="docai: API",
        swagger_js_url=f"{SHEETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{SHEETS}/swagger-ui.css",
        swagger_favicon_url=f"{SHEETS}/favicon.png",
    )


def _swagger_ui() -> Path:
    """Return the folder of Swagger UI: from a wheel, for FastAPI's own comes from the internet."""
    spec = find_spec("fastapi_offline")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "static"


def _complete(app: FastAPI) -> None:
    """Add to the OpenAPI document examples, and whether keys are required."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        for operation in _operations(document):
            if not app.state.settings.keys_required:
                operation.pop("security", None)
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    _add_example(content)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every operation."""
    for operations in document["paths"].values():
        yield from operations.values()


def _add_example(content: dict[str, Any]) -> None:
    """Add the example of a response's model, or those of several."""
    schema = content.get("schema", {})
    models = [one.get("$ref", "").rpartition("/")[2] for one in schema.get("anyOf", [schema])]
    found = {model: {"value": EXAMPLES[model]} for model in models if model in EXAMPLES}
    if len(models) > 1 and found:
        content["examples"] = found
    elif found:
        content["example"] = EXAMPLES[models[0]]
