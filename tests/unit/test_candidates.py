"""Candidates: what a model pointed at or wrote, as words of a page and a typed value."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.extraction.candidates import Candidate, candidate
from docai.extraction.fields import Kind, Leaf
from docai.extraction.meaning import Locale, locale_of, parse
from docai.extraction.result import Money, Typed
from docai.geometry import union
from docai.testing import typed_reading
from docai.vlm.engine import Answer, Field, Span

NOWHERE = Locale(None, None, None, None)
MALAYSIA = Locale("MY", "MYR", False, True)
PAGE = typed_reading(
    ["KEDAI RUNCIT SDN BHD", "12 JALAN BESAR", "25/12/2018 14:05", "TOTAL RM 9.00"]
)
SECOND = typed_reading(["PAGE TWO", "CASH 20.00"], page=2)
BOTH = (PAGE, SECOND)


def points(path: str, *words: int, page: int = 1) -> Answer:
    return Answer(path, 0.9, Span(page, words))


def leaf(kind: Kind) -> Leaf:
    return Leaf(Field("field", kind.value), kind)


def sure(answer: Answer, kind: Kind, locale: Locale = MALAYSIA) -> Candidate:
    found = candidate(answer, leaf(kind), BOTH, locale)
    assert found is not None
    return found


def test_a_span_is_copied_with_its_evidence() -> None:
    found = sure(points("merchant_name", 0, 1), Kind.TEXT)
    assert (found.path, found.text, found.typed) == (
        "merchant_name",
        "KEDAI RUNCIT",
        "KEDAI RUNCIT",
    )
    assert (found.evidence.page, found.evidence.words) == (1, (0, 1))
    assert found.evidence.box == union(PAGE.words[i].box for i in (0, 1))
    assert (found.probability, found.witness, found.other) == (0.9, "ocr", None)


def test_words_are_joined_in_the_order_of_the_span() -> None:
    assert sure(points("merchant_name", 3, 2), Kind.TEXT).text == "BHD SDN"


def test_a_span_is_taken_from_its_own_page() -> None:
    found = sure(points("total", 3, page=2), Kind.MONEY)
    assert (found.text, found.evidence.page) == ("20.00", 2)
    assert found.evidence.box == SECOND.words[3].box


def test_what_a_model_wrote_is_found_on_the_page() -> None:
    found = sure(Answer("merchant_address", 0.7, text="12 Jalan Besar"), Kind.TEXT)
    assert found.text == "12 JALAN BESAR"
    assert found.evidence.words == (4, 5, 6)


def test_what_a_model_wrote_is_found_on_the_page_that_prints_it_best() -> None:
    found = sure(Answer("total", 0.7, text="CASH 20.00"), Kind.MONEY)
    assert found.evidence.page == 2
    assert found.typed == Money(Decimal("20.00"), "MYR")


@pytest.mark.parametrize("text", ["ACME INCORPORATED", "", None])
def test_what_is_printed_nowhere_is_no_candidate(text: str | None) -> None:
    assert (
        candidate(Answer("merchant_name", 0.99, text=text), leaf(Kind.TEXT), BOTH, NOWHERE) is None
    )


def test_without_a_page_there_is_no_candidate() -> None:
    assert candidate(Answer("total", 0.99, text="9.00"), leaf(Kind.MONEY), (), NOWHERE) is None


@pytest.mark.parametrize(
    ("kind", "words", "typed"),
    [
        (Kind.TEXT, (0,), "KEDAI"),
        (Kind.DATE, (7,), dt.date(2018, 12, 25)),
        (Kind.TIME, (8,), dt.time(14, 5)),
        (Kind.MONEY, (10, 11), Money(Decimal("9.00"), "MYR")),
        (Kind.NUMBER, (4,), Decimal(12)),
        (Kind.MONEY, (0,), None),
        (Kind.DATE, (0,), None),
        (Kind.TIME, (0,), None),
        (Kind.PHONE, (0,), None),
        (Kind.NUMBER, (0,), None),
    ],
)
def test_text_is_typed_by_kind_and_kept_as_printed(
    kind: Kind, words: tuple[int, ...], typed: Typed | None
) -> None:
    found = sure(points("field", *words), kind)
    assert found.typed == typed
    assert found.text == " ".join(PAGE.words[i].text for i in words)


def test_a_phone_is_typed_without_its_key() -> None:
    page = typed_reading(["TEL: 03-2274 1234"])
    found = candidate(points("merchant_phone", 0, 1, 2), leaf(Kind.PHONE), [page], MALAYSIA)
    assert found is not None
    assert (found.text, found.typed) == ("TEL: 03-2274 1234", "03-2274 1234")


@pytest.mark.parametrize("text", ["-", "***", "$"])
def test_signs_alone_are_no_text(text: str) -> None:
    assert parse(text, leaf(Kind.TEXT), NOWHERE) is None


@pytest.mark.parametrize(
    ("day_first", "days"),
    [
        (True, [dt.date(2016, 3, 2), None]),
        (False, [dt.date(2016, 2, 3), None]),
        (None, [dt.date(2016, 3, 2), dt.date(2016, 2, 3)]),
    ],
)
def test_a_date_means_two_days_only_where_nothing_tells(
    day_first: bool | None, days: list[dt.date | None]
) -> None:
    locale = dataclasses.replace(NOWHERE, day_first=day_first)
    found = candidate(
        points("transaction_date", 0), leaf(Kind.DATE), [typed_reading(["02/03/2016"])], locale
    )
    assert found is not None
    assert [found.typed, found.other] == days


def test_the_least_sure_word_counts() -> None:
    words = tuple(
        dataclasses.replace(word, confidence=0.5 + n / 100) for n, word in enumerate(PAGE.words)
    )
    page = dataclasses.replace(PAGE, words=words)
    found = candidate(points("merchant_name", 3, 1, 2), leaf(Kind.TEXT), [page], NOWHERE)
    assert found is not None
    assert found.ocr_confidence == 0.51


@pytest.mark.parametrize(("engine", "witness"), [("text-layer", "text_layer"), ("PP", "ocr")])
def test_the_witness_is_who_read_the_words(engine: str, witness: str) -> None:
    page = typed_reading(["TOTAL 9.00"], engine=engine)
    found = candidate(points("total", 1), leaf(Kind.MONEY), [page], NOWHERE)
    assert found is not None
    assert found.witness == witness


def test_the_whole_document_tells_how_values_are_written() -> None:
    shop = typed_reading(["KEDAI SDN BHD", "81100 JOHOR BAHRU"])
    sums = typed_reading(["TOTAL RM 9.00", "25/12/2018"], page=2)
    assert locale_of([shop, sums]) == MALAYSIA
    assert locale_of([]) == NOWHERE


@given(st.data())
def test_text_and_evidence_always_agree(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.integers(0, len(PAGE.words) - 1), min_size=1, unique=True))
    kind = data.draw(st.sampled_from(Kind))
    found = sure(points("field", *words), kind)
    shown = found.evidence.words
    # Dates, times, phones and amounts may be widened in their line; plain text is as pointed at.
    assert set(shown) >= set(words) or kind in (Kind.DATE, Kind.TIME, Kind.PHONE)
    if kind in (Kind.TEXT, Kind.NUMBER):
        assert shown == tuple(words)
    assert found.text == " ".join(PAGE.words[i].text for i in shown)
    assert found.evidence.box == union(PAGE.words[i].box for i in shown)


def test_a_half_found_date_is_widened_in_its_line() -> None:
    page = typed_reading(["05 JAN 2017 14:05", "2017"])
    found = candidate(Answer("field", 0.9, Span(1, (1,))), leaf(Kind.DATE), [page], NOWHERE)
    assert found is not None
    assert (found.text, found.evidence.words) == ("05 JAN 2017", (0, 1, 2))


def test_an_amount_cut_behind_its_point_is_put_together() -> None:
    page = typed_reading(["TOTAL 15. 40"])
    found = candidate(Answer("field", 0.9, Span(1, (2,))), leaf(Kind.MONEY), [page], NOWHERE)
    assert found is not None
    assert (found.text, found.typed) == ("15. 40", Money(Decimal("15.40")))


def test_a_currency_sign_alone_takes_its_amount() -> None:
    page = typed_reading(["TOTAL $ 15.40"])
    found = candidate(Answer("field", 0.9, Span(1, (1,))), leaf(Kind.MONEY), [page], NOWHERE)
    assert found is not None
    assert found.text == "$ 15.40"
