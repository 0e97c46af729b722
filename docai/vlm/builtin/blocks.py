"""Values of several words: names and addresses over several lines, and runs inside one line."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from docai.geometry import union
from docai.reading import Reading
from docai.vlm.builtin.features import visual_rows
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import SCALARS, TAGS

BLOCKS = {
    "merchant_name": 2,
    "merchant_address": 3,
    "customer_name": 2,
    "customer_address": 3,
    "payment_term": 2,
}
"""Tags of what is printed on several lines, and how many rows apart their lines may be."""

ACROSS_LINES = frozenset({"iban"})
"""Tags of runs that go on where detection cut a row."""

WRAPPED = frozenset({"iban", *(tag for tag in SCALARS if tag.endswith("_date"))})
"""Tags of runs that may go on in the line below: only code can tell whether they do."""

LIKELY = 0.35  # a word above it is taken for a value
BRIDGE = 0.08  # a word above it may stand between two that belong
SURE = 0.8  # a word above it is part of a block, whatever the rest of its line is
IN_BLOCK = 0.5  # a word above it, its line considered, is taken for part of a block
LINE_SHARE = 0.6  # weight of the line's mean in the tags of a word of a block
STRANGE = 0.1  # a number below it is no part of a block that its line alone drew it into
POSSIBLE = 0.03  # a word above it is offered as an alternative
NEXT_LINE = 1.9  # heights of a line to the middle of the line below it, at most
APART = 6.0  # heights of a word: two lines of a row so far apart are not of one block
LEGAL_FORM = re.compile(
    r"(?i)\b(sdn|bhd|s/b|llc|l\.l\.c|inc|ltd|limited|gmbh|pty|pte|s\.?r\.?l|s\.?p\.?a|b\.v|plc)\b"
)
CLOCK = re.compile(r"\d{1,2}:\d{2}(?!\d)")
OTHER_KEY = re.compile(r"(?i)(tel|fax|phone|h/?p|e-?mail|gst|reg\w*|roc|vat)\b")


def groups_of(tag: str, page: Tagged) -> list[list[int]]:
    """Return the groups of words that may be a value of ``tag``, each in the order of reading."""
    if tag in BLOCKS:
        return _blocks(tag, page)
    groups = _runs(page.tags[:, TAGS.index(tag)], _spans(tag, page.reading))
    return groups + _wrapped(groups, page.reading) if tag in WRAPPED else groups


def _spans(tag: str, reading: Reading) -> list[range]:
    """Return the ranges of words that a run stays in: lines, or whole rows."""
    if tag not in ACROSS_LINES:
        return [range(line.start, line.stop) for line in reading.lines]
    rows = visual_rows(np.array(reading.upright_boxes, np.float32))
    cuts = [0, *(np.flatnonzero(np.diff(rows)) + 1).tolist(), len(rows)]
    return [range(a, b) for a, b in pairwise(cuts)]


def _runs(p: NDArray[np.float32], spans: Sequence[range]) -> list[list[int]]:
    """Group possible words that stand next to each other in a line.

    Where a likely run has less likely neighbours, the run alone and the run with them are two
    candidates: the day of "05 JAN 2017" is sometimes doubted.
    """
    groups: list[list[int]] = []
    for here in spans:
        possible = stretches([i for i in here if p[i] >= POSSIBLE])
        likely = stretches([i for i in here if p[i] >= LIKELY])
        groups += likely + [run for run in possible if run not in likely]
    return groups


def _wrapped(groups: Sequence[list[int]], reading: Reading) -> list[list[int]]:
    """Return the pairs of runs of which one goes on in the line right below the other.

    It does so in a narrow column, or where one ends its line and the other begins the next.
    """
    boxes = [union(reading.upright_boxes[i] for i in group) for group in groups]
    lines = [reading.lines[reading.line_of_word[group[0]]] for group in groups]
    return [
        sorted({*groups[a], *groups[b]})
        for a, above in enumerate(boxes)
        for b, below in enumerate(boxes)
        if 0 < below[1] + below[3] - above[1] - above[3] < 2 * NEXT_LINE * (above[3] - above[1])
        and (
            min(above[2], below[2]) > max(above[0], below[0])
            or (groups[a][-1] + 1 == lines[a].stop and groups[b][0] == lines[b].start)
        )
    ]


def stretches(words: Sequence[int]) -> list[list[int]]:
    """Cut ascending indices where one is missing."""
    out: list[list[int]] = []
    for i in words:
        if out and out[-1][-1] == i - 1:
            out[-1].append(i)
        else:
            out.append([i])
    return out


def _blocks(tag: str, page: Tagged) -> list[list[int]]:
    """Group likely words over neighbouring rows, with words in between that may belong.

    Names and addresses fill whole lines, so a word's neighbours in its line have a say.
    """
    reading = page.reading
    smooth = _with_line(page.tags, reading)
    p = smooth[:, TAGS.index(tag)]
    others = np.delete(smooth[:, 1:], TAGS.index(tag) - 1, axis=1).max(axis=1)
    rows = visual_rows(np.array(reading.upright_boxes, np.float32))
    groups: list[list[int]] = []
    raw = page.tags[:, TAGS.index(tag)]
    for i in np.flatnonzero(((p >= IN_BLOCK) & (p > others)) | (raw >= SURE)):
        near = [
            g for g in groups if rows[i] - rows[g[-1]] <= BLOCKS[tag] and _goes_on(g, int(i), page)
        ]
        if near:
            near[-1].append(int(i))
        else:
            groups.append([int(i)])
    bridged = [_bridged(group, p > others, p, reading) for group in groups]
    is_strange = _number if tag.endswith("_name") else _register_number
    found = [
        [i for i in group if raw[i] >= STRANGE or not is_strange(reading.words[i].text)]
        for group in bridged
    ]
    trim = _TRIMS.get(tag, _whole)
    trimmed = [words for words in (trim(group, reading) for group in found) if words]
    return [part for group in trimmed for part in _each(group, reading)]


def _number(text: str) -> bool:
    """Tell whether a word holds a digit."""
    return any(c.isdigit() for c in text)


def _register_number(text: str) -> bool:
    """Tell whether a word is the number of a company in brackets: "(81109-A)"."""
    return _number(text) and text.startswith("(") and text.endswith(")")


def certainty(tag: str, words: Sequence[int], page: Tagged) -> float:
    """Return how sure the network is of the words of a value: the geometric mean.

    A word of a block is as sure as its line makes it.
    """
    at = TAGS.index(tag)
    p = page.tags[list(words), at]
    if tag in BLOCKS:
        p = np.maximum(p, _with_line(page.tags, page.reading)[list(words), at])
    return float(np.exp(np.log(np.clip(p, 1e-6, 1)).mean()))


def _each(group: list[int], reading: Reading) -> list[list[int]]:
    """Cut a block in two that says the same twice: a name beneath a logo that is a name."""
    texts = ["".join(filter(str.isalnum, reading.words[i].text)).casefold() for i in group]
    for cut in range(1, len(group)):
        if "".join(texts[:cut]) == "".join(texts[cut:]):
            return [group[:cut], group[cut:]]
    return [group]


def _goes_on(group: Sequence[int], i: int, page: Tagged) -> bool:
    """Tell whether a word may be of a block: not where it stands far beside all of its words."""
    boxes, lines = page.reading.upright_boxes, page.reading.line_of_word
    if lines[group[-1]] == lines[i]:
        return True
    x0, y0, x1, y1 = boxes[i]
    left, right = min(boxes[j][0] for j in group), max(boxes[j][2] for j in group)
    return max(x0 - right, left - x1) <= APART * (y1 - y0)


def _whole(group: list[int], _: Reading) -> list[int]:
    """Keep a block as it is."""
    return group


def _registered_name(group: list[int], reading: Reading) -> list[int]:
    """Keep the line with a legal form if there is one: slogans and brands stand around it.

    Words of letters beside it in its line belong to it ("SIN THYE & COMPANY").
    """
    lines = list(dict.fromkeys(reading.line_of_word[i] for i in group))
    legal = [n for n in lines if LEGAL_FORM.search(reading.text_of(reading.lines[n]))]
    if legal and len(lines) > 1:
        last = legal[0]
        is_form_alone = LEGAL_FORM.match(reading.text_of(reading.lines[last]))
        kept = lines[max(0, lines.index(last) - bool(is_form_alone)) : lines.index(last) + 1]
        group = [i for i in group if reading.line_of_word[i] in kept]
    return sorted({*group, *_letters_beside(group, reading)})


def _letters_beside(group: Sequence[int], reading: Reading) -> set[int]:
    """Return the words of letters that directly follow a group in the line where it ends."""
    out: set[int] = set()
    for i in range(group[-1] + 1, reading.lines[reading.line_of_word[group[-1]]].stop):
        if not re.fullmatch(r"[^\W\d_]{3,}[.,]?|&", reading.words[i].text):
            break
        out.add(i)
    return out


def _before_keys(group: list[int], reading: Reading) -> list[int]:
    """Leave out what belongs to other fields: behind a key ("Tel No.: 07-387"), beside a time."""
    keyed = {
        i
        for line in {reading.line_of_word[i] for i in group}
        for key in range(reading.lines[line].start, reading.lines[line].stop)
        if OTHER_KEY.match(reading.words[key].text)
        for i in range(key, reading.lines[line].stop)
    }
    timed = {reading.line_of_word[i] for i in group if CLOCK.match(reading.words[i].text)}
    return [i for i in group if i not in keyed and reading.line_of_word[i] not in timed]


_TRIMS: dict[str, Callable[[list[int], Reading], list[int]]] = {
    "merchant_name": _registered_name,
    "merchant_address": _before_keys,
    "customer_address": _before_keys,
}


def _with_line(tags: NDArray[np.float32], reading: Reading) -> NDArray[np.float32]:
    """Mix the tags of each word with the mean of its line."""
    line_of_word = np.array(reading.line_of_word)
    mean = np.stack([tags[line.start : line.stop].mean(axis=0) for line in reading.lines])
    mixed: NDArray[np.float32] = (1 - LINE_SHARE) * tags + LINE_SHARE * mean[line_of_word]
    return mixed


def _bridged(
    group: list[int], is_free: NDArray[np.bool_], p: NDArray[np.float32], reading: Reading
) -> list[int]:
    """Add words between the group's, in the same lines, that may belong and to nothing else."""
    lines = {reading.line_of_word[i] for i in group}
    return [
        i
        for i in range(min(group), max(group) + 1)
        if i in group or (p[i] >= BRIDGE and is_free[i] and reading.line_of_word[i] in lines)
    ]
