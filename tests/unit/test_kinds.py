"""Kinds of documents: which schema one chooses, and when nobody guesses."""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai import build
from docai.classifiers import KINDS, NAMES, BuiltinClassifier, KindWeights
from docai.document import Document, Page
from docai.errors import DatasetError, SettingsError
from docai.extraction.fields import Schema
from docai.extraction.kind import DocumentKind
from docai.extraction.result import Problem
from docai.kinds import ANY_KIND, OTHER, SURE, Kinds, asks_any
from docai.reading import Reading
from docai.settings import Settings
from docai.testing import blank_page, typed_reading
from docai.train_kinds import Example, fit, report
from docai.vlm.builtin.inference import BuiltinVlm
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


def test_shipped_weights_know_every_builtin_schema_and_this_model() -> None:
    weights = KindWeights.read()

    assert set(weights.weights) == set(weights.intercepts) == set(build.builtin_schemas())
    assert weights.about["vlm"] == BuiltinVlm().name
    assert all(len(row) == len(NAMES) for row in weights.weights.values())
    assert json.loads(KINDS.read_text("utf8")) == weights.to_json()


def test_weights_for_other_signals_are_refused(tmp_path: Path) -> None:
    shown = {**KindWeights.read().to_json(), "names": ["colour"]}
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps(shown), "utf8")

    with pytest.raises(ValueError, match="was fitted on"):
        KindWeights.read(path)


@given(st.lists(st.floats(-50, 50), min_size=len(NAMES), max_size=len(NAMES)))
def test_probabilities_add_up(seen: list[float]) -> None:
    probabilities = KindWeights.read().probabilities(seen)

    assert set(probabilities) == {*build.builtin_schemas(), OTHER}
    assert math.isclose(sum(probabilities.values()), 1.0)


def test_builtin_classifier_needs_no_tokens_of_its_own() -> None:
    vlm = BuiltinVlm()
    classifier = BuiltinClassifier(vlm)
    own = [vlm.encode(page) for page in DOCUMENT.pages]
    strange = [ImageTokens(1, "another model", {"x": np.zeros(1, np.float32)})]

    told = classifier.kind(DOCUMENT, (READING,), own)

    assert told == classifier.kind(DOCUMENT, (READING,), strange)
    assert told == classifier.kind(DOCUMENT, (READING,), ())
    assert told.classifier == classifier.name
    assert classifier.name.startswith(f"{vlm.name}/kinds-")


def test_blank_pages_are_surely_no_receipt() -> None:
    blank = Reading(1, (100, 60), (), (), 0.0, "scripted-ocr")
    page = Page(1, np.full((100, 60, 3), 255, np.uint8))
    document = replace(DOCUMENT, pages=(page,))

    told = BuiltinClassifier(BuiltinVlm()).kind(document, (blank,), ())

    assert (told.name, told.confidence) == (OTHER, 1.0)


def planted(name: str, kind: str, middle: float, count: int, seed: int) -> list[Example]:
    rng = random.Random(seed)
    return [Example(name, kind, tuple(rng.gauss(middle, 1.0) for _ in NAMES)) for _ in range(count)]


def test_fitting_finds_what_tells_kinds_apart() -> None:
    some = [*planted("a", "receipt", 1.0, 80, 1), *planted("b", OTHER, -1.0, 400, 2)]
    others = [*planted("a", "receipt", 1.0, 50, 3), *planted("b", OTHER, -1.0, 50, 4)]

    rows = report(others, fit(some, ("receipt",), {}))

    assert rows["a"]["right"] == rows["b"]["right"] == 1.0
    assert rows["a"]["sure"] > 0.9
    assert rows["a"]["surely_wrong"] == 0.0


def test_fitting_without_a_kind_is_refused() -> None:
    with pytest.raises(DatasetError, match="no document of the kind 'other'"):
        fit(planted("a", "receipt", 1.0, 5, 1), ("receipt",), {})


@pytest.mark.parametrize("name", ["hf:", "clip", "builtin:x", "openai:gpt"])
def test_classifiers_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="there is no classifier"):
        build.classifier(Settings(classifier=name))
