"""Invented receipts: pictures, words with their meaning, and the truth about them.

They train the built-in model and are the only documents that the repository shows. No real shop,
person or purchase is in them.
"""

import argparse
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from docai.document import Picture
from docai.errors import SettingsError
from docai.geometry import Polygon
from docai.vlm.builtin import synth_header, synth_items, synth_totals
from docai.vlm.builtin.synth_content import Purchase, buy
from docai.vlm.builtin.synth_layout import Placed, draw_sheet, lay_out
from docai.vlm.builtin.synth_locales import LOCALES, WEIGHTS
from docai.vlm.builtin.synth_noise import picture_of, plan
from docai.vlm.builtin.synth_rows import Draft, Row, capitals, choose_look


@dataclass(frozen=True, slots=True)
class SynthWord:
    """A printed word.

    Attributes:
        text: as printed, without white space.
        polygon: corners in pixels of the picture.
        tag: the receipt field it is a value of, such as ``total`` or ``item_price``; else empty.
        row: number of the line item, from 0, where the tag starts with ``item_``.
    """

    text: str
    polygon: Polygon
    tag: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented receipt.

    Attributes:
        picture: (H, W, 3) uint8 RGB; blank where it was not to be drawn.
        words: in reading order.
        line_of_word: for each word the number of its line; a wide gap begins a new line.
        truth: normalised values of what is printed: ISO date, HH:MM, decimal strings, currency.
    """

    picture: Picture
    words: tuple[SynthWord, ...]
    line_of_word: tuple[int, ...]
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Style:
    """What kind of receipt; None leaves it to chance.

    Attributes:
        locale: a key of ``LOCALES``, such as ``en_MY``.
        noise: 0 is a clean print, 1 a bad photo.
    """

    locale: str | None = None
    noise: float | None = None


CLEAN = Style(noise=0.0)


def generate(seed: int, *, style: Style | None = None, draw: bool = True) -> Sample:
    """Return an invented receipt; the same seed gives the same one on the same fonts.

    Args:
        seed: any number.
        style: what kind of receipt.
        draw: False returns a blank picture and the very same words, much faster.

    Raises:
        SettingsError: the locale is unknown, or no installed font can print it.
    """
    asked = style or Style()
    code = asked.locale or _any_locale(random.Random(f"locale {seed}"))
    if code not in LOCALES:
        raise SettingsError(f"unknown locale {code!r}: known are {', '.join(LOCALES)}")
    rng = random.Random(f"{code} {seed}")
    noise = asked.noise if asked.noise is not None else rng.random() ** 1.3
    purchase = buy(rng, LOCALES[code])
    look = choose_look(rng, LOCALES[code])
    sheet = lay_out(rng, _rows(Draft(rng, LOCALES[code], purchase, look)), look.columns)
    warp = plan(random.Random(f"warp {seed}"), noise, (sheet.height, sheet.width))
    polygons = warp.polygons([w.box for w in sheet.words])
    words = tuple(
        SynthWord(w.text, p, w.tag, w.row) for w, p in zip(sheet.words, polygons, strict=True)
    )
    if draw:
        flat = draw_sheet(random.Random(f"draw {seed}"), sheet)
        picture = picture_of(flat, warp, noise, abs(seed))
    else:
        picture = np.broadcast_to(np.uint8(255), (*warp.size, 3))
    truth = _truth(sheet.words, purchase, LOCALES[code].currency)
    return Sample(picture, words, tuple(w.line for w in sheet.words), truth)


def _any_locale(rng: random.Random) -> str:
    """Return a locale, the likely ones more often."""
    return rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


def _rows(draft: Draft) -> list[Row]:
    """Return all rows of a receipt, from top to bottom."""
    place = draft.rng.choice(("top", "top", "top", "top", "top", "middle", "bottom"))
    late = draft.chance(0.04)
    when = synth_header.when_rows(draft)
    out = synth_header.header(draft, with_address=not late)
    out += synth_header.info(draft, when if place == "top" else [])
    out += synth_items.items(draft)
    out += synth_totals.totals(draft)
    out += when if place == "middle" else []
    out += synth_totals.payment(draft)
    out += synth_totals.tax_table(draft) if draft.chance(0.5) else []
    out += synth_totals.card_slip(draft) if draft.chance(0.2) else []
    out += when if place == "bottom" else []
    out += synth_header.address(draft) if late else []
    out += synth_totals.footer(draft)
    return [capitals(r) for r in out] if draft.look.is_upper else out


def _truth(words: tuple[Placed, ...], purchase: Purchase, currency: str) -> dict[str, Any]:
    """Return the normalised values of what is printed, and of nothing else."""
    printed = {(w.tag, w.row) for w in words if w.tag}
    sums = purchase.sums
    texts = {tag: _text(words, tag) for tag in ("merchant_name", "merchant_address", "merchant_phone")}
    subtotals = {"subtotal": sums.subtotal}
    if "subtotal_net" in texts:
        subtotals = {}
    values = {
        **texts,
        "transaction_date": purchase.when.date().isoformat(),
        "transaction_time": purchase.when.strftime("%H:%M"),
        **{k: str(v) for k, v in subtotals.items()},
        "total_tax": str(sums.tax),
        "tip": str(sums.tip),
        "total": str(sums.total),
    }
    truth: dict[str, Any] = {k: v for k, v in values.items() if (k, None) in printed}
    truth["currency"] = currency
    truth["items"] = _item_truths(printed, purchase)
    return truth
