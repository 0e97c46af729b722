"""A language model of the characters on receipts: which of two readings looks like language.

Character n-grams with Witten-Bell smoothing (Witten and Bell, IEEE Trans. Inf. Theory 37(4),
1991). Case is ignored and all digits are one: which digit is printed, only the picture tells.

``python -m docai.ocr.charlm --data DIR`` fits the counts that ship in charlm.npz, to the
transcripts of the training split of a labelled data set.
"""

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np

COUNTS = Path(__file__).with_name("charlm.npz")
ORDER = 5
MIN_COUNT = 2  # rarer n-grams tell little, and could tell whose receipt it was
NUM_CHARACTERS = 128  # what an unseen character is likely among
START = "\n"

_DIGITS = str.maketrans("0123456789", "0" * 10)


class CharacterModel:
    """Counts of n-grams, and the probabilities that follow from them."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    @classmethod
    def fit(cls, lines: Iterable[str]) -> "CharacterModel":
        """Count the n-grams of ``lines``."""
        counts: Counter[str] = Counter()
        for line in lines:
            text = _fold(line)
            for stop in range(1, len(text) + 1):
                counts.update(text[start:stop] for start in range(max(0, stop - ORDER), stop))
        return cls({gram: n for gram, n in counts.items() if n >= MIN_COUNT})

    @classmethod
    def load(cls) -> "CharacterModel":
        """Load the model that ships with docai."""
        with COUNTS.open("rb") as file:
            arrays = np.load(file)
            grams = "".join(map(chr, arrays["characters"].tolist())).split("\0")
            return cls(dict(zip(grams, arrays["counts"].tolist(), strict=True)))

    def save(self, path: Path) -> None:
        """Write the counts, sorted, so that the file compresses well."""
        grams = sorted(self._counts)
        characters = np.array([ord(c) for c in "\0".join(grams)], np.uint16)
        counts = np.array([self._counts[gram] for gram in grams], np.int32)
        np.savez_compressed(path, characters=characters, counts=counts)

    def log_probability(self, text: str) -> float:
        """Return the natural log of the probability of ``text`` as a whole line."""
        folded = _fold(text)
        return sum(
            math.log(self._probability(folded[max(0, i - ORDER + 1) : i], folded[i]))
            for i in range(1, len(folded))
        )

    @cached_property
    def _followers(self) -> dict[str, tuple[int, int]]:
        """For each context, how often it was seen and how many characters followed it."""
        seen: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for gram, count in self._counts.items():
            entry = seen[gram[:-1]]
            entry[0] += count
            entry[1] += 1
        return {context: (total, kinds) for context, (total, kinds) in seen.items()}

    def _probability(self, context: str, character: str) -> float:
        """Mix the orders: a context counts for more the fewer kinds of characters follow it."""
        probability = 1 / NUM_CHARACTERS
        for start in range(len(context), -1, -1):
            total, kinds = self._followers.get(context[start:], (0, 0))
            if not total:
                break
            count = self._counts.get(context[start:] + character, 0)
            probability = (count + kinds * probability) / (total + kinds)
        return probability


def _fold(line: str) -> str:
    """Frame a line, in upper case, all digits alike."""
    return START + line.strip().upper().translate(_DIGITS) + START


def _transcripts(folder: Path) -> list[str]:
    """Return the labelled lines of the training split."""
    rows = map(json.loads, (folder / "labels.jsonl").read_text("utf8").splitlines())
    train = [row for row in rows if row["split"] == "train"]
    return [line["text"] for row in train for line in row["lines"]]


def main() -> None:
    """Fit the model that ships."""
    parser = argparse.ArgumentParser(description="Fit charlm.npz to labelled transcripts.")
    parser.add_argument("--data", type=Path, required=True, help="a folder with labels.jsonl")
    given = parser.parse_args()
    model = CharacterModel.fit(_transcripts(given.data))
    model.save(COUNTS)


if __name__ == "__main__":
    main()
