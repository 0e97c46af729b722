"""Runs of words as expressions of a grammar: what a value that stands on a page can be.

A run may begin anywhere in a window, and each beginning has its own bound on what may follow. The
bounds are put behind the first word, where few ways are left, not around the whole: there an
engine would have to count for every word of the window at once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from docai.vlm.correction import beginnings, corrected
from docai.vlm.lark import ANY, EMPTY, QUOTE, any_of, content, literal, trie
from docai.vlm.word_graph import MAX_WORDS, WordGraph

MAX_UTF8 = 4  # bytes of a character

_MORE_WORDS = f"/[^ ]+( [^ ]+){{0,{MAX_WORDS - 2}}}/"


class Runs:
    """The runs of words of one window, as they are printed.

    Expressions end with the quotation mark that ends a JSON string.
    """

    letters = 0  # that a word may be longer than it is printed

    def __init__(self, graph: WordGraph, named: Callable[[str], str]) -> None:
        """Take the words of ``graph``; ``named`` gives the name of a terminal."""
        self._graph = graph
        self._named = named

    def any_run(self, longest: int) -> str | None:
        """Return every run of at most ``longest`` characters; None where there is none."""
        after: dict[str, list[str]] = defaultdict(list)
        for n, node in enumerate(self._graph.nodes):
            left = longest - len(node.text) - self.letters
            if left >= 0:
                after[node.text] += self._following(n, left - len(" "))
        return self._beginning_with({t: self._tail(_perhaps(m)) for t, m in after.items()})

    def one_of(self, texts: Sequence[str]) -> str | None:
        """Return one of some texts, each of whole words; None where there is none."""
        after: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            first, *rest = text.split(" ")
            after[first].append("".join(f'" " {self._word(word)} ' for word in rest).strip())
        tails = {t: any_of(tail or EMPTY for tail in more) for t, more in after.items()}
        return self._beginning_with({t: self._tail(tail) for t, tail in tails.items()})

    def max_bytes(self, longest: int) -> int:
        """Return how long a run of at most ``longest`` characters gets, without quotation marks."""
        sizes = sorted(len(content(node.text).encode()) for node in self._graph.nodes)[-MAX_WORDS:]
        letters = {letter for node in self._graph.nodes for letter in node.text}
        widest = max((len(content(letter).encode()) for letter in letters), default=0)
        if self.letters:
            widest = max(widest, MAX_UTF8)
        by_words = sum(sizes) + len(sizes) * (self.letters * MAX_UTF8 + len(" "))
        return min(longest * widest, by_words)

    def _beginning_with(self, after: Mapping[str, str]) -> str | None:
        """Return what begins with some words, each with what may follow, and ends with a quote."""
        return f"{trie(list(after.items()))} {QUOTE}" if after else None

    def _tail(self, following: str) -> str:
        """Return an expression, an empty one or a name, that may be repeated cheaply."""
        return "" if following in ("", EMPTY) else self._named(following)

    def _word(self, text: str) -> str:
        """Return the expression of one word."""
        return literal(content(text))

    def _following(self, n: int, longest: int) -> list[str]:
        """Return what may follow node ``n`` in at most ``longest`` characters."""
        if longest < 1:
            return []
        free: list[str] = []
        bound: list[str] = []
        for f in self._graph.followers[n]:
            words, chars = self._reach[f]
            (free if words < MAX_WORDS and chars <= longest else bound).append(self._from[f])
        if bound:
            chars_left = self._named(f"/{ANY}{{1,{longest}}}/")
            free.append(f"({any_of(bound)} & {self._named(_MORE_WORDS)} & {chars_left})")
        return free

    @cached_property
    def _from(self) -> Sequence[str]:
        """For each node, the name of all runs that begin with it."""
        names = [""] * len(self._graph.nodes)
        for n in reversed(range(len(names))):
            after = _perhaps([names[f] for f in self._graph.followers[n]])
            names[n] = self._named(f"{self._word(self._graph.nodes[n].text)} {after}".strip())
        return names

    @cached_property
    def _reach(self) -> Sequence[tuple[int, int]]:
        """For each node, words and characters that no run from it is longer than."""
        reach = [(0, 0)] * len(self._graph.nodes)
        for n in reversed(range(len(reach))):
            after = [reach[f] for f in self._graph.followers[n]]
            words = 1 + max((w for w, _ in after), default=0)
            chars = max((c + len(" ") for _, c in after), default=0)
            reach[n] = (words, len(self._graph.nodes[n].text) + self.letters + chars)
        return reach


class CorrectedRuns(Runs):
    """The runs of words of one window, at most one letter of each word put right."""

    letters = 1

    def _beginning_with(self, after: Mapping[str, str]) -> str | None:
        """Return what begins with some words, each with what may follow, and ends with a quote."""
        doubtful = {t: more for t, more in after.items() if t in self._graph.correctable}
        certain = {t: more for t, more in after.items() if t not in doubtful}
        either = [beginnings(doubtful)] if doubtful else []
        either += [as_printed] if (as_printed := super()._beginning_with(certain)) else []
        return any_of(either) if either else None

    def _word(self, text: str) -> str:
        """Return the expression of one word."""
        if text in self._graph.correctable:
            return self._named(corrected(text))
        return super()._word(text)


def _perhaps(following: Sequence[str]) -> str:
    """Return a space and one of some runs, or nothing."""
    return f'(" " {any_of(following)})?' if following else ""
