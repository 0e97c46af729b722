"""Which word may follow which, and where a text is printed."""

import time
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from docai.geometry import Box, box_polygon, unrotate_polygon
from docai.reading import Line, Reading, Word
from docai.testing import typed_reading
from docai.vlm.engine import Span
from docai.vlm.window import Excerpt
from docai.vlm.word_graph import (
    MAX_CHARS,
    MAX_CORRECTABLE,
    MAX_RUNS,
    MAX_WORDS,
    WordGraph,
    at_most_one_letter_apart,
    is_visible,
)

SIZE = (1000, 800)
HEIGHT = 20.0  # of a line

letters = st.text(st.sampled_from('aAbé5"\\😀\x01'), min_size=1, max_size=4)
boxes = st.tuples(st.integers(0, 12), st.integers(0, 30), st.integers(1, 6)).map(
    lambda b: (60.0 * b[0], 12.0 * b[1], 60.0 * (b[0] + b[2]), 12.0 * b[1] + HEIGHT)
)


def page(*lines: tuple[str, Box], angle_deg: float = 0.0, number: int = 1) -> Reading:
    """A reading of lines at their boxes, the words of each evenly spread."""
    words: list[Word] = []
    spans: list[Line] = []
    for text, (x0, y0, x1, y1) in lines:
        start = len(words)
        texts = text.split(" ")
        step = (x1 - x0) / len(texts)
        for n, word in enumerate(texts):
            level = box_polygon((x0 + n * step, y0, x0 + (n + 0.9) * step, y1))
            polygon = unrotate_polygon(level, angle_deg, *SIZE)
            words.append(Word(word, polygon, 0.9))
        spans.append(Line(start, len(words), box_polygon((x0, y0, x1, y1))))
    return Reading(number, SIZE, tuple(words), tuple(spans), angle_deg, "scripted-ocr")


def whole(reading: Reading) -> WordGraph:
    return WordGraph([Excerpt(reading, range(len(reading.lines)))])


def line(x: float, row: float, width: float = 200) -> Box:
    """A box of the usual height; rows are a line and a half apart."""
    return (x, row * 1.5 * HEIGHT, x + width, row * 1.5 * HEIGHT + HEIGHT)


def continued(graph: WordGraph) -> set[tuple[str, str]]:
    """Return the pairs of words that follow each other."""
    return {
        (graph.nodes[n].text, graph.nodes[f].text)
        for n, followers in enumerate(graph.followers)
        for f in followers
    }


def every_run(graph: WordGraph) -> Iterator[tuple[int, ...]]:
    """Return every run of nodes, longer ones than allowed among them."""
    todo: list[tuple[int, ...]] = [(n,) for n in range(len(graph.nodes))]
    while todo:
        run = todo.pop()
        yield run
        todo += [(*run, f) for f in graph.followers[run[-1]]]


def text_of(graph: WordGraph, run: tuple[int, ...]) -> str:
    return " ".join(graph.nodes[n].text for n in run)


def span_of(graph: WordGraph, run: tuple[int, ...]) -> Span:
    return Span(graph.nodes[run[0]].page, tuple(graph.nodes[n].word for n in run))


@st.composite
def readings(draw: st.DrawFn, number: int = 1) -> Reading:
    """A page of lines wherever they are."""
    texts = st.lists(letters, min_size=1, max_size=4).map(" ".join)
    return page(
        *draw(st.lists(st.tuples(texts, boxes), max_size=5)),
        angle_deg=draw(st.sampled_from([0.0, 3.0, 90.0, 180.0])),
        number=number,
    )


class TestWhereTextGoesOn:
    def test_inside_a_line_the_next_word_follows(self) -> None:
        assert continued(whole(page(("a b c", line(0, 0))))) == {("a", "b"), ("b", "c")}

    def test_an_address_goes_on_in_the_line_below(self) -> None:
        graph = whole(page(("12 High", line(0, 0)), ("Street", line(0, 1)), ("Leeds", line(0, 2))))
        assert continued(graph) == {("12", "High"), ("High", "Street"), ("Street", "Leeds")}
        assert graph.spans("High Street Leeds") == (Span(1, (1, 2, 3)),)

    def test_it_does_not_go_on_beyond_a_gap(self) -> None:
        assert continued(whole(page(("a", line(0, 0)), ("b", line(0, 3))))) == set()

    def test_two_columns_go_on_each_by_itself(self) -> None:
        left = [("l1", line(0, 0)), ("l2", line(0, 1))]
        right = [("r1", line(500, 0)), ("r2", line(500, 1))]
        assert continued(whole(page(*left, *right))) == {("l1", "l2"), ("r1", "r2")}
        rows = [row for pair in zip(left, right, strict=True) for row in pair]
        assert continued(whole(page(*rows))) == {("l1", "l2"), ("r1", "r2")}

    def test_pieces_of_one_row_are_one_text(self) -> None:
        graph = whole(page(("BOOK", line(0, 0, 100)), ("SHOP", line(120, 0, 100))))
        assert continued(graph) == {("BOOK", "SHOP")}

    def test_a_row_of_pieces_goes_on_in_the_row_below(self) -> None:
        graph = whole(
            page(
                ("a", line(0, 0, 100)),
                ("b", line(120, 0, 100)),
                ("c", line(0, 1, 100)),
                ("d", line(120, 1, 100)),
            )
        )
        assert continued(graph) == {("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("b", "d")}
        assert graph.spans("a c d") == graph.corrected_spans("a c d") == (Span(1, (0, 2, 3)),)

    def test_a_price_far_to_the_right_is_another_text(self) -> None:
        graph = whole(page(("TEA", line(0, 0, 100)), ("9.00", line(500, 0, 60))))
        assert continued(graph) == set()

    @given(st.sampled_from([0.0, 2.5, 90.0, 180.0, 270.0, -7.0]))
    def test_a_turned_page_reads_the_same(self, angle_deg: float) -> None:
        lines = [("a b", line(100, 2)), ("c", line(100, 3)), ("d", line(400, 3, 100))]
        upright = whole(page(*lines))
        assert whole(page(*lines, angle_deg=angle_deg)).followers == upright.followers

    def test_lines_outside_the_window_are_not_there(self) -> None:
        reading = page(("a", line(0, 0)), ("b", line(0, 1)), ("c", line(0, 2)))
        graph = WordGraph([Excerpt(reading, range(1, 3))])
        assert [node.text for node in graph.nodes] == ["b", "c"]
        assert graph.num_lines == 2
        assert graph.spans("a b") == ()
        assert graph.text_of(Span(1, (1, 2))) == "b c"
        assert graph.text_of(Span(1, (0, 1))) is None

    def test_excerpts_of_one_page_are_one_text(self) -> None:
        reading = page(("a", line(0, 0)), ("b", line(0, 1)), ("c", line(0, 2)))
        twice = [Excerpt(reading, range(2)), Excerpt(reading, range(1, 3))]
        assert WordGraph(twice).nodes == whole(reading).nodes
        assert WordGraph(twice).followers == whole(reading).followers

    def test_no_run_crosses_to_another_page(self) -> None:
        pages = [page(("a", line(0, n)), number=n + 1) for n in range(2)]
        graph = WordGraph([Excerpt(reading, range(1)) for reading in pages])
        assert continued(graph) == set()
        assert graph.spans("a") == (Span(1, (0,)), Span(2, (0,)))

    @given(readings())
    def test_every_run_ends(self, reading: Reading) -> None:
        graph = whole(reading)
        for n, followers in enumerate(graph.followers):
            assert all(f > n for f in followers)
            assert len(followers) <= 2
            assert all(graph.nodes[f].page == graph.nodes[n].page for f in followers)

    def test_nothing_at_all(self) -> None:
        for graph in (WordGraph([]), whole(page()), WordGraph([Excerpt(page(), range(0))])):
            assert graph.nodes == ()
            assert graph.spans("a") == graph.corrected_spans("a") == ()
            assert graph.text_of(Span(1, ())) is None


class TestWhereATextIsPrinted:
    @given(readings())
    def test_every_run_is_found_by_its_text(self, reading: Reading) -> None:
        graph = whole(reading)
        for run in every_run(graph):
            assert span_of(graph, run) in graph.spans(text_of(graph, run))

    @given(readings(), st.lists(letters, max_size=3).map(" ".join))
    def test_what_is_found_prints_the_text(self, reading: Reading, text: str) -> None:
        graph = whole(reading)
        expected = {span_of(graph, r) for r in every_run(graph) if text_of(graph, r) == text}
        spans = graph.spans(text)
        assert set(spans) == expected
        assert len(spans) == len(expected)
        assert all(graph.text_of(span) == text for span in spans)

    def test_blanks_are_single_spaces(self) -> None:
        graph = whole(typed_reading(["a b"]))
        for text in ("", " ", "a  b", " a", "a ", "a\tb", "a\nb", "a\u00a0b"):
            assert graph.spans(text) == graph.corrected_spans(text) == ()

    def test_words_and_characters_are_bounded(self) -> None:
        graph = whole(typed_reading([" ".join(["ab"] * (MAX_WORDS + 1))]))
        assert graph.spans(" ".join(["ab"] * MAX_WORDS))
        assert not graph.spans(" ".join(["ab"] * (MAX_WORDS + 1)))
        graph = whole(typed_reading(["x" * MAX_CHARS, "y" * (MAX_CHARS + 1)]))
        assert graph.spans("x" * MAX_CHARS)
        assert not graph.spans("y" * (MAX_CHARS + 1))

    def test_a_page_of_one_word_over_and_over_is_searched_quickly(self) -> None:
        graph = whole(typed_reading(["la " * 30 for _ in range(40)]))
        assert len(graph.spans(" ".join(["la"] * MAX_WORDS))) == 40 * 30 - MAX_WORDS + 1

    def test_alike_rows_that_read_in_countless_ways_are_searched_quickly(self) -> None:
        cells = [("1", line(120 * n, row, 100)) for row in range(60) for n in range(4)]
        graph = whole(page(*cells, ("2", line(0, 80, 100))))
        assert max(map(len, graph.followers)) == 2
        text = " ".join(["1"] * MAX_WORDS)
        started = time.process_time()
        for spans in (graph.spans(text), graph.corrected_spans(text)):
            assert len(spans) == len(set(spans)) >= MAX_RUNS
            assert all(graph.text_of(span) == text for span in spans)
        assert graph.spans(f"{text[:-1]}2") == graph.corrected_spans(f"{text[:-1]}2") == ()
        assert time.process_time() - started < 0.5
        assert len(graph.spans("1")) == 60 * 4


class TestWhatIsPutRight:
    @given(letters, letters)
    def test_at_most_one_letter_is_an_edit_distance(self, printed: str, written: str) -> None:
        if all(map(is_visible, written)):
            near = Levenshtein.distance(printed, written) <= 1
            assert at_most_one_letter_apart(printed, written) == near

    def test_to_nothing_never(self) -> None:
        assert not at_most_one_letter_apart("a", "")

    def test_what_nobody_sees_is_no_letter(self) -> None:
        for letter in ("\u200b", "\u00a0", "\u3000", "\x00", "\x7f", "\u202e", "\ufeff", "\u00ad"):
            assert not at_most_one_letter_apart("abc", f"ab{letter}")
            assert not at_most_one_letter_apart("abc", f"abc{letter}")
            assert at_most_one_letter_apart(f"ab{letter}", f"ab{letter}")
            assert at_most_one_letter_apart(f"ab{letter}", "ab")

    def test_one_letter_of_each_word(self) -> None:
        graph = whole(typed_reading(["T0TAL AM0UNT"]))
        assert graph.corrected_spans("TOTAL AMOUNT") == (Span(1, (0, 1)),)
        assert graph.corrected_spans("T0TAL AMOUNTS") == ()
        assert graph.corrected_spans("T0TAL") == graph.spans("T0TAL") == (Span(1, (0,)),)
        assert graph.corrected_spans("T0TAL 4M0UNT")
        assert not graph.corrected_spans("7OTAL AM0UNT")

    def test_short_words_stay_as_they_are(self) -> None:
        graph = whole(typed_reading(["RM 9"]))
        assert graph.corrected_spans("RM 9")
        assert not graph.corrected_spans("RN 9")
        assert not graph.corrected_spans("RM 8")

    def test_the_words_that_ocr_is_sure_of_stay_as_they_are_in_a_large_window(self) -> None:
        texts = [f"word{n:04}" for n in range(MAX_CORRECTABLE + 1)]
        reading = page(*[(text, line(0, n)) for n, text in enumerate(texts)])
        sure = Word(texts[7], reading.words[7].polygon, 1.0)
        words = (*reading.words[:7], sure, *reading.words[8:])
        graph = whole(Reading(1, SIZE, words, reading.lines, 0.0, "scripted-ocr"))
        assert graph.correctable == set(texts) - {texts[7]}
        assert graph.corrected_spans("w0rd0008")
        assert not graph.corrected_spans("w0rd0007")
        assert graph.corrected_spans("word0007")

    @given(readings(), st.data())
    def test_what_is_found_differs_by_a_letter(self, reading: Reading, data: st.DataObject) -> None:
        graph = whole(reading)
        text = data.draw(st.lists(letters, max_size=3).map(" ".join))
        words = text.split(" ")
        expected = {
            span_of(graph, run)
            for run in every_run(graph)
            if len(run) == len(words)
            and text_of(graph, run)[0] == text[:1]
            and all(
                graph.nodes[n].text == word
                or (
                    len(graph.nodes[n].text) > 2
                    and at_most_one_letter_apart(graph.nodes[n].text, word)
                )
                for n, word in zip(run, words, strict=True)
            )
        }
        spans = graph.corrected_spans(text)
        assert set(spans) == expected
        assert len(spans) == len(expected)
