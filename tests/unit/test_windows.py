"""Windows: all of a document is asked about, and every part fits the model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.errors import VlmError
from docai.reading import Line, Reading
from docai.testing import typed_reading
from docai.vlm import windows as windows_module
from docai.vlm.engine import Field, Mode, Question
from docai.vlm.layout_text import range_of_words
from docai.vlm.prompt import BRIEF, FULL, prompt
from docai.vlm.tokens import ImageTokens
from docai.vlm.windows import Window, windows
from docai.vlm.writer import Asked, Written

FIELDS = (Field("total", "money", "What had to be paid."), Field("items[].name", "text"))
PICTURE = 100  # tokens
TOKENS = (ImageTokens(1, "toy", {}),)


@dataclass(frozen=True)
class Roomy:
    """A model that only knows how much room it has.

    Attributes:
        context: tokens of pictures, prompt and reply together.
        characters: per token.
    """

    context: int
    characters: int = 4

    def num_tokens(self, text: str) -> int:
        """Count characters."""
        return math.ceil(len(text) / self.characters)

    def room(self, tokens: Sequence[ImageTokens]) -> int:
        """Give what pictures leave."""
        return self.context - PICTURE * len(tokens)

    def write(self, asked: Sequence[Asked]) -> Sequence[Written]:
        """Never asked."""
        raise AssertionError


def question(pages: Sequence[Sequence[str]], fields: Sequence[Field] = FIELDS) -> Question:
    """Return a question about typed pages."""
    readings = tuple(typed_reading(lines, n) for n, lines in enumerate(pages, 1))
    tokens = tuple(ImageTokens(r.page, "toy/fp32", {}) for r in readings)
    return Question({}, readings, tokens, tuple(fields))


def lines_of(window: Window) -> list[tuple[int, int]]:
    """Return page and number of each line of a window."""
    return [(e.reading.page, n) for e in window.excerpts for n in e.lines]


PAGES = st.lists(
    st.lists(st.sampled_from(["a", "TOTAL 9.00", "Coffee  beans   4.50", "x " * 20]), max_size=30),
    min_size=1,
    max_size=6,
)


@given(PAGES, st.integers(500, 2500), st.integers(1, 6))
def test_every_line_is_in_a_window_and_every_window_fits(
    pages: list[list[str]], context: int, characters: int
) -> None:
    writer, asked = Roomy(context, characters), question(pages)
    try:
        found = windows(asked, writer)
    except VlmError:
        return
    lines = [(r.page, n) for r in asked.readings for n in range(len(r.lines))]
    assert {line for window in found for line in lines_of(window)} == set(lines)
    assert {e.reading.page for w in found for e in w.excerpts} == {r.page for r in asked.readings}
    for window in found:
        assert [t.page for t in window.tokens] == [e.reading.page for e in window.excerpts]
        told = prompt(FIELDS, window.excerpts, window.style)
        cost = writer.num_tokens(told.system) + writer.num_tokens(told.user)
        assert cost < writer.room(window.tokens)
    starts = [lines_of(w)[:1] for w in found if lines_of(w)]
    assert starts == sorted(starts)


@given(st.integers(3, 40), st.integers(480, 900))
def test_the_parts_of_a_page_overlap_by_some_rows(num_lines: int, context: int) -> None:
    page = [f"line {n} {'and so on ' * 6}" for n in range(num_lines)]
    ranges = [w.excerpts[0].lines for w in windows(question([page]), Roomy(context))]
    for a, b in pairwise(ranges):
        assert a.start < b.start <= a.stop < b.stop
        assert a.stop - b.start == min(windows_module.OVERLAP_ROWS, len(a) // 2)


def test_a_document_that_fits_is_one_window() -> None:
    asked = question([["TOTAL 9.00"], [], ["the end"]])
    (window,) = windows(asked, Roomy(5000))
    assert lines_of(window) == [(1, 0), (3, 0)]
    assert window.tokens == asked.tokens
    assert window.style is FULL


def test_pages_stay_whole_and_windows_share_one() -> None:
    pages = [[f"page {n} line {i}" for i in range(20)] for n in range(5)]
    found = windows(question(pages), Roomy(1400))
    assert [[e.reading.page for e in w.excerpts] for w in found] == [[1, 2, 3], [3, 4, 5]]
    assert all(len(e.lines) == 20 for w in found for e in w.excerpts)


def test_a_page_that_leaves_no_room_for_its_neighbour_comes_once() -> None:
    pages = [["short"], [f"line {i} of a long page" for i in range(40)], ["short"]]
    found = windows(question(pages), Roomy(1000))
    assert [[e.reading.page for e in w.excerpts] for w in found] == [[1], [2], [3]]


def test_a_row_of_several_pieces_is_not_cut() -> None:
    typed = typed_reading([f"name {n}      {n}.00" for n in range(60)])
    pieces = [Line(start, start + n, typed.lines[0].polygon) for start, n in _two_of_each(typed)]
    asked = Question({}, (replace(typed, lines=tuple(pieces)),), TOKENS, FIELDS)
    cuts = []
    for context in range(500, 620, 10):
        lines = [w.excerpts[0].lines for w in windows(asked, Roomy(context))]
        cuts += [end % 2 for piece in lines for end in (piece.start, piece.stop)]
    assert len(cuts) > 50
    assert not any(cuts)


def _two_of_each(reading: Reading) -> list[tuple[int, int]]:
    """Return where each line of three words would begin, and how long it is, were it two."""
    return [piece for ln in reading.lines for piece in ((ln.start, 2), (ln.start + 2, 1))]


def test_too_many_words_for_a_grammar_are_cut_however_roomy_the_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(windows_module, "MAX_WORDS", 50)
    found = windows(question([["some words " * 5] * 20, ["the end"]]), Roomy(10**9))
    assert len(found) > 4
    assert all(sum(len(range_of_words(e)) for e in w.excerpts) <= 50 for w in found)


def test_a_line_of_too_many_words_is_asked_about_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_module, "MAX_WORDS", 5)
    found = windows(question([["a few", "many words " * 5, "the end"]]), Roomy(10**9))
    assert [list(w.excerpts[0].lines) for w in found] == [[0], [1], [2]]


def test_rules_are_brief_where_there_is_little_room() -> None:
    asked = question([["TOTAL 9.00"]])
    assert windows(asked, Roomy(550))[0].style is BRIEF


def test_a_list_takes_room_for_its_reply() -> None:
    page = [f"Thing {n}  {n}.00" for n in range(60)]
    alone = windows(question([page], FIELDS[:1]), Roomy(800))
    listed = windows(question([page]), Roomy(800))
    assert len(alone) == 1 < len(listed)


@pytest.mark.parametrize(
    ("context", "field"),
    [(250, Field("total", "money")), (500, Field("note", "text", "", Mode.FREE))],
)
def test_a_model_too_small_for_a_line_is_told_with_figures(context: int, field: Field) -> None:
    with pytest.raises(VlmError) as failed:
        windows(question([["TOTAL 9.00"] * 9], [field] * 3), Roomy(context, 2))
    message = str(failed.value)
    assert message.startswith(f"toy/fp32 has room for {context - 100} tokens")
    assert f"page 1, {context} without it" in message
    assert "need " in message
    assert "--max-image-tokens" in message


def test_a_blank_page_that_does_not_fit_is_told_too() -> None:
    with pytest.raises(VlmError, match="has room for 0 tokens beside the picture of page 1"):
        windows(question([[]]), Roomy(100))


def test_a_document_without_pages_has_no_windows() -> None:
    assert windows(question([]), Roomy(1000)) == ()
