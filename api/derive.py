"""Another schema, or a question, for a document that was read before: no OCR, no vision again.

Either makes a job of its own, which has nothing left to do but to answer.
"""

import json
from collections.abc import Mapping
from typing import Any

from anyio import CancelScope
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import access, problems, submit
from api.access import Asker
from api.context import Context, Here
from api.extract import DOCUMENT_FAILURES, TAKES_LONGER, PatienceS, outcome
from api.jobs import LINKS, JobId, found_job, job_url
from api.payloads import SCHEMA_EXAMPLE, AnswerPayload, answer, json_object
from api.problems import Problem, invalid_field
from api.results import lost
from api.schemas import wanted_schema
from api.submit import IdempotencyKey, checked_options, digest, take_back
from docai.errors import VlmError
from docai.questions import MAX_QUESTION, answer_of, schema_of_question
from workers import derive
from workers import store as blobs
from workers.connections import Connections
from workers.errors import BlobNotFound
from workers.intake import Accepted
from workers.jobs import JobView, NewJob, Origin, SchemaRef, new_job_id
from workers.payloads import JobPayload, job_payload

REFUSALS = (
    *access.REFUSALS,
    "job_not_found",
    "bad_request",
    "idempotency_conflict",
    "not_ready",
    "gone",
    "payload_too_large",
    "unsupported_media_type",
    "invalid_request",
    "schema_error",
    "queue_full",
    "database_busy",
    "storage_unavailable",
    "storage_full",
)
QUESTION_EXAMPLE = "Who was the cashier?"

router = APIRouter(tags=["jobs"])


def _body(properties: Mapping[str, Any], required: str, example: Any) -> dict[str, Any]:
    """Return what the OpenAPI document says of a body."""
    schema = {
        "type": "object",
        "required": [required],
        "properties": properties,
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": schema, "example": {required: example}}}
    return {"requestBody": {"required": True, "content": content}}


_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "object"}],
    "description": "What to extract: a built-in name, a stored schema as `name` or "
    "`name@version`, or a JSON Schema itself.",
}
EXTRACT_BODY = _body({**submit.OPTIONS_SCHEMA, "schema": _SCHEMA}, "schema", SCHEMA_EXAMPLE)
ASK_BODY = _body(
    {"question": {"type": "string", "minLength": 1, "maxLength": MAX_QUESTION}},
    "question",
    QUESTION_EXAMPLE,
)


@router.post(
    "/v1/jobs/{job_id}/extract",
    summary="Extract another schema",
    status_code=202,
    response_model=JobPayload,
    response_description="Accepted: a new job on the same document, to be found at Location.",
    responses={
        **problems.responses(*REFUSALS, "webhook_refused"),
        200: {
            "model": JobPayload,
            "description": "The job that the same request made before.",
        },
        202: {"links": LINKS},
    },
    openapi_extra=EXTRACT_BODY,
)
async def extract_again(
    request: Request,
    here: Here,
    key_id: Asker,
    job_id: JobId,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Find other fields on the document of a job whose pages were read. Nothing is read again.

    The new job has a copy of the document; either can be erased without the other. Where the job
    splits, so does the new one: the fields are found on each part.
    """
    fields = _fields(await json_object(request))
    options = checked_options(here.connections, fields)
    schema = await wanted_schema(here.connections, options["schema"] or "")
    origin = Origin(
        key_id=key_id,
        idempotency_key=idempotency_key,
        idempotency_digest=digest(["extract", job_id], options),
        external_id=options["external_id"],
        webhook_url=options["webhook_url"],
    )
    accepted = await _derived(here, job_id, schema, origin)
    status = 202 if accepted.is_new else 200
    return answer(job_payload(accepted.view), status, job_url(accepted.view))


@router.post(
    "/v1/jobs/{job_id}/ask",
    summary="Ask a question",
    response_model=AnswerPayload,
    response_description="The answer: words of the document, and where they are printed; or that "
    "they are not there.",
    responses={
        **problems.responses(*REFUSALS, *DOCUMENT_FAILURES, "question_not_supported"),
        202: TAKES_LONGER,
    },
    openapi_extra=ASK_BODY,
)
async def ask(
    request: Request,
    here: Here,
    key_id: Asker,
    job_id: JobId,
    wait_s: PatienceS = 30.0,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask a free question of the document of a job whose pages were read. Nothing is read again.

    If that takes too long, the job goes on; the same request with the same Idempotency-Key waits
    for it once more. A job that splits has no one document to ask: extract a schema instead.
    """
    question = _question(await json_object(request))
    await run_in_threadpool(_refuse_parts, here.connections, job_id)
    schema = schema_of_question(question)
    origin = Origin(
        key_id=key_id,
        idempotency_key=idempotency_key,
        idempotency_digest=digest(["ask", job_id], {"question": question}),
    )
    ref = SchemaRef(schema.name, schema.version, schema.json_schema)
    accepted = await _derived(here, job_id, ref, origin)
    view = await outcome(request, here, accepted.view.job.id, wait_s)
    if not view.job.status.is_final:
        return answer(job_payload(view), 202, job_url(view))
    found = await run_in_threadpool(_answered, here.connections, view, question)
    return answer(found, 200, job_url(view))


def _fields(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the members of a body as the fields of a form.

    Raises:
        Problem: one has a value of the wrong kind, or the schema is missing.
    """
    fields = dict(body)
    if submit.SPLIT in fields:
        raise invalid_field(
            submit.SPLIT,
            "nothing is read again, so this job splits if that one did; to split a document that "
            "was read whole, send it again",
        )
    if "schema" not in fields:
        raise invalid_field("schema", "it is missing; name a schema, or give one")
    if isinstance(fields["schema"], dict):
        fields["schema"] = json.dumps(fields["schema"])
    for name, value in fields.items():
        if not isinstance(value, str):
            also = ", or an object" if name == "schema" else ""
            raise invalid_field(name, f"it must be a text{also}")
    return fields


def _question(body: Mapping[str, Any]) -> str:
    """Return the question of a body.

    Raises:
        Problem: there is none, or something else.
    """
    for name in body:
        if name != "question":
            raise invalid_field(name, "there is no such member; there is question")
    question = body.get("question")
    if not isinstance(question, str):
        raise invalid_field("question", "it is missing, or no text")
    return question


def _refuse_parts(connections: Connections, job_id: str) -> None:
    """Refuse a question about a file of several documents: it has an answer in each.

    Raises:
        Problem: the job splits, or there is none.
        DatabaseBusy: nobody can tell.
    """
    if found_job(connections, job_id).job.splits:
        raise Problem(
            "question_not_supported",
            "the job splits its file into documents, and a question is about one; POST to "
            f"/v1/jobs/{job_id}/extract a JSON Schema whose field has the question as its "
            "description: each part is asked",
        )


async def _derived(here: Context, job_id: str, schema: SchemaRef, origin: Origin) -> Accepted:
    """Accept a job on the document of another, or find the one that the same request made.

    Raises:
        Problem: there is no such job.
        DocaiError: no job can be derived from it, or the service cannot take one now.
    """
    connections, new_id = here.connections, new_job_id()
    await here.intake.check_room()
    if origin.idempotency_key is not None:
        earlier = await run_in_threadpool(derive.earlier, connections, origin)
        if earlier is not None:
            return Accepted(earlier, False)
    try:
        new = await run_in_threadpool(_prepared, connections, job_id, new_id, schema, origin)
        accepted = await here.intake.submit(new)
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(take_back, connections, new_id)
        raise
    if not accepted.is_new:
        await run_in_threadpool(take_back, connections, new_id)
    return accepted


def _prepared(
    connections: Connections, job_id: str, new_id: str, schema: SchemaRef, origin: Origin
) -> NewJob:
    """Return a new job whose blobs are in the store; see `workers.derive.derived`."""
    job = found_job(connections, job_id).job
    try:
        return derive.derived(connections, job, new_id, schema, origin)
    except BlobNotFound as error:
        raise lost(connections, job_id) from error


def _answered(connections: Connections, view: JobView, question: str) -> AnswerPayload:
    """Return the answer that a job has found.

    Raises:
        Problem: the model does not answer questions; or the answer was erased, or is lost.
        StoreUnavailable: it cannot be read now.
    """
    try:
        stored = json.loads(connections.store.get(blobs.extraction_key(view.job.id)))
        found = answer_of(question, stored)
    except BlobNotFound as error:
        raise lost(connections, view.job.id) from error
    except VlmError as error:
        raise Problem(
            "question_not_supported",
            "the service's model finds fields of documents and answers no free questions; whoever "
            "runs docai can name one that writes: DOCAI_VLM=hf:… or openai:…",
            headers=job_url(view),
        ) from error
    return AnswerPayload(id=view.job.id, **found)
