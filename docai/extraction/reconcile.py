"""The reconciler: from what OCR read and what a model points at to values one can trust.

The story: ask the model, ground and type every answer, let sums decide between amounts, give each
field its state and confidence, and check the whole.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from docai.document import Document
from docai.extraction.amounts import SUM_FIELDS, agreed, choose, distinct
from docai.extraction.candidates import Candidate, Locale, candidate, locale_of
from docai.extraction.check import check
from docai.extraction.confidence import Calibration, Signals
from docai.extraction.fields import Kind, Schema
from docai.extraction.fits import misfits
from docai.extraction.printed import Printed
from docai.extraction.result import Extraction, Money, PageInfo, Problem, State, Value
from docai.extraction.rows import Row, joined, numbered, rows_of
from docai.extraction.tendered import tendered_of
from docai.extraction.trust import BUILTIN, CAPS, Trust
from docai.reading import Reading
from docai.vlm.engine import Question, Reply, Vlm
from docai.vlm.tokens import ImageTokens

SURELY_THERE = 0.6  # a word tagged so surely, that is no value of its kind, is illegible
RIVAL = 0.6  # another value this likely, relative to the best, is a conflict

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
        printed = Printed(schema, readings, locale)
        question = Question(schema.json_schema, readings, tokens, schema.fields, printed)
        reply = vlm.answer(question)
    trust = Trust(vlm.name, reply.looked, calibration)
    order, rows = _order(reply, schema, readings, locale)
    tendered = tendered_of(readings, decimal_comma=locale.decimal_comma)
    amounts = [p for p in SUM_FIELDS if p in order and schema.kind(p) is Kind.MONEY]
    cells = {path: found[0] for path, found in rows.items()}
    order |= choose({p: order[p] for p in amounts}, cells, tendered, locale.currency)
    order |= rows
    paths = (*schema.scalars, *rows)
    values = {path: _decide(order.get(path, []), path, trust) for path in paths}
    problems = check(values, tendered=tendered)
    sums = _sums(values, problems)
    values = {
        path: _sure(value, order[path], sums.get(path, 0), trust)
        if value.typed is not None
        else value
        for path, value in values.items()
    }
    fields = {path: _shaped(value, schema, path) for path, value in values.items()}
    extraction = Extraction(
        schema_name=schema.name,
        schema_version=schema.version,
        name=document.name,
        sha256=document.sha256,
        pages=_pages(document, readings),
        fields=fields,
        problems=(*problems, *_of_model(reply, vlm.name), *misfits(schema, fields)),
        engines={"ocr": " + ".join(dict.fromkeys(r.engine for r in readings)), "vlm": vlm.name},
    )
    signals = {
        path: trust.signals(order[path], sums.get(path, 0))
        for path, value in values.items()
        if value.typed is not None
    }
    return Reconciled(extraction, signals, reply)


def _order(
    reply: Reply, schema: Schema, readings: Sequence[Reading], locale: Locale
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
    scalars = {
        path: agreed(_capped(some.get(path, ())), others.get(path, ()))
        for path in schema.scalars
        if path in some or path in others
    }
    capped = {path: _capped(found) for path, found in ours.items()}
    return scalars, numbered(_joined(capped, theirs, schema, readings), schema)


def _scalars(by_path: ByPath, schema: Schema) -> dict[str, list[Candidate]]:
    """Return the distinct candidates per scalar field, best first."""
    return {path: distinct(found) for path, found in by_path.items() if path in schema.scalars}


def _capped(found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates of a writing model, no likelier than what it says can be trusted."""
    return [replace(c, probability=min(c.probability, CAPS[c.origin])) for c in found]


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


def _decide(found: Sequence[Candidate], path: str, trust: Trust) -> Value:
    """Give a field its state from its candidates, best first; confidence comes later."""
    usable = [c for c in found if c.typed is not None]
    if not usable or ("[" not in path and not trust.is_likely(usable[0])):
        unread = [c for c in found if c.typed is None and c.probability >= SURELY_THERE]
        return _value(unread[0], State.ILLEGIBLE) if unread else Value(State.ABSENT)
    best, *others = usable
    if best.other is not None:
        other = replace(_value(best, State.FOUND), typed=best.other)
        return replace(_value(best, State.CONFLICT), alternatives=(other,))
    rivals = [c for c in others if c.probability >= RIVAL * best.probability]
    if not rivals or path in SUM_FIELDS:
        return _value(best, State.FOUND)
    shown = tuple(_value(rival, State.FOUND) for rival in rivals)
    return replace(_value(best, State.CONFLICT), alternatives=shown)


def _value(one: Candidate, state: State) -> Value:
    """Turn a candidate into a value."""
    return Value(
        state=state,
        typed=one.typed,
        text=one.text,
        evidence=(one.evidence,) if one.evidence else (),
        witnesses=one.witnesses,
        origin=one.origin,
    )


def _sure(value: Value, found: Sequence[Candidate], sums: int, trust: Trust) -> Value:
    """Return a value with its confidence; where two models disagree, each side has its own.

    Amounts are no conflict where a sum speaks for one of them.
    """
    value = replace(value, confidence=trust.confidence(found, sums))
    if not trust.looked:
        return value
    best, *others = [c for c in found if c.typed is not None]
    rivals = [c for c in others if c.probability >= RIVAL * best.probability]
    if best.path in SUM_FIELDS:
        rivals = [c for c in rivals if sums <= 0 and not set(c.said) & set(best.said)]
    if not rivals or best.other is not None:
        return value
    shown = tuple(
        replace(_value(c, State.FOUND), confidence=trust.confidence([c, best], 0)) for c in rivals
    )
    return replace(value, state=State.CONFLICT, alternatives=shown)


def _sums(fields: Mapping[str, Value], problems: Sequence[Problem]) -> dict[str, int]:
    """Return 1 for amounts that take part in sums that add up, -1 for those of sums that do not."""
    wrong = {path for problem in problems for path in problem.paths}
    return dict.fromkeys(_in_sums(fields), 1) | dict.fromkeys(wrong, -1)


def _in_sums(fields: Mapping[str, Value]) -> set[str]:
    """Return the amounts that take part in a check: those of a page with two or more of them."""
    amounts = {p for p in SUM_FIELDS if isinstance(getattr(fields.get(p), "typed", None), Money)}
    prices = {p for p in fields if p.endswith("].total_price")}
    if "total" not in amounts or len(amounts) + bool(prices) < 2:
        return set()
    return amounts | prices


def _shaped(value: Value, schema: Schema, path: str) -> Value:
    """Return a value such that JSON shows it as the schema wants it."""
    if value.typed is None:
        return value
    leaf = schema.leaf(path)
    alternatives = tuple(_shaped(other, schema, path) for other in value.alternatives)
    return replace(value, typed=leaf.shaped(value.typed), alternatives=alternatives)


def _pages(document: Document, readings: Sequence[Reading]) -> tuple[PageInfo, ...]:
    """Return what a reader of the result must know of each page."""
    return tuple(
        PageInfo(reading.page, reading.size[1], reading.size[0], page.dpi, reading.angle_deg)
        for page, reading in zip(document.pages, readings, strict=True)
    )
