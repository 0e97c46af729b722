"""Which pages open a document: asked of the built-in model once, and heard where a file is cut."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from docai import build
from docai.classifiers import BuiltinClassifier, opener
from docai.document import Document, Page
from docai.pipeline import Pipeline
from docai.reading import Reading
from docai.settings import Settings
from docai.testing import ScriptedOcr, ScriptedVlm, blank_page, typed_reading
from docai.vlm.builtin.inference import BuiltinVlm
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import KINDS
from docai.vlm.tokens import ImageTokens
from docai.vlm.witnesses import TwoWitnesses

PAGES = [["ACME LTD", "Coffee 3.00"], [], ["ACME LTD", "Tea 4.00"]]
READINGS = tuple(typed_reading(lines, number) for number, lines in enumerate(PAGES, start=1))
DOCUMENT = Document("s.pdf", "ab" * 32, "pdf", tuple(map(blank_page, READINGS)))
RECEIPT = build.builtin_schema("receipt")


class CountingVlm(BuiltinVlm):
    """The built-in model, but for its networks: what it says of page n is n tenths sure."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded: list[int] = []
        self.tagged: list[int] = []

    def encode(self, page: Page) -> ImageTokens:
        self.encoded.append(page.number)
        return ImageTokens(page.number, self.name, {"of": np.full(1, page.number)})

    def tag(self, reading: Reading, tokens: ImageTokens) -> Tagged:
        assert (tokens.model, tokens.tensors["of"].tolist()) == (self.name, [reading.page])
        self.tagged.append(reading.page)
        none: Any = np.zeros((0, 0), np.float32)
        kinds = np.full(len(KINDS), 0.1 / (len(KINDS) - 1), np.float32)
        kinds[KINDS.index("invoice")] = 0.9
        return Tagged(reading, *[none] * 6, kinds=kinds, opens=reading.page / 10)


@pytest.fixture
def vlm() -> CountingVlm:
    return CountingVlm()


def test_each_page_is_told_and_one_without_words_is_left_open(vlm: CountingVlm) -> None:
    tokens = [vlm.encode(page) for page in DOCUMENT.pages]
    vlm.encoded.clear()
    assert BuiltinClassifier(vlm).opens(DOCUMENT, READINGS, tokens) == [0.1, 0.5, 0.3]
    assert (vlm.tagged, vlm.encoded) == ([1, 3], [])


def test_kinds_of_parts_cost_no_second_look(vlm: CountingVlm) -> None:
    classifier = BuiltinClassifier(vlm)
    tokens = [vlm.encode(page) for page in DOCUMENT.pages]
    classifier.opens(DOCUMENT, READINGS, tokens)
    last = Document("s.pdf", "ab" * 32, "pdf", DOCUMENT.pages[2:])
    assert classifier.kind(last, READINGS[2:], tokens[2:]).name == "invoice"
    assert vlm.tagged == [1, 3]
    again = typed_reading(PAGES[2], 3)  # as equal as can be, but read anew
    classifier.kind(last, (again,), tokens[2:])
    assert vlm.tagged == [1, 3, 3]
    classifier.opens(DOCUMENT, READINGS, tokens)
    assert vlm.tagged == [1, 3, 3, 1, 3]  # what is kept is of the last file that was split


def test_beside_a_model_that_writes_its_own_tokens_are_found(vlm: CountingVlm) -> None:
    witnesses = TwoWitnesses(ScriptedVlm(), vlm)
    tokens = [witnesses.encode(page) for page in DOCUMENT.pages]
    vlm.encoded.clear()
    assert BuiltinClassifier(vlm).opens(DOCUMENT, READINGS, tokens) == [0.1, 0.5, 0.3]
    assert vlm.encoded == []


def test_tokens_of_another_model_are_of_no_use(vlm: CountingVlm) -> None:
    tokens = [ScriptedVlm().encode(page) for page in DOCUMENT.pages]
    assert BuiltinClassifier(vlm).opens(DOCUMENT, READINGS, tokens) == [0.1, 0.5, 0.3]
    assert vlm.encoded == [1, 3]


@dataclass
class Sure:
    """Says that the last page opens a document, or not."""

    last: float
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def opens(
        self, document: Document, readings: Sequence[Reading], tokens: Sequence[ImageTokens]
    ) -> Sequence[float]:
        self.asked.append((document, tuple(readings), tuple(one.model for one in tokens)))
        return [*[0.5] * (len(readings) - 1), self.last]


def test_a_file_is_cut_where_the_model_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from docai.splitting import BorderWeights

    # By no other sign: what ships may weigh it little.
    weights = BorderWeights(0.0, (*[0.0] * (len(_names()) - 1), 1.0), {})
    monkeypatch.setattr("docai.splitting._weights", lambda: weights)
    readings = (READINGS[0], typed_reading(PAGES[2], 2))
    document = Document("s.pdf", "ab" * 32, "pdf", tuple(map(blank_page, readings)))
    for last, pages in ((0.99, [(1,), (2,)]), (0.01, [(1, 2)])):
        sure = Sure(last)
        pipeline = Pipeline(ScriptedOcr(readings), ScriptedVlm(), opener=sure)
        found = [one.extraction.part for one in pipeline.extract_parts(document, RECEIPT)]
        assert [part and part.pages for part in found] == pages
        assert sure.asked == [(document, readings, ("scripted-vlm", "scripted-vlm"))]


def _names() -> Sequence[str]:
    from docai.borders import NAMES, OPENS

    assert NAMES[-1] == OPENS
    return NAMES


def test_one_page_opens_a_document_whatever_anybody_says() -> None:
    sure = Sure(0.0)
    readings = READINGS[:1]
    document = Document("s.pdf", "ab" * 32, "pdf", DOCUMENT.pages[:1])
    pipeline = Pipeline(ScriptedOcr(readings), ScriptedVlm(), opener=sure)
    assert len(pipeline.extract_parts(document, RECEIPT)) == 1
    assert sure.asked == []


def test_the_built_in_classifier_is_asked_itself() -> None:
    pipeline = build.pipeline(Settings())
    assert pipeline.kinds is not None
    assert pipeline.opener is pipeline.kinds.classifier
    assert isinstance(opener(object()), BuiltinClassifier)  # type: ignore[arg-type]  # any other
