"""Invents forms: every layout is one function that fills a sheet from the top to the bottom."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docai.vlm.builtin.synth import form_layout_office as office
from docai.vlm.builtin.synth import form_layout_public as public
from docai.vlm.builtin.synth import form_layout_unseen as unseen
from docai.vlm.builtin.synth.form_blocks import top_up
from docai.vlm.builtin.synth.form_content import LANGUAGES, Content
from docai.vlm.builtin.synth.form_margins import feet
from docai.vlm.builtin.synth.form_sheet import Sheet
from docai.vlm.builtin.synth.form_style import style
from docai.vlm.builtin.synth.sample import Sample

Layout = Callable[[Sheet], None]

_LAYOUTS: Mapping[str, Layout] = {
    "fax_cover": office.fax_cover,
    "progress_report": office.progress_report,
    "account_report": office.account_report,
    "typed_list": office.typed_list,
    "line_form": office.line_form,
    "boxed_grid": office.boxed_grid,
    "lab_sheet": office.lab_sheet,
    "check_sheet": office.check_sheet,
    "contact_sheet": office.contact_sheet,
    "checklist": office.checklist,
    "memo_form": office.memo_form,
    "numbered_form": public.numbered_form,
    "amounts_form": public.amounts_form,
    "insurance_claim": public.insurance_claim,
    "job_application": public.job_application,
    "medical_form": public.medical_form,
    "order_form": public.order_form,
    "expense_claim": public.expense_claim,
    "customs_declaration": public.customs_declaration,
    "membership": public.membership,
    "survey": public.survey,
    "bank_form": public.bank_form,
    "approval_form": public.approval_form,
    "form_letter": public.form_letter,
    "questionnaire": public.questionnaire,
    "budget_sheet": public.budget_sheet,
    "table_form": public.table_form,
    "school_enrolment": unseen.school_enrolment,
    "delivery_form": unseen.delivery_form,
    "research_application": unseen.research_application,
    "service_notice": unseen.service_notice,
    "test_receipt": unseen.test_receipt,
    "media_order": unseen.media_order,
    "travel_request": unseen.travel_request,
    "telephone_log": unseen.telephone_log,
    "event_request": unseen.event_request,
}
LAYOUTS: tuple[str, ...] = tuple(_LAYOUTS)
"""Names of the layouts; the last quarter is for measuring and never trained on."""
TRAINED = LAYOUTS[: len(LAYOUTS) - len(LAYOUTS) // 4]

_MORE_PAGES = 0.05  # how often a form has two or three pages
_EMPTINESS = (0.05, 0.1, 0.15, 0.3, 0.5, 0.9)


def form(
    seed: int,
    *,
    layout: str | None = None,
    language: str | None = None,
    noise: float | None = None,
    draw: bool = True,
) -> tuple[Sample, ...]:
    """Return the pages of an invented form; the same seed gives the same form.

    Args:
        seed: of every choice.
        layout: one of `LAYOUTS`; None picks one of those to train on.
        language: such as ``de``; None picks one.
        noise: 0 is a clean print, 1 a bad photo; None picks.
        draw: False leaves the pictures blank; the words are the same.
    """
    rng = random.Random(f"form {seed}")
    picked = rng.choice(TRAINED), rng.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    layout, language = layout or picked[0], language or picked[1]
    spoilt = rng.choice((0.0, 0.15, 0.3, 0.3, 0.5, 0.8))
    content = Content(rng, language, rng.choice(_EMPTINESS))
    look = style(rng, language)
    num_pages = rng.choice((2, 2, 3)) if rng.random() < _MORE_PAGES else 1
    sheets = []
    for page in range(1, num_pages + 1):
        sheet = Sheet(rng, content, look, page)
        _LAYOUTS[layout](sheet)
        if layout in TRAINED:
            top_up(sheet)
        feet(sheet, num_pages)
        sheets.append(sheet)
    truth = truth_of(sheets)
    return tuple(
        sheet.paper.sample(
            seed,
            kind="form",
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


def truth_of(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Return what the pages of one form say: pairs, boxes and signatures, as printed."""
    pairs = []
    for sheet in sheets:
        texts: dict[int, list[str]] = {}
        for word in sheet.paper.words:
            if word.meaning.entity is not None:
                texts.setdefault(word.meaning.entity, []).append(word.text)
        values: dict[int, list[str]] = {}
        for key, value in sheet.paper.links:
            values.setdefault(key, []).extend(texts[value])
        pairs += [
            {"key": " ".join(texts[key]), "value": " ".join(words)} for key, words in values.items()
        ]
    return {
        "pairs": pairs,
        "check_boxes": [{"label": a, "is_checked": b} for s in sheets for a, b in s.boxes],
        "signatures": [{"label": a, "is_present": b} for s in sheets for a, b in s.signatures],
    }
