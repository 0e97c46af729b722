"""Runs of words as expressions of a grammar: what a value that stands on a page can be.

A run may begin anywhere in a window, and each beginning has its own bound on what may follow. The
bounds are put behind the first word, where few ways are left, not around the whole: there an
engine would have to count for every word of the window at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from docai.vlm.correction import beginnings, corrected
from docai.vlm.lark import ANY, EMPTY, NOTHING, QUOTE, any_of, content, literal, trie
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
        self._any_run: dict[int, str | None] = {}

    def any_run(self, longest: int) -> str | None:
        """Return every run of at most ``longest`` characters; None where there is none."""
        if longest not in self._any_run:
            self._any_run[longest] = self._bounded(longest)
        return self._any_run[longest]

    def one_of(self, texts: Sequence[str]) -> str | None:
        """Return one of some texts, each of whole words; None where there is none."""
        tails = _by_first(text.split(" ") for text in texts)
        return self._beginning_with({t: self._tail(self._rest(more)) for t, more in tails.items()})

    def max_bytes(self, longest: int) -> int:
        """Return how long a run of at most ``longest`` characters gets, without quotation marks."""
        widest, by_words = self._sizes
        return min(longest * widest, by_words)

    def _bounded(self, longest: int) -> str | None:
        """Return every run of at most ``longest`` characters; None where there is none."""
        after: dict[str, list[str]] = defaultdict(list)
        for n, node in enumerate(self._graph.nodes):
            left = longest - len(node.text) - self.letters
            if left >= 0:
                after[node.text].append(_perhaps(self._following(n, left - len(" "))))
        tails = {t: any_of(tail or EMPTY for tail in more) for t, more in after.items()}
        runs = self._beginning_with({t: self._tail(tail) for t, tail in tails.items()})
        return any_of([self._in_order, runs]) if runs else None

    def _beginning_with(self, after: Mapping[str, str]) -> str | None:
        """Return what begins with some words, each with what may follow, and ends with a quote."""
        return f"{trie(list(after.items()))} {QUOTE}" if after else None

    def _tail(self, following: str) -> str:
        """Return an expression, an empty one or a name, that may be repeated cheaply."""
        return "" if following in ("", EMPTY) else self._named(following)

    def _rest(self, tails: Sequence[Sequence[str]]) -> str:
        """Return a space and the words of one of some tails; nothing where all are empty."""
        by_first = _by_first(filter(None, tails))
        following = [f"{self._word(t)} {self._rest(more)}".strip() for t, more in by_first.items()]
        return _perhaps(following) if [] in tails else _then(following)

    def _word(self, text: str) -> str:
        """Return the expression of one word."""
        return literal(content(text))

    def _following(self, node: int, longest: int) -> list[str]:
        """Return what may follow a word in at most ``longest`` characters."""
        if longest < 1:
            return []
        free: list[str] = []
        bound: list[str] = []
        for follower in self._graph.followers[node]:
            words, chars = self._reach[follower]
            fits = words < MAX_WORDS and chars <= longest
            (free if fits else bound).append(self._from[follower])
        if bound:
            within = self._named(f"{_MORE_WORDS} & /{ANY}{{1,{longest}}}/")
            free.append(f"({any_of(bound)} & {within})")
        return free

    @cached_property
    def _from(self) -> Mapping[int, str]:
        """The name of all runs from each node on."""
        names: dict[int, str] = {}
        for n, node in reversed([*enumerate(self._graph.nodes)]):  # followers before
            following = [names[follower] for follower in self._graph.followers[n]]
            names[n] = self._named(f"{self._word(node.text)} {_perhaps(following)}".strip())
        return names

    @cached_property
    def _reach(self) -> Mapping[int, tuple[int, int]]:
        """For each node, words and characters that no run from it is longer than."""
        reach: dict[int, tuple[int, int]] = {}
        for n in self._from:
            after = [reach[follower] for follower in self._graph.followers[n]]
            words = 1 + max((words for words, _ in after), default=0)
            chars = max((chars + len(" ") for _, chars in after), default=0)
            reach[n] = (words, len(self._graph.nodes[n].text) + self.letters + chars)
        return reach

    @cached_property
    def _in_order(self) -> str:
        """Nothing at all, but an engine that reads it meets short runs before longer ones.

        Else it follows the longest run of the window into its own depths, and its stack ends
        there: llguidance 1.9 dies of a chain of 1,000 words in a thread of 512 KiB.
        """
        return self._named(f"{any_of(self._from.values())} {NOTHING}")

    @cached_property
    def _sizes(self) -> tuple[int, int]:
        """Bytes of the widest letter that a run can have, and of all the words it can have."""
        sizes = sorted(len(content(node.text).encode()) for node in self._graph.nodes)[-MAX_WORDS:]
        letters = set("".join(self._graph.by_text))
        widest = max((len(content(letter).encode()) for letter in letters), default=0)
        if self.letters:
            widest = max(widest, MAX_UTF8)
        return widest, sum(sizes) + len(sizes) * (self.letters * MAX_UTF8 + len(" ")) - len(" ")


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


def _by_first(texts: Iterable[Sequence[str]]) -> dict[str, list[Sequence[str]]]:
    """Return by the first word of some texts what follows it in each."""
    after: dict[str, list[Sequence[str]]] = defaultdict(list)
    for first, *rest in texts:
        after[first].append(rest)
    return after


def _then(following: Sequence[str]) -> str:
    """Return a space and one of some runs; there must be one."""
    return f'" " {any_of(following)}'


def _perhaps(following: Sequence[str]) -> str:
    """Return a space and one of some runs, or nothing."""
    return f"({_then(following)})?" if following else ""
