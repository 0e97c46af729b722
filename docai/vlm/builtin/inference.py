"""The built-in model on ONNX Runtime. Meets `docai.vlm.engine.Vlm`; needs no torch."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from docai.document import Page
from docai.errors import VlmError
from docai.provenance import Provenance, hashes, versions
from docai.reading import Reading
from docai.vlm.builtin.decode import decode
from docai.vlm.builtin.features import Seen, features, see, thumbnail
from docai.vlm.builtin.ink import ink_of
from docai.vlm.builtin.marks import marks_in
from docai.vlm.builtin.rules import rules_in
from docai.vlm.builtin.shapes import NETS
from docai.vlm.builtin.tagged import Tagged
from docai.vlm.engine import Question, Reply
from docai.vlm.tokens import ImageTokens, check_maker

WEIGHTS = Path(__file__).with_name("weights")
VISION_FILE, TAGGER_FILE, ABOUT_FILE = "vision.onnx", "tagger.onnx", "about.json"
WINDOW = 640  # words that the tagger sees at once; attention grows with the square
OVERLAP = 160
OUTPUTS = ("tags", "starts", "roles", "begins", "asks", "offers", "kinds", "opens")
PER_WORD = OUTPUTS[:6]
MARKS, RULES = "marks", "rules"
_EMBEDDINGS = "embeddings"  # (GRID * GRID, D) float32, row by row of a grid of the square page


class BuiltinVlm:
    """Tells what words of receipts, invoices and forms mean. One thread at a time."""

    def __init__(self, folder: Path = WEIGHTS, num_threads: int = 1) -> None:
        """Find the weights; they are opened on first use.

        Raises:
            VlmError: ``folder`` holds no weights.
        """
        for name in (VISION_FILE, TAGGER_FILE, ABOUT_FILE):
            if not (folder / name).is_file():
                raise VlmError(
                    f"{folder} holds no {name}; train the model with "
                    "python -m docai.vlm.builtin.train, or reinstall docai"
                )
        self._folder, self._num_threads = folder, num_threads
        self.about = json.loads((folder / ABOUT_FILE).read_text("utf8"))
        digest = hashlib.sha256()
        for path in (folder / VISION_FILE, folder / TAGGER_FILE, NETS):
            digest.update(path.read_bytes())
        self.name = f"docai-builtin/{digest.hexdigest()[:12]}"

    def is_intact(self) -> bool:
        """Tell whether the weights have the hashes they were exported with."""
        return all(
            hashlib.sha256((self._folder / name).read_bytes()).hexdigest() == expected
            for name, expected in self.about["sha256"].items()
        )

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return Provenance(
            engine=self.name,
            versions=versions("onnxruntime", "numpy"),
            weights=hashes([self._folder / VISION_FILE, self._folder / TAGGER_FILE, NETS]),
        )

    def encode(self, page: Page) -> ImageTokens:
        """See `docai.vlm.engine.Vlm.encode`."""
        picture = thumbnail(page.picture).astype(np.float32) / 127.5 - 1
        embeddings = self._vision.run(None, {"picture": picture[None, None]})[0][0]
        ink = ink_of(page.picture)
        drawn = {MARKS: marks_in(ink), RULES: rules_in(ink)}
        return ImageTokens(page.number, self.name, {_EMBEDDINGS: embeddings, **drawn})

    def answer(self, question: Question) -> Reply:
        """See `docai.vlm.engine.Vlm.answer`."""
        check_maker(question.tokens, self.name)
        tagged = [
            self.tag(reading, tokens)
            for reading, tokens in zip(question.readings, question.tokens, strict=True)
            if reading.words
        ]
        return decode(tagged, question.schema, question.fields, question.printed)

    def tag(self, reading: Reading, tokens: ImageTokens) -> Tagged:
        """Return what the network says of each word, and of the page.

        Args:
            reading: of N words, at least one.
            tokens: image tokens of the same page, made by this model.
        """
        seen = see(reading)
        parts: list[Mapping[str, NDArray[np.float32]]] = []
        for begin, end, first, last in windows(len(seen.texts)):
            said = self._say(seen, begin, end, tokens)
            kept = slice(first - begin, last - begin)
            parts.append({n: said[n][kept] if n in PER_WORD else said[n] for n in said})
        return Tagged(
            reading,
            **{name: np.concatenate([part[name] for part in parts]) for name in PER_WORD},
            kinds=np.mean([part["kinds"] for part in parts], axis=0),
            opens=float(parts[0]["opens"][0]),  # the head of the page tells
            marks=tokens.tensors[MARKS],
            rules=tokens.tensors[RULES],
        )

    def _say(
        self, seen: Seen, begin: int, end: int, tokens: ImageTokens
    ) -> dict[str, NDArray[np.float32]]:
        """Return what the network says of the words of a window."""
        part = Seen(
            seen.texts[begin:end],
            seen.boxes[begin:end],
            seen.places[begin:end],
            seen.confidences[begin:end],
        )
        inputs = features(part)
        known = {node.name for node in self._tagger.get_inputs()}  # one of an ablation has less
        feed = {name: getattr(inputs, name) for name in inputs.__dataclass_fields__}
        feed["tokens"] = tokens.tensors[_EMBEDDINGS]
        got = self._tagger.run(list(OUTPUTS), {n: v for n, v in feed.items() if n in known})
        return dict(zip(OUTPUTS, got, strict=True))

    @cached_property
    def _vision(self) -> ort.InferenceSession:
        return open_session(self._folder / VISION_FILE, self._num_threads)

    @cached_property
    def _tagger(self) -> ort.InferenceSession:
        return open_session(self._folder / TAGGER_FILE, self._num_threads)


def windows(num_words: int) -> list[tuple[int, int, int, int]]:
    """Cut a long page into overlapping windows.

    Returns:
        (begin, end, first, last) per window: the words it sees, and those it decides, which are
        at least half an overlap away from its ends. Together they decide each word once.
    """
    if num_words <= WINDOW:
        return [(0, num_words, 0, num_words)]
    cuts = []
    begin, first = 0, 0
    while True:
        end = min(begin + WINDOW, num_words)
        last = num_words if end == num_words else end - OVERLAP // 2
        cuts.append((begin, end, first, last))
        if end == num_words:
            return cuts
        first, begin = last, end - OVERLAP


def open_session(path: Path, num_threads: int) -> ort.InferenceSession:
    """Open one of the networks.

    Raises:
        VlmError: the file is damaged.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = num_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # classes private to the extension
        raise VlmError(f"ONNX Runtime cannot open {path}: {error}") from error
