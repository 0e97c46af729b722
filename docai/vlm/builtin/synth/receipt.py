"""Invented receipts: pictures, words with their meaning, and the truth about them.

They train the built-in model and are the only documents that the repository shows. No real shop,
person or purchase is in them.
"""

import argparse
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from docai.errors import SettingsError
from docai.vlm.builtin.synth import receipt_header, receipt_items, receipt_totals
from docai.vlm.builtin.synth.locales import LOCALES, WEIGHTS
from docai.vlm.builtin.synth.noise import picture_of, plan
from docai.vlm.builtin.synth.receipt_content import Purchase, buy
from docai.vlm.builtin.synth.receipt_layout import Placed, draw_sheet, lay_out
from docai.vlm.builtin.synth.receipt_rows import Draft, Row, capitals, choose_look
from docai.vlm.builtin.synth.sample import Sample, SynthWord


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
    when = receipt_header.when_rows(draft)
    out = receipt_header.header(draft, with_address=not late)
    out += receipt_header.info(draft, when if place == "top" else [])
    out += receipt_items.items(draft)
    out += receipt_totals.totals(draft)
    out += when if place == "middle" else []
    out += receipt_totals.payment(draft)
    out += receipt_totals.tax_table(draft) if draft.chance(0.5) else []
    out += receipt_totals.card_slip(draft) if draft.chance(0.2) else []
    out += when if place == "bottom" else []
    out += receipt_header.address(draft) if late else []
    out += receipt_totals.footer(draft)
    return [capitals(r) for r in out] if draft.look.is_upper else out


def _truth(words: tuple[Placed, ...], purchase: Purchase, currency: str) -> dict[str, Any]:
    """Return the normalised values of what is printed, and of nothing else."""
    sums, printed = purchase.sums, {w.tag for w in words}
    amounts = {
        "subtotal": sums.shown_subtotal,
        "total_tax": sums.tax,
        "tip": sums.tip,
        "total": sums.total,
    }
    values = {
        **{k: _text(words, k) for k in ("merchant_name", "merchant_address", "merchant_phone")},
        "transaction_date": purchase.when.date().isoformat(),
        "transaction_time": purchase.when.strftime("%H:%M"),
        **{k: str(v) for k, v in amounts.items() if _prints(words, k, v)},
    }
    truth: dict[str, Any] = {k: v for k, v in values.items() if k in printed}
    truth["currency"] = currency
    truth["items"] = [_item_truth(words, n, purchase) for n in range(len(purchase.items))]
    return truth


def _item_truth(words: tuple[Placed, ...], row: int, purchase: Purchase) -> dict[str, str]:
    """Return the normalised values of one line item."""
    own = tuple(w for w in words if w.row == row)
    item, printed = purchase.items[row], {w.tag for w in own}
    values = {
        "description": _text(own, "item_description"),
        "quantity": f"{item.quantity.normalize():f}",
        "price": str(item.price),
        "total_price": str(item.amount),
    }
    return {k: v for k, v in values.items() if f"item_{k}" in printed}


def _text(words: Iterable[Placed], tag: str) -> str:
    """Return the words tagged ``tag``, joined by spaces."""
    return " ".join(w.text for w in words if w.tag == tag)


def _prints(words: Iterable[Placed], tag: str, amount: Decimal) -> bool:
    """Return whether some word tagged ``tag`` shows ``amount``."""
    digits = _digits(str(amount))
    return any(_digits(w.text) == digits for w in words if w.tag == tag)


def _digits(text: str) -> str:
    """Return the digits of ``text``."""
    return "".join(c for c in text if c.isdigit())


def main(arguments: list[str] | None = None) -> None:
    """Write one invented receipt as PNG, and its truth as JSON where asked."""
    parser = argparse.ArgumentParser(description="Render an invented receipt.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--locale", choices=sorted(LOCALES))
    parser.add_argument("--noise", type=float, default=0.0, help="0 is clean, 1 a bad photo")
    parser.add_argument("--output", type=Path, required=True, help="the PNG file to write")
    parser.add_argument("--truth", type=Path, help="a JSON file for what is printed")
    asked = parser.parse_args(arguments)
    sample = generate(asked.seed, style=Style(asked.locale, asked.noise))
    Image.fromarray(sample.picture).save(asked.output)
    if asked.truth:
        text = json.dumps(sample.truth, ensure_ascii=False, indent=2)
        asked.truth.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
