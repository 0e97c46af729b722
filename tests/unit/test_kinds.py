"""Kinds of documents: which schema one chooses, and when nobody guesses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from docai import build
from docai.classifiers import BuiltinClassifier
from docai.document import Document, Page
from docai.errors import SettingsError
from docai.extraction.fields import Schema
from docai.extraction.kind import DocumentKind
from docai.extraction.result import Problem
from docai.kinds import ANY_KIND, OTHER, SURE, Kinds, asks_any
from docai.reading import Reading
from docai.settings import Settings
from docai.testing import blank_page, typed_reading
from docai.vlm.builtin.inference import BuiltinVlm
from docai.vlm.builtin.tags import KINDS
from docai.vlm.tokens import ImageTokens

RECEIPT = build.builtin_schema("receipt")
READING = typed_reading(["ACME LTD", "Coffee 3.00", "TOTAL 3.00"])
DOCUMENT = Document("slip", "0" * 64, "png", (blank_page(READING),))


@dataclass(frozen=True)
class Says:
    """A classifier that says what it was told to."""

    told: DocumentKind
    name: str = "says"

    def kind(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> DocumentKind:
        return self.told


def chosen(name: str, confidence: float) -> Schema | Problem:
    kinds = Kinds(Says(DocumentKind(name, confidence, "says")), (RECEIPT,))
    return kinds.choose(DOCUMENT, (READING,), ())[1]


def test_a_sure_kind_chooses_its_schema() -> None:
    assert chosen("receipt", SURE) is RECEIPT


@pytest.mark.parametrize(
    ("name", "confidence", "code"),
    [
        ("receipt", SURE - 0.01, "kind_unsure"),
        (OTHER, SURE - 0.01, "kind_unsure"),
        (OTHER, 0.99, "kind_unknown"),
        ("invoice", 0.99, "kind_unknown"),
    ],
)
def test_nobody_guesses(name: str, confidence: float, code: str) -> None:
    problem = chosen(name, confidence)

    assert isinstance(problem, Problem)
    assert problem.code == code
    assert name in problem.message
    assert "receipt" in problem.message  # what could be asked for


def test_only_the_schema_without_fields_asks_for_any_kind() -> None:
    assert asks_any(ANY_KIND)
    assert not asks_any(RECEIPT)
    assert not asks_any(replace(RECEIPT, name="auto"))  # a user's own file, auto.json


def test_the_model_tells_the_kinds_that_have_schemas() -> None:
    assert {*KINDS} == {*build.builtin_schemas(), OTHER}


def test_builtin_classifier_needs_no_tokens_of_its_own() -> None:
    vlm = BuiltinVlm()
    classifier = BuiltinClassifier(vlm)
    own = [vlm.encode(page) for page in DOCUMENT.pages]
    strange = [ImageTokens(1, "another model", {"x": np.zeros(1, np.float32)})]

    told = classifier.kind(DOCUMENT, (READING,), own)

    assert told == classifier.kind(DOCUMENT, (READING,), strange)
    assert told == classifier.kind(DOCUMENT, (READING,), ())
    assert told.classifier == classifier.name
    assert classifier.name == vlm.name


def test_blank_pages_are_surely_no_receipt() -> None:
    blank = Reading(1, (100, 60), (), (), 0.0, "scripted-ocr")
    page = Page(1, np.full((100, 60, 3), 255, np.uint8))
    document = replace(DOCUMENT, pages=(page,))

    told = BuiltinClassifier(BuiltinVlm()).kind(document, (blank,), ())

    assert (told.name, told.confidence) == (OTHER, 1.0)


@pytest.mark.parametrize("name", ["hf:", "clip", "builtin:x", "openai:gpt"])
def test_classifiers_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="there is no classifier"):
        build.classifier(Settings(classifier=name))
