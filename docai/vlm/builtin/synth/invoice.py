"""Invented invoices: pages, words with their meaning, and the truth about them.

They train the built-in model. No real company, person or purchase is in them.
"""

import random
from dataclasses import replace

from docai.errors import SettingsError
from docai.vlm.builtin.synth import (
    invoice_layout_plain,
    invoice_layout_sheet,
    invoice_layout_trade,
    invoice_layouts,
    invoice_layouts_more,
    invoice_layouts_plain,
)
from docai.vlm.builtin.synth.fonts import font_path
from docai.vlm.builtin.synth.invoice_content import Invoice, invent
from docai.vlm.builtin.synth.invoice_lands import LANDS, LANGUAGES, SIGNS
from docai.vlm.builtin.synth.invoice_layouts_measured import MEASURED
from docai.vlm.builtin.synth.invoice_press import Look, Press
from docai.vlm.builtin.synth.invoice_spot_layouts import SPOT_SETTERS, spots
from docai.vlm.builtin.synth.invoice_spots import buy_spots
from docai.vlm.builtin.synth.invoice_truth import truth_of
from docai.vlm.builtin.synth.paper import A4, LETTER
from docai.vlm.builtin.synth.sample import Sample

_SHEETS = {
    **invoice_layout_sheet.SETTERS,
    **invoice_layout_plain.SETTERS,
    **invoice_layout_trade.SETTERS,
}
_KEPT = ("viewer_cards", "capitals", "cost_note")  # of these, for measuring
_TRAINED = {
    **{name: set_ for name, set_ in _SHEETS.items() if name not in _KEPT},
    **invoice_layouts.SETTERS,
    **invoice_layouts_more.SETTERS,
    **invoice_layouts_plain.SETTERS,
}
_MEASURED = {**{name: _SHEETS[name] for name in _KEPT}, **MEASURED}
SETTERS = {**_TRAINED, **_MEASURED}
LAYOUTS: tuple[str, ...] = (*SPOT_SETTERS, *_TRAINED, *_MEASURED)
"""Names of the layouts; the last quarter is for measuring only."""

_FONTS = (
    "LiberationSans-Regular", "LiberationSans-Regular", "LiberationSans-Regular", "DejaVuSans",
    "DejaVuSansCondensed", "LiberationSansNarrow-Regular", "FreeSans", "LiberationSerif-Regular",
    "DejaVuSerifCondensed", "LiberationMono-Regular", "DejaVuSansMono",
)  # fmt: skip
_HANGUL = (
    "NanumGothic",
    "NanumBarunGothic",
    "NotoSansCJK-Regular",
    "NanumGothicCoding",
    "NanumMyeongjo",
)
_MONEY = {
    "before": ("{n}", "{s}{n}", "{s}{n}", "{s} {n}", "{s}{n}"),
    "after": ("{n}", "{n} {s}", "{n} {s}", "{n} {s}", "{s} {n}", "{n}{s}"),
}


def invoice(
    seed: int,
    *,
    layout: str | None = None,
    language: str | None = None,
    noise: float | None = None,
    draw: bool = True,
) -> tuple[Sample, ...]:
    """Return the pages of an invented invoice; the same seed gives the same ones.

    Args:
        seed: any number.
        layout: one of ``LAYOUTS``; None leaves it to chance.
        language: such as ``de``; None leaves it to chance. Layouts of broadcasters
            (``spots_…``) are always English.
        noise: 0 is a clean print, 1 a bad photo; None leaves it to chance.
        draw: False returns blank pictures and the very same words, much faster.

    Raises:
        SettingsError: the layout or the language is unknown, or no installed font can print it.
    """
    if layout is not None and layout not in LAYOUTS:
        raise SettingsError(f"unknown layout {layout!r}: known are {', '.join(LAYOUTS)}")
    if language is not None and language not in LANGUAGES:
        raise SettingsError(f"unknown language {language!r}: known are {', '.join(LANGUAGES)}")
    hangul = [name for name in _HANGUL if font_path(name)]
    if language == "ko" and not hangul:
        raise SettingsError("no installed font prints Korean: install NanumGothic or Noto Sans CJK")
    rng = random.Random(f"invoice {layout} {language} {seed}")
    name = layout or rng.choice(LAYOUTS if language in (None, "en") else tuple(SETTERS))
    languages = {k: v for k, v in LANGUAGES.items() if k != "ko" or hangul}
    if name in _SHEETS:
        languages = {"de": 6.0, "fr": 2.0, "en": 2.0}  # where viewers of e-invoices are common
    spoken = language or rng.choices(list(languages), list(languages.values()))[0]
    noise = rng.random() ** 1.3 if noise is None else noise
    if name in SPOT_SETTERS:
        press, spoken = _spots(rng, name), "en"
    else:
        press = _set(rng, name, spoken)
    truth = truth_of([w for p in press.papers for w in p.words], press.invoice)
    return tuple(
        paper.sample(
            seed * 31 + n, kind="invoice", layout=name, language=spoken, truth=truth,
            noise=noise, draw=draw, page=n + 1, num_pages=len(press.papers),
        )
        for n, paper in enumerate(press.papers)
    )  # fmt: skip


def _set(rng: random.Random, name: str, language: str) -> Press:
    """Return an invoice as it is set."""
    lands = [land for land in LANDS if land.language == language]
    land = rng.choices(lands, [one.weight for one in lands])[0]
    kind = rng.choices(("invoice", "credit", "proforma", "bill"), (88, 5, 3, 4))[0]
    many = rng.randint(20, 110) if name == "long_list" else 0
    content = invent(rng, land, kind, num_lines=many)
    is_letter = land.currencies.get("USD", 0) >= 1 and rng.random() < 0.8
    press = Press(rng, content, choose_look(rng, content), LETTER if is_letter else A4)
    SETTERS[name](press)
    return press


def _spots(rng: random.Random, name: str) -> Press:
    """Return a broadcaster's paper as it is set."""
    content, buy = buy_spots(rng)
    look = replace(
        choose_look(rng, content), size=rng.randint(15, 19), is_upper=False, minus="-{}",
        date=rng.choice(("%m/%d/%y", "%m/%d/%y", "%m/%d/%Y", "%-m/%-d/%y", "%b %d, %Y")),
    )  # fmt: skip
    size = (LETTER[1], LETTER[0]) if rng.random() < 0.4 else LETTER
    press = Press(rng, content, look, size)
    spots(press, buy, SPOT_SETTERS[name])
    return press


def choose_look(rng: random.Random, content: Invoice) -> Look:
    """Return how an invoice is set."""
    land = content.land
    hangul = [name for name in _HANGUL if font_path(name)]
    font = rng.choice(hangul if land.language == "ko" else _FONTS)
    sign = rng.choice(SIGNS[content.currency])
    comma, point = rng.choice(land.numbers)
    place = "before" if point == "." else "after"
    money = rng.choice(_MONEY[place] if sign != "원" else ("{n}", "{n}{s}", "{n}{s}"))
    is_dark = rng.random() < 0.5
    return Look(
        font=font,
        size=rng.randint(16, 24),
        leading=rng.uniform(1.15, 1.5),
        colon=rng.choice((":", ":", "", "", " :") if land.language == "fr" else (":", ":", "")),
        comma=comma,
        point=point,
        money=money,
        cell_money=money if rng.random() < 0.5 else "{n}",
        sign=sign,
        minus=rng.choice(("-{}", "-{}", "-{}", "- {}", "{}-", "({})", "−{}")),
        date=rng.choice(land.dates),
        places=rng.choice((None, None, None, 2, 2, 1, 3)),
        is_upper=rng.random() < 0.12,
        is_key_bold=rng.random() < 0.4,
        is_value_bold=rng.random() < 0.15,
        key_grey=rng.choice((0, 0, 0, 0, 90, 120)),
        shade=rng.choice((30, 60, 90, 120)) if is_dark else rng.choice((200, 215, 230, 240)),
        ink=255 if is_dark else 0,
    )
