"""How well keys and values are put together, by stage, where the network's part is known or absent.

    python benchmarks/pairs.py DATASET [--split dev] [--cache FOLDER]
    python benchmarks/pairs.py --fit

DATASET is a folder with labels.jsonl whose rows have ``pairs`` and ``lines`` with a label each.

- ``known``: every word has its labelled role and link: what decoding and OCR leave of a hundred.
- ``places``: labelled roles, but which value belongs to which key is told by places alone.
- ``rules``: no network at all: colons and places make keys and values.

- ``silent``: labelled roles alone: neither links nor beginnings.

``--fit`` fits the weights of `docai.vlm.builtin.proximity` and `docai.vlm.builtin.breaks` on
generated forms, in the layouts that are trained on, and prints them; it takes some minutes.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docai import metrics
from docai.extraction.ground import letters
from docai.geometry import Box, area, intersection, polygon_box, union
from docai.load import load_path
from docai.ocr.cached import CachedOcr
from docai.ocr.ppocr import PPOcr
from docai.ocr.textlayer import WithTextLayer
from docai.reading import Line, Reading, Word
from docai.vlm.builtin import breaks, proximity
from docai.vlm.builtin.pairs import KEY, VALUE, pairs
from docai.vlm.builtin.synth.form import LAYOUTS, form
from docai.vlm.builtin.synth.layouts import trained_layouts
from docai.vlm.builtin.synth.sample import Sample
from docai.vlm.builtin.tagged import LINK_SIZE, Tagged
from docai.vlm.builtin.tags import KINDS, ROLES, TAGS

ROLE_OF_LABEL = {"header": "header", "question": "key", "answer": "value"}
INSIDE = 0.4  # share of a word that lies in a labelled box, if it belongs there
SURE = 0.97
FORMS = 600  # generated to fit on
STEPS, RATE, DECAY = 300, 0.3, 1e-3
NEWTON_STEPS, RIDGE = 30, 0.1


def tagged(
    reading: Reading, owner: Sequence[int | None], roles: Sequence[str], links: Mapping[int, int]
) -> Tagged:
    """Return what a network would say that knows everything.

    Args:
        reading: of N words.
        owner: for each word its entity.
        roles: for each entity its role.
        links: of values the key that each belongs to.
    """
    count = len(reading.words)
    said = np.full((count, len(ROLES)), (1 - SURE) / (len(ROLES) - 1), np.float32)
    begins = np.full(count, 1 - SURE, np.float32)
    asks = np.zeros((count, LINK_SIZE), np.float32)
    offers = np.zeros((count, LINK_SIZE), np.float32)
    keys = sorted(set(links.values()))
    codes = np.random.default_rng(0).choice([-1.0, 1.0], (len(keys), LINK_SIZE - 1))
    offers[:, -1] = 1
    asks[:, -1] = -100  # no key
    for i, entity in enumerate(owner):
        said[i, ROLES.index(roles[entity] if entity is not None else "")] = SURE
        if entity is not None and entity not in owner[:i]:
            begins[i] = SURE
        if entity in keys:
            offers[i, :-1] = codes[keys.index(entity)]
        if entity is not None and entity in links:
            asks[i, :-1] = 4 * codes[keys.index(links[entity])]
    return Tagged(
        reading,
        np.zeros((count, len(TAGS)), np.float32),
        np.zeros(count, np.float32),
        said,
        begins,
        asks,
        offers,
        np.zeros(len(KINDS), np.float32),
        1.0,
    )


def known(row: Mapping[str, Any], reading: Reading) -> Tagged:
    """Return what the labels of a page say of the words that OCR read."""
    lines = [line for line in row["lines"] if line["text"]]
    owner = [_owner(word, lines) for word in reading.words]
    roles = [ROLE_OF_LABEL.get(line["label"], "") for line in lines]
    owner = [entity if entity is not None and roles[entity] else None for entity in owner]
    return tagged(reading, owner, roles, _links(row, lines))


def placed(row: Mapping[str, Any], reading: Reading) -> Tagged:
    """Return the same without any link."""
    page = known(row, reading)
    return replace(page, asks=np.zeros_like(page.asks))


def silent(row: Mapping[str, Any], reading: Reading) -> Tagged:
    """Return the same without any link or beginning."""
    page = placed(row, reading)
    return replace(page, begins=np.full_like(page.begins, 0.5))


def _owner(word: Word, lines: Sequence[Mapping[str, Any]]) -> int | None:
    """Return in which labelled line a word stands, of several the one that has its letters."""
    shares = [intersection(word.box, tuple(line["box"])) / max(area(word.box), 1) for line in lines]
    likely = [
        (share + (letters(word.text) in letters(line["text"])), -area(line["box"]), n)
        for n, (share, line) in enumerate(zip(shares, lines, strict=True))
        if share > INSIDE
    ]
    return max(likely)[2] if likely else None


def _links(row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return which line each labelled value belongs to; labels name both by their text alone."""
    links: dict[int, int] = {}
    for pair in row["pairs"]:
        keys = [n for n, line in enumerate(lines) if line["text"] == pair["key"]]
        whole = [[n] for n, line in enumerate(lines) if line["text"] == pair["value"]]
        parts = [
            n
            for n, line in enumerate(lines)
            if line["label"] == "answer" and len(line["text"]) > 2 and line["text"] in pair["value"]
        ]
        choices = [(key, some) for key in keys for some in (whole or [parts]) if some]
        if choices:
            key, some = min(choices, key=lambda c: _distance(c[0], c[1], lines, links))
            links |= {n: key for n in some if n not in links}
    return links


def _distance(
    key: int, values: Sequence[int], lines: Sequence[Mapping[str, Any]], links: Mapping[int, int]
) -> float:
    """Return how far values are from a key; one that has its value already is far."""
    k, v = lines[key]["box"], union(tuple(lines[n]["box"]) for n in values)
    across = max(0.0, v[0] - k[2], k[0] - v[2])
    down = max(0.0, v[1] - k[3], k[1] - v[3])
    taken = key in links.values() or any(n in links for n in values)
    return float(across + 2 * down + 1000 * taken)


def ruled(_: Mapping[str, Any], reading: Reading) -> Tagged:
    """Return what colons and places say: no network, no labels."""
    owner: list[int | None] = []
    roles: list[str] = []
    boxes: list[Box] = []
    for piece in _pieces(reading):
        text = reading.words[piece[-1]].text
        roles.append(KEY if text.endswith(":") and any(map(str.isalpha, text)) else "")
        owner += [len(roles) - 1] * len(piece)
        boxes.append(union(reading.upright_boxes[i] for i in piece))
    links: dict[int, int] = {}
    keys = [n for n, role in enumerate(roles) if role == KEY]
    others = [n for n, role in enumerate(roles) if not role]
    if keys and others:
        odds = proximity.log_odds(
            [boxes[n] for n in others], [boxes[n] for n in keys], [True] * len(keys)
        )
        for key_at in np.argsort(-odds[:, :-1].max(axis=0)):
            value_at = int(odds[:, key_at].argmax())
            is_likely = odds[value_at, key_at] > proximity.NO_KEY
            if is_likely and others[value_at] not in links:
                links[others[value_at]] = keys[key_at]
    roles = [VALUE if n in links else role for n, role in enumerate(roles)]
    owner = [n if n is not None and roles[n] else None for n in owner]
    return tagged(reading, owner, roles, links)


def _pieces(reading: Reading) -> list[list[int]]:
    """Cut lines behind words that end with a colon and at wide gaps; keys have few words."""
    pieces: list[list[int]] = []
    boxes = reading.upright_boxes
    for line in reading.lines:
        pieces.append([line.start])
        for i in range(line.start + 1, line.stop):
            gap = boxes[i][0] - boxes[i - 1][2]
            is_wide = gap > 1.5 * (boxes[i][3] - boxes[i][1])
            if is_wide or reading.words[i - 1].text.endswith(":"):
                pieces.append([i])
            else:
                pieces[-1].append(i)
    return pieces


def found(page: Tagged) -> list[dict[str, str]]:
    """Return the pairs of a page as downstream systems get them."""
    words = page.reading.words
    return [
        {
            "key": " ".join(words[i].text for i in pair.key.words),
            "value": " ".join(words[i].text for i in pair.words),
        }
        for pair in pairs(page)
        if pair.values
    ]


def reading_of(sample: Sample) -> Reading:
    """Return a generated page as a perfect OCR engine would read it."""
    words = [Word(word.text, word.polygon, 1.0) for word in sample.words]
    starts = [
        i for i, n in enumerate(sample.line_of_word) if not i or sample.line_of_word[i - 1] != n
    ]
    lines = [
        Line(start, stop, words[start].polygon)
        for start, stop in zip(starts, [*starts[1:], len(words)], strict=True)
    ]
    return Reading(1, sample.picture.shape[:2], tuple(words), tuple(lines), 0.0, "generated")


def fit() -> None:
    """Fit the weights of places on generated forms, and print them."""
    layouts = trained_layouts(LAYOUTS)
    pages = [
        page
        for seed in range(FORMS)
        for page in form(seed, layout=layouts[seed % len(layouts)], noise=0.0, draw=False)
        if page.words
    ]
    fit_links([row for page in pages for row in _choices(page)])
    fit_breaks(pages)


def fit_links(rows: Sequence[tuple[NDArray[np.float64], int]]) -> None:
    """Fit `proximity` by conditional logistic regression (AdaGrad)."""
    size, most = len(proximity.NAMES) + 1, max(len(seen) for seen, _ in rows)
    every = np.zeros((len(rows), most, size), np.float32)  # the last number is for no key
    is_choice = np.zeros((len(rows), most), bool)
    for n, (seen, _) in enumerate(rows):
        every[n, : len(seen)], is_choice[n, : len(seen)] = seen, True
    chosen = np.array([choice for _, choice in rows])
    picked = every[np.arange(len(rows)), chosen].mean(axis=0)
    weights, squares = np.zeros(size), np.full(size, 1e-8)
    for step in range(STEPS):
        scores = np.where(is_choice, every @ weights.astype(np.float32), -np.inf)
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->f", likely, every) / len(rows)
        gradient = mean - picked + DECAY * weights
        squares += gradient**2
        weights -= RATE * gradient / np.sqrt(squares)
        if step % 50 == 0 or step == STEPS - 1:
            right = float((scores.argmax(axis=1) == chosen).mean())
            loss = float(-np.log(likely[np.arange(len(rows)), chosen]).mean())
            print(f"step {step}: loss {loss:.4f}, right {right:.4f} of {len(rows)}", flush=True)
    for name, weight in zip((*proximity.NAMES, "no_key"), weights, strict=True):
        print(f"{name:14s} {weight:.2f}")


def fit_breaks(pages: Sequence[Sample]) -> None:
    """Fit `breaks` by logistic regression (Newton)."""
    seen, begins = [], []
    for page in pages:
        entities = [word.entity for word in page.words]
        for i, row in enumerate(breaks.measures(reading_of(page))):
            if entities[i] is not None:
                seen.append(row)
                begins.append(entities[i] not in entities[:i])
    rows, truth = np.array(seen, np.float64), np.array(begins, np.float64)
    weights = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - truth) + RIDGE * weights
        bend = (rows * (likely * (1 - likely))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    right = float(((rows @ weights > 0) == (truth > 0.5)).mean())
    print(f"beginnings: right {right:.4f} of {len(rows)}")
    for name, weight in zip(breaks.NAMES, weights, strict=True):
        print(f"{name:14s} {weight:.2f}")


def _choices(sample: Sample) -> list[tuple[NDArray[np.float64], int]]:
    """Return for each value of a page what is seen of every key and of none, and which is right."""
    members: dict[int, list[int]] = {}
    for i, word in enumerate(sample.words):
        if word.entity is not None:
            members.setdefault(word.entity, []).append(i)
    boxes = {
        n: union(polygon_box(sample.words[i].polygon) for i in some) for n, some in members.items()
    }
    role = {n: sample.words[some[0]].role for n, some in members.items()}
    keys, values = ([n for n in members if role[n] == wanted] for wanted in (KEY, VALUE))
    key_of = {value: key for key, value in sample.links}
    if not keys or not values:
        return []
    colons = [sample.words[members[n][-1]].text.endswith(":") for n in keys]
    seen = proximity.measures([boxes[n] for n in values], [boxes[n] for n in keys], colons)
    none = np.zeros((1, seen.shape[2] + 1))
    none[0, -1] = 1
    padded = np.concatenate([seen, np.zeros((*seen.shape[:2], 1))], axis=2)
    return [
        (np.concatenate([padded[n], none]), keys.index(key) if key in keys else len(keys))
        for n, value in enumerate(values)
        for key in [key_of.get(value)]
    ]


def main() -> None:
    """Measure, or fit."""
    parser = argparse.ArgumentParser(description="How well keys and values are put together.")
    parser.add_argument("dataset", type=Path, nargs="?")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--cache", type=Path, default=Path(".cache/readings"))
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    if asked.fit:
        fit()
    if asked.dataset is None:
        return
    rows = map(json.loads, (asked.dataset / "labels.jsonl").read_text("utf8").splitlines())
    labels = [row for row in rows if row["split"] == asked.split]
    ocr = CachedOcr(WithTextLayer(PPOcr()), asked.cache)
    readings = [ocr.read(load_path(asked.dataset / row["file"]).pages[0]) for row in labels]
    stages: dict[str, Callable[[Mapping[str, Any], Reading], Tagged]] = {
        "known": known,
        "places": placed,
        "silent": silent,
        "rules": ruled,
    }
    for name, make in stages.items():
        data = {
            row["id"]: {"pairs": found(make(row, reading))}
            for row, reading in zip(labels, readings, strict=True)
            if reading.words
        }
        counts = metrics.score(labels, data).pairs
        print(f"{name:8s} P {counts.precision:.4f}  R {counts.recall:.4f}  F1 {counts.f1:.4f}")


if __name__ == "__main__":
    main()
