"""The whole path of a document, with engines that say what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from docai.document import Document, Page, Picture
from docai.errors import OcrError, VlmError
from docai.extraction.fields import schema_of
from docai.extraction.result import Money, State
from docai.extraction.trust import FITTED_FOR
from docai.geometry import Polygon
from docai.ocr.second_look import Candidate, FieldKind
from docai.pipeline import Extracted, Pipeline
from docai.reading import Reading
from docai.testing import ScriptedOcr, ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Question, Reply, Span
from docai.vlm.tokens import ImageTokens
from schemas.receipt import Receipt

RECEIPT = schema_of(Receipt, "receipt")
PAGES = (
    typed_reading(["GREEN HILL MARKET"]),
    typed_reading(["SUBTOTAL 8.00", "TAX 1.00", "TOTAL 3.00"], page=2),
)
DOCUMENT = Document("a.tiff", "ab" * 32, "tiff", tuple(blank_page(r) for r in PAGES))
ANSWERS = (
    Answer("merchant_name", 0.9, Span(1, (0, 1, 2))),
    Answer("subtotal", 0.9, Span(2, (1,))),
    Answer("total_tax", 0.9, Span(2, (3,))),
    Answer("total", 0.9, Span(2, (5,))),
)


@dataclass
class CountingOcr:
    """An OCR engine that remembers which pages it read."""

    read_pages: list[int] = field(default_factory=list)
    name: str = "counting-ocr"

    def read(self, page: Page) -> Reading:
        self.read_pages.append(page.number)
        return ScriptedOcr(PAGES).read(page)


@dataclass
class CountingVlm:
    """A model that remembers which pages it encoded and what it was asked."""

    encoded: list[int] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    name: str = f"{FITTED_FOR}counting"

    def encode(self, page: Page) -> ImageTokens:
        self.encoded.append(page.number)
        return ScriptedVlm().encode(page)

    def answer(self, question: Question) -> Reply:
        self.asked.append(question)
        return Reply(ANSWERS)


@dataclass
class Look:
    """A second look that is as sure of another total as it was told to be."""

    log_probability: float

    def read_again(
        self,
        page_picture: Picture,
        line_polygons: Sequence[Polygon],
        field_kind: FieldKind,
        first_texts: Sequence[str] = (),
    ) -> list[list[Candidate]]:
        other = Candidate("TOTAL 9.00", self.log_probability)
        return [
            sorted([Candidate(text, -2.0), other], key=lambda c: -c.log_probability)
            if text == "TOTAL 3.00"
            else [Candidate(text, 0.0)]
            for text in first_texts
        ]


def extracted(look: Any = None) -> tuple[Extracted, CountingOcr, CountingVlm]:
    ocr, vlm = CountingOcr(), CountingVlm()
    return Pipeline(ocr, vlm, look).extract(DOCUMENT, RECEIPT), ocr, vlm


def test_from_pages_to_values() -> None:
    result = extracted()[0]
    assert result.readings == PAGES
    assert result.extraction.fields["merchant_name"].text == "GREEN HILL MARKET"
    assert result.extraction.fields["merchant_name"].evidence[0].page == 1
    assert result.extraction.fields["total"].typed == Money(Decimal("3.00"))
    assert set(result.signals) == {answer.path for answer in ANSWERS}
    assert result.extraction.engines == {"ocr": "scripted-ocr", "vlm": f"{FITTED_FOR}counting"}


@pytest.mark.parametrize("look", [None, Look(-1.9), Look(-0.2)])
def test_each_page_is_read_and_encoded_once(look: Look | None) -> None:
    _, ocr, vlm = extracted(look)
    assert ocr.read_pages == [1, 2]
    assert vlm.encoded == [1, 2]


def test_the_model_is_asked_about_all_pages_at_once() -> None:
    [question] = extracted()[2].asked
    assert question.readings == PAGES
    assert [tokens.page for tokens in question.tokens] == [1, 2]
    assert question.schema == RECEIPT.json_schema


@pytest.mark.parametrize("look", [None, Look(-1.9)])
def test_every_stage_is_timed(look: Look | None) -> None:
    timings_s = extracted(look)[0].extraction.timings_s
    assert list(timings_s) == ["read_and_encode", "reconcile", "second_look"]
    assert all(seconds >= 0 for seconds in timings_s.values())


def test_without_a_second_look_nothing_is_proposed() -> None:
    [problem] = extracted()[0].extraction.problems
    assert (problem.code, problem.proposals) == ("sum_mismatch", ())


def test_a_second_look_that_is_unsure_proposes() -> None:
    result, _, vlm = extracted(Look(-1.9))
    [problem] = result.extraction.problems
    assert [(p.path, p.text) for p in problem.proposals] == [("total", "9.00")]
    assert result.extraction.fields["total"].text == "3.00"
    assert result.readings == PAGES
    assert len(vlm.asked) == 1


def test_a_second_look_that_is_sure_changes_value_and_evidence_alike() -> None:
    result, _, vlm = extracted(Look(-0.2))
    total = result.extraction.fields["total"]
    assert (total.state, total.text) == (State.FOUND, "9.00")
    [evidence] = total.evidence
    words = result.readings[evidence.page - 1].words
    assert " ".join(words[i].text for i in evidence.words) == "9.00"
    assert result.extraction.problems == ()
    assert result.readings[0] is PAGES[0]
    assert [question.readings for question in vlm.asked] == [PAGES, result.readings]


def test_a_model_that_writes_is_asked_once_and_its_words_are_better_read() -> None:
    vlm = CountingVlm(name="a-model-that-writes")
    result = Pipeline(CountingOcr(), vlm, Look(-0.2)).extract(DOCUMENT, RECEIPT)
    assert (result.extraction.fields["total"].text, len(vlm.asked)) == ("9.00", 1)
    assert result.extraction.problems == ()


class Broken(ScriptedVlm):
    """A model that cannot see."""

    def encode(self, page: Page) -> ImageTokens:
        raise VlmError("the model is not installed")


def test_failing_engines_are_heard() -> None:
    with pytest.raises(VlmError, match="not installed"):
        Pipeline(ScriptedOcr(PAGES), Broken()).extract(DOCUMENT, RECEIPT)
    with pytest.raises(OcrError, match="no reading of page 2"):
        Pipeline(ScriptedOcr(PAGES[:1]), ScriptedVlm()).extract(DOCUMENT, RECEIPT)
