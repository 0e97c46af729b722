"""From planted tags to the answers of an invoice: its names, blocks, items and taxes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from docai import build
from docai.document import Document, Page
from docai.extraction.fields import Schema, schema_of
from docai.extraction.reconcile import reconcile
from docai.extraction.result import Extraction
from docai.provenance import Provenance
from docai.reading import Line, Reading
from docai.table import Cell, Table
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.builtin.decode import decode
from docai.vlm.builtin.item_columns import settled
from docai.vlm.builtin.tagged import LINK_SIZE, Tagged
from docai.vlm.builtin.tags import KINDS, ROLES, TAGS
from docai.vlm.engine import Question, Reply

INVOICE = build.schema("invoice")
SURELY = 0.95


def page_of(lines: Sequence[str], number: int = 1) -> Tagged:
    """Return a page that the network is sure of: ``^description:Tea`` is a tea that starts an item.

    A word is ``tag:text`` or a text alone; ``i_`` stands for ``item_``.
    """
    marked = [line.split(" ") for line in lines]
    plain = [" ".join(word.split("=", 1)[-1] for word in words) for words in marked]
    reading = typed_reading(plain, number)
    words = [word for row in marked for word in row if word]
    count = len(words)
    tags = np.full((count, len(TAGS)), (1 - SURELY) / (len(TAGS) - 1), np.float32)
    starts = np.zeros(count, np.float32)
    for i, word in enumerate(words):
        tag = word.rpartition("=")[0]
        starts[i] = tag.startswith("^")
        tags[i, TAGS.index(tag.lstrip("^").replace("i_", "item_"))] = SURELY
    links = np.zeros((count, LINK_SIZE), np.float32)
    roles, none = np.zeros((count, len(ROLES)), np.float32), np.zeros(count, np.float32)
    roles[:, 0] = 1
    kinds = np.zeros(len(KINDS), np.float32)
    return Tagged(reading, tags, starts, roles, none, links, links, kinds, 1.0)


class Tagging(ScriptedVlm):
    """Says what was planted."""

    def __init__(self, pages: Sequence[Tagged]) -> None:
        super().__init__((), "docai-builtin/planted")
        object.__setattr__(self, "pages", pages)

    def answer(self, question: Question) -> Reply:
        pages: Sequence[Tagged] = self.pages  # type: ignore[attr-defined]
        return decode(pages, question.schema, question.fields, question.printed)

    def provenance(self) -> Provenance:
        raise NotImplementedError


def extracted(*pages: Tagged, schema: Schema = INVOICE) -> Extraction:
    """Return what becomes of planted pages."""
    readings = tuple(page.reading for page in pages)
    seen: tuple[Page, ...] = tuple(map(blank_page, readings))
    document = Document("invoice", "0" * 64, "pdf", seen)
    return reconcile(document, schema, Tagging(pages), readings, ()).extraction


def told(extraction: Extraction) -> dict[str, str]:
    """Return what is printed per path."""
    return {p: v.text for p, v in extraction.fields.items() if v.text is not None}


def test_every_field_under_the_names_of_invoices() -> None:
    page = page_of(
        [
            "merchant_name=Beispiel merchant_name=GmbH",
            "merchant_address=Hauptstr. merchant_address=5 merchant_address=10115",
            "Rechnung invoice_id=RE-7 vom transaction_date=5. transaction_date=März"
            " transaction_date=2024",
            "IBAN iban=DE89 iban=3704 iban=0044 iban=0532 iban=0130 iban=00",
            "USt-IdNr. vendor_tax_id=DE136695976 fällig due_date=04.04.2024",
            "Netto subtotal=100,00 MwSt. tax_rate=19 tax_rate=% total_tax=19,00",
            "Rabatt discount=5,00 Gesamt total=119,00 EUR Offen amount_due=19,00",
        ]
    )
    extraction = extracted(page)
    assert extraction.problems == ()
    data = extraction.to_json()["data"]
    eur = {"currency": "EUR"}
    assert data == {
        "vendor_name": "Beispiel GmbH",
        "vendor_address": "Hauptstr. 5 10115",
        "vendor_tax_id": "DE136695976",
        "invoice_id": "RE-7",
        "invoice_date": "2024-03-05",
        "due_date": "2024-04-04",
        "currency": "EUR",
        "subtotal": {"amount": "100.00", **eur},
        "total_discount": {"amount": "5.00", **eur},
        "total_tax": {"amount": "19.00", **eur},
        "tax_details": [{"rate": "19", "amount": {"amount": "19.00", **eur}}],
        "invoice_total": {"amount": "119.00", **eur},
        "amount_due": {"amount": "19.00", **eur},
        "iban": "DE89370400440532013000",
    }


def test_a_schema_may_use_either_name() -> None:
    names = ("merchant_name", "vendor_name", "total", "invoice_total")
    schema = schema_of({"type": "object", "properties": {n: {"type": "string"} for n in names}}, "")
    page = page_of(["merchant_name=Beispiel total=9.00"])
    assert told(extracted(page, schema=schema)) == {
        "merchant_name": "Beispiel",
        "vendor_name": "Beispiel",
        "total": "9.00",
        "invoice_total": "9.00",
    }


def test_who_pays_stands_over_several_lines() -> None:
    page = page_of(
        [
            "customer_name=Kunden customer_name=AG",
            "customer_address=Am customer_address=See customer_address=3",
            "customer_address=8000 customer_address=Zürich",
            "Zahlbar payment_term=innerhalb payment_term=14",
            "payment_term=Tagen payment_term=netto",
        ]
    )
    found = told(extracted(page))
    assert found["customer_name"] == "Kunden AG"
    assert found["customer_address"] == "Am See 3 8000 Zürich"
    assert found["payment_term"] == "innerhalb 14 Tagen netto"


def test_a_name_beneath_a_logo_is_said_once() -> None:
    page = page_of(["merchant_name=Beispiel merchant_name=GmbH"] * 2)
    assert told(extracted(page))["vendor_name"] == "Beispiel GmbH"


def test_two_blocks_side_by_side_are_two() -> None:
    gap = " " * 40
    page = page_of(
        [
            f"merchant_name=Nord merchant_name=KG{gap}merchant_name=Nord merchant_name=KG",
            f"merchant_address=Weg merchant_address=1{gap}x",
        ]
    )
    lines = page.reading.lines
    middle = lines[0].start + 2
    cut = (
        Line(0, middle, lines[0].polygon),
        Line(middle, lines[0].stop, lines[0].polygon),
        lines[1],
    )
    page = replace(page, reading=replace(page.reading, lines=cut))
    assert told(extracted(page))["vendor_name"] == "Nord KG"


def test_a_date_may_go_on_in_the_line_below() -> None:
    page = page_of(["due_date=30. due_date=März", "due_date=2024"])
    assert told(extracted(page))["due_date"] == "30. März 2024"


def test_signs_beside_a_number_are_no_part_of_it() -> None:
    page = page_of(["Nr invoice_id=: invoice_id=RE invoice_id=/ invoice_id=7 invoice_id=-"])
    assert told(extracted(page))["invoice_id"] == "RE / 7"


ITEMS = [
    "^i_description=Stuhl i_description=blau i_quantity=2 i_unit=Stk i_price=10,00"
    " i_total_price=20,00",
    "i_description=mit i_description=Lehne",
    "^i_product_code=A-77 i_description=Tisch i_quantity=1 i_price=80,00 i_tax_rate=19%"
    " i_total_price=80,00",
]


def items_of(*pages: Tagged) -> list[dict[str, str]]:
    """Return what is printed in each item."""
    rows: dict[int, dict[str, str]] = {}
    for path, text in told(extracted(*pages)).items():
        if path.startswith("items["):
            number, column = path.removeprefix("items[").split("].")
            rows.setdefault(int(number), {})[column] = text
    return [rows[number] for number in sorted(rows)]


CHAIR = {"description": "Stuhl blau mit Lehne", "quantity": "2", "unit": "Stk",
         "unit_price": "10,00", "amount": "20,00"}  # fmt: skip
TABLE = {"description": "Tisch", "quantity": "1", "unit_price": "80,00", "tax_rate": "19%",
         "amount": "80,00", "product_code": "A-77"}  # fmt: skip


def test_items_with_descriptions_below_their_amounts() -> None:
    assert items_of(page_of(ITEMS)) == [CHAIR, TABLE]


def test_a_description_goes_on_over_a_page_break() -> None:
    first, second = page_of(ITEMS[:1]), page_of(["Seite 2", *ITEMS[1:]], 2)
    assert items_of(first, second) == [CHAIR, TABLE]
    evidence = extracted(first, second).fields["items[0].description"].evidence
    assert [piece.page for piece in evidence] == [1, 2]


def test_what_is_carried_over_is_no_item() -> None:
    carried = "i_description=Übertrag i_total_price=20,00"
    first, second = page_of([*ITEMS[:2], carried]), page_of([carried, ITEMS[2]], 2)
    assert items_of(first, second) == [CHAIR, TABLE]


def test_a_list_that_repeats_the_price_of_its_item_adds_none() -> None:
    spots = ["i_price=10,00"] * 3
    assert items_of(page_of([*ITEMS[:1], *spots])) == [{**CHAIR, "description": "Stuhl blau"}]


def test_an_amount_in_two_words_is_one() -> None:
    page = page_of(["^i_description=Stuhl i_quantity=2 i_total_price=1 i_total_price=694,80"])
    assert items_of(page) == [{"description": "Stuhl", "quantity": "2", "amount": "1 694,80"}]


def test_tax_by_rate() -> None:
    table = [
        "tax_rate=19 tax_rate=% tax_net=100,00 tax_amount=19,00",
        "tax_rate=7% tax_net=50,00 tax_amount=3,50",
    ]
    sums = ["MwSt. tax_rate=19 tax_rate=% tax_amount=19,00", "Steuer total_tax=22,50"]
    found = told(extracted(page_of([*table, *sums])))
    rows = {path: text for path, text in found.items() if path.startswith("tax_details")}
    assert rows == {
        "tax_details[0].rate": "19 %",
        "tax_details[0].net_amount": "100,00",
        "tax_details[0].amount": "19,00",
        "tax_details[1].rate": "7%",
        "tax_details[1].net_amount": "50,00",
        "tax_details[1].amount": "3,50",
    }


def test_the_only_rate_has_all_the_tax() -> None:
    found = told(extracted(page_of(["zzgl. tax_rate=19% MwSt.", "Steuer total_tax=22,50"])))
    assert found["tax_details[0].amount"] == found["total_tax"] == "22,50"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_candidates_of_all_pages_compete(number: int) -> None:
    pages = [page_of([f"Summe {'total=' if n == number else ''}{n}0,00"], n) for n in (1, 2, 3)]
    value = extracted(*pages).fields["invoice_total"]
    assert (value.text, value.evidence[0].page) == (f"{number}0,00", number)


def test_tables_are_told() -> None:
    lines = ["Article   Number   Price", "Chair     2        10,00", "Table     1        80,00"]
    reply = decode([page_of(lines)], INVOICE.json_schema)
    assert all(table.page == 1 for table in reply.tables)


def test_a_blank_document_has_nothing() -> None:
    blank = Reading(1, (10, 10), (), (), 0.0, "none")
    document = Document("x", "0" * 64, "png", (blank_page(blank),))
    found = reconcile(document, INVOICE, Tagging(()), (blank,), ()).extraction
    assert found.data == {}


def table_of(rows: Sequence[Sequence[str]]) -> Table:
    """Return a table of one word a cell, below a row of heads, as `page_of` reads it."""
    width = len(rows[0])
    cells = [
        Cell(r, c, 1, 1, (0, 0, 1, 1), (r * width + c,), is_header=r == 0)
        for r, row in enumerate(rows)
        for c in range(len(row))
    ]
    return Table(1, (0, 0, 1, 1), tuple(cells))


SWAPPED = [
    ["Description", "PU", "Qté", "Montant"],
    ["^i_description=Stuhl", "i_quantity=10,00", "i_price=2,00", "i_total_price=20,00"],
    ["^i_description=Tisch", "i_quantity=80,00", "i_price=1,00", "i_total_price=80,00"],
    ["Lampe", "5,00", "3,00", "15,00"],
    ["Summe", "x", "x", "total=115,00"],
]


def test_heads_of_columns_outweigh_what_numbers_look_like() -> None:
    page = page_of([" ".join(row) for row in SWAPPED])
    best, _ = settled(page, [table_of(SWAPPED)])
    tags = [[TAGS[best[4 * row + column]] for column in range(4)] for row in range(5)]
    whole = ["item_description", "item_price", "item_quantity", "item_total_price"]
    assert tags[1:3] == [whole, whole]
    assert tags[3] == whole  # the network missed it, but it is a row like the others
    assert tags[0] == [""] * 4
    assert tags[4] == ["", "", "", "total"]


def test_two_columns_with_one_head_stay_as_the_network_sees_them() -> None:
    rows = [["Description", "Qté", "Quantité", "Montant"], *SWAPPED[1:2]]
    page = page_of([" ".join(row) for row in rows])
    best, _ = settled(page, [table_of(rows)])
    assert [TAGS[best[n]] for n in (5, 6)] == ["item_quantity", "item_price"]


def test_a_table_of_another_page_changes_nothing() -> None:
    page = page_of([" ".join(row) for row in SWAPPED], 2)
    best, _ = settled(page, [table_of(SWAPPED)])
    assert (best == page.tags.argmax(axis=1)).all()


def test_the_total_is_no_discount_though_their_keys_are_alike() -> None:
    page = page_of(("Total total=90.00",))
    roles = page.roles.copy()
    roles[:] = np.eye(len(ROLES), dtype=np.float32)[[ROLES.index("key"), ROLES.index("value")]]
    begins = np.ones(len(page.begins), np.float32)
    reply = Tagging([replace(page, roles=roles, begins=begins)]).answer(
        Question(INVOICE.json_schema, (page.reading,), (), INVOICE.fields)
    )
    told_of = {answer.path for answer in reply.answers if answer.probability > 0.3}
    assert "invoice_total" in told_of
    assert "total_discount" not in told_of
