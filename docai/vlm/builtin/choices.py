"""What is ticked, and what is said with yes or no: values that a schema lists, not the paper."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docai.reading import Reading
from docai.vlm.builtin.concepts import meanings_of, similarity
from docai.vlm.builtin.marks import SIGNATURE
from docai.vlm.builtin.pairs import Entity, Pair
from docai.vlm.builtin.ticks import Tick
from docai.vlm.engine import Answer, Field, Origin, Span

SAME_CHOICE = 0.85  # similarity of a label and a choice that are the same
SLACK_PX = 4  # of a heading that reaches into the row of a key below it
CROSSES = frozenset("xX✓✔☑☒")  # alone, they say yes
_YES, _NO = frozenset({"yes"}), frozenset({"no"})


@dataclass(frozen=True)
class Page:
    """What a page says without any schema.

    Attributes:
        reading: its words.
        pairs: keys and values.
        ticks: boxes to tick and places to sign.
        headings: in reading order.
    """

    reading: Reading
    pairs: tuple[Pair, ...]
    ticks: tuple[Tick, ...]
    headings: tuple[Entity, ...] = ()

    def text(self, words: Sequence[int]) -> str:
        """Return words as printed, joined by spaces."""
        return " ".join(self.reading.words[i].text for i in words)

    def heading_of(self, key: Entity) -> str:
        """Return the text of the nearest heading above a key; empty where there is none."""
        above = [head for head in self.headings if head.box[3] <= key.box[1] + SLACK_PX]
        nearest = max(above, key=lambda head: head.box[3], default=None)
        return self.text(nearest.words) if nearest else ""

    def choice(self, field: Field, pair: Pair, sure: float) -> Answer | None:
        """Return which of a field's choices is ticked or written at a key; None if none is."""
        at_key = [tick for tick in self.ticks if set(tick.label) & {*pair.words, *pair.key.words}]
        answer = _ticked(field, [(self, tick) for tick in at_key])
        if answer is not None or at_key:
            return answer
        value = _choice_of(field, self.text(pair.words))
        if value is None:
            return None
        span = Span(self.reading.page, pair.words)
        return Answer(field.path, sure, span, json.dumps(value, ensure_ascii=False), Origin.CHOSEN)


def chosen(field: Field, pages: Sequence[Page], is_name: Callable[[str], bool]) -> list[Answer]:
    """Return what boxes say of a field that no key asks for.

    A box whose label is the field's name tells whether it is so; boxes whose labels are the
    field's choices tell which it is.

    Args:
        field: of any kind; only one with choices can be told by a box.
        pages: of a document.
        is_name: tells whether a label names the field.
    """
    drawn_there = [(page, tick) for page in pages for tick in page.ticks if tick.label]
    if field.kind == "boolean":
        return [
            drawn(field.path, tick.is_set, tick)
            for page, tick in drawn_there
            if is_name(page.text(tick.label))
        ]
    if field.kind != "choice":
        return []
    ticked = _ticked(field, [(p, t) for p, t in drawn_there if t.kind != SIGNATURE])
    return [] if ticked is None else [ticked]


def _ticked(field: Field, ticks: Sequence[tuple[Page, Tick]]) -> Answer | None:
    """Return the one choice of a field that is ticked, of several that are printed.

    None where none is, or more than one: then the paper does not tell.
    """
    if len(ticks) == 1 and field.kind == "boolean":  # "[x] smoker": no word for yes
        page, tick = ticks[0]
        if _choice_of(field, page.text(tick.label)) is None:
            return drawn(field.path, tick.is_set, tick)
    told = [(_choice_of(field, page.text(tick.label)), tick) for page, tick in ticks]
    known = [(value, tick) for value, tick in told if value is not None]
    is_set = [(value, tick) for value, tick in known if tick.is_set]
    if len(is_set) != 1 or len({str(value) for value, _ in known}) < min(2, len(field.choices)):
        return None
    [(value, tick)] = is_set
    return drawn(field.path, value, tick)


def _choice_of(field: Field, text: str) -> str | bool | None:
    """Return the choice of a field that a text says; None where it says none."""
    if field.kind == "boolean":
        meanings = meanings_of(text)
        if text.strip() in CROSSES or _YES in meanings:
            return True
        return False if _NO in meanings else None
    texts = [json.loads(choice) for choice in field.choices if choice.startswith('"')]
    alike = {choice: similarity(choice, text) for choice in texts}
    best = max(alike, key=lambda choice: alike[choice], default=None)
    return best if best is not None and alike[best] >= SAME_CHOICE else None


def drawn(path: str, value: str | bool, tick: Tick) -> Answer:
    """Return the answer that a mark bears out."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(
        path, tick.confidence, text=text, origin=Origin.CHOSEN, mark=(tick.page, tick.box)
    )
