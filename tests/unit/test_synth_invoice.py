"""The generator of invented invoices."""

import random
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.errors import SettingsError
from docai.geometry import polygon_box
from docai.vlm.builtin.synth.invoice import LAYOUTS, invoice
from docai.vlm.builtin.synth.invoice_content import iban, invent
from docai.vlm.builtin.synth.invoice_lands import LANDS, LANGUAGES
from docai.vlm.builtin.synth.invoice_truth import ITEM_FIELDS, digits
from docai.vlm.builtin.synth.sample import Sample, SynthWord
from docai.vlm.builtin.tags import ITEM_TAGS, ROLES, TAGS

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
DATES = {
    "transaction_date": "invoice_date",
    "due_date": "due_date",
    "service_start_date": "service_start_date",
    "service_end_date": "service_end_date",
}
DRAWABLE = [code for code in LANGUAGES if code != "ko"]


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _entities(pages: tuple[Sample, ...], tag: str) -> list[str]:
    """Return the texts of the values with a tag, one per page and entity."""
    found: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for page in pages:
        for word in page.words:
            if word.tag == tag and word.entity is not None:
                found[page.page, word.entity].append(word.text)
    return [" ".join(texts) for texts in found.values()]


def _words(pages: tuple[Sample, ...]) -> list[SynthWord]:
    return [word for page in pages for word in page.words]


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two = invoice(5, layout="centred"), invoice(5, layout="centred")
    assert [p.picture.tobytes() for p in one] == [p.picture.tobytes() for p in two]
    assert [(p.words, p.links, p.truth) for p in one] == [(p.words, p.links, p.truth) for p in two]


@pytest.mark.parametrize("layout", ["side_bar", "spots_order"])
def test_words_do_not_depend_on_drawing(layout: str) -> None:
    drawn, blank = invoice(1, layout=layout), invoice(1, layout=layout, draw=False)
    assert [p.words for p in drawn] == [p.words for p in blank]
    assert [p.picture.shape for p in drawn] == [p.picture.shape for p in blank]


def test_another_seed_gives_another_invoice() -> None:
    assert len({invoice(s, draw=False)[0].truth["invoice_total"] for s in range(40)}) > 35


@pytest.mark.parametrize("language", DRAWABLE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_sets_in_every_language(layout: str, language: str) -> None:
    pages = invoice(3, layout=layout, language=language, draw=False)
    assert {p.kind for p in pages} == {"invoice"}
    assert {p.layout for p in pages} == {layout}
    assert [p.page for p in pages] == list(range(1, len(pages) + 1))
    assert {p.num_pages for p in pages} == {len(pages)}
    truth = pages[0].truth
    assert {"invoice_id", "invoice_total"} <= truth.keys()
    assert truth["items"]


def test_there_are_many_layouts_and_a_quarter_is_kept_for_measuring() -> None:
    assert len(LAYOUTS) == len(set(LAYOUTS)) >= 24
    assert len(LAYOUTS) % 4 == 0


@given(SEEDS)
@MANY
def test_words_lie_on_the_paper_and_have_known_meanings(seed: int) -> None:
    for page in invoice(seed, noise=0.0, draw=False):
        height, width = page.picture.shape[:2]
        assert len(page.words) == len(page.line_of_word)
        for word in page.words:
            x0, y0, x1, y1 = polygon_box(word.polygon)
            assert 0 < x0 < x1 < width
            assert 0 < y0 < y1 < height
            assert word.tag in TAGS
            assert word.role in ROLES
            assert (word.role == "") == (word.entity is None)
            assert (word.row is not None) == (word.tag in ITEM_TAGS)


@given(SEEDS)
@MANY
def test_links_lead_from_keys_to_values(seed: int) -> None:
    for page in invoice(seed, draw=False):
        roles = defaultdict(set)
        for word in page.words:
            if word.entity is not None:
                roles[word.entity].add(word.role)
        assert all(len(r) == 1 for r in roles.values())
        values = [value for _, value in page.links]
        assert len(values) == len(set(values))
        for key, value in page.links:
            assert roles[key] == {"key"}
            assert roles[value] == {"value"}


@given(SEEDS)
@MANY
def test_truth_is_what_the_tagged_words_say(seed: int) -> None:
    pages = invoice(seed, draw=False)
    truth = pages[0].truth
    words = _words(pages)
    printed = {w.tag for w in words}
    for tag, field in {**TEXTS, **AMOUNTS, **DATES}.items():
        assert (tag in printed) == (field in truth)
    for tag, field in TEXTS.items():
        for word in words:
            if word.tag == tag:
                assert _letters(word.text) in _letters(truth[field])
    for tag, field in AMOUNTS.items():
        for text in _entities(pages, tag):
            assert digits(truth[field]) == digits(text)


@given(SEEDS)
@MANY
def test_items_are_what_their_words_say(seed: int) -> None:
    pages = invoice(seed, draw=False)
    rows: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for word in _words(pages):
        if word.row is not None:
            rows[word.row][ITEM_FIELDS[word.tag]].append(word.text)
    items = pages[0].truth["items"]
    assert sorted(rows) == list(range(len(items)))
    for number, item in enumerate(items):
        assert rows[number].keys() == item.keys()
        for field in ("description", "product_code", "unit"):
            if field in item:
                assert sorted(_letters(" ".join(rows[number][field]))) == sorted(
                    _letters(item[field])
                )
        if "amount" in item:
            assert digits(item["amount"]) == digits(" ".join(rows[number]["amount"]))


@given(SEEDS, st.sampled_from(LANDS))
@MANY
def test_sums_add_up(seed: int, land: object) -> None:
    rng = random.Random(seed)
    content = invent(rng, land, rng.choice(("invoice", "credit", "bill")))  # type: ignore[arg-type]
    lines = sum((line.amount for line in content.lines), Decimal(0))
    shown = content.total if content.is_gross else content.net
    assert lines == content.gross_lines
    assert lines - content.discount + content.shipping == shown
    assert content.net + content.tax == content.total
    if content.taxes:
        assert sum(t.net for t in content.taxes) == content.net
        assert sum(t.amount for t in content.taxes) == content.tax
    assert content.due_amount == content.total - content.prepaid


@given(SEEDS, st.sampled_from([land for land in LANDS if land.iban]))
@MANY
def test_check_digits_of_accounts_are_right(seed: int, land: object) -> None:
    account = iban(random.Random(seed), land.iban)  # type: ignore[attr-defined]
    assert int("".join(str(int(c, 36)) for c in account[4:] + account[:4])) % 97 == 1


def test_long_tables_go_over_pages_with_their_rows_counted_on() -> None:
    pages = invoice(7, layout="long_list", language="de", draw=False)
    assert len(pages) > 1
    rows = [{w.row for w in p.words if w.row is not None} for p in pages]
    seen = [min(r) for r in rows if r]
    assert seen == sorted(seen)
    assert all(p.tables for p, r in zip(pages, rows, strict=True) if r)
    assert not any(w.tag == "total" for w in pages[0].words)
    assert any(w.tag == "total" for w in pages[-1].words)


@pytest.mark.parametrize("layout", ["grid_head", "long_list", "spots_order"])
def test_every_cell_of_a_table_is_noted_once(layout: str) -> None:
    for page in invoice(11, layout=layout, draw=False):
        for table in page.tables:
            places = [(cell.row, cell.column) for cell in table.cells]
            assert len(places) == len(set(places))
            assert {row for row, _ in places} == set(range(max(row for row, _ in places) + 1))


def test_a_broadcaster_bills_the_advertiser_for_a_flight() -> None:
    for seed in range(6):
        truth = invoice(seed, layout="spots_contract", draw=False)[0].truth
        expected = {"customer_name", "invoice_id", "invoice_total"}
        assert expected | {"service_start_date", "service_end_date"} <= truth.keys()


def test_unknown_names_are_refused() -> None:
    with pytest.raises(SettingsError, match="unknown layout 'x'"):
        invoice(1, layout="x")
    with pytest.raises(SettingsError, match="unknown language 'xx'"):
        invoice(1, language="xx")
