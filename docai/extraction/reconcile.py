"""The reconciler: from what OCR read and what a model points at to values one can trust.

The story: ask the model, ground and type every answer, let sums decide between amounts, give each
field its state and confidence, hear the e-invoice inside the file, and check the whole.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docai.document import Document
from docai.extraction.amounts import agreed, choose, distinct
from docai.extraction.candidates import Candidate, candidate
from docai.extraction.check import check
from docai.extraction.confidence import Calibration, Signals
from docai.extraction.embedded import WITNESS, witness
from docai.extraction.fields import Kind, Schema
from docai.extraction.fits import misfits
from docai.extraction.meaning import Locale, locale_of
from docai.extraction.picture import hard_to_read
from docai.extraction.printed import Printed
from docai.extraction.result import Extraction, PageInfo, Problem, Value
from docai.extraction.rows import Row, joined, numbered, rows_of
from docai.extraction.signs import with_currency
from docai.extraction.states import decide, shaped, sums, sure
from docai.extraction.sums import SUM_FIELDS
from docai.extraction.tables import shown
from docai.extraction.tendered import tendered_of
from docai.extraction.trust import BUILTIN, LEAST_PROBABILITY, Trust
from docai.reading import Reading
from docai.vlm.engine import Question, Reply, Vlm
from docai.vlm.tokens import ImageTokens

ByPath = Mapping[str, Sequence[Candidate]]
"""Candidates per path of a leaf, best first."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was made of a document.

    Attributes:
        extraction: the values with their evidence.
        signals: per value what its confidence was made of.
        reply: what the model had said.
    """

    extraction: Extraction
    signals: Mapping[str, Signals]
    reply: Reply


def reconcile(
    document: Document,
    schema: Schema,
    vlm: Vlm,
    readings: tuple[Reading, ...],
    tokens: tuple[ImageTokens, ...],
    calibration: Calibration | None = None,
    reply: Reply | None = None,
) -> Reconciled:
    """Find the fields of ``schema`` on a document that was read and encoded.

    Args:
        document: it is named in the result; its pictures are not looked at.
        schema: what to find.
        vlm: is asked.
        readings: one per page, in page order.
        tokens: image tokens of the same pages, in the same order.
        calibration: fitted for ``vlm``; None for what is known without, see `trust`.
        reply: what ``vlm`` said, if it need not be asked: about the same words, perhaps otherwise
            spelt.

    Raises:
        VlmError: the model failed.
    """
    locale = locale_of(readings)
    if reply is None:
        reply = _ask(vlm, schema, readings, tokens, locale)
    trust = Trust(vlm.name, reply.looked, calibration)
    told = with_currency(reply, schema, readings, locale.currency)
    order, rows = _order(told, schema, readings, locale, trust)
    tendered = tendered_of(readings, decimal_comma=locale.decimal_comma)
    amounts = [p for p in SUM_FIELDS if p in order and schema.kind(p) is Kind.MONEY]
    cells = {path: found[0] for path, found in rows.items()}
    order |= choose({p: order[p] for p in amounts}, cells, tendered, locale.currency)
    order |= rows
    paths = (*schema.scalars, *rows)
    values = {path: decide(order.get(path, []), path, trust) for path in paths}
    problems = check(values, tendered=tendered)
    speaking = sums(values, problems)
    fields: Mapping[str, Value] = {
        path: value
        if value.typed is None
        else shaped(sure(value, order[path], speaking.get(path, 0), trust), schema.leaf(path))
        for path, value in values.items()
    }
    heard = witness(document.invoice_xml, schema, readings, fields, locale)
    if heard.fields is not fields:
        fields, problems = heard.fields, check(heard.fields, tendered=tendered)
    pages = pages_of(document, readings)
    extraction = Extraction(
        schema_name=schema.name,
        schema_version=schema.version,
        name=document.name,
        sha256=document.sha256,
        pages=pages,
        fields=fields,
        tables=shown(reply.tables, readings),
        problems=(
            *problems,
            *heard.problems,
            *_of_model(told, vlm.name),
            *misfits(schema, fields),
            *hard_to_read(pages),
        ),
        engines={"ocr": " + ".join(dict.fromkeys(r.engine for r in readings)), "vlm": vlm.name},
    )
    signals = {
        path: trust.signals(order[path], speaking.get(path, 0))
        for path, value in values.items()
        if value.typed is not None and path in fields and WITNESS not in fields[path].witnesses
    }
    return Reconciled(extraction, signals, reply)


def _ask(
    vlm: Vlm,
    schema: Schema,
    readings: tuple[Reading, ...],
    tokens: tuple[ImageTokens, ...],
    locale: Locale,
) -> Reply:
    """Ask a model for the fields of a schema."""
    printed = Printed(schema, readings, locale)
    return vlm.answer(Question(schema.json_schema, readings, tokens, schema.fields, printed))


def _order(
    reply: Reply, schema: Schema, readings: Sequence[Reading], locale: Locale, trust: Trust
) -> tuple[dict[str, list[Candidate]], dict[str, list[Candidate]]]:
    """Return the candidates per scalar field and per cell of rows, best first."""
    by_model: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for answer in reply.answers:
        if schema.knows(answer.path):
            found = candidate(answer, schema.leaf(answer.path), readings, locale)
            model = answer.witness if reply.looked else ""
            by_model[model][answer.path] += [] if found is None else [found]
    if not reply.looked:
        return _scalars(by_model[""], schema), numbered(rows_of(by_model[""], schema), schema)
    theirs = by_model.pop(BUILTIN, {})
    ours = {path: found for of_model in by_model.values() for path, found in of_model.items()}
    some, others = (_scalars(by_path, schema) for by_path in (ours, theirs))
    order = {
        path: agreed(some.get(path, ()), others.get(path, ()), LEAST_PROBABILITY)
        for path in schema.scalars
    }
    rows = numbered(_joined(ours, theirs, schema, readings), schema)
    scalars = {path: trust.weighed(found) for path, found in order.items() if found}
    return scalars, {path: trust.weighed(found) for path, found in rows.items()}


def _scalars(by_path: ByPath, schema: Schema) -> dict[str, list[Candidate]]:
    """Return the distinct candidates per scalar field, best first."""
    return {path: distinct(found) for path, found in by_path.items() if path in schema.scalars}


def _joined(
    ours: ByPath, theirs: ByPath, schema: Schema, readings: Sequence[Reading]
) -> dict[str, list[Row]]:
    """Return the rows per list that two models found together."""
    some, others = rows_of(ours, schema), rows_of(theirs, schema)
    return {field: joined(some[field], others[field], readings) for field in schema.rows}


def _of_model(reply: Reply, model: str) -> list[Problem]:
    """Say what is missing because the model was never taught it, or was cut off."""
    problems = []
    if reply.unasked:
        names = ", ".join(reply.unasked)
        message = f"{model} was never taught to find: {names}; another model may"
        problems.append(Problem("field_not_supported", message, reply.unasked))
    if reply.stop == "length":
        message = (
            f"{model} was cut off before it had answered everything: fields that are absent here "
            "may be on the page, and rows may be missing; ask for fewer fields at once"
        )
        problems.append(Problem("reply_truncated", message))
    return problems


def pages_of(document: Document, readings: Sequence[Reading]) -> tuple[PageInfo, ...]:
    """Return what a reader of the result must know of each page."""
    return tuple(
        PageInfo(
            reading.page,
            reading.size[1],
            reading.size[0],
            page.dpi,
            reading.angle_deg,
            reading.quality,
        )
        for page, reading in zip(document.pages, readings, strict=True)
    )
