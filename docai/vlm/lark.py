"""Lark as llguidance understands it: how text is spelled in it so that it stays text.

Text of a page or of a schema only ever stands in a grammar as a literal, in ASCII and escaped
twice, for JSON and for Lark: nothing that is printed somewhere can end one and become grammar.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

EMPTY = '""'
QUOTE = '"\\""'  # the literal of a quotation mark
NOTHING = "/[a&&b]/"  # no text at all, not even the empty one

# One character of a JSON string as `json_text` spells it, and without the control characters.
ANY = r'(?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u00[01][0-9a-f])'
PRINTABLE = r'(?:[^"\\\x00-\x1f\x7f-\x9f]|\\["\\nt])'
MAX_NESTED = 8  # choices of how words go on; llguidance 1.9 refuses 29 brackets in brackets

_JSON = json.JSONEncoder(ensure_ascii=False)
_ASCII = json.JSONEncoder()


def json_text(text: str) -> str:
    """Return the one spelling of a JSON string that a reply may use."""
    return _JSON.encode(text)


def content(text: str) -> str:
    """Return what stands between the quotation marks of a JSON string."""
    return json_text(text)[1:-1]


def literal(text: str) -> str:
    """Return the Lark literal of ``text``."""
    return _ASCII.encode(text)


def any_of(alternatives: Iterable[str]) -> str:
    """Return one of some expressions, each once."""
    distinct = list(dict.fromkeys(alternatives))
    return distinct[0] if len(distinct) == 1 else f"({' | '.join(distinct)})"


def trie(texts: Sequence[tuple[str, str]], depth: int = 0, nested: int = 0) -> str:
    """Return one of some texts, each with an expression behind it that may be empty.

    They are grouped by how they begin, which spares engines most of their work.

    Args:
        texts: there must be at least one.
        depth: how many characters at the beginning are left out.
        nested: how many choices this one stands in.
    """
    if nested == MAX_NESTED:
        return any_of(f"{literal(content(text[depth:]))} {after}".strip() for text, after in texts)
    groups: Mapping[str, list[tuple[str, str]]] = defaultdict(list)
    alternatives = []
    for text, after in texts:
        if len(text) == depth:
            alternatives.append(after or EMPTY)
        else:
            groups[text[depth]].append((text, after))
    for group in groups.values():
        first, last = min(group)[0], max(group)[0]
        stop = depth + 1
        while stop < min(len(first), len(last)) and first[stop] == last[stop]:
            stop += 1
        rest = trie(group, stop, nested + 1)
        start = literal(content(first[depth:stop]))
        alternatives.append(start if rest == EMPTY else f"{start} {rest}")
    return any_of(alternatives)
