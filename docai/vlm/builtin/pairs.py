"""Keys and values of a page: which words make one, and which value belongs to which key.

The network says of each word what role it has, whether it begins something, and which key it looks
for. Where words stand is a second opinion: it decides what is left open, and it alone cannot make
a pair of what the network calls something else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from docai.geometry import Box, union
from docai.vlm.builtin import breaks, proximity
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.builtin.tags import ROLES

HEADER, KEY, VALUE = "header", "key", "value"

SILENT = 0.05  # how likely it is that something new begins where the network sees no beginning
WIDE_GAP = 3.0  # heights of a word: across it an entity does not go on in its line
NEXT_LINE = 0.5  # heights of a word between two lines of one entity
SAME_TYPE = 1.6  # ratio of heights above which two lines are set in different type
PLACES = 0.5  # weight of where words stand, beside what the network says of links
BREAKS = 0.25  # and beside what it says of beginnings
_FLOOR = 1e-6

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entity:
    """A heading, a key or a value: words that are one thing.

    Attributes:
        role: one of `docai.vlm.builtin.tags.ROLES`, never empty.
        words: indices into the reading's words, in reading order.
        confidence: mean probability of the role, in [0, 1].
        box: around the words on the upright page.
    """

    role: str
    words: tuple[int, ...]
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class Pair:
    """A key with what stands under it.

    Attributes:
        key: what is asked for on the paper.
        values: what was filled in, in reading order; empty where nothing was.
        probability: that the values are this key's; of an empty field that it is a key.
    """

    key: Entity
    values: tuple[Entity, ...]
    probability: float

    @property
    def words(self) -> tuple[int, ...]:
        """The words of all values, in reading order."""
        return tuple(i for value in self.values for i in value.words)


def pairs(page: Tagged) -> tuple[Pair, ...]:
    """Return every key of a page with its values, in reading order of the keys."""
    return paired(entities(page), page)


def paired(found: Sequence[Entity], page: Tagged) -> tuple[Pair, ...]:
    """Give every value among ``found`` to the key it belongs to, or to none.

    A key keeps all values that choose it: the cells under a column's head, the lines of a list.
    """
    keys = [one for one in found if one.role == KEY]
    values = [one for one in found if one.role == VALUE]
    chosen: list[list[tuple[Entity, float]]] = [[] for _ in keys]
    for value, likely in zip(values, links(values, keys, page), strict=True):
        best = int(likely.argmax())
        if best < len(keys):
            chosen[best].append((value, float(likely[best])))
    return tuple(
        Pair(key, tuple(value for value, _ in of_key), _probability(key, of_key))
        for key, of_key in zip(keys, chosen, strict=True)
    )


def _probability(key: Entity, values: Sequence[tuple[Entity, float]]) -> float:
    """Return how likely a key and all its values are right."""
    if not values:
        return key.confidence
    return key.confidence * min(value.confidence * likely for value, likely in values)


def links(values: Sequence[Entity], keys: Sequence[Entity], page: Tagged) -> Array:
    """Return the probability of each key, and in the last column of none: (values, keys + 1)."""
    if not values or not keys:
        return np.ones((len(values), len(keys) + 1), np.float32)
    texts = [page.reading.words[key.words[-1]].text for key in keys]
    placed = proximity.log_odds(
        [value.box for value in values],
        [key.box for key in keys],
        [text.endswith((":", "：")) for text in texts],
    )
    seen = np.log(np.maximum(_asked(values, keys, page), _FLOOR))
    return _softmax(seen + PLACES * placed)


def _asked(values: Sequence[Entity], keys: Sequence[Entity], page: Tagged) -> Array:
    """Return what the network says of each value and key, and of no key: (values, keys + 1)."""
    words = np.array([i for value in values for i in value.words], np.int64)
    of_key = np.zeros((len(page.reading.words) + 1, len(keys) + 1), np.float32)
    of_key[-1, -1] = 1
    for n, key in enumerate(keys):
        of_key[list(key.words), n] = 1
    starts = np.cumsum([0, *(len(value.words) for value in values[:-1])])
    sizes = np.array([[len(value.words)] for value in values], np.float32)
    asked = np.add.reduceat(page.keys_of(words) @ of_key, starts, axis=0) / sizes
    return asked.astype(np.float32)


def _softmax(logits: Array) -> Array:
    """Return probabilities along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    out: Array = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return out


def entities(page: Tagged) -> tuple[Entity, ...]:
    """Return the headings, keys and values of a page, in reading order."""
    if not page.reading.words:
        return ()
    boxes = np.array(page.reading.upright_boxes, np.float32)
    begins = _begins(page)
    runs = [
        run
        for line in page.reading.lines
        for run in _runs(range(line.start, line.stop), page.roles, begins, boxes)
    ]
    groups = _joined(runs, boxes)
    found = [_entity(words, role, page) for role, words in groups]
    return tuple(sorted(found, key=lambda one: one.words[0]))


def _entity(words: Iterable[int], role: int, page: Tagged) -> Entity:
    """Return an entity of some words."""
    ordered = tuple(sorted(words))
    box = union(page.reading.upright_boxes[i] for i in ordered)
    return Entity(ROLES[role], ordered, float(page.roles[list(ordered), role].mean()), box)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of one role beside each other in one line.

    Attributes:
        role: index in ROLES, not 0.
        words: ascending.
        is_new: whether the network sees something begin here.
    """

    role: int
    words: tuple[int, ...]
    is_new: bool


def _begins(page: Tagged) -> Array:
    """Return the probability that each word begins something: the network's, and of places."""
    said = np.clip(page.begins, _FLOOR, 1 - _FLOOR)
    odds = np.log(said / (1 - said)) + BREAKS * breaks.log_odds(page.reading)
    return np.asarray(np.clip(1 / (1 + np.exp(-odds)), _FLOOR, 1 - _FLOOR), np.float32)


def _runs(line: range, roles: Array, probability: Array, boxes: Array) -> list[_Run]:
    """Cut the words of one line where a role ends or something begins: the likeliest way (Viterbi).

    States are the roles, once with a beginning and once without. Where the role changes something
    begins, though the network may be silent on it; a line may go on with what was above.
    """
    num_roles = len(ROLES)
    emit = np.log(np.maximum(roles[line.start : line.stop], _FLOOR))
    begins = probability[line.start : line.stop]
    steps = _steps()
    best = np.concatenate([emit[0] + np.log(1 - begins[0]), emit[0] + np.log(begins[0])])
    best[num_roles] = -np.inf  # nothing never begins
    back: list[NDArray[np.int64]] = []
    for i in range(1, len(line)):
        total = best[:, None] + steps
        back.append(total.argmax(axis=0))
        said = np.concatenate([emit[i] + np.log(1 - begins[i]), emit[i] + np.log(begins[i])])
        best = total.max(axis=0) + said
    state = int(best.argmax())
    states = [state]
    for pointers in reversed(back):
        state = int(pointers[state])
        states.append(state)
    return _cut(line.start, states[::-1], boxes)


def _steps() -> Array:
    """Return log-probabilities from state to state: (8, 8)."""
    num_roles = len(ROLES)
    steps = np.zeros((2 * num_roles, 2 * num_roles), np.float32)
    for before in range(2 * num_roles):
        for after in range(1, num_roles):  # goes on
            if before % num_roles != after:
                steps[before, after] = np.log(SILENT)
    steps[:, num_roles] = -np.inf
    return steps


def _cut(start: int, states: Sequence[int], boxes: Array) -> list[_Run]:
    """Return the runs of the states of one line; a wide gap ends one too."""
    num_roles = len(ROLES)
    runs: list[_Run] = []
    last = 0
    for i, state in enumerate(states, start):
        role, is_new = state % num_roles, state >= num_roles
        if role:
            gap = boxes[i, 0] - boxes[i - 1, 2] if i > start else np.inf
            if is_new or role != last or gap > WIDE_GAP * _height(boxes[i]):
                runs.append(_Run(role, (i,), is_new))
            else:
                runs[-1] = _Run(role, (*runs[-1].words, i), runs[-1].is_new)
        last = role
    return runs


def _joined(runs: Sequence[_Run], boxes: Array) -> list[tuple[int, list[int]]]:
    """Put runs together that go on from another: in the next line, or beyond a cut in the same."""
    outlines = [_outline(run.words, boxes) for run in runs]
    groups: dict[int, list[int]] = {}
    owner = list(range(len(runs)))
    for n, run in enumerate(runs):
        fits = [
            (distance, m)
            for m in range(n)
            if not run.is_new
            and runs[m].role == run.role
            and (distance := _continues(outlines[m], outlines[n])) is not None
        ]
        owner[n] = owner[min(fits)[1]] if fits else n
        groups.setdefault(owner[n], []).extend(run.words)
    return [(runs[n].role, words) for n, words in groups.items()]


def _outline(words: Sequence[int], boxes: Array) -> Box:
    """Return the box around words of one line; its height is that of its usual word."""
    some = boxes[list(words)]
    middle = float(np.median((some[:, 1] + some[:, 3]) / 2))
    half = float(np.median(some[:, 3] - some[:, 1])) / 2
    return float(some[:, 0].min()), middle - half, float(some[:, 2].max()), middle + half


def _continues(before: Box, after: Box) -> float | None:
    """Return how far a run is from the one it may go on from, in heights; None where it cannot."""
    height = min(_height(before), _height(after))
    if max(_height(before), _height(after)) > SAME_TYPE * height:
        return None
    gap_x, gap_y = (after[axis] - before[axis + 2] for axis in (0, 1))
    overlap_y = min(before[3], after[3]) - max(before[1], after[1])
    if overlap_y > height / 2:  # beside it, behind a cut
        return gap_x / height if -height < gap_x < WIDE_GAP * height else None
    overlap_x = min(before[2], after[2]) - max(before[0], after[0])
    if not -height / 2 < gap_y < NEXT_LINE * height or overlap_x <= 0:
        return None
    return float(gap_y / height + 0.1 * abs(before[0] - after[0]) / height)


def _height(box: Sequence[float] | Array) -> float:
    """Return the height of a box."""
    return max(1.0, float(box[3] - box[1]))
