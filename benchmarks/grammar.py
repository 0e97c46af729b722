"""Time grammars: what one of a page of 1,000 words takes to make, and to follow token by token.

    python benchmarks/grammar.py [--words 1000] [--mode copy] [--replies 30]

The page holds invented receipts below each other, the schema is the receipt's. The vocabulary has
150,000 tokens: byte-level BPE trained on invented words of several scripts, with numbers and marks,
most of them with a space before, as in the vocabularies of large models; it is kept in
build/benchmark-grammar. Replies are random walks: every token that the grammar allows is as likely
as any other. Times are CPU times of this thread, so that a busy machine does not spoil them.
"""

import argparse
import json
import platform
import random
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from rich.console import Console
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from docai import build
from docai.extraction.fields import schema_of
from docai.extraction.meaning import locale_of
from docai.extraction.printed import Printed
from docai.reading import Line, Reading, Word
from docai.vlm.builtin.synth.receipt import CLEAN, generate
from docai.vlm.engine import Field, Mode
from docai.vlm.grammar import Grammar, grammar
from docai.vlm.window import Excerpt

FOLDER = Path("build/benchmark-grammar")
VOCABULARY = 150_000
MAX_COMPILE_MS = 100.0
MAX_MASK_MS = 2.0
SCRIPTS = (  # first letter, number of letters, letters of a word, share of all words
    ("a", 26, (2, 12), 0.72),
    ("\u0430", 32, (2, 11), 0.08),
    ("\u4e00", 3000, (1, 3), 0.08),
    ("\uac00", 2300, (1, 4), 0.06),
    ("\u0627", 36, (2, 8), 0.03),
    ("\u0e01", 46, (2, 8), 0.03),
)


def words(seed: int, count: int) -> Iterator[str]:
    """Invent words: of few syllables per script, so that parts of them come again and again."""
    chance = random.Random(seed)
    scripts = [(first, letters, length) for first, letters, length, _ in SCRIPTS]
    shares = [share for *_, share in SCRIPTS]
    for first, letters, (shortest, longest) in chance.choices(scripts, shares, k=count):
        size = chance.randint(shortest, longest)
        # Letters are not equally frequent: the square root of a triangle favours the first ones.
        places = (int(letters * chance.random() * chance.random()) for _ in range(size))
        word = "".join(chr(ord(first) + place) for place in places)
        yield chance.choice((word, word, word, word.capitalize(), word.upper()))


def text() -> Iterator[str]:
    """Return lines of invented words, numbers and marks."""
    chance = random.Random(0)
    some = list(words(1, 400_000))
    marks = [*"()[]{}.,:;-+*/=<>!?#$%&|\"'", "\n", "  ", "    ", "://", "->", '":"', "),", "..."]
    for start in range(0, len(some), 10):
        line = some[start : start + 10]
        number = f"{chance.random() * 10 ** chance.randint(1, 6):,.2f}"
        yield f" {' '.join(line)} {number}{chance.choice(marks)}{line[0]}{chance.choice(marks)}"


def tokenizer() -> LLTokenizer:
    """Return a tokenizer of 150,000 tokens, trained where that was not done before."""
    path = FOLDER / "tokenizer.json"
    if not path.exists():
        trained = Tokenizer(models.BPE())
        trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trained.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            special_tokens=["<|end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )
        trained.train_from_iterator(text(), trainer)
        FOLDER.mkdir(parents=True, exist_ok=True)
        trained.save(str(path))
    loaded = Tokenizer.from_file(str(path))
    return LLTokenizer(loaded.to_str(), eos_token=loaded.token_to_id("<|end|>"))


def page(num_words: int) -> Reading:
    """Return a page of invented receipts below each other; the last one ends where it must."""
    printed: list[Word] = []
    lines: list[Line] = []
    top, width, seed = 0.0, 0, 0
    while len(printed) < num_words:
        receipt = generate(seed, style=CLEAN, draw=False)
        for _, line in groupby(
            zip(receipt.line_of_word, receipt.words, strict=True), lambda p: p[0]
        ):
            start = len(printed)
            for _, word in list(line)[: num_words - start]:
                a, b, c, d = ((x, y + top) for x, y in word.polygon)
                printed.append(Word(word.text, (a, b, c, d), 0.9 + 0.1 * (len(printed) % 97) / 97))
            if start < len(printed):
                lines.append(Line(start, len(printed), printed[start].polygon))
        top += receipt.picture.shape[0]
        width, seed = max(width, receipt.picture.shape[1]), seed + 1
    return Reading(1, (round(top), width), tuple(printed), tuple(lines), 0.0, "invented")


def fields(mode: Mode) -> tuple[Field, ...]:
    """Return what the receipt schema asks for, its free texts in another mode."""
    schema = json.loads(json.dumps(build.schema("receipt").json_schema))
    for leaf in (schema["properties"], *(d["properties"] for d in schema["$defs"].values())):
        for node in leaf.values():
            if {"type": "string"} in node.get("anyOf", ()):
                node["x-docai-mode"] = mode.value
    return schema_of(schema, "receipt").fields


class Walks:
    """Random replies, and what each token of them took."""

    def __init__(self, tokens: LLTokenizer, asked: Grammar) -> None:
        self._tokens, self._asked = tokens, asked
        self.masks_ms: list[float] = []
        self.compile_ms: list[float] = []
        self.forced = 0

    def reply(self, seed: int) -> int:
        """Write a reply; return how many bytes it has."""
        chance = np.random.default_rng(seed)
        start = time.thread_time()
        matcher = LLMatcher(self._tokens, self._asked.lark)
        self.compile_ms.append(1000 * (time.thread_time() - start))
        taken: list[int] = []
        while not matcher.is_stopped():
            start = time.thread_time()
            mask = matcher.compute_bitmask()
            self.masks_ms.append(1000 * (time.thread_time() - start))
            bits = np.unpackbits(np.frombuffer(mask, np.uint8), bitorder="little")
            allowed = np.flatnonzero(bits)
            self.forced += len(allowed) == 1
            taken.append(int(chance.choice(allowed)))
            if not matcher.consume_token(taken[-1]):
                raise SystemExit(matcher.get_error())
        written = self._tokens.decode_bytes([t for t in taken if t != self._tokens.eos_token])
        json.loads(written)
        return len(written)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=1000)
    parser.add_argument("--mode", choices=["copy", "correct"], default="copy")
    parser.add_argument("--replies", type=int, default=30)
    asked_for = parser.parse_args()
    tokens, reading = tokenizer(), page(asked_for.words)
    excerpts = [Excerpt(reading, range(len(reading.lines)))]
    printed = Printed(build.schema("receipt"), [reading], locale_of([reading]))
    some = fields(Mode(asked_for.mode))
    for field in some:
        printed(field)  # what stands where is found once for a document, and not measured here
    made_ms = []
    for _ in range(5):
        start = time.thread_time()
        made = grammar(some, excerpts, printed)
        made_ms.append(1000 * (time.thread_time() - start))
    walks = Walks(tokens, made)
    sizes = [walks.reply(seed) for seed in range(asked_for.replies)]
    masks = np.array(walks.masks_ms)
    compile_ms = float(np.median(made_ms) + np.median(walks.compile_ms))
    show = Console().print
    show(f"{platform.machine()}, Python {platform.python_version()}, {tokens.vocab_size:,} tokens")
    show(f"{len(reading.words):,} words, {len(some)} fields, mode {asked_for.mode}")
    show(f"grammar() {np.median(made_ms):.1f} ms, matcher {np.median(walks.compile_ms):.1f} ms")
    show(f"together {compile_ms:.1f} ms (floor: at most {MAX_COMPILE_MS:.0f})")
    show(
        f"{len(sizes)} replies of {np.mean(sizes):.0f} bytes in {len(masks) / len(sizes):.0f} "
        f"tokens, {walks.forced / len(masks):.0%} of them forced"
    )
    show(
        f"mask mean {masks.mean():.3f} ms (floor: at most {MAX_MASK_MS:.0f}), "
        f"p50 {np.median(masks):.3f}, p99 {np.percentile(masks, 99):.2f}, most {masks.max():.1f}"
    )
    if compile_ms > MAX_COMPILE_MS or masks.mean() > MAX_MASK_MS:
        raise SystemExit("a floor is missed")


if __name__ == "__main__":
    main()
