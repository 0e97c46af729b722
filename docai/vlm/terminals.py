"""Terminals: the values of fields as regular languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docai.vlm import reply_schema
from docai.vlm.correction import VISIBLE_LINE
from docai.vlm.engine import Field, Mode, Span
from docai.vlm.lark import PRINTABLE, QUOTE, any_of, json_text, literal
from docai.vlm.runs import MAX_UTF8, CorrectedRuns, Runs
from docai.vlm.word_graph import MAX_CHARS, WordGraph

MAX_FREE_CHARS = 600  # of a free text whose schema sets no bound
MOST_FREE_CHARS = 4_000  # of a free text whatever its schema says
QUOTES = 2  # bytes

_TEXT = "text"  # the kind of field whose bounds are about what is printed, not what it means


@dataclass(frozen=True, slots=True)
class Value:
    """What a field may hold besides null.

    Attributes:
        terminal: its name; None where nothing but null is left.
        json_schema: of it or null.
        max_bytes: of the longest one.
    """

    terminal: str | None
    json_schema: Mapping[str, Any]
    max_bytes: int


ABSENT = Value(None, {"type": "null"}, 0)


class Terminals:
    """The terminals of one grammar: alike ones are there once, whatever fields use them.

    Attributes:
        lines: their definitions.
    """

    def __init__(self, graph: WordGraph) -> None:
        self._graph = graph
        self._names: dict[str, str] = {}
        self.lines: list[str] = []
        self._runs: dict[Mode, Runs] = {}

    def value(self, field: Field, spans: Sequence[Span] | None) -> Value:
        """Return what ``field`` may hold: a text that is printed at ``spans``, or any words."""
        if field.mode is Mode.CHOOSE:
            return self._choice(field)
        if field.mode is Mode.FREE:
            return self._free(field)
        return self._run(field) if spans is None else self._printed(field, spans)

    def _choice(self, field: Field) -> Value:
        """Return one of the schema's own values."""
        choices = [c for c in dict.fromkeys(field.choices) if c != "null"]
        if not choices:
            return ABSENT
        name = self._named(any_of(map(literal, choices)))
        return Value(name, reply_schema.choice_of(choices), max(map(_size, choices)))

    def _free(self, field: Field) -> Value:
        """Return a text in the model's own words."""
        bound = MAX_FREE_CHARS if field.max_length is None else field.max_length
        longest = min(bound, MOST_FREE_CHARS)
        if field.min_length > longest:
            return ABSENT
        name = self._named(f"{QUOTE} /{PRINTABLE}{{{field.min_length},{longest}}}/ {QUOTE}")
        schema = reply_schema.text_of(field.min_length, longest)
        return Value(name, schema, QUOTES + longest * MAX_UTF8)

    def _printed(self, field: Field, spans: Sequence[Span]) -> Value:
        """Return the text of one of some spans."""
        runs = self._runs_of(field.mode)
        found = dict.fromkeys(self._graph.text_of(span) for span in spans)
        texts = [text for text in found if text is not None]
        longest = max((len(t) + runs.letters * len(t.split(" ")) for t in texts), default=0)
        body = runs.one_of(texts)
        if body is None:
            return ABSENT
        if runs.letters == 0 and len(texts) <= reply_schema.MAX_LISTED:
            schema = reply_schema.choice_of([json_text(text) for text in texts])
        else:
            shortest = field.min_length if runs.letters == 0 else 0
            schema = reply_schema.text_of(shortest, longest)
        size = QUOTES + runs.max_bytes(longest)
        return Value(self._named(f"{QUOTE} {body}"), schema, size)

    def _run(self, field: Field) -> Value:
        """Return a run of words."""
        longest = MAX_CHARS
        if field.kind == _TEXT and field.max_length is not None:
            longest = min(longest, field.max_length)
        runs = self._runs_of(field.mode)
        body = runs.any_run(longest)
        if body is None:
            return ABSENT
        size = QUOTES + runs.max_bytes(longest)
        return Value(self._named(f"{QUOTE} {body}"), reply_schema.text_of(0, longest), size)

    def _runs_of(self, mode: Mode) -> Runs:
        """Return the runs of words that a field may hold."""
        if mode not in self._runs:
            corrects = mode is Mode.CORRECT
            if corrects:
                self.lines.append(VISIBLE_LINE)
            kind = CorrectedRuns if corrects else Runs
            self._runs[mode] = kind(self._graph, self._named)
        return self._runs[mode]

    def _named(self, body: str) -> str:
        """Return the name of the terminal that is ``body``."""
        if body not in self._names:
            self._names[body] = f"T{len(self._names)}"
            self.lines.append(f"{self._names[body]}: {body}")
        return self._names[body]


def _size(text: str) -> int:
    """Return how many bytes ``text`` takes."""
    return len(text.encode())
