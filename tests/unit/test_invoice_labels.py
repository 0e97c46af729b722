"""Labels of invoices: which tags they allow for the words that were read."""

from typing import Any

from docai.reading import Reading
from docai.testing import typed_reading
from docai.vlm.builtin.invoice_labels import Page, label_pages
from docai.vlm.builtin.tags import NONE, TAGS

LINES = (
    "Marlow Supplies",
    "Invoice INV/2024/0017 Date 05/03/2024",
    "Desk lamp 3,00 20,00 60,00",
    "Long oak table 4,00 1 200,50 4 802,00",
    "Total HT 1 260,50",
    "Taxes 0,00",
    "Total TTC 1 260,50",
    "Balance due 1 260,50",
)
FIELDS = {
    "vendor_name": "Marlow Supplies",
    "invoice_id": "INV/2024/0017",
    "invoice_date": "2024-03-05",
    "invoice_total": "1260.5",
}
ITEMS = [
    {"description": "Desk lamp", "quantity": "3.0", "unit_price": "20.0", "amount": "60.0"},
    {
        "description": "Long oak table",
        "quantity": "4.0",
        "unit_price": "1200.5",
        "amount": "4802.0",
    },
]


def labelled(label: dict[str, Any], *pages: Reading) -> list[Page]:
    return label_pages({"fields": {}, **label}, pages)


def may_be(page: Page, reading: Reading, line: int, place: int) -> set[str]:
    """Return the tags that a word of a line may have."""
    return {TAGS[i] for i in page.allowed[reading.lines[line].start + place].nonzero()[0]}


def test_what_is_labelled_is_sure_under_the_name_of_its_tag() -> None:
    reading = typed_reading(LINES)
    (page,) = labelled({"fields": FIELDS, "items": ITEMS}, reading)
    assert may_be(page, reading, 0, 0) == may_be(page, reading, 0, 1) == {"merchant_name"}
    assert may_be(page, reading, 1, 1) == {"invoice_id"}
    assert may_be(page, reading, 1, 3) == {"transaction_date"}
    assert may_be(page, reading, 6, 2) == may_be(page, reading, 6, 3) == {"total"}


def test_a_total_behind_a_key_of_payment_may_be_the_amount_due() -> None:
    reading = typed_reading(LINES)
    (page,) = labelled({"fields": FIELDS}, reading)
    assert may_be(page, reading, 7, 2) == {"total", "amount_due"}


def test_items_have_their_cells_in_their_row() -> None:
    reading = typed_reading(LINES)
    (page,) = labelled({"items": ITEMS}, reading)
    lamp = [may_be(page, reading, 2, place) for place in range(5)]
    assert lamp == [
        {"item_description"},
        {"item_description"},
        {"item_quantity"},
        {"item_price"},
        {"item_total_price"},
    ]
    assert may_be(page, reading, 3, 4) == may_be(page, reading, 3, 5) == {"item_price"}
    assert may_be(page, reading, 3, 7) == {"item_total_price"}
    starts = [reading.words[i].text for i in page.starts.nonzero()[0]]
    assert starts == ["Desk", "Long"]


def test_equal_amounts_of_an_item_may_be_either() -> None:
    reading = typed_reading(("Lamp 1,00 60,00 60,00",))
    item = {"description": "Lamp", "quantity": "1.0", "unit_price": "60.0", "amount": "60.0"}
    (page,) = labelled({"items": [item]}, reading)
    assert may_be(page, reading, 0, 2) == {"item_price", "item_total_price"}
    assert may_be(page, reading, 0, 3) == {"item_price", "item_total_price"}


def test_nobody_knows_where_items_start_that_nobody_labelled() -> None:
    reading = typed_reading(LINES)
    (page,) = labelled({"fields": FIELDS}, reading)
    assert (page.starts == -1).all()
    assert {NONE, "item_description", "tip"} <= may_be(page, reading, 2, 0)
    assert "merchant_name" not in may_be(page, reading, 2, 0)  # labelled, and somewhere else


def test_an_amount_that_stands_anywhere_is_possible_and_not_sure() -> None:
    reading = typed_reading(("Deposit 50,00", "Total 50,00"))
    (page,) = labelled({"fields": {"invoice_total": "50.0"}}, reading)
    assert {NONE, "total"} <= may_be(page, reading, 0, 1)
    assert may_be(page, reading, 1, 1) == {"total"}


def test_a_later_day_of_the_same_date_is_possible_only() -> None:
    reading = typed_reading(("Flight 01/14/20 - 01/20/20", "Mo 01/14/20 30 secs"))
    fields = {"service_start_date": "01/14/20", "service_end_date": "01/20/20"}
    (page,) = labelled({"fields": fields}, reading)
    assert may_be(page, reading, 0, 1) == {"service_start_date"}
    assert may_be(page, reading, 0, 3) == {"service_end_date"}
    assert {NONE, "service_start_date"} <= may_be(page, reading, 1, 1)


def test_every_page_is_labelled() -> None:
    first, second = typed_reading(("Invoice A-17",)), typed_reading(("A-17 page 2",), page=2)
    pages = labelled({"fields": {"invoice_id": "A-17"}}, first, second)
    assert may_be(pages[0], first, 0, 1) == may_be(pages[1], second, 0, 0) == {"invoice_id"}
