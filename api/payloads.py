"""JSON of requests and responses, besides jobs and batches themselves (`workers.payloads`)."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.problems import Problem, shortened
from workers.payloads import JobPayload

MAX_JSON_BYTES = 1_000_000  # of a JSON body; documents do not come as JSON

JOB_ID = "job_0f8fad5bd9cb469fa16570867728950e"
JOB_EXAMPLE: Mapping[str, Any] = {
    "id": JOB_ID,
    "status": "running",
    "stage": "ocr",
    "schema": {"name": "receipt", "version": 1},
    "name": "receipt.jpg",
    "external_id": "expense-1729",
    "batch_id": None,
    "derived_from": None,
    "size_bytes": 183_204,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "format": "jpeg",
    "split": False,
    "num_parts": None,
    "num_pages": 1,
    "pages_read": 0,
    "pages_encoded": 1,
    "queued_ahead": None,
    "attempts": 1,
    "created_at": "2026-03-01T09:30:00.120000Z",
    "started_at": "2026-03-01T09:30:00.200000Z",
    "finished_at": None,
    "expires_at": "2026-03-08T09:30:00.120000Z",
    "error": None,
    "engines": {},
    "timings_s": {"rasterize": 0.081},
    "webhook": None,
    "links": {
        "self": f"/v1/jobs/{JOB_ID}",
        "events": f"/v1/jobs/{JOB_ID}/events",
        "result": f"/v1/jobs/{JOB_ID}/result",
        "pages": f"/v1/jobs/{JOB_ID}/pages/{{number}}",
    },
}
RESULT_EXAMPLE: Mapping[str, Any] = {
    "id": JOB_ID,
    "name": "receipt.jpg",
    "schema": {"name": "receipt", "version": 1},
    "document": {
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pages": [{"number": 1, "width": 620, "height": 877, "dpi": 75.0, "angle_deg": 0.0}],
    },
    "data": {"total": {"amount": "9.00", "currency": "MYR"}},
    "fields": {
        "total": {
            "state": "found",
            "text": "RM 9.00",
            "value": {"amount": "9.00", "currency": "MYR"},
            "confidence": 0.98,
            "witnesses": ["ocr", "vlm"],
            "evidence": [{"page": 1, "box": [410.0, 720.0, 460.0, 744.0], "words": [88]}],
        }
    },
    "problems": [],
    "engines": {"ocr": "ppocr", "vlm": "builtin"},
    "timings_s": {"ocr": 0.61},
}
SPLIT_EXAMPLE: Mapping[str, Any] = {
    "id": JOB_ID,
    "name": "march.pdf",
    "document": {"sha256": RESULT_EXAMPLE["document"]["sha256"]},
    "parts": [
        {
            **RESULT_EXAMPLE,
            "name": "march.pdf",
            "document": {
                **RESULT_EXAMPLE["document"],
                "part": {"number": 1, "of": 1, "pages": [1], "blank_pages": [2]},
            },
        }
    ],
    "blank_pages": [2],
    "problems": [],
    "timings_s": {"rasterize": 0.14, "ocr": 1.2, "encode": 0.2},
}
ANSWER_EXAMPLE: Mapping[str, Any] = {
    "id": JOB_ID,
    "question": "Who was the cashier?",
    "answer": "MEI LING",
    "state": "found",
    "text": "MEI LING",
    "confidence": 0.91,
    "witnesses": ["ocr", "vlm"],
    "evidence": [{"page": 1, "box": [88.0, 212.0, 190.0, 236.0], "words": [17, 18]}],
}
SCHEMA_EXAMPLE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "supplier": {"type": "string"},
        "delivered_on": {"type": "string", "format": "date"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"article": {"type": "string"}, "quantity": {"type": "number"}},
            },
        },
    },
}


class JobListing(BaseModel):
    """A page of jobs, the newest first."""

    jobs: list[JobPayload]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last.")


class ExtractionPayload(BaseModel):
    """What was found on a document, with its evidence."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Of the job.")
    name: str
    schema_: dict[str, Any] = Field(alias="schema")
    document: dict[str, Any] = Field(description="SHA-256 and pages, in pixels of their pictures.")
    data: dict[str, Any] = Field(description="What a program wants: typed values, nested.")
    fields: dict[str, Any] = Field(
        description="What a reviewer wants: per field its state, text, confidence and evidence."
    )
    problems: list[dict[str, Any]] = Field(description="What does not fit together.")
    tables: list[dict[str, Any]] = Field(
        default=[], description="Rows of text, and cells with the words that are printed there."
    )
    engines: dict[str, Any]
    timings_s: dict[str, float]


class SplitPayload(BaseModel):
    """What was found on the documents of a file, where the job was to split it."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Of the job.")
    name: str
    document: dict[str, Any] = Field(description="SHA-256 of the file.")
    parts: list[ExtractionPayload] = Field(
        description="A whole result for each document, in the order of pages; document.part tells "
        "its number, its pages, and its region where several lie on one page."
    )
    blank_pages: list[int] = Field(description="Pages that are in no part.")
    problems: list[dict[str, Any]] = Field(
        description="Borders between pages that are not sure; the parts beside them have them, too."
    )
    timings_s: dict[str, float]


class AnswerPayload(BaseModel):
    """The answer to a question, with its evidence."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Of the job that found it.")
    question: str
    answer: str | None = Field(description="Words of the document; null: it is not on the pages.")
    state: str = Field(description="found, absent, illegible or conflict.")
    text: str | None = Field(default=None, description="As printed.")
    confidence: float
    witnesses: list[str] = Field(
        default=[],
        description="Who said so: ocr or text_layer, vlm, builtin, and xml for the e-invoice "
        "inside a hybrid PDF.",
    )
    evidence: list[dict[str, Any]] = Field(default=[], description="Where it is printed.")


class SchemaSummary(BaseModel):
    """A schema, without its content."""

    name: str
    version: int = Field(description="The newest.")
    is_builtin: bool = Field(description="Whether it comes with docai and cannot be changed.")
    created_at: dt.datetime | None = Field(description="Of this version; null if built in.")


class SchemaPayload(SchemaSummary):
    """A version of a schema."""

    json_schema: dict[str, Any] = Field(examples=[SCHEMA_EXAMPLE])


class SchemaListing(BaseModel):
    """All schemas, each with its newest version."""

    schemas: list[SchemaSummary]


class EventPayload(BaseModel):
    """Something that happened to a job."""

    number: int = Field(description="Counted from 1 in each job.")
    at: dt.datetime
    name: str
    page: int | None = Field(description="Which page it concerns, if one.")
    job: JobPayload = Field(description="The job as it is when this is sent.")


def answer(
    payload: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a payload as a response."""
    content = payload.model_dump_json(by_alias=True)
    return Response(content, status, headers, media_type="application/json")


def parsed_json(text: str | bytes) -> Any:
    """Read JSON as RFC 8259 has it: no NaN, and text that UTF-8 can hold.

    Raises:
        ValueError: it is none; the message says where.
    """
    try:
        value = json.loads(text, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{where}: {error.msg}") from error
    except UnicodeError as error:
        raise ValueError("it is not UTF-8, or holds half of a surrogate pair") from error
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
    return value


def _no_number(name: str) -> NoReturn:
    """Refuse what Python takes for a number and JSON does not know."""
    raise ValueError(f"{name} is no JSON")


async def json_object(request: Request) -> dict[str, Any]:
    """Receive a JSON object.

    Raises:
        Problem: the body is too large, of another type, or no JSON object.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem(
            "unsupported_media_type",
            f"the Content-Type is {shortened(kind)!r}; it must be application/json",
        )
    try:
        value = parsed_json(await _body(request))
    except ValueError as error:
        raise Problem("invalid_request", f"the body is no JSON: {shortened(str(error))}") from error
    if not isinstance(value, dict):
        raise Problem("invalid_request", f"the body must be a JSON object, not {_called(value)}")
    return value


def _called(value: Any) -> str:
    """Say what kind of JSON a value is."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    names = {list: "a list", str: "a text", int: "a number", float: "a number"}
    return names[type(value)]


async def _body(request: Request) -> bytes:
    """Receive a body of limited size.

    Raises:
        Problem: it is too large, or ends too early.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_JSON_BYTES:
                raise Problem(
                    "payload_too_large",
                    f"a JSON body may have {MAX_JSON_BYTES} bytes at most; this one has more",
                )
    except ClientDisconnect as error:
        raise Problem("bad_request", "the connection ended before the body did") from error
    return bytes(body)
