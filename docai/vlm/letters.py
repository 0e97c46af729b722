"""Sets of letters: one place of a pattern, and how JSON spells what may stand there.

Most letters are spelled as themselves in a JSON string. Quotation mark, backslash and control
characters are not, so a set keeps those apart.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docai.vlm.lark import content, plain

ESCAPED = frozenset('"\\') | frozenset(map(chr, range(0x20)))
_SHORT = {letter: content(letter) for letter in ESCAPED if len(content(letter)) == 2}
_LONG = ESCAPED - _SHORT.keys()


@dataclass(frozen=True, slots=True)
class Member:
    """Some letters of a set.

    Attributes:
        spelled: as a regular expression has them between brackets.
        holds: tells of a letter whether it is among them.
    """

    spelled: str
    holds: Callable[[str], bool]

    def opposite(self) -> "Member":
        """Return all other letters."""
        return Member(f"[^{self.spelled}]", lambda letter: not self.holds(letter))


@dataclass(frozen=True, slots=True)
class Letters:
    """A set of letters.

    Attributes:
        members: that make it up.
        negated: whether it is all others instead.
    """

    members: Sequence[Member]
    negated: bool = False

    def holds(self, letter: str) -> bool:
        """Tell whether ``letter`` is in the set."""
        return any(member.holds(letter) for member in self.members) != self.negated

    def spelled(self) -> str:
        """Return a regular expression of one letter of the set, as JSON strings spell it."""
        body = "".join(member.spelled for member in self.members)
        if self.negated:
            alternatives = [rf'[^{body}"\\\x00-\x1f]']
        else:
            alternatives = [rf'[{body}&&[^"\\\x00-\x1f]]']
        escaped = frozenset(filter(self.holds, ESCAPED))
        alternatives += [plain(_SHORT[letter]) for letter in sorted(escaped - _LONG)]
        if escaped >= _LONG:
            alternatives.append(r"\\u00[01][0-9a-f]")
        else:
            alternatives += [plain(content(letter)) for letter in sorted(escaped & _LONG)]
        return f"(?:{'|'.join(alternatives)})"


def between(first: str, last: str) -> Member:
    """Return the letters from ``first`` to ``last``."""
    spelled = rf"\x{{{ord(first):x}}}-\x{{{ord(last):x}}}"
    return Member(spelled, lambda letter: first <= letter <= last)


def one(letter: str) -> Letters:
    """Return the set of one letter."""
    return Letters((between(letter, letter),))


def category(name: str) -> Member:
    """Return the letters of a general category of Unicode, such as ``L`` or ``Lu``.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in _CATEGORIES:
        raise ValueError(f"\\p{{{name}}} is no general category of Unicode, such as \\p{{Lu}}")
    return Member(rf"\p{{{name}}}", lambda c: unicodedata.category(c).startswith(name))


def _together(members: Sequence[Member]) -> Member:
    """Return the letters of some members as one."""
    spelled = "".join(member.spelled for member in members)
    return Member(spelled, lambda letter: any(member.holds(letter) for member in members))


_KINDS = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "S": "mcko", "Z": "slp"}
_CATEGORIES = frozenset(group + kind for group, kinds in _KINDS.items() for kind in ("", *kinds))
_DIGIT = between("0", "9")
_WORD = _together([_DIGIT, between("A", "Z"), between("a", "z"), between("_", "_")])
_BLANKS = "\x20\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACE = _together(
    [between("\t", "\r"), between("\u2000", "\u200a"), *(between(c, c) for c in _BLANKS)]
)

CLASSES = {  # ECMAScript's, where a digit is an ASCII digit
    "d": _DIGIT,
    "D": _DIGIT.opposite(),
    "w": _WORD,
    "W": _WORD.opposite(),
    "s": _SPACE,
    "S": _SPACE.opposite(),
}
DOT = Letters(tuple(between(c, c) for c in "\n\r\u2028\u2029"), negated=True)
