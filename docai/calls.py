"""What is asked of a docai server, and what its results say. Refuses to know how it is sent."""

import json
import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from docai.connection import Call
from docai.errors import ClientError
from docai.extraction.parts_json import results_in
from docai.extraction.result import Extraction
from docai.upload import File


def path_of(subject_id: str) -> str:
    """Return where a job or a batch is."""
    kind = "batches" if subject_id.startswith("batch_") else "jobs"
    return f"/v1/{kind}/{quote(subject_id, safe='')}"


def polling(subject_id: str, wait_s: int) -> Call:
    """Return the question how a job or a batch is, or how it is once it has ended."""
    params = {"wait": wait_s} if wait_s else {}
    return Call("GET", path_of(subject_id), params=params, slack_s=wait_s)


def submitting(
    path: str, fields: Mapping[str, str], files: Sequence[tuple[str, str, File]], key: str | None
) -> Call:
    """Return the request that sends documents."""
    return Call("POST", path, headers=once(key), form=fields, files=files)


def extracting_again(job_id: str, fields: Mapping[str, str], key: str | None) -> Call:
    """Return the request for other fields of a document."""
    return Call("POST", f"{path_of(job_id)}/extract", headers=once(key), body=fields)


def asking(job_id: str, question: str, key: str, wait_s: int) -> Call:
    """Return a question about a document, to be answered within ``wait_s`` or later."""
    return Call(
        "POST",
        f"{path_of(job_id)}/ask",
        params={"wait": wait_s},
        headers=once(key),
        body={"question": question},
        slack_s=wait_s,
    )


def once(idempotency_key: str | None) -> dict[str, str]:
    """Return the header that lets a request be sent again."""
    return {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}


def given(fields: Mapping[str, str | None]) -> dict[str, str]:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def wishes(
    schema: str, external_id: str | None, webhook_url: str | None, *, split: bool = False
) -> dict[str, str]:
    """Return the fields that say what is to be done with documents."""
    return given(
        {
            "schema": schema,
            "external_id": external_id,
            "webhook_url": webhook_url,
            "split": "true" if split else None,
        }
    )


def read_result(text: str | bytes) -> tuple[str, tuple[Extraction, ...]]:
    """Return the id of a result, and what was found: on each part of a file that was split.

    Raises:
        ClientError: it is no result.
    """
    try:
        plain = json.loads(text)
        return str(plain["id"]), tuple(map(Extraction.from_json, results_in(plain)))
    except (ValueError, KeyError, TypeError) as error:
        raise ClientError(f"the server's answer is no result: {error}") from error
