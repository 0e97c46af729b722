"""Models with random weights, and invented receipts to ask them about.

Models are of the family Qwen2.5-VL, ``3b`` of the very size of Qwen2.5-VL-3B-Instruct. Receipts are
read without a mistake.
"""

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText

from docai import build
from docai.document import Page
from docai.extraction.meaning import locale_of
from docai.extraction.printed import Printed
from docai.reading import Line, Reading, Word
from docai.vlm.builtin.synth.receipt import CLEAN, generate
from docai.vlm.engine import Question
from docai.vlm.huggingface.model import HuggingFaceVlm
from docai.vlm.paths import split
from docai.vlm.tokens import ImageTokens
from docai.vlm.writer import Asked, Written

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # tiny checkpoints are made there
import tiny_checkpoints

FOLDER = Path("build/benchmark-vlm")
VOCABULARY = 151_936  # logits of Qwen2.5-VL


class Size(StrEnum):
    """How large a model is."""

    TINY = "tiny"
    SMALL = "small"
    LARGE = "3b"


LARGER: dict[Size, tuple[dict[str, int], dict[str, int]]] = {
    Size.SMALL: (
        {
            "hidden_size": 512,
            "intermediate_size": 1536,
            "num_hidden_layers": 8,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
        },
        {"hidden_size": 640, "intermediate_size": 1712, "depth": 16, "num_heads": 8},
    ),
    Size.LARGE: (
        {
            "hidden_size": 2048,
            "intermediate_size": 11008,
            "num_hidden_layers": 36,
            "num_attention_heads": 16,
            "num_key_value_heads": 2,
        },
        {"hidden_size": 1280, "intermediate_size": 3420, "depth": 32, "num_heads": 16},
    ),
}
"""Language model and vision encoder."""
MROPE_SECTION = [16, 24, 24]  # of a head of 128


def checkpoint(size: Size, device: str, folder: Path = FOLDER) -> Path:
    """Return a checkpoint with random weights; it is made unless it is there."""
    place, partial = folder / size, folder / f"{size}.partial"
    if place.is_dir():
        return place
    tiny_checkpoints.build("qwen2_5_vl", partial)
    if size is not Size.TINY:
        _grow(partial, size, device)
        _enlarge(partial / "tokenizer.json")
    return partial.rename(place)


def _grow(place: Path, size: Size, device: str) -> None:
    """Replace a tiny model by a larger one."""
    path = place / "config.json"
    config = json.loads(path.read_text("utf8"))
    text, vision = LARGER[size]
    layers = vision["depth"] // 4
    config["text_config"].update(text, vocab_size=VOCABULARY)
    config["text_config"]["rope_parameters"]["mrope_section"] = MROPE_SECTION
    config["text_config"].pop("layer_types", None)
    config["vision_config"].update(
        vision,
        out_hidden_size=text["hidden_size"],
        window_size=112,
        fullatt_block_indexes=list(range(layers - 1, vision["depth"], layers)),
    )
    path.write_text(json.dumps(config), "utf8")
    torch.manual_seed(0)
    with torch.device(device):
        model = AutoModelForImageTextToText.from_config(
            AutoConfig.from_pretrained(place), dtype=torch.bfloat16
        )
    ends = model.generation_config
    ends.pad_token_id, ends.bos_token_id, ends.eos_token_id = 0, 1, 2
    model.save_pretrained(place)


def _enlarge(path: Path) -> None:
    """Add invented words to a tokenizer until it has as many tokens as a real one.

    They make masks as dear as real ones are; no text is ever cut into them.
    """
    state = json.loads(path.read_text("utf8"))
    vocab = state["model"]["vocab"]
    vocab |= {token["content"]: token["id"] for token in state["added_tokens"]}
    taken = max(vocab.values()) + 1
    words, letters = random.Random(0), "etaoinshrdlucmfwypvbgkjqxz"
    while taken < VOCABULARY - 256:
        size = words.randint(3, 9)
        word = "".join(words.choices(letters, range(26, 0, -1), k=size))
        piece = words.choice(["", "Ġ"]) + words.choice([word, word.capitalize(), word.upper()])
        if piece not in vocab:
            vocab[piece] = taken
            taken += 1
    path.write_text(json.dumps(state, ensure_ascii=False), "utf8")


@dataclass(frozen=True)
class Receipt:
    """An invented receipt.

    Attributes:
        page: its picture.
        reading: all its words.
        reply: what a model that makes no mistake says of it.
    """

    page: Page
    reading: Reading
    reply: str


def receipt(seed: int) -> Receipt:
    """Invent a receipt."""
    sample = generate(seed, style=CLEAN)
    words = tuple(Word(word.text, word.polygon, 0.99) for word in sample.words)
    starts = [
        i for i, n in enumerate(sample.line_of_word) if i == 0 or n != sample.line_of_word[i - 1]
    ]
    lines = tuple(
        Line(start, stop, words[start].polygon)
        for start, stop in zip(starts, [*starts[1:], len(words)], strict=True)
    )
    reading = Reading(1, sample.picture.shape[:2], words, lines, 0.0, "invented")
    texts: dict[tuple[str, int | None], str] = {}
    for about, run in groupby(sample.words, key=lambda word: (word.tag, word.row)):
        texts.setdefault(about, " ".join(word.text for word in run))  # some are printed again
    rows = sorted({row for _, row in texts if row is not None})
    said: dict[str, Any] = {}
    for asked in build.schema("receipt").fields:
        table, column = split(asked.path)
        if table:
            for number, row in enumerate(rows):
                one = said.setdefault(table, [{} for _ in rows])[number]
                one[column] = texts.get((f"item_{column}", row))
        else:
            said[column] = texts.get((column, None))
    reply = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Receipt(Page(1, sample.picture.copy()), reading, reply)


def question(one: Receipt, tokens: Sequence[ImageTokens] = ()) -> Question:
    """Return the question about a receipt."""
    schema = build.schema("receipt")
    printed = Printed(schema, [one.reading], locale_of([one.reading]))
    return Question(schema.json_schema, (one.reading,), tuple(tokens), schema.fields, printed)


class Model(HuggingFaceVlm):
    """Knows what it was asked last and what it wrote, and how often its parts were called."""

    def __init__(self, size: Size, device: str, dtype: str, budget: int) -> None:
        if device == "cpu":
            torch.set_num_threads(
                1
            )  # threads that wait for one another on a busy machine measure it
        super().__init__(str(checkpoint(size, device)), device, dtype, budget)
        self.asked: Sequence[Asked] = ()
        self.written: Sequence[Written] = ()
        self.passes = self.looks = 0
        self.loaded.model.register_forward_pre_hook(self._count_pass)
        self.loaded.model.model.visual.register_forward_pre_hook(self._count_look)

    def write(self, asked: Sequence[Asked]) -> Sequence[Written]:
        """Write, and remember it."""
        self.asked, self.written = asked, super().write(asked)
        return self.written

    def _count_pass(self, *_: Any) -> None:
        self.passes += 1

    def _count_look(self, *_: Any) -> None:
        self.looks += 1
