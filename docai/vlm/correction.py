"""Words with at most one letter put right, as expressions of a grammar.

The language is the one of `docai.vlm.word_graph.at_most_one_letter_apart`. What is said here in
more than one way is the same language each time; how it is said decides whether an engine can
follow it, since a letter may be wrong in any of hundreds of words that a value may begin with.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from docai.vlm.lark import EMPTY, MAX_NESTED, QUOTE, any_of, content, literal, trie
from docai.vlm.word_graph import UNSEEN

BOXED = 2  # letters; see `beginnings`

VISIBLE = "VISIBLE"
"""The terminal of one letter that a correction may put into a word."""

_RANGES = "".join(
    f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}"
    for first, last in UNSEEN
    if not "\ud800" <= first <= "\udfff"  # which UTF-8 has no bytes for
)
VISIBLE_LINE = rf'{VISIBLE}: /[^{_RANGES}"\\]|\\["\\]/'


def corrected(text: str) -> str:
    """Return ``text`` with at most one letter put right; nothing may be left of a single letter."""
    if not text:
        return f"{VISIBLE}?"
    if len(text) == 1:
        letter = literal(content(text))
        return f"({letter} {VISIBLE}? | {VISIBLE}? {letter}?)"
    left, right = text[: len(text) // 2], text[len(text) // 2 :]
    left_printed, right_printed = literal(content(left)), literal(content(right))
    return f"({corrected(left)} {right_printed} | {left_printed} {corrected(right)})"


def beginnings(after: Mapping[str, str]) -> str:
    """Return words with at most one letter put right, each with what follows it, and a quote.

    The first letter stays as it is.

    This is what a value can begin with, and engines derive it by every letter there is. They lay
    choices inside of choices flat, and pay for each alternative at each letter; a sequence stays
    whole. So the quotation mark at the end stands behind every alternative of the first letters.

    Args:
        after: an expression, perhaps an empty one, per word of two letters or more; there must be
            at least one.
    """
    return _beginnings(sorted(after), 0, after)


def _beginnings(words: Sequence[str], depth: int, after: Mapping[str, str]) -> str:
    """Return `beginnings` for words that share their first ``depth`` letters, without these."""
    end = f" {QUOTE}" if depth <= BOXED else ""
    if len(words) == 1 and depth > 0:
        return f"{corrected(words[0][depth:])} {after[words[0]]}{end}"
    if depth == MAX_NESTED:
        return any_of(f"{corrected(word[depth:])} {after[word]}".strip() for word in words)
    groups: Mapping[str, list[str]] = defaultdict(list)
    alternatives = []
    for word in words:
        if len(word) == depth:
            alternatives.append(f"{after[word] or EMPTY}{end}")
        else:
            groups[word[depth]].append(word)
    for letter, group in groups.items():
        last = end if depth == BOXED else ""
        rest = _beginnings(group, depth + 1, after)
        alternatives.append(f"{literal(content(letter))} {rest}{last}")
    if depth == 0:
        return any_of(alternatives)
    cut = [(word[depth + 1 :], after[word]) for word in words if len(word) > depth]
    whole = [(word[depth:], after[word]) for word in words]
    alternatives.append(f"{trie(cut, nested=depth)}{end}")
    alternatives.append(f"{VISIBLE} {trie([*cut, *whole], nested=depth)}{end}")
    return any_of(alternatives)
