"""A question becomes a schema of one field; what is no question is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.errors import SchemaError
from docai.extraction.fields import Kind
from docai.questions import (
    ANSWER,
    DESCRIPTION,
    MAX_QUESTION,
    schema_of_description,
    schema_of_question,
)


def test_question_is_the_description_of_the_one_field() -> None:
    schema = schema_of_question("  Who sold\nthis,\tand when? ")

    assert schema.name == "question"
    assert schema.scalars == {ANSWER: Kind.TEXT}
    assert not schema.rows
    leaf = schema.json_schema["properties"][ANSWER]
    assert leaf["description"] == "Who sold this, and when?"
    assert {"type": "null"} in leaf["anyOf"]
    assert "x-docai-mode" not in leaf  # copied from the page, as every field by default


def test_description_is_in_the_models_own_words() -> None:
    schema = schema_of_description()

    assert schema.name == "description"
    assert schema.scalars == {DESCRIPTION: Kind.TEXT}
    assert schema.json_schema["properties"][DESCRIPTION]["x-docai-mode"] == "free"


@pytest.mark.parametrize("question", ["", " \n\t ", "\u2003"])
def test_empty_question_is_refused(question: str) -> None:
    with pytest.raises(SchemaError, match="empty"):
        schema_of_question(question)


def test_length_is_bounded() -> None:
    schema_of_question("x" * MAX_QUESTION)
    with pytest.raises(SchemaError, match="1,001 characters; at most 1,000"):
        schema_of_question("x" * (MAX_QUESTION + 1))


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\ud800", "\x9b"])
def test_what_is_no_text_is_refused(character: str) -> None:
    with pytest.raises(SchemaError, match=f"U\\+{ord(character):04X}"):
        schema_of_question(f"What is{character} the total?")


@given(st.text(max_size=MAX_QUESTION + 10))
def test_any_text_is_a_schema_or_refused(question: str) -> None:
    try:
        schema = schema_of_question(question)
    except SchemaError:
        return
    description = schema.json_schema["properties"][ANSWER]["description"]
    assert description.split() == question.split()
    description.encode()  # what cannot be written down did not pass
