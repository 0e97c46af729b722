"""Questions that are no schema of the asker's: a free one, and what a document shows.

Both become schemas of one field, so that they are answered as every schema is.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from docai.errors import SchemaError, VlmError
from docai.extraction.fields import Schema, schema_of

MAX_QUESTION = 1000  # characters: ten times as long as questions are
ANSWER, DESCRIPTION = "answer", "description"
WHICH_CAN = "give --vlm hf:… or openai:…, a model that writes"
_NOT_TEXT = frozenset({"Cc", "Cs"})  # control characters and halves of surrogate pairs


def schema_of_question(question: str) -> Schema:
    """Return the schema ``question`` whose one field, ``answer``, is what is asked.

    The answer is words of a page, or absent.

    Args:
        question: in any language; line breaks and runs of white space count as one space.

    Raises:
        SchemaError: the question is empty, too long, or holds what is no text.
    """
    asked = " ".join(question.split())
    if not asked:
        raise SchemaError("the question is empty; ask something, such as: What is the total?")
    if len(asked) > MAX_QUESTION:
        raise SchemaError(
            f"the question has {len(asked):,} characters; at most {MAX_QUESTION:,} are allowed"
        )
    odd = next((c for c in asked if unicodedata.category(c) in _NOT_TEXT), None)
    if odd is not None:
        raise SchemaError(
            f"the question holds the character U+{ord(odd):04X}, which is no text; leave it out"
        )
    return _one_field("question", ANSWER, {"description": asked})


@cache
def schema_of_description() -> Schema:
    """Return the schema ``description``, whose one field says what a document shows.

    The model says it in its own words, which nothing on a page bears out.
    """
    what = {
        "description": "What this document is and what it shows, in one to three sentences.",
        "x-docai-mode": "free",
    }
    return _one_field("description", DESCRIPTION, what)


def _one_field(name: str, field: str, what: dict[str, str]) -> Schema:
    """Return a schema of one text that may be absent."""
    leaf = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, **what}
    return schema_of({"type": "object", "properties": {field: leaf}}, name)


def answer_of(question: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what people and programs are told of the answer to a question, as plain JSON.

    Args:
        question: as it was asked.
        result: for the schema of the question, see `Extraction.to_json`.

    Returns:
        ``answer``, null where the pages do not tell, and what fields have besides: state,
        confidence, evidence, witnesses.

    Raises:
        VlmError: the model was never taught to answer questions.
    """
    for problem in result["problems"]:
        if problem["code"] == "field_not_supported" and ANSWER in problem["fields"]:
            raise VlmError(f"{result['engines']['vlm']} cannot answer free questions; {WHICH_CAN}")
    found = dict(result["fields"][ANSWER])
    answer = found.pop("value", None)
    found.pop("kind", None)  # always text
    return {
        "question": question,
        "answer": answer,
        **found,
        "name": result["name"],
        "document": result["document"],
        "problems": result["problems"],
        "engines": result["engines"],
        "timings_s": result["timings_s"],
    }
