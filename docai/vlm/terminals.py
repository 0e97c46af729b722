"""Terminals: the values of fields as regular languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docai.errors import SchemaError
from docai.vlm import reply_schema
from docai.vlm.automaton import Anything, AtLeast, Automaton, Both, Search
from docai.vlm.correction import VISIBLE_LINE
from docai.vlm.engine import Field, Mode, Span
from docai.vlm.lark import PRINTABLE, QUOTE, any_of, json_text, literal
from docai.vlm.pattern import parsed
from docai.vlm.runs import MAX_UTF8, CorrectedRuns, Runs
from docai.vlm.word_graph import MAX_CHARS, WordGraph

MAX_FREE_CHARS = 600  # of a free text whose schema sets no bound
MOST_FREE_CHARS = 4_000  # of a free text whatever its schema says
MAX_SHORTEST = 60  # letters that a schema may ask for at least, of text that is copied
QUOTES = 2  # bytes

_TEXT = "text"  # the kind of field whose bounds are about what is printed, not what it means

_SHOWN = 80  # characters of a pattern, in messages


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
        self._runs: dict[tuple[Mode, str | None, int], Runs] = {}

    def value(self, field: Field, spans: Sequence[Span] | None) -> Value:
        """Return what ``field`` may hold, where its values are printed at ``spans``, or anywhere.

        Raises:
            SchemaError: its pattern cannot be used.
        """
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
        text = f"/{PRINTABLE}{{{field.min_length},{longest}}}/ {QUOTE}"
        if field.pattern is not None:
            try:
                found = parsed(field.pattern).spelled(leads=True, trails=True)
            except ValueError as error:
                raise _unusable(field, error) from None
            text = _both(text, f"/{found}/ {QUOTE}")
        name = self._named(f"{QUOTE} {text}")
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
            schema = reply_schema.text_of(0, longest)
        size = QUOTES + runs.max_bytes(longest)
        return Value(self._named(f"{QUOTE} {body}"), schema, size)

    def _run(self, field: Field) -> Value:
        """Return a run of words."""
        if field.kind != _TEXT:
            field = replace(field, pattern=None, min_length=0, max_length=None)
        longest = MAX_CHARS if field.max_length is None else min(MAX_CHARS, field.max_length)
        try:
            runs = self._runs_of(field.mode, field.pattern, field.min_length)
            bodies = [runs.any_run(longest)]
            if field.mode is Mode.CORRECT and field.min_length > 1:
                # Words that are long enough as they are, though not if they lost a letter.
                exact = self._runs_of(Mode.COPY, field.pattern, field.min_length)
                bodies.append(exact.any_run(longest))
        except ValueError as error:
            raise _unusable(field, error) from None
        possible = [body for body in bodies if body is not None]
        if not possible:
            return ABSENT
        schema = reply_schema.text_of(field.min_length, longest)
        size = QUOTES + runs.max_bytes(longest)
        return Value(self._named(f"{QUOTE} {any_of(possible)}"), schema, size)

    def _runs_of(self, mode: Mode, pattern: str | None = None, shortest: int = 0) -> Runs:
        """Return the runs of words that a field may hold.

        Where a pattern says what a value looks like, words stay as they are printed.

        Raises:
            ValueError: the pattern, or the shortest length, cannot be used.
        """
        shortest = max(shortest, 1)  # no run is shorter
        if shortest > MAX_SHORTEST:
            raise ValueError(f"text that is copied can be asked to have at most {MAX_SHORTEST}")
        mode = Mode.COPY if pattern is not None else mode
        if (mode, pattern, shortest) not in self._runs:
            corrects = mode is Mode.CORRECT
            doubtful = self._graph.correctable if corrects else frozenset()
            wanted: Automaton = AtLeast(shortest, doubtful) if shortest > 1 else Anything()
            if pattern is not None:
                wanted = Both(Search(parsed(pattern)), wanted)
            if corrects and VISIBLE_LINE not in self.lines:
                self.lines.append(VISIBLE_LINE)
            kind = CorrectedRuns if corrects else Runs
            self._runs[mode, pattern, shortest] = kind(self._graph, self._named, wanted)
        return self._runs[mode, pattern, shortest]

    def _named(self, body: str) -> str:
        """Return the name of the terminal that is ``body``."""
        if body not in self._names:
            self._names[body] = f"T{len(self._names)}"
            self.lines.append(f"{self._names[body]}: {body}")
        return self._names[body]


def _unusable(field: Field, error: ValueError) -> SchemaError:
    """Return the error of a field whose pattern or shortest length cannot be used."""
    what = f"minLength {field.min_length}"
    if field.pattern is not None:
        more = "…" if len(field.pattern) > _SHOWN else ""
        what = f"pattern {field.pattern[:_SHOWN]}{more}"
    return SchemaError(f"{field.path}: its {what} cannot be used: {error}")


def _both(one: str, other: str) -> str:
    """Return what is in both of two languages."""
    return f"(({one}) & ({other}))"


def _size(text: str) -> int:
    """Return how many bytes ``text`` takes."""
    return len(text.encode())
