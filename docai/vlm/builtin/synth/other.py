"""Invents documents of no kind that is extracted, so that they are told from those that are."""

import random
from collections.abc import Callable, Mapping

from docai.vlm.builtin.synth import other_layout as layouts
from docai.vlm.builtin.synth import other_layout_lists as lists
from docai.vlm.builtin.synth.form import truth_of
from docai.vlm.builtin.synth.form_content import LANGUAGES, Content
from docai.vlm.builtin.synth.form_margins import feet
from docai.vlm.builtin.synth.form_sheet import Sheet
from docai.vlm.builtin.synth.form_style import style
from docai.vlm.builtin.synth.sample import Sample

Layout = Callable[[Sheet], None]

_LAYOUTS: Mapping[str, Layout] = {
    "letter": layouts.letter,
    "report": layouts.report,
    "article": layouts.article,
    "book_page": layouts.book_page,
    "contract": layouts.contract,
    "e_mail": layouts.e_mail,
    "bank_statement": lists.bank_statement,
    "figures": lists.figures,
    "ticket": lists.ticket,
    "menu": lists.menu,
    "price_list": lists.price_list,
    "cv": lists.cv,
    "minutes": layouts.minutes,
    "delivery_note": lists.delivery_note,
    "slides": lists.slides,
    "recipe": lists.recipe,
}
LAYOUTS: tuple[str, ...] = tuple(_LAYOUTS)
"""Names of the layouts; the last quarter is for measuring and never trained on."""
TRAINED = LAYOUTS[: len(LAYOUTS) - len(LAYOUTS) // 4]

_LONG = ("report", "article", "book_page", "contract", "minutes", "bank_statement")
_MORE_PAGES = 0.12  # how often a document has two pages or more


def other(
    seed: int,
    *,
    layout: str | None = None,
    language: str | None = None,
    noise: float | None = None,
    draw: bool = True,
) -> tuple[Sample, ...]:
    """Return the pages of an invented document; the same seed gives the same document.

    Args:
        seed: of every choice.
        layout: one of `LAYOUTS`; None picks one of those to train on.
        language: such as ``de``; None picks one.
        noise: 0 is a clean print, 1 a bad photo; None picks.
        draw: False leaves the pictures blank; the words are the same.
    """
    rng = random.Random(f"other {seed}")
    picked = rng.choice(TRAINED), rng.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    layout, language = layout or picked[0], language or picked[1]
    spoilt = rng.choice((0.0, 0.15, 0.3, 0.3, 0.5, 0.8))
    content = Content(rng, language, 0.1)
    look = style(rng, language, typed=0.2)
    num_pages = (
        rng.randint(2, 5) if rng.random() < _MORE_PAGES * (3 if layout in _LONG else 1) else 1
    )
    sheets = []
    for page in range(1, num_pages + 1):
        sheet = Sheet(rng, content, look, page)
        _LAYOUTS[layout](sheet)
        feet(sheet, num_pages)
        sheets.append(sheet)
    truth = truth_of(sheets)
    return tuple(
        sheet.paper.sample(
            seed,
            kind="other",
            layout=layout,
            language=language,
            truth=truth,
            noise=spoilt if noise is None else noise,
            draw=draw,
            page=sheet.page,
            num_pages=num_pages,
        )
        for sheet in sheets
    )
