"""Automata: which texts a schema wants, followed word by word, one step a character."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from docai.vlm.letters import Letters
from docai.vlm.pattern import Anchor, Choice, Item, Repeated

MAX_WORDS = 10  # of a text that a pattern is looked for in; an IBAN in groups of four has nine
MAX_WORK = 1_000_000  # places looked at for one window: about a second

State = Any  # a hashable value; what it is, is each automaton's own business
HOPELESS: State = "hopeless"
Places = frozenset[int]


class Automaton(Protocol):
    """Says which texts are wanted."""

    start: State

    def step(self, state: State, text: str) -> State:
        """Return where ``text`` leads from ``state``; HOPELESS where no text is wanted."""
        ...

    def accepts(self, state: State) -> bool:
        """Tell whether a text that leads to ``state`` is wanted."""
        ...


class Anything:
    """Wants every text."""

    start: State = "anything"

    def step(self, state: State, text: str) -> State:
        """Return the only state there is."""
        return state

    def accepts(self, state: State) -> bool:
        """Tell that it is wanted."""
        return True


class AtLeast:
    """Wants the texts that have so many letters, even where ``doubtful`` words lose one each."""

    start: State = 0

    def __init__(self, shortest: int, doubtful: Collection[str] = ()) -> None:
        self._shortest = shortest
        self._doubtful = doubtful

    def step(self, state: State, text: str) -> State:
        """Return how many letters there are, no more than matter; ``text`` is a word or a space."""
        letters: int = state + len(text) - (text in self._doubtful)
        return min(self._shortest, letters)

    def accepts(self, state: State) -> bool:
        """Tell whether there are enough letters."""
        return bool(state == self._shortest)


class Both:
    """Wants the texts that two automata want."""

    def __init__(self, one: Automaton, other: Automaton) -> None:
        self._automata = (one, other)
        self.start: State = (one.start, other.start)

    def step(self, state: State, text: str) -> State:
        """Return where ``text`` leads from ``state``; HOPELESS where no text is wanted."""
        pairs = zip(self._automata, state, strict=True)
        states = tuple(automaton.step(one, text) for automaton, one in pairs)
        return HOPELESS if HOPELESS in states else states

    def accepts(self, state: State) -> bool:
        """Tell whether both want a text that leads to ``state``."""
        pairs = zip(self._automata, state, strict=True)
        return all(automaton.accepts(one) for automaton, one in pairs)


class Search:
    """Wants the texts of few words that a pattern is found in.

    A state is how many words have ended, and the set of places of the pattern that the text may
    have come to. A search starts anew at every character, and stays once something is found.

    Attributes:
        start: where a search begins.
    """

    def __init__(self, pattern: Choice) -> None:
        """Lay out the places of ``pattern``."""
        self._taking: list[Letters | None] = []  # per place: the letter to go on with, if one
        self._ahead: list[list[int]] = []  # per place: where to go on
        self._only_at: list[str] = []  # per place: the anchor that holds there, if one
        self._known: dict[tuple[Places, str], Places] = {}
        self._work = 0
        self._found = self._place([])
        first = self._choice(pattern, self._found)
        self.start: State = (0, self._reached([first], at="^"))
        self._anew = self._reached([first])

    def step(self, state: State, text: str) -> State:
        """Return where ``text`` leads from ``state``; HOPELESS where no text is wanted.

        Raises:
            ValueError: that takes too long.
        """
        if state == HOPELESS:
            return HOPELESS
        words: int
        places: Places
        words, places = state
        for letter in text:
            key = (places, letter)
            if key not in self._known:
                self._known[key] = self._after(places, letter)
            places = self._known[key]
            words += letter == " "
        return (words, places) if places and words < MAX_WORDS else HOPELESS

    def accepts(self, state: State) -> bool:
        """Tell whether something is found in a text that leads to ``state``, and ends there."""
        return state != HOPELESS and self._found in self._reached(state[1], at="$")

    def _after(self, places: Places, letter: str) -> Places:
        """Return where one letter leads."""
        if self._found in places:
            return places
        self._work += len(places) + 1
        if self._work > MAX_WORK:
            raise ValueError("it takes too long to find out where on the page it fits")
        ahead = [
            place
            for here in places
            if (letters := self._taking[here]) is not None and letters.holds(letter)
            for place in self._ahead[here]
        ]
        reached = self._reached(ahead)
        return reached if self._found in reached else reached | self._anew

    def _reached(self, places: Iterable[int], *, at: str = "") -> Places:
        """Return the places that can be come to without a letter, at the anchor ``at`` or none."""
        reached: set[int] = set()
        todo = list(places)
        while todo:
            place = todo.pop()
            if place not in reached:
                reached.add(place)
                if self._taking[place] is None and self._only_at[place] in ("", at):
                    todo.extend(self._ahead[place])
        if self._found in reached:
            return frozenset([self._found])
        return frozenset(p for p in reached if self._taking[p] is not None or self._only_at[p])

    def _place(self, ahead: list[int], taking: Letters | None = None, only_at: str = "") -> int:
        """Return a new place."""
        self._taking.append(taking)
        self._ahead.append(ahead)
        self._only_at.append(only_at)
        return len(self._ahead) - 1

    def _choice(self, choice: Choice, after: int) -> int:
        """Return the place where alternatives begin that all lead to ``after``."""
        firsts = []
        for items in choice.alternatives:
            first = after
            for item in reversed(items):
                first = self._item(item, first)
            firsts.append(first)
        return self._place(firsts)

    def _item(self, item: Item | Letters, after: int) -> int:
        """Return the place where an item begins that leads to ``after``."""
        if isinstance(item, Letters):
            return self._place([after], taking=item)
        if isinstance(item, Anchor):
            return self._place([after], only_at=item.sign)
        if isinstance(item, Choice):
            return self._choice(item, after)
        return self._repeated(item, after)

    def _repeated(self, repeated: Repeated, after: int) -> int:
        """Return the place where a repetition begins that leads to ``after``."""
        first = after
        if repeated.most is None:
            first = self._place([after])
            self._ahead[first].append(self._item(repeated.item, first))
        else:
            for _ in range(repeated.most - repeated.least):
                first = self._place([self._item(repeated.item, first), after])
        for _ in range(repeated.least):
            first = self._item(repeated.item, first)
        return first
