"""Replies: from the JSON that a model wrote to answers, with their probability and their place."""

import codecs
import json
import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from docai.vlm.engine import Answer, Field, Mode, Origin, Printed, Span
from docai.vlm.layout_text import range_of_words
from docai.vlm.leaves import Leaf, Scalar, leaves
from docai.vlm.paths import cell, split
from docai.vlm.places import places
from docai.vlm.window import Excerpt
from docai.vlm.word_graph import WordGraph
from docai.vlm.writer import Written

_SHOWN_CHOICES = 10  # in messages
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A value that a model wrote.

    Attributes:
        path: where it belongs.
        field: what was asked.
        text: what was written; JSON where it was chosen.
        probability: the model's.
    """

    path: str
    field: Field
    text: str
    probability: float


def answers(
    written: Written, fields: Sequence[Field], excerpts: Sequence[Excerpt], printed: Printed
) -> tuple[Answer, ...]:
    """Return what a model says about ``excerpts``, in the order in which it wrote it.

    What it copied from somewhere has a place; what is printed nowhere, which only a server without
    grammars can write, has none. Of a reply that was cut off every complete value counts.

    Raises:
        ValueError: it is no reply to these fields; the message says what is wrong.
    """
    said = list(_said(_Text(written), fields))
    evidence = _Evidence(excerpts, printed)
    found = {one.path: evidence.of(one) for one in said}
    placed = places(
        {path: spans for path, (_, spans) in found.items() if spans},
        [excerpt.reading for excerpt in excerpts],
    )
    return tuple(
        Answer(one.path, one.probability, placed.get(one.path), one.text, found[one.path][0])
        for one in said
    )


class _Text:
    """The text of a reply, which knows how probable each part of it is."""

    def __init__(self, written: Written) -> None:
        self.is_cut_off = written.stop == "length"
        decoder = codecs.getincrementaldecoder("utf-8")()  # drops a character that is cut in two
        try:
            self.text = decoder.decode(
                b"".join(piece for piece, _ in written.pieces), final=not self.is_cut_off
            )
        except UnicodeDecodeError as error:
            raise ValueError(f"the reply is no UTF-8: {error}") from error
        self._ends = list(accumulate((len(c.encode()) for c in self.text), initial=0))
        self._piece_ends = list(accumulate(len(piece) for piece, _ in written.pieces))
        self._logarithms = [logarithm for _, logarithm in written.pieces]

    def probability(self, leaf: Leaf) -> float:
        """Return how probable all the pieces are that a value has a part in."""
        start, stop = self._ends[leaf.start], self._ends[leaf.stop]
        first = bisect_right(self._piece_ends, start)
        last = bisect_left(self._piece_ends, stop)
        return min(1.0, math.exp(sum(self._logarithms[first : last + 1])))


def _said(text: _Text, fields: Sequence[Field]) -> Iterator[Said]:
    """Yield the values in a reply; null and the empty text are none."""
    by_place = {split(field.path): field for field in fields}
    lists = {name for name, _ in by_place if name}
    for leaf in leaves(text.text, is_cut_off=text.is_cut_off):
        path, place = _path(leaf)
        if leaf.value is None and (place in by_place or path in lists):
            continue
        if place not in by_place:
            raise ValueError(f"{path} was not asked for, or not in this form")
        field = by_place[place]
        value = _value(leaf, field, path)
        if value:
            yield Said(path, field, value, text.probability(leaf))


def _path(leaf: Leaf) -> tuple[str, tuple[str, str]]:
    """Return the path of a leaf, and the list and column that it belongs to."""
    match leaf.path:
        case (str(name),):
            return name, ("", name)
        case (str(name), int(row), str(column)):
            return cell(name, row, column), (name, column)
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in leaf.path)
    return path.lstrip("."), ("", "")


def _value(leaf: Leaf, field: Field, path: str) -> str:
    """Return a value as text.

    Raises:
        ValueError: it is none of the field's choices, or no text.
    """
    value = leaf.value
    if field.mode is Mode.CHOOSE:
        chosen = _compact(value)
        if chosen not in map(_compact, map(json.loads, field.choices)):
            shown = ", ".join(field.choices[:_SHOWN_CHOICES])
            raise ValueError(f"{path} must be null or one of {shown}; it is {chosen:.40}")
        return chosen
    if isinstance(value, bool):
        raise ValueError(f"{path} must be null or a text in double quotes; it is {leaf.json}")
    text = value if isinstance(value, str) else leaf.json  # 9.00 is as good as "9.00"
    whole = str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if field.mode is Mode.FREE:
        whole = "".join(" " if unicodedata.category(c) == "Cc" else c for c in whole)
    return _SPACE.sub(" ", whole).strip(" ")


def _compact(value: Scalar) -> str:
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Evidence:
    """Knows where the words of some excerpts stand."""

    def __init__(self, excerpts: Sequence[Excerpt], printed: Printed) -> None:
        self._words = {e.reading.page: (e.reading, range_of_words(e)) for e in excerpts}
        self._graph = WordGraph(excerpts)
        self._printed = printed
        self._of_kind: dict[str, dict[str, list[Span]]] = {}

    def of(self, said: Said) -> tuple[Origin, tuple[Span, ...]]:
        """Return where a value comes from, and all the places that print it."""
        if said.field.mode is Mode.CHOOSE:
            return Origin.CHOSEN, ()
        if said.field.mode is Mode.FREE:
            return Origin.WRITTEN, ()
        copied = self._of_its_kind(said) or self._graph.spans(said.text)
        if copied or said.field.mode is not Mode.CORRECT:
            return Origin.COPIED, copied
        corrected = self._graph.corrected_spans(said.text)
        return Origin.CORRECTED if corrected else Origin.COPIED, corrected

    def _of_its_kind(self, said: Said) -> tuple[Span, ...]:
        """Return the places that print a text as a value of its field's kind."""
        path = said.field.path
        if path not in self._of_kind:
            self._of_kind[path] = defaultdict(list)
            for span in self._printed(said.field) or ():
                reading, inside = self._words.get(span.page, (None, range(0)))
                if reading is not None and all(i in inside for i in span.words):
                    text = " ".join(reading.words[i].text for i in span.words)
                    self._of_kind[path][text].append(span)
        return tuple(self._of_kind[path].get(said.text, ()))
