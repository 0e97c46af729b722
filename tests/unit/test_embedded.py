"""The e-invoice inside a file as a witness: agreement, disagreement, and what only it says."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hybrid import FACTS, LINE, OTHER_LINE, PAGE, factur_x
from hypothesis import given
from hypothesis import strategies as st

from docai.document import Document
from docai.extraction import embedded
from docai.extraction.embedded import AGREED, ALONE, PRINTED, Witnessed, witness
from docai.extraction.fields import Schema, schema_of
from docai.extraction.meaning import locale_of
from docai.extraction.reconcile import Reconciled, reconcile
from docai.extraction.result import Evidence, Extraction, Money, Origin, State, Value
from docai.formats import to_markdown
from docai.reading import Reading
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Span
from schemas.receipt import Receipt

MONEY = {"type": "object", "properties": {"amount": {"type": "string"}, "currency": {}}}
DAY = {"type": "string", "format": "date"}
TEXT = {"type": "string"}
ITEM = {
    "description": TEXT,
    "quantity": {"type": "number"},
    "unit": TEXT,
    "unit_price": MONEY,
    "amount": MONEY,
    "colour": TEXT,
}
FIELDS: dict[str, Any] = {
    "vendor_name": TEXT,
    "customer_name": TEXT,
    "invoice_id": TEXT,
    "invoice_date": DAY,
    "currency": {"enum": ["EUR", "USD"]},
    "invoice_total": MONEY,
    "amount_due": MONEY,
    "items": {"type": "array", "items": {"type": "object", "properties": ITEM}},
}
SCHEMA = schema_of({"type": "object", "properties": FIELDS}, "mine")
READING = typed_reading(PAGE, engine="text-layer")
TOTAL = Money(Decimal("140.40"), "EUR")


def heard(
    xml: bytes,
    fields: Mapping[str, Value] | None = None,
    lines: Sequence[str] = PAGE,
    schema: Schema = SCHEMA,
) -> Witnessed:
    readings = [typed_reading(lines, engine="text-layer")]
    known = {path: Value(State.ABSENT) for path in schema.scalars} | dict(fields or {})
    return witness(xml, schema, readings, known, locale_of(readings))


def printed(text: str, typed: Any, confidence: float = 0.95, reading: Reading = READING) -> Value:
    """Return what a model found at the first words that read ``text``."""
    wanted, texts = text.split(), [word.text for word in reading.words]
    start = next(i for i in range(len(texts)) if texts[i : i + len(wanted)] == wanted)
    words = range(start, start + len(wanted))
    evidence = Evidence(1, reading.box(words), tuple(words))
    who = ("text_layer", "vlm")
    return Value(State.FOUND, typed, text, confidence, (evidence,), who)


def codes(found: Witnessed) -> list[str]:
    return [problem.code for problem in found.problems]


def test_what_the_page_prints_has_its_evidence() -> None:
    found = heard(factur_x())
    total, day, name = (found.fields[p] for p in ("invoice_total", "invoice_date", "invoice_id"))
    assert (total.state, total.typed, total.text) == (State.FOUND, TOTAL, "140,40 EUR")
    assert total.witnesses == ("xml", "text_layer")
    assert (total.confidence, total.origin) == (PRINTED, Origin.COPIED)
    assert total.evidence[0].box == READING.box(range(*_span("140,40 EUR")))
    assert (day.typed, day.text) == (dt.date(2021, 4, 12), "12.04.2021")
    assert (name.typed, name.text) == ("RE-2021/77", "RE-2021/77")
    assert codes(found) == []


def _span(text: str) -> tuple[int, int]:
    evidence = printed(text, None).evidence[0]
    return evidence.words[0], evidence.words[-1] + 1


def test_ocr_is_named_where_it_read() -> None:
    readings = [typed_reading(PAGE, engine="ppocr")]
    found = witness(factur_x(), SCHEMA, readings, {}, locale_of(readings))
    assert found.fields["invoice_id"].witnesses == ("xml", "ocr")


def test_a_model_that_agrees_is_a_witness_too() -> None:
    mine = printed("140,40", TOTAL)
    value = heard(factur_x(), {"invoice_total": mine}).fields["invoice_total"]
    assert value.witnesses == ("xml", "text_layer", "vlm")
    assert (value.confidence, value.evidence, value.alternatives) == (AGREED, mine.evidence, ())


def test_the_pages_own_place_is_kept_among_several() -> None:
    lines = ["Gesamt 140,40 EUR", "Gartenstuhl 5,00", "Gesamt 140,40 EUR"]
    reading = typed_reading(lines, engine="text-layer")
    mine = printed("140,40", TOTAL, reading=reading)
    assert mine.evidence[0].words == (1,)
    value = heard(factur_x(), {"invoice_total": mine}, lines).fields["invoice_total"]
    assert value.evidence == mine.evidence
    alone = heard(factur_x(), {}, lines).fields["invoice_total"]
    assert min(alone.evidence[0].words) > 1  # a sum stands at the end


def test_what_no_page_prints_is_told() -> None:
    found = heard(factur_x(replace(FACTS, number="RE-9")))
    value = found.fields["invoice_id"]
    assert value == Value(State.FOUND, "RE-9", None, ALONE, (), ("xml",), (), Origin.EMBEDDED)
    assert codes(found) == ["not_printed"]
    assert found.problems[0].paths == ("invoice_id",)


@pytest.mark.parametrize("number", ["RE-2021/7", "RE-2021/78", "2021/77"])
def test_nearly_the_same_number_is_another(number: str) -> None:
    found = heard(factur_x(replace(FACTS, number=number)))
    assert found.fields["invoice_id"].text is None


def test_nearly_the_same_name_is_a_slip() -> None:
    lines = ["Holzwcrk Lindau GmbH", *PAGE[1:]]
    found = heard(factur_x(), {}, lines)
    name = found.fields["vendor_name"]
    assert (name.typed, name.text) == ("Holzwerk Lindau GmbH", "Holzwcrk Lindau GmbH")
    assert codes(found) == []


def test_a_sure_page_contradicts() -> None:
    xml = factur_x(replace(FACTS, total="999.99"))
    mine = printed("140,40", TOTAL)
    found = heard(xml, {"invoice_total": mine})
    value = found.fields["invoice_total"]
    assert (value.state, value.typed) == (State.CONFLICT, Money(Decimal("999.99"), "EUR"))
    assert [other.typed for other in value.alternatives] == [TOTAL]
    assert value.alternatives[0].evidence == mine.evidence
    assert 0 < value.confidence < value.alternatives[0].confidence < mine.confidence
    [problem] = found.problems
    assert (problem.code, problem.paths) == ("xml_mismatch", ("invoice_total",))
    assert "999.99" in problem.message and "140.40" in problem.message


def test_an_unsure_page_does_not() -> None:
    xml = factur_x(replace(FACTS, total="999.99"))
    found = heard(xml, {"invoice_total": printed("140,40", TOTAL, 0.4)})
    assert found.fields["invoice_total"].state is State.FOUND
    assert codes(found) == ["not_printed"]


def test_a_total_that_is_printed_as_another_sum_is_contradicted_by_a_sure_page() -> None:
    xml = factur_x(replace(FACTS, total="120.00"))
    for confidence, state in ((0.95, State.CONFLICT), (0.8, State.FOUND)):
        mine = {"invoice_total": printed("140,40", TOTAL, confidence)}
        assert heard(xml, mine).fields["invoice_total"].state is state


def test_more_or_less_of_the_same_text_is_no_contradiction() -> None:
    mine = printed("Holzwerk Lindau GmbH Uferweg 3", "Holzwerk Lindau GmbH Uferweg 3")
    found = heard(factur_x(), {"vendor_name": mine})
    assert found.fields["vendor_name"].state is State.FOUND
    assert found.fields["vendor_name"].text == "Holzwerk Lindau GmbH"


def test_an_ambiguous_day_is_settled() -> None:
    lines = ["Invoice 04/12/2021", "Total 140.40"]
    reading = typed_reading(lines, engine="text-layer")
    other = printed("04/12/2021", dt.date(2021, 4, 12), reading=reading)
    mine = replace(other, state=State.CONFLICT, typed=dt.date(2021, 12, 4), alternatives=(other,))
    value = heard(factur_x(), {"invoice_date": mine}, lines).fields["invoice_date"]
    assert (value.state, value.typed) == (State.FOUND, dt.date(2021, 4, 12))
    assert (value.text, value.alternatives) == ("04/12/2021", ())


def test_what_is_not_stated_stays_as_the_pages_tell() -> None:
    mine = printed("140,40", TOTAL)
    found = heard(factur_x(), {"amount_due": mine})
    assert found.fields["amount_due"] == mine


@pytest.mark.parametrize("shown", ["EUR", "€"])
def test_a_currency_is_printed_as_code_or_sign(shown: str) -> None:
    lines = [line.replace("EUR", shown) for line in PAGE]
    value = heard(factur_x(), {}, lines).fields["currency"]
    assert value.typed == "EUR"
    assert shown in (value.text or "")


def test_a_credit_note_may_print_its_sums_with_another_sign() -> None:
    lines = [line.replace("140,40", "-140,40") for line in PAGE]
    xml = factur_x(replace(FACTS, type_code="381"))
    value = heard(xml, {}, lines).fields["invoice_total"]
    assert (value.typed, value.text) == (TOTAL, "-140,40 EUR")
    assert heard(factur_x(), {}, lines).fields["invoice_total"].text is None


def test_rows_are_those_of_the_xml_with_their_place() -> None:
    found = heard(factur_x())
    rows = {p: v for p, v in found.fields.items() if p.startswith("items")}
    assert rows["items[0].description"].typed == "Gartenstuhl Eiche"
    assert rows["items[0].amount"].text == "100,00"
    assert rows["items[1].quantity"].typed == 10
    assert rows["items[1].unit_price"].typed == Money(Decimal("2.00"), "EUR")
    lines = {
        READING.line_of_word[value.evidence[0].words[0]]
        for path, value in rows.items()
        if path.startswith("items[1]") and value.evidence
    }
    assert lines == {6}
    unit = rows["items[0].unit"]  # a code, which pages do not print: no problem
    assert (unit.typed, unit.origin) == ("H87", Origin.EMBEDDED)
    assert codes(found) == []


def test_equal_rows_stand_one_below_the_other() -> None:
    lines = [*PAGE[:5], PAGE[5], PAGE[5], *PAGE[7:]]
    found = heard(factur_x(replace(FACTS, lines=[LINE, LINE])), {}, lines)
    tops = [found.fields[f"items[{n}].description"].evidence[0].box[1] for n in (0, 1)]
    assert tops[0] < tops[1]


def test_a_wrapped_description_is_found() -> None:
    lines = ["1 Gartenstuhl 4 25,00 100,00", "  Eiche", "Gesamtbetrag 140,40 EUR"]
    value = heard(factur_x(), {}, lines).fields["items[0].description"]
    assert value.text == "Gartenstuhl Eiche"


def row(number: int, **cells: Value) -> dict[str, Value]:
    return {f"items[{number}].{column}": value for column, value in cells.items()}


def test_what_only_the_pages_tell_of_a_row_stays() -> None:
    colour, unit = printed("AS-2", "AS-2"), printed("Menge", "Menge")
    cell = printed("Apfelsaft naturtrüb", "Apfelsaft naturtrüb")
    found = heard(factur_x(), row(0, description=cell, colour=colour, unit=unit))
    assert found.fields["items[1].colour"] == colour
    assert found.fields["items[1].unit"] == unit
    assert found.fields["items[1].description"].witnesses == ("xml", "text_layer", "vlm")
    assert "items[0].colour" not in found.fields


def test_a_cell_that_the_page_contradicts() -> None:
    changed = (*OTHER_LINE[:5], "77.00")
    cell = printed("Apfelsaft naturtrüb", "Apfelsaft naturtrüb")
    mine = row(0, description=cell, amount=printed("20,00", Money(Decimal("20.00"), "EUR")))
    found = heard(factur_x(replace(FACTS, lines=[LINE, changed])), mine)
    value = found.fields["items[1].amount"]
    assert (value.state, value.typed) == (State.CONFLICT, Money(Decimal("77.00"), "EUR"))
    assert value.alternatives[0].typed == Money(Decimal("20.00"), "EUR")
    assert codes(found) == ["xml_mismatch"]


def test_a_row_that_the_xml_lacks_is_told() -> None:
    cell = printed("Apfelsaft naturtrüb", "Apfelsaft naturtrüb")
    found = heard(factur_x(replace(FACTS, lines=[LINE])), row(0, description=cell))
    assert "items[1].description" not in found.fields
    [problem] = found.problems
    assert problem.code == "xml_mismatch"
    assert "Apfelsaft" in problem.message


def test_without_rows_those_of_the_pages_stay() -> None:
    mine = row(0, description=printed("Apfelsaft naturtrüb", "Apfelsaft naturtrüb"))
    found = heard(factur_x(replace(FACTS, lines=[])), mine)
    assert found.fields["items[0].description"] == mine["items[0].description"]


def test_receipts_call_it_otherwise() -> None:
    schema = schema_of(Receipt, "receipt")
    found = heard(factur_x(), {}, PAGE, schema)
    assert found.fields["merchant_name"].typed == "Holzwerk Lindau GmbH"
    assert found.fields["total"].typed == TOTAL
    assert found.fields["transaction_date"].typed == dt.date(2021, 4, 12)
    assert found.fields["items[0].price"].typed == Money(Decimal("25.00"), "EUR")
    assert found.fields["items[0].total_price"].typed == Money(Decimal("100.00"), "EUR")


def test_a_field_of_that_name_and_another_kind_is_left_alone() -> None:
    other = schema_of(
        {
            "type": "object",
            "properties": {
                "invoice_id": {"type": "boolean"},
                "invoice_date": MONEY,
                "invoice_total": TEXT,
                "currency": {"enum": ["USD"]},
            },
        },
        "other",
    )
    found = heard(factur_x(), {}, PAGE, other)
    assert found.fields["invoice_id"] == Value(State.ABSENT)
    assert found.fields["invoice_date"] == Value(State.ABSENT)
    assert found.fields["currency"] == Value(State.ABSENT)
    assert found.fields["invoice_total"].typed == "140,40 EUR"  # as printed


def test_broken_xml_is_a_problem_and_nothing_else() -> None:
    mine = {"invoice_total": printed("140,40", TOTAL)}
    found = heard(b"<broken", mine)
    assert found.fields["invoice_total"] == mine["invoice_total"]
    assert codes(found) == ["xml_unreadable"]


def test_no_xml_is_nothing() -> None:
    fields = {"invoice_total": printed("140,40", TOTAL)}
    assert witness(None, SCHEMA, [READING], fields, locale_of([READING])).fields is fields


def test_what_is_no_day_is_told() -> None:
    found = heard(factur_x(replace(FACTS, day="20210231")))
    assert codes(found) == ["xml_unreadable"]
    assert "invoice_date" in found.problems[0].message
    assert found.fields["invoice_date"] == Value(State.ABSENT)


def test_a_long_list_is_named_in_part() -> None:
    lines = [(f"Teil {n}", f"T{n}", "1", "1.00", "19", "1.00") for n in range(50)]
    found = heard(factur_x(replace(FACTS, lines=lines)), {}, ["leer"])
    [problem] = found.problems
    assert len(problem.paths) > 100
    assert len(problem.message) < 400
    assert problem.message.endswith("more")


def reconciled(xml: bytes | None, *answers: Answer, schema: Schema = SCHEMA) -> Reconciled:
    document = Document("a.pdf", "ab" * 32, "pdf", (blank_page(READING),), xml)
    vlm = ScriptedVlm(answers)
    tokens = (vlm.encode(document.pages[0]),)
    return reconcile(document, schema, vlm, (READING,), tokens)


def test_the_reconciler_hears_it() -> None:
    words = printed("140,40", None).evidence[0].words
    said = Answer("invoice_total", 0.9, Span(1, words))
    without, with_xml = reconciled(None, said), reconciled(factur_x(), said)
    assert without.extraction.fields["invoice_total"].witnesses == ("text_layer", "vlm")
    assert with_xml.extraction.fields["invoice_total"].witnesses == ("xml", "text_layer", "vlm")
    assert with_xml.extraction.data["items"][1]["quantity"] == 10
    assert set(without.signals) == {"invoice_total"}
    assert with_xml.signals == {}  # they say how sure a model is, not how sure this is


def test_a_result_tells_what_only_the_xml_says() -> None:
    extraction = reconciled(factur_x(replace(FACTS, number="RE-9"))).extraction
    shown = extraction.to_json()
    assert shown["fields"]["invoice_id"]["origin"] == "embedded"
    assert shown["data"]["invoice_id"] == "RE-9"
    assert Extraction.from_json(shown).to_json() == shown
    assert "RE-9 (embedded)" in to_markdown(extraction)


def test_sums_are_checked_again() -> None:
    xml = factur_x(replace(FACTS, total="999.99"))
    schema = schema_of(
        {
            "type": "object",
            "properties": dict.fromkeys(("subtotal", "total_tax", "total"), MONEY),
        },
        "sums",
    )
    done = reconciled(xml, schema=schema).extraction
    assert "sum_mismatch" in {problem.code for problem in done.problems}


@given(st.lists(st.text(max_size=12), max_size=12), st.text(max_size=20))
def test_any_page_and_any_name(words: list[str], name: str) -> None:
    lines = [" ".join(" ".join(words).split()) or "x", "Holzwerk Lindau"]
    clean = "".join(c for c in name if c.isprintable())
    found = heard(factur_x(replace(FACTS, seller=clean)), {}, lines)
    for value in found.fields.values():
        assert (value.text is None) == (not value.evidence)
        assert 0 <= value.confidence <= 1
        if value.origin is Origin.EMBEDDED:
            assert value.witnesses == (embedded.WITNESS,)


def test_amounts_without_a_currency_are_not_given_that_of_the_pages() -> None:
    sign = printed("EUR", "EUR", reading=typed_reading(["Total EUR"], engine="text-layer"))
    silent = re.sub(rb"<(\w+:)?InvoiceCurrencyCode>[^<]*", rb"<\1InvoiceCurrencyCode>", factur_x())
    assert silent != factur_x()
    assert heard(silent, {"currency": sign}).fields["currency"].state is State.ABSENT
    assert heard(factur_x(), {"currency": sign}).fields["currency"].typed == "EUR"
