"""The words of a window as a graph: which word may follow which in a value.

A value is a run of whole words of one page, joined by single spaces. Inside a line the next word
follows; the first word of another line follows the last word of a line where text goes on there:
beside it, or right below it. What a model may write and where what it wrote is printed are both
told from here, so that they agree. Knows geometry and letters; refuses to know grammars.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise

from docai.geometry import Box, union
from docai.reading import Reading
from docai.vlm.engine import Span
from docai.vlm.window import Excerpt

MAX_WORDS = 40  # of a value; the longest address of a receipt or invoice seen has 28
MAX_CHARS = 300  # of a value, spaces among them
MAX_RUNS = 100  # that print one text, or one a beginning; of alike rows there are 2 ** rows
CORRECTABLE = range(3, 41)  # letters of a word; a shorter one could be put right to be anything
MAX_CORRECTABLE = 100  # words of a window; more would make grammars that engines give up on
MAX_GAP = 1.5  # between a line and the one that it goes on in below, in heights of a line
MAX_SPACE = 3.0  # between two pieces of one row that read as one text, in heights of a line
UNSEEN = (  # what nobody can put into a word when putting it right: controls, blanks, marks
    ("\x00", " "),
    ("\x7f", "\xa0"),
    ("\xad", "\xad"),
    ("\u2000", "\u200f"),
    ("\u2028", "\u202f"),
    ("\u205f", "\u206f"),
    ("\u3000", "\u3000"),
    ("\ud800", "\uf8ff"),  # surrogates, and what is for private use
    ("\ufeff", "\ufeff"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """A word of a page.

    Attributes:
        page: the page's number.
        word: index into the words of its reading.
        text: as printed.
        confidence: of OCR.
    """

    page: int
    word: int
    text: str
    confidence: float


class WordGraph:
    """Which word may follow which.

    Attributes:
        nodes: every word of the window, page by page in reading order.
        followers: for each node, the nodes that may come next; always later ones.
        num_lines: how many lines the window has.
    """

    def __init__(self, excerpts: Sequence[Excerpt]) -> None:
        nodes: list[Node] = []
        followers: list[tuple[int, ...]] = []
        self.num_lines = 0
        for reading, lines in _pages(excerpts):
            self.num_lines += len(lines)
            at = {w: len(nodes) + n for n, w in enumerate(_words(reading, lines))}
            words = ((w, reading.words[w]) for w in at)
            nodes.extend(Node(reading.page, w, word.text, word.confidence) for w, word in words)
            after = _after(reading, lines)
            followers.extend(tuple(at[f] for f in after.get(w, ())) for w in at)
        self.nodes = tuple(nodes)
        self.followers = tuple(followers)
        self._node_of = {(node.page, node.word): n for n, node in enumerate(nodes)}

    @cached_property
    def by_text(self) -> Mapping[str, Sequence[int]]:
        """The nodes that print each word."""
        by_text: dict[str, list[int]] = defaultdict(list)
        for n, node in enumerate(self.nodes):
            by_text[node.text].append(n)
        return by_text

    @cached_property
    def correctable(self) -> frozenset[str]:
        """The words that a letter may be put right in: those that OCR was least sure of."""
        doubts = {
            text: min(self.nodes[n].confidence for n in same)
            for text, same in self.by_text.items()
            if len(text) in CORRECTABLE
        }
        worst = sorted(doubts, key=lambda text: (doubts[text], text))
        return frozenset(worst[:MAX_CORRECTABLE])

    def spans(self, text: str) -> tuple[Span, ...]:
        """Return the runs of words that print exactly ``text``, in page and reading order.

        Of very many only the first ones: see MAX_RUNS.
        """
        words = text.split(" ")
        if len(words) > MAX_WORDS or len(text) > MAX_CHARS:
            return ()
        return self._runs([self.by_text.get(word, ()) for word in words])

    def corrected_spans(self, text: str) -> tuple[Span, ...]:
        """Return the runs whose words differ from those of ``text`` by at most one letter each.

        Of very many only the first ones: see MAX_RUNS.

        One letter of a word may be another one, may be missing, or may be one too many. Only
        `correctable` words differ, and the first letter of all stays as it is. Runs that print
        ``text`` exactly are among them.
        """
        first, *rest = text.split(" ")
        if len(rest) >= MAX_WORDS:
            return ()
        # The first word counts as printed, with room for a letter more: so a grammar can count.
        longest = MAX_CHARS - 1 - sum(len(word) + 1 for word in rest)
        firsts = [
            n
            for n in self._alike(first)
            if len(self.nodes[n].text) <= longest and self.nodes[n].text[0] == first[0]
        ]
        return self._runs([firsts, *map(self._alike, rest)])

    def text_of(self, span: Span) -> str | None:
        """Return what the words of ``span`` print; None where one is not in the window."""
        nodes = [self._node_of.get((span.page, word)) for word in span.words]
        if not nodes or None in nodes:
            return None
        return " ".join(self.nodes[n].text for n in nodes if n is not None)

    def _alike(self, word: str) -> list[int]:
        """Return the nodes whose text is ``word``, or may be put right to be it."""
        alike = set(self.by_text.get(word, ()))
        for text in self.correctable:
            if abs(len(text) - len(word)) <= 1 and at_most_one_letter_apart(text, word):
                alike.update(self.by_text[text])
        return sorted(alike)

    def _runs(self, places: Sequence[Sequence[int]]) -> tuple[Span, ...]:
        """Return runs with their first word in the first of ``places``, and so on."""
        ahead = [set(places[-1])]  # only words that a whole run can be read from
        for place in reversed(places[:-1]):
            ahead.append({n for n in place if not ahead[-1].isdisjoint(self.followers[n])})
        ahead.reverse()
        return tuple(
            Span(self.nodes[run[0]].page, tuple(self.nodes[n].word for n in run))
            for run in islice(self._walks(ahead), max(MAX_RUNS, len(ahead[0])))
        )

    def _walks(self, ahead: Sequence[Collection[int]]) -> Iterator[tuple[int, ...]]:
        """Yield the runs through sets of nodes, of which each leads on into the next set."""
        todo: list[tuple[int, ...]] = [(n,) for n in sorted(ahead[0], reverse=True)]
        while todo:
            run = todo.pop()
            if len(run) == len(ahead):
                yield run
            else:
                following = reversed(self.followers[run[-1]])
                todo += [(*run, f) for f in following if f in ahead[len(run)]]


def at_most_one_letter_apart(printed: str, written: str) -> bool:
    """Tell whether at most one letter of a word was put right: a visible one, not to nothing."""
    if printed == written:
        return True
    if not written or not -1 <= len(written) - len(printed) <= 1:
        return False
    same = 0
    while same < min(len(printed), len(written)) and printed[same] == written[same]:
        same += 1
    if len(written) < len(printed):
        return printed[same + 1 :] == written[same:]
    rest = printed[same + (len(written) == len(printed)) :]
    return written[same + 1 :] == rest and is_visible(written[same])


def is_visible(letter: str) -> bool:
    """Tell whether a correction may put ``letter`` into a word."""
    return not any(first <= letter <= last for first, last in UNSEEN)


def _pages(excerpts: Sequence[Excerpt]) -> Iterator[tuple[Reading, list[int]]]:
    """Return each page of a window once, with the lines of it that are meant and hold words."""
    readings = {excerpt.reading.page: excerpt.reading for excerpt in excerpts}
    for page, reading in sorted(readings.items()):
        meant = {n for e in excerpts if e.reading.page == page for n in e.lines}
        lines = [n for n, line in enumerate(reading.lines) if n in meant and line.start < line.stop]
        yield reading, lines


def _words(reading: Reading, lines: Iterable[int]) -> Iterator[int]:
    """Return the indices of the words of some lines, in reading order."""
    for n in lines:
        yield from range(reading.lines[n].start, reading.lines[n].stop)


def _after(reading: Reading, lines: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the words of a page that may follow each of its words, where there are any."""
    after: dict[int, tuple[int, ...]] = {}
    for n in lines:
        line = reading.lines[n]
        after.update((w, (w + 1,)) for w in range(line.start, line.stop - 1))
    for n, followers in _continued(reading, lines).items():
        after[reading.lines[n].stop - 1] = tuple(reading.lines[f].start for f in followers)
    return after


def _continued(reading: Reading, lines: Sequence[int]) -> dict[int, list[int]]:
    """Return in which later lines the text of each line may go on.

    That is the line right below, and the next in reading order if it stands beside this one or
    begins the row right below this row.
    """
    boxes = {
        n: union(reading.upright_boxes[reading.lines[n].start : reading.lines[n].stop])
        for n in lines
    }
    rows = _row_boxes(boxes)
    below = _lines_below(boxes)
    for a, b in pairwise(lines):
        if b == a + 1 and (rows[a] is rows[b] or _goes_on(rows[a], rows[b])):
            below[a].add(b)
    return {n: sorted(after) for n, after in below.items() if after}


def _row_boxes(boxes: Mapping[int, Box]) -> dict[int, Box]:
    """Return for each line the box of its row: it and what stands beside it, piece by piece."""
    rows: list[list[int]] = []
    for n in boxes:
        if rows and n == rows[-1][-1] + 1 and _is_beside(boxes[rows[-1][-1]], boxes[n]):
            rows[-1].append(n)
        else:
            rows.append([n])
    whole = ((row, union(boxes[n] for n in row)) for row in rows)
    return {n: box for row, box in whole for n in row}


def _lines_below(boxes: Mapping[int, Box]) -> dict[int, set[int]]:
    """Return for each line the later one right below it, if its text may go on there."""
    by_top = sorted(boxes, key=lambda n: boxes[n][1])
    tops = [boxes[n][1] for n in by_top]
    below: dict[int, set[int]] = {}
    for n, box in boxes.items():
        near = by_top[
            bisect_left(tops, box[1]) : bisect_right(tops, box[3] + MAX_GAP * _height(box))
        ]
        lines = [m for m in near if m > n and _goes_on(box, boxes[m])]
        below[n] = {min(lines, key=lambda m: (boxes[m][1], boxes[m][0]))} if lines else set()
    return below


def _goes_on(upper: Box, lower: Box) -> bool:
    """Tell whether text may go on from ``upper`` to ``lower``: close below, one over the other."""
    height = min(_height(upper), _height(lower))
    gap = lower[1] - upper[3]
    is_below = upper[1] < lower[1] and -height / 2 <= gap <= MAX_GAP * height
    return is_below and upper[0] < lower[2] and lower[0] < upper[2]


def _is_beside(left: Box, right: Box) -> bool:
    """Tell whether ``right`` stands on the same row as ``left``, close on its right side."""
    height = min(_height(left), _height(right))
    shared = min(left[3], right[3]) - max(left[1], right[1])
    space = right[0] - left[2]
    return shared > height / 2 and -height <= space <= MAX_SPACE * height


def _height(box: Box) -> float:
    """Return the height of a box."""
    return box[3] - box[1]
