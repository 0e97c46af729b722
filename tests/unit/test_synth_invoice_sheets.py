"""Invented printed e-invoices, trade papers and plain letters."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.geometry import polygon_box
from docai.vlm.builtin.synth import (
    invoice_layout_plain,
    invoice_layout_sheet,
    invoice_layout_trade,
)
from docai.vlm.builtin.synth.invoice import LAYOUTS, invoice
from docai.vlm.builtin.synth.invoice_truth import ITEM_FIELDS, digits
from docai.vlm.builtin.synth.invoice_words_sheet import SHEET_WORDS
from docai.vlm.builtin.synth.layouts import measured_layouts
from docai.vlm.builtin.synth.sample import Sample, SynthWord
from docai.vlm.builtin.tags import ITEM_TAGS

SHEETS = (
    *invoice_layout_sheet.SETTERS,
    *invoice_layout_plain.SETTERS,
    *invoice_layout_trade.SETTERS,
)
VIEWERS = tuple(invoice_layout_sheet.SETTERS)
SEEDS = st.integers(0, 10**9)
MANY = settings(max_examples=25, deadline=None)
TEXTS = {
    "merchant_name": "vendor_name",
    "merchant_address": "vendor_address",
    "vendor_tax_id": "vendor_tax_id",
    "customer_name": "customer_name",
    "customer_address": "customer_address",
    "invoice_id": "invoice_id",
    "purchase_order": "purchase_order",
    "iban": "iban",
}
AMOUNTS = {
    "subtotal": "subtotal",
    "total_tax": "total_tax",
    "total": "invoice_total",
    "amount_due": "amount_due",
    "discount": "discount",
}


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _words(pages: tuple[Sample, ...]) -> list[SynthWord]:
    return [word for page in pages for word in page.words]


def _entities(page: Sample) -> dict[int, list[SynthWord]]:
    found: dict[int, list[SynthWord]] = defaultdict(list)
    for word in page.words:
        if word.entity is not None:
            found[word.entity].append(word)
    return found


def _text(words: list[SynthWord]) -> str:
    return " ".join(w.text for w in words)


def test_three_sheets_are_kept_for_measuring() -> None:
    kept = [name for name in SHEETS if name in measured_layouts(LAYOUTS)]
    assert (len(SHEETS), len(kept)) == (12, 3)


@pytest.mark.parametrize("layout", SHEETS)
def test_words_do_not_depend_on_drawing(layout: str) -> None:
    drawn, blank = invoice(1, layout=layout), invoice(1, layout=layout, draw=False)
    assert [p.words for p in drawn] == [p.words for p in blank]
    assert all(p.picture.min() < 128 for p in drawn)


@given(SEEDS, st.sampled_from(SHEETS))
@MANY
def test_truth_is_what_the_tagged_words_say(seed: int, layout: str) -> None:
    pages = invoice(seed, layout=layout, draw=False)
    truth, words = pages[0].truth, _words(pages)
    printed = {w.tag for w in words}
    assert {"vendor_name", "customer_name", "invoice_id", "invoice_total"} <= truth.keys()
    for tag, field in {**TEXTS, **AMOUNTS}.items():
        assert (tag in printed) == (field in truth)
    for word in words:
        if word.tag in TEXTS:
            assert _letters(word.text) in _letters(truth[TEXTS[word.tag]])
    for page in pages:
        for run in _entities(page).values():
            if run[0].tag in AMOUNTS:
                assert digits(truth[AMOUNTS[run[0].tag]]) == digits(_text(run))


@given(SEEDS, st.sampled_from(SHEETS))
@MANY
def test_items_are_what_their_words_say(seed: int, layout: str) -> None:
    pages = invoice(seed, layout=layout, draw=False)
    rows: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for word in _words(pages):
        assert (word.row is not None) == (word.tag in ITEM_TAGS)
        if word.row is not None:
            rows[word.row][ITEM_FIELDS[word.tag]].append(word.text)
    items = pages[0].truth["items"]
    assert sorted(rows) == list(range(len(items)))
    for number, item in enumerate(items):
        assert rows[number].keys() == item.keys()
        assert _letters(item["description"]) == _letters(" ".join(rows[number]["description"]))
        assert digits(item["amount"]) == digits(" ".join(rows[number]["amount"]))


@given(SEEDS, st.sampled_from(SHEETS))
@MANY
def test_links_lead_from_keys_to_values(seed: int, layout: str) -> None:
    for page in invoice(seed, layout=layout, draw=False):
        roles = {e: {w.role for w in run} for e, run in _entities(page).items()}
        assert all(len(r) == 1 for r in roles.values())
        values = [value for _, value in page.links]
        assert len(values) == len(set(values))
        assert all(roles[k] == {"key"} and roles[v] == {"value"} for k, v in page.links)
        assert set(values) == {e for e, r in roles.items() if r == {"value"}}


@given(SEEDS, st.sampled_from(SHEETS))
@MANY
def test_words_lie_on_the_paper_and_not_on_each_other(seed: int, layout: str) -> None:
    for page in invoice(seed, layout=layout, noise=0.0, draw=False):
        height, width = page.picture.shape[:2]
        boxes = sorted(polygon_box(w.polygon) for w in page.words)
        assert all(0 < a < c < width and 0 < b < d < height for a, b, c, d in boxes)
        for (x0, y0, x1, y1), (u0, v0, _, v1) in pairwise(boxes):
            high = min(y1 - y0, v1 - v0)
            is_beside = u0 >= x1 - 2 or u0 == x0
            assert is_beside or min(y1, v1) - max(y0, v0) < 0.5 * high


@pytest.mark.parametrize("layout", VIEWERS)
def test_a_viewer_names_the_seller_in_a_field_of_its_own(layout: str) -> None:
    names = tuple(_letters(n) for key in ("name", "seller") for n in SHEET_WORDS["de"][key])
    found = 0
    for seed in range(8):
        pages = invoice(seed, layout=layout, language="de", draw=False)
        for page in pages:
            runs = _entities(page)
            for key, value in page.links:
                if {w.tag for w in runs[value]} >= {"merchant_name"}:
                    found += _letters(_text(runs[key])).startswith(names)
    assert found >= 8


def test_a_reference_is_tagged_only_where_it_is_the_number_of_the_invoice() -> None:
    keys = {_letters(k) for k in SHEET_WORDS["de"]["payref"]}
    seen = set()
    for seed in range(60):
        pages = invoice(seed, layout="viewer_zebra", language="de", draw=False)
        number = pages[0].truth["invoice_id"]
        for page in pages:
            runs = _entities(page)
            for key, value in page.links:
                if _letters(_text(runs[key])) in keys:
                    for word in runs[value]:
                        assert (word.tag == "invoice_id") == (word.text == number)
                        seen.add(word.tag)
    assert seen == {"", "invoice_id"}


def test_credit_notes_refer_to_another_invoice_which_is_not_theirs() -> None:
    keys = {_letters(k) for k in SHEET_WORDS["de"]["zu"]}
    seen = 0
    for seed in range(20):
        for page in invoice(seed, layout="trade_paper", language="de", draw=False):
            runs = _entities(page)
            others = [v for k, v in page.links if _letters(_text(runs[k])) in keys]
            seen += len(others)
            assert all(word.tag == "" for v in others for word in runs[v])
    assert seen > 5


def test_prints_of_messages_are_in_capitals() -> None:
    tags = ("merchant_name", "customer_name", "item_description")
    for word in _words(invoice(4, layout="capitals", language="de", draw=False)):
        assert word.text == word.text.upper() or word.tag not in tags
        assert word.text == word.text.upper() or word.role != "key"
