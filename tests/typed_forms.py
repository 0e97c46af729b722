"""Forms typed on an even grid, with what a network that knows everything would say of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from docai.document import Document, Page
from docai.extraction.fields import schema_of
from docai.extraction.reconcile import reconcile
from docai.extraction.result import Extraction
from docai.table import Table
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.builtin.matcher import answers, unasked
from docai.vlm.builtin.tagged import LINK_SIZE, Tagged
from docai.vlm.builtin.tags import KINDS, ROLES, TAGS
from docai.vlm.engine import Question, Reply
from docai.vlm.tokens import ImageTokens

PIECE = re.compile(r"([HKV])(\d*)\[([^\]]*)\]")
ROLE_OF_SIGN = {"H": "header", "K": "key", "V": "value"}
SURE = 0.97


def filled(*lines: str, page: int = 1, is_linked: bool = True) -> Tagged:
    """Return a page of a form.

    Args:
        lines: such as ``K1[Date of birth:]  V1[3 May 1990]``: keys and their values by number;
            ``H[Patient]`` is a heading. What goes on in another line has a plus before its
            bracket's text: ``V1[+of the year]``.
        page: the page's number.
        is_linked: whether the network says which value belongs to which key.
    """
    reading = typed_reading([PIECE.sub(lambda m: m[3].lstrip("+"), line) for line in lines], page)
    count = len(reading.words)
    roles = np.full((count, len(ROLES)), (1 - SURE) / 3, np.float32)
    begins = np.full(count, 1 - SURE, np.float32)
    asks = np.zeros((count, LINK_SIZE), np.float32)
    offers = np.zeros((count, LINK_SIZE), np.float32)
    offers[:, -1] = 1
    asks[:, -1] = -100 if is_linked else 0
    at = 0
    for line in lines:
        for role, number, text in _pieces(line):
            words = range(at, at + len(text.lstrip("+").split()))
            at = words.stop
            roles[words, ROLES.index(role)] = SURE
            if role and not text.startswith("+"):
                begins[words.start] = SURE
            if number and is_linked:
                offers[words, int(number)] = 10 if role == "key" else 0
                asks[words, int(number)] = 20 if role == "value" else 0
    roles /= roles.sum(axis=1, keepdims=True)
    tags = np.zeros((count, len(TAGS)), np.float32)
    kinds = np.zeros(len(KINDS), np.float32)
    return Tagged(
        reading, tags, np.zeros(count, np.float32), roles, begins, asks, offers, kinds, 1.0
    )


def _pieces(line: str) -> list[tuple[str, str, str]]:
    """Return role, number and text of the pieces of a line; words without a role one by one."""
    out = []
    at = 0
    for found in PIECE.finditer(line):
        out += [("", "", word) for word in line[at : found.start()].split()]
        out.append((ROLE_OF_SIGN[found[1]], found[2], found[3]))
        at = found.end()
    return out + [("", "", word) for word in line[at:].split()]


class Clerk:
    """A model that knows these pages, and answers from what `matcher` makes of them."""

    name = "docai-builtin/clerk"

    def __init__(self, pages: Sequence[Tagged], tables: Sequence[Table] = ()) -> None:
        self._pages, self._tables = pages, tables

    def encode(self, page: Page) -> ImageTokens:
        """See `docai.vlm.engine.Vlm.encode`."""
        return ScriptedVlm().encode(page)

    def answer(self, question: Question) -> Reply:
        """See `docai.vlm.engine.Vlm.answer`."""
        said = answers(self._pages, question.fields, question.printed, self._tables)
        return Reply(tuple(said), unasked=unasked(question.fields))


def extracted(
    schema: type[BaseModel] | Mapping[str, Any], *pages: Tagged, tables: Sequence[Table] = ()
) -> Extraction:
    """Return what is made of pages of a form that was asked for with a schema."""
    readings = tuple(page.reading for page in pages)
    document = Document("form.png", "ab" * 32, "png", tuple(map(blank_page, readings)))
    clerk = Clerk(pages, tables)
    tokens = tuple(map(clerk.encode, document.pages))
    return reconcile(document, schema_of(schema, "form"), clerk, readings, tokens).extraction
