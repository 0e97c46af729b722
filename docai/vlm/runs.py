"""Runs of words as expressions of a grammar: what a value that stands on a page can be.

A run may begin anywhere in a window, and each beginning has its own bound on what may follow. The
bounds are put behind the first word, where few ways are left, not around the whole: there an
engine would have to count for every word of the window at once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from docai.vlm.automaton import HOPELESS, Automaton, State
from docai.vlm.correction import beginnings, corrected
from docai.vlm.lark import ANY, EMPTY, NOTHING, QUOTE, any_of, content, literal, trie
from docai.vlm.word_graph import MAX_WORDS, WordGraph

MAX_UTF8 = 4  # bytes of a character
MAX_PLACES = 100_000  # words of a window, each in every state of an automaton that it is met in

_MORE_WORDS = f"/[^ ]+( [^ ]+){{0,{MAX_WORDS - 2}}}/"

Place = tuple[int, State]
"""A node of the graph, and the state of the automaton behind its word."""


class Runs:
    """The runs of words of one window, as they are printed, that an automaton wants.

    Expressions end with the quotation mark that ends a JSON string.
    """

    letters = 0  # that a word may be longer than it is printed

    def __init__(self, graph: WordGraph, named: Callable[[str], str], wanted: Automaton) -> None:
        """Take the words of ``graph``; ``named`` gives the name of a terminal."""
        self._graph = graph
        self._named = named
        self._wanted = wanted
        self._any_run: dict[int, str | None] = {}

    def any_run(self, longest: int) -> str | None:
        """Return every run of at most ``longest`` characters; None where there is none.

        Raises:
            ValueError: the automaton has too many states.
        """
        if longest not in self._any_run:
            self._any_run[longest] = self._bounded(longest)
        return self._any_run[longest]

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
        widest, by_words = self._sizes
        return min(longest * widest, by_words)

    def _bounded(self, longest: int) -> str | None:
        """Return every run of at most ``longest`` characters; None where there is none."""
        after: dict[str, list[str]] = defaultdict(list)
        for n, node in enumerate(self._graph.nodes):
            place = (n, self._wanted.step(self._wanted.start, node.text))
            left = longest - len(node.text) - self.letters
            if left >= 0 and place in self._from:
                following = self._following(place, left - len(" "))
                if following or self._wanted.accepts(place[1]):
                    after[node.text].append(self._perhaps(place[1], following))
        tails = {t: any_of(tail or EMPTY for tail in more) for t, more in after.items()}
        runs = self._beginning_with({t: self._tail(tail) for t, tail in tails.items()})
        return any_of([self._in_order, runs]) if runs else None

    def _beginning_with(self, after: Mapping[str, str]) -> str | None:
        """Return what begins with some words, each with what may follow, and ends with a quote."""
        return f"{trie(list(after.items()))} {QUOTE}" if after else None

    def _tail(self, following: str) -> str:
        """Return an expression, an empty one or a name, that may be repeated cheaply."""
        return "" if following in ("", EMPTY) else self._named(following)

    def _word(self, text: str) -> str:
        """Return the expression of one word."""
        return literal(content(text))

    def _perhaps(self, state: State, following: Sequence[str]) -> str:
        """Return a space and one of some runs, or nothing where a run may end."""
        if not following:
            return ""
        more = f'" " {any_of(following)}'
        return f"({more})?" if self._wanted.accepts(state) else more

    def _following(self, place: Place, longest: int) -> list[str]:
        """Return what may follow a place in at most ``longest`` characters."""
        if longest < 1:
            return []
        free: list[str] = []
        bound: list[str] = []
        for ahead in self._ahead(place):
            if ahead in self._from:
                words, chars = self._reach[ahead]
                fits = words < MAX_WORDS and chars <= longest
                (free if fits else bound).append(self._from[ahead])
        if bound:
            within = self._named(f"{_MORE_WORDS} & /{ANY}{{1,{longest}}}/")
            free.append(f"({any_of(bound)} & {within})")
        return free

    def _ahead(self, place: Place) -> list[Place]:
        """Return the places of the next word."""
        followers = self._graph.followers[place[0]]
        if not followers:
            return []
        state = self._wanted.step(place[1], " ")
        if state == HOPELESS:
            return []
        ahead = [(f, self._wanted.step(state, self._graph.nodes[f].text)) for f in followers]
        return [place for place in ahead if place[1] != HOPELESS]

    @cached_property
    def _places(self) -> Sequence[Place]:
        """The places that a run can come to; places of followers before."""
        nodes, wanted = self._graph.nodes, self._wanted
        todo = [(n, wanted.step(wanted.start, node.text)) for n, node in enumerate(nodes)]
        places = dict.fromkeys(todo)
        while todo:
            new = [place for place in self._ahead(todo.pop()) if place not in places]
            places.update(dict.fromkeys(new))
            todo += new
            if len(places) > MAX_PLACES:
                raise ValueError("it fits in too many ways on the page")
        return sorted(places, key=lambda place: -place[0])

    @cached_property
    def _from(self) -> Mapping[Place, str]:
        """The name of all wanted runs from a place on; no run is wanted from other places."""
        names: dict[Place, str] = {}
        for place in self._places:
            following = [names[ahead] for ahead in self._ahead(place) if ahead in names]
            if following or self._wanted.accepts(place[1]):
                word = self._word(self._graph.nodes[place[0]].text)
                names[place] = self._named(f"{word} {self._perhaps(place[1], following)}".strip())
        return names

    @cached_property
    def _reach(self) -> Mapping[Place, tuple[int, int]]:
        """For each place of `_from`, words and characters that no run from it is longer than."""
        reach: dict[Place, tuple[int, int]] = {}
        for place in self._from:
            after = [reach[ahead] for ahead in self._ahead(place) if ahead in reach]
            words = 1 + max((words for words, _ in after), default=0)
            chars = max((chars + len(" ") for _, chars in after), default=0)
            reach[place] = (words, len(self._graph.nodes[place[0]].text) + self.letters + chars)
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
