"""The reconciler: from what OCR read and what a model points at to values one can trust.

The story: ask the model, ground and type every answer, let sums decide between amounts, give each
field its state and confidence, and check the whole.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from docai.document import Document
from docai.extraction.amounts import SUM_FIELDS, choose, distinct
from docai.extraction.candidates import Candidate, Locale, candidate, locale_of
from docai.extraction.check import check
from docai.extraction.confidence import Signals, confidence, group_of
from docai.extraction.fields import Kind, Schema
from docai.extraction.result import Extraction, Money, PageInfo, Problem, State, Value
from docai.extraction.tendered import tendered_of
from docai.reading import Reading
from docai.vlm.engine import Question, Reply, Vlm
from docai.vlm.tokens import ImageTokens

LEAST_PROBABILITY = 0.3  # below it a field counts as absent; set by hand, not fitted
SURELY_THERE = 0.6  # a word tagged so surely, that is no value of its kind, is illegible
RIVAL = 0.6  # another value this likely, relative to the best, is a conflict


def reconcile(
    document: Document,
    schema: Schema,
    vlm: Vlm,
    readings: tuple[Reading, ...],
    tokens: tuple[ImageTokens, ...],
) -> tuple[Extraction, dict[str, Signals]]:
    """Find the fields of ``schema`` on a document that was read and encoded.

    Returns:
        The extraction, and per value what its confidence was made of.

    Raises:
        VlmError: the model failed.
    """
    reply = vlm.answer(Question(schema.json_schema, readings, tokens))
    locale = locale_of(readings)
    by_path = _candidates(reply, schema, readings, locale)
    rows = _rows(by_path, schema)
    tendered = tendered_of(readings, decimal_comma=locale.decimal_comma)
    order = {path: distinct(found) for path, found in by_path.items() if path in schema.scalars}
    amounts = [p for p in SUM_FIELDS if p in order and schema.kind(p) is Kind.MONEY]
    order |= choose({p: order[p] for p in amounts}, rows, tendered, locale.currency)
    scalars = {path: _decide(order.get(path, []), path) for path in schema.scalars}
    items = {path: _decide([found], path) for path, found in rows.items()}
    values = {**scalars, **items}
    problems = (*check(values, tendered=tendered), *_never_taught(reply, vlm.name))
    signals = _signals(values, order | {p: [c] for p, c in rows.items()}, problems)
    extraction = Extraction(
        schema_name=schema.name,
        schema_version=schema.version,
        name=document.name,
        sha256=document.sha256,
        pages=_pages(document, readings),
        fields={
            path: replace(value, confidence=confidence(signals[path]) if path in signals else 0.0)
            for path, value in values.items()
        },
        problems=problems,
        engines={"ocr": " + ".join(dict.fromkeys(r.engine for r in readings)), "vlm": vlm.name},
    )
    return extraction, signals


def _candidates(
    reply: Reply, schema: Schema, readings: Sequence[Reading], locale: Locale
) -> dict[str, list[Candidate]]:
    """Return what the model's answers come to, per field; what is printed nowhere is left out."""
    by_path: dict[str, list[Candidate]] = defaultdict(list)
    for answer in reply.answers:
        if schema.knows(answer.path):
            found = candidate(answer, schema.kind(answer.path), readings, locale)
            by_path[answer.path] += [] if found is None else [found]
    return by_path


def _never_taught(reply: Reply, model: str) -> list[Problem]:
    """Say which fields are empty because the model cannot look for them."""
    if not reply.unasked:
        return []
    names = ", ".join(reply.unasked)
    message = f"{model} was never taught to find: {names}; another model may"
    return [Problem("field_not_supported", message, reply.unasked)]


def _rows(by_path: Mapping[str, Sequence[Candidate]], schema: Schema) -> dict[str, Candidate]:
    """Return the best candidate per cell of rows, rows without content left out, renumbered."""
    cells: dict[tuple[str, int], dict[str, Candidate]] = defaultdict(dict)
    for path, found in by_path.items():
        usable = [c for c in found if c.typed is not None]
        if "[" in path and usable:
            list_name, rest = path.split("[", 1)
            number, column = rest.split("].", 1)
            cells[list_name, int(number)][column] = usable[0]
    out: dict[str, Candidate] = {}
    for field, columns in schema.rows.items():
        kept = [row for (name, _), row in sorted(cells.items()) if name == field and _is_row(row)]
        for index, row in enumerate(kept):
            out |= {f"{field}[{index}].{c}": row[c] for c in columns if c in row}
    return out


def _is_row(row: Mapping[str, Candidate]) -> bool:
    """Tell whether a row says more than a stray number."""
    return "description" in row or len(row) > 1 or not {"quantity", "price"} >= set(row)


def _decide(found: Sequence[Candidate], path: str) -> Value:
    """Give a field its state from its candidates, best first; confidence comes later."""
    usable = [c for c in found if c.typed is not None]
    if not usable or (usable[0].probability < LEAST_PROBABILITY and "[" not in path):
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
        evidence=(one.evidence,),
        witnesses=(one.witness, "vlm"),
    )


def _signals(
    fields: Mapping[str, Value],
    order: Mapping[str, Sequence[Candidate]],
    problems: Sequence[Problem],
) -> dict[str, Signals]:
    """Return what is known of every value that is there."""
    wrong = {path for problem in problems for path in problem.paths}
    right = _in_sums(fields) - wrong
    return {
        path: signals_of(path, order[path], -1 if path in wrong else int(path in right))
        for path, value in fields.items()
        if value.typed is not None
    }


def signals_of(path: str, found: Sequence[Candidate], sums: int) -> Signals:
    """Return what is known of the first of ``found``."""
    best, *others = [c for c in found if c.typed is not None]
    return Signals(
        group=group_of(path),
        probability=best.probability,
        rival=max((c.probability for c in others), default=0.0),
        ocr_confidence=best.ocr_confidence,
        sums=sums,
        num_words=len(best.evidence.words),
    )


def _in_sums(fields: Mapping[str, Value]) -> set[str]:
    """Return the amounts that take part in a check: those of a page with two or more of them."""
    amounts = {p for p in SUM_FIELDS if isinstance(getattr(fields.get(p), "typed", None), Money)}
    prices = {p for p in fields if p.endswith("].total_price")}
    if "total" not in amounts or len(amounts) + bool(prices) < 2:
        return set()
    return amounts | prices


def _pages(document: Document, readings: Sequence[Reading]) -> tuple[PageInfo, ...]:
    """Return what a reader of the result must know of each page."""
    return tuple(
        PageInfo(reading.page, reading.size[1], reading.size[0], page.dpi, reading.angle_deg)
        for page, reading in zip(document.pages, readings, strict=True)
    )
