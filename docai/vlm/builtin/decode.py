"""From tags of words to answers: which words together are a value, and which rows an item."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from docai.table import Table
from docai.vlm.builtin.blocks import certainty, groups_of
from docai.vlm.builtin.item_rows import Placed, items_of
from docai.vlm.builtin.matcher import answers as matched
from docai.vlm.builtin.matcher import looks_for, tag_of
from docai.vlm.builtin.tables import tables
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import ITEM_COLUMNS, OTHER_COLUMNS, OTHER_NAMES, SCALARS, TAGS
from docai.vlm.builtin.tax_rows import tax_rows
from docai.vlm.engine import Answer, Field, Printed, Reply, Span, any_words

MAX_ALTERNATIVES = 5
DOUBTFUL = 0.5  # a field whose likeliest value is below it is also looked for by its key
KEYED = 0.9  # what such a find is worth

DUE = "amount_due"
ITEMS, TAXES = "items", "tax_details"
_TAGS_OF = {**OTHER_NAMES, "total_discount": "discount"}
_ITEM_TAGS = {**{column: column for column in ITEM_COLUMNS}, **OTHER_COLUMNS}
_TAX_TAGS = {"rate": "rate", "net_amount": "net", "amount": "amount"}
_IDS = frozenset({"invoice_id", "purchase_order", "vendor_tax_id", "iban"})


def decode(
    pages: Sequence[Tagged],
    schema: Mapping[str, Any],
    fields: Sequence[Field] = (),
    printed: Printed = any_words,
) -> Reply:
    """Turn what the network says of every page into candidates per field, best first.

    Fields that a tag stands for are answered by it, whichever of the names that receipts and
    invoices have for them the schema uses; all others by the keys, boxes and tables of the pages.

    Args:
        pages: in order; each has words.
        schema: JSON Schema; only fields it asks for are answered.
        fields: its leaves; what is not among them and has no tag is not looked for.
        printed: which words print a value of a field's kind.
    """
    pages = [_without_dues(page) for page in pages] if DUE not in _names(schema) else pages
    seen = tuple(table for page in pages for table in tables(page.reading, page.rules))
    answers: list[Answer] = []
    left: list[str] = []
    for name in schema.get("properties", {}):
        columns = _columns(schema, name)
        if name in (ITEMS, TAXES):
            tags = _ITEM_TAGS if name == ITEMS else _TAX_TAGS
            known = {column: tags[column] for column in columns if column in tags}
            left += [f"{name}[].{column}" for column in columns if column not in known]
            answers += _rows(name, _list(name, pages, seen, columns) if known else [], known)
        elif columns:
            left += [f"{name}[].{column}" for column in columns]
        elif (tag := _TAGS_OF.get(name, name)) in SCALARS:
            answers += _best(name, tag, pages)
        elif not _is_told_by_signs(schema["properties"][name]):
            left.append(name)
    asked = [field for field in fields if field.path in left and looks_for(field)]
    answers += _unnamed(asked, pages, printed, seen)
    doubted = _doubted(answers, fields, left)
    answers += _keyed(doubted, pages, printed, seen)
    looked = {field.path for field in asked}
    unasked = tuple(dict.fromkeys(path for path in left if path not in looked))
    return Reply(tuple(answers), unasked=unasked, tables=seen)


def _names(schema: Mapping[str, Any]) -> Collection[str]:
    """Return the fields that a schema asks for."""
    names: Collection[str] = schema.get("properties", {})
    return names


def _without_dues(page: Tagged) -> Tagged:
    """Take what has to be paid for the total, where nobody asks for both: receipts have one."""
    tags = page.tags.copy()
    tags[:, TAGS.index("total")] += tags[:, TAGS.index(DUE)]
    tags[:, TAGS.index(DUE)] = 0
    return replace(page, tags=tags)


def _list(
    name: str, pages: Sequence[Tagged], seen: Sequence[Table], columns: Sequence[str]
) -> Sequence[Mapping[str, Sequence[Placed]]]:
    """Return the rows of a list that tags stand for."""
    if name == TAXES:
        return tax_rows(pages)
    is_long = bool(set(columns) & set(OTHER_COLUMNS))  # asked for as invoices are
    return [item.words for item in items_of(pages, seen, is_long=is_long)]


def _unnamed(
    asked: Sequence[Field], pages: Sequence[Tagged], printed: Printed, seen: Sequence[Table]
) -> list[Answer]:
    """Return the answers of fields without a tag of their name, best first for each.

    A field may mean what a tag stands for under another name; and a key may ask for it.
    """
    if not asked:
        return []
    tags = {field.path: tag_of(field) for field in asked if "[" not in field.path}
    by_tag = [a for path, tag in tags.items() if tag for a in _best(path, tag, pages)]
    found = [*by_tag, *matched(pages, asked, printed, seen)]
    return sorted(found, key=lambda answer: -answer.probability)


def _doubted(
    answers: Sequence[Answer], fields: Sequence[Field], left: Sequence[str]
) -> list[Field]:
    """Return the single fields that a tag stands for, of which no word is likely to be a value."""
    likely = {answer.path for answer in answers if answer.probability >= DOUBTFUL}
    return [
        field
        for field in fields
        if "[" not in field.path and field.path not in {*likely, *left} and looks_for(field)
    ]


def _keyed(
    doubted: Sequence[Field], pages: Sequence[Tagged], printed: Printed, seen: Sequence[Table]
) -> list[Answer]:
    """Return what keys say of fields whose tag says little.

    Amounts and days that are another field's are left out: keys of them are too much alike.
    """
    found = matched(pages, doubted, printed, seen) if doubted else []
    texts = {field.path for field in doubted if field.kind == "text"}
    return [
        replace(answer, probability=answer.probability * KEYED)
        for answer in found
        if answer.path in texts or not _is_taken(answer, pages)
    ]


def _is_taken(answer: Answer, pages: Sequence[Tagged]) -> bool:
    """Tell whether the words of an answer are likely to be the value of some tag."""
    span = answer.span
    page = next((p for p in pages if span is not None and p.reading.page == span.page), None)
    if span is None or page is None or not span.words:
        return False
    return float(page.tags[list(span.words), 1:].max(axis=1).mean()) >= DOUBTFUL


def _is_told_by_signs(node: Any) -> bool:
    """Tell whether a field is the currency: signs tell it that are printed, not what words mean."""
    nodes = (node, *node.get("anyOf", ())) if isinstance(node, Mapping) else ()
    return any(one.get("format") == "currency" for one in nodes if isinstance(one, Mapping))


def _columns(schema: Mapping[str, Any], name: str) -> list[str]:
    """Return the columns of a list that a schema asks for; none where it is no list of rows."""
    node = schema["properties"][name]
    row = node.get("items", {}) if isinstance(node, Mapping) else {}
    reference = str(row.get("$ref", "")).removeprefix("#/$defs/")
    row = schema.get("$defs", {}).get(reference, row)
    return list(row.get("properties", {}))


def _best(name: str, tag: str, pages: Sequence[Tagged]) -> list[Answer]:
    """Return the candidates for one field on all pages, best first."""
    found = [answer for page in pages for answer in _scalar(name, tag, page)]
    return sorted(found, key=lambda answer: -answer.probability)[:MAX_ALTERNATIVES]


def _scalar(name: str, tag: str, page: Tagged) -> Iterator[Answer]:
    """Yield the candidates for one field on one page."""
    for group in groups_of(tag, page):
        words = _without_signs(group, page) if tag in _IDS else group
        yield Answer(name, certainty(tag, words, page), Span(page.reading.page, tuple(words)))


def _without_signs(group: Sequence[int], page: Tagged) -> list[int]:
    """Leave out the words at the ends of a number that are neither letters nor digits."""
    says = [any(map(str.isalnum, page.reading.words[i].text)) for i in group]
    if not any(says):
        return [*group]
    return [*group[says.index(True) : len(says) - says[::-1].index(True)]]


def _certainty(p: np.typing.ArrayLike) -> float:
    """Return the geometric mean of the probabilities of the words of a value."""
    return float(np.exp(np.log(np.clip(p, 1e-6, 1)).mean()))


def _rows(
    name: str, rows: Sequence[Mapping[str, Sequence[Placed]]], tags: Mapping[str, str]
) -> Iterator[Answer]:
    """Yield an answer per cell of a list that has words.

    Args:
        name: of the list.
        rows: words per column, as tags name it.
        tags: for each column that is asked for, how tags name it.
    """
    for number, row in enumerate(rows):
        for column, tag in tags.items():
            if words := row.get(tag):
                yield _cell(f"{name}[{number}].{column}", words)


def _cell(path: str, words: Sequence[Placed]) -> Answer:
    """Return the answer for one cell, whose words may go on on the next page."""
    spans = [
        Span(page, tuple(i for _, i, _ in some))
        for page, some in groupby(words, key=lambda placed: placed[0])
    ]
    certainty = _certainty([p for _, _, p in words])
    return Answer(path, certainty, spans[0], rest=tuple(spans[1:]))
