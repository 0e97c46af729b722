"""The generator of invented receipts."""

import json
import random
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docai.errors import SettingsError
from docai.geometry import polygon_box
from docai.vlm.builtin.synth.locales import LOCALES, WEIGHTS
from docai.vlm.builtin.synth.receipt import CLEAN, Style, generate, main
from docai.vlm.builtin.synth.sample import Sample
from docai.vlm.builtin.synth.slips import slip_text, slips

SEEDS = st.integers(0, 10**9)
MANY = settings(max_examples=25, deadline=None)
AMOUNTS = ("subtotal", "total_tax", "tip", "total")
ITEM_AMOUNTS = ("price", "total_price")


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _texts(sample: Sample, tag: str, row: int | None = None) -> list[str]:
    return [w.text for w in sample.words if w.tag == tag and w.row == row]


def _drawable(code: str) -> bool:
    try:
        generate(1, style=Style(code), draw=False)
    except SettingsError:
        return False
    return True


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two = generate(5), generate(5)
    assert one.picture.tobytes() == two.picture.tobytes()
    assert (one.words, one.line_of_word, one.truth) == (two.words, two.line_of_word, two.truth)


def test_another_seed_gives_another_receipt() -> None:
    names = {generate(s, draw=False).truth["merchant_name"] for s in range(60)}
    assert len(names) > 55


@pytest.mark.parametrize("seed", range(3))
def test_words_do_not_depend_on_drawing(seed: int) -> None:
    drawn, blank = generate(seed), generate(seed, draw=False)
    assert drawn.words == blank.words
    assert drawn.picture.shape == blank.picture.shape
    assert (blank.picture == 255).all()


@MANY
@given(SEEDS)
def test_polygons_lie_inside_the_picture(seed: int) -> None:
    sample = generate(seed, draw=False)
    height, width = sample.picture.shape[:2]
    for word in sample.words:
        x0, y0, x1, y1 = polygon_box(word.polygon)
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_polygons_lie_on_ink(seed: int, noise: float) -> None:
    sample = generate(seed, style=Style("en_MY", noise))
    dark = 255.0 - sample.picture.mean(axis=2)
    hits = 0
    for word in sample.words:
        x0, y0, x1, y1 = (int(v) for v in polygon_box(word.polygon))
        around = dark[max(y0 - 3, 0) : y1 + 3, max(x0 - 3, 0) : x1 + 3]
        inside = dark[y0:y1, x0:x1]
        hits += inside.mean() > around.mean()
    assert hits > 0.9 * len(sample.words)


def test_words_are_words_in_lines() -> None:
    for seed in range(40):
        sample = generate(seed, draw=False)
        assert all(w.text and not any(c.isspace() for c in w.text) for w in sample.words)
        assert len(sample.line_of_word) == len(sample.words)
        assert list(sample.line_of_word) == sorted(sample.line_of_word)
        assert all((w.row is not None) == w.tag.startswith("item_") for w in sample.words)
        assert not any("{" in w.text or "}" in w.text for w in sample.words)


@MANY
@given(SEEDS)
def test_every_true_amount_is_printed(seed: int) -> None:
    sample = generate(seed, draw=False)
    for tag in AMOUNTS:
        if tag in sample.truth:
            printed = {_digits(t) for t in _texts(sample, tag)}
            assert _digits(sample.truth[tag]) in printed, tag
    for row, item in enumerate(sample.truth["items"]):
        for name in ITEM_AMOUNTS:
            if name in item:
                printed = {_digits(t) for t in _texts(sample, f"item_{name}", row)}
                assert _digits(item[name]) in printed, name
        if "quantity" in item:
            assert _digits(item["quantity"]) in map(_digits, _texts(sample, "item_quantity", row))


@MANY
@given(SEEDS)
def test_every_true_text_is_printed(seed: int) -> None:
    sample = generate(seed, draw=False)
    for tag in ("merchant_name", "merchant_address", "merchant_phone"):
        if tag in sample.truth:
            assert sample.truth[tag] == " ".join(_texts(sample, tag))
    for row, item in enumerate(sample.truth["items"]):
        assert item["description"] == " ".join(_texts(sample, "item_description", row))


@MANY
@given(SEEDS)
def test_every_tag_has_a_truth(seed: int) -> None:
    sample = generate(seed, draw=False)
    tags = {w.tag for w in sample.words if w.tag and w.row is None}
    # Taxes that are printed one by one, without their sum, have no single true value.
    assert tags - set(sample.truth) <= {"total_tax"}
    assert "total" in sample.truth


@MANY
@given(SEEDS)
def test_line_items_multiply(seed: int) -> None:
    for item in generate(seed, draw=False).truth["items"]:
        if {"quantity", "price", "total_price"} <= item.keys():
            product = Decimal(item["quantity"]) * Decimal(item["price"])
            assert abs(product - Decimal(item["total_price"])) <= Decimal("0.5")
        assert Decimal(item["total_price"]) > 0


def test_most_receipts_add_up_from_items_to_total() -> None:
    simple = 0
    for seed in range(80):
        truth = generate(seed, style=Style("en_US"), draw=False).truth
        amount = sum(Decimal(i["total_price"]) for i in truth["items"])
        if "subtotal" in truth and Decimal(truth["subtotal"]) == amount and "total_tax" in truth:
            due = amount + Decimal(truth["total_tax"]) + Decimal(truth.get("tip", "0"))
            simple += due == Decimal(truth["total"])
    assert simple > 25


def test_malaysian_totals_are_rounded_to_five_sen_where_rounding_is_printed() -> None:
    seen = 0
    for seed in range(60):
        sample = generate(seed, style=Style("en_MY"), draw=False)
        text = " ".join(w.text for w in sample.words).lower()
        if "rounding" in text and "tip" not in sample.truth:
            assert Decimal(sample.truth["total"]) % Decimal("0.05") == 0
            seen += 1
    assert seen > 5


@pytest.mark.parametrize("code", sorted(LOCALES))
def test_every_locale_generates(code: str) -> None:
    if not _drawable(code):
        pytest.skip(f"no installed font prints {code}")
    for seed in range(8):
        sample = generate(seed, style=Style(code), draw=seed == 0)
        assert sample.truth["currency"] == LOCALES[code].currency
        assert sample.truth["items"]


def test_all_locales_have_a_weight() -> None:
    assert set(WEIGHTS) == set(LOCALES)


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(SettingsError, match="xx_XX"):
        generate(1, style=Style("xx_XX"))


@MANY
@given(SEEDS, st.integers(0, 10**6))
def test_slips_keep_tags(seed: int, slip_seed: int) -> None:
    sample = generate(seed, draw=False)
    slipped = slips(sample, random.Random(slip_seed))
    before = {(w.tag, w.row) for w in sample.words}
    after = {(w.tag, w.row) for w in slipped.words}
    assert {t for t in before if t[0]} == {t for t in after if t[0]}
    assert len(slipped.line_of_word) == len(slipped.words)
    assert all(w.text for w in slipped.words)
    assert slipped.truth == sample.truth


def test_slips_change_something_sooner_or_later() -> None:
    sample = generate(3, draw=False)
    changed = [slips(sample, random.Random(s)).words != sample.words for s in range(20)]
    assert any(changed)


@given(st.text("abcO01lm.,é-", min_size=1, max_size=12), st.integers(0, 999))
def test_a_slip_never_empties_a_word(text: str, seed: int) -> None:
    assert slip_text(text, random.Random(seed), 1.0)


def test_a_clean_print_is_black_on_white() -> None:
    picture = generate(2, style=CLEAN).picture
    assert np.median(picture) == 255
    assert picture.min() < 30


def test_command_line_writes_picture_and_truth(tmp_path: Path) -> None:
    folder = tmp_path
    png, truth = folder / "a.png", folder / "a.json"
    main(["--seed", "7", "--locale", "en_US", "--output", str(png), "--truth", str(truth)])
    expected = generate(7, style=Style("en_US", 0.0))
    assert np.array_equal(np.asarray(Image.open(png)), expected.picture)
    assert json.loads(truth.read_text(encoding="utf-8")) == expected.truth
