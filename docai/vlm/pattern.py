"""Patterns of JSON Schema, which strangers write.

A pattern is ECMAScript's and is searched for anywhere in a text. It is read here once, from left
to right, and never run as it is: what comes out is of bounded size and can be followed one step a
character, here or by another engine. What cannot be followed so (looking around, referring back)
is refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from docai.vlm.lark import ANY
from docai.vlm.letters import CLASSES, DOT, Letters, Member, between, category, one

MAX_CHARS = 500  # of a pattern
MAX_STEPS = 1_000  # letters of a pattern whose repetitions are written out
MAX_DEPTH = 20  # of groups in groups

_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}
_TIMES_SIGNS: Mapping[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_TIMES = re.compile(r"\{([0-9]{1,9})(?:(,)([0-9]{1,9})?)?\}")  # ours, on a short text
_CODE = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")
_NAME = re.compile(r"\?<[A-Za-z_$][A-Za-z0-9_$]*>")


def parsed(pattern: str) -> "Choice":
    """Read a pattern.

    Raises:
        ValueError: it is no pattern, or cannot be used; the message says why.
    """
    if len(pattern) > MAX_CHARS:
        raise ValueError(f"it has {len(pattern):,} characters; at most {MAX_CHARS} are allowed")
    reader = _Reader(pattern)
    choice = reader.choice(0)
    if reader.here:
        reader.refuse("a ) that closes nothing")
    if choice.steps > MAX_STEPS:
        raise ValueError(f"its repetitions come to more than {MAX_STEPS:,} letters")
    choice.spelled(leads=True, trails=True)
    return choice


@dataclass(frozen=True, slots=True)
class Anchor:
    """The beginning (``^``) or the end (``$``) of the text."""

    sign: str
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, each a sequence."""

    alternatives: Sequence[Sequence["Item"]]

    @property
    def steps(self) -> int:
        """How many letters there are in it, repetitions written out."""
        return max(1, sum(item.steps for items in self.alternatives for item in items))

    def spelled(self, *, leads: bool = False, trails: bool = False) -> str:
        """Return the expression.

        Args:
            leads: nothing of the pattern stands before it, so that anything may precede it.
            trails: nothing stands behind it.

        Raises:
            ValueError: there is an anchor where text goes on.
        """
        spelled = [_sequence(items, leads=leads, trails=trails) for items in self.alternatives]
        return f"(?:{'|'.join(spelled)})"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A letter or a group, from ``least`` to ``most`` times; without end where that is None."""

    item: Letters | Choice
    least: int = 1
    most: int | None = 1

    @property
    def steps(self) -> int:
        """How many letters there are in it, repetitions written out."""
        once = self.item.steps if isinstance(self.item, Choice) else 1
        return once * max(self.least, self.most or 1)

    def spelled(self) -> str:
        """Return the expression."""
        most = "" if self.most is None else self.most
        return f"(?:{self.item.spelled()}){{{self.least},{most}}}"


Item = Anchor | Choice | Repeated


def _sequence(items: Sequence[Item], *, leads: bool, trails: bool) -> str:
    """Return the expression of items one after another, and of what may precede and follow them."""
    start, stop = 0, len(items)
    while leads and start < stop and items[start] == Anchor("^"):
        start += 1
    while trails and start < stop and items[stop - 1] == Anchor("$"):
        stop -= 1
    leads, trails = leads and start == 0, trails and stop == len(items)
    inner = items[start:stop]
    last = len(inner) - 1
    spelled = [f"{ANY}*"] if leads and not (inner and isinstance(inner[0], Choice)) else []
    for n, item in enumerate(inner):
        if isinstance(item, Anchor):
            raise ValueError(f"it has a {item.sign} where the text goes on")
        if isinstance(item, Choice):
            spelled.append(item.spelled(leads=leads and n == 0, trails=trails and n == last))
        else:
            spelled.append(item.spelled())
    if trails and not (inner and isinstance(inner[-1], Choice)):
        spelled.append(f"{ANY}*")
    return "".join(spelled)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    @property
    def here(self) -> str:
        """The next character; empty at the end."""
        return self._pattern[self._at : self._at + 1]

    def refuse(self, what: str) -> NoReturn:
        """Raise the error about what stands here."""
        raise ValueError(f"it has {what} at character {self._at + 1}")

    def choice(self, depth: int) -> Choice:
        """Read alternatives, as far as the end or a closing bracket."""
        if depth > MAX_DEPTH:
            raise ValueError(f"its groups nest deeper than {MAX_DEPTH}")
        alternatives: list[list[Item]] = [[]]
        while self.here not in ("", ")"):
            if self._takes("|"):
                alternatives.append([])
            else:
                alternatives[-1].append(self._item(depth))
        return Choice(alternatives)

    def _takes(self, text: str) -> bool:
        """Step over ``text`` if it stands here."""
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _takes_match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what matches an expression here."""
        match = expression.match(self._pattern, self._at)
        self._at = match.end() if match else self._at
        return match

    def _item(self, depth: int) -> Item:
        """Read a letter, a group or an anchor, and how often it is repeated."""
        if self.here in "^$":
            anchor = Anchor(self.here)
            self._at += 1
            if self.here and self.here in "*+?":
                self.refuse("nothing to repeat")
            return anchor
        if self.here in "*+?" or _TIMES.match(self._pattern, self._at):
            self.refuse("nothing to repeat")
        item = self._group(depth) if self._takes("(") else self._letters()
        times = self._times()
        if times is None:
            return item if isinstance(item, Choice) else Repeated(item)
        return Repeated(item, *times)

    def _times(self) -> tuple[int, int | None] | None:
        """Read how often something is repeated, at least and at most."""
        times: tuple[int, int | None]
        if self.here and self.here in _TIMES_SIGNS:
            times = _TIMES_SIGNS[self.here]
            self._at += 1
        elif match := self._takes_match(_TIMES):
            least = int(match[1])
            times = (least, int(match[3]) if match[3] else None if match[2] else least)
        else:
            return None
        if times[1] is not None and times[1] < times[0]:
            self.refuse("a repetition of at least more than at most")
        self._takes("?")  # as few as possible: the same texts
        return times

    def _group(self, depth: int) -> Choice:
        """Read what stands between round brackets."""
        if not self._takes("?:") and not self._takes_match(_NAME) and self.here == "?":
            self.refuse("a group that looks around, or sets flags, which is not supported")
        group = self.choice(depth + 1)
        if not self._takes(")"):
            self.refuse("a ) too few")
        return group

    def _letters(self) -> Letters:
        """Read a set of letters, mostly of one."""
        if self._takes("."):
            return DOT
        if self._takes("["):
            return self._class()
        member = self._member(in_class=False)
        return one(member) if isinstance(member, str) else Letters((member,))

    def _class(self) -> Letters:
        """Read what stands between square brackets."""
        negated = self._takes("^")
        members: list[Member] = []
        while not self._takes("]"):
            first = self._member(in_class=True)
            if self.here == "-" and self._pattern[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                last = self._member(in_class=True)
                if not isinstance(first, str) or not isinstance(last, str) or last < first:
                    self.refuse("a range of letters that makes no sense")
                members.append(between(first, last))
            else:
                members.append(between(first, first) if isinstance(first, str) else first)
        if not members and not negated:
            self.refuse("an empty set of letters")
        return Letters(tuple(members), negated)

    def _member(self, *, in_class: bool) -> str | Member:
        """Read one letter, or a named set of letters."""
        if not self.here:
            self.refuse("an end too early")
        letter = self.here
        self._at += 1
        if letter == "\\":
            return self._escaped(in_class=in_class)
        if "\ud800" <= letter <= "\udfff":
            self.refuse("half a character")
        return letter

    def _escaped(self, *, in_class: bool) -> str | Member:
        """Read what follows a backslash."""
        if code := self._takes_match(_CODE):
            return self._code(int(code[1] or code[2] or code[3], 16))
        letter = self.here
        if letter in CLASSES:
            self._at += 1
            return CLASSES[letter]
        if letter in _CONTROLS and not self._pattern[self._at + 1 : self._at + 2].isdigit():
            self._at += 1
            return _CONTROLS[letter]
        if letter in ("p", "P") and self._pattern[self._at + 1 : self._at + 2] == "{":
            stop = self._pattern.find("}", self._at)
            member = category(self._pattern[self._at + 2 : max(stop, self._at + 2)])
            self._at = stop + 1
            return member.opposite() if letter == "P" else member
        if letter == "b" and in_class:
            self._at += 1
            return "\b"
        if not letter or letter.isalnum():
            self.refuse(f"a \\{letter}, which is not supported,")
        self._at += 1
        return letter

    def _code(self, code: int) -> str:
        """Return the letter of a code point, of which JSON may have written two halves."""
        if 0xD800 <= code <= 0xDBFF and self._takes("\\"):
            low = self._takes_match(_CODE)
            if low and low[2] and 0xDC00 <= int(low[2], 16) <= 0xDFFF:
                return chr(0x10000 + (code - 0xD800) * 0x400 + int(low[2], 16) - 0xDC00)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            self.refuse("a code that is no character")
        return chr(code)
