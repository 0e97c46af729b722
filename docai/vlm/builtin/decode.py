"""From tags of words to answers: which words together are a value, and which rows an item."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docai.reading import Reading
from docai.vlm.builtin.features import amount_cents, visual_rows
from docai.vlm.builtin.tags import ITEM_COLUMNS, ITEM_TAGS, SCALARS, TAGS
from docai.vlm.engine import Answer, Reply, Span

Tagged = tuple[Reading, NDArray[np.float32], NDArray[np.float32]]

BLOCKS = {"merchant_name": 2, "merchant_address": 3}
"""Fields printed on several lines, and how many rows apart their lines may be."""

LIKELY = 0.35  # a word above it is taken for a value
BRIDGE = 0.08  # a word above it may stand between two that belong
IN_BLOCK = 0.5  # a word above it, its line considered, is taken for part of a block
LINE_SHARE = 0.6  # weight of the line's mean in the tags of a word of a block
POSSIBLE = 0.03  # a word above it is offered as an alternative
MAX_ALTERNATIVES = 5
LEGAL_FORM = re.compile(
    r"(?i)\b(sdn|bhd|s/b|llc|l\.l\.c|inc|ltd|limited|gmbh|pty|pte|s\.?r\.?l|s\.?p\.?a|b\.v|plc)\b"
)
CLOCK = re.compile(r"\d{1,2}:\d{2}(?!\d)")
OTHER_KEY = re.compile(r"(?i)(tel|fax|phone|h/?p|e-?mail|gst|reg\w*|roc|vat)\b")
STARTS = 0.5


def decode(pages: Sequence[Tagged], schema: Mapping[str, Any]) -> Reply:
    """Turn tag probabilities of every page into candidates per field, best first.

    Args:
        pages: per page its reading, tag probabilities (N, len(TAGS)) and item starts (N,).
        schema: JSON Schema; only fields it asks for are answered.
    """
    asked = list(schema.get("properties", {}))
    answers: list[Answer] = []
    for name in SCALARS:
        if name in asked:
            found = [a for page in pages for a in _scalar(name, page)]
            answers += sorted(found, key=lambda a: -a.probability)[:MAX_ALTERNATIVES]
    columns = _asked_columns(schema)
    if columns:
        rows = [row for page in pages for row in _items(page)]
        for number, row in enumerate(rows):
            answers += [a for a in row.answers(number) if a.path.split("].")[1] in columns]
    known = {*SCALARS, "items"}
    unasked = [name for name in asked if name not in known]
    unasked += [f"items[].{column}" for column in columns if column not in ITEM_COLUMNS]
    return Reply(tuple(answers), unasked=tuple(unasked))


def _asked_columns(schema: Mapping[str, Any]) -> list[str]:
    """Return the columns of line items that a schema asks for; none where it asks for no list."""
    items = schema.get("properties", {}).get("items", {})
    row = items.get("items", {}) if isinstance(items, Mapping) else {}
    reference = str(row.get("$ref", "")).removeprefix("#/$defs/")
    row = schema.get("$defs", {}).get(reference, row)
    return list(row.get("properties", {}))


def _scalar(name: str, page: Tagged) -> list[Answer]:
    """Return the candidates for one field on one page."""
    reading, tags, _ = page
    p = tags[:, TAGS.index(name)]
    groups = _blocks(name, tags, reading) if name in BLOCKS else _runs(p, reading)
    return [
        Answer(name, _certainty(p[list(words)]), Span(reading.page, tuple(words)))
        for words in groups
    ]


def _certainty(p: NDArray[np.float32]) -> float:
    """Return the geometric mean of the probabilities of the words of a value."""
    return float(np.exp(np.log(np.clip(p, 1e-6, 1)).mean()))


def _runs(p: NDArray[np.float32], reading: Reading) -> list[list[int]]:
    """Group possible words that stand next to each other in a line.

    Where a likely run has less likely neighbours, the run alone and the run with them are two
    candidates: the day of "05 JAN 2017" is sometimes doubted.
    """
    groups: list[list[int]] = []
    for line in reading.lines:
        here = range(line.start, line.stop)
        possible = _stretches([i for i in here if p[i] >= POSSIBLE])
        likely = _stretches([i for i in here if p[i] >= LIKELY])
        groups += likely + [run for run in possible if run not in likely]
    return groups


def _stretches(words: Sequence[int]) -> list[list[int]]:
    """Cut ascending indices where one is missing."""
    out: list[list[int]] = []
    for i in words:
        if out and out[-1][-1] == i - 1:
            out[-1].append(i)
        else:
            out.append([i])
    return out


def _blocks(name: str, tags: NDArray[np.float32], reading: Reading) -> list[list[int]]:
    """Group likely words over neighbouring rows, with words in between that may belong.

    Names and addresses fill whole lines, so a word's neighbours in its line have a say.
    """
    smooth = _with_line(tags, reading)
    p = smooth[:, TAGS.index(name)]
    others = np.delete(smooth[:, 1:], TAGS.index(name) - 1, axis=1).max(axis=1)
    rows = visual_rows(np.array(reading.upright_boxes, np.float32))
    groups: list[list[int]] = []
    for i in np.flatnonzero((p >= IN_BLOCK) & (p > others)):
        if groups and rows[i] - rows[groups[-1][-1]] <= BLOCKS[name]:
            groups[-1].append(int(i))
        else:
            groups.append([int(i)])
    found = [_bridged(group, p > others, p, reading) for group in groups]
    trim = _registered_name if name == "merchant_name" else _before_keys
    return [words for words in (trim(group, reading) for group in found) if words]


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


@dataclass
class _Item:
    """A line item while it is being put together."""

    page: int
    words: dict[str, list[tuple[int, float]]] = field(
        default_factory=lambda: {column: [] for column in ITEM_COLUMNS}
    )

    def takes(self, columns: Iterable[str]) -> bool:
        """Tell whether words of these columns can still belong to this item."""
        if self.words["total_price"] and self.words["description"]:
            return False
        return not any(self.words[column] for column in columns if column != "description")

    def answers(self, number: int) -> list[Answer]:
        """Return an answer per column that has words."""
        return [
            Answer(
                f"items[{number}].{column}",
                _certainty(np.array([p for _, p in words], np.float32)),
                Span(self.page, tuple(i for i, _ in words)),
            )
            for column, words in self.words.items()
            if words
        ]


def _items(page: Tagged) -> list[_Item]:
    """Put tagged words together to line items, from top to bottom."""
    reading, tags, starts = page
    rows = visual_rows(np.array(reading.upright_boxes, np.float32))
    best = tags.argmax(axis=1)
    items: list[_Item] = []
    for row in np.unique(rows):
        words = [int(i) for i in np.flatnonzero(rows == row) if TAGS[best[i]] in ITEM_TAGS]
        if not words:
            continue
        columns = _columns(words, best, reading)
        is_start = max(float(starts[i]) for i in words) > STARTS
        if not items or is_start or not items[-1].takes(columns):
            items.append(_Item(reading.page))
        for column, members in columns.items():
            items[-1].words[column] += [(i, float(tags[i, best[i]])) for i in members]
    return items


def _columns(
    words: Sequence[int], best: NDArray[np.int64], reading: Reading
) -> dict[str, list[int]]:
    """Sort the tagged words of one row, left to right, by column.

    Data sets that call every price a total price teach the model the same: of two amounts apart
    in one row the first is then the price of one.
    """
    columns: dict[str, list[int]] = {}
    for i in words:
        columns.setdefault(TAGS[best[i]].removeprefix("item_"), []).append(i)
    amounts = [i for i in columns.get("total_price", ()) if amount_cents(reading.words[i].text)]
    if len(amounts) > 1 and "price" not in columns:
        first = [i for i in columns["total_price"] if i < amounts[-1]]
        columns["price"] = first
        columns["total_price"] = [i for i in columns["total_price"] if i >= amounts[-1]]
    return columns
